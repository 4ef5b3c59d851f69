"""What was decided for the same pupils in other cases, before or beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from applications.models import Application
from applications.reading.queries import WholeApplication
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from skolefleks.models import User


class EarlierDecision(NamedTuple):
    """A decision that stands in another case of the same pupil; `grant` where it gave money."""

    pupil_name: str
    decision: Decision
    grant: Grant | None

    @property
    def application(self) -> Application:
        return self.decision.application


def earlier_decisions(application: Application, user: User) -> list[EarlierDecision]:
    """The standing decisions of other cases of the pupils of this one, the newest first.

    Cases that `user` is out of are left out. Takes two queries.
    """
    # As submitted: the school may have written another pupil since.
    pupil_cases = WholeApplication(application).pupil_cases
    names = {one.pupil_id: one.shown_name for one in pupil_cases if one.pupil_id}

    reviewable = Application.objects.reviewable_by(user).exclude(pk=application.pk)
    rows = Decision.objects.standing().filter(
        pupil_case__pupil__in=names,
        pupil_case__application__in=reviewable.order_by().values("pk"),
    )
    rows = rows.select_related("grant", "pupil_case__application__school")

    elsewhere = []
    for row in rows.order_by("-decided_at"):
        pupil: Any = row.pupil_case.pupil_id
        grant = getattr(row, "grant", None)
        elsewhere.append(EarlierDecision(names[pupil], row, grant))
    return elsewhere
