"""How long a case has waited: since it was first submitted, the school's days apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Application
from applications.reading import rules
from applications.submission import actions as submission
from applications.writing import actions as writing
from tests.conftest import text_of
from visitation.cases import actions as cases
from visitation.queue import rules as queue_rules

QUEUE = "/visitation/"


@pytest.fixture
def of_twenty_days(submitted):
    """Submitted twenty days ago."""
    moment = timezone.now() - timedelta(days=20)
    Application.objects.update(submitted_at=moment, resubmitted_at=moment)
    submitted.refresh_from_db()
    return submitted


def sent_back_for(days: int, application, *, leader, chair):
    """Sent back, and submitted again after so many days."""
    cases.send_back(application, note="Skriv mere.", by=chair)
    back = timezone.now() - timedelta(days=days)
    Application.objects.filter(pk=application.pk).update(sent_back_at=back)
    application.refresh_from_db()
    application.ppr_daily = "PPR er med hver tirsdag."
    writing.write(application, fields=["ppr_daily"], step="cooperation", by=leader)
    submission.submit(application, by=leader)
    application.refresh_from_db()


def test_a_question_answered_the_same_day_keeps_twenty_days(of_twenty_days, leader, chair):
    first = of_twenty_days.submitted_at
    sent_back_for(0, of_twenty_days, leader=leader, chair=chair)
    assert rules.wait_of(of_twenty_days) == rules.Wait(20, 0)
    assert of_twenty_days.submitted_at == first
    assert of_twenty_days.is_unread_since(first)


def test_the_schools_days_stand_apart_in_the_queue(of_twenty_days, leader, chair, committee):
    sent_back_for(6, of_twenty_days, leader=leader, chair=chair)
    assert "20 dage heraf 6 hos skolen" in text_of(committee.get(QUEUE + "?vis=alle"))
    page = text_of(committee.get(of_twenty_days.get_absolute_url()))
    assert "Ventet 20 dage, heraf 6 hos skolen" in page


def test_what_the_school_kept_is_not_past_the_committees_goal(of_twenty_days):
    Application.objects.update(submitted_at=timezone.now() - timedelta(days=25))
    late = queue_rules.submitted_before(queue_rules.overdue_before())
    assert Application.objects.filter(late).exists()
    Application.objects.update(days_at_school=6)
    assert not Application.objects.filter(late).exists()
