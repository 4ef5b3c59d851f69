"""An evaluation as a paper and as a spreadsheet, made of what a frozen version says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from skolefleks import pdf
from skolefleks.danish import day
from skolefleks.spreadsheets import Column, as_workbook
from skolefleks.spreadsheets import Table as Sheet
from visitation.evaluation import charts, tables
from visitation.evaluation.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitation.models import EvaluationSignature

TEMPLATE = "evaluation"

# Of one text on paper.
MOST_PARAGRAPHS = 20

# The kinds of columns of a spreadsheet that stand for ours.
SHEET_KINDS = {"percent": "number"}


def words_of(
    texts: Sequence[tuple[str, str]],
    signatures: Sequence[EvaluationSignature],
    number: int,
) -> dict[str, Any]:
    """The texts and the signatures, as they are frozen with the figures."""
    return {
        "number": number,
        "texts": list(texts),
        "signatures": [signature_in_words(signature) for signature in signatures],
    }


def signature_in_words(signature: EvaluationSignature) -> str:
    """`C-SIK: Henrik Gade, 3. februar 2027`."""
    signed_on = day(timezone.localdate(signature.at))
    return f"{signature.centre}: {signature.by.name}, {signed_on}"


# -- the paper -------------------------------------------------------------------------------------
def pdf_of(source: dict[str, Any]) -> bytes:
    """PDF/A-2a and PDF/UA-1, at most 8 pages."""
    return pdf.render(TEMPLATE, paper_data(source))


def paper_data(source: dict[str, Any]) -> dict[str, Any]:
    """What the template is given: words, figures and pictures that are ready to print."""
    sections = []
    for key, heading, of_section in tables.by_section(source):
        # On paper a picture stands with its table, under the same heading.
        pictures = {}
        for picture in charts.pictures(key, of_section, for_paper=True):
            pictures[picture.key] = {
                "svg": str(picture.wide),
                "spoken": picture.label,
            }
        printed_tables = []
        for table in of_section:
            picture_of_table = pictures.get(table["key"])
            printed_tables.append(
                {**tables.printed(table), "picture": picture_of_table}
            )
        sections.append({"heading": heading, "tables": printed_tables})
    return {
        "title": f"Evaluering af SkoleFleks: {source['name']}",
        "lead": lead_of(source),
        "sections": sections,
        "limits": list(LIMITS),
        "texts": [
            (label, paragraphs_of(text)) for label, text in source["texts"] if text
        ],
        "signatures": source["signatures"],
    }


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text; of very many the last ones flow on in one.

    Nothing is left out, and a text of single words cannot fill the eight pages.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    rest = lines[MOST_PARAGRAPHS - 1 :]
    if len(rest) > 1:
        return [*lines[: MOST_PARAGRAPHS - 1], " ".join(rest)]
    return lines


def lead_of(source: dict[str, Any]) -> str:
    """`Version 1 · 1. januar 2026 til 31. december 2026 · opgjort ...`."""
    period = f"{source['first_day']} til {source['last_day']}"
    parts = [period, f"opgjort {source['counted_on']}"]
    # Whoever reads it on paper must see that more is to come.
    if not source["is_over"]:
        parts.append("foreløbig: året er ikke gået")
    if source.get("number"):
        parts.insert(0, f"Version {source['number']}")
    return " · ".join(parts)


# -- the spreadsheet -------------------------------------------------------------------------------
def workbook_of(source: dict[str, Any]) -> bytes:
    """A sheet a table, and one of what is written."""
    sheets = [_sheet(table) for table in source["tables"]]
    # Last, so that a spreadsheet opens with its figures.
    texts = [[label, text] for label, text in source["texts"]]
    texts += [["Underskrevet", line] for line in source["signatures"]]
    texts += [["Det kan tallene ikke sige", text] for text in LIMITS]
    sheets.append(Sheet("Tekster", (Column("Afsnit"), Column("Tekst")), texts))
    return as_workbook(sheets)


def _sheet(table: dict[str, Any]) -> Sheet:
    # A column of a spreadsheet has a heading always.
    columns = [Column(table["first"] or table["title"])]
    for label, kind in table["columns"]:
        columns.append(Column(label.strip(), SHEET_KINDS.get(kind, kind)))

    rows = [_sheet_row(row) for row in table["rows"]]
    if table["total"]:
        rows.append(_sheet_row(table["total"]))
    return Sheet(_sheet_name(table["title"]), columns, rows)


def _sheet_row(row: dict[str, Any]) -> list[Any]:
    if row["hidden"]:
        return [row["name"], *[tables.HIDDEN for _ in row["cells"]]]
    return [row["name"], *row["cells"]]


def _sheet_name(title: str) -> str:
    """A title without what a spreadsheet forbids in the name of a sheet."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\")
