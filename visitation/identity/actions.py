"""One child under two numbers: the number is exchanged, or two rows become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from applications.models import Pupil, PupilCase
from applications.writing import actions as writing
from skolefleks import audit
from skolefleks.danish import is_replacement
from skolefleks.encryption import key_ring
from skolefleks.permissions import Permission as P
from skolefleks.permissions import require
from skolefleks.refusals import NotPossible, Refusal
from visitation.models import Effort, Grant
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from skolefleks.models import User


class Overlapping(Refusal):
    """The two have grants on the same days."""

    message = (
        "De to har hver en bevilling på nogle af de samme dage."
        " Ret eller afslut den ene, før de slås sammen."
    )


@transaction.atomic
def exchange_number(pupil_case: PupilCase, *, cpr: str, by: User) -> None:
    """Put the real CPR number in place of a replacement number, in all of the pupil's cases.

    Where the number is known already, the two become one. Raises
    PermissionDenied, NotPossible for a pupil without a replacement number,
    Refusal for another one of the kind, and Overlapping.
    """
    application = pupil_case.application
    require(by, P.APPLICATION_WRITE, at=application)
    writing.lock(application)
    old = pupil_case.pupil
    if old is None:
        raise NotPossible(
            "Eleven har intet CPR-nummer endnu. Skriv det på ansøgningen."
        )
    # A real number is the child's in other schools' cases too: no school takes it away.
    if not old.has_replacement_number:
        raise NotPossible(
            "Eleven har ikke et erstatningsnummer, så der er intet at udskifte."
        )
    if is_replacement(cpr):
        raise Refusal("Det er også et erstatningsnummer.", field="cpr")

    index = key_ring().blind(cpr)
    other = Pupil.objects.filter(cpr_index=index).exclude(pk=old.pk).first()
    if other:
        _move(old, other)
    else:
        old.cpr = cpr
        old.cpr_index = index
        old.save(update_fields=["cpr", "cpr_index"])
    # That it was done, and never either number.
    audit.record("exchange_number", application, by=by, pupil_case=str(pupil_case.pk))


@transaction.atomic
def join(pupil_case: PupilCase, other: PupilCase, *, by: User) -> None:
    """Let `other` be the same child: its cases and grants go under the number of `pupil_case`.

    Raises PermissionDenied, Recused, NotPossible and Overlapping.
    """
    application = pupil_case.application
    require(by, P.CASE_DECIDE, at=application)
    recusals.require_not_recused(by, application)
    recusals.require_not_recused(by, other.application)
    if pupil_case.pupil is None or other.pupil is None:
        raise NotPossible

    _move(other.pupil, pupil_case.pupil)
    audit.record("join_pupils", application, by=by, other=other.application.number)
    audit.record("join_pupils", other.application, by=by, other=application.number)


def _move(old: Pupil, new: Pupil) -> None:
    """All that stands under the old row stands under the new one; the old one is kept."""
    try:
        with transaction.atomic():
            for model in (Grant, Effort, PupilCase):
                model._default_manager.filter(pupil=old).update(pupil=new)
    except IntegrityError as error:
        raise Overlapping from error
