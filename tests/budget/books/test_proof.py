"""Regnskabsbevis: green for right books, red with the first difference for each tampering."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from budget.books import actions as books_actions
from budget.books.proof import as_it_stands, as_it_stood, of_the_books, prove
from budget.models import PaymentRun, Posting
from budget.payments import actions as payments
from budget.payments import settling
from budget.proposals import actions as proposals
from budget.returns import actions as returns
from budget.returns.queries import can_come_back
from budget.tariff import by_fiscal_year
from skolefleks.calendar import banking_day_before
from skolefleks.danish import today
from skolefleks.models import District
from tests.conftest import NEXT, YEAR, many, terms
from tests.roles import as_owner, guards_off, undone
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Grant
from visitation.releases import actions as releases

PROOF = "/budget/bevis/"


@pytest.fixture
def books(pools, sources, schools, leader, chair, chief, chief_bur):
    """Three grants, one of them ended early and one paid in part; money moved, and a payment that
    came back and was made anew.
    """
    cases = many(3, school=schools["Baltorpskolen"], by=leader)
    granted = [
        decisions.grant(case, terms(200_000 + n), grounds="Behov.", by=chair)
        for n, case in enumerate(cases)
    ]
    for case in cases[:2]:
        releases.release(case.application, by=chair)
    corrections.end_early(
        Grant.objects.get(pk=granted[0].pk), on=date(NEXT, 5, 31), grounds="Flyttet.", by=chair
    )
    pay_what_is_due(chief, chief_bur)
    run = PaymentRun.objects.get()
    keys = [row.pk for row in can_come_back(run)[:1]]
    back = returns.propose_return(run, keys, on=today(), reason="Afvist.", by=chief)
    proposals.approve(back, by=chief_bur)
    pay_what_is_due(chief, chief_bur)
    giving, taking = proposals.FrameYear(YEAR, sources[0]), proposals.FrameYear(NEXT, sources[1])
    proposals.approve(
        proposals.propose_transfer(giving, taking, 300_000, reason="Frit.", by=chief), by=chief_bur
    )
    return granted


def test_the_kept_sums_say_of_each_pool_what_its_postings_say(books):
    pools = as_it_stands()
    assert [pool.year for pool in pools if pool.used] == [NEXT, NEXT + 1]
    assert pools == as_it_stood()


def pay_what_is_due(chief, chief_bur, until=date(NEXT, 9, 30)):
    """A run of what is due by then, from proposal to the books."""
    run = payments.propose(until=until, by=chief, reason="Alt.")
    payments.approve(run, by=chief_bur)
    payments.export(run, by=chief)
    # Handed over some days ago: on a day without banks nothing is paid.
    run.exported_at -= timedelta(days=7)
    run.save(update_fields=["exported_at"])
    payments.mark_paid(run, on=banking_day_before(today()), by=chief_bur)
    settling.settle(run)
    return run


def differences():
    """The first words of what is wrong, by check; sealed first, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [check.difference for check in prove() if not check.holds]


def run(sql, *values, ignoring=()):
    """Change the books behind their back, with the guards `ignoring` off."""
    with guards_off(*ignoring) if ignoring else nullcontext(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


NEVER = ("budget.Posting:is_never_changed",)
KEPT = ("budget.Standing:is_kept_by_the_database",)


def test_right_books_are_green(books):
    assert differences() == []


def test_empty_books_are_green(db):
    assert differences() == []


# (what is done, with which guards off) -> what the proof says
TAMPERS = {
    "a sum": (
        "UPDATE budget_standing SET committed = committed + 1 WHERE district_id IS NOT NULL",
        KEPT,
        "disponeret",
    ),
    "a place": (
        "UPDATE budget_standing SET places = places + 1 WHERE district_id IS NOT NULL",
        KEPT,
        "pladser",
    ),
    "a sum removed": ("DELETE FROM budget_standing WHERE source_id IS NOT NULL", KEPT, "tildelt"),
    "an amount": (
        "UPDATE budget_posting SET amount = amount + 1 WHERE kind = 'commitment'",
        NEVER,
        "taksten giver",
    ),
    "a district": (
        """
        UPDATE budget_posting SET district_id = (SELECT max(id) FROM skolefleks_district)
        WHERE kind = 'commitment'
        """,
        NEVER,
        "Baltorpskolen",
    ),
    "a year": (
        f"UPDATE budget_posting SET pool_id = {YEAR} WHERE kind = 'commitment'",
        NEVER,
        "taksten giver",
    ),
    "a payment": (
        (
            "UPDATE budget_posting SET amount = 900000"
            " WHERE id = (SELECT max(id) FROM budget_posting WHERE kind = 'payment')"
        ),
        NEVER,
        "Postering nr. ",
    ),
    "a reversal": (
        "UPDATE budget_posting SET amount = -39999 WHERE reverses_id IS NOT NULL",
        NEVER,
        "ikke det modsatte",
    ),
    "a reversal's name": (
        """
        UPDATE budget_posting SET reverses_id = (SELECT min(id) FROM budget_posting)
        WHERE reverses_id IS NOT NULL
        """,
        NEVER,
        "ikke det modsatte",
    ),
    "a line removed": ("DELETE FROM budget_posting WHERE kind = 'release'", NEVER, "taksten giver"),
    "a transfer's leg removed": (
        "DELETE FROM budget_posting WHERE amount = -300000",
        NEVER,
        "bogført 0",
    ),
    "an allocation removed": (
        """
        DELETE FROM budget_posting
        WHERE id = (SELECT max(id) FROM budget_posting WHERE amount = 2500000)
        """,
        NEVER,
        "men er den ikke bogført",
    ),
    "a proposal's amount": (
        "UPDATE budget_proposalline SET amount = 299999 WHERE amount = 300000",
        ("budget.ProposalLine:is_never_changed",),
        "godkendt 299.999",
    ),
    "a grant's tariff": ("UPDATE visitation_grant SET tariff = tariff + 12", (), "taksten giver"),
    "a grant's end": (
        "UPDATE visitation_grant SET ended_on = ended_on - 1 WHERE ended_on IS NOT NULL",
        (),
        "taksten giver",
    ),
    "a grant annulled": (
        "UPDATE visitation_grant SET status = 'annulled' WHERE ended_on IS NULL",
        (),
        "taksten giver 0",
    ),
    "the trail": (
        """
        UPDATE skolefleks_auditentry SET verb = 'x'
        WHERE id = (SELECT min(id) FROM skolefleks_auditentry)
        """,
        ("skolefleks.AuditEntry:is_never_changed",),
        "Kæden er brudt",
    ),
}


def found_after(sql, guards):
    """What the proof says of the books with that in them."""
    with undone():
        run(sql, ignoring=guards)
        return "\n".join(differences()).replace("\N{NO-BREAK SPACE}", " ")


def test_each_way_of_tampering_is_found(books):
    for tamper, (sql, guards, words) in TAMPERS.items():
        assert words in found_after(sql, guards), tamper
    assert differences() == []


GUARDED = {name: sql for name, (sql, guards, _) in TAMPERS.items() if guards}


def test_the_guards_refuse_the_same(books):
    for sql in GUARDED.values():
        refusal = pytest.raises(Exception, match=r"Cannot|cannot be written by itself")
        with undone(), as_owner(), refusal, transaction.atomic():
            run(sql)
    assert len(GUARDED) == 14


def test_a_line_taken_out_with_its_sum_is_still_missed(books, sources):
    """Somebody who knows the books well removes an allocation and puts the sum right."""
    line = Posting.objects.filter(source=sources[0], pool=NEXT).latest("pk")
    run("DELETE FROM budget_posting WHERE id = %s", line.pk, ignoring=NEVER)
    run(
        "UPDATE budget_standing SET allocated = allocated - %s"
        " WHERE pool_id = %s AND source_id = %s",
        *(line.amount, NEXT, sources[0].pk),
        ignoring=KEPT,
    )
    assert any(f"nr. {line.pk}: sporet siger" in difference for difference in differences())


def test_a_pool_that_was_overdrawn_once_is_found_though_it_is_not_now(books, chief, monkeypatch):
    reference = uuid.uuid4()
    parts = by_fiscal_year(9_000_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    with guards_off("budget.Posting:may_not_overdraw"), monkeypatch.context() as patch:
        patch.setattr(books_actions, "require_free", lambda cost: None)
        books_actions.commit(reference, parts, district=District.objects.first(), by=chief)
    books_actions.release(reference, keep={}, years=[YEAR], by=chief)
    assert any("overtrukket" in check.title and not check.holds for check in of_the_books())


# -- the command and the pools of a day ------------------------------------------------------------
def test_the_command_says_it_and_exits_with_1(books):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    out = StringIO()
    call_command("prove_books", stdout=out)
    assert out.getvalue().count("OK") == len(prove())
    run(TAMPERS["a payment"][0], ignoring=NEVER)
    with pytest.raises(SystemExit, match="1"):
        call_command("prove_books", stdout=out)
    assert "FEJL" in out.getvalue()


def test_the_pool_is_shown_as_it_stood_on_any_day(pools, sources, chief, client_for):
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        books_actions.allocate(year=YEAR, source=sources[0], amount=1_000_000, by=chief)
    day = timezone.localdate() + timedelta(days=2)
    assert as_it_stood(day)[0].allocated == 5_000_000
    assert as_it_stood(day + timedelta(days=1))[0].allocated == 6_000_000
    assert as_it_stood(day - timedelta(days=5)) == []
    page = client_for(chief).get(PROOF, {"dag": day.isoformat()})
    assert page.context["pools"][0].allocated == 5_000_000


def test_a_day_ends_at_midnight_in_denmark(pools, sources, chief):
    with time_machine.travel(f"{YEAR + 1}-07-01T21:59:59Z", tick=False):
        books_actions.allocate(year=YEAR, source=sources[0], amount=1, by=chief)
    with time_machine.travel(f"{YEAR + 1}-07-01T22:00:01Z", tick=False):
        books_actions.allocate(year=YEAR, source=sources[0], amount=1, by=chief)
    assert as_it_stood(date(YEAR + 1, 7, 1))[0].allocated == 5_000_001


@pytest.mark.parametrize("day", ["i går", "2026-13-01", "31.02.2026"])
def test_a_day_that_is_none_is_said_so(day, pools, client_for, chief):
    assert client_for(chief).get(PROOF, {"dag": day}).status_code == 422
