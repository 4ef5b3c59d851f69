"""Who may not judge a case, and why: what the chair and the secretary see of it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from applications.models import Recusal
from applications.reading import ties
from skolefleks import alphabet
from skolefleks.models import JUDGE_ROLES, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from applications.models import Application


class Disqualified(NamedTuple):
    """One who may not judge the case, by a tie that the system found itself or by a recusal.

    `recusal` is None for a tie.
    """

    name: str
    why: str
    recusal: Recusal | None


def judges() -> QuerySet[User]:
    """Everybody who may come to judge a case, by name."""
    return User.objects.holding(*JUDGE_ROLES).order_by(alphabet.by("name"))


class Overview(NamedTuple):
    """Who may not judge the case now, by name, and the recusals that were lifted."""

    disqualified: list[Disqualified]
    lifted: list[Recusal]


def overview(application: Application) -> Overview:
    """Takes four queries."""
    people = {person.pk: person for person in judges()}
    disqualified = []
    # Ties are found anew each time: they change with the person's roles.
    for pk, tie in ties.ties_of(application, people.values()).items():
        disqualified.append(Disqualified(people[pk].name, tie, None))

    lifted = []
    recusals = Recusal.objects.filter(application=application)
    for recusal in recusals.select_related("user", "set_by", "lifted_by"):
        if recusal.lifted_at:
            lifted.append(recusal)
        else:
            origin = recusal.get_origin_display()
            disqualified.append(Disqualified(recusal.user.name, origin, recusal))

    disqualified.sort(key=attrgetter("name"))
    return Overview(disqualified, lifted)
