"""Putting right what the school knows of: a new word, the old one readable, and the money to the krone."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from applications.models import Application
from budget.books import actions as books
from budget.models import Instalment, Posting, Standing
from skolefleks.models import AuditEntry, Membership, OutboxMessage, Role
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import NEXT, text_of
from tests.deciding import ABOVE, LAST, pupils, released_grant, said, standing
from visitation.ceiling import actions as ceiling
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.decisions import queries as decision_queries
from visitation.decisions.proof import of_the_grants
from visitation.models import Decision, Document, Grant
from visitation.outlook import queries as outlook_queries
from visitation.recusals import rules as recusal_rules
from visitation.releases import actions as releases

JUNE, MAY = date(NEXT, 6, 1), date(NEXT, 5, 31)


@pytest.fixture
def old(case, pools, chair):
    """200,000 a year for seven months, released."""
    return released_grant(case, said(weight=3), by=chair)


def free():
    return Standing.objects.free([NEXT])[NEXT]


def planned(grant):
    return (
        Instalment.objects.filter(reference=grant.pk)
        .planned()
        .aggregate(sum=Sum("amount"))["sum"]
        or 0
    )


def correct(old, terms, by):
    return corrections.correct(
        Decision.objects.get(pk=old.decision_id), terms, grounds="Rettet.", by=by
    )


def test_a_lower_tariff_takes_the_old_ones_place_and_gives_the_rest_back(old, chair):
    new = correct(old, said(100_000), chair)
    assert Grant.objects.get(pk=old.pk).status == "annulled"
    assert free() == 5_000_000 - new.grant.cost
    assert (planned(old), planned(new.grant)) == (0, new.grant.cost)
    assert [check.difference for check in of_the_grants()] == [""]


def test_a_later_beginning_lets_the_old_grant_run_until_the_day_before(old, chair):
    new = correct(old, said(260_000, JUNE, LAST), chair)
    kept = Grant.objects.get(pk=old.pk)
    assert (kept.status, kept.ended_on) == ("ended", MAY)
    assert free() == 5_000_000 - kept.cost - new.grant.cost
    assert (planned(kept), planned(new.grant)) == (kept.cost, new.grant.cost)
    assert new.outcome == "granted"  # nothing less than was asked for, day by day


def test_what_is_less_is_in_part_also_as_a_correction(old, chair):
    assert correct(old, said(150_000), chair).outcome == "partly"


def test_an_extension_leaves_the_old_grant_running_to_its_end(old, chair):
    new = correct(old, said(200_000, date(NEXT, 8, 1), date(NEXT, 12, 31)), chair)
    assert Grant.objects.get(pk=old.pk).status == new.grant.status == "running"
    assert Application.objects.get(
        pk=old.decision.application.pk
    ).effort_ends_on == date(NEXT, 12, 31)


def test_a_grant_that_was_extended_can_still_be_ended_and_is_not_paid_for_longer(
    old, chair
):
    correct(old, said(200_000, date(NEXT, 8, 1), date(NEXT, 12, 31)), chair)
    first = Grant.objects.select_related(
        "decision__pupil_case__application__school"
    ).get(pk=old.pk)
    assert decision_queries.grant_to_end(first.decision.pupil_case) == first
    corrections.end_early(first, on=MAY, grounds="Flyttet.", by=chair)
    assert planned(first) == first.cost < old.cost


def test_a_correction_to_a_rejection_gives_all_the_money_back(old, chair, school):
    assert correct(old, None, chair).outcome == "rejected"
    assert free() == 5_000_000
    assert planned(old) == 0
    assert "Afslag" in text_of(school.get(old.decision.application.get_absolute_url()))


def test_both_words_stay_readable_and_the_weight_is_kept(old, chair, school, committee):
    new = correct(old, said(100_000), chair)
    assert (Decision.objects.get(pk=old.decision_id).status, new.weight) == (
        "replaced",
        3,
    )
    for client in (school, committee):
        page = text_of(client.get(new.application.get_absolute_url()))
        assert "Tidligere afgørelse" in page
        assert "Behovet er stort." in page
        assert "Rettet." in page


def test_a_rejection_is_corrected_to_a_grant(old, chair):
    refused = standing(pupils(old.decision.application)[1])
    new = corrections.correct(refused, said(), grounds="Nye oplysninger.", by=chair)
    assert (new.outcome, new.status, planned(new.grant)) == (
        "granted",
        "released",
        new.grant.cost,
    )


def test_a_rejection_is_not_corrected_to_a_rejection(old, chair):
    with pytest.raises(NotPossible, match="allerede givet afslag"):
        corrections.correct(
            standing(pupils(old.decision.application)[1]),
            None,
            grounds="Nej.",
            by=chair,
        )


def test_a_correction_does_not_lead_above_the_ceiling(old, chair):
    with pytest.raises(Refusal, match="begge centerchefer"):
        correct(old, said(ABOVE), chair)
    assert correct(old, said(settings.TARIFF_CEILING), chair)


@pytest.fixture
def high(case, pools, chair, chief, chief_bur):
    """A grant above the ceiling, which both chiefs agreed to."""
    granted = decisions.grant(
        case, said(ABOVE, deviation="Tung indsats."), grounds="Behov.", by=chair
    )
    for one in (chief, chief_bur):
        ceiling.answer_ceiling(granted.decision, agrees=True, by=one)
    decisions.reject(pupils(case.application)[1], grounds="Nej.", by=chair)
    releases.release(case.application, by=chair)
    return granted


def test_what_both_chiefs_agreed_to_can_be_made_less_but_not_longer(high, chair):
    with pytest.raises(Refusal, match="begge centerchefer"):
        correct(high, said(ABOVE, ends_on=date(NEXT, 8, 31)), chair)
    assert correct(high, said(ABOVE, ends_on=MAY), chair)


def test_a_grant_that_was_ended_is_not_opened_again_by_a_correction(old, chair):
    corrections.end_early(old, on=MAY, grounds="Det lykkedes.", by=chair)
    for terms in (said(250_000), None):
        with pytest.raises(Refusal, match="er afsluttet 31"):
            correct(old, terms, chair)
    assert correct(old, said(200_000, JUNE, LAST), chair)


def test_what_is_not_released_is_undone_and_neither_corrected_nor_ended(granted, chair):
    with pytest.raises(NotPossible):
        correct(granted, said(100_000), chair)
    with pytest.raises(NotPossible, match="Fortryd"):
        corrections.end_early(granted, on=MAY, grounds="Slut.", by=chair)


def test_days_that_are_paid_for_do_not_get_another_tariff(old, chair, chief):
    books.pay(old.pk, year=NEXT, amount=50_000, district=old.district, by=chief)
    with pytest.raises(books.AlreadyPaid):
        correct(old, said(100_000), chair)
    assert correct(old, said(260_000, JUNE, LAST), chair)


def test_a_correction_that_the_pool_cannot_hold_changes_nothing(
    old, chair, chief, sources
):
    for source in sources:
        books.allocate(year=NEXT, source=source, amount=-2_440_000, by=chief)
    lines = Posting.objects.count()
    with pytest.raises(books.Overdrawn):
        correct(old, said(250_000), chair)
    assert (
        Posting.objects.count(),
        Decision.objects.get(pk=old.decision_id).status,
    ) == (
        lines,
        "released",
    )


def test_a_correction_made_from_a_stale_page_is_refused(old, chair):
    stale = Decision.objects.get(pk=old.decision_id)
    correct(old, said(100_000), chair)
    with pytest.raises(Overtaken):
        corrections.correct(stale, said(150_000), grounds="Igen.", by=chair)
    assert Decision.objects.filter(replaces=old.decision_id).count() == 1


def test_whoever_got_a_tie_does_not_correct(old, chair):
    Membership.objects.create(
        user=chair, role=Role.SCHOOL_STAFF, school=old.decision.application.school
    )
    del chair.current_memberships
    with pytest.raises(recusal_rules.Recused):
        correct(old, said(100_000), chair)


def test_the_schools_own_figures_count_what_ran_before_the_correction(
    old, chair, leader
):
    new = correct(old, said(260_000, JUNE, LAST), chair)
    [year] = [
        year
        for year in outlook_queries.own_years([new.application.school_id])
        if year.year == NEXT
    ]
    assert year.committed == Grant.objects.get(pk=old.pk).cost + new.grant.cost


def test_the_school_is_told_once_of_a_correction_and_of_an_end(old, chair):
    sent = OutboxMessage.objects.filter(topic="decisions.released")
    before = sent.count()
    correct(old, said(260_000, JUNE, LAST), chair)
    assert sent.count() == before + 1
    corrections.end_early(
        decision_queries.grant_to_end(old.decision.pupil_case),
        on=date(NEXT, 6, 30),
        grounds="Slut.",
        by=chair,
    )
    assert sent.count() == before + 2


# -- in the browser ---------------------------------------------------------------------------------------------------
@pytest.fixture
def urls(old):
    args = [old.decision.application.number, old.decision.pupil_case_id]
    return {
        name: reverse(name, args=args) for name in ("correct_decision", "end_grant")
    }


FORM = {
    "outcome": "granted",
    "weight": "3",
    "tariff": "100.000",
    "deviation": "Mindre tyngde.",
    "starts_on": f"01.01.{NEXT}",
    "ends_on": f"31.07.{NEXT}",
    "grounds": "Rettet på siden.",
}


def test_the_page_shows_what_a_correction_changes_before_it_is_made(
    urls, old, committee, post
):
    assert "200.000" in committee.get(urls["correct_decision"]).content.decode()
    preview = post(committee, urls["correct_decision"], FORM)
    [change] = preview.context["changes"]
    assert (preview.status_code, change.before, change.after) == (
        200,
        old.cost,
        old.cost // 2,
    )
    assert change.free_after == 5_000_000 - change.after
    assert Decision.objects.get(pk=old.decision_id).status == "released"


def test_the_figures_beside_a_correction_follow_what_is_typed(urls, old, committee):
    effect = urls["correct_decision"].replace("/ret/", "/virkning/")
    typed = {
        "tariff": "200.000",
        "starts_on": f"01.06.{NEXT}",
        "ends_on": f"31.07.{NEXT}",
    }
    [change] = committee.get(effect, typed).context["live"]
    assert change.before == old.cost
    assert (
        -100 < change.difference <= 0
    )  # the year from June on may hold a leap day, so that each of its days is less
    assert committee.get(effect, typed).context["remarks"] == []


def test_confirmed_it_is_made_and_the_receipt_says_what_came_free(
    urls, old, committee, post
):
    answer = post(committee, urls["correct_decision"], FORM | {"confirmed": "1"})
    assert f"I {NEXT} bliver 58.082 kr. fri." in text_of(committee.get(answer.url))
    assert Document.objects.filter(decision__replaces=old.decision_id).count() == 2


def test_a_grant_is_ended_from_its_page_with_a_preview_and_a_receipt(
    urls, old, committee, post
):
    form = {"ended_on": f"31.05.{NEXT}", "grounds": "Det lykkedes."}
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
def test_nonsense_about_an_end_is_told_and_changes_nothing(
    wrong, urls, committee, post
):
    lines = AuditEntry.objects.count()
    form = {
        "ended_on": f"31.05.{NEXT}",
        "grounds": "Det lykkedes.",
        "confirmed": "1",
    } | wrong
    assert post(committee, urls["end_grant"], form).status_code == 422
    assert AuditEntry.objects.count() == lines


def test_the_same_correction_sent_twice_is_one(urls, old, committee):
    form = FORM | {"confirmed": "1", "idempotency_key": str(uuid.uuid4())}
    first, again = (
        committee.post(urls["correct_decision"], form),
        committee.post(urls["correct_decision"], form),
    )
    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert Decision.objects.filter(replaces=old.decision_id).count() == 1
