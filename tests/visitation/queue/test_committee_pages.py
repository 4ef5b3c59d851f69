"""The queue and the case: how they are read and logged, and what the school sees, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AccessEntry
from tests.conftest import YEAR, many, text_of
from tests.filling import fill
from tests.nonsense import NONSENSE
from tests.scenes import harmless, kept
from visitation.cases import actions as case_actions
from visitation.decisions import actions as decisions
from visitation.models import Decision
from visitation.releases import actions as releases

QUEUE = "/visitation/"


def numbers(answer):
    return [row.number for row in answer.context["page"].rows]


@pytest.fixture
@harmless
def url(case):
    return reverse("decide", args=[case.application.number, case.pk])


@pytest.fixture
@kept
def cases(schools, leader, other_leader):
    """Three of Baltorpskolen and two of Hedegårdsskolen, oldest first.

    Each applies for more than the one before.
    """
    home = {"school": schools["Baltorpskolen"], "by": leader}
    away = {"school": schools["Hedegårdsskolen"], "by": other_leader}
    pupil_cases = [*many(3, **home), *many(2, **away, first=5004)]
    for at, case in enumerate(pupil_cases):
        values = {
            "requested": 100_000 * (at + 1),
            "filled": at,
            "expected": 4,
            "initials": [f"{'ABCDE'[at]}.F."],
        }
        moment = timezone.now() - timedelta(days=10 - at)
        Application.objects.filter(pk=case.application_id).update(**values, submitted_at=moment)
    return [case.application.number for case in pupil_cases]


# -- the queue -------------------------------------------------------------------------
def test_the_queue_shows_who_has_waited_longest_first(cases, committee):
    answer = committee.get(QUEUE)
    assert numbers(answer) == cases
    for text in (
        "Baltorpskolen",
        "A.F.",
        "4. kl.",
        "100.000 kr.",
        "0 af 4",
        "10 dage",
        "Hos udvalget",
    ):
        assert text in text_of(answer)


def test_the_queue_shows_no_name_and_no_number_of_a_pupil(case, committee):
    answer = committee.get(QUEUE, {"vis": "alle"})
    assert "A.B." in text_of(answer)
    for secret in ("Anna", "Berg", case.pupil.cpr, case.pupil.cpr[:6]):
        assert secret not in answer.content.decode()


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        ({"fyldt": "alt"}, [4]),
        ({"fyldt": "mangler"}, [0, 1, 2, 3]),
        ({"formaal": "return"}, [0, 1, 2, 3, 4]),
        ({"formaal": "retention"}, []),
        ({"orden": "beloeb"}, [4, 3, 2, 1, 0]),
        ({"q": "b.f."}, [1]),
        ({"q": " B.F. "}, [1]),
        ({"q": f"SF-{YEAR}-5003"}, [2]),
        ({"q": f"sf-{YEAR}-500"}, [0, 1, 2, 3, 4]),
        ({"q": "5003"}, [2]),
        ({"q": f"{YEAR}-5003"}, [2]),
        ({"q": "ingen"}, []),
        ({"vis": "afgjort"}, []),
        ({"vis": "alle", "q": "5001"}, [0]),
    ],
)
def test_the_queue_is_filtered_by_what_stands_in_the_address(filters, places, cases, committee):
    assert numbers(committee.get(QUEUE, filters)) == [cases[at] for at in places]


def test_the_queue_is_filtered_by_school(cases, schools, committee):
    assert numbers(committee.get(QUEUE, {"skole": schools["Hedegårdsskolen"].pk})) == cases[3:]


def test_the_folded_filters_are_fetched_when_they_are_unfolded(cases, schools, committee):
    page = committee.get(QUEUE, {"vis": "alle"})
    assert 'name="skole"' not in page.content.decode()

    url = page.context["more_url"]
    whole = committee.get(url)
    assert numbers(whole) == numbers(page)
    part = committee.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Hedegårdsskolen" in part
    assert part.strip() in whole.content.decode()
    assert "<html" not in part


def test_a_filter_that_is_set_stands_beside_the_search_and_is_not_fetched(cases, committee):
    page = committee.get(QUEUE, {"vis": "alle", "formaal": "return"})
    assert page.content.decode().count('name="formaal"') == 1
    assert 'name="skole"' not in page.content.decode()

    url = page.context["more_url"]
    part = committee.get(url, headers={"HX-Request": "true"}).content.decode()
    assert 'name="formaal"' not in part
    assert 'name="skole"' in part
    whole = committee.get(url).content.decode()
    assert (whole.count('name="formaal"'), whole.count('name="skole"')) == (1, 1)


def test_filters_are_kept_on_the_form_and_on_the_way_to_the_next_page(schools, leader, committee):
    many(30, school=schools["Baltorpskolen"], by=leader)
    answer = committee.get(QUEUE, {"formaal": "return", "vis": "alle"})
    assert '<option value="return" selected>' in answer.content.decode()
    following = committee.get(QUEUE + answer.context["page"].next)
    assert following.context["tab"] == "alle"
    assert "formaal=return" in following.context["page"].previous
    assert len(numbers(answer)) + len(numbers(following)) == 30


@pytest.mark.parametrize(
    "name", ["vis", "skole", "formaal", "fyldt", "orden", "q", "efter", "foer", "flere", "ukendt"]
)
def test_nonsense_in_the_address_is_no_error(name, cases, committee):
    for value in NONSENSE:
        assert (value, committee.get(QUEUE, {name: value}).status_code) == (value, 200)


def test_an_empty_queue_says_so_and_an_empty_search_offers_the_way_back(chair, committee):
    assert "Ingen sager her" in text_of(committee.get(QUEUE))
    assert "Fjern filtrene" in text_of(committee.get(QUEUE, {"q": "5001"}))


def test_drafts_are_not_the_committees(draft, leader, schools, committee):
    submission.withdraw(draft, reason="", by=leader)
    writing.start(school=schools["Baltorpskolen"], by=leader)
    assert numbers(committee.get(QUEUE, {"vis": "alle"})) == []


def test_the_tabs_follow_the_case(released, submitted, committee, leader, schools, chair):
    second = fill(writing.start(school=schools["Baltorpskolen"], by=leader), "Eva Fog", by=leader)
    submission.submit(second, by=leader)
    case_actions.send_back(second, note="Mere.", by=chair)
    tabs = {vis: numbers(committee.get(QUEUE, {"vis": vis})) for vis in ("", "venter", "afgjort")}
    assert tabs == {"": [], "venter": [second.number], "afgjort": [submitted.number]}


def test_a_decided_case_that_waits_for_release_is_marked(granted, committee):
    assert "Afgjort, ikke frigivet 1 af 2" in text_of(committee.get(QUEUE))


def test_a_search_is_logged_without_what_was_sought(cases, committee, chair):
    committee.get(QUEUE, {"q": "A.F."})
    assert list(AccessEntry.objects.values_list("user_id", "kind", "subject")) == [
        (chair.pk, "search", "")
    ]


# -- the case --------------------------------------------------------------------------
SECRET = [
    "Hemmelig",
    "215.000",
    "Bevilget",
    "En bevilling er besluttet",
    "Et afslag er besluttet",
    "Frida Formand",
    "Fortryd",
]


def whole_case(client, application):
    """What the case page says, and what it fetches once it stands."""
    page = application.get_absolute_url()
    return text_of(client.get(page)) + text_of(client.get(f"{page}gang/"))


def test_the_committee_sees_its_provisional_decisions(provisional, committee):
    text = whole_case(committee, provisional)
    for words in (*SECRET, "Ikke frigivet: skolen ser det ikke endnu", "Frigiv afgørelserne"):
        assert words in text


@pytest.mark.parametrize("who", ["leader", "staff", "adviser"])
def test_nobody_else_sees_anything_of_a_provisional_decision(
    who, provisional, leader, adviser, client_for, request
):
    writing.invite(provisional, adviser=adviser, by=leader)
    client = client_for(request.getfixturevalue(who))
    pages = [provisional.get_absolute_url(), f"{provisional.get_absolute_url()}gang/", "/"]
    if who != "adviser":
        own, number = "/ansoegninger/", provisional.number
        pages += [f"{own}?fane=alle", f"{own}?q={number}", f"{own}{number}/kvittering/"]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        # The list's column has that name whatever stands in it.
        text = text_of(answer).replace("Bevilget pr. år", "")
        assert not [secret for secret in (*SECRET, "Afslag") if secret in text]


def test_the_school_sees_the_decisions_once_they_are_released(provisional, chair, school):
    releases.release(provisional, by=chair)
    text = whole_case(school, provisional)
    for words in (
        "Hemmelig begrundelse.",
        "Hemmeligt afslag.",
        "Bevilget",
        "Afslag",
        "215.000 kr. pr. år",
        "Bevilget og afslag",
    ):
        assert words in text
    assert "Afgørelserne er frigivet til skolen" in text
    assert "En elev er bevilget" not in text


def test_an_undone_decision_is_never_told_to_the_school(provisional, chair, school):
    decision = Decision.objects.get(outcome="granted")
    decisions.undo(decision, by=chair)
    decisions.reject(decision.pupil_case, grounds="Nej.", by=chair)
    releases.release(provisional, by=chair)
    text = whole_case(school, provisional)
    assert "fortrudt" not in text
    assert "Hemmelig begrundelse." not in text
    assert "Nej." in text


def test_reading_a_case_is_logged(case, url, committee, school, chair, leader):
    school.get(case.application.get_absolute_url())
    committee.get(case.application.get_absolute_url())
    committee.get(url)
    logged = list(AccessEntry.objects.order_by("id").values_list("user_id", "kind", "subject"))
    number = case.application.number
    assert logged == [
        (leader.pk, "view", number),
        (chair.pk, "view", number),
        (chair.pk, "view", number),
    ]


def test_without_its_line_in_the_log_no_page_is_shown(case, url, committee, post, monkeypatch):
    def fail(**_):
        raise DatabaseError

    monkeypatch.setattr(AccessEntry.objects, "create", fail)
    committee.raise_request_exception = False
    reveal = reverse("reveal_cpr", args=[case.application.number, case.pk])
    for answer in (
        committee.get(case.application.get_absolute_url()),
        committee.get(url),
        post(committee, reveal),
    ):
        assert answer.status_code == 500
        assert "Anna" not in answer.content.decode()


def test_somebody_elses_page_is_not_logged_as_seen(case, client_for, other_leader):
    client_for(other_leader).get(case.application.get_absolute_url())
    assert not AccessEntry.objects.exists()


# -- the CPR number --------------------------------------------------------------------
def test_the_cpr_number_is_masked_until_one_asks_and_asking_is_logged(case, committee, chair, post):
    cpr, page = case.pupil.cpr, committee.get(case.application.get_absolute_url())
    assert f"{cpr[:6]}-xxxx" in text_of(page)
    assert cpr[6:] not in text_of(page)
    answer = post(committee, reverse("reveal_cpr", args=[case.application.number, case.pk]))
    assert f"{cpr[:6]}-{cpr[6:]}" in text_of(answer)
    assert (
        AccessEntry.objects.filter(
            kind="reveal", user_id=chair.pk, subject=case.application.number
        ).count()
        == 1
    )


def test_a_page_with_a_childs_data_is_not_kept_by_the_browser(case, url, committee, post):
    reveal = reverse("reveal_cpr", args=[case.application.number, case.pk])
    for answer in (
        committee.get(case.application.get_absolute_url()),
        committee.get(url),
        post(committee, reveal),
    ):
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["sag", "efter", "foer"])
def test_nonsense_in_the_access_logs_address_is_no_error(name, admin, client_for):
    client = client_for(admin)
    for value in NONSENSE:
        assert (value, client.get("/konto/adgangslog/", {name: value}).status_code) == (value, 200)


def test_a_case_number_nobody_gave_is_404(committee, post):
    for number in (
        "%00",
        "SF-%00",
        "x" * 3_000,
        "%F0%9F%92%A9",
        "..%2f..",
        "SF-2026-0001%0A",
        "%FF",
    ):
        assert (number, committee.get(f"/sager/{number}/").status_code) == (number, 404)
        assert (number, post(committee, f"/sager/{number}/frigiv/").status_code) == (number, 404)
