"""What the payments' acts and pages read: instalments by run, by school, by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from budget.books.holdings import holdings
from budget.lifecycle import InstalmentStatus, RunStatus
from budget.models import Instalment, PaymentRun, Posting, SchoolAccount, Standing
from budget.models.payments import HANDED_OVER
from budget.models.posting_kinds import sum_of
from budget.payments import rules
from budget.tariff import NOTHING
from skolefleks import alphabet
from skolefleks.danish import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from budget.tariff import Part
    from skolefleks.models import User


# -- planning -------------------------------------------------------------------------------------
def paid_or_on_its_way(reference: UUID) -> dict[int, int]:
    """Whole DKK by fiscal year. The books are asked, so a corrected payment is not counted."""
    postings = Posting.objects.filter(reference=reference).order_by()
    sums = postings.values("pool_id").annotate(paid=sum_of("paid"))

    # A payment that was corrected adds up to nothing, and is to be planned again.
    amounts = {}
    for row in sums:
        if row["paid"]:
            amounts[row["pool_id"]] = row["paid"]
    for year, amount in Instalment.objects.on_their_way(reference).items():
        amounts[year] = amounts.get(year, 0) + amount
    return amounts


def paid_until_by_year(reference: UUID) -> dict[int, date]:
    """The last day of each fiscal year that is paid, or handed over to be."""
    counting = Instalment.objects.filter(reference=reference, amount__gt=0)
    handed_over = counting.filter(
        Q(status=InstalmentStatus.PAID)
        | Q(status=InstalmentStatus.PLANNED, run__status__in=HANDED_OVER)
    )
    rows = handed_over.order_by().values_list("pool_id").annotate(Max("covers_to"))
    return dict(rows)


class TooMuch(NamedTuple):
    """What is paid for a reference beyond what it is to cost, whole DKK by fiscal year.

    `carried` goes on to what follows it, `owed` the school owes, and `held_more` is how much more
    of the pool is held by it than now, until it is back.
    """

    owed: dict[int, int]
    carried: dict[int, int]
    held_more: dict[int, int]


def too_much(
    reference: UUID,
    keep: Mapping[int, Part],
    following: Mapping[int, Part] | None = None,
) -> TooMuch:
    """What it comes to if the reference costs only `keep`, and `following` comes after it.

    What is booked as paid is first carried to that, as far as it costs as much.
    """
    result = TooMuch({}, {}, {})
    overpaid = rules.overpaid(keep, paid_or_on_its_way(reference))
    coming_back = Instalment.objects.on_their_way_back(reference)

    for holding in holdings(reference):
        year = holding.year
        amount = overpaid.get(year, 0)
        cost = (following or {}).get(year, NOTHING).amount
        carried = max(0, min(amount, holding.paid, cost))
        owed = amount - carried
        if carried:
            result.carried[year] = carried
        if owed:
            result.owed[year] = owed
        result.held_more[year] = coming_back.get(year, 0) + owed - holding.owed
    return result


def handed_over_runs() -> set[UUID]:
    """The runs that the finance system has in hand."""
    runs = PaymentRun.objects.filter(status__in=HANDED_OVER)
    return set(runs.values_list("pk", flat=True))


def instalment_paid_by(posting: Posting) -> Instalment | None:
    """What the payment paid that `posting` is, or that it reverses.

    However often it was reversed before.
    """
    # The instalment points at the first payment; each correction points at the one before it.
    while posting.reverses:
        posting = posting.reverses
    return Instalment.objects.filter(posting=posting).first()


def run_of_payment(posting: Posting) -> PaymentRun | None:
    """The run of what the posting paid, or says came back; locked when read."""
    instalment = instalment_paid_by(posting)
    if instalment is None or instalment.run_id is None:
        return None
    return PaymentRun.objects.select_for_update(of=("self",)).get(pk=instalment.run_id)


def movable_beside(instalment: Instalment) -> list[Instalment]:
    """What is planned of the same grant and year and is not handed over, the first due first.

    The rows of all that is planned are held.
    """
    rows = Instalment.objects.select_for_update().planned()
    rows = rows.filter(reference=instalment.reference, pool=instalment.pool_id)
    planned_instalments = list(rows.order_by("due_on", "pk"))

    # Asked once the rows are held: in one query with them, a run that is handed
    # over while one waits would be read as it was before.
    handed_over = handed_over_runs()
    return [row for row in planned_instalments if row.run_id not in handed_over]


# -- what falls due -------------------------------------------------------------------------------
class SchoolDue(NamedTuple):
    """What a school is to have next: how many instalments, and whole DKK in all."""

    school: str
    number: int
    amount: int


class SchoolOwes(NamedTuple):
    """What a school has had too much and no run sets off yet, whole DKK.

    `planned` is what it is to have of what waits: so much can be set off.
    """

    school_id: int
    school: str
    amount: int
    planned: int


class Due(NamedTuple):
    """What waits to be paid: next by school, and after that whole DKK by day."""

    next_on: date | None
    by_school: list[SchoolDue]
    later: dict[date, int]


def waiting_to_be_paid() -> Due:
    """What is due next and after that, in the order of the districts. One query."""
    # What is set off stands by itself (`owed_by_school`): it is due to nobody.
    rows = (Instalment.objects.waiting().filter(amount__gt=0)).sums_by(
        "due_on", "school__district__sort_key", "school__name"
    )
    next_on = next_day([row["due_on"] for row in rows])
    if next_on is None:
        return Due(None, [], {})

    due_next = [row for row in rows if row["due_on"] <= next_on]
    later: dict[date, int] = {}
    for row in rows:
        day = row["due_on"]
        if day > next_on:
            later[day] = later.get(day, 0) + row["sum"]
    return Due(next_on, _by_school(due_next), later)


def owed_by_school() -> list[SchoolOwes]:
    """The schools that owe something, in the order of the districts. One query."""
    waiting = Instalment.objects.waiting().order_by("school__district__sort_key")
    rows = waiting.values_list("school", "school__name").annotate(
        owed=Sum("amount", filter=Q(amount__lt=0)),
        planned=Sum("amount", filter=Q(amount__gt=0), default=0),
    )
    schools = []
    for school_id, name, owed, planned in rows:
        if owed:
            schools.append(SchoolOwes(school_id, name, -owed, planned))
    return schools


def schools_without_account() -> list[str]:
    """The schools that are to be paid and have no account string, if there is no common one."""
    if settings.PAYMENT_ACCOUNT:
        return []
    # Only those that something waits for: a new school without a grant needs no account yet.
    own = SchoolAccount.objects.exclude(account="").values("school")
    payee = Coalesce("school__merged_into", "school")
    waiting = Instalment.objects.waiting().annotate(payee_id=payee)
    waiting = waiting.exclude(payee_id__in=own)
    names = waiting.order_by().values_list("school__name", flat=True)
    return sorted(names.distinct(), key=alphabet.key)


def next_day(days: Sequence[date]) -> date | None:
    """The next day something is due; where something is due already, the last day of that."""
    # What is overdue is paid together with what falls due today.
    due_already = [day for day in days if day <= today()]
    if due_already:
        return max(due_already)
    return min(days, default=None)


def _by_school(rows: Iterable[dict[str, Any]]) -> list[SchoolDue]:
    # A school may have instalments on several days that are due already.
    schools: dict[str, SchoolDue] = {}
    for row in sorted(rows, key=lambda row: row["school__district__sort_key"]):
        name = row["school__name"]
        before = schools.get(name, SchoolDue(name, 0, 0))
        schools[name] = SchoolDue(
            name, before.number + row["number"], before.amount + row["sum"]
        )
    return list(schools.values())


def frames_in_words(years: Iterable[int]) -> dict[str, str]:
    """Which frames feed each fiscal year's pool, with their part: `Dagbehandling 50 %`."""
    rows = Standing.objects.filter(
        pool__in=years, source__isnull=False, allocated__gt=0
    )
    by_year: dict[str, list[tuple[str, int]]] = {}
    for row in rows.order_by("pool", "source").values(
        "pool", "source__name", "allocated"
    ):
        part = (row["source__name"], row["allocated"])
        by_year.setdefault(str(row["pool"]), []).append(part)

    words = {}
    for year, parts in by_year.items():
        whole = sum(amount for _, amount in parts)
        names = [f"{name} {round(100 * amount / whole)} %" for name, amount in parts]
        words[year] = ", ".join(names)
    return words


def paid_early(run: PaymentRun) -> Total | None:
    """What of a run is due after its pay day; None where nothing is."""
    early = run.instalments.counting().filter(due_on__gt=run.pays_on, amount__gt=0)
    sums = early.aggregate(amount=Sum("amount", default=0), number=Count("pk"))
    if not sums["number"]:
        return None
    return Total(sums["amount"], sums["number"])


# -- runs -----------------------------------------------------------------------------------------
class Total(NamedTuple):
    """Whole DKK, and how many instalments."""

    amount: int
    number: int


def totals_of(runs: Sequence[PaymentRun]) -> dict[UUID, Total]:
    """Each run's total as its instalments are now; of a run taken apart, as it was proposed."""
    sums = Instalment.objects.filter(run__in=runs).counting().sums_by("run_id")
    by_run = {row["run_id"]: Total(row["sum"], row["number"]) for row in sums}

    totals = {}
    for run in runs:
        totals[run.pk] = by_run.get(run.pk, Total(0, 0))
        if run.status == RunStatus.REJECTED:
            totals[run.pk] = Total(run.amount, run.count)
    return totals


def schools_with_new_account(run: PaymentRun) -> set[int]:
    """The schools that were paid to another account by the last run before this. One query."""
    # By what was handed over and not by what was proposed: a run that was rejected paid nobody.
    earlier = Instalment.objects.filter(
        run__exported_at__lt=run.proposed_at,
        school__in=run.instalments.values("school"),
    )
    last = earlier.order_by("school_id", "-run__exported_at").distinct("school_id")
    before = dict(last.values_list("school_id", "account"))

    now = run.instalments.counting().order_by().values_list("school_id", "account")
    changed = set()
    for school_id, account in now.distinct():
        if before.get(school_id, account) != account:
            changed.add(school_id)
    return changed


def runs_waiting_for(user: User) -> int:
    """How many runs the person can approve: another proposed them, for another centre."""
    # Few wait at a time, and the rule of who may approve stands in one place.
    waiting = PaymentRun.objects.filter(status=RunStatus.PROPOSED)
    count = 0
    for run in waiting:
        if run.proposed_by_id != user.pk and rules.approving_centre(run, user):
            count += 1
    return count


def sums_by_payee(run: PaymentRun) -> list[dict[str, Any]]:
    """`sum` and `number` by district, payee and account, in the order of the districts."""
    return run.instalments.counting().sums_by(
        "district__sort_key", "district__name", "payee", "account", "school_id"
    )
