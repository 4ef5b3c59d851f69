"""What stands in the pack of a meeting, point by point, with initials instead of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from applications.dialogue import queries as dialogue
from applications.models import Application
from applications.papers import printing
from applications.reading import queries as reading
from applications.reading import summary
from skolefleks import pdf_text
from skolefleks.danish import day, kr, moment
from visitation.amendments import paper as amendment_paper
from visitation.amendments import queries as amendments
from visitation.cases import earlier
from visitation.minutes import rules as minutes_rules
from visitation.questions import queries as questions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from applications.models import Paper
    from skolefleks.models import User
    from visitation.agenda.free_lines import FreeLine
    from visitation.agenda.queries import Point
    from visitation.cases.earlier import EarlierDecision
    from visitation.models import Meeting

# A label and what stands at it.
Text = tuple[str, str]

NONE = [("", "Ingen.")]
LEFT_OUT = "Du er inhabil: sagen er ikke med."
ON_CASE = "Hent det på sagen."
WORD = f"Et Word-dokument kan ikke tages med her. {ON_CASE}"
UNDRAWN = f"Kan ikke tages med her. {ON_CASE}"
NO_ROOM = f"Der er ikke plads til det her. {ON_CASE}"
INITIALS = "Initialer i stedet for navne"
BUT_IN_PAPERS = f"{INITIALS}, undtagen i bilagene"


class Book:
    """The pack while it is written: its lines, its parts, the pages of its papers."""

    def __init__(self, user: User, *, with_papers: bool) -> None:
        self.user = user
        self.with_papers = with_papers
        self.lines: list[dict[str, Any]] = []
        self.parts: list[dict[str, Any]] = []
        self.pictures: dict[str, bytes] = {}
        self.room = settings.PACK_BYTES

    def add(self, point: Point) -> None:
        """Write one point. Takes a case's queries, whatever the others hold."""
        part = None
        if point.is_open and not point.is_gone:
            part = self._part_of(point)
            self.parts.append(part)
        self.lines.append(_line_of(point, part))

    def add_free(self, line: FreeLine) -> None:
        """A point without a case has a line on the front page, and no part."""
        self.lines.append(
            {
                "at": _clock(line.starts_at),
                "ends": _clock(line.ends_at),
                "number": line.number,
                "minutes": line.item.minutes,
                "title": line.label,
                "note": "",
                "presenter": "",
                "key": "",
            }
        )

    def source_of(self, meeting: Meeting) -> dict[str, Any]:
        """What the template reads."""
        starts_at = timezone.localtime(meeting.starts_at)
        names = BUT_IN_PAPERS if self.pictures else INITIALS
        last = self.lines[-1]["ends"] if self.lines else ""
        return {
            "title": f"Mødemateriale {day(starts_at.date())}",
            "lead": f"Kvalitetsudvalget, kl. {starts_at:%H.%M} · {meeting.place}",
            "to": f"Til {self.user.name}",
            "made": f"lavet {moment(timezone.now())}",
            "names": names,
            "lines": self.lines,
            "ends": last,
            "parts": self.parts,
        }

    def _part_of(self, point: Point) -> dict[str, Any]:
        rows = Application.objects.reviewable_by(self.user).marked_for(self.user)
        rows = rows.select_related("school")
        # Gone where it was closed to the person since the agenda was read: the
        # task fails, and nothing is printed.
        application = rows.get(pk=point.item.application_id)
        whole = reading.WholeApplication(application)
        hide = pdf_text.name_remover(minutes_rules.replacements(whole.pupil_cases))

        part: dict[str, Any] = {
            "key": f"punkt-{point.number}",
            "title": f"{point.number}. {application.number}, {application.school}",
            "lead": "",
            "facts": _facts_of(point),
            "pupils": [],
            "columns": summary.Summary.COLUMNS,
            "papers": [],
        }
        if point.amendment:
            part["lead"] = f"Opfølgning: {point.amendment.get_kind_display()}"
            part["sections"] = _amendment(point, hide)
            return part

        blocks = reading.submitted_blocks(application)
        page = summary.summarise(whole, blocks, size=summary.WHOLE)
        before = earlier.earlier_decisions(application, self.user)
        part["lead"] = page.lead
        part["pupils"] = page.pupils
        part["sections"] = [
            *[_section(each.title, each.texts) for each in page.sections],
            _section("Udtalelser", _statements(application, hide)),
            _section("Udvalgets spørgsmål", _questions(application, hide)),
            _section("Tidligere sager og bevillinger", _earlier(before)),
        ]
        part["papers"] = self._papers(reading.papers_of(application), part["key"])
        return part

    def _papers(self, papers: list[Paper], key: str) -> list[dict[str, Any]]:
        rows = []
        for paper in papers:
            # Annotated by `papers_of`, and no field of the model.
            marked: Any = paper
            title = f"Bilag {marked.place} ({paper.get_kind_display()})"
            note = "Er ikke taget med."
            names: list[str] = []
            if self.with_papers:
                note, names = self._draw(paper, f"{key}-{marked.place}")
            alt = f"{title}, side "
            pages = [
                {"name": name, "alt": f"{alt}{number} af {len(names)}"}
                for number, name in enumerate(names, start=1)
            ]
            rows.append({"title": title, "note": note, "pages": pages})
        return rows

    def _draw(self, paper: Paper, key: str) -> tuple[str, list[str]]:
        """What is said of the paper, and the names of its pages' pictures."""
        if paper.kind == paper.Kind.DOCX:
            return WORD, []
        pages = printing.pages_of(paper)
        if not pages:
            return UNDRAWN, []
        size = sum(len(page) for page in pages)
        if size > self.room:
            return NO_ROOM, []

        self.room -= size
        names = [f"{key}-{number}.svg" for number, _ in enumerate(pages)]
        self.pictures |= zip(names, pages, strict=True)
        if paper.pages and paper.pages > len(pages):
            return f"De første {len(pages)} af {paper.pages} sider.", names
        return "", names


def _line_of(point: Point, part: dict[str, Any] | None) -> dict[str, Any]:
    """A line of the agenda on the front page."""
    line: dict[str, Any] = {
        "at": _clock(point.starts_at),
        "ends": _clock(point.ends_at),
        "number": point.number,
        "minutes": point.item.minutes,
        "title": f"Punkt {point.number}",
        "note": LEFT_OUT,
        "presenter": "",
        "key": "",
    }
    if not point.is_open:
        return line

    application = point.application
    line["title"] = f"{application.number}, {application.school}"
    line["presenter"] = application.representative_name or "Ikke oplyst"
    line["note"] = f"{', '.join(application.initials)} · {point.grades}"
    if point.amendment:
        line["note"] += f" · Opfølgning: {point.amendment.get_kind_display()}"
    if part:
        line["key"] = part["key"]
    elif point.amendment:
        line["note"] = point.amendment.get_status_display()
    else:
        line["note"] = application.get_status_display()
    return line


def _facts_of(point: Point) -> list[Text]:
    begins, ends = _clock(point.starts_at), _clock(point.ends_at)
    facts = [
        ("Tid", f"kl. {begins}–{ends}"),
        ("Forelægges af", point.application.representative_name or "Ikke oplyst"),
    ]
    if point.quorum:
        facts.append(("Beslutningsdygtighed", str(point.quorum)))
    return facts


def _section(title: str, texts: list[Text]) -> dict[str, Any]:
    return {"title": title, "texts": texts or NONE}


def _statements(application: Application, hide: Callable[[str], str]) -> list[Text]:
    """The statements that stand, PPR's first."""
    texts = []
    for statement, _ in dialogue.signed_statements(application):
        label = f"{statement.get_capacity_display()}, {statement.written_by.name}"
        if statement.signed_at:
            label += f", {_day(statement.signed_at)}"
        if statement.pupil:
            label += f", om {minutes_rules.name_in_minutes(statement.pupil)}"
        texts.append((label, hide(statement.text)))
    return texts


def _questions(application: Application, hide: Callable[[str], str]) -> list[Text]:
    texts = []
    for question in questions.questions(application):
        texts.append((f"Spurgt {_day(question.asked_at)}", hide(question.text)))
        if question.answered_at:
            label = f"Svar {_day(question.answered_at)}"
            texts.append((label, hide(question.answer or "")))
        else:
            texts.append(("Svar", "Ikke besvaret endnu."))
    return texts


def _earlier(decisions: list[EarlierDecision]) -> list[Text]:
    texts = []
    for row in decisions:
        initials = minutes_rules.name_in_minutes(row.decision.pupil_case)
        label = f"{row.application.number}, {row.application.school}, {initials}"
        text = f"{row.decision.get_outcome_display()} {_day(row.decision.decided_at)}"
        if row.grant:
            period = f"{day(row.grant.starts_on)} – {day(row.grant.ends_on)}"
            text += f": {kr(row.grant.tariff)} pr. år, {period}"
        texts.append((label, text))
    return texts


def _amendment(point: Point, hide: Callable[[str], str]) -> list[dict[str, Any]]:
    # Asked for where there is one.
    key: Any = point.item.amendment_id
    amendment = amendments.whole().get(pk=key)
    sections = []
    for section in amendment_paper.sections_of(amendments.summary_of(amendment)):
        texts = [(hide(label), hide(text)) for label, text in section["texts"]]
        sections.append(_section(section["title"], texts))
    return sections


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H.%M}"


def _day(at: datetime) -> str:
    return day(timezone.localdate(at))
