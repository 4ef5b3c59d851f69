"""Who is out of a case, and why: what the chair and the secretary see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from applications.models import Recusal
from applications.reading import queries as reading_queries
from skolefleks.models import JUDGE_ROLES, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from applications.models import Application


class Out(NamedTuple):
    """One who may not judge the case: by a tie that the system found itself, or by a recusal."""

    name: str
    why: str
    recusal: Recusal | None


def judges() -> QuerySet[User]:
    """Everybody who may come to judge a case: the committee, and the chiefs who answer above the ceiling."""
    return User.objects.holding(*JUDGE_ROLES).order_by("name")


def out_of(application: Application) -> tuple[list[Out], list[Recusal]]:
    """Who is out of the case now, by name, and the recusals that were lifted. Takes four queries."""
    people = {person.pk: person for person in judges()}
    found = [
        Out(people[pk].name, why, None)
        for pk, why in reading_queries.ties(application, people.values()).items()
    ]
    told = Recusal.objects.filter(application=application).select_related(
        "user", "set_by", "lifted_by"
    )
    recusals = list(told)
    found += [
        Out(r.user.name, r.get_origin_display(), r)
        for r in recusals
        if r.lifted_at is None
    ]
    return sorted(found, key=lambda out: out.name), [r for r in recusals if r.lifted_at]
