"""What happens after the committee has acted: those concerned are told, the disqualified never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from skolefleks import outbox
from skolefleks.danish import day
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.templatetags.skolefleks import moment
from visitation.agenda import queries as agenda_queries
from visitation.letters import actions as letters
from visitation.models import AgendaItem, Decision, Meeting, Question

if TYPE_CHECKING:
    from collections.abc import Iterable


# topic -> what the committee is told of a meeting, and what its schools are told
_COMMITTEE = {
    "meeting.invited": "Du er indkaldt til møde i kvalitetsudvalget {at}",
    "meeting.changed": "Mødet i kvalitetsudvalget er flyttet til {at}, {place}",
    "meeting.cancelled": "Mødet i kvalitetsudvalget {at} er aflyst",
    "minutes.approved": "Referatet af mødet i kvalitetsudvalget {at} er godkendt",
}


CALLED = "Sagen behandles på møde {at}"


CALLED_OFF = "Mødet, hvor sagen skulle behandles, er aflyst. Sagen venter på et nyt"


@outbox.handles("application.sent_back")
@outbox.handles("decisions.released")
def tell_school(payload: dict[str, Any]) -> None:
    application = Application.objects.only("number", "school_id").get(pk=payload["application"])
    people = User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id)
    tell(
        people,
        number=application.number,
        path=application.get_absolute_url(),
        text="Udvalget har svaret i sagen",
    )


@outbox.handles("meeting.invited")
def tell_invited(payload: dict[str, Any]) -> None:
    meeting = Meeting.objects.get(pk=payload["meeting"])
    people = User.objects.filter(pk__in=payload["people"], is_active=True)
    _tell_committee(people, meeting, "meeting.invited", must_act=True)
    if payload["schools"]:
        _tell_schools(meeting, CALLED)


@outbox.handles("meeting.changed")
def tell_of_change(payload: dict[str, Any]) -> None:
    meeting = Meeting.objects.get(pk=payload["meeting"])
    _tell_committee(_invited(meeting), meeting, "meeting.changed", must_act=True)
    _tell_schools(meeting, CALLED)


@outbox.handles("meeting.cancelled")
def tell_of_cancelling(payload: dict[str, Any]) -> None:
    meeting = Meeting.objects.get(pk=payload["meeting"])
    _tell_committee(_invited(meeting), meeting, "meeting.cancelled", must_act=True)
    _tell_schools(meeting, CALLED_OFF)


@outbox.handles("meeting.case_added")
def tell_school_of_meeting(payload: dict[str, Any]) -> None:
    """A case that came onto the agenda after the invitations; nothing where it was taken off meanwhile."""
    for item in AgendaItem.objects.filter(pk=payload["item"]).select_related("meeting"):
        _tell_schools(item.meeting, CALLED, only=str(item.pk))


@outbox.handles("minutes.approved")
def tell_of_minutes(payload: dict[str, Any]) -> None:
    meeting = Meeting.objects.get(pk=payload["meeting"])
    _tell_committee(_invited(meeting), meeting, "minutes.approved", must_act=False)


@outbox.handles("ceiling.exceeded")
def tell_chiefs(payload: dict[str, Any]) -> None:
    """Both centre chiefs have a tariff to look at; nothing where it was undone meanwhile."""
    application = _above_ceiling(payload)
    people = [
        p
        for p in User.objects.holding(Role.CENTRE_CHIEF)
        if application and _is_free(p, application)
    ]
    if application:
        path, text = reverse("visitation:ceiling"), "En takst over loftet venter på din godkendelse"
        tell(people, number=application.number, path=path, text=text, topic="ceiling.exceeded")


@outbox.handles("ceiling.answered")
def tell_committee_of_chiefs_answer(payload: dict[str, Any]) -> None:
    application = _above_ceiling(payload)
    leads = User.objects.holding(Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
    people = [p for p in leads if application and _is_free(p, application)]
    if application:
        path, text = (
            application.get_absolute_url(),
            "En centerchef har svaret om en takst over loftet",
        )
        tell(people, number=application.number, path=path, text=text, topic="ceiling.answered")


def _above_ceiling(payload: dict[str, Any]) -> Application | None:
    waiting = (
        Decision.objects.above_ceiling()
        .filter(pk=payload["decision"])
        .values("pupil_case__application")
    )
    return Application.objects.only("number").filter(pk__in=waiting).first()


def _is_free(person: User, application: Application) -> bool:
    """Whether the person may be told: not the disqualified."""
    return Application.objects.untied_to(person).filter(pk=application.pk).exists()


@outbox.handles("document.drafted")
def make_document(payload: dict[str, Any]) -> None:
    letters.finish(payload["document"])


def _tell_committee(
    people: Iterable[User], meeting: Meeting, topic: str, *, must_act: bool
) -> None:
    """`people` of the committee are told of the meeting, by its day: nothing of what is on its agenda."""
    path = (
        reverse("visitation:minutes", args=[meeting.pk])
        if topic == "minutes.approved"
        else meeting.get_absolute_url()
    )
    text = _COMMITTEE[topic].format(at=moment(meeting.starts_at), place=meeting.place)
    subject = f"Møde {day(timezone.localdate(meeting.starts_at))}"
    tell(people, number=subject, path=path, text=text[:200], topic=topic, must_act=must_act)


def _tell_schools(meeting: Meeting, text: str, *, only: str = "") -> None:
    """The leader of each school hears when its own case is taken up, and nothing else of the meeting."""
    for item, at in agenda_queries.times_of(meeting):
        if only in ("", str(item.pk)):
            leaders = User.objects.holding(Role.SCHOOL_LEADER, school=item.application.school_id)
            number, path = item.application.number, item.application.get_absolute_url()
            tell(
                leaders,
                number=number,
                path=path,
                text=text.format(at=moment(at)),
                topic="meeting.case",
            )


def _invited(meeting: Meeting) -> Iterable[User]:
    return User.objects.filter(pk__in=meeting.attendances.values("user"), is_active=True)


@outbox.handles("question.asked")
def tell_school_of_question(payload: dict[str, Any]) -> None:
    """The school's leaders, and who opened the case, if they are there still: one of them must answer."""
    application = _question(payload).application
    leaders = User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id)
    people = leaders | User.objects.at_work(application.school_id).filter(
        pk=application.created_by_id
    )
    text = "Udvalget har stillet skolen et spørgsmål"
    tell(
        people,
        number=application.number,
        path=_path(application),
        text=text,
        topic="question.asked",
    )


@outbox.handles("question.answered")
def tell_committee_of_answer(payload: dict[str, Any]) -> None:
    """Whoever asked, and the chair."""
    question = _question(payload)
    application = question.application
    people = User.objects.holding(Role.COMMITTEE_CHAIR) | User.objects.filter(
        pk=question.asked_by_id, is_active=True
    )
    judging = [
        p for p in people if Application.objects.reviewable_by(p).filter(pk=application.pk).exists()
    ]
    tell(
        judging, number=application.number, path=_path(application), text="Skolen har svaret på udvalgets spørgsmål",
        topic="question.answered", must_act=False,
    )  # fmt: skip


def _question(payload: dict[str, Any]) -> Question:
    return Question.objects.select_related("application").get(pk=payload["question"])


def _path(application: Application) -> str:
    return reverse("questions", args=[application.number])
