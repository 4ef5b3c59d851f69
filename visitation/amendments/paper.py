"""An effort on one page of paper: what is asked, how it goes, what it costs. It bears no name."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from django.utils import timezone

from applications.writing import rules as writing_rules
from skolefleks import pdf, pdf_text
from skolefleks.danish import day, kr, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from visitation.amendments.queries import Summary

# Characters of one text: the first length by which the page holds all of them.
LENGTHS = (700, 380, 220, 120)
NOTHING = "–"

# A label and what stands at it.
Text = tuple[str, str]


def as_pdf(summary: Summary) -> bytes:
    """The page as PDF/A and PDF/UA."""
    amendment = summary.amendment
    effort = amendment.effort
    pupil_case = effort.pupil_case
    initials = writing_rules.initials_on_lists(pupil_case)
    hide = pdf_text.name_remover([(pupil_case.name, initials)])

    sections = sections_of(summary)
    source: dict[str, Any] = {
        "title": f"Opfølgning: {effort.application.number}, {initials}",
        "lead": f"{effort.school.name} · løber {day(effort.starts_on)} – {day(effort.ends_on)}",
        "made": moment(timezone.now()),
    }
    content = b""
    for length in LENGTHS:
        source["sections"] = [_without_names(part, hide, length) for part in sections]
        content = pdf.render("effort", source)
        with pikepdf.open(BytesIO(content)) as document:
            if len(document.pages) == 1:
                break
    return content


def sections_of(summary: Summary) -> list[dict[str, Any]]:
    """All that stands on the page, with names and at full length."""
    kind = summary.amendment.get_kind_display()
    return [
        section(f"Bedt om: {kind}", what_is_asked(summary)),
        section("Bevilget og udbetalt", money(summary)),
        section("Mål", goals(summary)),
        section("Skolens statusrapport", report(summary)),
        section("Stemmerne", voices(summary)),
        section("Opfølgninger indtil nu", outcomes(summary)),
    ]


def section(title: str, texts: list[Text]) -> dict[str, Any]:
    """A part of the page; what is not there is parts to be missing."""
    return {"title": title, "texts": texts or [("", NOTHING)]}


def what_is_asked(summary: Summary) -> list[Text]:
    amendment = summary.amendment
    texts: list[Text] = []
    if amendment.until and amendment.tariff:
        texts.append(("", f"{kr(amendment.tariff)} pr. år til {day(amendment.until)}"))
    if amendment.window:
        texts.append(("Begrundelse", amendment.window.grounds))
    if amendment.reached:
        texts.append(("Nået", amendment.reached))
        texts.append(("Mangler", amendment.remaining))
        texts.append(("Hvorfor længere", amendment.reason))
    return texts


def money(summary: Summary) -> list[Text]:
    texts: list[Text] = []
    for grant in summary.standing.grants:
        first = day(grant.starts_on)
        last = day(grant.last_day)
        period = f"{first} – {last}"
        tariff = kr(grant.tariff)
        cost = f"{tariff} pr. år, i alt {kr(grant.cost)}"
        texts.append((period, cost))
        for step, _ in grant.later_in_words:
            label = f"Fra {day(step.from_on)}"
            texts.append((label, f"{kr(step.tariff)} pr. år"))

    # What the school has got, and what it gets as things stand.
    texts.append(("Udbetalt", kr(summary.money.paid)))
    texts.append(("Kommer", kr(summary.money.to_come)))
    return texts


def goals(summary: Summary) -> list[Text]:
    rows = []
    for curve in summary.curves:
        goal, standing = curve.goal, curve.standing
        # The paper has no room for curves: it has their sentence.
        parts = [goal.way, standing.voices, standing.sentence]
        text = ". ".join(part for part in parts if part)
        rows.append((f"{goal.number}. {goal.what}", text))
    return rows


def report(summary: Summary) -> list[Text]:
    row = summary.report
    # A draft is the school's own.
    if row is None or row.handed_in_at is None:
        return []
    return [
        ("Planen", row.carried_out),
        ("Målene", row.progress),
        ("Skolens forslag", row.suggestion or NOTHING),
    ]


def voices(summary: Summary) -> list[Text]:
    rows = []
    for words in summary.words:
        text = NOTHING
        if words.row:
            text = words.row.words or "Ønsker ikke at udtale sig."
        rows.append((words.voice.label, text))
    return rows


def outcomes(summary: Summary) -> list[Text]:
    rows = []
    for window in summary.outcomes:
        if window.held_on:
            rows.append((day(window.held_on), str(window.get_outcome_display())))
    return rows


def _without_names(
    part: dict[str, Any], hide: Callable[[str], str], length: int
) -> dict[str, Any]:
    texts = []
    for label, text in part["texts"]:
        line = pdf_text.one_line(hide(text))
        line = pdf_text.shortened(line, length)
        texts.append((hide(label), line))
    return {"title": part["title"], "texts": texts}
