"""Correcting what the school knows of: a new decision, the old one readable, the money exact."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from applications.models import Application
from budget.books import actions as books
from budget.models import Instalment, Posting, Standing
from skolefleks.models import AuditEntry, Membership, OutboxMessage, Role
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import NEXT, text_of
from tests.deciding import ABOVE, LAST, pupils, released_grant, standing, wish_terms
from tests.scenes import kept
from visitation.ceiling import actions as ceiling
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.decisions import queries as decision_queries
from visitation.decisions.proof import of_the_grants
from visitation.efforts import actions as efforts
from visitation.letters import texts
from visitation.models import Decision, Document, Grant
from visitation.outlook import queries as outlook_queries
from visitation.recusals import rules as recusal_rules
from visitation.releases import actions as releases

MAY = date(NEXT, 5, 31)
JUNE = date(NEXT, 6, 1)


@pytest.fixture
@kept
def old(case, pools, chair):
    """200,000 a year for seven months, released."""
    return released_grant(case, wish_terms(weight=3), by=chair)


def free():
    return Standing.objects.free([NEXT])[NEXT]


def planned(grant):
    """Whole DKK of the grant's instalments that are not on their way yet."""
    instalments = Instalment.objects.filter(reference=grant.pk).planned()
    return instalments.aggregate(sum=Sum("amount"))["sum"] or 0


def correct(old, terms, by):
    decision = standing(old.decision.pupil_case)
    return corrections.correct(decision, terms, grounds="Rettet.", by=by)


def test_a_lower_tariff_takes_the_old_ones_place_and_gives_the_rest_back(old, chair):
    new = correct(old, wish_terms(100_000), chair)
    assert Grant.objects.get(pk=old.pk).status == "annulled"
    assert free() == 5_000_000 - new.grant.cost
    assert (planned(old), planned(new.grant)) == (0, new.grant.cost)
    assert [check.difference for check in of_the_grants()] == [""]


def test_a_later_beginning_lets_the_old_grant_run_until_the_day_before(old, chair):
    new = correct(old, wish_terms(260_000, JUNE, LAST), chair)
    first = Grant.objects.get(pk=old.pk)
    assert (first.status, first.ended_on) == ("ended", MAY)
    assert free() == 5_000_000 - first.cost - new.grant.cost
    assert (planned(first), planned(new.grant)) == (first.cost, new.grant.cost)
    assert new.outcome == "granted"  # nothing less than was asked for, day by day


def test_what_is_less_is_in_part_also_as_a_correction(old, chair):
    assert correct(old, wish_terms(150_000), chair).outcome == "partly"


AUTUMN = wish_terms(200_000, date(NEXT, 8, 1), date(NEXT, 12, 31))


def test_an_extension_leaves_the_old_grant_running_to_its_end(old, chair):
    new = correct(old, AUTUMN, chair)
    assert Grant.objects.get(pk=old.pk).status == new.grant.status == "running"
    application = Application.objects.get(pk=old.decision.application.pk)
    assert application.effort_ends_on == date(NEXT, 12, 31)


def test_a_grant_that_was_extended_can_still_be_ended_and_is_not_paid_for_longer(old, chair):
    correct(old, AUTUMN, chair)
    rows = Grant.objects.select_related("decision__pupil_case__application__school")
    first = rows.get(pk=old.pk)
    assert decision_queries.grant_to_end(first.decision.pupil_case) == first

    corrections.end_early(first, on=MAY, grounds="Flyttet.", by=chair)
    assert planned(first) == first.cost < old.cost


def test_a_correction_to_a_rejection_gives_all_the_money_back(old, chair, school):
    assert correct(old, None, chair).outcome == "rejected"
    assert (free(), planned(old)) == (5_000_000, 0)
    assert "Afslag" in text_of(school.get(old.decision.application.get_absolute_url()))


def test_both_decisions_stay_readable_and_the_weight_is_kept(old, chair, school, committee):
    new = correct(old, wish_terms(100_000), chair)
    assert (Decision.objects.get(pk=old.decision_id).status, new.weight) == ("replaced", 3)
    for client in (school, committee):
        page = text_of(client.get(new.application.get_absolute_url()))
        assert "Tidligere afgørelse" in page
        assert "Behovet er stort." in page
        assert "Rettet." in page


@pytest.fixture
def rejection(old):
    """The released decision of the other pupil."""
    return standing(pupils(old.decision.application)[1])


def test_a_rejection_is_corrected_to_a_grant(rejection, chair):
    new = corrections.correct(rejection, wish_terms(), grounds="Nye oplysninger.", by=chair)
    assert (new.outcome, new.status) == ("granted", "released")
    assert planned(new.grant) == new.grant.cost


def test_a_rejection_is_not_corrected_to_a_rejection(rejection, chair):
    with pytest.raises(NotPossible, match="allerede givet afslag"):
        corrections.correct(rejection, None, grounds="Nej.", by=chair)


def test_a_correction_does_not_lead_above_the_ceiling(old, chair):
    with pytest.raises(Refusal, match="centercheferne"):
        correct(old, wish_terms(ABOVE), chair)
    assert correct(old, wish_terms(settings.TARIFF_CEILING), chair)


@pytest.fixture
def high(case, pools, chair, chief, chief_bur):
    """A grant above the ceiling, which both chiefs agreed to."""
    terms = wish_terms(ABOVE, deviation="Tung indsats.")
    grant = decisions.grant(case, terms, grounds="Behov.", by=chair)
    for by in (chief, chief_bur):
        ceiling.answer_ceiling(grant.decision, agrees=True, by=by)
    decisions.reject(pupils(case.application)[1], grounds="Nej.", by=chair)
    releases.release(case.application, by=chair)
    return grant


def test_what_both_chiefs_agreed_to_can_be_made_less_but_not_longer(high, chair):
    with pytest.raises(Refusal, match="centercheferne"):
        correct(high, wish_terms(ABOVE, ends_on=date(NEXT, 8, 31)), chair)
    assert correct(high, wish_terms(ABOVE, ends_on=MAY), chair)


def test_a_grant_that_was_ended_is_not_opened_again_by_a_correction(old, chair):
    corrections.end_early(old, on=MAY, grounds="Det lykkedes.", by=chair)
    for terms in (wish_terms(250_000), None):
        with pytest.raises(Refusal, match="er afsluttet 31"):
            correct(old, terms, chair)
    assert correct(old, wish_terms(200_000, JUNE, LAST), chair)


def test_what_is_not_released_is_undone_and_neither_corrected_nor_ended(granted, chair):
    with pytest.raises(NotPossible):
        correct(granted, wish_terms(100_000), chair)
    with pytest.raises(NotPossible, match="Fortryd"):
        corrections.end_early(granted, on=MAY, grounds="Slut.", by=chair)


def test_what_is_paid_of_the_old_grant_is_carried_to_the_new_one(old, chair, chief):
    books.pay(old.pk, year=NEXT, amount=50_000, district=old.district, by=chief)
    correct(old, wish_terms(260_000), chair)
    new = Grant.objects.standing().get(pupil=old.pupil)
    cost = new.by_fiscal_year()[NEXT].amount
    waiting = Instalment.objects.waiting().filter(pool=NEXT)
    assert waiting.aggregate(sum=Sum("amount"))["sum"] == cost - 50_000
    assert not Instalment.objects.owed().exists()


def test_raising_a_paid_grant_takes_no_more_of_the_pool_than_the_difference(
    old, chair, chief, sources
):
    books.pay(old.pk, year=NEXT, amount=50_000, district=old.district, by=chief)
    before = Standing.objects.free([NEXT])[NEXT]
    more = wish_terms(260_000).by_fiscal_year()[NEXT].amount - old.by_fiscal_year()[NEXT].amount
    books.allocate(year=NEXT, source=sources[0], amount=-2_400_000, by=chief)
    books.allocate(year=NEXT, source=sources[1], amount=more - before + 2_400_000, by=chief)
    correct(old, wish_terms(260_000), chair)
    assert Standing.objects.free([NEXT])[NEXT] == 0


def test_a_correction_that_the_pool_cannot_hold_changes_nothing(old, chair, chief, sources):
    for source in sources:
        books.allocate(year=NEXT, source=source, amount=-2_440_000, by=chief)
    lines = Posting.objects.count()
    with pytest.raises(books.Overdrawn):
        correct(old, wish_terms(250_000), chair)
    assert Posting.objects.count() == lines
    assert Decision.objects.get(pk=old.decision_id).status == "released"


def test_a_correction_made_from_a_stale_page_is_refused(old, chair):
    stale = Decision.objects.get(pk=old.decision_id)
    correct(old, wish_terms(100_000), chair)
    with pytest.raises(Overtaken):
        corrections.correct(stale, wish_terms(150_000), grounds="Igen.", by=chair)
    assert Decision.objects.filter(replaces=old.decision_id).count() == 1


def test_whoever_got_a_tie_does_not_correct(old, chair):
    Membership.objects.create(
        user=chair, role=Role.SCHOOL_STAFF, school=old.decision.application.school
    )
    del chair.current_memberships
    with pytest.raises(recusal_rules.Recused):
        correct(old, wish_terms(100_000), chair)


def test_the_schools_own_figures_count_what_ran_before_the_correction(old, chair, leader):
    new = correct(old, wish_terms(260_000, JUNE, LAST), chair)
    years = outlook_queries.own_years([new.application.school_id])
    committed = {year.year: year.committed for year in years}
    assert committed[NEXT] == Grant.objects.get(pk=old.pk).cost + new.grant.cost


def test_the_school_is_told_once_of_a_correction_and_of_an_end(old, chair):
    topics = ("decisions.released", "decision.corrected", "grant.ended")
    messages = OutboxMessage.objects.filter(topic__in=topics)
    before = messages.count()
    correct(old, wish_terms(260_000, JUNE, LAST), chair)
    assert messages.count() == before + 1

    grant = decision_queries.grant_to_end(old.decision.pupil_case)
    corrections.end_early(grant, on=date(NEXT, 6, 30), grounds="Slut.", by=chair)
    assert messages.count() == before + 2


# -- in the browser --------------------------------------------------------------------------------
@pytest.fixture
def urls(old):
    args = [old.decision.application.number, old.decision.pupil_case_id]
    return {name: reverse(name, args=args) for name in ("correct_decision", "end_grant")}


FORM = {
    "outcome": "granted",
    "weight": "3",
    "tariff": "100.000",
    "deviation": "Mindre tyngde.",
    "starts_on": f"01.01.{NEXT}",
    "ends_on": f"31.07.{NEXT}",
    "grounds": "Rettet på siden.",
}


END = {"ended_on": f"31.05.{NEXT}", "grounds": "Det lykkedes."}


def test_the_page_shows_what_a_correction_changes_before_it_is_made(urls, old, committee, post):
    assert "200.000" in committee.get(urls["correct_decision"]).content.decode()

    preview = post(committee, urls["correct_decision"], FORM)
    [change] = preview.context["changes"]
    assert preview.status_code == 200
    assert (change.before, change.after) == (old.cost, old.cost // 2)
    assert change.free_after == 5_000_000 - change.after
    assert Decision.objects.get(pk=old.decision_id).status == "released"


def test_the_figures_beside_a_correction_follow_what_is_typed(urls, old, committee):
    effect = urls["correct_decision"].replace("/ret/", "/virkning/")
    typed = {"tariff": "200.000", "starts_on": f"01.06.{NEXT}", "ends_on": f"31.07.{NEXT}"}
    context = committee.get(effect, typed).context
    [change] = context["live"]
    assert change.before == old.cost
    # The year from June on may hold a leap day, so that each of its days is less.
    assert -100 < change.difference <= 0
    assert context["remarks"] == []


def test_confirmed_it_is_made_and_the_receipt_says_what_came_free(urls, old, committee, post):
    answer = post(committee, urls["correct_decision"], FORM | {"confirmed": "1"})
    assert f"I {NEXT} bliver 58.082 kr. fri." in text_of(committee.get(answer.url))
    assert Document.objects.filter(decision__replaces=old.decision_id).count() == 2


def test_a_grant_is_ended_from_its_page_with_a_preview_and_a_receipt(urls, old, committee, post):
    form = END
    preview = post(committee, urls["end_grant"], form)
    assert preview.context["changes"][0].difference < 0
    assert Grant.objects.get(pk=old.pk).ended_on is None
    answer = post(committee, urls["end_grant"], form | {"confirmed": "1"})
    assert "slutter 31. maj" in text_of(committee.get(answer.url))
    assert Grant.objects.get(pk=old.pk).ended_on == MAY


BAD_END = [
    {"ended_on": f"31.07.{NEXT}"},
    {"ended_on": f"31.12.{NEXT - 1}"},
    {"ended_on": "x"},
    {"grounds": " "},
]


@pytest.mark.parametrize("wrong", BAD_END)
def test_nonsense_about_an_end_is_refused_and_changes_nothing(wrong, urls, committee, post):
    lines = AuditEntry.objects.count()
    right = {"ended_on": f"31.05.{NEXT}", "grounds": "Det lykkedes.", "confirmed": "1"}
    assert post(committee, urls["end_grant"], right | wrong).status_code == 422
    assert AuditEntry.objects.count() == lines


def test_the_same_correction_sent_twice_is_one(urls, old, committee):
    form = FORM | {"confirmed": "1", "idempotency_key": str(uuid.uuid4())}
    first = committee.post(urls["correct_decision"], form)
    second = committee.post(urls["correct_decision"], form)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Decision.objects.filter(replaces=old.decision_id).count() == 1


# -- an effort that begins later than it was granted --
LATE = date(NEXT, 3, 1)


def late(old, chair, *, first=LATE):
    return correct(old, replace(wish_terms(starts_on=first), begins_late=True), chair)


def test_the_days_before_a_late_beginning_are_given_back(old, chair):
    effort = old.effort
    new = late(old, chair)
    for row in (old, effort, new.grant):
        row.refresh_from_db()
    assert (old.status, free()) == ("annulled", 5_000_000 - new.grant.cost)
    assert (planned(old), planned(new.grant)) == (0, new.grant.cost)
    assert (new.grant.effort, effort.starts_on) == (effort, LATE)
    assert [check.difference for check in of_the_grants()] == [""]


def lead(decision):
    return texts.Letter(decision, decision.application).source_to(Document.Kind.LETTER)["lead"]


def test_the_letter_says_that_it_begins_later(old, chair):
    assert f"fra 1. marts {NEXT} og ikke fra 1. januar {NEXT}" in lead(late(old, chair))


def test_the_letter_says_it_of_no_other_later_beginning(old, chair):
    told = lead(correct(old, wish_terms(starts_on=LATE), chair))
    assert ("og ikke fra" in told, f"til og med 28. februar {NEXT}" in told) == (False, True)


def test_without_saying_so_the_old_grant_runs_to_the_day_before(old, chair):
    new = correct(old, wish_terms(starts_on=LATE), chair)
    old.refresh_from_db()
    assert old.last_day == LATE - timedelta(days=1)
    assert free() == 5_000_000 - new.grant.cost - old.cost


def test_days_that_the_effort_has_run_are_not_given_back(old, chair, leader):
    with time_machine.travel(date(NEXT, 2, 20), tick=False):
        efforts.confirm_begun(old.effort, begun_on=date(NEXT, 2, 15), by=leader)
    old.effort.refresh_from_db()
    with pytest.raises(Refusal, match=r"begyndte 15\. februar") as refused:
        late(old, chair)
    assert refused.value.field == "days_before"
    late(old, chair, first=date(NEXT, 2, 15))
    old.effort.refresh_from_db()
    assert old.effort.starts_on == date(NEXT, 2, 15)


@pytest.mark.parametrize("first", [date(NEXT, 1, 1), date(NEXT - 1, 12, 15)])
def test_a_late_beginning_is_later(old, chair, first):
    with pytest.raises(Refusal, match="senere end den gamle"):
        late(old, chair, first=first)


def test_the_page_takes_a_late_beginning_back(urls, old, committee, post):
    form = FORM | {"starts_on": f"{LATE:%d.%m.%Y}", "days_before": "given_back"}
    preview = text_of(post(committee, urls["correct_decision"], form))
    assert "Det ændrer sig i puljen" in preview
    post(committee, urls["correct_decision"], form | {"confirmed": "1"})
    old.refresh_from_db()
    assert old.status == "annulled"


def test_a_day_that_is_not_later_is_refused_at_the_question(urls, old, committee, post):
    answer = post(committee, urls["correct_decision"], FORM | {"days_before": "given_back"})
    assert answer.status_code == 422
    assert "senere end den gamle" in text_of(answer)


def test_what_the_school_said_of_the_beginning_stands_beside_it(urls, old, committee, leader):
    efforts.say_not_begun(old.effort, reason="Lærer mangler.", expected_on=LATE, by=leader)
    page = text_of(committee.get(urls["correct_decision"]))
    assert f"først begynder 1. marts {NEXT}" in page
