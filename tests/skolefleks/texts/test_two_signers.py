"""Two sign, or answer, the same at the same moment: one has done it, and the other is told.

The guard is in the statement itself, which asks for a row that is still unsigned. With
that and the database's own trigger left out both would have signed.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from skolefleks.danish import today
from skolefleks.models import AuditEntry, Role, SettingChange, TextVersion
from skolefleks.refusals import Overtaken
from skolefleks.setup import actions as setup
from skolefleks.texts import actions as texts
from tests.racing import Together
from tests.roles import guards_off

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

RULE = "lov-fordeling-regel"
TOMORROW = today() + timedelta(days=1)

meet = Together("", is_held=True)


@pytest.fixture
def other_admin(person):
    return person("Anden Administrator", Role.ADMINISTRATOR)


@pytest.fixture
def third(person):
    return person("Tredje Administrator", Role.ADMINISTRATOR)


@pytest.fixture
def unsigned(admin, other_admin, third):
    terms = {"text": "Puljen fordeles.", "starts_on": TOMORROW, "reason": "Ny lov."}
    version = texts.write(RULE, **terms, after=0, by=admin)
    return partial(TextVersion.objects.get, pk=version.pk)


@pytest.fixture
def unanswered(admin, other_admin, third):
    terms = {"value": 4, "starts_on": TOMORROW, "reason": "Flere medlemmer."}
    change = setup.change("quorum", **terms, after=0, by=admin)
    return partial(SettingChange.objects.get, pk=change.pk)


@pytest.fixture
def not_asked(monkeypatch):
    """The statement asks for no unsigned row any more, and the triggers are off."""
    for model, condition in ((TextVersion, "signed_by"), (SettingChange, "answer")):
        rows = type(model.objects.all())
        whole = rows.filter

        def any_row(self, *args, whole=whole, condition=condition, **named):
            named.pop(condition, None)
            return whole(self, *args, **named)

        monkeypatch.setattr(rows, "filter", any_row)


def unguarded(act, *args, **named):
    with guards_off():
        return act(*args, **named)


def lines(verb):
    return AuditEntry.objects.filter(verb=verb).count()


def test_of_two_signers_one_has_signed_and_the_trail_has_one_line(unsigned, other_admin, third):
    first = partial(texts.sign, unsigned(), by=other_admin)
    early, late = meet(first, partial(texts.sign, unsigned(), by=third))
    assert early is None
    assert isinstance(late, Overtaken)
    assert unsigned().signed_by == other_admin
    assert lines("sign_text") == 1


def test_without_the_guards_both_would_have_signed(unsigned, other_admin, third, not_asked):
    first = partial(unguarded, texts.sign, unsigned(), by=other_admin)
    second = partial(unguarded, texts.sign, unsigned(), by=third)
    assert meet(first, second) == [None, None]
    assert lines("sign_text") == 2


def test_of_two_who_answer_a_setting_one_has_answered(unanswered, other_admin, third):
    first = partial(setup.agree, unanswered(), by=other_admin)
    second = partial(setup.refuse, unanswered(), reason="Nej.", by=third)
    early, late = meet(first, second)
    assert early is None
    assert isinstance(late, Overtaken)
    assert unanswered().answered_by == other_admin
    assert lines("refuse_setting") == 0


def test_without_the_guards_the_later_answer_would_stand(unanswered, other_admin, third, not_asked):
    first = partial(unguarded, setup.agree, unanswered(), by=other_admin)
    second = partial(unguarded, setup.refuse, unanswered(), reason="Nej.", by=third)
    assert meet(first, second) == [None, None]
    assert unanswered().answered_by == third
