"""The pages of the committee, the case's own page, and the start page, by noun."""

from visitation.views.assessments import assess, assessments, mark_read
from visitation.views.case import case, changes, events, reveal_cpr
from visitation.views.ceiling import answer_ceiling, ceiling
from visitation.views.correcting import correct_decision, end_grant
from visitation.views.deciding import decide, effect, send_back, undo
from visitation.views.indexing import approve_index, price_index, propose_index
from visitation.views.law import classification, hearing, hearing_answer
from visitation.views.letters import letter, letters
from visitation.views.meetings import (
    add_case,
    agenda,
    arrange_agenda,
    invite_committee,
    meeting,
    move_meeting,
    note_attendance,
)
from visitation.views.minutes import approve_minutes, minutes, minutes_pdf, write_remarks, write_said
from visitation.views.money import forecast, own_school
from visitation.views.planning import change_meeting, invitation, meetings, plan_meetings
from visitation.views.questions import answer_question, ask_question, questions
from visitation.views.queue import bulk_agenda, queue, remove_view, save_view
from visitation.views.recusals import impartiality, lift_recusal, recuse
from visitation.views.releasing import release, release_meeting
from visitation.views.room import case_at_hand, follow, meeting_mode, take_up, what_if
from visitation.views.start import start

__all__ = (
    "add_case",
    "agenda",
    "answer_ceiling",
    "answer_question",
    "approve_index",
    "approve_minutes",
    "arrange_agenda",
    "ask_question",
    "assess",
    "assessments",
    "bulk_agenda",
    "case",
    "case_at_hand",
    "ceiling",
    "change_meeting",
    "changes",
    "classification",
    "correct_decision",
    "decide",
    "effect",
    "end_grant",
    "events",
    "follow",
    "forecast",
    "hearing",
    "hearing_answer",
    "impartiality",
    "invitation",
    "invite_committee",
    "letter",
    "letters",
    "lift_recusal",
    "mark_read",
    "meeting",
    "meeting_mode",
    "meetings",
    "minutes",
    "minutes_pdf",
    "move_meeting",
    "note_attendance",
    "own_school",
    "plan_meetings",
    "price_index",
    "propose_index",
    "questions",
    "queue",
    "recuse",
    "release",
    "release_meeting",
    "remove_view",
    "reveal_cpr",
    "save_view",
    "send_back",
    "start",
    "take_up",
    "undo",
    "what_if",
    "write_remarks",
    "write_said",
)
