"""What each act that touches a grant needs: its payments, the school's list, and the places that are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.writing import actions as writing
from budget.payments import actions as payments
from skolefleks.calendar import ONE_DAY
from visitation.models import Grant

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application
    from skolefleks.models import User


def plan_payments(
    granted: Grant, application: Application, *, by: User, verb: str = "cancel"
) -> None:
    """Let the school be paid for the days that the grant runs; what it was to have otherwise is stopped, by `verb`."""
    _plan(granted, application, until=granted.last_day, by=by, verb=verb)


def stop_payments(granted: Grant, application: Application, *, by: User) -> None:
    """Let the school be paid nothing of the grant. Raises budget.actions.AlreadyPaid where it was paid something."""
    _plan(granted, application, until=granted.starts_on - ONE_DAY, by=by)


def tell_list(application: Application) -> None:
    """The school's list shows how long the case's released grants run."""
    running = Grant.objects.standing().known().filter(decision__pupil_case__application=application)
    writing.note_effort(
        application, ends_on=max((granted.last_day for granted in running), default=None)
    )


def years_counted(granted: Grant) -> set[int]:
    """The fiscal years in which another grant of the same pupil holds the place in the district."""
    others = (
        Grant.objects.standing()
        .filter(pupil=granted.pupil, district=granted.district)
        .exclude(pk=granted.pk)
    )
    return {year for other in others for year in other.by_fiscal_year()}


def _plan(
    granted: Grant, application: Application, *, until: date, by: User, verb: str = "cancel"
) -> None:
    payments.plan(
        granted.pk,
        tariff=granted.tariff,
        starts_on=granted.starts_on,
        ends_on=until,
        later=granted.later,
        school=application.school,
        district=granted.district,
        by=by,
        text=application.number,
        verb=verb,
    )
