"""Changing what the municipality chooses: from a day, with a reason, by two where it weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import SettingChange
from skolefleks.notices import mail
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.setup import queries, rules, trade
from skolefleks.setup.declarations import DECLARATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from skolefleks.models import User
    from skolefleks.setup.kinds import Value

Answer = SettingChange.Answer

# What a notice is about that is about no case.
SUBJECT = "Indstillinger"
WAITS = "En ændret indstilling venter på din godkendelse."
ANSWERED = "Din ændrede indstilling er besvaret."


@transaction.atomic
def change(
    name: str, *, value: Value, starts_on: date, reason: str, after: int, by: User
) -> SettingChange:
    """Let the setting be `value` from that day on; a weighty one waits for a second person.

    `after` is how often it was changed when `by` saw it. Raises Overtaken where
    somebody has changed it since, and Refusal at the field.
    """
    require(by, Permission.SETTINGS_KEEP, at=EVERYWHERE)
    rules.require_day(name, starts_on, today())
    before = trade.on(starts_on)
    rules.require_other_value(value, getattr(before, name))
    rules.require_order(trade.with_one(before, name, value))

    takes_two = DECLARATIONS[name].takes_two
    if takes_two:
        _require_somebody(name, by)
    new_change = _create(
        SettingChange(
            name=name,
            number=after + 1,
            value=value,
            starts_on=starts_on,
            reason=reason,
            takes_two=takes_two,
            made_by=by,
            made_at=timezone.now(),
        )
    )
    terms = {"setting": name, "value": value, "starts_on": starts_on.isoformat()}
    audit.record("change_setting", new_change, by=by, **terms)
    if takes_two:
        _tell(queries.second_people(name, by), new_change, WAITS, must_act=True)
    return new_change


@transaction.atomic
def agree(change: SettingChange, *, by: User) -> None:
    """Be the second person: it holds from its day, and never from a day that has begun.

    Raises OwnChange, NotYours, NotPossible, Overtaken.
    """
    _require_answer(change, by)
    holds_from = max(change.starts_on, rules.first_day(change.name, today()))
    before = trade.on(holds_from)
    value = DECLARATIONS[change.name].from_stored(change.value)
    # Another one may have come into force since it was proposed.
    rules.require_order(trade.with_one(before, change.name, value))

    _answer(change, Answer.AGREED, holds_from=holds_from, by=by)
    audit.record("agree_setting", change, by=by, holds_from=holds_from.isoformat())
    _tell([change.made_by], change, ANSWERED)


@transaction.atomic
def refuse(change: SettingChange, *, reason: str, by: User) -> None:
    """Say no as the second person, with a reason. Raises as `agree`."""
    _require_answer(change, by)
    _answer(change, Answer.REFUSED, reason=reason, by=by)
    audit.record("refuse_setting", change, by=by)
    _tell([change.made_by], change, ANSWERED)


@transaction.atomic
def withdraw(change: SettingChange, *, by: User) -> None:
    """Take one's own change back before it holds. Raises NotPossible, Overtaken."""
    require(by, Permission.SETTINGS_KEEP, at=EVERYWHERE)
    if not rules.may_withdraw(change, by, today()):
        raise NotPossible("Ændringen kan ikke trækkes tilbage mere. Ret den igen.")
    _answer(change, Answer.WITHDRAWN, by=by)
    audit.record("withdraw_setting", change, by=by)


def _create(change: SettingChange) -> SettingChange:
    if not change.takes_two:
        change.holds_from = change.starts_on
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError:
        raise Overtaken(
            "Indstillingen er ændret i mellemtiden, eller en ændring venter på svar."
            " Genindlæs siden."
        ) from None
    return change


def _require_somebody(name: str, by: User) -> None:
    if not queries.second_people(name, by).exists():
        raise Refusal("Der er ingen anden, der kan godkende det. Giv først en rollen.")


def _require_answer(change: SettingChange, by: User) -> None:
    require(by, Permission.SETTING_ANSWER, at=EVERYWHERE)
    rules.require_answerable(change)
    rules.require_second_person(change, by)


def _answer(
    change: SettingChange,
    answer: Answer,
    *,
    holds_from: date | None = None,
    reason: str = "",
    by: User,
) -> None:
    """Write the answer, if nobody has meanwhile: the row is asked in the same statement."""
    unanswered = SettingChange.objects.filter(pk=change.pk, answer="")
    updated = unanswered.update(
        answer=answer,
        answered_by=by,
        answered_at=timezone.now(),
        answer_reason=reason,
        holds_from=holds_from,
    )
    if not updated:
        raise Overtaken("Ændringen er besvaret i mellemtiden. Genindlæs siden.")


def _tell(
    people: Iterable[User], change: SettingChange, text: str, *, must_act: bool = False
) -> None:
    mail.tell(
        people,
        number=SUBJECT,
        path=reverse("setting_change", args=[change.pk]),
        text=text,
        topic="settings",
        must_act=must_act,
    )
