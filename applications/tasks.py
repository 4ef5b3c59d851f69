"""What happens after a case has moved: those concerned get a notice, and those who must act now a mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from applications.lifecycle import AT_SCHOOL, Status
from applications.models import Application, Capacity, DialogueEntry, Paper, Statement
from applications.papers import actions as papers
from applications.papers import scanning
from skolefleks import outbox, storage
from skolefleks.danish import is_working_day, today
from skolefleks.models import Notice, Role, User
from skolefleks.notices.mail import tell

if TYPE_CHECKING:
    from collections.abc import Iterable


ORPHANS_KEPT = timedelta(days=7)  # files that no paper names


STILL = "Ingen har rørt sagen længe. Skriv videre, eller luk den"


STILL_AT_SCHOOL = "En af skolens sager har ligget stille længe"


# topic -> what the committee is told
_COMMITTEE = {
    "application.submitted": "En skole har indsendt sagen",
    "application.withdrawn": "Skolen har trukket sagen tilbage",
}


@outbox.handles("application.submitted")
def tell_committee_of_submission(payload: dict[str, Any]) -> None:
    _tell_committee(payload, "application.submitted")


@outbox.handles("application.withdrawn")
def tell_committee_of_withdrawal(payload: dict[str, Any]) -> None:
    _tell_committee(payload, "application.withdrawn")


@outbox.handles("application.invited")
def tell_adviser(payload: dict[str, Any]) -> None:
    application = Application.objects.only("number", "status").get(pk=payload["application"])
    people = User.objects.filter(pk=payload["adviser"], is_active=True)
    capacity = (
        application.invitations.values_list("capacity", flat=True)
        .filter(user=payload["adviser"])
        .first()
    )
    asked = capacity in {Capacity.PPR, Capacity.CASEWORKER}
    text = (
        "Du er inviteret til sagen. Skolen beder om din udtalelse"
        if asked
        else "Du er inviteret til sagen"
    )
    tell(
        people,
        number=application.number,
        path=application.get_absolute_url(),
        text=text,
        topic="application.invited",
    )


@outbox.handles("dialogue.written")
def tell_the_others(payload: dict[str, Any]) -> None:
    """The advisers of what the school writes, the school of what an adviser writes: never the writer, never its words."""
    entry = DialogueEntry.objects.select_related("application").get(pk=payload["entry"])
    application = entry.application
    people = _school_of(application) if entry.written_as else _advisers_of(application)
    path = reverse("applications:dialogue", args=[application.number])
    text = "Der er skrevet i sagens dialog"
    tell(
        (person for person in people if person.pk != entry.written_by_id),
        number=application.number, path=path, text=text, topic="dialogue.written", must_act=False,
    )  # fmt: skip


@outbox.handles("statement.signed")
def tell_of_statement(payload: dict[str, Any]) -> None:
    statement = Statement.objects.select_related("application").get(pk=payload["statement"])
    application = statement.application
    path = reverse("applications:dialogue", args=[application.number])
    text = f"Udtalelsen fra {statement.get_capacity_display()} er underskrevet"
    number, topic = application.number, "statement.signed"
    tell(_school_of(application), number=number, path=path, text=text, topic=topic, must_act=False)


@shared_task(ignore_result=True)
def remind_of_still_cases() -> None:
    """Recall the drafts and challenges that lie still: once to who wrote it, later once to the school's leaders."""
    if not is_working_day(today()):
        return
    for days, topic in (
        (settings.STILL_DAYS, "still.writer"),
        (settings.STILL_DAYS_TO_LEADER, "still.leader"),
    ):
        told = Notice.objects.filter(
            subject=OuterRef("number"), topic=topic, created_at__gt=OuterRef("updated_at")
        )
        still = Application.objects.filter(
            status__in=AT_SCHOOL, updated_at__lt=timezone.now() - timedelta(days=days)
        )
        for application in still.filter(~Exists(told)).only("pk"):
            with transaction.atomic():
                outbox.post(topic, application=str(application.pk))


@outbox.handles("still.writer")
def remind_writer(payload: dict[str, Any]) -> None:
    application = Application.objects.get(pk=payload["application"])
    writer = User.objects.at_work(application.school_id).filter(pk=application.created_by_id)
    _remind(
        application,
        writer or User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id),
        "still.writer",
    )


@outbox.handles("still.leader")
def remind_leader(payload: dict[str, Any]) -> None:
    application = Application.objects.get(pk=payload["application"])
    _remind(
        application,
        User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id),
        "still.leader",
    )


@outbox.handles("paper.scan")
def scan_paper(payload: dict[str, Any]) -> None:
    """Raises NotScanned while the scanner is away: the paper waits, and the outbox tries again."""
    paper = (
        Paper.objects.select_related("application", "uploaded_by")
        .filter(pk=payload["paper"])
        .first()
    )
    if paper is None or not paper.is_waiting:
        return
    if not (settings.CLAMAV and scanning.found_in(paper.content)):
        papers.clear_paper(paper)
        return
    number = paper.application.number
    papers.refuse_paper(paper)
    path, text = (
        reverse("applications:papers", args=[number]),
        "Et bilag er fjernet. Der var skadelig kode i det",
    )
    tell([paper.uploaded_by], number=number, path=path, text=text, topic="paper.refused")


@outbox.handles("paper.removed")
def discard_paper(payload: dict[str, Any]) -> None:
    storage.discard(payload["stored_as"])


@shared_task(ignore_result=True)
def tidy_papers() -> None:
    """Remove the files that a crash left without a row."""
    old = list(storage.kept_before(timezone.now() - ORPHANS_KEPT))
    named = set(Paper.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    for name in old:
        if name not in named:
            storage.discard(name)


def _remind(application: Application, people: Iterable[User], topic: str) -> None:
    """Nothing where somebody has written meanwhile, or was reminded already."""
    told = Notice.objects.filter(
        subject=application.number, topic=topic, created_at__gt=application.updated_at
    )
    if application.status in AT_SCHOOL and not told.exists():
        text = STILL if topic == "still.writer" else STILL_AT_SCHOOL
        tell(people, number=application.number, path=_path(application), text=text, topic=topic)


def _tell_committee(payload: dict[str, Any], topic: str) -> None:
    """Whoever is disqualified in the case is not told of it either."""
    application = Application.objects.only("number").get(pk=payload["application"])
    people = [
        person
        for person in User.objects.holding(Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
        if Application.objects.reviewable_by(person).filter(pk=application.pk).exists()
    ]
    tell(
        people,
        number=application.number,
        path=application.get_absolute_url(),
        text=_COMMITTEE[topic],
        topic=topic,
    )


def _advisers_of(application: Application) -> list[User]:
    """The invited who are advisers still."""
    return list(User.objects.holding(Role.ADVISER).filter(invitations__application=application))


def _school_of(application: Application) -> list[User]:
    """Who opened the case and who has written in it, of those still at the school; else its leaders."""
    writers = {
        application.created_by_id,
        *application.dialogue.filter(written_as="").values_list("written_by", flat=True),
    }
    people = list(User.objects.at_work(application.school_id).filter(pk__in=writers))
    return people or list(User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id))


def _path(application: Application) -> str:
    name = (
        "applications:challenge"
        if application.status == Status.CHALLENGE
        else "applications:pupils"
    )
    return reverse(name, args=[application.number])
