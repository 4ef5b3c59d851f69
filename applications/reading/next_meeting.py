"""When the committee meets next: a sentence of the floor above, for the school's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from skolefleks.danish import today

if TYPE_CHECKING:
    from datetime import datetime


def for_new_case() -> str:
    """For who has not sent it: until when the next meeting takes cases. One query."""
    sentence: str = import_string(settings.NEXT_MEETING)(today(), is_sent=False)
    return sentence


def for_sent_case(sent_at: datetime) -> str:
    """The first meeting that a case sent at that moment can be taken up at. One query."""
    sent_on = timezone.localdate(sent_at)
    sentence: str = import_string(settings.NEXT_MEETING)(sent_on, is_sent=True)
    return sentence
