"""What the committee does. The only acts that spend, all of it or none: state, postings, trail and outbox together.

Lock order: pools by fiscal year, ascending; then the application; then the meeting.
"""

from visitation.actions.agenda import add_to_agenda, arrange, remove_from_agenda, take_up
from visitation.actions.assessing import assess, mark_read
from visitation.actions.bulk import Line, add_each_to_agenda
from visitation.actions.ceiling import answer_ceiling
from visitation.actions.changing import correct, end_early
from visitation.actions.deciding import AlreadyGranted, Terms, grant, postpone, reject, undo
from visitation.actions.documents import finish
from visitation.actions.indexing import Unseen, approve_index, propose_index
from visitation.actions.law import NotHeard, classify, note_answer, note_hearing
from visitation.actions.meetings import (
    NotAllSettled,
    Slot,
    cancel_meeting,
    change,
    close_meeting,
    invite,
    lock_agenda,
    note_attendance,
    open_meeting,
    plan,
    unlock_agenda,
)
from visitation.actions.minutes import approve_minutes, write_remarks, write_said
from visitation.actions.questions import answer, ask
from visitation.actions.recusals import Recused, declare, lift_recusal, require_not_recused, set_recusal, settle
from visitation.actions.releasing import NeedsChiefs, release
from visitation.actions.screening import send_back
from visitation.actions.views import remove_view, save_view

__all__ = (
    "AlreadyGranted",
    "Line",
    "NeedsChiefs",
    "NotAllSettled",
    "NotHeard",
    "Recused",
    "Slot",
    "Terms",
    "Unseen",
    "add_each_to_agenda",
    "add_to_agenda",
    "answer",
    "answer_ceiling",
    "approve_index",
    "approve_minutes",
    "arrange",
    "ask",
    "assess",
    "cancel_meeting",
    "change",
    "classify",
    "close_meeting",
    "correct",
    "declare",
    "end_early",
    "finish",
    "grant",
    "invite",
    "lift_recusal",
    "lock_agenda",
    "mark_read",
    "note_answer",
    "note_attendance",
    "note_hearing",
    "open_meeting",
    "plan",
    "postpone",
    "propose_index",
    "reject",
    "release",
    "remove_from_agenda",
    "remove_view",
    "require_not_recused",
    "save_view",
    "send_back",
    "set_recusal",
    "settle",
    "take_up",
    "undo",
    "unlock_agenda",
    "write_remarks",
    "write_said",
)
