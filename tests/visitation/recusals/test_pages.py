"""Habilitet in the browser: declared before the case is opened, set and lifted by the chair.

And what a tab says that was open before.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from applications.models import Invitation, Recusal
from skolefleks.models import AccessEntry, User
from skolefleks.notices.mail import tell
from tests.conftest import text_of
from tests.house.test_ceilings import asked
from tests.scenes import beside
from visitation.decisions import actions as decisions
from visitation.models import Decision, Reading
from visitation.recusals import actions as recusals

WHY = "Er gift med en lærer på skolen."


@pytest.fixture
@beside
def url(submitted):
    return reverse("impartiality", args=[submitted.number])


@pytest.fixture
def ordinary(client_for, member):
    """A member's browser."""
    return client_for(member)


# -- oneself ---------------------------------------------------------------------------
def test_the_page_shows_what_the_list_shows_and_nothing_more_of_the_case(
    url, case, submitted, ordinary
):
    page = ordinary.get(url)
    for text in (
        submitted.number,
        "Baltorpskolen",
        "A.B., B.C.",
        "4. kl.",
        "forvaltningslovens §§ 3 og 6",
    ):
        assert text in text_of(page)
    for secret in ("Anna", "Berg", "Opdigtet", "Elevens billede", case.pupil.cpr[:6], "200.000"):
        assert secret not in page.content.decode()


def test_looking_at_it_is_written_down_and_is_not_opening_the_case(url, ordinary):
    ordinary.get(url)
    assert AccessEntry.objects.count() == 1
    assert not Reading.objects.exists()


def test_who_presses_the_button_lands_on_a_queue_without_the_case(url, submitted, ordinary, post):
    answer = post(ordinary, url, {"kind": "other", "text": "Min niece går i klassen."})
    assert answer.url == "/visitation/"
    queue = ordinary.get(answer.url)
    assert f"Du er meldt inhabil i {submitted.number}. Sagen er nu lukket for dig." in text_of(
        queue
    )
    assert queue.context["page"].rows == []
    assert (
        Recusal.objects.get().reason
        == "Jeg er knyttet til sagen på en anden måde. Min niece går i klassen."
    )


@pytest.mark.parametrize(
    "typed", [{"kind": "x"}, {"kind": "\x00"}, {"text": "x" * 6_001}, {"text": "Om 230216-4123"}]
)
def test_nonsense_is_told_at_its_field_and_declares_nothing(typed, url, ordinary, post):
    answer = post(ordinary, url, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(typed))
    assert not Recusal.objects.exists()


@pytest.mark.parametrize("who", ["leader", "adviser", "chief", "follower", "admin"])
def test_nobody_else_has_such_a_page(who, url, client_for, request):
    assert client_for(request.getfixturevalue(who)).get(url).status_code == 403


# -- others ----------------------------------------------------------------------------
def test_a_member_does_not_see_who_is_out_and_the_chair_does_with_the_reason(
    url, submitted, two_roles, chief, member, chair, ordinary, committee
):
    Invitation.objects.create(application=submitted, user=two_roles, invited_by=chair)
    recusals.set_recusal(submitted, chief, reason=WHY, by=chair)
    text, hidden = text_of(committee.get(url)), text_of(ordinary.get(url))
    for words in (
        "Tove Tohat",
        "Fundet af SkoleFleks",
        "Er rådgiver i sagen",
        "Clara Centerchef",
        WHY,
        "Frida Formand",
    ):
        assert words in text
        assert words not in hidden


@pytest.mark.parametrize("how", ["set", "out"])
def test_the_chair_closes_the_case_to_another_and_gets_a_receipt(
    how, url, submitted, member, ordinary, committee, post
):
    typed = {"person": member.pk, "how": how, "reason": WHY}
    answer = post(committee, reverse("recuse", args=[submitted.number]), typed)
    assert "Mads Medlem" in text_of(committee.get(answer.url))
    assert ordinary.get("/visitation/").context["page"].rows == []


def test_the_committee_can_settle_that_somebody_is_in(
    url, submitted, member, ordinary, committee, post
):
    recusals.declare(submitted, by=member)
    typed = {"person": member.pk, "how": "in", "reason": "For længe siden."}
    answer = post(committee, reverse("recuse", args=[submitted.number]), typed)
    assert "Mads Medlem er ikke inhabil" in text_of(committee.get(answer.url))
    assert ordinary.get(submitted.get_absolute_url()).status_code == 200


def test_what_is_typed_wrong_stays_on_the_page(submitted, chair, leader, committee, post):
    url = reverse("recuse", args=[submitted.number])
    for typed in (
        {"person": chair.pk},
        {"person": leader.pk},
        {"person": "x"},
        {"how": "y"},
        {"reason": " "},
    ):
        answer = post(committee, url, {"person": "", "how": "set", "reason": WHY} | typed)
        assert (typed, answer.status_code) == (typed, 422)
    assert WHY in post(committee, url, {"reason": WHY}).content.decode()
    assert not Recusal.objects.exists()


def test_lifting_asks_for_a_reason_and_opens_the_case(
    submitted, member, chair, ordinary, committee, post
):
    recusal = recusals.set_recusal(submitted, member, reason=WHY, by=chair)
    url = reverse("lift_recusal", args=[submitted.number, recusal.pk])
    assert WHY in text_of(committee.get(url))
    assert post(committee, url, {"reason": " "}).status_code == 422
    answer = committee.get(post(committee, url, {"reason": "En fejl."}).url)
    assert "Mads Medlem er ikke længere inhabil" in text_of(answer)
    assert ordinary.get(submitted.get_absolute_url()).status_code == 200
    assert committee.get(url).status_code == 404


@pytest.mark.parametrize("name", ["impartiality", "recuse"])
def test_the_pages_take_as_many_queries_with_many_as_with_one(
    name, submitted, chair, person, committee
):
    url = reverse(name, args=[submitted.number])
    few = asked(committee, url)
    for number in range(8):
        recusals.set_recusal(
            submitted, person(f"Medlem {number}", "committee_member"), reason=WHY, by=chair
        )
    assert asked(committee, url) == few <= 12


# -- tabs that were open before --------------------------------------------------------
ADDRESSES = (
    "case",
    "events",
    "earlier_cases",
    "changes",
    "send_back",
    "release",
    "decide",
    "undo",
    "impartiality",
    "recuse",
    "hearing",
)


def closed(client, name, args, post, typed):
    """What an open tab is told when it sends `typed`, or asks for its page again."""
    if name not in {"decide", "undo"}:
        args = args[:1]
    url = reverse(name, args=args)
    answers = [client.get(url), post(client, url, typed)]
    return [answer for answer in answers if answer.status_code != 405]


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_tab_that_was_open_is_told_so_and_does_nothing(
    name, case, pools, chair, secretary, committee, post
):
    number = case.application.number
    recusals.set_recusal(case.application, chair, reason=WHY, by=secretary)
    decision = {"outcome": "rejected", "grounds": "Til min egen."}
    typed = {**decision, "note": "Mere.", "person": chair.pk, "reason": "x"}
    answers = closed(committee, name, [number, case.pk], post, typed)
    assert answers
    for answer in answers:
        assert answer.status_code == 404
        assert "Du er inhabil i sagen, og den er lukket for dig." in text_of(answer)
        assert not re.search(f"{number}|Anna|A\\.B\\.|{WHY}", answer.content.decode())
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["leader", "other_leader", "adviser"])
def test_nobody_else_is_told_that_a_case_is_there(who, submitted, client_for, request):
    client = client_for(request.getfixturevalue(who))
    answer = client.get(reverse("case", args=["SF-2026-9999"]))
    assert "Vi kan ikke finde siden" in text_of(answer)
    foreign = client.get(submitted.get_absolute_url())
    assert foreign.status_code == 200 or "Vi kan ikke finde siden" in text_of(foreign)


def test_set_between_opening_the_form_and_the_act_the_page_shows_nothing_of_the_case(
    case, pools, chair, secretary, committee, post, monkeypatch
):
    url = reverse("decide", args=[case.application.number, case.pk])
    reject = decisions.reject

    def in_the_same_moment(pupil, **how):
        recusals.set_recusal(
            pupil.application, User.objects.get(pk=chair.pk), reason=WHY, by=secretary
        )
        return reject(pupil, **how)

    monkeypatch.setattr(decisions, "reject", in_the_same_moment)
    answer = post(committee, url, {"outcome": "rejected", "grounds": "Nej."})
    assert answer.status_code == 404
    assert "Anna" not in answer.content.decode()
    assert not Decision.objects.exists()


def test_ones_notices_of_the_case_and_their_count_are_gone(submitted, member, chair, ordinary):
    tell([member], number=submitted.number, path=submitted.get_absolute_url())
    assert submitted.number in text_of(ordinary.get("/konto/beskeder/"))
    recusals.set_recusal(submitted, member, reason=WHY, by=chair)
    assert submitted.number not in ordinary.get("/konto/beskeder/").content.decode()


# -- what the administrator sees -------------------------------------------------------
def test_the_administrator_sees_who_saw_the_case_and_nothing_of_what_is_in_it(
    submitted, chair, committee, admin, client_for
):
    committee.get(submitted.get_absolute_url())
    client = client_for(admin)
    log = text_of(client.get("/konto/adgangslog/", {"sag": submitted.number}))
    assert "Frida Formand" in log
    assert submitted.number in log
    assert not re.search("Anna|A\\.B\\.|Opdigtet", log)
    for name in ("case", "impartiality", "classification", "summary"):
        assert client.get(reverse(name, args=[submitted.number])).status_code == 403
