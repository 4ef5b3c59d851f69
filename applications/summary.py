"""A case on one page, always in the same shape and order: what the committee needs at the meeting, without names.

Long texts are cut with `…`, all to the same length, until the page holds it all; the page says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf
from django.utils import timezone

from applications.queries import wish
from skolefleks import pdf
from skolefleks.danish import day, kr, today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from applications.models import PupilCase
    from applications.queries import Draft

# (characters of one text, rows of one table), from roomy to what fits whatever was written.
SIZES = ((700, 12), (500, 12), (360, 10), (260, 10), (190, 8), (140, 8), (100, 6), (70, 5), (45, 4), (25, 3))
NOTHING = "–"
EMPTY = [("", NOTHING)]


class Section(NamedTuple):
    """A heading with (label, text) beneath it."""

    title: str
    texts: list[tuple[str, str]]


@dataclass(frozen=True)
class Summary:
    """What stands on the page. `shortened` is what the page says of what was left out, '' for nothing."""

    title: str
    lead: str
    pupils: list[list[str]]
    sections: list[Section]
    shortened: str

    COLUMNS = ("Elev", "Klasse og alder", "Formål", "Støttetimer", "Takst om året", "Periode", "Det koster")


def summary(draft: Draft, *, size: tuple[int, int] = SIZES[0]) -> Summary:
    """The case as one page tells it, with texts and tables cut to `size`."""
    writer = _Writer(size, _names(draft.pupils))
    application = draft.application
    handed_in = f"indsendt {day(timezone.localdate(application.submitted_at))}" if application.submitted_at else ""
    lead = [application.school.name, application.get_status_display(), handed_in]
    pupils = [_pupil(pupil) for pupil in writer.rows(draft.pupils)]
    sections = [Section(title, texts) for title, texts in _sections(draft, writer)]
    said = "Lange tekster er forkortet med …; hele ansøgningen står i sagen." if writer.has_cut else ""
    return Summary(f"Resumé af {application.number}", " · ".join(filter(None, lead)), pupils, sections, said)


def as_pdf(draft: Draft) -> bytes:
    """One page, PDF/A-2a and PDF/UA-1: as much text as the page holds."""
    for size in SIZES:
        told = summary(draft, size=size)
        made = pdf.render("summary", _data(told))
        with pikepdf.open(BytesIO(made)) as document:
            if len(document.pages) == 1:
                break
    return made


class _Writer:
    """Cuts texts to a length and puts initials for names; remembers whether it cut anything."""

    def __init__(self, size: tuple[int, int], names: list[tuple[str, str]]) -> None:
        self.length, self.most = size
        self.names = dict(names)
        alternatives = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        self.named = re.compile(rf"\b({alternatives})(?=s?\b)") if names else None
        self.has_cut = False

    def text(self, text: str) -> str:
        plain = " ".join(text.split())
        if self.named:
            plain = self.named.sub(lambda match: self.names[match[1]], plain)
        if len(plain) <= self.length:
            return plain or NOTHING
        self.has_cut = True
        return plain[: self.length].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"

    def rows(self, found: Iterable[Any]) -> list[Any]:
        rows = list(found)
        self.has_cut |= len(rows) > self.most
        return rows[: self.most]


def _names(pupils: list[PupilCase]) -> list[tuple[str, str]]:
    """(a name as it may stand in a text, initials): whole, first and last names of three letters and more."""
    found = []
    for pupil in pupils:
        parts = pupil.name.split()
        words = {pupil.name.strip(), *parts, *(part for name in parts for part in name.split("-"))}
        found += [(word, pupil.initials) for word in words if len(word) > 2]
    return found


def _pupil(pupil: PupilCase) -> list[str]:
    age, cost = pupil.age_on(today()), wish(pupil)
    return [
        pupil.initials or "?",
        ", ".join(filter(None, [pupil.get_grade_display() or "", f"{age} år" if age is not None else ""])) or NOTHING,
        pupil.get_kind_display() or NOTHING,
        f"{pupil.support_hours:.1f}".replace(".", ",") if pupil.support_hours is not None else NOTHING,
        kr(pupil.requested_tariff) if pupil.requested_tariff else NOTHING,
        _period(pupil.starts_on, pupil.ends_on),
        " · ".join(f"{year}: {kr(part.amount)}" for year, part in cost.parts.items()) or NOTHING,
    ]


def _sections(draft: Draft, writer: _Writer) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """The same sections in the same order, whatever is written."""
    application, write = draft.application, writer.text
    pupils = writer.rows(draft.pupils)
    yield "Eleverne", [(pupil.initials or "?", write(pupil.description)) for pupil in pupils]
    yield "Elevernes egne ord", [(pupil.initials or "?", write(pupil.pupil_voice)) for pupil in pupils]
    yield (
        "Læringsmiljø og støttetimer",
        [
            ("Læringsmiljø", write(application.learning_environment)),
            ("Støttetimernes anvendelse", write(application.support_hours_use)),
            ("Støttetimernes udbytte", write(application.support_hours_yield)),
        ],
    )
    yield "Det er prøvet", [(write(row.what), write(row.outcome)) for row in writer.rows(draft.tried)] or EMPTY
    yield "Planlagte tiltag og forventet effekt", _planned(draft, writer) or EMPTY
    yield "Mål", [_goal(goal, draft, writer) for goal in writer.rows(draft.goals)] or EMPTY
    yield (
        "Samarbejde og ledelse",
        [
            ("PPR i opbygningen", write(application.ppr_setup)),
            ("PPR i den daglige drift", write(application.ppr_daily)),
            ("Daglig leder", write(application.daily_leader_name)),
            ("Forelægges af", write(application.representative_name)),
        ],
    )


def _planned(draft: Draft, writer: _Writer) -> list[tuple[str, str]]:
    return [
        (
            f"{row.get_kind_display()}, {_period(row.starts_on, row.ends_on)}",
            writer.text(f"{row.what} → {row.expected_effect}"),
        )
        for row in writer.rows(draft.planned)
    ]


def _goal(goal: Any, draft: Draft, writer: _Writer) -> tuple[str, str]:
    initials = next((pupil.initials for pupil in draft.pupils if pupil.pk == goal.pupil_case_id), "")
    due = f", senest {day(goal.due_on)}" if goal.due_on else ""
    return initials or "?", writer.text(f"{goal.what}: {goal.way}{due}")


def _period(first: date | None, last: date | None) -> str:
    if not (first or last):
        return "periode ikke sat"
    return " – ".join(f"{on:%d.%m.%Y}" if on else "?" for on in (first, last))


def _data(told: Summary) -> dict[str, Any]:
    return {
        "title": told.title,
        "lead": told.lead,
        "columns": told.COLUMNS,
        "pupils": told.pupils,
        "sections": [{"title": section.title, "texts": section.texts} for section in told.sections],
        "shortened": told.shortened,
        "made": f"Udskrevet {day(today())}",
    }
