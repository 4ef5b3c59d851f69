"""What the committee decides, meets about, asks and writes. Texts lie encrypted."""

from visitation.models.decisions import Decision
from visitation.models.grants import Grant

__all__ = (
    "Decision",
    "Grant",
)
