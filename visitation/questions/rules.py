"""When the committee may ask the school in writing, and when the school may answer."""

from __future__ import annotations

from applications.lifecycle import Status
from applications.models import Application

# While a case is at the school or the committee, there is somebody who waits for
# the answer.
ANSWERABLE = (Status.SUBMITTED, Status.SENT_BACK)


def can_be_asked(application: Application) -> bool:
    """Whether the case is the committee's now. Else the school writes on it, or it is over."""
    return application.status == Status.SUBMITTED


def can_be_answered(application: Application) -> bool:
    """Whether the answer can still change what is decided."""
    return application.status in ANSWERABLE
