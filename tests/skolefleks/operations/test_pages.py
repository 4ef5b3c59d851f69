"""The pages of operations: how it stands, the trail, who saw what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.administration import actions as administration
from skolefleks.models import AccessEntry, OutboxMessage, Role
from skolefleks.operations import facts
from tests.conftest import text_of
from tests.scenes import beside

pytestmark = pytest.mark.django_db

KIND = AccessEntry.Kind


@pytest.fixture
@beside
def browser(admin, client_for):
    return client_for(admin)


def test_the_page_says_how_it_stands(browser):
    OutboxMessage.objects.create(topic="test.topic", due_at=timezone.now(), attempts=2)
    words = text_of(browser.get(reverse("operations")))
    for part in ("test.topic", "Sidste backup", "Sidste bevis af bøgerne", "PostgreSQL"):
        assert part in words
    assert "Ingen, som SkoleFleks kender" in words


def test_whatever_failed_is_tried_again_and_not_mails_alone(browser, post, monkeypatch):
    monkeypatch.setitem(outbox.HANDLERS, "test.topic", lambda payload: None)
    message = OutboxMessage.objects.create(
        topic="test.topic", due_at=timezone.now(), attempts=2, error="ValueError"
    )
    assert "test.topic" in text_of(browser.get(reverse("undelivered_mails")))
    post(browser, reverse("try_mail_again", args=[message.pk]))
    message.refresh_from_db()
    assert message.attempts == 0


def test_every_task_is_named_in_danish():
    assert [task.name for task in facts.tasks() if "_" in task.name] == []


def test_every_task_has_a_rhythm_in_words():
    rhythms = {task.name: task.rhythm for task in facts.tasks()}
    assert rhythms["Efterse udbakken"] == "hvert 30. sekund"
    assert rhythms["Bevise bøgerne"] == "hver dag kl. 2.15"
    assert rhythms["Rydde op i sessioner og kladder"] == "hver time"


def test_the_trail_is_searched_by_person_and_shows_no_content(browser, admin, adviser, chair):
    administration.give_role(adviser, Role.IMPLEMENTATION_GROUP, by=admin)
    audit.record("grant", adviser, by=chair, tariff=215_000)
    words = text_of(browser.get(reverse("trail"), {"person": chair.pk}))
    assert "Bevilget" in words
    assert "Asta Admin Rolle givet" not in words
    assert "215" not in words


def test_the_trail_is_fetched_as_a_file(browser, admin, chair):
    audit.record("sign_in", chair, by=chair)
    text = browser.get(reverse("export_trail", args=["csv"])).text
    assert "Frida Formand;Logget ind;Frida Formand" in text
    assert AccessEntry.objects.get().kind == KIND.EXPORT


@pytest.mark.parametrize("form", ["exe", "csv%22;x=%22.bat", "x%0d%0aX:y", "%00"])
def test_nobody_says_in_the_address_what_a_file_is_called(browser, form):
    for name in ("export_trail", "export_access_log", "export_who_saw_what"):
        address = reverse(name, args=["csv"]).removesuffix("csv") + form
        assert browser.get(address).status_code == 404


@pytest.fixture
def seen(chair, member):
    for number, person in (
        ("SF-2026-0001", chair),
        ("SF-2026-0001", chair),
        ("SF-2026-0002", member),
    ):
        audit.log_access(KIND.VIEW, number, by=person)


def test_who_saw_what_in_a_window(browser, seen):
    words = text_of(browser.get(reverse("who_saw_what")))
    assert "Personer: 2. Sager: 2." in words
    assert "Frida Formand SF-2026-0001 2" in words


def test_what_was_seen_outside_the_window_is_left_out(browser, seen):
    long_ago = f"{timezone.localdate() - timedelta(days=9):%d.%m.%Y}"
    words = text_of(browser.get(reverse("who_saw_what"), {"fra": long_ago, "til": long_ago}))
    assert "Ingen åbnede en sag eller hentede" in words


def test_the_window_is_as_narrow_as_an_hour(browser, seen):
    now = timezone.localtime()
    window = {"fra": f"{now:%d.%m.%Y}", "til": f"{now:%d.%m.%Y}", "til_kl": "00:00"}
    words = text_of(browser.get(reverse("who_saw_what"), window))
    assert "Ingen åbnede" in words or now.hour == 0


def test_a_window_that_is_turned_round_is_refused_in_words(browser, seen):
    window = {"fra": "02.11.2026", "til": "01.11.2026"}
    assert "slutter, før det begynder" in text_of(browser.get(reverse("who_saw_what"), window))


def test_the_report_is_fetched_as_a_file_and_both_are_logged(browser, seen, admin, chair):
    browser.get(reverse("who_saw_what"), {"person": chair.pk})
    text = browser.get(reverse("export_who_saw_what", args=["csv"])).text
    assert f"Frida Formand;{chair.email};SF-2026-0001;2" in text
    own = AccessEntry.objects.filter(user_id=admin.pk)
    assert list(own.order_by("id").values_list("kind", flat=True)) == ["search", "export"]


def test_the_access_log_is_searched_by_person(browser, seen, member):
    words = text_of(browser.get(reverse("access_log"), {"person": member.pk}))
    assert "SF-2026-0002" in words
    assert "SF-2026-0001" not in words
