"""What is decided of a running effort: the money to the krone, the old still readable."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain

import pytest
from django.db import connection

from budget.books.proof import prove
from budget.models import Instalment, Standing
from budget.tariff import Later, cost
from skolefleks.danish import kr, today
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import AFTER, NEXT, terms
from tests.meetings import members
from visitation.amendments import actions, writing
from visitation.corrections import actions as corrections
from visitation.decisions.rules import Terms
from visitation.law.actions import NotHeard
from visitation.models import Amendment, Classification, Decision, Document, Grant
from visitation.recusals import actions as recusals
from visitation.recusals.rules import Recused
from visitation.ways import actions as ways
from visitation.ways import rules as ways_rules

Outcome = Decision.Outcome
SUMMER = date(AFTER, 7, 31)
FREE = 5_000_000


def free():
    return Standing.objects.free([NEXT, AFTER])


def planned():
    rows = Instalment.objects.planned().sums_by("pool_id")
    return {row["pool_id"]: row["sum"] for row in rows}


def proven():
    # The sums are added up when a transaction ends; a test has none.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [check.difference for check in prove() if not check.holds] == []


def down(amendment, *, by):
    """215,000 to the end of NEXT, 120,000 to Easter, then 60,000 to the summer."""
    steps = (Later(date(AFTER, 4, 1), 60_000),)
    row = Terms(120_000, date(AFTER, 1, 1), SUMMER, steps=steps, deviation="Mindre behov.")
    return actions.regrant(amendment, Outcome.STEPPED_DOWN, row, grounds="Går godt.", by=by)


def test_a_step_down_commits_all_its_tariffs_at_once(ask, chair):
    down(ask(), by=chair)
    steps = [Later(date(AFTER, 4, 1), 60_000)]
    lower = cost(120_000, date(AFTER, 1, 1), SUMMER, steps)
    assert free() == {NEXT: FREE - 215_000, AFTER: FREE - lower}
    assert planned() == {NEXT: 215_000, AFTER: lower}
    assert proven()


def test_a_step_down_leaves_the_old_decision_readable(ask, effort, chair):
    decision = down(ask(), by=chair)
    assert decision.replaces.status == "replaced"
    assert [grant.tariff for grant in effort.grants.order_by("starts_on")] == [215_000, 120_000]
    effort.refresh_from_db()
    assert effort.ends_on == SUMMER


def test_a_step_up_is_no_step_down(ask, chair):
    higher = terms(220_000, date(AFTER, 1, 1), SUMMER)
    with pytest.raises(Refusal, match="lavere"):
        actions.regrant(ask(), Outcome.STEPPED_DOWN, higher, grounds="Nej.", by=chair)
    assert Grant.objects.count() == 1


def test_an_extension_is_a_new_period_of_the_same_effort(ask, effort, chair):
    longer = terms(150_000, date(AFTER, 8, 1), date(AFTER, 12, 31))
    amendment = ask("extend", until=longer.ends_on, tariff=150_000)
    actions.regrant(amendment, Outcome.EXTENDED, longer, grounds="Mere tid.", by=chair)
    effort.refresh_from_db()
    assert (effort.ends_on, effort.grants.count()) == (date(AFTER, 12, 31), 2)
    more = cost(150_000, longer.starts_on, longer.ends_on)
    assert free()[AFTER] == FREE - cost(215_000, date(NEXT, 1, 1), SUMMER) + 215_000 - more
    assert proven()


def test_an_extension_above_the_ceiling_is_refused(ask, chair, settings):
    dear = terms(settings.TARIFF_CEILING + 1, date(AFTER, 8, 1), date(AFTER, 12, 31))
    amendment = ask("extend", until=dear.ends_on, tariff=dear.tariff)
    with pytest.raises(Refusal, match="ud over"):
        actions.regrant(amendment, Outcome.EXTENDED, dear, grounds="Nej.", by=chair)


def test_a_stop_frees_the_rest_the_same_moment(ask, effort, chair):
    actions.stop(ask("stop"), last_day=date(NEXT, 6, 30), grounds="Virker ikke.", by=chair)
    used = cost(215_000, date(NEXT, 1, 1), date(NEXT, 6, 30))
    assert free() == {NEXT: FREE - used, AFTER: FREE}
    effort.refresh_from_db()
    assert effort.ends_on == date(NEXT, 6, 30)
    assert proven()


def test_a_stop_takes_an_extension_that_has_not_begun_with_it(ask, effort, chair):
    longer = terms(150_000, date(AFTER, 8, 1), date(AFTER, 12, 31))
    amendment = ask("extend", until=longer.ends_on, tariff=150_000)
    actions.regrant(amendment, Outcome.EXTENDED, longer, grounds="Mere tid.", by=chair)
    actions.stop(ask("stop"), last_day=date(AFTER, 1, 31), grounds="Flytter.", by=chair)
    assert [grant.status for grant in effort.grants.order_by("starts_on")] == ["ended", "annulled"]
    assert proven()


def test_no_changes_nothing_but_is_a_decision(ask, effort, chair):
    before = free()
    decision = actions.leave_unchanged(ask(), grounds="For tidligt.", by=chair)
    assert (decision.status, decision.get_outcome_display()) == ("released", "Ikke ændret")
    assert free() == before
    # What stands can still be changed later.
    down(ask(), by=chair)
    assert proven()


def test_every_answer_has_its_two_letters(ask, chair):
    decision = down(ask(), by=chair)
    kinds = Document.objects.filter(decision=decision).values_list("kind", flat=True)
    assert set(kinds) == {"letter", "parents"}


def test_the_party_is_heard_before_a_step_down_too(ask, effort, chair):
    Classification.objects.create(
        application=effort.application,
        kind="decision",
        reason="Afgørelse.",
        set_by=chair,
        set_at=effort.created_at,
    )
    with pytest.raises(NotHeard):
        down(ask(), by=chair)


def test_who_is_disqualified_decides_nothing(ask, effort, chair, secretary):
    recusals.declare(effort.application, by=secretary, reason="Nabo.")
    with pytest.raises(Recused):
        down(ask(), by=secretary)


def test_what_is_answered_is_not_answered_again(ask, chair):
    amendment = ask()
    down(amendment, by=chair)
    with pytest.raises(Refusal):
        actions.stop(amendment, last_day=date(NEXT, 6, 30), grounds="Nej.", by=chair)


def test_a_grant_that_is_ended_early_has_its_letters_too(effort, chair):
    grant = effort.grants.get()
    corrections.end_early(grant, on=date(NEXT, 6, 30), grounds="Familien flytter.", by=chair)
    letters = Document.objects.filter(decision__outcome="stopped")
    said = {letter.kind: letter.template_data for letter in letters}
    assert said["letter"]["verdict"] == "Bevillingen stopper."
    assert "Familien flytter." in str(said["letter"]["sections"])
    assert f"30. juni {NEXT}" in str(said["parents"])


def test_the_letter_of_a_row_tells_each_tariff_with_its_days(ask, chair):
    decision = down(ask(), by=chair)
    letter = Document.objects.get(decision=decision, kind="letter").template_data
    rows = list(chain.from_iterable(section["rows"] for section in letter["sections"]))
    assert [f"1. april {AFTER} – 31. juli {AFTER}", f"{kr(60_000)} pr. år"] in rows
    assert letter["draft"]


# -- in writing ------------------------------------------------------------------------
def agreed_round(amendment, *, by, members):
    """Sent round to leave all as it is, and agreed to by everybody."""
    circular = ways.send_round(
        amendment.pupil_case,
        what=ways_rules.What.AMENDMENT,
        sent_form="outcome=unchanged&grounds=Nej",
        proposal=[["Afgørelse", "Uændret"]],
        deadline=today() + timedelta(days=5),
        amendment=amendment,
        by=by,
    )
    for member in members:
        ways.answer_round(circular, agrees=True, by=member)
    return circular


def test_what_was_agreed_to_answers_what_the_school_asked_then(ask, chair, person):
    first = ask()
    circular = agreed_round(first, by=chair, members=members(person))
    Amendment.objects.filter(pk=first.pk).update(status="withdrawn")
    by_round = ways_rules.Way(ways_rules.Basis.WRITTEN)
    with pytest.raises(NotPossible, match="ikke tilsluttet"):
        actions.leave_unchanged(ask("stop"), grounds="Nej.", way=by_round, by=chair)
    circular.refresh_from_db()
    assert circular.is_open


def test_what_the_school_takes_back_is_sent_round_no_more(ask, chair, leader, person):
    amendment = ask()
    circular = agreed_round(amendment, by=chair, members=members(person))
    writing.withdraw(amendment, by=leader)
    circular.refresh_from_db()
    assert not circular.is_open
