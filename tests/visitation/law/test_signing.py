"""What the municipality writes of the law is a draft until another person has signed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from skolefleks.danish import today
from skolefleks.models import Notice, Role, TextVersion
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.texts import actions, rules
from skolefleks.texts.wording import Wording
from tests.conftest import text_of
from visitation.law import rules as law
from visitation.letters import made_up
from visitation.letters.made_up import Sample
from visitation.models import Decision

pytestmark = pytest.mark.django_db

RULE = "lov-fordeling-regel"
TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def other_admin(person):
    return person("Anden Administrator", Role.ADMINISTRATOR)


def write(by, text="Indsatsen hviler på folkeskoleloven.", *, key=RULE, after=0):
    return actions.write(key, text=text, starts_on=TOMORROW, reason="Ny lov.", after=after, by=by)


def letter_on(day, kind=law.Kind.INTERNAL):
    return made_up.to_school(Sample(Decision.Outcome.GRANTED, kind=kind), Wording(day))


def test_a_letter_is_a_draft_until_another_has_signed(admin, other_admin):
    version = write(admin)
    assert letter_on(TOMORROW)["draft"]
    with pytest.raises(rules.OwnText):
        actions.sign(version, by=admin)
    actions.sign(version, by=other_admin)
    letter = letter_on(TOMORROW)
    assert not letter["draft"]
    assert "kommunens version 1" in letter["law"]
    assert Notice.objects.get(user=other_admin).must_act


def test_both_rule_and_complaint_are_signed_before_a_letter_is_no_draft(admin, other_admin):
    for key in law.keys_of(law.Kind.DECISION):
        assert letter_on(TOMORROW, law.Kind.DECISION)["draft"]
        actions.sign(write(admin, key=key), by=other_admin)
    assert not letter_on(TOMORROW, law.Kind.DECISION)["draft"]
    assert letter_on(TOMORROW, law.Kind.COMPLAINT)["draft"]


def test_of_two_who_sign_at_once_one_has_signed(admin, other_admin, person):
    third = person("Tredje Administrator", Role.ADMINISTRATOR)
    version = write(admin)
    as_seen_by_third = TextVersion.objects.get(pk=version.pk)
    actions.sign(version, by=other_admin)
    with pytest.raises(Overtaken):
        actions.sign(as_seen_by_third, by=third)
    assert TextVersion.objects.get(pk=version.pk).signed_by == other_admin


def test_what_is_taken_back_is_not_signed_any_more(admin, other_admin):
    version = write(admin)
    as_seen = TextVersion.objects.get(pk=version.pk)
    actions.withdraw(version, by=admin)
    with pytest.raises(Overtaken):
        actions.sign(as_seen, by=other_admin)
    assert letter_on(TOMORROW)["draft"]


def test_administrators_are_told_once_before_its_day_and_once_when_it_has_come(
    admin, other_admin, time_machine
):
    write(admin)
    for days in (0, 0, 1, 1):
        time_machine.move_to(timezone.now() + timedelta(days=days))
        actions.remind_of_unsigned()
    told = Notice.objects.filter(topic__startswith="text.").order_by("pk")
    assert list(told.filter(user=admin).values_list("text", flat=True)) == [
        actions.NEAR,
        actions.BEGUN,
    ]
    assert letter_on(TOMORROW)["draft"]


def test_nobody_is_reminded_of_what_is_signed(admin, other_admin):
    actions.sign(write(admin), by=other_admin)
    actions.remind_of_unsigned()
    assert not Notice.objects.filter(topic="text.near").exists()


def test_what_is_still_to_be_written_cannot_be_signed(admin, other_admin):
    version = write(admin, "Der kan klages [kommunen skriver hvortil].")
    with pytest.raises(NotPossible, match="skarpe parenteser"):
        actions.sign(version, by=other_admin)


def test_the_law_changes_on_a_new_day(admin):
    with pytest.raises(Refusal, match="tidligst"):
        actions.write(RULE, text="Ny.", starts_on=today(), reason="x", after=0, by=admin)


def test_the_standard_can_be_signed_as_it_is(admin, other_admin):
    actions.sign(write(admin, law.standard().kinds["internal"].rule), by=other_admin)
    assert not letter_on(TOMORROW)["draft"]


def test_the_one_who_wrote_it_sees_no_button_to_sign(client_for, admin, other_admin):
    write(admin)
    page = f"/administration/tekster/{RULE}/1/"
    assert "Underskriv teksten" not in text_of(client_for(admin).get(page))
    assert "Underskriv teksten" in text_of(client_for(other_admin).get(page))
    assert "Venter på din underskrift" in text_of(
        client_for(other_admin).get("/administration/tekster/")
    )
