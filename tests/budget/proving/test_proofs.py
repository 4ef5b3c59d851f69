"""The proofs as they are made: every night, at once after a run or an approval, and on request."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from budget import tasks
from budget import urls as budget_urls
from budget.models import BookProof, Posting
from budget.proposals import actions as proposals
from budget.proving import actions, queries
from skolefleks import navigation, outbox
from skolefleks.models import Notice, OutboxMessage
from skolefleks.operations import heads
from tests.budget.books.test_proof import pay_what_is_due
from tests.conftest import NEXT, text_of
from tests.roles import guards_off, undone

PROOF = "/budget/bevis/"


def seal():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def tamper(sql="UPDATE budget_posting SET amount = amount + 1 WHERE kind = 'commitment'"):
    with guards_off(), connection.cursor() as cursor:
        cursor.execute(sql)


def make_full(by=None):
    proof = actions.ask(by=by)
    actions.prove_all(proof.pk)
    return BookProof.objects.get(pk=proof.pk)


def deliver(topic):
    for message in OutboxMessage.objects.filter(topic=topic, done_at__isnull=True):
        outbox.deliver(message.pk)


@pytest.fixture
def plain(released, head_file):
    """One grant in the books: enough to see how a proof is asked for, told and lifted."""
    seal()
    heads.keep()


@pytest.fixture
def proved(plain):
    """These, proved from the first posting."""
    return make_full()


@pytest.fixture
def whole_proved(whole):
    """The books with one of each, proved."""
    return make_full()


def test_a_full_proof_has_made_all_its_parts_and_keeps_the_head(whole_proved, head_file):
    assert (whole_proved.is_red, whole_proved.done) == (False, whole_proved.total)
    assert len(whole_proved.checks) > 20
    before = head_file.read_text()
    make_full()
    assert head_file.read_text().startswith(before)


def test_the_first_proof_of_an_old_trail_keeps_its_head_and_a_lost_file_is_red(proved, head_file):
    head_file.unlink()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert make_full().is_red
    BookProof.objects.all().delete()
    head_file.unlink()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert not make_full().is_red


def test_one_full_proof_is_made_at_a_time(plain, chief, chief_bur):
    assert actions.ask(by=chief) == actions.ask(by=chief_bur)


def test_without_a_full_proof_nothing_can_be_proved_since(plain):
    assert actions.prove_since() is None


def test_what_came_since_is_proved_alone(proved, chief, chief_bur, sources):
    frame = proposals.FrameYear(NEXT, sources[1])
    proposal = proposals.propose_allocation(frame, 5_000, reason="Behov.", by=chief)
    proposals.approve(proposal, by=chief_bur)
    seal()
    news, checks = queries.new_checks(proved)
    assert [check.difference for check in checks if check.difference] == []
    assert news.posting_count == 1


NEW_WRITES = {
    "an allocation": "INSERT INTO budget_posting (pool_id, kind, amount, source_id, places, days,"
    " text, made_by_id, made_at) SELECT pool_id, kind, amount, source_id, 0, 0, '', made_by_id,"
    " now() FROM budget_posting WHERE kind = 'allocation' ORDER BY id LIMIT 1",
    "a sum": "UPDATE budget_standing SET places = places + 1 WHERE district_id IS NOT NULL",
    "a guard": "ALTER TABLE budget_posting DISABLE TRIGGER USER",
    "a line": "INSERT INTO skolefleks_auditentry (at, verb, object_type, object_id, subject,"
    " payload) VALUES (now(), 'x', 'x', '1', '', '{}')",
    "the chain": "UPDATE skolefleks_auditseal SET hash = sha256(hash)",
}


def test_what_was_written_since_behind_the_acts_is_found(whole_proved):
    for name, sql in NEW_WRITES.items():
        with undone():
            tamper(sql)
            assert actions.prove_since().is_red, name
    assert not actions.prove_since().is_red


def test_after_a_run_and_an_approval_the_latest_is_proved(proved, chief, chief_bur):
    pay_what_is_due(chief, chief_bur, until=proved.started_at.date().replace(year=NEXT + 1))
    seal()
    deliver("proof.due")
    last = BookProof.objects.first()
    assert (last.is_full, last.is_red) == (False, False)


def test_the_clock_asks_every_night_and_the_worker_proves(plain):
    tasks.prove_books()
    running = queries.under_way()
    tasks.make_proof(str(running.pk))
    tasks.make_proof(str(running.pk))
    assert BookProof.objects.get().finished_at


def test_a_red_proof_mails_both_chiefs_and_administrators(proved, chief, chief_bur, admin, leader):
    tamper()
    make_full()
    deliver("proof.red")
    deliver("notices.mail")
    told = {notice.user for notice in Notice.objects.filter(topic="proof.red")}
    assert told == {chief, chief_bur, admin}
    assert {message.to[0] for message in mail.outbox} == {person.email for person in told}


def test_a_red_full_proof_is_lifted_by_a_green_full_one_alone(proved, client_for, chief):
    make_full()
    tamper("UPDATE visitation_grant SET tariff = tariff + 12")
    make_full()
    tamper("UPDATE visitation_grant SET tariff = tariff - 12")
    assert actions.prove_since().is_red
    assert queries.alarm()
    make_full()
    assert queries.alarm() is None


def test_the_alarm_stands_on_every_page_of_the_money(proved, client_for, chief, member):
    tamper()
    make_full()
    for address in ("/budget/", "/budget/posteringer/", "/budget/udbetalinger/", PROOF):
        assert "Bøgerne stemmer ikke" in client_for(chief).get(address).text
    shown = client_for(member).get("/budget/").text
    assert "Bøgerne stemmer ikke" in shown
    assert "disponeret 2" not in shown
    assert "Bøgerne stemmer ikke" not in client_for(chief).get("/").text


def pages_of_the_money():
    """The address of each page of the floor of the money that is about no single thing."""
    addresses = [f"/budget/{pattern.pattern}" for pattern in budget_urls.urlpatterns]
    pages = [address for address in addresses if "<" not in address]
    return [*pages, reverse("forecast"), reverse("propose_index")]


def test_no_page_of_the_money_is_without_the_alarm(proved, client_for, chief):
    tamper()
    make_full()
    client = client_for(chief)
    shown = []
    for address in pages_of_the_money():
        answer = client.get(address)
        is_page = answer.status_code == 200 and "text/html" in answer["Content-Type"]
        if is_page and "</html>" in answer.text:
            assert "Bøgerne stemmer ikke" in answer.text, address
            shown.append(address)
    assert len(shown) > 15


def test_an_effort_s_money_is_a_page_of_the_money_too(proved, chief):
    tamper()
    make_full()
    assert navigation._alarm(chief, "/indsatser/SF-2026-0042/1/oekonomi/")
    assert navigation._alarm(chief, "/indsatser/SF-2026-0042/1/") is None


def test_the_page_says_when_all_was_proved_and_proves_the_rest(proved, client_for, chief):
    page = client_for(chief).get(PROOF)
    assert "Bøgerne stemmer</p>" in page.text
    assert "0 posteringer, bevist nu" in text_of(page)


def test_books_that_were_never_proved_are_said_to_be_so(plain, client_for, chief):
    assert "Bøgerne er endnu ikke bevist" in client_for(chief).get(PROOF).text


def test_all_is_proved_anew_on_request_with_progress(plain, client_for, chief):
    client = client_for(chief)
    assert client.post("/budget/bevis/forfra/", {"idempotency_key": "a" * 32}).status_code == 302
    assert "0 af " in client.get("/budget/bevis/fremdrift/").text
    actions.prove_all(queries.under_way().pk)
    assert client.get("/budget/bevis/fremdrift/")["HX-Refresh"] == "true"


def count_queries(ask):
    with CaptureQueriesContext(connection) as queries_asked:
        assert ask().status_code == 200
    return len(queries_asked)


def test_the_page_takes_the_same_queries_with_many_postings(proved, sources, chief, client_for):
    client = client_for(chief)
    client.get(PROOF)
    few = count_queries(lambda: client.get(PROOF))
    line = {"pool_id": NEXT, "kind": "allocation", "source": sources[0], "made_by": chief}
    Posting.objects.bulk_create([Posting(amount=1, **line) for _ in range(300)])
    assert count_queries(lambda: client.get(PROOF)) == few <= 30
