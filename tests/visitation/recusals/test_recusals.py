"""Who may not judge a case: declared, set, settled, lifted.

At once, everywhere, and at the same moment as a decision.
"""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from applications.models import Application, Recusal
from applications.reading import ties
from applications.writing import actions as writing
from skolefleks.models import AccessEntry, AuditEntry, Notice, Role, User
from skolefleks.notices.mail import tell
from skolefleks.refusals import Overtaken, Refusal
from tests.conftest import many, plan_meeting, terms
from tests.racing import at_once
from visitation.cases import actions as case_actions
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.lifecycle import MeetingStatus
from visitation.models import Attendance, Decision
from visitation.recusals import actions as recusals
from visitation.recusals import rules as recusal_rules
from visitation.releases import actions as releases

WHY = "Er gift med en lærer på skolen."


def sees(user, application):
    return (
        Application.objects.reviewable_by(User.objects.get(pk=user.pk))
        .filter(pk=application.pk)
        .exists()
    )


# -- declared --------------------------------------------------------------------------
def test_who_declares_oneself_disqualified_is_out_at_once(submitted, member):
    recusal = recusals.declare(submitted, reason=WHY, by=member)
    assert not sees(member, submitted)
    assert (recusal.origin, recusal.reason, recusal.set_by) == ("declared", WHY, member)
    assert ties.disqualifications(submitted, [member]) == {member.pk: "Meldt af personen selv"}


def test_no_reason_has_to_be_given_for_oneself(submitted, member):
    assert recusals.declare(submitted, by=member).reason == ""


def test_nobody_is_disqualified_twice(submitted, member):
    recusals.declare(submitted, by=member)
    with pytest.raises(recusal_rules.Recused):
        recusals.declare(submitted, by=member)


@pytest.mark.parametrize("who", ["leader", "adviser", "chief", "admin", "follower"])
def test_only_who_would_judge_a_case_declares_anything(who, submitted, request):
    with pytest.raises(PermissionDenied):
        recusals.declare(submitted, by=request.getfixturevalue(who))


def test_the_notices_of_the_case_are_taken_back_and_no_others(submitted, member, chair):
    for number in (submitted.number, "SF-2026-9999"):
        tell([member, chair], number=number, path="/")
    recusals.declare(submitted, by=member)
    assert list(member.notices.values_list("subject", flat=True)) == ["SF-2026-9999"]
    assert Notice.objects.filter(user=chair).count() == 2


# -- set by the chair, settled by the committee ----------------------------------------
def test_the_chair_sets_it_for_another_with_a_reason(submitted, member, chair):
    recusal = recusals.set_recusal(submitted, member, reason=WHY, by=chair)
    assert not sees(member, submitted)
    assert (recusal.origin, recusal.user, recusal.set_by) == ("chair", member, chair)


def test_a_centre_chief_can_be_set_too_since_they_answer_above_the_ceiling(submitted, chief, chair):
    recusals.set_recusal(submitted, chief, reason=WHY, by=chair)
    assert ties.disqualifications(submitted, [chief]) == {chief.pk: "Erklæret af formanden"}


@pytest.mark.parametrize(
    "act", [recusals.set_recusal, partial(recusals.settle, is_disqualified=True)]
)
def test_it_is_not_set_for_oneself_nor_without_a_reason_nor_for_somebody_else(
    act, submitted, member, leader, chair
):
    for person, reason in ((chair, WHY), (member, "  "), (leader, WHY)):
        with pytest.raises(Refusal):
            act(submitted, person, reason=reason, by=chair)
    assert not Recusal.objects.exists()


@pytest.mark.parametrize("who", ["member", "leader", "chief", "admin"])
def test_only_chair_and_secretary_set_and_lift(who, submitted, chair, secretary, request):
    recusal = recusals.set_recusal(submitted, secretary, reason=WHY, by=chair)
    somebody = request.getfixturevalue(who)
    for act in (
        partial(recusals.set_recusal, submitted, chair, reason=WHY),
        partial(recusals.settle, submitted, chair, is_disqualified=True, reason=WHY),
        partial(recusals.lift_recusal, recusal, reason=WHY),
    ):
        with pytest.raises(PermissionDenied):
            act(by=somebody)


def test_who_is_out_sets_and_lifts_nothing_in_the_case_least_of_all_for_oneself(
    submitted, member, chair, secretary
):
    own = recusals.set_recusal(submitted, chair, reason=WHY, by=secretary)
    with pytest.raises(recusal_rules.Recused):
        recusals.lift_recusal(own, reason="Jeg er det ikke.", by=chair)
    with pytest.raises(recusal_rules.Recused):
        recusals.set_recusal(submitted, member, reason=WHY, by=chair)
    assert not sees(chair, submitted)


def test_what_the_committee_settles_takes_the_place_of_what_was_declared(submitted, member, chair):
    recusals.declare(submitted, by=member)
    recusals.settle(
        submitted, member, is_disqualified=True, reason="Udvalget finder det.", by=chair
    )
    assert ties.disqualifications(submitted, [member]) == {
        member.pk: "Afgjort af udvalget uden personen"
    }
    assert Recusal.objects.filter(lifted_at=None).count() == 1


def test_the_committee_can_settle_that_somebody_is_not_disqualified_and_it_stays_written(
    submitted, member, chair
):
    recusals.declare(submitted, reason=WHY, by=member)
    recusals.settle(submitted, member, is_disqualified=False, reason="For længe siden.", by=chair)
    assert sees(member, submitted)
    rows = [(row.origin, row.lifted_reason) for row in Recusal.objects.all()]
    assert rows == [("declared", recusals.REPLACED), ("committee", "For længe siden.")]


def test_a_tie_that_the_system_finds_cannot_be_settled_away(submitted, schools, member, chair):
    member.memberships.create(role=Role.SCHOOL_STAFF, school=schools["Baltorpskolen"])
    with pytest.raises(Refusal, match="Arbejder på skolen"):
        recusals.settle(submitted, member, is_disqualified=False, reason="Pyt.", by=chair)
    assert not sees(member, submitted)


def test_a_case_is_not_opened_again_without_a_reason(submitted, member, chair):
    recusal = recusals.declare(submitted, reason=WHY, by=member)
    with pytest.raises(Refusal):
        recusals.lift_recusal(recusal, reason="  ", by=chair)
    assert not sees(member, submitted)


def test_a_lifted_recusal_opens_the_case_again_and_stays_written(submitted, member, chair):
    recusal = recusals.set_recusal(submitted, member, reason=WHY, by=chair)
    recusals.lift_recusal(recusal, reason="En fejl.", by=chair)
    assert sees(member, submitted)
    recusal.refresh_from_db()
    assert (recusal.reason, recusal.lifted_reason, recusal.lifted_by) == (WHY, "En fejl.", chair)
    with pytest.raises(Overtaken):
        recusals.lift_recusal(recusal, reason="Igen.", by=chair)


def test_the_trail_says_who_and_how_and_never_why(submitted, member, chair):
    recusal = recusals.set_recusal(submitted, member, reason="Kanarifugl", by=chair)
    recusals.lift_recusal(recusal, reason="Kanarifugl", by=chair)
    lines = AuditEntry.objects.filter(object_id=str(recusal.pk)).order_by("pk")
    assert [(line.verb, line.actor_id, line.payload["user"]) for line in lines] == [
        ("recuse", chair.pk, member.pk),
        ("lift_recusal", chair.pk, member.pk),
    ]
    assert "Kanarifugl" not in str(list(lines.values()))


# -- what it does to a decision --------------------------------------------------------
@pytest.mark.parametrize("origin", Recusal.Origin.values)
def test_whoever_is_recused_does_nothing_more_in_the_case(
    origin, granted, submitted, pools, chair, secretary
):
    fields = {"origin": origin, "set_by": secretary, "set_at": timezone.now()}
    Recusal.objects.create(application=submitted, user=chair, **fields)
    second = submitted.pupil_cases.all()[1]
    for act in (
        partial(decisions.grant, second, terms(), grounds="Til min egen."),
        partial(decisions.reject, second, grounds="Nej."),
        partial(decisions.postpone, second, grounds="Senere."),
        partial(decisions.undo, granted.decision),
        partial(releases.release, submitted),
        partial(case_actions.send_back, submitted, note="Mere."),
        partial(corrections.end_early, granted, on=terms().starts_on, grounds="Slut."),
    ):
        with pytest.raises(recusal_rules.Recused):
            act(by=chair)
    assert Decision.objects.get().status == "provisional"


def test_who_is_recused_does_not_count_towards_the_quorum_and_stands_as_out(
    case, pools, member, chair, person, secretary
):
    others = [person(name, Role.COMMITTEE_MEMBER) for name in ("Ulla Udvalg", "Viggo Valg")]
    meeting = plan_meeting(by=chair, status=MeetingStatus.UNDER_WAY)
    meeting.items.create(application=case.application, position=0, minutes=20, added_by=chair)
    for user in (chair, member, *others):
        Attendance.objects.create(
            meeting=meeting, user=user, state=Attendance.State.PRESENT, counts=True
        )
    recusals.declare(case.application, by=member)
    decision = decisions.reject(case, grounds="Nej.", by=chair)
    parts = dict(decision.participants.values_list("user", "part"))
    assert (parts[member.pk], parts[chair.pk]) == ("out", "took_part")
    recusals.declare(case.application, by=others[0])
    with pytest.raises(Refusal, match="ikke beslutningsdygtigt"):
        decisions.reject(case.application.pupil_cases.all()[1], grounds="Nej.", by=chair)


# -- at the same moment ----------------------------------------------------------------
def decided_after_recusal(cases):
    """The decisions that were written after the recusal of the one who made them."""
    for decision in Decision.objects.filter(pupil_case__in=cases):
        if Recusal.objects.filter(
            application=decision.pupil_case.application,
            user=decision.decided_by,
            set_at__lt=decision.decided_at,
        ).exists():
            yield decision


def race(cases, chair, secretary):
    """In each case the chair decides and is set as disqualified by the secretary, at once."""
    for case in cases:
        chair = User.objects.get(pk=chair.pk)
        out = partial(recusals.set_recusal, case.application, chair, reason=WHY, by=secretary)
        decide = partial(decisions.grant, case, terms(), grounds="Behov.", by=chair)
        yield at_once([out, decide])


@pytest.mark.django_db(transaction=True)
def test_recused_and_deciding_at_once_is_never_decided_after(
    pools, schools, leader, chair, secretary
):
    cases = many(12, school=schools["Baltorpskolen"], by=leader)
    for recusal, grant in race(cases, chair, secretary):
        assert isinstance(recusal, Recusal)
        if not isinstance(grant, recusal_rules.Recused):
            assert grant.decision.decided_at < recusal.set_at
            assert grant.decision.participants.get(user=chair).part == "took_part"
    assert not list(decided_after_recusal(cases))
    assert AccessEntry.objects.count() == 0


def without_the_lock(monkeypatch):
    """Take the case's lock away.

    The recusal is committed between the act's question and its decision.
    """
    at_the_decision = threading.Event()
    closed = threading.Event()
    write = decisions.write

    def write_late(*args, **how):
        at_the_decision.set()
        closed.wait(30)
        return write(*args, **how)

    monkeypatch.setattr(writing, "lock", lambda application: None)
    monkeypatch.setattr(decisions, "write", write_late)
    return at_the_decision, closed


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_recused_person_would_decide(pools, case, chair, secretary, monkeypatch):
    at_the_decision, closed = without_the_lock(monkeypatch)

    def recuse():
        at_the_decision.wait(30)
        recusals.set_recusal(case.application, chair, reason=WHY, by=secretary)
        closed.set()

    at_once([recuse, partial(decisions.reject, case, grounds="Nej.", by=chair)])
    assert list(decided_after_recusal([case]))
