"""What the pages of one effort have in common: finding it, its top, its tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from visitation.efforts import queries
from visitation.efforts.rules import TaskKind
from visitation.models import Effort
from visitation.pages import find

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from visitation.efforts.rules import Task
    from visitation.models.efforts import EffortQuerySet

# The first page of an effort that is over is still its
# overview.
CLOSING_TAB = ("closing", "Slutrapport")

TABS = (
    ("overview", "Overblik"),
    ("plan", "Plan"),
    ("follow_ups", "Opfølgninger"),
    ("money", "Økonomi"),
)

# Where a task is done: the name of the address. A follow-up and
# a condition have their own key.
TASK_PAGES = {
    TaskKind.BEGIN: "efforts:begin",
    TaskKind.CONTACTS: "efforts:contacts",
    TaskKind.HOLD: "efforts:follow_up",
    TaskKind.TELL: "efforts:follow_up",
    TaskKind.CONDITION: "efforts:condition",
    TaskKind.CLOSE: "efforts:write_closing",
    TaskKind.WHEREABOUTS: "efforts:closing",
}


def find_effort(request: Request, number: str, pk: UUID) -> Effort:
    """The effort that the person may follow. Raises Http404, Recused."""
    asked_for = {"pk": pk, "application__number": number}
    visible = Effort.objects.visible_to(request.user)
    effort = _joined(visible).filter(**asked_for).first()
    if effort is None:
        # The school that the pupil came to reads what was
        # before.
        before = Effort.objects.moved_to_schools_of(request.user)
        effort = _joined(before).filter(**asked_for).first()
        if effort:
            effort.is_read_by_next_school = True
    if effort is None:
        # Says Recused to those of the committee to whom the
        # case is closed.
        find.readable(request, number)
        raise Http404
    return effort


def _joined(efforts: EffortQuerySet) -> QuerySet[Effort]:
    """With what every page of an effort shows."""
    rows = efforts.select_related(
        "application__school",
        "pupil_case",
        "school",
        "moved_from__application",
        "moved_from__school",
        "moved_to__application",
        "moved_to__school",
    )
    return queries.with_asked(rows)


def read_effort(request: Request, number: str, pk: UUID) -> Effort:
    """Find the effort for a page that shows it. Reading it is logged."""
    effort = find_effort(request, number, pk)
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    return effort


def top_of(request: Request, effort: Effort, here: str) -> dict[str, Any]:
    """The context of the top of each page of an effort: its standing, its tabs, what is next."""
    standing = queries.standing_of(effort)
    writes = may(request.user, P.EFFORT_WRITE, at=effort.application)
    names = list(TABS)
    if not effort.is_live:
        names.append(CLOSING_TAB)
    links = [(label, url_of(f"efforts:{name}", effort), name) for name, label in names]
    tabs = [(label, url, None, name == here) for label, url, name in links]
    if not effort.is_read_by_next_school:
        tabs.append(("Sagen", effort.application.get_absolute_url(), None, False))

    return {
        "effort": effort,
        "application": effort.application,
        "standing": standing,
        "asked": queries.asked_of(effort),
        "moved_to_url": _moved_to_url(request, effort),
        "tabs": tabs,
        "today": today(),
        "may_write": writes and effort.is_live,
        # At the end there is something to do too.
        "may_act": writes,
        "next_url": task_url(standing.next_task, effort),
        "trail": [
            ("Indsatser", reverse("efforts:list")),
            (f"{effort.application.number}, {effort.pupil_case.initials}", ""),
        ],
    }


def _moved_to_url(request: Request, effort: Effort) -> str:
    """The effort at the school that the pupil moved to, for who may follow both."""
    # The old school sees up to its own last day.
    successor = getattr(effort, "moved_to", None)
    follows_all = may(request.user, P.EFFORT_READ, at=EVERYWHERE)
    may_see = follows_all or effort.is_read_by_next_school
    if successor is None or not may_see:
        return ""
    return str(successor.get_absolute_url())


def task_url(task: Task | None, effort: Effort) -> str:
    """The page where the task is done; '' where there is none."""
    if task is None:
        return ""
    if task.key:
        return url_of(TASK_PAGES[task.kind], effort, task.key)
    return url_of(TASK_PAGES[task.kind], effort)


def url_of(name: str, effort: Effort, *more: UUID | str) -> str:
    return reverse(name, args=[effort.application.number, effort.pk, *more])
