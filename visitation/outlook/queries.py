"""What the pool may come to, and what a school has got of it.

The forecast counts every case, also those that its reader may not judge:
it shows sums and never a case. The school's own figures are those that
were released to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Least

from applications.lifecycle import Status
from applications.models import PupilCase
from budget.books import queries as books_queries
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import today
from skolefleks.models import District
from skolefleks.written_once import rows_written_once
from visitation.lifecycle import GrantStatus
from visitation.models import Amendment, Decision, Grant, later_of
from visitation.outlook import investment, rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet


# An extension is reckoned with for a year at most: what comes after it is
# another guess.
LONGEST_EXTENSION = timedelta(days=365)


# -- the forecast --


def forecast(extension: rules.Estimate, approval: rules.Estimate) -> rules.Forecast:
    """By month to the end of next fiscal year. Five queries, however many grants there are."""
    this_year = today().year
    ends = rules.month_ends(this_year)
    horizon = ends[-1]

    ending = extensions(horizon)
    waiting = queue(horizon)
    # Reckoned by district once; the pool is their sum, so that the two
    # can never differ.
    streams = granted_streams(this_year, horizon) + ending + waiting
    by_district = rules.spending_by_district(streams, ends)
    whole = rules.sum_of(by_district.values())

    # A year that has no pool yet has no money either.
    allocated = {this_year: 0, this_year + 1: 0}
    for pool in books_queries.pools((this_year, this_year + 1)):
        allocated[pool.year] = pool.allocated

    months = []
    for place, month_end in enumerate(ends):
        band = rules.band(whole, rules.year_to(place), extension, approval)
        months.append(rules.Month(month_end, band, allocated[month_end.year]))

    # What a year comes to stands at the end of its December.
    pools = []
    for december in (months[11], months[23]):
        year = december.last_day.year
        pools.append(rules.Line(str(year), year, december.room, december.band))

    return rules.Forecast(
        extension=extension,
        approval=approval,
        months=months,
        pools=pools,
        districts=_districts(by_district, allocated, extension, approval),
        ending_grants=sum(stream.grants for stream in ending),
        queued_pupils=sum(stream.grants for stream in waiting),
    )


def granted_streams(year: int, horizon: date) -> list[rules.Stream]:
    """What is granted from the first day of `year` to the horizon, as the periods stand now."""
    # Those that ended this year too: what they took is a part of what the
    # pool has come to.
    return _streams(granted_between(date(year, 1, 1), horizon))


def granted_between(first: date, last: date) -> QuerySet[Any]:
    """The grants that run on a day between the two, both included."""
    return grants().filter(last__gte=first, starts_on__lte=last)


def extensions(horizon: date) -> list[rules.Stream]:
    """Running grants that end before the horizon: one more year at their last tariff.

    A pupil with a later grant, with a case in the queue, or with an
    extension that the school has asked for, is counted there and not
    here.
    """
    ending = grants().filter(may_go_on(horizon))
    return [going_on(stream, horizon) for stream in _streams(ending)]


def may_go_on(horizon: date) -> Q:
    """The condition of such a grant."""
    # By pupil and not by case: a new application is a new case of the
    # same pupil.
    later = grants().filter(pupil=OuterRef("pupil"), starts_on__gt=OuterRef("ends_on"))
    waiting = _waiting().filter(pupil=OuterRef("pupil"))
    own = _extensions_asked_for().filter(effort__pupil=OuterRef("pupil"))
    is_ending = Q(status=GrantStatus.RUNNING, last__gte=today(), last__lt=horizon)
    is_known = Q(Exists(later)) | Q(Exists(waiting)) | Q(Exists(own))
    return is_ending & ~is_known


def going_on(grant: rules.Stream, horizon: date) -> rules.Stream:
    """What such grants may cost after their end: a year at most, at their last tariff."""
    return rules.Stream(
        kind=rules.Kind.EXTENSION,
        district=grant.district,
        tariff=grant.last_tariff,
        starts_on=grant.ends_on + ONE_DAY,
        ends_on=min(horizon, grant.ends_on + LONGEST_EXTENSION),
        grants=grant.grants,
    )


def queue(horizon: date) -> list[rules.Stream]:
    """What waits for an answer, at what is asked for, but not from before today. One query.

    The pupils that nothing is decided for, and the extensions that
    schools have asked for: each holds its place while it waits.
    """
    streams = []
    for district, tariff, starts_on, ends_on, count in _queued_or_asked_for(horizon):
        # Nobody is granted money for days that have gone by while the
        # case waited.
        first_day = max(starts_on, today())
        # One that waits past its own end asks for nothing any more.
        if first_day <= ends_on:
            stream = rules.Stream(
                rules.Kind.QUEUE, district, tariff, first_day, ends_on, grants=count
            )
            streams.append(stream)
    return streams


@rows_written_once
def _queued_or_asked_for(horizon: date) -> QuerySet[Any, Any]:
    # Of the same columns, and so one question: the dashboard asks it too, and
    # counts its queries.
    return _queued().union(_asked_for(horizon), all=True)


def _queued() -> QuerySet[Any, Any]:
    """Submitted and not decided: district, tariff, period, and how many pupils on these terms."""
    complete = _waiting().filter(
        requested_tariff__gt=0, starts_on__isnull=False, ends_on__gte=today()
    )
    fields = (
        "application__school__district",
        "requested_tariff",
        "starts_on",
        "ends_on",
    )
    # Without its order, which would be grouped by too: pupils on the same
    # terms are one stream.
    return complete.order_by().values_list(*fields).annotate(count=Count("pk"))


def _asked_for(horizon: date) -> QuerySet[Any, Any]:
    """The extensions that wait, each from the day after its effort ends: the same columns."""
    day_after = Cast(F("effort__ends_on") + ONE_DAY, DateField())
    return _extensions_asked_for().values_list(
        "effort__school__district",
        Coalesce("tariff", 0),
        day_after,
        Least(Coalesce("until", Value(horizon)), Value(horizon)),
        Value(1),
    )


def _extensions_asked_for() -> QuerySet[Amendment]:
    rows = Amendment.objects.waiting().filter(kind=Amendment.Kind.EXTEND)
    return rows.defer("reached", "remaining", "reason")


def _districts(
    by_district: Mapping[int, rules.Spending],
    allocated: Mapping[int, int],
    extension: rules.Estimate,
    approval: rules.Estimate,
) -> list[rules.Line]:
    """Each district against its even share of the pool, this year's lines first."""
    districts = list(District.objects.all())
    # `allocated` has two years, this and the next.
    months_of_year = {
        min(allocated): rules.year_to(11),
        max(allocated): rules.year_to(23),
    }

    lines = []
    for year, months in months_of_year.items():
        for district in districts:
            spending = by_district.get(district.pk, rules.no_spending())
            band = rules.band(spending, months, extension, approval)
            even_share = allocated[year] // len(districts)
            lines.append(rules.Line(district.name, year, even_share, band))
    return lines


def grants() -> QuerySet[Any]:
    """All that were not annulled, each with its `last` day."""
    # A grant that ended early keeps the last day it was decided with
    # beside the real one.
    standing = Grant.objects.exclude(status=GrantStatus.ANNULLED)
    return standing.annotate(last=Coalesce("ended_on", "ends_on"))


def _waiting() -> QuerySet[PupilCase]:
    """The pupils of submitted applications that nothing is decided for; a postponed one waits."""
    decisions = Decision.objects.standing().exclude(outcome=Decision.Outcome.POSTPONED)
    decided = decisions.filter(pupil_case=OuterRef("pk"))
    submitted = PupilCase.objects.filter(application__status=Status.SUBMITTED)
    return submitted.exclude(Exists(decided))


def _streams(of_grants: QuerySet[Any]) -> list[rules.Stream]:
    """Grants on the same terms are one stream: a thousand grants cost a few dozen sums."""
    fields = ("district", "tariff", "starts_on", "last", "later_tariffs")
    rows = of_grants.order_by().values_list(*fields).annotate(count=Count("pk"))

    streams = []
    for district, tariff, starts_on, last_day, later_tariffs, count in rows:
        stream = rules.Stream(
            kind=rules.Kind.GRANTED,
            district=district,
            tariff=tariff,
            starts_on=starts_on,
            ends_on=last_day,
            later=later_of(later_tariffs),
            grants=count,
        )
        streams.append(stream)
    return streams


# -- the investment --


def returning_days(year: int) -> tuple[int, int]:
    """Days in a fiscal year of pupils who came back from day treatment, and of all the others.

    One query.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = granted_between(first, last).order_by()
    rows = rows.values_list("decision__pupil_case__kind", "starts_on", "last")

    returning = others = 0
    for kind, starts_on, last_day, count in rows.annotate(count=Count("pk")):
        days = count * ((min(last_day, last) - max(starts_on, first)).days + 1)
        if kind == PupilCase.Kind.RETURN:
            returning += days
        else:
            others += days
    return returning, others


def alternatives(
    year: int, prices: Sequence[investment.Price], referral: rules.Estimate
) -> list[investment.Alternative]:
    """The year's own average tariff against each of `prices`; nothing without a pool or a pupil."""
    alternatives: list[investment.Alternative] = []
    # One pool, or none where the year has no money.
    for pool in books_queries.pools([year]):
        alternatives += investment.alternatives(
            prices,
            unit_cost=pool.total.average_tariff,
            pupils=pool.total.full_year_pupils,
            referral=referral,
        )
    return alternatives


# -- a school's own figures --


@dataclass(frozen=True)
class OwnGrant:
    """A released grant of the school, with what a list may show of the pupil."""

    number: str
    initials: str
    tariff: int
    starts_on: date
    last_day: date


def own_grants(schools: Collection[int]) -> list[OwnGrant]:
    """The schools' released grants that run today or later, the one that ends first at the top."""
    own_grants = []
    for grant in _released_grants(schools).select_related(
        "decision__pupil_case__application"
    ):
        # In Python: the last day is the earlier of two, and a school has
        # few grants.
        if grant.last_day < today():
            continue
        pupil_case = grant.decision.pupil_case
        own_grant = OwnGrant(
            number=pupil_case.application.number,
            initials=pupil_case.initials_on_lists,
            tariff=grant.tariff_on(today()),
            starts_on=grant.starts_on,
            last_day=grant.last_day,
        )
        own_grants.append(own_grant)
    return sorted(own_grants, key=lambda grant: (grant.last_day, grant.number))


def own_years(schools: Collection[int]) -> list[books_queries.DistrictYear]:
    """Places, days and money of the schools' released grants, by fiscal year."""
    return books_queries.spent_on(_released_grants(schools).values("pk"))


def _released_grants(schools: Collection[int]) -> QuerySet[Grant]:
    """What is not released is not told, nor counted."""
    released = Grant.objects.standing().known_to_school()
    return released.filter(decision__pupil_case__application__school__in=schools)
