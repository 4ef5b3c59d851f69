"""The index of prices: one centre chief proposes it, those of the other centres approve it.

What is approved is what was looked through, grant by grant; all of it or
nothing.

Lock order: pools by fiscal year, then the applications, then the instalments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from applications.models import Application
from budget.books import actions as books
from budget.models import Pool
from budget.payments import planning
from budget.proposals import actions as proposals
from skolefleks import audit
from skolefleks.danish import day, decimal
from skolefleks.refusals import Overtaken, Refusal
from visitation.decisions import actions as decisions
from visitation.lifecycle import DecisionStatus
from visitation.models import PriceIndex, TariffVersion
from visitation.prices import queries

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from skolefleks.models import User
    from visitation.prices import rules


class Unseen(Overtaken):
    """The grants are not those that the one who approves has seen."""

    message = "Bevillingerne er ændret, siden du så dem her. Se dem igennem igen, før du godkender."


@transaction.atomic
def propose_index(
    percent: Decimal, from_on: date, *, reason: str, by: User
) -> PriceIndex:
    """Propose to raise the tariffs that run on `from_on` by `percent`. Nothing changes yet.

    Raises Refusal where no grant runs then, a later tariff stands or the days
    are paid; Overdrawn, NotPossible, PermissionDenied.
    """
    # Tried again when it is approved: days are paid meanwhile, and grants end.
    require_possible(queries.preview(percent, from_on))

    text = f"{decimal(percent)} % fra {day(from_on)}"
    proposal = proposals.propose_index(text, reason=reason, by=by)
    return PriceIndex.objects.create(
        proposal=proposal, percent=percent, from_on=from_on
    )


@transaction.atomic
def approve_index(
    index: PriceIndex, *, fingerprint: str, by: User
) -> rules.Preview | None:
    """Agree for one's centre: the last gives each grant its tariff, and the books what it costs.

    None where another centre has still to agree. `fingerprint` is that of the
    preview that `by` looked through. Raises Unseen, TakesBothCentres,
    NotPossible, Overtaken, PermissionDenied, and Overdrawn or Refusal where the
    books or the grants have moved since it was proposed.
    """
    years = Pool.objects.filter(fiscal_year__gte=index.from_on.year)
    books.lock_pools(set(years.values_list("pk", flat=True)))
    lock_applications(index.from_on)

    preview = queries.preview(index.percent, index.from_on)
    # First whether the person may answer at all, then whether they have seen
    # what they answer.
    is_whole = proposals.agree(index.proposal, by=by)
    if preview.fingerprint != fingerprint:
        raise Unseen
    if not is_whole:
        return None
    # Once more: days may have been paid since it was proposed.
    require_possible(preview)

    versions = []
    changes = []
    for line in preview.lines:
        version = TariffVersion(
            index=index,
            grant=line.grant,
            from_on=index.from_on,
            before=line.before,
            tariff=line.after,
        )
        versions.append(version)
        for cost in line.years:
            change = books.HoldingChange(
                line.grant.pk,
                cost.year,
                cost.more,
                line.grant.district_id,
                line.number,
            )
            changes.append(change)
    TariffVersion.objects.bulk_create(versions)
    books.commit_more(changes, index.proposal, by=by)

    for line in preview.lines:
        pay_raised(line, index, by=by)
    return preview


def pay_raised(line: rules.Line, index: PriceIndex, *, by: User) -> None:
    """Write the grant's new tariff into its trail, and plan its payments anew from the day on."""
    grant = line.grant
    # The database has written the version into the grant (a trigger).
    grant.refresh_from_db(fields=["later_tariffs"])
    audit.record(
        "index",
        grant,
        by=by,
        proposal=str(index.proposal.pk),
        before=line.before,
        tariff=line.after,
    )

    # While the school does not know of the grant, nothing of it is planned: the
    # release does that.
    if grant.decision.status != DecisionStatus.PROVISIONAL:
        application = grant.decision.application
        decisions.plan_payments(grant, application, by=by, verb="reprice")


def lock_applications(from_on: date) -> None:
    """Lock the applications of the grants until the transaction ends.

    One that is being released is waited for, so that its plan of payments is
    found.
    """
    grants = queries.grants_running_over(from_on).order_by()
    keys = grants.values("decision__pupil_case__application")
    applications = Application.objects.select_for_update(no_key=True)
    # Only what is read is locked; by key, so that two acts never wait for each
    # other.
    list(applications.filter(pk__in=keys).order_by("pk").values_list("pk"))


def require_possible(preview: rules.Preview) -> None:
    """Raise Refusal, with the field it belongs to, or Overdrawn, where the index cannot be had."""
    if not preview.lines:
        raise Refusal(
            "Ingen bevillinger er begyndt før den dag og løber videre.",
            field="from_on",
        )

    last_raised_on = preview.last_raised_on
    if last_raised_on and last_raised_on >= preview.from_on:
        raise Refusal(
            f"Der er allerede reguleret fra {day(last_raised_on)}. Vælg en dag derefter.",
            field="from_on",
        )

    # Days that are paid already are raised too: the difference comes with the
    # next instalment.
    planning.lock([line.grant.pk for line in preview.lines])
    books.require_free({total.year: total.more for total in preview.years})
