"""The lines of the books: all of them, filtered; and one, with what it corrects or what corrects it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from budget import actions, queries
from budget.forms.proposals import ReasonForm
from budget.lifecycle import ProposalStatus
from budget.measures import MEASURES, added, in_words
from budget.models import Instalment, Posting, Proposal
from budget.views.asked import asked, kinds
from skolefleks.danish import kr
from skolefleks.idempotency import once
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, Scope, allowed, holds, may
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from budget.measures import Measure, Sums
    from budget.models import FundingSource
    from budget.views.asked import Asked
    from skolefleks.models import User

CASE_NUMBER = re.compile(r"SF-\d{4}-\d{4,}")


# What correcting a payment does to the plan, by whether it is a payment (or the reversal of one).
FOLLOWS = {
    True: {
        "title": "Raten sættes til udbetaling igen",
        "text": "Beløbet er igen disponeret til skolen og kommer med i den næste kørsel. Skal skolen ikke have det, skal "
        "udvalget afslutte bevillingen før tid.",
    },
    False: {
        "title": "Raten tages ud af planen igen",
        "text": "Den blev sat til udbetaling igen, da udbetalingen blev rettet. Nu regnes den for betalt.",
    },
}


@allowed(P.POSTING_READ)
@require_safe
def postings(request: Request) -> HttpResponse:
    """Every line of the books that the address asks for (`asked.py`), newest first; behind a figure, what adds up to it."""
    wanted = asked(request)
    rows = wanted.rows()
    page = page_of(rows.select_related("source", "district", "made_by", "reversed_by"), request.GET, by="-id")
    sees_cases, measure = _sees_cases(request.user), wanted.measure
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Posteringer", "")],
        "page": page,
        "rows": [
            (row, case_address(row, sees_cases=sees_cases), measure.counted(row) if measure else "")
            for row in page.rows
        ],
        "asked": wanted,
        "years": [(str(year), year == wanted.year) for year in wanted.years],
        "kinds": [(value, label, value == wanted.kind) for value, label in kinds()],
        "districts": [(str(pk), row.name, row == wanted.district) for pk, row in wanted.districts.items()],
        "sources": [(str(pk), row.name, row == wanted.source) for pk, row in wanted.sources.items()],
        "figure": _figure(wanted, measure) if measure else None,
        "standing": None if measure or wanted.day or wanted.proposal else _standing(wanted),
    }
    return render(request, "budget/postings.html", context, status=422 if wanted.form.errors else 200)


@allowed(P.POSTING_READ)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def posting(request: Request, pk: int) -> HttpResponse:
    """One line, with the act behind it; from here it is proposed to correct it."""
    found = get_object_or_404(Posting.objects.select_related("source", "district", "made_by", "reversed_by"), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.correct(found, reason=form.cleaned_data["reason"], by=request.user))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(request, "budget/posting.html", _one(found, form, request.user), status=422 if form.errors else 200)


def case_address(row: Posting, *, sees_cases: bool) -> str:
    """The address of the case that the posting's text names, for those who may see cases; else nothing."""
    number = CASE_NUMBER.fullmatch(row.text) if sees_cases else None
    return reverse("case", args=[number[0]]) if number else ""


def _one(found: Posting, form: ReasonForm, user: User) -> dict[str, Any]:
    named_by = Q(corrects=found) | Q(pk=found.reference) | Q(pk=found.proposal_id) | Q(corrects=found.reverses_id)
    proposals = Proposal.objects.filter(named_by)
    instalment = Instalment.objects.filter(posting__in={found.pk, found.reverses_id}).select_related("run").first()
    named = list(proposals.select_related("proposed_by", "answered_by"))
    standing = (ProposalStatus.PROPOSED, ProposalStatus.APPROVED)
    is_asked = any(row.corrects_id == found.pk and row.status in standing for row in named)
    return {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Posteringer", reverse("budget:postings")),
            (f"Nr. {found.pk}", ""),
        ],
        "posting": found,
        "reversed_by": getattr(found, "reversed_by", None),
        "case_url": case_address(found, sees_cases=_sees_cases(user)),
        "proposals": named,
        "run": instalment.run if instalment else None,
        "may_correct": may(user, P.POOL_ALLOCATE) and not is_asked,
        "follows": FOLLOWS[found.amount > 0] if found.kind == Posting.Kind.PAYMENT else None,
        "moves_a_grant": found.kind in (Posting.Kind.COMMITMENT, Posting.Kind.RELEASE),
        "form": form,
    }


def _sees_cases(user: User) -> bool:
    """Who sees every case; the others' way to a case is their own list."""
    return holds(user, P.CASE_READ, Scope.EVERYWHERE)


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
        "lines_in_all": "1 postering" if sums.count == 1 else f"{sums.count:,} posteringer".replace(",", "."),
        "lines": lines[:-1],
        "value": lines[-1][1],
    }


def _borne(wanted: Asked, source: FundingSource, measure: Measure, sums: Sums) -> list[tuple[str, str]]:
    """A frame's part of what all of them bear, and what it leaves of what the frame has put in."""
    pool = next(iter(queries.pools([wanted.year], wanted.day)), None) if wanted.year else None
    frame = next((row for row in pool.frames if row.source_id == source.pk), None) if pool else None
    used = frame.used if frame else 0
    lines = [(MEASURES["brugt"].label, kr(sums.spent)), ("Rammens del af det", kr(used))]
    if measure == MEASURES["brugt"]:
        return lines
    return [("Tildelt fra rammen", kr(sums.allocated)), *lines, (measure.label, kr(sums.allocated - used))]


def _standing(wanted: Asked) -> tuple[str, list[tuple[str, str]]]:
    """The sums as facts; what is allocated and free belongs to the whole pool, not to a district."""
    sums = queries.sums_of(year=wanted.year, district=wanted.district)
    spent = [("Disponeret", kr(sums["committed"])), ("Udbetalt", kr(sums["paid"]))]
    title = f"Sådan står {wanted.year or 'alle år'}, {wanted.district or 'hele puljen'}"
    if wanted.district:
        return title, spent
    free = sums["allocated"] - sums["committed"] - sums["paid"]
    return title, [("Tildelt", kr(sums["allocated"])), *spent, ("Fri", kr(free))]
