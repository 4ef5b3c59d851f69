"""The payments' pages: what falls due, the runs, one run from proposal to paid, and where each school's money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.lifecycle import InstalmentStatus, RunStatus
from budget.models import Instalment, PaymentRun, SchoolAccount
from budget.payments import actions, forms
from skolefleks import audit
from skolefleks.danish import day, kr, today
from skolefleks.models import AccessEntry, School
from skolefleks.pages import act, form_page, page
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


S = RunStatus


TONES = {
    S.PROPOSED: "warning",
    S.APPROVED: "info",
    S.EXPORTED: "info",
    S.PAYING: "info",
    S.PAID: "success",
}


WAY = (S.PROPOSED, S.APPROVED, S.EXPORTED, S.PAID)


ROWS = 60  # instalments a page: more than a quarter has


@form_page(P.PAYMENT_MAKE)
def payment_runs(request: Request) -> HttpResponse:
    """What is due next and after that, and all runs, the newest first; a form that proposes one."""
    waiting = Instalment.objects.waiting().sums_by(
        "due_on", "school__district__sort_key", "school__name"
    )
    next_on = _next_day([row["due_on"] for row in waiting])
    form = forms.ProposeForm(
        request.POST if request.method == "POST" else None, initial={"until": next_on}
    )
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.propose(until=form.cleaned_data["until"], by=request.user)
            return redirect(run)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(
        request,
        "budget/payments/payments.html",
        _runs(request, form, waiting, next_on),
        status=422 if form.errors else 200,
    )


@page(P.PAYMENT_MAKE)
def payment_run(request: Request, number: str) -> HttpResponse:
    """One run: what it pays to whom, how far it is, and the next step."""
    return _run_page(request, _run(number), forms.PaidForm())


@act(P.PAYMENT_MAKE)
def approve_payments(request: Request, number: str) -> HttpResponse:
    return _act(request, number, actions.approve)


@act(P.PAYMENT_MAKE)
def reject_payments(request: Request, number: str) -> HttpResponse:
    return _act(request, number, actions.reject)


@act(P.PAYMENT_MAKE)
def export_payments(request: Request, number: str) -> HttpResponse:
    return _act(request, number, actions.export)


@act(P.PAYMENT_MAKE)
def mark_payments_paid(request: Request, number: str) -> HttpResponse:
    run, form = _run(number), forms.PaidForm(request.POST)
    if form.is_valid():
        try:
            actions.mark_paid(run, on=form.cleaned_data["paid_on"], by=request.user)
            return redirect("budget:payment_receipt", run.number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    return _run_page(request, _run(number), form)


@page(P.PAYMENT_MAKE)
def payment_receipt(request: Request, number: str) -> HttpResponse:
    """What was said, and what happens now."""
    run = _run(number)
    if run.paid_on is None:
        raise Http404
    amount = sum(row["sum"] for row in run.instalments.counting().sums_by("run_id"))
    context = {
        "run": run,
        "text": f"{kr(amount)} er betalt den {day(run.paid_on)}.",
        "next": [
            "Raterne bogføres én for én som udbetalt.",
            "Beløb, kontostreng og dag ligger fast for hver rate.",
        ],
    }
    return render(request, "budget/payments/payment_receipt.html", context)


@page(P.PAYMENT_MAKE)
def payment_download(request: Request, number: str) -> HttpResponse:
    """The file for the finance system, as it was when it was made. That somebody took it is logged."""
    run = _run(number)
    if not run.digest:
        raise Http404
    audit.access(AccessEntry.Kind.EXPORT, run.number, by=request.user)
    name = f'attachment; filename="udbetaling-{run.number}.csv"'
    return HttpResponse(
        actions.file_of(run),
        "text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


@form_page(P.PAYMENT_MAKE)
def payment_accounts(request: Request) -> HttpResponse:
    """Where each school's money goes."""
    accounts = {
        row.school_id: row.account for row in SchoolAccount.objects.exclude(account="")
    }
    schools = list(School.objects.all())
    form = forms.AccountsForm(
        request.POST if request.method == "POST" else None,
        schools=schools,
        accounts=accounts,
    )
    if request.method == "POST" and form.is_valid():
        for school, account in form.changes():
            actions.set_account(school, account, by=request.user)
        messages.success(
            request, "Kontostrengene er gemt. De gælder fra den næste kørsel."
        )
        return redirect("budget:payment_accounts")
    context = {
        "trail": [*_trail(), ("Kontostrenge", "")],
        "form": form,
        "default": settings.PAYMENT_ACCOUNT,
    }
    return render(
        request,
        "budget/payments/payment_accounts.html",
        context,
        status=422 if form.errors else 200,
    )


# -- what the templates are given -------------------------------------------------------------------------------------
def _runs(
    request: Request,
    form: forms.ProposeForm,
    waiting: list[dict[str, Any]],
    next_on: date | None,
) -> dict[str, Any]:
    page = page_of(
        PaymentRun.objects.select_related("proposed_by"), request.GET, by="-number"
    )
    now = Instalment.objects.filter(run__in=page.rows).counting().sums_by("run_id")
    sums = {row["run_id"]: (row["sum"], row["number"]) for row in now}
    later: dict[date, int] = {}
    for row in waiting:
        if next_on and row["due_on"] > next_on:
            later[row["due_on"]] = later.get(row["due_on"], 0) + row["sum"]
    due = _by_school([row for row in waiting if next_on and row["due_on"] <= next_on])
    return {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Udbetalinger", "")],
        "form": form,
        "next_on": next_on,
        "due": due,
        "due_sum": sum(amount for _, _, amount in due),
        "due_number": sum(number for _, number, _ in due),
        "later": list(later.items())[:8],
        "page": page,
        "runs": [
            (run, TONES.get(S(run.status), "neutral"), *_sum_of(run, sums))
            for run in page.rows
        ],
    }


def _next_day(days: list[date]) -> date | None:
    """The next day something is due; where something is due already, the last day of that."""
    return max((due for due in days if due <= today()), default=min(days, default=None))


def _by_school(rows: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    """(school, instalments, whole DKK), in the order of the districts."""
    found: dict[str, tuple[int, int]] = {}
    for row in sorted(rows, key=lambda row: row["school__district__sort_key"]):
        number, amount = found.get(row["school__name"], (0, 0))
        found[row["school__name"]] = (number + row["number"], amount + row["sum"])
    return [(school, number, amount) for school, (number, amount) in found.items()]


def _sum_of(run: PaymentRun, sums: dict[Any, tuple[int, int]]) -> tuple[int, int]:
    """(whole DKK, instalments): as they are now; of a run taken apart, as they were proposed."""
    return (
        (run.amount, run.count)
        if run.status == S.REJECTED
        else sums.get(run.pk, (0, 0))
    )


def _run_page(
    request: Request, run: PaymentRun, form: forms.PaidForm, refusal: str = ""
) -> HttpResponse:
    rows = run.instalments.select_related(
        "district", "posting__reversed_by__reversed_by"
    )
    sums = rows.counting().sums_by(
        "district__sort_key", "district__name", "payee", "account"
    )
    amount, number = sum(row["sum"] for row in sums), sum(row["number"] for row in sums)
    page = page_of(rows, request.GET, by="payee", size=ROWS)
    if run.status == S.EXPORTED and not form.is_bound:
        form.initial["paid_on"] = min(run.pays_on, today())
    context = {
        "trail": [*_trail(), (run.number, "")],
        "run": run,
        "refusal": refusal,
        "tone": TONES.get(S(run.status), "neutral"),
        "way": _way(run),
        "facts": _facts(run, amount, number),
        "sums": sums,
        "default": any(row["account"] == settings.PAYMENT_ACCOUNT for row in sums),
        "amount": amount,
        "page": page,
        "rows": [
            (row, _status(row), row.status == InstalmentStatus.CANCELLED)
            for row in page.rows
        ],
        "form": form,
        "left": rows.planned().count() if run.status == S.PAYING else 0,
        "can": {
            verb: can(run, verb, request.user)
            for verb in ("approve", "reject", "export", "mark_paid")
        },
        "waits_for_other": run.status == S.PROPOSED
        and run.proposed_by_id == request.user.pk,
    }
    return render(
        request,
        "budget/payments/payment_run.html",
        context,
        status=422 if form.errors or refusal else 200,
    )


def _status(row: Instalment) -> str:
    """The status in words; a payment that was corrected says so, unless the correction was the mistake."""
    correction = getattr(row.posting, "reversed_by", None)
    is_corrected = correction and not hasattr(correction, "reversed_by")
    return (
        f"{row.get_status_display()}, senere rettet"
        if is_corrected
        else row.get_status_display()
    )


def _way(run: PaymentRun) -> list[tuple[str, str, str]]:
    """Where the run is on its way: (step, state, who and when)."""
    reached = {S.PAYING: 3, S.REJECTED: 0}.get(S(run.status)) or (
        WAY.index(S(run.status)) if run.status in WAY else 0
    )
    notes = (
        str(run.proposed_by or "Af systemet"),
        str(run.approved_by or ""),
        day(run.exported_at) if run.exported_at else "",
        day(run.paid_on) if run.paid_on else "",
    )
    labels = ("Foreslået", "Godkendt", "Sendt til økonomisystemet", "Betalt")
    done = run.status == S.PAID
    states = [
        "done" if i < reached or done else "current" if i == reached else "ahead"
        for i in range(len(WAY))
    ]
    return list(zip(labels, states, notes, strict=True))


def _facts(run: PaymentRun, amount: int, number: int) -> list[tuple[str, str]]:
    facts = [
        ("Udbetalingsdag", day(run.pays_on)),
        ("Beløb", kr(run.amount if run.status == S.REJECTED else amount)),
        ("Rater", str(run.count if run.status == S.REJECTED else number)),
        ("Foreslået af", str(run.proposed_by or "Systemet, efter planen")),
    ]
    if run.approved_by:
        facts.append(("Godkendt af", f"{run.approved_by}, {run.approved_centre}"))
    if run.digest:
        facts.append(("Filens kontroltal (SHA-256)", f"{run.digest[:16]}…"))
    return facts


# -- acts -------------------------------------------------------------------------------------------------------------
def _act(request: Request, number: str, act: Callable[..., object]) -> HttpResponse:
    """Do one act to the run and show it; a refusal stands on its page."""
    run = _run(number)
    try:
        act(run, by=request.user)
    except Refusal as refusal:
        return _run_page(request, _run(number), forms.PaidForm(), str(refusal))
    return redirect(run)


def _run(number: str) -> PaymentRun:
    rows = PaymentRun.objects.select_related(
        "proposed_by", "approved_by", "exported_by", "marked_by"
    )
    return get_object_or_404(rows, number=number)


def _trail() -> list[tuple[str, str]]:
    return [
        ("Økonomi", reverse("budget:dashboard")),
        ("Udbetalinger", reverse("budget:payments")),
    ]
