"""What every template may say: amounts, numbers, days, a form's key."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import UnreadablePostError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from skolefleks import danish, numbers
from skolefleks.idempotency import FIELD

register = template.Library()

# What a form says beside what somebody typed.
MARKS = {"csrfmiddlewaretoken", FIELD, "draft", "was", "next"}


register.filter("inside", danish.inside)
register.filter("kr", danish.kr)


register.filter("masked", danish.masked)


@register.filter
def unbroken(text: str) -> SafeString:
    """The text with its case numbers each on one line: a browser breaks them at a hyphen."""
    # A hyphen that does not break would be copied along with the number.
    parts = numbers.IN_TEXT.split(text)
    inside = numbers.IN_TEXT.findall(text)
    spans = [
        format_html('<span class="sf-nowrap">{}</span>{}', number, part)
        for number, part in zip(inside, parts[1:], strict=True)
    ]
    return format_html("{}{}", parts[0], SafeString("".join(spans)))


@register.filter
def whole(value: int | str) -> str:
    """`1.234`; what is text already (`mere end 1.000`) stays as it is."""
    if isinstance(value, int):
        return danish.whole(value)
    return value


@register.filter
def one_decimal(value: Decimal | float | None) -> str:
    """`12,5`; nothing for nothing."""
    if value is None:
        return ""
    return danish.one_decimal(value)


# A variable that a template does not know comes as an empty text: hence `not
# value` below.
@register.filter
def day(value: date | None) -> str:
    """`1. august 2026`; nothing for nothing."""
    if not value:
        return ""
    return danish.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """`1. august 2026 kl. 10.42`, in Danish time; nothing for nothing."""
    if not value:
        return ""
    return danish.moment(value)


@register.filter
def names_of(people: list[dict[str, str]], part: str) -> str:
    """`Anne, Bo og Carl`: those of `people` who have that part, each with `name` and `part`."""
    names = [person["name"] for person in people if person["part"] == part]
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} og {names[-1]}"


@register.filter
def days_since(value: datetime | None) -> int | None:
    """Whole days from then until today."""
    if not value:
        return None
    return danish.days_since(value)


@register.simple_tag(takes_context=True)
def typed_texts(context: template.Context) -> list[str]:
    """What the person wrote in the form that this page refuses, without marks and choices."""
    request = context.get("request")
    if request is None or request.method != "POST":
        return []

    try:
        fields = list(request.POST.lists())
    except (BadRequest, SuspiciousOperation, UnreadablePostError):
        # What made the page refuse it may be that it cannot be read.
        return []

    texts = []
    for name, values in fields:
        if name not in MARKS:
            texts += [value for value in values if " " in value.strip()]
    return texts


@register.simple_tag
def idempotency_key() -> SafeString:
    """The hidden field that makes one sending of the form count once."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4()
    )
