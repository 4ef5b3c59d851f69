"""Celery's and the outbox' doors to the school's side: each calls one act or one notice."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from applications.dialogue import notices as dialogue_notices
from applications.handover import notices as handover_notices
from applications.models import Application, DialogueEntry, Statement
from applications.papers import actions as papers
from applications.submission import actions as submission
from applications.submission import notices as submission_notices
from applications.writing import reminders
from skolefleks import outbox, storage

# -- the application --


@outbox.handles("application.submitted")
def tell_committee_of_submission(payload: dict[str, Any]) -> None:
    submission_notices.tell_committee_of_submission(payload["application"])


@outbox.handles("application.handed_over")
def tell_leaders_to_sign(payload: dict[str, Any]) -> None:
    handover_notices.tell_leaders(payload["hand_over"])


@outbox.handles("application.handed_back")
def tell_writer_of_return(payload: dict[str, Any]) -> None:
    handover_notices.tell_writer(payload["hand_over"])


@outbox.handles("application.signed")
def tell_writer_of_signature(payload: dict[str, Any]) -> None:
    handover_notices.tell_of_signature(payload["hand_over"])


@outbox.handles("submission.compare")
def compare_submissions(payload: dict[str, Any]) -> None:
    submission.compare(payload["submission"])


@outbox.handles("application.withdrawn")
def tell_committee_of_withdrawal(payload: dict[str, Any]) -> None:
    submission_notices.tell_committee_of_withdrawal(payload["application"])


@shared_task(ignore_result=True)
def remind_of_still_cases() -> None:
    reminders.post_reminders()


@outbox.handles(reminders.TO_WRITER)
def remind_writer(payload: dict[str, Any]) -> None:
    reminders.remind_writer(payload["application"])


@outbox.handles(reminders.TO_LEADERS)
def remind_leaders(payload: dict[str, Any]) -> None:
    reminders.remind_leaders(payload["application"])


# -- the dialogue --


@outbox.handles("application.invited")
def tell_adviser(payload: dict[str, Any]) -> None:
    application = Application.objects.get(pk=payload["application"])
    dialogue_notices.tell_adviser_of_invitation(application, payload["adviser"])


@outbox.handles("dialogue.written")
def tell_others_of_entry(payload: dict[str, Any]) -> None:
    entry = DialogueEntry.objects.select_related("application").get(
        pk=payload["entry"]
    )
    dialogue_notices.tell_others_of_entry(entry)


@outbox.handles("statement.signed")
def tell_school_of_statement(payload: dict[str, Any]) -> None:
    statement = Statement.objects.select_related("application").get(
        pk=payload["statement"]
    )
    dialogue_notices.tell_school_of_statement(statement)


# -- papers --


@outbox.handles("paper.examine")
def examine_paper(payload: dict[str, Any]) -> None:
    # Raises NotScanned while the scanner is away: the outbox tries again later.
    papers.examine_paper(payload["paper"])


@outbox.handles("paper.removed")
def discard_paper(payload: dict[str, Any]) -> None:
    # A message from before one paper had several files names its one.
    for name in payload.get("files") or [payload["stored_as"]]:
        storage.discard(name)


@shared_task(ignore_result=True)
def tidy_papers() -> None:
    papers.tidy_papers()
