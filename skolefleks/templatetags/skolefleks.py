"""What every template may say: amounts, days, a form's key."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from skolefleks import danish
from skolefleks.idempotency import FIELD

register = template.Library()


register.filter("kr", danish.kr)


register.filter("masked", danish.masked)


@register.filter
def day(value: date | None) -> str:
    """`1. august 2026`; nothing for nothing."""
    return danish.day(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """`1. august 2026 kl. 10.42`, in Danish time."""
    return (
        f"{danish.day(local)} kl. {local:%H.%M}"
        if value and (local := timezone.localtime(value))
        else ""
    )


@register.filter
def days_since(value: datetime | None) -> int | None:
    """Whole days from then until today."""
    return (danish.today() - timezone.localdate(value)).days if value else None


@register.filter
def one_decimal(value: Any) -> str:
    """`12,5`."""
    return "" if value is None else f"{value:.1f}".replace(".", ",")


@register.simple_tag
def idempotency_key() -> SafeString:
    """The hidden field that makes one sending of the form count once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())
