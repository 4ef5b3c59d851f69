"""Above the ceiling both centre chiefs agree before release; they learn of money, of no pupil."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from skolefleks.models import Membership, Notice, Role, User
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import text_of
from tests.deciding import ABOVE, deliver, pupils, wish_terms
from tests.house.test_ceilings import asked
from tests.scenes import kept
from visitation.ceiling import actions as ceiling
from visitation.decisions import actions as decisions
from visitation.models import CeilingAnswer, Decision
from visitation.recusals import rules as recusal_rules
from visitation.releases import actions as releases

PAGE = "/visitation/over-loftet/"


@pytest.fixture
@kept
def above(case, pools, chair):
    """The first pupil granted a krone above the ceiling, the second rejected."""
    terms = wish_terms(ABOVE, deviation="To voksne hele dagen.")
    grant = decisions.grant(case, terms, grounds="Hemmelig grund.", by=chair)
    decisions.reject(pupils(case.application)[1], grounds="Nej.", by=chair)
    return grant.decision


def answer(decision, by, agrees=True, reason=""):
    return ceiling.answer_ceiling(decision, agrees=agrees, reason=reason, by=by)


def test_it_is_released_when_both_have_agreed_and_not_before(above, chair, chief, chief_bur):
    for by in (chief, chief_bur):
        with pytest.raises(releases.NeedsChiefs):
            releases.release(above.application, by=chair)
        answer(above, by)
    assert len(releases.release(above.application, by=chair)) == 2


def test_the_case_offers_its_release_when_both_have_agreed_and_not_before(
    above, chief, chief_bur, committee
):
    for by in (chief, chief_bur):
        page = text_of(committee.get(above.application.get_absolute_url()))
        assert "Centercheferne svarer på en takst over loftet" in page
        assert "når centercheferne har godkendt den" in page
        assert "Frigiv afgørelserne" not in page
        answer(above, by)
    assert "Frigiv afgørelserne" in text_of(committee.get(above.application.get_absolute_url()))


def test_at_the_ceiling_nobody_is_asked(case, pools, chair):
    decisions.grant(case, wish_terms(ABOVE - 1), grounds="Behov.", by=chair)
    decisions.reject(pupils(case.application)[1], grounds="Nej.", by=chair)
    assert releases.release(case.application, by=chair)


def test_a_refusal_holds_it_back_and_the_committee_reads_why(
    above, chair, chief, chief_bur, committee
):
    answer(above, chief)
    answer(above, chief_bur, agrees=False, reason="Der er ikke råd i år.")
    with pytest.raises(releases.NeedsChiefs):
        releases.release(above.application, by=chair)

    page = text_of(committee.get(above.application.get_absolute_url()))
    assert "C-BUR: afvist" in page
    assert "Der er ikke råd i år." in page


def test_after_a_refusal_the_pupil_is_decided_anew(above, case, chair, chief, chief_bur):
    answer(above, chief)
    answer(above, chief_bur, agrees=False, reason="Der er ikke råd i år.")
    decisions.undo(above, by=chair)
    decisions.grant(case, wish_terms(), grounds="Behov.", by=chair)
    assert releases.release(above.application, by=chair)


def test_a_refusal_says_why(above, chief):
    with pytest.raises(Refusal) as refusal:
        answer(above, chief, agrees=False, reason=" ")
    assert refusal.value.field == "reason"


def test_a_centre_answers_once(above, chief, person):
    answer(above, chief)
    other = person("Carl Centerchef", Role.CENTRE_CHIEF, centre="C-SIK")
    with pytest.raises(Overtaken):
        answer(above, other)
    assert CeilingAnswer.objects.count() == 1


def test_nobody_answers_for_both_centres_nor_for_none(above, chief, member, person):
    Membership.objects.create(user=chief, role=Role.CENTRE_CHIEF, centre="C-BUR")
    nowhere = person("Nora Nybegynder", Role.CENTRE_CHIEF)
    for by in (chief, member, nowhere):
        with pytest.raises(PermissionDenied):
            answer(above, User.objects.get(pk=by.pk))


def test_a_disqualified_chief_neither_sees_nor_answers(above, chief, client_for):
    assert above.application.number in text_of(client_for(chief).get(PAGE))
    above.application.recusals.create(
        user=chief, origin="declared", set_by=chief, set_at=above.decided_at
    )
    assert above.application.number not in text_of(client_for(chief).get(PAGE))
    with pytest.raises(recusal_rules.Recused):
        answer(above, chief)


def test_what_is_undone_or_released_is_not_answered(above, chair, chief):
    decisions.undo(above, by=chair)
    with pytest.raises(NotPossible):
        answer(above, chief)


def test_an_answer_is_never_changed(above, chief):
    answer(above, chief)
    with pytest.raises(DatabaseError), transaction.atomic():
        CeilingAnswer.objects.update(agrees=False)


def notices(topic):
    return {notice.user: notice for notice in Notice.objects.filter(topic=topic)}


def test_both_chiefs_are_told_and_then_the_committee(
    above, chief, chief_bur, chair, secretary, member
):
    deliver()
    to_chiefs = notices("ceiling.exceeded")
    assert set(to_chiefs) == {chief, chief_bur}
    assert to_chiefs[chief].must_act

    answer(above, chief)
    deliver()
    assert set(notices("ceiling.answered")) == {chair, secretary}


VISIBLE = ("Baltorpskolen", "265.001", "To voksne hele dagen.", "5.000.000")
HIDDEN = ("Anna", "Berg", "A.B.", "Hemmelig grund", "Elevens billede")


def test_the_page_tells_of_money_and_reason_and_never_of_the_pupil(above, chief, client_for):
    page = client_for(chief).get(PAGE).content.decode()
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert above.application.number in page
    assert [text for text in VISIBLE if text not in page] == []
    assert [text for text in HIDDEN if text in page] == []


def test_the_chief_answers_on_the_page(above, chief, client_for, post):
    client = client_for(chief)
    url = reverse("visitation:answer_ceiling", args=[above.pk])
    assert "Venter på din godkendelse" in text_of(client.get("/"))

    assert post(client, url, {"answer": "refuse"}).status_code == 422
    assert "har godkendt" not in text_of(client.get(PAGE))

    receipt = post(client, url, {"answer": "agree"})
    assert "Du har godkendt" in text_of(client.get(receipt.url))
    assert "Venter på din godkendelse" not in text_of(client.get("/"))


def test_a_reason_with_a_cpr_number_is_stopped_and_kept_on_the_page(above, chief, client_for, post):
    url = reverse("visitation:answer_ceiling", args=[above.pk])
    typed = {"answer": "refuse", "reason": "Se 230216-4123."}
    response = post(client_for(chief), url, typed)
    assert response.status_code == 422
    assert "Se 230216-4123." in response.content.decode()
    assert not Decision.objects.filter(ceiling_answers__isnull=False).exists()


def test_the_page_takes_as_many_queries_for_two_as_for_one(above, case, chair, chief, client_for):
    client = client_for(chief)
    one = asked(client, PAGE)

    second = pupils(case.application)[1]
    decisions.undo(Decision.objects.provisional().get(pupil_case=second), by=chair)
    terms = wish_terms(ABOVE, deviation="Tungt.")
    decisions.grant(second, terms, grounds="Behov.", by=chair)
    assert asked(client, PAGE) == one <= 12
