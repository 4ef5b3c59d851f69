"""From plan to payment: instalments, and the runs that pay them. Each is paid once, whatever is killed or run twice.

Lock order: pools by fiscal year, then the instalments by id, then their run. Amounts are whole DKK.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from budget.books import actions as books
from budget.lifecycle import InstalmentStatus, RunStatus
from budget.models import Instalment, PaymentRun, Posting, SchoolAccount
from budget.models.payments import GONE
from budget.payments.file import payment_file
from budget.payments.schedule import Slice, slices
from budget.tariff import by_fiscal_year
from skolefleks import audit, outbox
from skolefleks.calendar import banking_day_after, is_banking_day
from skolefleks.danish import day, today
from skolefleks.models import Role
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import follow, move

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from budget.tariff import Later
    from skolefleks.models import District, School, User


P = Permission


log = logging.getLogger(__name__)


class NothingDue(Refusal):
    """No instalment waits to be paid."""

    message = "Der er ingen rater at udbetale til og med den dag. De er betalt, med i en anden kørsel eller ikke forfaldne."


@transaction.atomic
def plan(
    reference: UUID,
    *,
    tariff: int,
    starts_on: date,
    ends_on: date,
    school: School,
    district: District,
    by: User,
    text: str = "",
    later: Sequence[Later] = (),
    verb: str = "cancel",
) -> list[Instalment]:
    """Let the instalments of `reference` be those of this period, and return the new ones.

    A plan that fits already stays. What no longer fits is cancelled by the step `verb`, also in a run that is not handed
    over; what is paid or handed over stays and is counted. `later` are the tariffs that follow. Raises AlreadyPaid where
    that is more than a fiscal year costs now.
    """
    planned = list(
        Instalment.objects.select_for_update()
        .filter(reference=reference)
        .planned()
        .order_by("pk")
    )
    gone = _gone(reference)
    parts = by_fiscal_year(tariff, starts_on, ends_on, later)
    if any(
        amount > (parts[year].amount if year in parts else 0)
        for year, amount in gone.items()
    ):
        raise books.AlreadyPaid
    months = settings.PAYMENT_MONTHS
    wanted = set(
        slices(
            tariff,
            starts_on,
            ends_on,
            months=months,
            not_before=today(),
            gone=gone,
            later=later,
        )
    )
    kept = _keep(planned, wanted, verb, by=by)
    return Instalment.objects.bulk_create(
        Instalment(
            reference=reference,
            school=school,
            district=district,
            text=text,
            pool_id=part.year,
            covers_from=part.covers_from,
            covers_to=part.covers_to,
            due_on=part.due_on,
            amount=part.amount,
        )
        for part in sorted(wanted - kept)
    )


def lock_covered(references: Collection[UUID]) -> date | None:
    """Lock the instalments of `references`; the last day that one of them, paid or handed over to be paid, covers."""
    rows = list(
        Instalment.objects.select_for_update()
        .filter(reference__in=references)
        .order_by("pk")
    )
    handed_over = (
        set(PaymentRun.objects.filter(status__in=GONE).values_list("pk", flat=True))
        if rows
        else set()
    )
    gone = [row for row in rows if row.status == InstalmentStatus.PAID]
    gone += [
        row
        for row in rows
        if row.status == InstalmentStatus.PLANNED and row.run_id in handed_over
    ]
    return max((row.covers_to for row in gone), default=None)


@transaction.atomic
def propose(*, until: date, by: User | None) -> PaymentRun:
    """Take what is due on `until` or before into a new run; by nobody: the clock. Raises NothingDue, PermissionDenied.

    Payee and account are taken down here: what is approved is what is paid.
    """
    if by:
        require(by, P.PAYMENT_MAKE, at=EVERYWHERE)
    with connection.cursor() as cursor:  # one at a time: the second finds nothing left
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('skolefleks.payments'))")
    due = Instalment.objects.select_for_update().waiting().filter(due_on__lte=until)
    found = list(due.order_by("pk"))
    if not found:
        raise NothingDue(field="until")
    run = PaymentRun.objects.create(
        number=_next_number(),
        pays_on=banking_day_after(max(today(), *(row.due_on for row in found))),
        amount=sum(row.amount for row in found),
        count=len(found),
        proposed_by=by,
        proposed_centre=_centre(by) if by else "",
    )
    _take(found, run)
    audit.record("propose", run, by=by, amount=run.amount, instalments=run.count)
    return run


@transaction.atomic
def approve(run: PaymentRun, *, by: User) -> None:
    """Say yes to a run. Raises PermissionDenied for the one who proposed it, Refusal for another of the same centre."""
    _locked(run)
    move(run, "approve", by=by)
    run.approved_by, run.approved_at = by, timezone.now()
    run.approved_centre = _centre(by, not_of=run.proposed_centre)
    if not run.approved_centre:
        raise Refusal(
            "Kørslen er foreslået af dit eget center. Den anden centerchef skal godkende den."
        )
    run.save(update_fields=["approved_by", "approved_at", "approved_centre"])


@transaction.atomic
def reject(run: PaymentRun, *, by: User) -> None:
    """Take a run apart before it is handed over; its instalments wait again. Raises NotPossible, Overtaken."""
    waiting = [row.pk for row in _locked(run)]
    move(run, "reject", by=by)
    Instalment.objects.filter(pk__in=waiting).update(run=None, payee="", account="")


@transaction.atomic
def export(run: PaymentRun, *, by: User) -> bytes:
    """Hand a run over: from here on it cannot be called back. The file's bytes; raises NotPossible, Overtaken."""
    rows = _locked(run)
    if not rows:
        raise NotPossible("Alle kørslens rater er standset. Afvis den.")
    move(
        run,
        "export",
        by=by,
        amount=sum(row.amount for row in rows),
        instalments=len(rows),
    )
    run.exported_by, run.exported_at = by, timezone.now()
    run.pays_on = max(run.pays_on, banking_day_after(today()))
    file = payment_file(run, rows)
    run.digest = hashlib.sha256(file).hexdigest()
    run.save(update_fields=["exported_by", "exported_at", "pays_on", "digest"])
    return file


def file_of(run: PaymentRun) -> bytes:
    """The file as it was handed over, byte for byte. Raises NotPossible where there is none, or it is not the same."""
    file = payment_file(run, run.instalments.counting().order_by("payee", "pk"))
    if hashlib.sha256(file).hexdigest() != run.digest:
        raise NotPossible("Filen kan ikke dannes, som den blev afleveret.")
    return file


@transaction.atomic
def mark_paid(run: PaymentRun, *, on: date, by: User) -> None:
    """Say that the finance system paid the run on the banking day `on`; the books follow, instalment by instalment.

    Raises NotPossible, Overtaken, Refusal for a day that cannot be.
    """
    if on > today() or not is_banking_day(on):
        raise Refusal(
            f"Vælg en bankdag, der ikke ligger efter i dag. {day(on)} er det ikke.",
            field="paid_on",
        )
    run.paid_on, run.marked_by = on, by
    PaymentRun.objects.filter(pk=run.pk, status=RunStatus.EXPORTED).update(
        paid_on=on, marked_by=by
    )
    move(run, "mark_paid", by=by, paid_on=on.isoformat())
    outbox.post("payments.marked_paid", run=str(run.pk))


def settle(run: PaymentRun) -> int:
    """Write what a run marked as paid paid into the books; how many instalments were written now.

    Each in a transaction of its own, so it may be killed anywhere and run again, or twice at once: what is written is
    not written again. One that the books refuse is left, logged, and does not stop the others.
    """
    if run.status != RunStatus.PAYING:
        return 0
    waiting = (
        run.instalments.planned().order_by("pool_id", "pk").values_list("pk", flat=True)
    )
    written = sum(_settle(pk, run) for pk in list(waiting))
    _finish(run)
    return written


@transaction.atomic
def set_account(school: School, account: str, *, by: User) -> None:
    """Where a school's payments go from the next run on (nothing: the default); a run keeps what was taken down."""
    require(by, P.PAYMENT_MAKE, at=EVERYWHERE)
    SchoolAccount.objects.update_or_create(school=school, defaults={"account": account})
    audit.record("set_account", school, by=by, account=account)


def due_again(posting: Posting) -> Instalment | None:
    """What was planned anew when `posting` reversed a payment; None where it was no instalment that was paid.

    Raises NotPossible where it is handed over, paid or changed since: then the new payment is the one to correct.
    """
    paid = _instalment_of(posting)
    if paid is None:
        return None
    found = (
        _of_the_same_days(paid)
        .filter(amount=paid.amount)
        .exclude(run__status__in=GONE)
        .first()
    )
    if found is None:
        raise NotPossible(
            "Raten er siden udbetalt igen, på vej eller lagt om. Ret den nye udbetaling i stedet."
        )
    return found


def follow_correction(reversal: Posting, *, by: User) -> None:
    """Let the plan follow the correction of a payment: its instalment is due again, or no more where that was wrong.

    The row that was paid stays as it was paid. Raises NotPossible.
    """
    paid = _instalment_of(reversal)
    if paid is None:
        return
    if reversal.amount > 0:
        if again := due_again(reversal):
            follow(again, "cancel", by=by, amount=again.amount)
        return
    amount = paid.amount
    for same in _of_the_same_days(paid).filter(
        run__isnull=True
    ):  # planned anew since: they become one
        follow(same, "cancel", by=by, amount=same.amount)
        amount += same.amount
    names = (
        "reference",
        "pool_id",
        "district_id",
        "school_id",
        "text",
        "covers_from",
        "covers_to",
    )
    alike = {name: getattr(paid, name) for name in names}
    Instalment.objects.create(**alike, amount=amount, due_on=banking_day_after(today()))


# -- planning ---------------------------------------------------------------------------------------------------------
def _gone(reference: UUID) -> dict[int, int]:
    """What is paid, or on its way, by fiscal year. The books are asked, so a corrected payment is not counted."""
    rows = (
        Posting.objects.filter(reference=reference, kind=Posting.Kind.PAYMENT)
        .order_by()
        .values("pool_id")
    )
    gone = {row["pool_id"]: row["sum"] for row in rows.annotate(sum=Sum("amount"))}
    for year, amount in Instalment.objects.on_their_way(reference).items():
        gone[year] = gone.get(year, 0) + amount
    return gone


def _keep(
    planned: list[Instalment], wanted: set[Slice], verb: str, *, by: User
) -> set[Slice]:
    """Those of `wanted` that are planned already; the others of `planned` are cancelled, but for what is handed over."""
    fitting = {
        slice_[:3] + slice_[4:]: slice_ for slice_ in wanted
    }  # the day it is due may have passed since
    handed_over = (
        set(PaymentRun.objects.filter(status__in=GONE).values_list("pk", flat=True))
        if planned
        else set()
    )
    kept = set()
    for row in planned:
        if row.run_id in handed_over:
            continue
        same = fitting.get((row.pool_id, row.covers_from, row.covers_to, row.amount))
        if same:
            kept.add(same)
        else:
            follow(row, verb, by=by, amount=row.amount)
    return kept


def _instalment_of(posting: Posting) -> Instalment | None:
    """What the payment paid that `posting` is, or that it reverses, however often that was reversed before."""
    while posting.reverses:
        posting = posting.reverses
    return Instalment.objects.filter(posting=posting).first()


def _of_the_same_days(row: Instalment) -> QuerySet[Instalment]:
    same = {
        name: getattr(row, name)
        for name in ("reference", "pool_id", "covers_from", "covers_to")
    }
    return Instalment.objects.select_for_update(of=("self",)).planned().filter(**same)


# -- runs -------------------------------------------------------------------------------------------------------------
def _next_number() -> str:
    year = today().year
    last = (
        PaymentRun.objects.filter(number__startswith=f"U-{year}-")
        .order_by("-number")
        .first()
    )
    return f"U-{year}-{int(last.number[-4:]) + 1 if last else 1:04d}"


def _take(found: list[Instalment], run: PaymentRun) -> None:
    accounts = {row.pk: row.account for row in SchoolAccount.objects.all()}
    names = dict(
        Instalment.objects.filter(pk__in=[row.pk for row in found]).values_list(
            "pk", "school__name"
        )
    )
    for row in found:
        row.run, row.payee = run, names[row.pk]
        row.account = accounts.get(row.school_id) or settings.PAYMENT_ACCOUNT
    Instalment.objects.bulk_update(found, ["run", "payee", "account"])


def _locked(run: PaymentRun) -> list[Instalment]:
    """What the run is to pay, locked, in the file's order."""
    rows = list(
        Instalment.objects.select_for_update().filter(run=run).planned().order_by("pk")
    )
    return sorted(rows, key=lambda row: (row.payee, row.pk))


def _centre(user: User, not_of: str = "") -> str:
    """The centre that the chief speaks for, another than `not_of`; nothing where there is none."""
    held = {m.centre for m in user.current_memberships if m.role == Role.CENTRE_CHIEF}
    return min(held - {not_of}, default="")


@transaction.atomic
def _settle(instalment_id: UUID, run: PaymentRun) -> bool:
    """Pay one, with its line in the books; False where somebody else has, or the books refuse."""
    row = Instalment.objects.get(pk=instalment_id)
    books.lock_pools([row.pool_id])
    still = (
        Instalment.objects.select_for_update()
        .planned()
        .filter(pk=row.pk, run=run)
        .first()
    )
    by = run.marked_by
    if still is None or by is None:
        return False
    try:
        still.posting = books.book_payment(
            row.reference,
            year=row.pool_id,
            amount=row.amount,
            district=row.district,
            by=by,
            text=row.text,
        )
    except Refusal:
        log.exception(
            "payments.refused", extra={"instalment": str(row.pk), "run": run.number}
        )
        return False
    still.paid_on = run.paid_on
    still.save(update_fields=["posting", "paid_on"])
    follow(still, "pay", by=by, run=run.number, amount=row.amount)
    return True


@transaction.atomic
def _finish(run: PaymentRun) -> None:
    """Close the run when all of it is in the books."""
    locked = (
        PaymentRun.objects.select_for_update(of=("self",))
        .select_related("marked_by")
        .get(pk=run.pk)
    )
    if (
        locked.status == RunStatus.PAYING
        and locked.marked_by
        and not locked.instalments.planned().exists()
    ):
        follow(locked, "finish", by=locked.marked_by)
