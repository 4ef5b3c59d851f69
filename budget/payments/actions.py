"""From plan to payment: the runs that pay what is planned (`planning.py`).

Each instalment is paid once, whatever is killed or run twice
(docs/decisions/0014). Lock order: pools by fiscal year, then the
instalments by id, then their run. Amounts are whole DKK.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from budget.lifecycle import RunStatus
from budget.models import Instalment, PaymentRun, SchoolAccount, centres_led_by
from budget.payments import planning, queries, rules
from budget.payments.file import FILE_FORMAT, payment_file
from skolefleks import audit, outbox
from skolefleks.calendar import banking_day_after
from skolefleks.danish import day, today
from skolefleks.models import School
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from skolefleks.models import User


P = Permission


class NothingDue(Refusal):
    """No instalment waits to be paid."""

    message = (
        "Der er ingen rater at udbetale til og med den dag. "
        "De er betalt, med i en anden kørsel eller ikke forfaldne."
    )


class TooEarly(Refusal):
    """Instalments would be paid before they are due, and nobody says why."""

    def __init__(self, last_due_on: date) -> None:
        super().__init__(
            f"Den sidste rate forfalder {day(last_due_on)}, og kørslen betaler senest"
            f" {day(rules.last_pay_day())}. Vælg en tidligere dag, eller skriv, hvorfor der skal"
            " betales, før det forfalder.",
            field="reason",
        )


class NoAccount(Refusal):
    """A school that is to be paid has no account, and there is no common one."""

    def __init__(self, schools: Collection[str]) -> None:
        names = ", ".join(sorted(schools))
        super().__init__(
            f"Der er ingen kontostreng for {names}. Skriv den under Skolernes kontostrenge,"
            " og foreslå kørslen igen."
        )


class NoDebitAccount(Refusal):
    """The account that the payments are taken from is not set."""

    message = (
        "Der er ingen debetkonto at betale fra. Driften sætter den i PAYMENT_DEBIT_ACCOUNT;"
        " derefter kan filen dannes."
    )


class NothingOwed(Refusal):
    """A school owes nothing that is not in a run already."""

    message = "Skolen skylder ikke noget, eller det er allerede med i en kørsel."


@transaction.atomic
def propose(*, until: date, by: User | None, reason: str = "") -> PaymentRun:
    """Take what is due on `until` or before into a new run; by nobody: the clock.

    A run takes what is due by its pay day, which is near
    (`rules.last_pay_day`); earlier takes a `reason`, and the second chief
    sees both. Payee and account are taken down here: what is approved is
    what is paid. Raises NothingDue, NoAccount, TooEarly,
    PermissionDenied.
    """
    proposed_centre = ""
    if by:
        require(by, P.PAYMENT_MAKE, at=EVERYWHERE)
        proposed_centre = min(centres_led_by(by), default="")

    _wait_for_others()
    waiting = (
        Instalment.objects.select_for_update().waiting().filter(due_on__lte=until)
    )
    instalments = list(waiting.order_by("due_on", "pk"))
    _take_down_payees(instalments)
    instalments = _set_off(instalments, by=by)
    if not instalments:
        raise NothingDue(field="until")

    last_due_on = max(instalment.due_on for instalment in instalments)
    if last_due_on > rules.last_pay_day() and not reason:
        raise TooEarly(last_due_on)
    if last_due_on <= rules.last_pay_day():
        reason = ""

    run = PaymentRun(
        pays_on=rules.pay_day(last_due_on),
        early_reason=reason,
        proposed_by=by,
        proposed_centre=proposed_centre,
    )
    return _fill(run, instalments)


@transaction.atomic
def propose_collection(school: School, *, by: User) -> PaymentRun:
    """Ask a school for what it has had too much and gets no payments to set it off against.

    It goes the way of a run: another chief approves, the file is the
    claim, and it is marked when the money is there. Raises NothingOwed,
    PermissionDenied.
    """
    require(by, P.PAYMENT_MAKE, at=EVERYWHERE)
    _wait_for_others()
    waiting = Instalment.objects.select_for_update().waiting()
    instalments = list(waiting.filter(school=school, amount__lt=0).order_by("pk"))
    if not instalments:
        raise NothingOwed
    _take_down_payees(instalments)

    run = PaymentRun(
        kind=PaymentRun.Kind.COLLECTION,
        pays_on=banking_day_after(today() + timedelta(trade.now().collection_days)),
        proposed_by=by,
        proposed_centre=min(centres_led_by(by), default=""),
    )
    return _fill(run, instalments)


def _wait_for_others() -> None:
    """One run at a time: the second finds nothing left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('skolefleks.payments'))")


def _set_off(
    instalments: Sequence[Instalment], *, by: User | None
) -> list[Instalment]:
    """Those of `instalments` that a run can take, in their order.

    Of what is owed only as much as the same account is to have: nobody
    pays into a file. What goes beyond that is divided, and waits for the
    run after.
    """
    left = Counter[str]()
    for instalment in instalments:
        if instalment.amount > 0:
            left[instalment.account] += instalment.amount

    chosen = []
    for instalment in instalments:
        if instalment.amount > 0:
            chosen.append(instalment)
            continue
        # By account and not by school: two schools may share one, and the
        # bank sees the account.
        can_be_set_off = left[instalment.account]
        if not can_be_set_off:
            continue
        part = instalment
        if -instalment.amount > can_be_set_off:
            part = planning.divide(instalment, -can_be_set_off, by=by)
            part.payee = instalment.payee
            part.account = instalment.account
        left[part.account] += part.amount
        chosen.append(part)
    return chosen


def _fill(run: PaymentRun, instalments: Sequence[Instalment]) -> PaymentRun:
    """Number the run and put the instalments into it."""
    run.number = _next_number()
    run.amount = sum(instalment.amount for instalment in instalments)
    run.count = len(instalments)
    run.save(force_insert=True)

    for instalment in instalments:
        instalment.run = run
    Instalment.objects.bulk_update(instalments, ["run", "payee", "account"])
    # The trail keeps no free text: of why it pays early it knows a
    # digest.
    audit.record(
        "propose",
        run,
        by=run.proposed_by,
        kind=run.kind,
        amount=run.amount,
        instalments=run.count,
        terms=audit.digest_of(run.terms),
    )
    outbox.post("payments.proposed", run=str(run.pk))
    return run


def _next_number() -> str:
    """`U-2026-0001`: counted from 1 in each year."""
    start = f"U-{today().year}-"
    last = (
        PaymentRun.objects.filter(number__startswith=start).order_by("-number").first()
    )
    count = 1
    if last:
        count = int(last.number.removeprefix(start)) + 1
    return f"{start}{count:04d}"


def _take_down_payees(instalments: Sequence[Instalment]) -> None:
    """Note on each to whom and where it goes; stored when it is in the run. Raises NoAccount."""
    accounts = {row.school_id: row.account for row in SchoolAccount.objects.all()}
    # What was planned for a school that was merged goes to the one that took over.
    taken_over = School.objects.exclude(merged_into=None)
    into: Any = dict(taken_over.values_list("pk", "merged_into"))
    names = dict(School.objects.values_list("pk", "name"))

    for instalment in instalments:
        payee = into.get(instalment.school_id, instalment.school_id)
        instalment.payee = names[payee]
        instalment.account = accounts.get(payee) or settings.PAYMENT_ACCOUNT

    # Money never goes out to nowhere: not one line of it.
    homeless = {row.payee for row in instalments if not row.account}
    if homeless:
        raise NoAccount(homeless)


@transaction.atomic
def approve(run: PaymentRun, *, by: User) -> None:
    """Say yes to a run.

    Raises PermissionDenied for the one who proposed it, Refusal for
    another of the same centre, NotPossible, Overtaken.
    """
    # Locked first: nothing is cancelled out of the run while it is
    # approved.
    rules.require_nobody_pays(run, _lock_instalments(run))
    move(run, "approve", by=by)

    centre = rules.approving_centre(run, by)
    if centre is None:
        raise Refusal(
            "Kørslen er foreslået af dit eget center."
            " En chef for et andet center skal godkende den."
        )
    run.approved_by = by
    run.approved_at = timezone.now()
    run.approved_centre = centre
    run.save(update_fields=["approved_by", "approved_at", "approved_centre"])
    outbox.post("proof.due")


@transaction.atomic
def reject(run: PaymentRun, *, by: User) -> None:
    """Take a run apart before it is handed over; its instalments wait again.

    Raises NotPossible, Overtaken, PermissionDenied.
    """
    instalments = _lock_instalments(run)
    move(run, "reject", by=by)

    # Taken down anew by the next run: an account may be another by then.
    rows = Instalment.objects.filter(
        pk__in=[instalment.pk for instalment in instalments]
    )
    rows.update(run=None, payee="", account="")


@transaction.atomic
def export(run: PaymentRun, *, by: User) -> bytes:
    """Hand a run over: from here on it cannot be called back. Returns the file's bytes.

    Raises NotPossible, NoDebitAccount, Overtaken, PermissionDenied.
    """
    instalments = _lock_instalments(run)
    if not instalments:
        raise NotPossible("Alle kørslens rater er standset. Afvis den.")
    rules.require_nobody_pays(run, instalments)
    if not settings.PAYMENT_DEBIT_ACCOUNT:
        raise NoDebitAccount

    # A run that was approved late cannot be paid on a day that is over.
    run.pays_on = max(run.pays_on, banking_day_after(today()))
    move(
        run,
        "export",
        by=by,
        amount=sum(instalment.amount for instalment in instalments),
        instalments=len(instalments),
        terms=audit.digest_of(run.terms),
    )
    run.exported_by = by
    run.exported_at = timezone.now()
    # What the file says of the money's origin is frozen with it.
    run.file_format = FILE_FORMAT
    run.debit_account = settings.PAYMENT_DEBIT_ACCOUNT
    run.frames = queries.frames_in_words({row.pool_id for row in instalments})
    file = payment_file(run, instalments)
    run.digest = hashlib.sha256(file).hexdigest()
    run.save()
    return file


def _lock_instalments(run: PaymentRun) -> list[Instalment]:
    """What the run is to pay, locked by id, in the file's order."""
    locked = Instalment.objects.select_for_update().filter(run=run)
    instalments = list(locked.planned().order_by("pk"))
    return sorted(
        instalments, key=lambda instalment: (instalment.payee, instalment.pk)
    )


def file_of(run: PaymentRun) -> bytes:
    """The file as it was handed over, byte for byte.

    Raises NotPossible where there is none, or it is not the same.
    """
    file = payment_file(run, run.instalments.counting().order_by("payee", "pk"))
    if hashlib.sha256(file).hexdigest() != run.digest:
        raise NotPossible("Filen kan ikke dannes, som den blev afleveret.")
    return file


@transaction.atomic
def mark_paid(run: PaymentRun, *, on: date, by: User) -> None:
    """Say that the finance system paid the run on the banking day `on`.

    The books follow, instalment by instalment. Raises NotPossible,
    Overtaken, PermissionDenied, and Refusal for a day that cannot be.
    """
    rules.require_paid_day(run, on)

    # Before the step: no row may say that it is being paid without the
    # day and the person.
    run.paid_on = on
    run.marked_by = by
    PaymentRun.objects.filter(pk=run.pk, status=RunStatus.EXPORTED).update(
        paid_on=on, marked_by=by
    )
    move(run, "mark_paid", by=by, paid_on=on.isoformat())
    outbox.post("payments.marked_paid", run=str(run.pk))
