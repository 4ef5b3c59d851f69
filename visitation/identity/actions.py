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
    from skolefleks.models import School, User


class Overlapping(Refusal):
    """The two have grants on the same days."""

    message = (
        "De to har hver en bevilling på nogle af de samme dage."
        " Ret eller afslut den ene, før de slås sammen."
    )


@transaction.atomic
def exchange_number(pupil_case: PupilCase, *, cpr: str, by: User) -> None:
    """Put the real CPR number in place of a replacement number, in the school's own cases.

    Where another school has the child by the same replacement number, its cases
    stay: else whoever knows that number could write anybody's in its place. The
    committee joins the two. Where the real number is known already, the cases
    go under it. Raises PermissionDenied, NotPossible for a pupil without a
    replacement number, Refusal for another one of the kind, and Overlapping.
    """
    application = pupil_case.application
    require(by, P.APPLICATION_WRITE, at=application)
    writing.lock(application)
    # It may have been exchanged since the page was opened.
    pupil_case.refresh_from_db(fields=["pupil"])
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
        raise Refusal("Det nye nummer er også et erstatningsnummer.", field="cpr")

    index = key_ring().blind(cpr)
    school = application.school
    own_cases = list(old.cases.filter(application__school=school))
    is_elsewhere = old.cases.exclude(application__school=school).exists()
    if is_elsewhere or Pupil.objects.filter(cpr_index=index).exists():
        _move(old, Pupil.by_cpr(cpr), school=school)
    else:
        old.cpr = cpr
        old.cpr_index = index
        old.save(update_fields=["cpr", "cpr_index"])
    # That it was done, and never either number.
    for case in own_cases:
        audit.record(
            "exchange_number", case.application, by=by, pupil_case=str(case.pk)
        )


@transaction.atomic
def join(pupil_case: PupilCase, other: PupilCase, *, by: User) -> None:
    """Let `other` be the same child: its cases and grants go under the number of `pupil_case`.

    Raises PermissionDenied, Recused, NotPossible and Overlapping.
    """
    application = pupil_case.application
    require(by, P.CASE_DECIDE, at=application)
    # This holds the rows, in one order whichever of the two the page showed.
    pair = (application, other.application)
    for one in sorted(pair, key=lambda case: case.pk):
        recusals.require_not_recused(by, one)
    if pupil_case.pupil is None or other.pupil is None:
        raise NotPossible

    _move(other.pupil, pupil_case.pupil)
    audit.record("join_pupils", application, by=by, other=other.application.number)
    audit.record("join_pupils", other.application, by=by, other=application.number)


# Where each has its school.
_SCHOOL_OF = {
    Grant: "decision__pupil_case__application__school",
    Effort: "school",
    PupilCase: "application__school",
}


def _move(old: Pupil, new: Pupil, *, school: School | None = None) -> None:
    """What stands under the old row stands under the new one; the old one is kept.

    All of it, or what is the `school`'s.
    """
    try:
        with transaction.atomic():
            for model, path in _SCHOOL_OF.items():
                rows = model._default_manager.filter(pupil=old)
                if school:
                    rows = rows.filter(**{path: school})
                rows.update(pupil=new)
    except IntegrityError as error:
        raise Overlapping from error
