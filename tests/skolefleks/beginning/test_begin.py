"""The first administrator of an empty site comes in by a link that works once."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skolefleks.beginning import actions, queries
from skolefleks.models import AuditEntry, FirstLink, Role, User
from tests.conftest import text_of

pytestmark = pytest.mark.django_db

EMAIL = "signe@example.dk"


def begin():
    output = StringIO()
    call_command("begin", EMAIL, "--name", "Signe Toft", stdout=output)
    return re.search(r"\?kode=(\S+)", output.getvalue())[1]


def test_the_link_makes_the_first_administrator_who_fills_in_the_profile(client):
    secret = begin()
    page = client.get(reverse("begin"), {"kode": secret})
    assert "Velkommen, Signe Toft" in text_of(page)
    assert not User.objects.exists()

    answer = client.post(reverse("begin"), {"kode": secret}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("profile")
    assert User.objects.get().roles == {Role.ADMINISTRATOR}
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"make_first_link", "use_first_link", "give_role", "sign_in"} <= verbs


def test_it_works_once():
    secret = begin()
    actions.use(secret)
    with pytest.raises(actions.Unusable):
        actions.use(secret)
    assert Client().post(reverse("begin"), {"kode": secret}).status_code == 404


def test_it_is_over_after_a_day(time_machine):
    secret = begin()
    time_machine.move_to(timezone.now() + timedelta(hours=actions.LIVES_HOURS, minutes=1))
    assert queries.link_of(secret) is None
    with pytest.raises(actions.Unusable):
        actions.use(secret)


def test_a_new_link_ends_the_one_before():
    first, second = begin(), begin()
    assert queries.link_of(first) is None
    assert queries.link_of(second)


@pytest.mark.parametrize("secret", ["", "x", "æ" * 300, "\x00"])
def test_a_link_that_nobody_made_is_none(secret, client):
    begin()
    assert client.get(reverse("begin"), {"kode": secret}).status_code == 404
    assert client.post(reverse("begin"), {"kode": secret}).status_code == 404


def test_the_secret_lies_nowhere():
    secret = begin()
    assert secret not in str(list(FirstLink.objects.values()))
    assert secret not in str(list(AuditEntry.objects.values()))


def test_there_is_no_link_once_an_administrator_has_come_by_the_sign_on(admin):
    secret = begin()
    SocialAccount.objects.create(user=admin, provider="sso", uid="1")
    with pytest.raises(actions.HasAdministrator):
        actions.use(secret)
    with pytest.raises(CommandError):
        begin()
