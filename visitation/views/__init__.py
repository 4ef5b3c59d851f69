"""The pages of the committee, the case's own page, and the start page, by noun."""

from visitation.views.case import case, changes, events, reveal_cpr
from visitation.views.deciding import decide, effect, release, send_back, undo
from visitation.views.money import forecast, own_school
from visitation.views.queue import queue
from visitation.views.start import start

__all__ = (
    "case",
    "changes",
    "decide",
    "effect",
    "events",
    "forecast",
    "own_school",
    "queue",
    "release",
    "reveal_cpr",
    "send_back",
    "start",
    "undo",
)
