"""An administrator tries whether mails arrive."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from skolefleks.models import AuditEntry, OutboxMessage
from skolefleks.operations import trials
from tests.conftest import text_of
from tests.deciding import deliver

pytestmark = pytest.mark.django_db

PAGE = "/administration/drift/"


@pytest.fixture
def browser(client_for, admin):
    return client_for(admin)


def test_a_mail_goes_to_who_asked_by_the_way_of_all_mails(browser, admin, post):
    assert "Prøvemail Ikke prøvet" in text_of(browser.get(PAGE))
    post(browser, reverse("try_mail"))
    assert mail.outbox == []
    assert "Venter siden" in text_of(browser.get(PAGE))
    deliver()
    assert mail.outbox[0].to == [admin.email]
    assert "Afleveret til mailserveren" in text_of(browser.get(PAGE))
    assert AuditEntry.objects.get(verb="try_mail").actor_id == admin.pk


def test_a_mail_server_that_refuses_is_told_on_the_page(browser, admin, post, monkeypatch):
    def refuse(*_args):
        raise ConnectionRefusedError

    monkeypatch.setattr(trials, "send_mail", refuse)
    post(browser, reverse("try_mail"))
    with pytest.raises(ConnectionRefusedError):
        deliver()
    OutboxMessage.objects.get(topic=trials.MAIL)
    assert "Fejlede: ConnectionRefusedError" in text_of(browser.get(PAGE))
    waiting = text_of(browser.get(reverse("undelivered_mails")))
    assert trials.TITLE in waiting


def test_who_has_left_gets_none(db):
    trials.send_trial({"user": 0})
    assert mail.outbox == []
