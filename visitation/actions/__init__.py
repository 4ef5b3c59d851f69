"""What the committee does. The only acts that spend, all of it or none: state, postings, trail and outbox together.

Lock order: pools by fiscal year, ascending; then the application.
"""

from visitation.actions.changing import end_early
from visitation.actions.deciding import AlreadyGranted, Terms, grant, reject, undo
from visitation.actions.recusals import Recused, require_not_recused
from visitation.actions.releasing import release
from visitation.actions.screening import send_back

__all__ = (
    "AlreadyGranted",
    "Recused",
    "Terms",
    "end_early",
    "grant",
    "reject",
    "release",
    "require_not_recused",
    "send_back",
    "undo",
)
