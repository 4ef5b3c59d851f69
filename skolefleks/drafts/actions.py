"""Keep what is typed until it is sent, and forget it then."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from skolefleks.drafts import rules
from skolefleks.models import Draft
from skolefleks.setup import trade

if TYPE_CHECKING:
    from skolefleks.models import User

# The hidden field by which a form says which draft it makes needless.
FIELD = "draft"


@transaction.atomic
def keep(form: str, fields: dict[str, list[str]], *, by: User) -> Draft:
    """Keep `fields` as what `by` has typed in `form`, instead of what was kept before.

    Raises Refusal for a CPR number, and for more than a form can hold.
    """
    rules.require_keepable(form, fields)
    draft, _ = Draft.objects.update_or_create(
        user=by,
        form=form,
        defaults={"fields": json.dumps(fields), "saved_at": timezone.now()},
    )
    _forget_oldest(by)
    return draft


def discard(form: str, *, by: User) -> None:
    """Forget the draft: it was sent, or is not wanted any more."""
    Draft.objects.filter(rules.which(form), user=by).delete()


def forget_old() -> None:
    """Forget what nobody came back to for the days of the setting `draft_days`."""
    forgotten_before = timezone.now() - timedelta(days=trade.now().draft_days)
    Draft.objects.filter(saved_at__lt=forgotten_before).delete()


def _forget_oldest(user: User) -> None:
    own = Draft.objects.filter(user=user).order_by("-saved_at")
    too_many = list(own.values_list("pk", flat=True)[settings.DRAFT_COUNT :])
    if too_many:
        Draft.objects.filter(pk__in=too_many).delete()
