"""The pages of the committee, the case's own page, and the start page, by noun."""

from visitation.views.case import case, changes, events, reveal_cpr
from visitation.views.deciding import decide, effect, release, send_back, undo
from visitation.views.indexing import approve_index, price_index, propose_index
from visitation.views.money import forecast, own_school
from visitation.views.queue import queue
from visitation.views.start import start

__all__ = (
    "approve_index",
    "case",
    "changes",
    "decide",
    "effect",
    "events",
    "forecast",
    "own_school",
    "price_index",
    "propose_index",
    "queue",
    "release",
    "reveal_cpr",
    "send_back",
    "start",
    "undo",
)
