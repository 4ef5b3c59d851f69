"""Centres, districts and schools: made, renamed, moved, closed. Never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from skolefleks import audit
from skolefleks.administration import actions as administration
from skolefleks.administration import rules as administration_rules
from skolefleks.danish import today
from skolefleks.models import Centre, District, Membership, School
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.places import merging, rules
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import User


@transaction.atomic
def add_centre(key: str, name: str, *, by: User) -> Centre:
    """A new centre, last in the order: it owns no money yet, and has no chief.

    Raises Refusal for a short name or a name that is taken.
    """
    _require_may(by)
    _lock_places()
    rules.require_new_centre(key, name)
    last = Centre.objects.aggregate(last=Max("sort_key"))["last"] or 0
    centre = Centre.objects.create(
        key=key, name=name, sort_key=last + 1, opened_on=today()
    )
    audit.record("add_centre", centre, by=by)
    return centre


@transaction.atomic
def change_centre(centre: Centre, *, name: str, by: User) -> None:
    """Another name; its short name stays. Raises Refusal for a name that is taken."""
    _require_may(by)
    _lock_places()
    rules.require_new_centre("", name, but=centre)
    centre.name = name
    centre.save(update_fields=["name"])
    audit.record("change_centre", centre, by=by)


@transaction.atomic
def close_centre(centre: Centre, *, by: User) -> None:
    """Close a centre that owns no money: the roles in it end today.

    What it has signed stays. Raises NotPossible, and OwnRoles for who holds a role
    there themselves.
    """
    _require_may(by)
    # Held: a role that is given there at this moment is found, or refused.
    locked_centre = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    rules.require_closable(locked_centre)
    locked_centre.closed_on = today()
    locked_centre.save(update_fields=["closed_on"])

    memberships = Membership.objects.open().filter(centre=centre.pk)
    for membership in memberships.select_related("user"):
        administration.end_membership(membership, by=by)
    audit.record("close_centre", locked_centre, by=by)


@transaction.atomic
def reopen_centre(centre: Centre, *, by: User) -> None:
    """Open a centre again; its chief is named anew. Raises NotPossible where it is open."""
    _require_may(by)
    locked_centre = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if locked_centre.closed_on is None:
        raise NotPossible("Centret er ikke lukket.")
    locked_centre.closed_on = None
    locked_centre.save(update_fields=["closed_on"])
    audit.record("reopen_centre", locked_centre, by=by)


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
    if locked_school.merged_into_id:
        raise NotPossible("Skolen er lagt sammen med en anden.")
    if locked_school.closes_on is None:
        raise NotPossible("Skolen er ikke lukket.")
    locked_school.closes_on = None
    locked_school.save(update_fields=["closes_on"])
    audit.record("reopen_school", locked_school, by=by)


@transaction.atomic
def merge_school(school: School, *, into: School, by: User) -> int:
    """Let the other school take over today: cases, efforts, people, and what is to be paid.

    What is written, decided, booked and paid stays as it was, in the old
    school's name. Returns how many things followed. Once more does the rest,
    where a case was begun in the same moment. Raises Refusal at the field, and
    OwnRoles for who works at one of the two: they would read what they could not.
    """
    _require_may(by)
    own = Membership.objects.open().filter(user=by, school__in=(school, into))
    if own.exists():
        raise administration_rules.OwnRoles
    # Two who merge them crosswise are heard one after the other.
    _lock_places()
    school.refresh_from_db()
    into.refresh_from_db()
    rules.require_mergeable(school, into, today())

    school.closes_on = min(school.closes_on or today(), today())
    school.merged_into = into
    school.save(update_fields=["closes_on", "merged_into"])
    # What went into it earlier goes along.
    School.objects.filter(merged_into=school).update(merged_into=into)

    count = merging.let_all_follow(school, into=into, by=by)
    count += _move_people(school, into, by=by)
    audit.record("merge_school", school, by=by, into=into.pk, count=count)
    return count


def _move_people(school: School, into: School, *, by: User) -> int:
    memberships = Membership.objects.open().filter(school=school)
    rows = list(memberships.select_related("user", "stands_in_for"))
    for membership in rows:
        administration.move_role(membership, school=into, by=by)
    return len(rows)


def _require_may(by: User) -> None:
    require(by, Permission.PLACES_LOOK_AFTER, at=EVERYWHERE)


def _lock_places() -> None:
    """One change of a name at a time: two would else both find it free."""
    list(District.objects.select_for_update(no_key=True).values_list("pk", flat=True))
