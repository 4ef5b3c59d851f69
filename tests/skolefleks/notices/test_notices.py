"""Notices: who is told what, when mail comes, the daily mail, reminders of cases that lie still."""

from __future__ import annotations

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from applications import tasks
from applications.dialogue import actions as dialogue
from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.calendar import is_working_day
from skolefleks.models import MailChoice, Notice
from skolefleks.notices import actions as notices
from skolefleks.notices import queries
from skolefleks.notices.mail import tell
from skolefleks.tasks import post_digests
from tests.conftest import text_of
from tests.deciding import deliver

WORKING = "2026-11-24T08:00:00+01:00"  # a Tuesday


def notices_to(user):
    """(topic, subject, must_act) of each, in the order they came."""
    rows = Notice.objects.filter(user=user).order_by("id")
    return list(rows.values_list("topic", "subject", "must_act"))


def choose(user, choice):
    notices.choose_mail(choice, by=user)


@pytest.mark.parametrize(
    ("choice", "must_act", "mails"),
    [
        ("acting", True, 1),
        ("acting", False, 0),
        ("at_once", False, 1),
        ("daily", True, 0),
        ("daily", False, 0),
    ],
)
def test_mail_comes_at_once_by_ones_own_choice(choice, must_act, mails, leader):
    choose(leader, MailChoice(choice))
    tell([leader], number="SF-2026-0001", path="/", must_act=must_act)
    deliver()
    assert len(mail.outbox) == mails
    assert Notice.objects.filter(user=leader, mailed_at__isnull=False).count() == mails


def test_by_default_mail_is_for_who_must_act(leader):
    assert leader.mail_choice == MailChoice.ACTING


def test_a_case_tells_each_what_concerns_them(draft, leader, ppr, chair):
    writing.invite(draft, adviser=ppr, by=leader)
    dialogue.write_entry(draft, kind="message", text="Hej.", by=leader)
    dialogue.sign(draft, text="Vi støtter planen.", by=ppr)
    submission.submit(draft, by=leader)
    deliver()
    assert notices_to(ppr) == [
        ("application.invited", draft.number, True),
        ("dialogue.written", draft.number, False),
    ]
    assert notices_to(leader) == [("statement.signed", draft.number, False)]
    assert notices_to(chair) == [("application.submitted", draft.number, True)]


def test_whoever_is_disqualified_is_not_notices_to(draft, leader, chair, secretary):
    writing.lock(draft)
    draft.invitations.create(user=chair, invited_by=leader)
    submission.submit(draft, by=leader)
    deliver()
    assert notices_to(chair) == []
    assert notices_to(secretary) == [("application.submitted", draft.number, True)]


def test_the_header_counts_what_is_unread(leader, client_for, post):
    client = client_for(leader)
    tell([leader, leader], number="SF-2026-0001", path="/ansoegninger/")
    assert '<span class="sf-new">2' in client.get("/").content.decode()
    answer = post(client, reverse("open_notice", args=["SF-2026-0001"]))
    assert answer.url == "/ansoegninger/"
    assert "sf-new" not in client.get("/").content.decode()


def test_all_can_be_marked_as_read(leader, other_leader, client_for, post):
    tell([leader, other_leader], number="SF-2026-0001", path="/")
    post(client_for(leader), reverse("read_notices"))
    assert not queries.notices_of(leader).filter(read_at__isnull=True).exists()
    assert queries.notices_of(other_leader).filter(read_at__isnull=True).count() == 1


def test_ones_notices_are_ones_own(leader, other_leader, client_for, post):
    tell([leader], number="SF-2026-0001", path="/", text="Kun til Lene")
    other = client_for(other_leader)
    assert "Kun til Lene" not in text_of(other.get(reverse("notices")))
    assert "Kun til Lene" in text_of(client_for(leader).get(reverse("notices")))
    assert post(other, reverse("open_notice", args=["SF-2026-0001"])).status_code == 404


@pytest.mark.parametrize("chosen", ["x", "-1", "9" * 30, "²", "\x00"])
def test_a_notice_nobody_has_is_not_found(chosen, leader, client_for, post):
    answer = post(
        client_for(leader), reverse("open_notice", args=["SF-2026-0001"]), {"besked": chosen}
    )
    assert answer.status_code == 404


def test_one_chooses_when_mail_comes(leader, client_for, post):
    client, url = client_for(leader), reverse("own_settings")
    assert post(client, url, {"mail_choice": "daily"}).status_code == 302
    leader.refresh_from_db()
    assert leader.mail_choice == MailChoice.DAILY
    assert post(client, url, {"mail_choice": "aldrig"}).status_code == 422


@time_machine.travel(WORKING)
def test_the_daily_mail_gathers_what_was_not_mailed_nor_read(leader, ppr):
    for number in ("SF-2026-0001", "SF-2026-0002", "SF-2026-0001"):
        tell([leader], number=number, path="/", must_act=False)
    tell([ppr], number="SF-2026-0003", path="/", must_act=False)
    notices.mark_read(queries.notices_of(ppr))
    post_digests()
    deliver()
    [sent] = mail.outbox
    assert sent.to == [leader.email]
    assert (sent.body.count("SF-2026-0001"), sent.body.count("SF-2026-0002")) == (1, 1)


@time_machine.travel(WORKING)
def test_the_daily_mail_is_sent_once(leader):
    tell([leader], number="SF-2026-0001", path="/", must_act=False)
    for _ in range(2):
        post_digests()
        deliver()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "day", ["2026-11-22", "2026-12-25", "2027-03-29"], ids=["sunday", "christmas", "easter monday"]
)
def test_no_daily_mail_on_days_off(day, leader):
    tell([leader], number="SF-2026-0001", path="/", must_act=False)
    with time_machine.travel(f"{day}T08:00:00+01:00"):
        assert not is_working_day(timezone.localdate())
        post_digests()
        deliver()
    assert mail.outbox == []


@pytest.fixture
def still(challenge, staff):
    """A challenge of the pedagogical leader's; days later nobody has touched it."""
    Application.objects.filter(pk=challenge.pk).update(
        created_by=staff, updated_at="2026-11-02T09:00:00+01:00"
    )
    return challenge


def remind(day):
    with time_machine.travel(f"{day}T08:00:00+01:00"):
        tasks.remind_of_still_cases()
        deliver()


def test_a_case_that_lies_still_is_recalled_to_its_writer_then_to_the_leader(still, staff, leader):
    remind("2026-11-12")
    assert (notices_to(staff), notices_to(leader)) == ([], [])

    for day in ("2026-11-17", "2026-11-18"):
        remind(day)
    assert notices_to(staff) == [("still.writer", still.number, True)]
    assert notices_to(leader) == []

    for day in ("2026-12-01", "2026-12-02"):
        remind(day)
    assert notices_to(leader) == [("still.leader", still.number, True)]
    assert len(notices_to(staff)) == 1


def test_a_case_that_is_worked_on_is_not_recalled(still, staff, leader):
    with time_machine.travel("2026-11-16T08:00:00+01:00"):
        dialogue.write_entry(still, kind="message", text="Vi er i gang.", by=leader)
    remind("2026-11-17")
    assert notices_to(staff) == []


def test_of_a_writer_who_left_the_leader_is_reminded(still, staff, leader):
    staff.memberships.update(ended_at=timezone.now())
    remind("2026-11-17")
    assert notices_to(leader) == [("still.writer", still.number, True)]


def test_the_notices_take_two_questions_more_however_many(
    leader, client_for, django_assert_max_num_queries
):
    client = client_for(leader)
    client.get(reverse("notices"))
    tell([leader] * 40, number="SF-2026-0001", path="/", must_act=False)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("notices")).status_code == 200
