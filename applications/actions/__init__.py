"""What is done to a case while the school has it, by noun. Nothing here moves money or decides."""

from applications.actions.applications import (
    Incomplete,
    add_pupil,
    invite,
    jot,
    lock,
    remove_pupil,
    require_editable,
    start,
    submit,
    summarise,
    withdraw,
    write,
    write_pupil,
)
from applications.actions.challenges import apply, start_challenge, write_challenge
from applications.actions.dialogue import Said, correct, share, sign, write_entry, write_statement
from applications.actions.efforts import note_effort
from applications.actions.papers import add_paper, clear_paper, refuse_paper, remove_paper

__all__ = (
    "Incomplete",
    "Said",
    "add_paper",
    "add_pupil",
    "apply",
    "clear_paper",
    "correct",
    "invite",
    "jot",
    "lock",
    "note_effort",
    "refuse_paper",
    "remove_paper",
    "remove_pupil",
    "require_editable",
    "share",
    "sign",
    "start",
    "start_challenge",
    "submit",
    "summarise",
    "withdraw",
    "write",
    "write_challenge",
    "write_entry",
    "write_pupil",
    "write_statement",
)
