"""What the bench decides and has on its agenda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from applications.models import Application, PupilCase
from skolefleks.models import User
from tests.bench.prepared import GROUNDS, SENTENCE
from tests.meetings import under_way
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.models import AgendaItem, Assessment, Decision, Meeting, Question
from visitation.ways import rules as ways

# Outside a meeting who decides has to say how.
URGENT = ways.Way(Decision.Basis.ALONE, Decision.Ground.URGENT, "Eleven kan ikke vente.")


# -- the committee's work ------------------------------------------------------------------
def decide_first(application: Application, chair: User) -> None:
    """Grant the first pupil something that is not yet released.

    So the case page has something to show of each kind.
    """
    pupil_cases = application.pupil_cases.select_related("pupil", "application__school__district")
    pupil_case = pupil_cases.all()[0]
    terms = decision_rules.Terms(
        215_000, pupil_case.starts_on, pupil_case.ends_on, conditions=SENTENCE
    )
    decisions.grant(pupil_case, terms, grounds=GROUNDS, way=URGENT, by=chair)


def before_the_meeting(applications: Sequence[Application], chair: User) -> None:
    """Half of the cases on an agenda, every pupil assessed, a question answered in each case."""
    put_on_agenda(applications[::2], chair)
    assess(applications, chair)

    now = timezone.now()
    questions = []
    for application in applications:
        question = Question(
            application=application,
            text=SENTENCE,
            asked_by=chair,
            asked_at=now,
            answer=SENTENCE,
            answered_by=application.created_by,
            answered_at=now,
        )
        questions.append(question)
    Question.objects.bulk_create(questions)


def put_on_agenda(applications: Sequence[Application], chair: User) -> None:
    """The agenda of a meeting in a week."""
    begins = timezone.now() + timedelta(days=7)
    meeting = Meeting.objects.create(
        place="Rådhuset", starts_at=begins, ends_at=begins + timedelta(hours=3), planned_by=chair
    )
    items = []
    for position, application in enumerate(applications):
        item = AgendaItem(
            meeting=meeting, application=application, position=position, minutes=20, added_by=chair
        )
        items.append(item)
    AgendaItem.objects.bulk_create(items)


def assess(applications: Sequence[Application], chair: User) -> None:
    """Each pupil, by the chair and both members."""
    now = timezone.now()
    members = User.objects.filter(memberships__role="committee_member")
    assessments = []
    for pupil_case in PupilCase.objects.filter(application__in=applications):
        for member in (chair, *members):
            assessment = Assessment(
                pupil_case=pupil_case,
                member=member,
                weight=3,
                tariff=215_000,
                why=SENTENCE,
                given_at=now,
            )
            assessments.append(assessment)
    Assessment.objects.bulk_create(assessments)


def in_the_room(applications: Sequence[Application], chair: User) -> str:
    """The key of a meeting under way with all of them on its agenda, half of it behind it."""
    members = User.objects.filter(memberships__role="committee_member")
    meeting = under_way(*applications, by=chair, present=[chair, *members])

    half = len(applications) // 2
    agenda.take_up(meeting.items.all()[half], by=chair)
    return str(meeting.pk)
