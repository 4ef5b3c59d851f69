"""A new frame of a centre: where its part of the pool comes from. Nothing is in it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from budget.models import FundingSource, centres_led_by
from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from skolefleks.models import User


@transaction.atomic
def add_frame(name: str, centre: str, *, by: User) -> FundingSource:
    """A frame of one's own centre; money comes into it as always, when the owners agree.

    Raises PermissionDenied for another's centre, Refusal for a name that is taken.
    """
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)
    if centre not in centres_led_by(by):
        raise PermissionDenied(Permission.POOL_ALLOCATE.value)
    refusal = Refusal("Der er allerede en ramme med det navn.", field="name")
    if FundingSource.objects.filter(name__iexact=name).exists():
        raise refusal
    try:
        with transaction.atomic():
            source = FundingSource.objects.create(name=name, centre_id=centre)
    except IntegrityError as error:
        # Two wrote the same name at this moment.
        raise refusal from error
    audit.record("add_frame", source, by=by, centre=centre)
    return source
