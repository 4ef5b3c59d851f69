"""A case on one page, always in the same shape and order: what the committee needs at the meeting.

No name stands on it. Long texts are cut with `…`, all to the same length, until
the page holds it all; the page says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf
from django.utils import timezone

from applications.fields.declarations import (
    BLOCK_KINDS,
    COOPERATION,
    ENVIRONMENT,
    GOAL,
    LEADERSHIP,
    PLANNED,
    PUPIL,
    TRIED,
)
from budget.tariff import by_fiscal_year
from skolefleks import pdf, pdf_text
from skolefleks.danish import day, kr, today

if TYPE_CHECKING:
    from applications.fields.blocks import Block
    from applications.fields.field import BlockKind
    from applications.models import Application
    from applications.reading.queries import WholeApplication

# A label and what stands at it.
Text = tuple[str, str]

# For what is not written: a section never leaves the page.
NOTHING = "–"


class Size(NamedTuple):
    """How much fits: characters of one text, rows of one table."""

    text: int
    rows: int


# From roomy to what fits whatever was written.
SIZES = (
    Size(3_000, 20),
    Size(2_200, 16),
    Size(1_600, 14),
    Size(1_200, 12),
    Size(900, 12),
    Size(700, 12),
    Size(500, 12),
    Size(360, 10),
    Size(260, 10),
    Size(190, 8),
    Size(140, 8),
    Size(100, 6),
    Size(70, 5),
    Size(45, 4),
    Size(25, 3),
)
# Where there is room for all of it.
WHOLE = Size(1_000_000, 1_000)


class Section(NamedTuple):
    """A heading with (label, text) beneath it."""

    title: str
    texts: list[Text]


@dataclass(frozen=True)
class Summary:
    """What stands on the page.

    `shortened` is what the page says of what was left out, '' for nothing.
    """

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
        "Takst pr. år",
        "Periode",
        "Det koster",
    )


class BlockText:
    """One block of the application, its lines by name: '' for what is not written."""

    def __init__(self, block: Block) -> None:
        self.texts = {name: text for name, _, text in block["lines"]}
        self.figures = block.get("figures", {})

    def __getitem__(self, name: str) -> str:
        return str(self.texts.get(name, ""))

    @property
    def initials(self) -> str:
        return self.figures.get("initials") or "?"

    @property
    def starts_on(self) -> date | None:
        return self._day("starts_on")

    @property
    def ends_on(self) -> date | None:
        return self._day("ends_on")

    @property
    def period(self) -> str:
        """`01.08.2026 – 31.07.2027`."""
        if self.starts_on is None and self.ends_on is None:
            return "periode ikke sat"
        return f"{_short_day(self.starts_on)} – {_short_day(self.ends_on)}"

    @property
    def cost(self) -> str:
        """What the pupil's tariff comes to, by fiscal year."""
        tariff = self.figures.get("tariff")
        if not (tariff and self.starts_on and self.ends_on):
            return ""
        parts = by_fiscal_year(tariff, self.starts_on, self.ends_on)
        return " · ".join(f"{year}: {kr(part.amount)}" for year, part in parts.items())

    def _day(self, name: str) -> date | None:
        text = self.figures.get(name)
        if not text:
            return None
        return date.fromisoformat(text)


# The blocks of an application by the name of their kind.
BlockTexts = dict[str, list[BlockText]]


class Writer:
    """Cuts texts to a length and puts initials for names; remembers whether it cut anything."""

    def __init__(self, size: Size, without_names: Callable[[str], str]) -> None:
        self.size = size
        self.without_names = without_names
        self.has_cut = False

    def write(self, text: str) -> str:
        """`text` on one line, no longer than fits."""
        plain = self.without_names(pdf_text.one_line(text))
        if len(plain) > self.size.text:
            self.has_cut = True
        return pdf_text.shortened(plain, self.size.text) or NOTHING

    def rows(self, rows: Sequence[BlockText]) -> Sequence[BlockText]:
        """As many of `rows` as fit."""
        if len(rows) > self.size.rows:
            self.has_cut = True
        return rows[: self.size.rows]


def summarise(
    whole: WholeApplication,
    blocks: Sequence[Block] | None = None,
    *,
    size: Size = SIZES[0],
) -> Summary:
    """The case as one page tells it, with texts and tables cut to `size`.

    `blocks`: what the reader may read of it, where that is a copy of what was
    submitted and not what is written now.
    """
    if blocks is None:
        blocks = whole.blocks
    texts = _texts_by_kind(blocks)

    # Of the pupils as they are written now too: a protected name stands in no copy.
    names = [
        (pupil_case.name, pupil_case.initials) for pupil_case in whole.pupil_cases
    ]
    names += [(pupil["name"], pupil.initials) for pupil in texts[PUPIL.kind]]
    writer = Writer(size, pdf_text.name_remover(names))

    pupils = [_pupil_cells(pupil) for pupil in writer.rows(texts[PUPIL.kind])]
    sections = _sections(texts, writer)
    # Last: only now has everything been cut that is cut.
    shortened = ""
    if writer.has_cut:
        shortened = "Lange tekster er forkortet med …; hele ansøgningen står i sagen."

    title = f"Resumé af {whole.application.number}"
    return Summary(title, _lead(whole.application), pupils, sections, shortened)


def as_pdf(whole: WholeApplication, blocks: Sequence[Block] | None = None) -> bytes:
    """One page, PDF/A-2a and PDF/UA-1: as much text as the page holds."""
    sheets: dict[Size, bytes] = {}

    def fits(size: Size) -> bool:
        summary = summarise(whole, blocks, size=size)
        sheets[size] = pdf.render("summary", _data_of(summary))
        with pikepdf.open(BytesIO(sheets[size])) as document:
            return len(document.pages) == 1

    # There is no way to ask for the height of a text but to set it: so the
    # roomiest that fits is searched for by halves.
    place = bisect_left(SIZES, True, key=fits)
    size = SIZES[min(place, len(SIZES) - 1)]
    if size not in sheets:
        fits(size)
    return sheets[size]


def _texts_by_kind(blocks: Sequence[Block]) -> BlockTexts:
    texts: BlockTexts = {kind.kind: [] for kind in BLOCK_KINDS}
    for block in blocks:
        kind, _, _ = block["key"].partition(":")
        if kind in texts:
            texts[kind].append(BlockText(block))
    return texts


def _lead(application: Application) -> str:
    parts = [application.school.name, application.state]
    if application.submitted_at:
        parts.append(f"indsendt {day(timezone.localdate(application.submitted_at))}")
    return " · ".join(part for part in parts if part)


def _pupil_cells(pupil: BlockText) -> list[str]:
    """A row of the table of pupils, by its columns."""
    grade_and_age = []
    if pupil["grade"]:
        grade_and_age.append(pupil["grade"])
    age = pupil.figures.get("age")
    if age is not None:
        grade_and_age.append(f"{age} år")

    cells = (
        ", ".join(grade_and_age),
        pupil["kind"],
        pupil["support_hours"],
        pupil["requested_tariff"],
        pupil.period,
        pupil.cost,
    )
    return [pupil.initials, *(cell or NOTHING for cell in cells)]


def _sections(texts: BlockTexts, writer: Writer) -> list[Section]:
    """The same sections in the same order, whatever is written."""
    return [
        *_pupil_sections(texts[PUPIL.kind], writer),
        *_shared_sections(texts, (ENVIRONMENT,), writer),
        _row_section(TRIED, texts, writer, _tried_text),
        _row_section(PLANNED, texts, writer, _planned_text),
        _row_section(GOAL, texts, writer, _goal_text),
        *_shared_sections(texts, (COOPERATION, LEADERSHIP), writer),
    ]


def _pupil_sections(pupils: Sequence[BlockText], writer: Writer) -> list[Section]:
    """A section for each field of the pupil that the summary shows, with all pupils in it."""
    sections = []
    for field in PUPIL.fields:
        if field.summary:
            texts = []
            for pupil in writer.rows(pupils):
                texts.append((pupil.initials, writer.write(pupil[field.name])))
            sections.append(Section(field.summary.section, texts))
    return sections


def _shared_sections(
    texts: BlockTexts, kinds: Iterable[BlockKind], writer: Writer
) -> list[Section]:
    """What is written once for all pupils, by the section that each field names."""
    sections: dict[str, Section] = {}
    for kind in kinds:
        # There is always one, in the emptiest draft too.
        [block] = texts[kind.kind]
        for field in kind.fields:
            if field.summary:
                title, label = field.summary
                section = sections.setdefault(title, Section(title, []))
                section.texts.append((label, writer.write(block[field.name])))
    return list(sections.values())


def _row_section(
    kind: BlockKind,
    texts: BlockTexts,
    writer: Writer,
    write_row: Callable[[BlockText, Writer], Text],
) -> Section:
    rows = [write_row(row, writer) for row in writer.rows(texts[kind.kind])]
    return Section(kind.summary, rows or [("", NOTHING)])


def _tried_text(tried: BlockText, writer: Writer) -> Text:
    return writer.write(tried["what"]), writer.write(tried["outcome"])


def _planned_text(planned: BlockText, writer: Writer) -> Text:
    text = f"{planned['what']} → {planned['expected_effect']}"
    return f"{planned['kind']}, {planned.period}", writer.write(text)


def _goal_text(goal: BlockText, writer: Writer) -> Text:
    # Written as a sentence or not, it goes on in one.
    what = goal["what"].rstrip(". ")
    text = f"{what}: {goal.figures.get('way', '')}"
    if goal["due_on"]:
        text += f", senest {goal['due_on']}"
    return goal.initials, writer.write(text)


def _short_day(day: date | None) -> str:
    if day is None:
        return "?"
    return f"{day:%d.%m.%Y}"


def _data_of(summary: Summary) -> dict[str, Any]:
    """What the PDF's template reads."""
    sections = []
    for section in summary.sections:
        sections.append({"title": section.title, "texts": section.texts})

    return {
        "title": summary.title,
        "lead": summary.lead,
        "columns": summary.COLUMNS,
        "pupils": summary.pupils,
        "sections": sections,
        "shortened": summary.shortened,
        "made": f"Udskrevet {day(today())}",
    }
