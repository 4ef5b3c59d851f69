"""The lines of the books: all of them, filtered; and one, with what it corrects or what corrects it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from budget import actions, queries
from budget.forms.proposals import ReasonForm
from budget.lifecycle import ProposalStatus
from budget.models import FundingSource, Posting, Proposal
from skolefleks.danish import kr
from skolefleks.idempotency import once
from skolefleks.models import District
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, Scope, allowed, holds, may
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User

CASE_NUMBER = re.compile(r"SF-\d{4}-\d{4,}")
# What `art` may ask for besides a kind of posting.
ALSO: dict[str, tuple[str, Q]] = {
    "forbrug": ("Alt forbrug", ~Q(kind=Posting.Kind.ALLOCATION)),
    "rettelse": ("Rettelser", Q(reverses__isnull=False)),
}


@allowed(P.POSTING_READ)
@require_safe
def postings(request: Request) -> HttpResponse:
    """Every line of the books, newest first, by fiscal year, kind, district and frame (`aar`, `art`, `distrikt`, `ramme`)."""
    years, districts, sources = queries.pool_years(), list(District.objects.all()), list(FundingSource.objects.all())
    year = chosen(request, "aar", years)
    district = chosen(request, "distrikt", {row.pk: row for row in districts})
    source = chosen(request, "ramme", {row.pk: row for row in sources})
    kind = _kind(request)
    wanted = {"pool": year, "district": district, "source": source}
    rows = Posting.objects.filter(_of_kind(kind), **{name: value for name, value in wanted.items() if value})
    page = page_of(rows.select_related("source", "district", "made_by", "reversed_by"), request.GET, by="-id")
    place = next((row for row in districts if row.pk == district), None)
    sees_cases = _sees_cases(request.user)
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Posteringer", "")],
        "page": page,
        "rows": [(row, case_address(row, sees_cases=sees_cases)) for row in page.rows],
        "years": [(str(other), other == year) for other in years],
        "kinds": [(value, label, value == kind) for value, label in _kinds()],
        "districts": [(str(row.pk), row.name, row.pk == district) for row in districts],
        "sources": [(str(row.pk), row.name, row.pk == source) for row in sources],
        "is_filtered": bool(kind) or any(wanted.values()),
        "standing_title": _standing_title(year, place),
        "standing": _standing(queries.sums_of(year=year, district=place), whole_pool=place is None),
    }
    return render(request, "budget/postings.html", context)


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


def filtered(request: Request) -> QuerySet[Posting]:
    """The postings that the address asks for, in the words of the page; for the files made of it."""
    known: dict[str, Any] = {
        "aar": queries.pool_years(),
        "distrikt": District.objects.values_list("pk", flat=True),
        "ramme": FundingSource.objects.values_list("pk", flat=True),
    }
    fields = {"aar": "pool", "distrikt": "district", "ramme": "source"}
    wanted = {fields[name]: number for name, ids in known.items() if (number := chosen(request, name, ids))}
    return Posting.objects.filter(_of_kind(_kind(request)), **wanted)


def chosen(request: Request, name: str, known: Any) -> int | None:
    """The number that the address chooses among `known`; None where it chooses none, 404 where it is none of them."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) not in known:
        raise Http404
    return int(text)


def case_address(row: Posting, *, sees_cases: bool) -> str:
    """The address of the case that the posting's text names, for those who may see cases; else nothing."""
    number = CASE_NUMBER.fullmatch(row.text) if sees_cases else None
    return reverse("case", args=[number[0]]) if number else ""


def _one(found: Posting, form: ReasonForm, user: User) -> dict[str, Any]:
    proposals = Proposal.objects.filter(Q(corrects=found) | Q(pk=found.reference) | Q(corrects=found.reverses_id))
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
        "may_correct": may(user, P.POOL_ALLOCATE) and not is_asked,
        "moves_a_grant": found.kind in (Posting.Kind.COMMITMENT, Posting.Kind.RELEASE),
        "form": form,
    }


def _sees_cases(user: User) -> bool:
    """Who sees every case; the others' way to a case is their own list."""
    return holds(user, P.CASE_READ, Scope.EVERYWHERE)


def _kinds() -> list[tuple[str, str]]:
    return [*Posting.Kind.choices, *((value, label) for value, (label, _) in ALSO.items())]


def _kind(request: Request) -> str | None:
    kind = request.GET.get("art") or None
    if kind and kind not in dict(_kinds()):
        raise Http404
    return kind


def _of_kind(kind: str | None) -> Q:
    if kind in ALSO:
        return ALSO[kind][1]
    return Q(kind=kind) if kind else Q()


def _standing_title(year: int | None, district: District | None) -> str:
    place = district.name if district else "hele puljen"
    return f"Sådan står {year or 'alle år'}, {place}"


def _standing(sums: dict[str, int], *, whole_pool: bool) -> list[tuple[str, str]]:
    """The sums as facts; what is allocated and free belongs to the whole pool, not to a district."""
    spent = [("Disponeret", kr(sums["committed"])), ("Udbetalt", kr(sums["paid"]))]
    if not whole_pool:
        return spent
    free = sums["allocated"] - sums["committed"] - sums["paid"]
    return [("Tildelt", kr(sums["allocated"])), *spent, ("Fri", kr(free))]
