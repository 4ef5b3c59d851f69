"""A case on one page, always in the same shape and order: what the committee needs at the meeting, without names.

Long texts are cut with `…`, all to the same length, until the page holds it all; the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf
from django.utils import timezone

from budget.tariff import by_fiscal_year
from skolefleks import pdf, pdf_text
from skolefleks.danish import day, kr, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from applications.fields.blocks import Block
    from applications.reading import queries


# (characters of one text, rows of one table), from roomy to what fits whatever was written.
SIZES = (
    (700, 12),
    (500, 12),
    (360, 10),
    (260, 10),
    (190, 8),
    (140, 8),
    (100, 6),
    (70, 5),
    (45, 4),
    (25, 3),
)


KINDS = (
    "pupil",
    "environment",
    "tried",
    "planned",
    "goal",
    "cooperation",
    "leadership",
)


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

    COLUMNS = (
        "Elev",
        "Klasse og alder",
        "Formål",
        "Støttetimer",
        "Takst om året",
        "Periode",
        "Det koster",
    )


def summary(
    draft: queries.Draft,
    blocks: Sequence[Block] | None = None,
    *,
    size: tuple[int, int] = SIZES[0],
) -> Summary:
    """The case as one page tells it, with texts and tables cut to `size`.

    `blocks`: what the reader may read of it, where that is a copy of what was submitted and not what is written now.
    """
    told = draft.blocks if blocks is None else blocks
    found = {
        kind: [_Told(block) for block in told if block["key"].partition(":")[0] == kind]
        for kind in KINDS
    }
    # Of the pupils as they are written now too: a protected name stands in no copy.
    called = [
        *((p.name, p.initials) for p in draft.pupils),
        *((t["name"], t.initials) for t in found["pupil"]),
    ]
    writer = _Writer(size, pdf_text.name_remover(called))
    application = draft.application
    handed_in = (
        f"indsendt {day(timezone.localdate(application.submitted_at))}"
        if application.submitted_at
        else ""
    )
    lead = [application.school.name, application.get_status_display(), handed_in]
    pupils = [_pupil(pupil) for pupil in writer.rows(found["pupil"])]
    sections = [Section(title, texts) for title, texts in _sections(found, writer)]
    said = (
        "Lange tekster er forkortet med …; hele ansøgningen står i sagen."
        if writer.has_cut
        else ""
    )
    return Summary(
        f"Resumé af {application.number}",
        " · ".join(filter(None, lead)),
        pupils,
        sections,
        said,
    )


def as_pdf(draft: queries.Draft, blocks: Sequence[Block] | None = None) -> bytes:
    """One page, PDF/A-2a and PDF/UA-1: as much text as the page holds."""
    for size in SIZES:
        told = summary(draft, blocks, size=size)
        made = pdf.render("summary", _data(told))
        with pikepdf.open(BytesIO(made)) as document:
            if len(document.pages) == 1:
                break
    return made


class _Told:
    """One block of the application, its lines by name: '' for what is not written."""

    def __init__(self, block: Block) -> None:
        self.lines = {name: text for name, _, text in block["lines"]}
        self.figures = block.get("figures", {})

    def __getitem__(self, name: str) -> str:
        return str(self.lines.get(name, ""))

    @property
    def initials(self) -> str:
        return self.figures.get("initials") or "?"

    @property
    def days(self) -> tuple[date | None, date | None]:
        first, last = (self.figures.get(name) for name in ("starts_on", "ends_on"))
        return date.fromisoformat(first) if first else None, date.fromisoformat(
            last
        ) if last else None

    @property
    def period(self) -> str:
        if not any(self.days):
            return "periode ikke sat"
        return " – ".join(f"{on:%d.%m.%Y}" if on else "?" for on in self.days)

    @property
    def cost(self) -> str:
        """What the pupil's tariff comes to, by fiscal year."""
        tariff, (first, last) = self.figures.get("tariff"), self.days
        parts = by_fiscal_year(tariff, first, last) if tariff and first and last else {}
        return " · ".join(f"{year}: {kr(part.amount)}" for year, part in parts.items())


class _Writer:
    """Cuts texts to a length and puts initials for names; remembers whether it cut anything."""

    def __init__(
        self, size: tuple[int, int], without_names: Callable[[str], str]
    ) -> None:
        self.length, self.most = size
        self.without_names = without_names
        self.has_cut = False

    def text(self, text: str) -> str:
        plain = self.without_names(pdf_text.one_line(text))
        if len(plain) > self.length:
            self.has_cut = True
        return pdf_text.shortened(plain, self.length) or NOTHING

    def rows(self, found: Iterable[Any]) -> list[Any]:
        rows = list(found)
        self.has_cut |= len(rows) > self.most
        return rows[: self.most]


def _pupil(pupil: _Told) -> list[str]:
    age = pupil.figures.get("age")
    known = ", ".join(
        filter(None, [pupil["grade"], "" if age is None else f"{age} år"])
    )
    cells = [
        known,
        pupil["kind"],
        pupil["support_hours"],
        pupil["requested_tariff"],
        pupil.period,
        pupil.cost,
    ]
    return [pupil.initials, *(cell or NOTHING for cell in cells)]


def _sections(
    found: dict[str, list[_Told]], writer: _Writer
) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """The same sections in the same order, whatever is written."""
    write, pupils = writer.text, writer.rows(found["pupil"])
    [environment], [cooperation], [leadership] = (
        found["environment"],
        found["cooperation"],
        found["leadership"],
    )
    yield (
        "Eleverne",
        [(pupil.initials, write(pupil["description"])) for pupil in pupils],
    )
    yield (
        "Elevernes egne ord",
        [(pupil.initials, write(pupil["pupil_voice"])) for pupil in pupils],
    )
    yield (
        "Læringsmiljø og støttetimer",
        [
            ("Læringsmiljø", write(environment["learning_environment"])),
            ("Støttetimernes anvendelse", write(environment["support_hours_use"])),
            ("Støttetimernes udbytte", write(environment["support_hours_yield"])),
        ],
    )
    tried = [
        (write(row["what"]), write(row["outcome"]))
        for row in writer.rows(found["tried"])
    ]
    yield "Det er prøvet", tried or EMPTY
    yield (
        "Planlagte tiltag og forventet effekt",
        [_planned(row, write) for row in writer.rows(found["planned"])] or EMPTY,
    )
    yield "Mål", [_goal(row, write) for row in writer.rows(found["goal"])] or EMPTY
    yield (
        "Samarbejde og ledelse",
        [
            ("PPR i opbygningen", write(cooperation["ppr_setup"])),
            ("PPR i den daglige drift", write(cooperation["ppr_daily"])),
            ("Daglig leder", write(leadership["daily_leader_name"])),
            ("Forelægges af", write(leadership["representative_name"])),
        ],
    )


def _planned(row: _Told, write: Callable[[str], str]) -> tuple[str, str]:
    return f"{row['kind']}, {row.period}", write(
        f"{row['what']} → {row['expected_effect']}"
    )


def _goal(goal: _Told, write: Callable[[str], str]) -> tuple[str, str]:
    due = f", senest {goal['due_on']}" if goal["due_on"] else ""
    return goal.initials, write(
        f"{goal['what'].rstrip('. ')}: {goal.figures.get('way', '')}{due}"
    )


def _data(told: Summary) -> dict[str, Any]:
    return {
        "title": told.title,
        "lead": told.lead,
        "columns": told.COLUMNS,
        "pupils": told.pupils,
        "sections": [
            {"title": section.title, "texts": section.texts}
            for section in told.sections
        ],
        "shortened": told.shortened,
        "made": f"Udskrevet {day(today())}",
    }
