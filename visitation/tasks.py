"""Celery's and the outbox' doors to the committee's side: each calls one act or one notice."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from skolefleks import outbox
from visitation.amendments import notices as amendment_notices
from visitation.cases import notices as case_notices
from visitation.ceiling import notices as ceiling_notices
from visitation.closings import actions as closings
from visitation.closings import notices as closing_notices
from visitation.efforts import following as efforts
from visitation.efforts import notices as effort_notices
from visitation.evaluation import actions as evaluation
from visitation.evaluation import notices as evaluation_notices
from visitation.followups import notices as follow_up_notices
from visitation.followups import reminding
from visitation.letters import actions as letters
from visitation.meetings import calls as meeting_calls
from visitation.meetings import notices as meeting_notices
from visitation.minutes import notices as minutes_notices
from visitation.moves import notices as move_notices
from visitation.packs import actions as packs
from visitation.questions import notices as question_notices
from visitation.waiting import notices as waiting_notices
from visitation.ways import notices as ways_notices

# -- cases --


@outbox.handles("application.sent_back")
def tell_of_request(payload: dict[str, Any]) -> None:
    case_notices.tell_of_request(payload["application"])


@outbox.handles("decisions.released")
def tell_of_answer(payload: dict[str, Any]) -> None:
    case_notices.tell_of_answer(payload["application"])


@outbox.handles("decision.corrected")
def tell_of_correction(payload: dict[str, Any]) -> None:
    case_notices.tell_of_answer(payload["application"], case_notices.CORRECTED)


@outbox.handles("grant.ended")
def tell_of_ended_grant(payload: dict[str, Any]) -> None:
    case_notices.tell_of_answer(payload["application"], case_notices.ENDED)


@outbox.handles("payments.settled")
def tell_of_payment(payload: dict[str, Any]) -> None:
    effort_notices.tell_of_payment(payload["run"])


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


@outbox.handles("meeting.put_off")
def tell_of_putting_off(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_putting_off(payload["meeting"], payload["to"])


@outbox.handles("meeting.apology")
def tell_of_apology(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_apology(payload["meeting"], payload["person"])


@outbox.handles("meeting.substitute")
def tell_of_substitute(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_substitute(payload["meeting"], payload["person"])


@outbox.handles("meeting.cancelled")
def tell_of_cancelling(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_cancelling(payload["meeting"])


@outbox.handles("meeting.case_added")
def tell_school_of_case(payload: dict[str, Any]) -> None:
    meeting_notices.tell_school_of_case(payload["item"])


@outbox.handles("meeting.case_removed")
def tell_of_removed_case(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_removed_case(payload)


@outbox.handles("meeting.times_changed")
def tell_of_new_times(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_new_times(payload["meeting"], payload["items"])


@outbox.handles("meeting.locked")
def tell_of_agenda(payload: dict[str, Any]) -> None:
    meeting_notices.tell_of_agenda(payload["meeting"])


@outbox.handles("meeting.mail", is_mail=True)
def mail_meeting(payload: dict[str, Any]) -> None:
    meeting_calls.mail_meeting(payload)


@outbox.handles("meeting.case_mail", is_mail=True)
def mail_case(payload: dict[str, Any]) -> None:
    meeting_calls.mail_case(payload)


@outbox.handles("minutes.approved")
def tell_of_minutes(payload: dict[str, Any]) -> None:
    minutes_notices.tell_of_approval(payload["meeting"])


# The papers of twelve cases may take a while.
@shared_task(ignore_result=True, time_limit=280)
def make_pack(pack_id: str) -> None:
    packs.make(pack_id)


@outbox.handles("pack.asked")
def begin_pack(payload: dict[str, Any]) -> None:
    """Wake a worker for it: a handler runs in one transaction, where nobody sees how far it is."""
    make_pack.apply_async((payload["pack"],), retry=False)


@shared_task(ignore_result=True)
def remove_packs() -> None:
    packs.remove_old()


# -- in writing --


@outbox.handles("round.sent")
def round_sent(payload: dict[str, Any]) -> None:
    ways_notices.tell_members(payload["round"])


@outbox.handles("round.answered")
def round_answered(payload: dict[str, Any]) -> None:
    ways_notices.tell_chair(payload["round"])


# -- the waiting list --


@outbox.handles("waiting.left")
def tell_of_leaving(payload: dict[str, Any]) -> None:
    waiting_notices.tell_of_leaving(payload["application"])


# -- the ceiling --


@outbox.handles("ceiling.exceeded")
def tell_chiefs(payload: dict[str, Any]) -> None:
    ceiling_notices.tell_chiefs(payload["decision"])


@outbox.handles("ceiling.answered")
def tell_committee_of_chiefs_answer(payload: dict[str, Any]) -> None:
    ceiling_notices.tell_committee_of_answer(payload["decision"])


# -- efforts --


@outbox.handles("effort.delayed")
def tell_of_delay(payload: dict[str, Any]) -> None:
    effort_notices.tell_of_delay(payload["effort"])


@shared_task(ignore_result=True)
def end_efforts() -> None:
    efforts.end_those_that_are_over()


@outbox.handles("amendment.asked")
def tell_of_extension(payload: dict[str, Any]) -> None:
    amendment_notices.tell_of_application(payload["amendment"])


@outbox.handles("amendment.decided")
def tell_of_amendment(payload: dict[str, Any]) -> None:
    amendment_notices.tell_of_answer(payload["amendment"])


@outbox.handles("effort.moved")
def tell_of_move(payload: dict[str, Any]) -> None:
    move_notices.tell_of_move(payload["effort"])


@outbox.handles("effort.ended")
def tell_of_end(payload: dict[str, Any]) -> None:
    closing_notices.tell_of_end(payload["effort"])


@outbox.handles("effort.closed")
def tell_of_closing(payload: dict[str, Any]) -> None:
    closing_notices.tell_of_closing(payload["effort"])


@outbox.handles("effort.whereabouts")
def ask_where_pupil_is(payload: dict[str, Any]) -> None:
    closing_notices.ask_where_pupil_is(payload["whereabouts"])


@shared_task(ignore_result=True)
def ask_for_whereabouts() -> None:
    closings.ask_for_whereabouts()


@outbox.handles("follow_up.remind")
def remind_of_follow_up(payload: dict[str, Any]) -> None:
    follow_up_notices.remind(payload["window"], payload["kind"])


@outbox.handles("follow_up.reported")
def tell_of_report(payload: dict[str, Any]) -> None:
    follow_up_notices.tell_of_report(payload["window"])


@outbox.handles("follow_up.told")
def tell_of_outcome(payload: dict[str, Any]) -> None:
    follow_up_notices.tell_of_outcome(payload["window"], decide=payload["decide"])


@shared_task(ignore_result=True)
def remind_of_follow_ups() -> None:
    reminding.post_reminders()


# -- evaluations --


@outbox.handles("evaluation.signed")
def tell_other_chief(payload: dict[str, Any]) -> None:
    evaluation_notices.tell_other_chief(payload["evaluation"])


@outbox.handles("evaluation.frozen")
def print_evaluation(payload: dict[str, Any]) -> None:
    # The papers first: who is told finds them.
    evaluation.print_papers(payload["version"])
    evaluation_notices.tell_readers(payload["version"])
