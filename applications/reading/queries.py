"""What the school's pages read: its cases, and one application with all that is written in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.urls import reverse

from applications.fields import asking, blocks
from applications.fields import rules as field_rules
from applications.fields.declarations import STEPS
from applications.lifecycle import PaperStatus, Status
from applications.models import (
    Application,
    Goal,
    Paper,
    PlannedMeasure,
    PupilCase,
    TriedMeasure,
)
from applications.reading import rules
from skolefleks import alphabet
from skolefleks.danish import today
from skolefleks.models import Membership, Role, School
from skolefleks.permissions import Permission, schools_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from applications.fields.asking import Place, Question
    from applications.fields.blocks import Block
    from applications.models import ApplicationQuerySet
    from skolefleks.models import User

Measure = TypeVar("Measure", TriedMeasure, PlannedMeasure)

# What a list of applications shows: no encrypted column is fetched.
LIST_FIELDS = (
    "id",
    "number",
    "status",
    "submitted_at",
    "resubmitted_at",
    "sent_back_at",
    "handed_over_at",
    "days_at_school",
    "updated_at",
    "closed_at",
    "answer",
    "granted",
    "granted_from",
    "effort_ends_on",
    "initials",
    "kinds",
    "grades",
    "pupil_count",
    "requested",
    "filled",
    "expected",
    "school__name",
)


def own_cases(user: User) -> ApplicationQuerySet:
    """The cases of the schools where `user` writes applications."""
    schools = schools_of(user, Permission.APPLICATION_WRITE)
    return Application.objects.visible_to(user).filter(school__in=schools)


def own_schools(user: User) -> list[School]:
    """The schools where `user` writes applications, in the order of the memberships.

    Takes no query of its own.
    """
    school_ids = schools_of(user, Permission.APPLICATION_WRITE)
    schools = {}
    for membership in user.current_memberships:
        if membership.school and membership.school_id in school_ids:
            schools[membership.school_id] = membership.school
    return list(schools.values())


@dataclass(frozen=True)
class WholeApplication:
    """An application and all that hangs on it, each read once, when it is first asked for.

    Of an application that is marked for the committee (`marked_for`) it is what
    was submitted. Takes five queries at most, whatever the number of pupils,
    measures and goals. `pupils` are its pupils where they were read already,
    since its row is held.
    """

    application: Application
    pupils: list[PupilCase] | None = None

    @cached_property
    def pupil_cases(self) -> list[PupilCase]:
        if self.pupils is not None:
            return self.pupils
        if self.application.copy:
            return self.application.copy.pupil_cases
        pupil_cases = list(self.application.pupil_cases.select_related("pupil"))
        for pupil_case in pupil_cases:
            # The same object, so that no pupil reads it anew.
            pupil_case.application = self.application
        return pupil_cases

    @cached_property
    def tried_measures(self) -> list[TriedMeasure]:
        return self._with_pupils(self.application.tried_measures.all())

    @cached_property
    def planned_measures(self) -> list[PlannedMeasure]:
        return self._with_pupils(self.application.planned_measures.all())

    @cached_property
    def goals(self) -> list[Goal]:
        if self.application.copy:
            return self.application.copy.goals
        return list(Goal.objects.filter(pupil_case__in=self.pupil_cases))

    @cached_property
    def items(self) -> list[field_rules.Item]:
        """The checklist."""
        return field_rules.checklist(
            self.application,
            self.pupil_cases,
            tried_measures=self.tried_measures,
            planned_measures=self.planned_measures,
            goals=self.goals,
            signed_capacities=signed_capacities(self.application),
        )

    @property
    def missing(self) -> list[field_rules.Item]:
        """What stops it from being submitted."""
        return field_rules.missing(self.items)

    @property
    def advised(self) -> list[field_rules.Item]:
        """What it could hold and does not."""
        return field_rules.advised(self.items)

    def missing_of(self, pupil_case: PupilCase) -> list[field_rules.Item]:
        """What is missing at one pupil."""
        of_pupils = [item for item in self.missing if item.pupil_case]
        return [item for item in of_pupils if item.pupil_case == pupil_case]

    def links(self, items: Sequence[field_rules.Item]) -> list[tuple[str, str]]:
        """The items as a page lists them: text and address."""
        return [(item.text, item.url(self.application)) for item in items]

    @property
    def blocks(self) -> list[Block]:
        """All that is written, as text."""
        return blocks.write_blocks(
            self.application,
            self.pupil_cases,
            self.tried_measures,
            self.planned_measures,
            self.goals,
        )

    @property
    def places(self) -> list[Place]:
        """Where the committee can ask: what is written, and what is advised and was left out."""
        advised = {item.place for item in self.advised}
        places = []
        for place in asking.find_places(self.blocks):
            if place.text or place.is_step or place.key in advised:
                places.append(place)
        return places

    @property
    def requested(self) -> int:
        """Whole DKK a year asked for, all pupils together."""
        return sum(pupil_case.requested_tariff or 0 for pupil_case in self.pupil_cases)

    @property
    def planned_cost(self) -> int:
        """Whole DKK of the planned measures that have a price."""
        return sum(measure.cost or 0 for measure in self.planned_measures)

    @property
    def wishes(self) -> list[rules.Wish]:
        return [rules.wish_for(pupil_case) for pupil_case in self.pupil_cases]

    def support_beside(self, pupil_case: PupilCase) -> Decimal:
        """Hours a week of support that stand beside what is counted at the pupil."""
        return field_rules.support_beside(self.tried_measures, pupil_case)

    def _with_pupils(self, measures: Iterable[Measure]) -> list[Measure]:
        """Each with the pupil it is for, read once with the others."""
        pupils = {pupil_case.pk: pupil_case for pupil_case in self.pupil_cases}
        rows = []
        for measure in measures:
            if measure.pupil_id:
                measure.pupil = pupils.get(measure.pupil_id)
            rows.append(measure)
        return rows

    @property
    def ages(self) -> set[int]:
        """The pupils' ages today, of those whose CPR number is written."""
        return field_rules.ages_of(self.pupil_cases, today())

    def url(self, step: str) -> str:
        """The address of a step."""
        return reverse(f"applications:{step}", args=[self.application.number])

    def steps(
        self, current: str, questions: Sequence[Question] = ()
    ) -> list[tuple[str, str, str, str]]:
        """(label, url, state, note) of each step, as components/steps.html wants them."""
        missing_at = [item.step for item in self.missing]
        unanswered_at = [
            question.place.step for question in questions if not question.is_changed
        ]

        steps = []
        for step, label in STEPS.items():
            note = _note(missing_at.count(step), unanswered_at.count(step))
            state = "done"
            if step == current:
                state = "current"
            # The last step is never done: there it is submitted.
            elif note or step == "check":
                state = "missing"
            steps.append((label, self.url(step), state, note))
        return steps


def _note(missing: int, questions: int) -> str:
    """`2 mangler · 1 spørgsmål`: what a step still waits for."""
    parts = []
    if missing:
        parts.append(f"{missing} mangler")
    if questions:
        parts.append(f"{questions} spørgsmål")
    return " · ".join(parts)


def open_questions(whole: WholeApplication) -> list[Question]:
    """What the committee asks of a case that was sent back, and what is changed since.

    Takes one query where anything is asked.
    """
    application = whole.application
    if application.status != Status.SENT_BACK or not application.asks:
        return []

    # What the committee had read when it asked.
    last = application.submissions.last()
    before = None
    if last:
        before = last.blocks
    return asking.list_questions(
        application.asks,
        application.number,
        now=whole.blocks,
        before=before,
    )


def submitted_blocks(application: Application) -> list[Block] | None:
    """The text that the committee reads (by `marked_for`) once the school may have written on.

    None for whoever reads the case as it stands.
    """
    # While it lies with the committee, what stands is what was submitted.
    school_writes_on = application.status in {
        Status.SENT_BACK,
        Status.WITHDRAWN,
    }
    if not (application.is_reviewable and school_writes_on):
        return None

    last = application.submissions.last()
    if last is None:
        return None
    return last.blocks


def papers_of(application: Application) -> list[Paper]:
    """The case's papers as the person it is marked for sees them, oldest first.

    The committee sees those that were submitted, nobody those that are not ready.
    """
    papers = _papers(application, application.papers.filter(status=PaperStatus.READY))
    if application.is_reviewable:
        return [paper for paper in papers if paper.is_submitted]
    return papers


def papers_of_draft(application: Application, user: User) -> list[Paper]:
    """The papers as the school's own form shows them.

    Of those that are being examined, or were refused, each sees their own.
    """
    ready_or_own = Q(status=PaperStatus.READY) | Q(uploaded_by=user)
    return _papers(application, application.papers.filter(ready_or_own))


# The same number for everybody, whoever sees how many of them.
_PLACE = """
    SELECT count(*) FROM applications_paper before
    WHERE before.application_id = applications_paper.application_id
        AND before.uploaded_at <= applications_paper.uploaded_at
"""


def _papers(application: Application, papers: QuerySet[Paper]) -> list[Paper]:
    numbered = papers.annotate(place=RawSQL(_PLACE, []))  # noqa: S611  the text is ours
    rows: list[Paper] = list(numbered.select_related("uploaded_by"))
    # Whether it was submitted is asked of the application: the same object, read
    # once.
    for paper in rows:
        paper.application = application
    return rows


def advisers_of(
    application: Application,
) -> tuple[list[Membership], list[Membership]]:
    """Those invited to the case, and those who can be; each with what they are."""
    invited_ids = set(application.invitations.values_list("user", flat=True))
    memberships = Membership.objects.current().filter(
        role=Role.ADVISER, user__is_active=True
    )

    invited = []
    others = []
    advisers = memberships.select_related("user", "school")
    for membership in advisers.order_by(alphabet.by("user__name")):
        if membership.user_id in invited_ids:
            invited.append(membership)
        else:
            others.append(membership)
    return invited, others


def signed_capacities(application: Application) -> set[str]:
    """The capacities in which an adviser has signed a statement on the case."""
    statements = application.statements.filter(signed_at__isnull=False)
    return set(statements.order_by().values_list("capacity", flat=True))


def leaders_of(school_id: int) -> list[str]:
    """The names of the district school leaders, who answer for the school's applications."""
    memberships = Membership.objects.current().filter(
        role=Role.SCHOOL_LEADER, school=school_id, user__is_active=True
    )
    return list(
        memberships.order_by(alphabet.by("user__name")).values_list(
            "user__name", flat=True
        )
    )
