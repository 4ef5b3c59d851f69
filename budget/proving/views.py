"""The proof of the books: the last one of everything, what came since, and asking for a new one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from budget.books import forms as book_forms
from budget.books.proof import as_it_stands, as_it_stood
from budget.proving import actions, queries
from skolefleks import navigation
from skolefleks.pages import act, page, polled, show_form
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P

if TYPE_CHECKING:
    from budget.books.proof import Check
    from budget.models import BookProof
    from skolefleks.models import User


@page(P.POSTING_READ)
def proof(request: Request) -> HttpResponse:
    """The last full proof and the proof of what came since, made while one waits.

    Beside it the pools at the end of a day (`dag`).
    """
    # Asked for without a day, the page shows how it stands, and no error at an empty field.
    data = None
    if "dag" in request.GET:
        data = request.GET
    form = book_forms.DayForm(data)

    day = None
    if form.is_valid():
        day = form.cleaned_data["day"]
    pools = as_it_stands()
    if day is not None:
        pools = as_it_stood(day)

    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Regnskabsbevis", "")],
        "running": queries.under_way(),
        "day": day,
        "pools": pools,
        **_proved(),
    }
    return show_form(request, "budget/proving/proof.html", form, context)


def _proved() -> dict[str, Any]:
    """Both proofs' checks, and the first difference of them all."""
    full = queries.last_full()
    last = queries.last_green()
    news = None
    checks: list[Check] = []
    started = time.monotonic()
    if last is not None:
        news, checks = queries.new_checks(last)
    seconds = time.monotonic() - started

    differences = [check.difference for check in checks if check.difference]
    if full is not None:
        differences = [*full.differences, *differences]
    return {
        "full": full,
        "since": last,
        "news": news,
        "checks": [(check.title, check.difference) for check in checks],
        "seconds": seconds,
        "differences": differences,
    }


@page(P.POSTING_READ)
@polled
def progress(request: Request) -> HttpResponse:
    """How far the proof of everything has come; the page asks for it until it is done."""
    running = queries.under_way()
    response = render(request, "budget/proving/_progress.html", {"running": running})
    if running is None:
        # Done: the page shows what was found.
        response["HX-Refresh"] = "true"
    return response


@act(P.POSTING_READ)
def ask_for_proof(request: Request) -> HttpResponse:
    actions.ask(by=request.user)
    return redirect("budget:proof")


def alarm_of(user: User) -> navigation.Alarm | None:
    """What stands above each of the money's pages while a proof is red."""
    red: BookProof | None = queries.alarm()
    if red is None:
        return None

    # The difference itself may name a case: that is for those who read the postings.
    url = ""
    text = "Centercheferne og administratorerne har fået besked."
    if may(user, P.POSTING_READ, at=EVERYWHERE):
        url = reverse("budget:proof")
        text = red.differences[0]
    return navigation.Alarm("Bøgerne stemmer ikke", text, url)


navigation.register_alarm("/budget/", alarm_of)
# What a school gets for one effort is money too.
navigation.register_alarm("/indsatser/", alarm_of, end="/oekonomi/")
