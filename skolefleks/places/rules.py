"""What holds of centres, districts and schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from skolefleks.models import Centre, District, School
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from datetime import date


def require_new_school(name: str, *, but: School | None = None) -> None:
    """Raise Refusal where another school has the name, however it is written."""
    schools = School.objects.filter(name__iexact=name)
    if but is not None:
        schools = schools.exclude(pk=but.pk)
    if schools.exists():
        raise Refusal("Der er allerede en skole med det navn.", field="name")


def require_new_district(name: str, *, but: District | None = None) -> None:
    """Raise Refusal where another district has the name, however it is written."""
    districts = District.objects.filter(name__iexact=name)
    if but is not None:
        districts = districts.exclude(pk=but.pk)
    if districts.exists():
        raise Refusal("Der er allerede et distrikt med det navn.", field="name")


def require_new_centre(key: str, name: str, *, but: Centre | None = None) -> None:
    """Raise Refusal where another centre has the short name or the name."""
    if Centre.objects.filter(key=key).exists():
        raise Refusal("Der er allerede et center med det korte navn.", field="key")
    centres = Centre.objects.filter(name__iexact=name)
    if but is not None:
        centres = centres.exclude(pk=but.pk)
    if centres.exists():
        raise Refusal("Der er allerede et center med det navn.", field="name")


def require_closable(centre: Centre) -> None:
    """Raise NotPossible where the centre is closed, or owns money of the pool."""
    if centre.closed_on is not None:
        raise NotPossible("Centret er allerede lukket.")
    owns_money = import_string(settings.OWNS_MONEY)
    if owns_money(centre.key):
        raise NotPossible(
            f"{centre.key} har penge i puljen. Centercheferne flytter dem til et andet"
            " centers ramme eller lukker årene først."
        )


def require_mergeable(school: School, into: School, today: date) -> None:
    """Raise Refusal where the school cannot go into the other one."""
    if school.pk == into.pk:
        raise Refusal("Vælg en anden skole.", field="into")
    if school.merged_into_id not in {None, into.pk}:
        raise Refusal("Skolen er allerede lagt sammen med en anden.", field="into")
    if into.merged_into_id or not into.is_open_on(today):
        raise Refusal("Skolen, der tager over, er lukket.", field="into")
    # The money of a case is booked on its district, for ever.
    if school.district_id != into.district_id:
        raise Refusal(
            "Skolerne ligger i hvert sit distrikt, og pengene er bogført på distriktet."
            " Luk skolen, og flyt eleverne en for en.",
            field="into",
        )


def require_not_past(closes_on: date, today: date) -> None:
    """Raise Refusal for a day that is over: what was begun since then was allowed."""
    if closes_on < today:
        raise Refusal("Dagen er allerede forbi.", field="closes_on")
