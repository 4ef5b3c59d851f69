"""The school's pages, by noun."""

from applications.views.steps import (
    add_pupil,
    cases,
    check,
    cooperation,
    environment,
    invite,
    leadership,
    new,
    plan,
    pupil,
    pupils,
    receipt,
    remove_pupil,
    submit,
    withdraw,
)

__all__ = (
    "add_pupil",
    "cases",
    "check",
    "cooperation",
    "environment",
    "invite",
    "leadership",
    "new",
    "plan",
    "pupil",
    "pupils",
    "receipt",
    "remove_pupil",
    "submit",
    "withdraw",
)
