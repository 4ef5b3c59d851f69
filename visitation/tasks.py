"""Celery's and the outbox' doors to the committee's side: each calls one act or one notice."""

from __future__ import annotations

from typing import Any

from skolefleks import outbox
from visitation.cases import notices as case_notices
from visitation.ceiling import notices as ceiling_notices
from visitation.letters import actions as letters
from visitation.meetings import notices as meeting_notices
from visitation.minutes import notices as minutes_notices
from visitation.questions import notices as question_notices

# -- cases --


@outbox.handles("application.sent_back")
@outbox.handles("decisions.released")
def tell_school_of_answer(payload: dict[str, Any]) -> None:
    case_notices.tell_school_of_answer(payload["application"])


@outbox.handles("question.asked")
def tell_school_of_question(payload: dict[str, Any]) -> None:
    question_notices.tell_school_of_question(payload["question"])


@outbox.handles("question.answered")
def tell_committee_of_answer(payload: dict[str, Any]) -> None:
    question_notices.tell_committee_of_answer(payload["question"])


@outbox.handles("document.drafted")
def make_document(payload: dict[str, Any]) -> None:
    letters.finish(payload["document"])


# -- meetings --


@outbox.handles("meeting.invited")
def tell_of_invitation(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_invitation(
        payload["meeting"],
        payload["people"],
        tell_schools=payload["schools"],
    )


@outbox.handles("meeting.changed")
def tell_of_change(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_change(payload["meeting"])


@outbox.handles("meeting.cancelled")
def tell_of_cancelling(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_cancelling(payload["meeting"])


@outbox.handles("meeting.case_added")
def tell_school_of_case(payload: dict[str, Any]) -> None:
    meeting_notices.tell_school_of_case(payload["item"])


@outbox.handles("minutes.approved")
def tell_of_minutes(payload: dict[str, Any]) -> None:
    minutes_notices.tell_of_approval(payload["meeting"])


# -- the ceiling --


@outbox.handles("ceiling.exceeded")
def tell_chiefs(payload: dict[str, Any]) -> None:
    ceiling_notices.tell_chiefs(payload["decision"])


@outbox.handles("ceiling.answered")
def tell_committee_of_chiefs_answer(payload: dict[str, Any]) -> None:
    ceiling_notices.tell_committee_of_answer(payload["decision"])
