"""What is decided for a pupil: granted, partly, rejected or postponed; by whom, and how many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications.models import Application
from applications.submission import actions as submission
from skolefleks.danish import today
from skolefleks.models import Role
from skolefleks.refusals import NotPossible, Overtaken
from tests.conftest import NEXT, text_of
from tests.deciding import FIRST, LAST, meeting_with, pupils, standing, wish_terms
from tests.scenes import kept
from visitation.decisions import actions as decisions
from visitation.models import Decision, FollowUp, JournalEntry, Participant
from visitation.releases import actions as releases

A_DAY = timedelta(days=1)

# -- in part ---------------------------------------------------------------------------------------
AS_MUCH = {"as it was": {}, "more": {"tariff": 250_000}}
LESS = {
    "a lower tariff": {"tariff": 199_999},
    "later": {"starts_on": FIRST + A_DAY},
    "shorter": {"ends_on": LAST - A_DAY},
}


@pytest.mark.parametrize("how", LESS)
def test_less_than_the_school_applies_for_is_a_grant_in_part(how, case, pools, chair):
    grant = decisions.grant(case, wish_terms(**LESS[how]), grounds="Behov.", by=chair)
    assert grant.decision.outcome == "partly"


@pytest.mark.parametrize("how", AS_MUCH)
def test_what_the_school_applies_for_or_more_is_a_grant(how, case, pools, chair):
    grant = decisions.grant(case, wish_terms(**AS_MUCH[how]), grounds="Behov.", by=chair)
    assert grant.decision.outcome == "granted"


def test_each_follow_up_is_set_once_in_order(case, pools, chair):
    may = date(NEXT, 5, 1)
    march = date(NEXT, 3, 1)
    terms = wish_terms(follow_ups=(may, march, may))
    grant = decisions.grant(case, terms, grounds="Behov.", by=chair)
    days = FollowUp.objects.filter(grant=grant).values_list("due_on", flat=True)
    assert list(days) == [march, may]


def test_a_decision_keeps_weight_deviation_and_age(case, pools, chair):
    terms = wish_terms(250_000, weight=4, deviation="To voksne.")
    grant = decisions.grant(case, terms, grounds="Behov.", by=chair)
    decision = Decision.objects.get(pk=grant.decision_id)
    assert (decision.weight, decision.deviation) == (4, "To voksne.")
    assert decision.age == case.age_on(today())


# -- not yet ---------------------------------------------------------------------------------------
@pytest.fixture
@kept
def put_off(submitted, pools, chair):
    """The first pupil granted, the second postponed, both released."""
    first, second = pupils(submitted)
    decisions.grant(first, wish_terms(), grounds="Behov.", by=chair)
    decisions.postpone(second, grounds="PPR's vurdering mangler.", by=chair)
    releases.release(submitted, by=chair)
    return submitted


def test_a_case_with_a_postponed_pupil_stays_with_the_committee(put_off, committee):
    assert Application.objects.get(pk=put_off.pk).status == "submitted"
    page = text_of(committee.get(put_off.get_absolute_url()))
    assert "1 afgørelse er udsat, og skolen ved det" in page
    assert "Træf ny afgørelse for B.C." in page


def test_the_school_reads_that_the_pupil_is_postponed_and_why(put_off, school):
    page = text_of(school.get(put_off.get_absolute_url()))
    assert "Udsat" in page
    assert "PPR&#x27;s vurdering mangler." in page
    assert "Hos udvalget" in page


def test_a_pupil_decided_anew_stays_postponed_to_the_school_until_release(put_off, chair, school):
    second = pupils(put_off)[1]
    decisions.reject(second, grounds="Hemmeligt indtil videre.", by=chair)
    assert "Hemmeligt" not in text_of(school.get(put_off.get_absolute_url()))
    assert Decision.objects.released().get(pupil_case=second).outcome == "postponed"


def test_at_release_the_new_decision_replaces_the_postponement_and_closes_the_case(
    put_off, chair, school
):
    second = pupils(put_off)[1]
    decisions.reject(second, grounds="Nu et nej.", by=chair)
    decisions_released = releases.release(put_off, by=chair)
    assert [decision.outcome for decision in decisions_released] == ["rejected"]

    old, new = Decision.objects.filter(pupil_case=second)
    assert (old.status, new.status, new.replaces) == ("replaced", "released", old)
    assert Application.objects.get(pk=put_off.pk).status == "closed"

    page = text_of(school.get(put_off.get_absolute_url()))
    assert "Tidligere afgørelse" in page
    assert "Nu et nej." in page


def test_a_withdrawn_case_is_not_released_though_nobody_was_granted(
    submitted, pools, chair, leader
):
    for pupil_case in pupils(submitted):
        decisions.postpone(pupil_case, grounds="PPR's vurdering mangler.", by=chair)
    submission.withdraw(submitted, reason="Flyttet.", by=leader)

    with pytest.raises(NotPossible):
        releases.release(submitted, by=chair)
    assert not Decision.objects.released().exists()


def test_a_new_decision_that_is_undone_leaves_the_pupil_postponed(put_off, chair):
    second = pupils(put_off)[1]
    decisions.undo(decisions.reject(second, grounds="Nej.", by=chair), by=chair)
    assert standing(second).outcome == "postponed"

    again = decisions.reject(second, grounds="Igen.", by=chair)
    assert again.replaces.outcome == "postponed"


def test_a_pupil_granted_is_not_decided_again_beside_a_postponed_one(put_off, chair):
    with pytest.raises(Overtaken):
        decisions.reject(pupils(put_off)[0], grounds="Nej.", by=chair)


def test_a_case_with_nothing_new_is_not_released_again(put_off, chair):
    with pytest.raises(NotPossible):
        releases.release(put_off, by=chair)


# -- who takes part --------------------------------------------------------------------------------
def parts(decision):
    """(name, part, reason) of all who are noted on the decision."""
    rows = Participant.objects.filter(decision=decision).select_related("user")
    return {(row.user.name, row.part, row.why) for row in rows}


@pytest.fixture
@kept
def third(person):
    return person("Thea Tredje", Role.COMMITTEE_MEMBER)


def recuse(person, case, *, by, origin="declared"):
    application = case.application
    application.recusals.create(
        user=person, origin=origin, set_by=by, set_at=application.created_at
    )


def reject_at_meeting(case, people, *, by):
    meeting_with(case.application, people, by=by)
    return decisions.reject(case, grounds="Nej.", by=by)


def test_outside_a_meeting_only_the_person_who_decides_takes_part(case, member, pools, chair):
    decision = decisions.reject(case, grounds="Nej.", by=chair)
    assert parts(decision) == {("Frida Formand", "took_part", "")}
    assert decision.meeting is None


def test_at_a_meeting_all_present_take_part_and_the_disqualified_are_out(
    case, person, member, third, two_roles, pools, chair, secretary
):
    tied = person("Ulla Uvildig", Role.COMMITTEE_MEMBER)
    recuse(tied, case, by=tied)
    meeting = meeting_with(case.application, [member, third, chair, tied], by=chair)

    decision = decisions.reject(case, grounds="Nej.", by=secretary)
    took_part = {name for name, part, _ in parts(decision) if part == "took_part"}
    assert took_part == {"Mads Medlem", "Thea Tredje", "Frida Formand", "Søren Sekretær"}
    assert ("Ulla Uvildig", "out", "Meldt af personen selv") in parts(decision)
    assert decision.meeting == meeting


def test_the_decision_page_leads_back_to_the_meeting_it_was_opened_from(
    case, member, third, pools, chair, committee, post
):
    meeting = meeting_with(case.application, [member, chair, third], by=chair)
    url = reverse("decide", args=[case.application.number, case.pk])
    room = reverse("visitation:meeting_mode", args=[meeting.pk])
    typed = {"outcome": "postponed", "grounds": "PPR mangler."}
    assert f'href="{room}">Annullér' in committee.get(f"{url}?fra=moede").content.decode()
    assert f'href="{room}">Annullér' not in committee.get(url).content.decode()
    assert post(committee, f"{url}?fra=moede", typed).url == room


def test_too_few_at_the_meeting_decide_nothing(case, member, pools, chair):
    assert settings.QUORUM == 3
    with pytest.raises(NotPossible, match="ikke beslutningsdygtigt"):
        reject_at_meeting(case, [member, chair], by=chair)
    assert not Decision.objects.exists()


def test_the_disqualified_do_not_count_towards_the_quorum(case, third, member, pools, chair):
    recuse(third, case, by=chair, origin="chair")
    with pytest.raises(NotPossible, match="2 er til stede"):
        reject_at_meeting(case, [member, chair, third], by=chair)


def test_the_same_three_without_a_recusal_are_enough(case, third, member, pools, chair):
    assert reject_at_meeting(case, [member, chair, third], by=chair)


def test_whoever_has_left_the_committee_neither_counts_nor_takes_part(
    case, third, member, pools, chair
):
    third.memberships.update(ended_at=case.application.created_at)
    with pytest.raises(NotPossible, match="2 er til stede"):
        reject_at_meeting(case, [member, chair, third], by=chair)


def test_the_committee_reads_who_took_part_and_the_school_does_not(released, committee, school):
    assert "Deltog: Frida Formand" in text_of(committee.get(released.get_absolute_url()))
    page = text_of(school.get(released.get_absolute_url()))
    assert "Deltog" not in page
    assert "Frida Formand" not in page


# -- the journal -----------------------------------------------------------------------------------
def test_every_decision_and_its_release_stand_in_the_journal(released):
    entries = [entry.what for entry in JournalEntry.objects.filter(application=released)]
    assert entries[:2] == ["decided", "decided"]
    assert (entries.count("released"), entries.count("document")) == (2, 4)


def test_no_journal_line_is_ever_changed(released):
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.update(what="heard")
