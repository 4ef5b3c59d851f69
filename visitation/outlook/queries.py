"""What the pool may come to, and what a school has got of it.

The forecast counts every case, also those that its reader may not judge: it shows sums and never a
case. The school's own figures are those that were released to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Coalesce

from applications.lifecycle import Status
from applications.models import PupilCase
from budget.books import queries as books_queries
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import today
from skolefleks.models import District
from visitation.lifecycle import GrantStatus
from visitation.models import Amendment, Decision, Grant, later_of
from visitation.outlook import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet


# An extension is reckoned with for a year at most: what comes after it is another guess.
LONGEST_EXTENSION = timedelta(days=365)


# -- the forecast --


def forecast(extension: rules.Estimate, approval: rules.Estimate) -> rules.Forecast:
    """By month to the end of next fiscal year. Six queries, however many grants there are."""
    this_year = today().year
    ends = rules.month_ends(this_year)
    horizon = ends[-1]

    ending = extensions(horizon)
    queue = queued() + asked_for(horizon)
    # Reckoned by district once; the pool is their sum, so that the two can never differ.
    streams = granted_streams(this_year, horizon) + ending + queue
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
        queued_pupils=sum(stream.grants for stream in queue),
    )


def granted_streams(year: int, horizon: date) -> list[rules.Stream]:
    """What is granted from the first day of `year` to the horizon, as the periods stand now."""
    # Those that ended this year too: what they took is a part of what the pool has come to.
    new_year = date(year, 1, 1)
    return _streams(_grants().filter(last__gte=new_year, starts_on__lte=horizon))


def extensions(horizon: date) -> list[rules.Stream]:
    """Running grants that end before the horizon: one more year at their last tariff.

    A pupil with a later grant, with a case in the queue, or with an extension that the school has
    asked for, is counted there and not here.
    """
    # By pupil and not by case: a new application is a new case of the same pupil.
    later = _grants().filter(
        pupil=OuterRef("pupil"), starts_on__gt=OuterRef("ends_on")
    )
    waiting = _waiting().filter(pupil=OuterRef("pupil"))
    own = _extensions_asked_for().filter(effort__pupil=OuterRef("pupil"))
    ending = _grants().filter(
        status=GrantStatus.RUNNING, last__gte=today(), last__lt=horizon
    )
    ending = ending.exclude(Exists(later)).exclude(Exists(waiting))
    ending = ending.exclude(Exists(own))

    streams = []
    for grant in _streams(ending):
        extension = rules.Stream(
            kind=rules.Kind.EXTENSION,
            district=grant.district,
            tariff=grant.last_tariff,
            starts_on=grant.ends_on + ONE_DAY,
            ends_on=min(horizon, grant.ends_on + LONGEST_EXTENSION),
            grants=grant.grants,
        )
        streams.append(extension)
    return streams


def queued() -> list[rules.Stream]:
    """Submitted and not decided, at the requested tariff and period, but not from before today."""
    complete = _waiting().filter(
        requested_tariff__gt=0, starts_on__isnull=False, ends_on__gte=today()
    )
    fields = (
        "application__school__district",
        "requested_tariff",
        "starts_on",
        "ends_on",
    )
    # Without its order, which would be grouped by too: pupils on the same terms are one stream.
    rows = complete.order_by().values_list(*fields).annotate(count=Count("pk"))

    streams = []
    for district, tariff, starts_on, ends_on, count in rows:
        # Nobody is granted money for days that have gone by while the case waited.
        first_day = max(starts_on, today())
        stream = rules.Stream(
            rules.Kind.QUEUE, district, tariff, first_day, ends_on, grants=count
        )
        streams.append(stream)
    return streams


def asked_for(horizon: date) -> list[rules.Stream]:
    """The extensions that schools have asked for: each holds its place while it waits."""
    streams = []
    for row in _extensions_asked_for().select_related("effort__school"):
        stream = rules.Stream(
            rules.Kind.QUEUE,
            row.effort.school.district_id,
            row.tariff or 0,
            max(row.effort.ends_on + ONE_DAY, today()),
            min(row.until or horizon, horizon),
            grants=1,
        )
        # One that waits past its own end asks for nothing any more.
        if stream.starts_on <= stream.ends_on:
            streams.append(stream)
    return streams


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


def _grants() -> QuerySet[Any]:
    """All that were not annulled, each with its `last` day."""
    # A grant that ended early keeps the last day it was decided with beside the real one.
    grants = Grant.objects.exclude(status=GrantStatus.ANNULLED)
    return grants.annotate(last=Coalesce("ended_on", "ends_on"))


def _waiting() -> QuerySet[PupilCase]:
    """The pupils of submitted applications that nothing is decided for; a postponed one waits."""
    decisions = Decision.objects.standing().exclude(outcome=Decision.Outcome.POSTPONED)
    decided = decisions.filter(pupil_case=OuterRef("pk"))
    submitted = PupilCase.objects.filter(application__status=Status.SUBMITTED)
    return submitted.exclude(Exists(decided))


def _streams(grants: QuerySet[Any]) -> list[rules.Stream]:
    """Grants on the same terms are one stream: a thousand grants cost a few dozen sums."""
    fields = ("district", "tariff", "starts_on", "last", "later_tariffs")
    rows = grants.order_by().values_list(*fields).annotate(count=Count("pk"))

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


def alternatives(
    year: int, prices: Mapping[str, int], referral: rules.Estimate
) -> list[rules.Alternative]:
    """The year's own average tariff against each of `prices`; nothing without a pool or a pupil."""
    alternatives: list[rules.Alternative] = []
    # One pool, or none where the year has no money.
    for pool in books_queries.pools([year]):
        alternatives += rules.alternatives(
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
        # In Python: the last day is the earlier of two, and a school has few grants.
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
