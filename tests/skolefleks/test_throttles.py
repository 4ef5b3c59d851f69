"""One person may do much, and not without end; a refusal is one line of the log."""

from __future__ import annotations

import logging

import pytest
from django.urls import reverse

from skolefleks import audit, tasks
from skolefleks.defaults import THROTTLES
from skolefleks.logs import WithoutTraceback
from skolefleks.models import AccessEntry, AuditEntry, Notice


@pytest.fixture
def few(settings):
    """Two of each in a window."""
    settings.THROTTLES = {what: limit._replace(times=2) for what, limit in THROTTLES.items()}


def test_who_shows_too_many_numbers_is_told_to_wait_and_the_administrators_are_told(
    few, case, committee, admin, post
):
    url = reverse("reveal_cpr", args=[case.application.number, case.pk])
    assert [post(committee, url).status_code for _ in range(4)] == [200, 200, 429, 429]
    assert "Du har vist mange CPR-numre" in post(committee, url).content.decode()
    assert AccessEntry.objects.filter(kind="reveal").count() == 2
    assert Notice.objects.filter(user=admin, topic="alarm").count() == 1


def test_another_person_is_not_held_up(few, school, client_for, staff):
    url = reverse("applications:export_csv")
    assert [school.get(url).status_code for _ in range(3)] == [200, 200, 429]
    assert client_for(staff).get(url).status_code == 200


def test_a_form_that_is_looked_at_does_not_count(few, school, post):
    url = reverse("applications:new")
    assert {school.get(url).status_code for _ in range(5)} == {200}
    assert [post(school, url).status_code for _ in range(3)] == [302, 302, 429]


def test_who_reads_very_many_cases_in_an_hour_is_noticed(settings, chair, admin, db):
    settings.READING_ALARM = 3
    audit.log_accesses(AccessEntry.Kind.VIEW, [f"SF-2026-000{n}" for n in range(3)], by=chair)
    tasks.tidy()
    assert not Notice.objects.exists()

    audit.log_access(AccessEntry.Kind.VIEW, "SF-2026-0009", by=chair)
    tasks.tidy()
    assert Notice.objects.get(user=admin).topic == "alarm"
    assert AuditEntry.objects.get(verb="unusual_reading").object_id == str(chair.pk)


def test_a_refusal_writes_no_traceback(school, caplog):
    logger = logging.getLogger("django.request")
    assert any(isinstance(one, WithoutTraceback) for one in logger.filters)
    with caplog.at_level(logging.WARNING, "django.request"):
        logger.propagate = True
        assert school.get("/visitation/").status_code == 403
    [record] = [one for one in caplog.records if one.name == "django.request"]
    assert record.exc_info is None
