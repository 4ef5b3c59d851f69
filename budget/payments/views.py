"""The payments' pages: what falls due, the runs, one run from proposal to paid, the accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.lifecycle import SENT, InstalmentStatus, RunStatus
from budget.models import Instalment, PaymentRun
from budget.payments import actions, forms, queries, rules
from skolefleks import audit
from skolefleks.danish import day, kr, today
from skolefleks.models import AccessEntry, School, User
from skolefleks.pages import NOT_DONE, act, form_page, page, posted, show_form
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from skolefleks.statemachine import can

S = RunStatus


TONES = {
    S.PROPOSED: "warning",
    S.APPROVED: "info",
    S.REJECTED: "neutral",
    S.EXPORTED: "info",
    S.PAYING: "info",
    S.PAID: "success",
    S.RETURNED: "error",
}


# The steps of a run's way as its page shows them. While it is being written into the books, it
# stands at the last.
WAY = (S.PROPOSED, S.APPROVED, S.EXPORTED, S.PAID)
WAY_LABELS = ("Foreslået", "Godkendt", "Sendt til økonomisystemet", "Betalt")


DEFAULT_ACCOUNT_USED = (
    "Der bruges standarden. Afvis kørslen, skriv skolens kontostreng, "
    "og foreslå kørslen igen, hvis den skal være en anden."
)


# What is in a run and was not paid by it.
NOT_PAID = (InstalmentStatus.CANCELLED, InstalmentStatus.RETURNED)


# Instalments a page: more than a quarter has.
ROWS = 60

# Days that are shown after the next one.
LATER_DAYS = 8


@form_page(P.PAYMENT_MAKE)
def payment_runs(request: Request) -> HttpResponse:
    """What is due next and after that, and all runs, the newest first; a form that proposes one."""
    due = queries.waiting_to_be_paid()
    form = forms.ProposeForm(posted(request), initial={"until": due.next_on})

    if form.try_to(actions.propose, by=request.user):
        return redirect(form.outcome)

    runs = PaymentRun.objects.select_related("proposed_by")
    page = page_of(runs, request.GET, by="-number")
    totals = queries.totals_of(page.rows)
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Udbetalinger", "")],
        "next_on": due.next_on,
        "due": due.by_school,
        "due_sum": sum(school.amount for school in due.by_school),
        "due_number": sum(school.number for school in due.by_school),
        "later": list(due.later.items())[:LATER_DAYS],
        "owed": queries.owed_by_school(),
        "is_early": bool(due.next_on and due.next_on > rules.last_pay_day()),
        "lead_days": trade.now().payment_lead_days,
        "homeless": queries.schools_without_account(),
        "page": page,
        "runs": [(run, TONES[S(run.status)], totals[run.pk]) for run in page.rows],
    }
    return show_form(request, "budget/payments/payments.html", form, context)


@act(P.PAYMENT_MAKE)
def collect(request: Request, school: int) -> HttpResponse:
    """Ask a school for what it has had too much."""
    debtor = get_object_or_404(School, pk=school)
    try:
        run = actions.propose_collection(debtor, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("budget:payments")
    return redirect(run)


@page(P.PAYMENT_MAKE)
def payment_run(request: Request, number: str) -> HttpResponse:
    """One run: what it pays to whom, how far it is, and the next step."""
    return _show_run(request, _run(number), forms.PaidForm())


@act(P.PAYMENT_MAKE)
def approve_payments(request: Request, number: str) -> HttpResponse:
    return _attempt(request, number, actions.approve)


@act(P.PAYMENT_MAKE)
def reject_payments(request: Request, number: str) -> HttpResponse:
    return _attempt(request, number, actions.reject)


@act(P.PAYMENT_MAKE)
def export_payments(request: Request, number: str) -> HttpResponse:
    return _attempt(request, number, actions.export)


def _attempt(request: Request, number: str, do: Callable[..., object]) -> HttpResponse:
    """Do one act to the run and show it.

    A refusal stands on the run's own page, beside what it is about, and not on the next one.
    """
    run = _run(number)
    try:
        do(run, by=request.user)
    except Refusal as refusal:
        # Read anew: the act may have changed the run in memory before it was refused.
        return _show_run(request, _run(number), forms.PaidForm(), str(refusal))
    return redirect(run)


@act(P.PAYMENT_MAKE)
def mark_payments_paid(request: Request, number: str) -> HttpResponse:
    """Say on which day the finance system paid the run."""
    run = _run(number)
    form = forms.PaidForm(request.POST)
    if form.try_to(actions.mark_paid, run, by=request.user):
        return redirect("budget:payment_receipt", run.number)

    # Read anew: the act has set the day in memory before it was refused.
    return _show_run(request, _run(number), form)


@page(P.PAYMENT_MAKE)
def payment_receipt(request: Request, number: str) -> HttpResponse:
    """What was said, and what happens now."""
    run = _run(number)
    if run.paid_on is None:
        raise Http404

    amount = queries.totals_of([run])[run.pk].amount
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
    """The file for the finance system, as it was when it was made. The access log gets a line."""
    run = _run(number)
    if not run.digest:
        raise Http404

    audit.log_access(AccessEntry.Kind.EXPORT, run.number, by=request.user)
    answer = HttpResponse(actions.file_of(run), "text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="udbetaling-{run.number}.csv"'
    )
    return answer


# -- one run's page -------------------------------------------------------------------------------
def _run(number: str) -> PaymentRun:
    runs = PaymentRun.objects.select_related(
        "proposed_by", "approved_by", "exported_by", "marked_by"
    )
    return get_object_or_404(runs, number=number)


def _show_run(
    request: Request, run: PaymentRun, form: forms.PaidForm, refusal: str = ""
) -> HttpResponse:
    """The run's page: 422 where what was sent is not done."""
    # As a rule the day that was planned; never one to come, which the act would refuse.
    if run.status == S.EXPORTED and not form.is_bound:
        form.initial["paid_on"] = min(run.pays_on, today())

    status = 200
    if form.errors or refusal:
        status = NOT_DONE
    context = {
        "trail": [*_trail(), (run.number, "")],
        "run": run,
        "refusal": refusal,
        "form": form,
        "early": queries.paid_early(run),
        **_state_of(run, request.user),
        **_instalments_of(run, request),
    }
    return render(request, "budget/payments/payment_run.html", context, status=status)


def _state_of(run: PaymentRun, user: User) -> dict[str, Any]:
    """How far the run is, and what the person can do with it."""
    left = 0
    if run.status == S.PAYING:
        left = run.instalments.planned().count()

    verbs = ("approve", "reject", "export", "mark_paid")
    may_return = run.status in SENT and may(user, P.PAYMENT_MAKE, at=EVERYWHERE)
    # Said, since to the one who proposed the run the button is not there.
    is_own = run.proposed_by_id == user.pk
    return {
        "status_tone": TONES[S(run.status)],
        "way": _way(run),
        "left": left,
        "can": {verb: can(run, verb, user) for verb in verbs},
        "may_return": may_return,
        "waits_for_other": run.status == S.PROPOSED and is_own,
    }


def _instalments_of(run: PaymentRun, request: Request) -> dict[str, Any]:
    """What the run pays: in all, by school, and each instalment."""
    sums = queries.sums_by_payee(run)
    new_accounts = queries.schools_with_new_account(run)
    for row in sums:
        row["is_new_account"] = row["school_id"] in new_accounts
    total = queries.Total(
        amount=sum(row["sum"] for row in sums),
        number=sum(row["number"] for row in sums),
    )

    # Two reversals deep, so that no row asks whether its correction was itself corrected.
    instalments = run.instalments.select_related(
        "district", "posting__reversed_by__reversed_by"
    )
    page = page_of(instalments, request.GET, by="payee", size=ROWS)
    rows = []
    for instalment in page.rows:
        is_cancelled = instalment.status in NOT_PAID
        rows.append((instalment, _status_of(instalment), is_cancelled))

    return {
        "facts": _facts(run, total),
        "new_accounts": [row["payee"] for row in sums if row["is_new_account"]],
        "sums": sums,
        "amount": total.amount,
        "default_account_used": DEFAULT_ACCOUNT_USED,
        "uses_default": any(
            row["account"] == settings.PAYMENT_ACCOUNT for row in sums
        ),
        "page": page,
        "rows": rows,
    }


def _status_of(instalment: Instalment) -> str:
    """The status in words.

    A payment that was corrected says so, unless the correction was the mistake and is itself
    reversed.
    """
    status = str(instalment.get_status_display())
    if instalment.amount < 0 and instalment.status == InstalmentStatus.PAID:
        status = "Modregnet"
    correction = getattr(instalment.posting, "reversed_by", None)
    if correction and not hasattr(correction, "reversed_by"):
        return f"{status}, kommet tilbage"
    return status


def _way(run: PaymentRun) -> list[tuple[str, str, str]]:
    """Where the run is on its way: (step, state, who and when)."""
    current = 0
    if run.status == S.PAYING:
        current = WAY.index(S.PAID)
    elif run.status in WAY:
        current = WAY.index(S(run.status))

    states = []
    for step in range(len(WAY)):
        if step < current or run.status == S.PAID:
            states.append("done")
        elif step == current:
            states.append("current")
        else:
            states.append("ahead")

    exported_on = ""
    if run.exported_at:
        exported_on = day(run.exported_at)
    paid_on = ""
    if run.paid_on:
        paid_on = day(run.paid_on)
    notes = (
        str(run.proposed_by or "Af systemet"),
        str(run.approved_by or ""),
        exported_on,
        paid_on,
    )
    return list(zip(WAY_LABELS, states, notes, strict=True))


def _facts(run: PaymentRun, total: queries.Total) -> list[tuple[str, str]]:
    # A run taken apart has no instalments left; it shows what was proposed.
    if run.status == S.REJECTED:
        total = queries.Total(run.amount, run.count)

    facts = [
        ("Art", str(run.get_kind_display())),
        ("Udbetalingsdag", day(run.pays_on)),
        ("Beløb", kr(total.amount)),
        ("Rater", str(total.number)),
        ("Foreslået af", str(run.proposed_by or "Systemet, efter planen")),
    ]
    if run.approved_by:
        facts.append(("Godkendt af", f"{run.approved_by}, {run.approved_centre}"))
    if run.early_reason:
        facts.append(("Betales før tid, fordi", run.early_reason))
    if run.digest:
        facts.append(("Filens kontroltal (SHA-256)", f"{run.digest[:16]}…"))
    return facts


def _trail() -> list[tuple[str, str]]:
    return [
        ("Økonomi", reverse("budget:dashboard")),
        ("Udbetalinger", reverse("budget:payments")),
    ]
