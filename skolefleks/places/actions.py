"""Districts and schools: made, renamed, moved, closed from a day. Never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import District, School
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.places import rules
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import User


@transaction.atomic
def add_district(name: str, *, by: User) -> District:
    """A new district, last in the order. Raises Refusal for a name that is taken."""
    _require_may(by)
    _lock_places()
    rules.require_new_district(name)
    last = District.objects.aggregate(last=Max("sort_key"))["last"] or 0
    district = District.objects.create(name=name, sort_key=last + 1)
    audit.record("add_district", district, by=by)
    return district


@transaction.atomic
def change_district(district: District, *, name: str, by: User) -> None:
    """Another name; figures and schools stay. Raises Refusal for a name that is taken."""
    _require_may(by)
    _lock_places()
    rules.require_new_district(name, but=district)
    district.name = name
    district.save(update_fields=["name"])
    audit.record("change_district", district, by=by)


@transaction.atomic
def add_school(name: str, district: District, *, by: User) -> School:
    """A new school: people get their roles there, and the chiefs its account."""
    _require_may(by)
    _lock_places()
    rules.require_new_school(name)
    school = School.objects.create(name=name, district=district)
    audit.record("add_school", school, by=by, district=district.pk)
    return school


@transaction.atomic
def change_school(school: School, *, name: str, by: User) -> None:
    """Another name. What was written with the old one keeps it."""
    _require_may(by)
    _lock_places()
    rules.require_new_school(name, but=school)
    school.name = name
    school.save(update_fields=["name"])
    audit.record("change_school", school, by=by)


@transaction.atomic
def close_school(school: School, *, closes_on: date, by: User) -> None:
    """Let the school begin no case from that day on.

    Cases and efforts that have begun go on, and so do its payments. Raises
    Refusal for a day that is over.
    """
    _require_may(by)
    rules.require_not_past(closes_on, today())
    school.closes_on = closes_on
    school.save(update_fields=["closes_on"])
    audit.record("close_school", school, by=by, closes_on=closes_on.isoformat())


@transaction.atomic
def reopen_school(school: School, *, by: User) -> None:
    """Let the school begin cases again. Raises NotPossible where it is not to close."""
    _require_may(by)
    locked_school = School.objects.select_for_update(no_key=True).get(pk=school.pk)
    if locked_school.closes_on is None:
        raise NotPossible("Skolen er ikke lukket.")
    locked_school.closes_on = None
    locked_school.save(update_fields=["closes_on"])
    audit.record("reopen_school", locked_school, by=by)


def _require_may(by: User) -> None:
    require(by, Permission.PLACES_LOOK_AFTER, at=EVERYWHERE)


def _lock_places() -> None:
    """One change of a name at a time: two would else both find it free."""
    list(District.objects.select_for_update(no_key=True).values_list("pk", flat=True))
