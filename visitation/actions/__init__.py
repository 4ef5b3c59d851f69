"""What the committee does. The only acts that spend, all of it or none: state, postings, trail and outbox together.

Lock order: pools by fiscal year, ascending; then the application; then the meeting.
"""

from visitation.actions.agenda import add_to_agenda, take_up
from visitation.actions.changing import correct, end_early
from visitation.actions.deciding import AlreadyGranted, Terms, grant, postpone, reject, undo
from visitation.actions.indexing import Unseen, approve_index, propose_index
from visitation.actions.recusals import Recused, require_not_recused
from visitation.actions.releasing import NeedsChiefs, release
from visitation.actions.screening import send_back

__all__ = (
    "AlreadyGranted",
    "NeedsChiefs",
    "Recused",
    "Terms",
    "Unseen",
    "add_to_agenda",
    "approve_index",
    "correct",
    "end_early",
    "grant",
    "postpone",
    "propose_index",
    "reject",
    "release",
    "require_not_recused",
    "send_back",
    "take_up",
    "undo",
)
