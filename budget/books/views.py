"""Regnskabsbevis: the books proved again while one waits, and the pool as it stood on any day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from budget.books import forms as book_forms
from budget.books import queries
from budget.books.asked import asked, kinds
from budget.books.measures import MEASURES, added, in_words
from budget.books.proof import as_it_stood, prove
from budget.models import Posting
from skolefleks.danish import kr, whole
from skolefleks.pages import page
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P

if TYPE_CHECKING:
    from budget.books.asked import Asked
    from budget.books.measures import Measure, Sums
    from budget.models import FundingSource
    from skolefleks.models import User


@page(P.POSTING_READ)
def proof(request: Request) -> HttpResponse:
    """Green, or red with the first difference of each kind; beside it the pools at the end of a day (`dag`)."""
    form = book_forms.DayForm(request.GET if "dag" in request.GET else None)
    day = form.cleaned_data["dag"] if form.is_bound and form.is_valid() else None
    checks = prove()
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Regnskabsbevis", "")],
        "checks": checks,
        "wrong": [check for check in checks if not check.holds],
        "at": timezone.now(),
        "form": form,
        "day": day,
        "pools": as_it_stood(day),
    }
    return render(request, "budget/books/proof.html", context, status=422 if form.errors else 200)


CASE_NUMBER = re.compile(r"SF-\d{4}-\d{4,}")


# What correcting a payment does to the plan, by whether it is a payment (or the reversal of one).


@page(P.POSTING_READ)
def postings(request: Request) -> HttpResponse:
    """Every line of the books that the address asks for (`asked.py`), newest first; behind a figure, what adds up to it."""
    wanted = asked(request)
    rows = wanted.rows()
    page = page_of(
        rows.select_related("source", "district", "made_by", "reversed_by"), request.GET, by="-id"
    )
    may_see, measure = sees_cases(request.user), wanted.measure
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Posteringer", "")],
        "page": page,
        "rows": [
            (row, case_address(row, sees_cases=may_see), measure.counted(row) if measure else "")
            for row in page.rows
        ],
        "asked": wanted,
        "years": [(str(year), year == wanted.year) for year in wanted.years],
        "kinds": [(value, label, value == wanted.kind) for value, label in kinds()],
        "districts": [
            (str(pk), row.name, row == wanted.district) for pk, row in wanted.districts.items()
        ],
        "sources": [
            (str(pk), row.name, row == wanted.source) for pk, row in wanted.sources.items()
        ],
        "figure": _figure(wanted, measure) if measure else None,
        "standing": None if measure or wanted.day or wanted.proposal else _standing(wanted),
    }
    return render(
        request, "budget/books/postings.html", context, status=422 if wanted.form.errors else 200
    )


def case_address(row: Posting, *, sees_cases: bool) -> str:
    """The address of the case that the posting's text names, for those who may see cases; else nothing."""
    number = CASE_NUMBER.fullmatch(row.text) if sees_cases else None
    return reverse("case", args=[number[0]]) if number else ""


def sees_cases(user: User) -> bool:
    """Who sees every case; the others' way to a case is their own list."""
    return may(user, P.CASE_READ, at=EVERYWHERE)


def _figure(wanted: Asked, measure: Measure) -> dict[str, Any]:
    """The figure that the postings stand behind: its name, and how it comes about from all of them."""
    sums = added(wanted.rows())
    lines = in_words(measure, sums, wanted.year)
    if wanted.source and measure in (MEASURES["brugt"], MEASURES["fri"]):
        lines = _borne(wanted, wanted.source, measure, sums)
    place = wanted.district or wanted.source
    title = " ".join(part for part in (measure.label, str(wanted.year or "")) if part)
    return {
        "title": f"{title}, {place}" if place else title,
        "lines_in_all": "1 postering" if sums.count == 1 else f"{whole(sums.count)} posteringer",
        "lines": lines[:-1],
        "value": lines[-1][1],
    }


def _borne(
    wanted: Asked, source: FundingSource, measure: Measure, sums: Sums
) -> list[tuple[str, str]]:
    """A frame's part of what all of them bear, and what it leaves of what the frame has put in."""
    pool = next(iter(queries.pools([wanted.year], wanted.day)), None) if wanted.year else None
    frame = next((row for row in pool.frames if row.source_id == source.pk), None) if pool else None
    used = frame.used if frame else 0
    lines = [(MEASURES["brugt"].label, kr(sums.spent)), ("Rammens del af det", kr(used))]
    if measure == MEASURES["brugt"]:
        return lines
    return [
        ("Tildelt fra rammen", kr(sums.allocated)),
        *lines,
        (measure.label, kr(sums.allocated - used)),
    ]


def _standing(wanted: Asked) -> tuple[str, list[tuple[str, str]]]:
    """The sums as facts; what is allocated and free belongs to the whole pool, not to a district."""
    sums = queries.sums_of(year=wanted.year, district=wanted.district)
    spent = [("Disponeret", kr(sums["committed"])), ("Udbetalt", kr(sums["paid"]))]
    title = f"Sådan står {wanted.year or 'alle år'}, {wanted.district or 'hele puljen'}"
    if wanted.district:
        return title, spent
    free = sums["allocated"] - sums["committed"] - sums["paid"]
    return title, [("Tildelt", kr(sums["allocated"])), *spent, ("Fri", kr(free))]
