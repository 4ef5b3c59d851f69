"""The committee's pages: find the case, read it, decide it, release it; and what the school sees of that, and when."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import budget.actions
from applications import actions as applying
from applications.models import Application
from budget.models import Standing
from skolefleks.models import AccessEntry, AuditEntry
from tests.conftest import AFTER, NEXT, YEAR, fill, many, terms
from visitation import actions
from visitation.models import Decision, Grant

QUEUE = "/visitation/"
NBSP = "\N{NO-BREAK SPACE}"
YES = {
    "outcome": "granted",
    "tariff": "215.000",
    "starts_on": f"01.01.{NEXT}",
    "ends_on": f"31.07.{AFTER}",
    "conditions": "Opfølgning i marts.",
    "grounds": "Behovet er stort.",
}
NO = {"outcome": "rejected", "grounds": "Skolen har selv midlerne."}


def text(answer):
    """What stands on the page, without its tags, in one line."""
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace(NBSP, " ")


def numbers(answer):
    return [row.number for row in answer.context["page"].rows]


@pytest.fixture
def committee(client_for, chair):
    return client_for(chair)


@pytest.fixture
def school(client_for, leader):
    return client_for(leader)


@pytest.fixture
def url(case):
    return reverse("decide", args=[case.application.number, case.pk])


@pytest.fixture
def cases(schools, leader, other_leader):
    """Three of Baltorpskolen, oldest first, two of Hedegårdsskolen, each asking for more than the one before."""
    home = {"school": schools["Baltorpskolen"], "by": leader}
    away = {"school": schools["Hedegårdsskolen"], "by": other_leader}
    made = [*many(3, **home), *many(2, **away, first=5004)]
    for at, case in enumerate(made):
        values = {"requested": 100_000 * (at + 1), "filled": at, "expected": 4, "initials": [f"{'ABCDE'[at]}.F."]}
        moment = timezone.now() - timedelta(days=10 - at)
        Application.objects.filter(pk=case.application_id).update(**values, submitted_at=moment)
    return [case.application.number for case in made]


# -- the queue --------------------------------------------------------------------------------------------------------


def test_the_queue_shows_who_has_waited_longest_first(cases, committee):
    answer = committee.get(QUEUE)
    assert numbers(answer) == cases
    for shown in ("Baltorpskolen", "A.F.", "4. kl.", "100.000 kr.", "0 af 4", "10 dage", "Hos udvalget"):
        assert shown in text(answer)


def test_the_queue_shows_no_name_and_no_number_of_a_pupil(case, committee):
    answer = committee.get(QUEUE, {"vis": "alle"})
    assert "A.B." in text(answer)
    for secret in ("Anna", "Berg", case.pupil.cpr, case.pupil.cpr[:6]):
        assert secret not in answer.content.decode()


@pytest.mark.parametrize(
    ("filters", "found"),
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
def test_the_queue_is_filtered_by_what_stands_in_the_address(filters, found, cases, committee):
    assert numbers(committee.get(QUEUE, filters)) == [cases[at] for at in found]


def test_the_queue_is_filtered_by_school(cases, schools, committee):
    assert numbers(committee.get(QUEUE, {"skole": schools["Hedegårdsskolen"].pk})) == cases[3:]


def test_filters_are_kept_on_the_form_and_on_the_way_to_the_next_page(schools, leader, committee):
    many(30, school=schools["Baltorpskolen"], by=leader)
    answer = committee.get(QUEUE, {"formaal": "return", "vis": "alle"})
    assert '<option value="return" selected>' in answer.content.decode()
    following = committee.get(QUEUE + answer.context["page"].next)
    assert following.context["tab"] == "alle"
    assert "formaal=return" in following.context["page"].previous
    assert len(numbers(answer)) + len(numbers(following)) == 30


NONSENSE = ["x", "-1", "9" * 30, "²", "\x00", "æøå", "' OR 1=1", "SF-", "SF-\x00", "<b>", "%", "_", "1e5", "٣", "x" * 5_000]


@pytest.mark.parametrize("name", ["vis", "skole", "formaal", "fyldt", "orden", "q", "efter", "foer", "ukendt"])
def test_nonsense_in_the_address_is_no_error(name, cases, committee):
    for value in NONSENSE:
        assert (value, committee.get(QUEUE, {name: value}).status_code) == (value, 200)


def test_an_empty_queue_says_so_and_an_empty_search_offers_the_way_back(chair, committee):
    assert "Ingen sager her" in text(committee.get(QUEUE))
    assert "Fjern filtrene" in text(committee.get(QUEUE, {"q": "5001"}))


def test_drafts_are_not_the_committees(draft, leader, schools, committee):
    applying.withdraw(draft, reason="", by=leader)
    applying.start(school=schools["Baltorpskolen"], by=leader)
    assert numbers(committee.get(QUEUE, {"vis": "alle"})) == []


def test_the_tabs_follow_the_case(released, submitted, committee, leader, schools, chair):
    second = fill(applying.start(school=schools["Baltorpskolen"], by=leader), "Eva Fog", by=leader)
    applying.submit(second, by=leader)
    actions.send_back(second, note="Mere.", by=chair)
    tabs = {vis: numbers(committee.get(QUEUE, {"vis": vis})) for vis in ("", "venter", "afgjort")}
    assert tabs == {"": [], "venter": [second.number], "afgjort": [submitted.number]}


def test_a_decided_case_that_waits_for_release_is_marked(granted, committee):
    assert "Afgjort, ikke frigivet 1 af 2" in text(committee.get(QUEUE))


def test_a_search_is_logged_without_what_was_sought(cases, committee, chair):
    committee.get(QUEUE, {"q": "A.F."})
    assert list(AccessEntry.objects.values_list("user_id", "kind", "subject")) == [(chair.pk, "search", "")]


# -- the case ---------------------------------------------------------------------------------------------------------

SECRET = ["Hemmelig", "215.000", "Bevilget", "En elev er bevilget", "En elev har fået afslag", "Frida Formand", "Fortryd"]


@pytest.fixture
def provisional(case, submitted, pools, chair):
    """Both pupils decided, nothing released."""
    actions.grant(case, terms(), grounds="Hemmelig begrundelse.", by=chair)
    actions.reject(submitted.pupil_cases.all()[1], grounds="Hemmeligt afslag.", by=chair)
    return submitted


def test_the_committee_sees_its_provisional_decisions(provisional, committee):
    shown = text(committee.get(provisional.get_absolute_url()))
    for known in (*SECRET, "Ikke frigivet: skolen ser det ikke endnu", "Frigiv afgørelserne"):
        assert known in shown


@pytest.mark.parametrize("who", ["leader", "staff", "adviser"])
def test_nobody_else_sees_anything_of_a_provisional_decision(who, provisional, leader, adviser, client_for, request):
    applying.invite(provisional, adviser=adviser, by=leader)
    client = client_for(request.getfixturevalue(who))
    pages = [provisional.get_absolute_url(), "/"]
    if who != "adviser":
        pages += ["/ansoegninger/?fane=alle", f"/ansoegninger/?q={provisional.number}", f"/ansoegninger/{provisional.number}/kvittering/"]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert not [secret for secret in (*SECRET, "Afslag") if secret in text(answer)]


def test_the_school_sees_the_decisions_once_they_are_released(provisional, chair, school):
    actions.release(provisional, by=chair)
    shown = text(school.get(provisional.get_absolute_url()))
    for known in ("Hemmelig begrundelse.", "Hemmeligt afslag.", "Bevilget", "Afslag", "215.000 kr. om året", "Afgjort"):
        assert known in shown
    assert "Afgørelserne er frigivet til skolen" in shown
    assert "En elev er bevilget" not in shown


def test_an_undone_decision_is_never_told_to_the_school(provisional, chair, school):
    decision = Decision.objects.get(outcome="granted")
    actions.undo(decision, by=chair)
    actions.reject(decision.pupil_case, grounds="Nej.", by=chair)
    actions.release(provisional, by=chair)
    shown = text(school.get(provisional.get_absolute_url()))
    assert "fortrudt" not in shown
    assert "Hemmelig begrundelse." not in shown
    assert "Nej." in shown


def test_reading_a_case_is_logged(case, url, committee, school, chair, leader):
    school.get(case.application.get_absolute_url())
    committee.get(case.application.get_absolute_url())
    committee.get(url)
    logged = list(AccessEntry.objects.order_by("id").values_list("user_id", "kind", "subject"))
    number = case.application.number
    assert logged == [(leader.pk, "view", number), (chair.pk, "view", number), (chair.pk, "view", number)]


def test_without_its_line_in_the_log_no_page_is_shown(case, url, committee, post, monkeypatch):
    def fail(**_):
        raise DatabaseError

    monkeypatch.setattr(AccessEntry.objects, "create", fail)
    committee.raise_request_exception = False
    reveal = reverse("reveal_cpr", args=[case.application.number, case.pk])
    for answer in (committee.get(case.application.get_absolute_url()), committee.get(url), post(committee, reveal)):
        assert answer.status_code == 500
        assert "Anna" not in answer.content.decode()


def test_somebody_elses_page_is_not_logged_as_seen(case, client_for, other_leader):
    client_for(other_leader).get(case.application.get_absolute_url())
    assert not AccessEntry.objects.exists()


# -- the CPR number ---------------------------------------------------------------------------------------------------


def test_the_cpr_number_is_masked_until_one_asks_and_asking_is_logged(case, committee, chair, post):
    cpr, page = case.pupil.cpr, committee.get(case.application.get_absolute_url())
    assert f"{cpr[:6]}-xxxx" in text(page)
    assert cpr[6:] not in text(page)
    answer = post(committee, reverse("reveal_cpr", args=[case.application.number, case.pk]))
    assert f"{cpr[:6]}-{cpr[6:]}" in text(answer)
    assert AccessEntry.objects.filter(kind="reveal", user_id=chair.pk, subject=case.application.number).count() == 1


def test_a_page_with_a_childs_data_is_not_kept_by_the_browser(case, url, committee, post):
    reveal = reverse("reveal_cpr", args=[case.application.number, case.pk])
    for answer in (committee.get(case.application.get_absolute_url()), committee.get(url), post(committee, reveal)):
        assert "no-store" in answer["Cache-Control"]


# -- deciding ---------------------------------------------------------------------------------------------------------


def test_a_grant_takes_the_money_and_says_what_it_costs(url, case, pools, committee, post):
    answer = committee.get(post(committee, url, YES).url)
    granted = Grant.objects.get()
    assert (granted.tariff, granted.conditions, granted.decision.grounds) == (215_000, YES["conditions"], YES["grounds"])
    assert f"A.B. er bevilget 215.000 kr. om året; perioden koster {granted.cost:,} kr.".replace(",", ".") in text(answer)
    assert Standing.objects.free([NEXT])[NEXT] == 5_000_000 - granted.by_fiscal_year()[NEXT].amount


def test_a_rejection_needs_grounds_and_no_terms(url, committee, post):
    assert post(committee, url, NO | {"grounds": " "}).status_code == 422
    assert not Decision.objects.exists()
    assert post(committee, url, NO | {"tariff": ""}).status_code == 302
    assert Decision.objects.get().outcome == "rejected"


def test_the_page_opens_with_what_the_school_asks_for_and_what_it_would_leave(url, pools, committee):
    shown = text(committee.get(url))
    assert "Skolen søger om 200.000 kr. om året" in shown
    assert re.search(rf"{NEXT} 5.000.000 kr. 116.164 kr. 4.883.836 kr.", shown)


def test_the_figures_follow_what_is_typed(url, pools, committee):
    effect = url.replace("afgoerelse", "virkning")
    typed = {"tariff": "100.000", "starts_on": f"01.01.{NEXT}", "ends_on": f"31.12.{NEXT}"}
    row = [cost[2:] for cost in committee.get(effect, typed).context["effect"]]
    assert row == [(100_000, 5_000_000, 4_900_000)]


@pytest.mark.parametrize("name", ["tariff", "starts_on", "ends_on"])
def test_the_figures_wait_while_what_is_typed_makes_no_sense(name, url, pools, committee):
    effect = url.replace("afgoerelse", "virkning")
    for value in (*NONSENSE, "31.12.9999", "01.01.0001", "", "200.00"):
        answer = committee.get(effect, {"tariff": "1", "starts_on": "01.01.2027", "ends_on": "01.02.2027"} | {name: value})
        assert (value, answer.status_code, answer.context["effect"]) == (value, 200, [])


def test_an_overdrawn_pool_says_no_with_the_figures_and_keeps_what_was_typed(url, pools, chief, sources, committee, post):
    for source in sources:
        budget.actions.allocate(year=AFTER, source=source, amount=-2_450_000, by=chief)
    answer = post(committee, url, YES)
    assert answer.status_code == 422
    assert f"Puljen rækker ikke: i {AFTER} er 100.000 kr. fri, og det koster 125.123 kr." in text(answer)
    assert all(typed in answer.content.decode() for typed in YES.values())
    assert not Decision.objects.exists()


def test_a_period_past_the_open_pools_is_refused_at_its_field(url, pools, committee, post):
    answer = post(committee, url, YES | {"ends_on": f"31.07.{AFTER + 1}"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["ends_on"]
    assert f"ingen pulje for {AFTER + 1}" in text(answer)


BAD = {
    "outcome": ["", "x", "released", "GRANTED", "\x00"],
    "tariff": ["", "-1", "0", "1e9", "200.00", "æ", "1.000.001", "9" * 30, "\x00", "٢٠٠"],
    "starts_on": ["", "31.02.2027", "i morgen", "æ", f"01.08.{AFTER}", "01.01.0001", "\x00", "99999999999"],
    "ends_on": ["", f"01.01.{NEXT}", f"31.12.{YEAR}", "31.12.9999", f"01.01.{NEXT + 5}", "x", "9" * 9_000],
    "grounds": ["", "   ", "\x00", "x" * 6_001, "æ" * 2_000_000],
    "conditions": ["x" * 6_001, "\x00"],
}


@pytest.mark.parametrize("name", BAD)
def test_nonsense_is_told_at_its_field_and_loses_nothing_typed(name, url, pools, committee, post):
    lines = AuditEntry.objects.count()
    for value in BAD[name]:
        typed = YES | {name: value}
        answer = post(committee, url, typed)
        form = answer.context["form"]
        assert (value, answer.status_code) == (value, 422)
        assert name in form.errors or list(form.errors) == ["ends_on"]
        assert {field: form[field].value() for field in YES} == typed
    assert (AuditEntry.objects.count(), Decision.objects.exists()) == (lines, False)


def test_a_body_beyond_all_measure_is_refused(url, pools, committee, post):
    assert post(committee, url, YES | {"grounds": "x" * 6_000_000}).status_code == 400
    assert not Decision.objects.exists()


@pytest.mark.parametrize("extra", [{"status": "released"}, {"decided_by": "1"}, {"released_at": "2026-01-01"}, {"pupil": "x"}])
def test_what_the_form_has_no_field_for_has_no_effect(extra, url, pools, committee, post):
    post(committee, url, YES | extra)
    decision = Decision.objects.get()
    assert (decision.status, decision.released_at, decision.decided_by.name) == ("provisional", None, "Frida Formand")


def test_markup_typed_is_shown_as_it_was_typed(url, case, pools, committee, post):
    post(committee, url, YES | {"grounds": "<script>alert(1)</script>", "conditions": "<b>fed</b>"})
    page = committee.get(case.application.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>fed" not in page


def test_a_pupil_decided_meanwhile_is_told_and_nothing_typed_is_lost(url, granted, committee, post):
    answer = post(committee, url, YES | {"grounds": "Min egen tekst."})
    assert answer.status_code == 422
    assert "allerede afgjort" in text(answer)
    assert "Min egen tekst." in text(answer)
    assert committee.get(url).url == granted.decision.application.get_absolute_url()


# -- undoing, releasing, asking back ----------------------------------------------------------------------------------


def test_an_undone_decision_frees_its_money_and_its_pupil(url, granted, committee, post):
    answer = post(committee, url.replace("afgoerelse", "fortryd"))
    assert "fortrudt, og pengene er fri igen" in text(committee.get(answer.url))
    assert Standing.objects.free([NEXT, AFTER]) == {NEXT: 5_000_000, AFTER: 5_000_000}
    assert committee.get(url).status_code == 200


def test_release_tells_how_many_and_closes_the_case(provisional, committee, post):
    answer = post(committee, reverse("release", args=[provisional.number]))
    assert "2 afgørelser er frigivet" in text(committee.get(answer.url))
    provisional.refresh_from_db()
    assert provisional.status == "closed"


def test_release_with_a_pupil_undecided_says_what_is_missing(granted, submitted, committee, post):
    answer = post(committee, reverse("release", args=[submitted.number]))
    assert "mangler en afgørelse for mindst én elev" in text(committee.get(answer.url))
    assert not Decision.objects.filter(status="released").exists()


def test_a_case_sent_back_shows_the_school_what_is_asked(submitted, committee, school, post):
    url = reverse("send_back", args=[submitted.number])
    assert post(committee, url, {"note": " "}).status_code == 422
    assert post(committee, url, {"note": "Hvad siger PPR?"}).status_code == 302
    shown = text(school.get(submitted.get_absolute_url()))
    assert "Udvalget beder om oplysninger" in shown
    assert "Hvad siger PPR?" in shown
    assert submitted.number in text(school.get("/"))


def test_a_decided_case_is_not_sent_back_and_the_note_is_kept(granted, submitted, committee, post):
    answer = post(committee, reverse("send_back", args=[submitted.number]), {"note": "Min note."})
    assert answer.status_code == 422
    assert "Min note." in text(answer)


@pytest.mark.parametrize("status", ["sent_back", "withdrawn", "closed"])
def test_a_case_the_committee_does_not_have_is_not_decided(status, url, case, pools, committee, post):
    Application.objects.filter(pk=case.application_id).update(status=status)
    assert post(committee, url, YES).status_code == 422
    assert not Decision.objects.exists()
    assert "Afgør A.B." not in text(committee.get(case.application.get_absolute_url()))


def test_a_case_withdrawn_while_provisionally_decided_can_have_its_money_freed(provisional, leader, committee, post):
    applying.withdraw(provisional, reason="Flyttet.", by=leader)
    page = committee.get(provisional.get_absolute_url()).content.decode()
    [undo] = {reverse("undo", args=[provisional.number, d.pupil_case_id]) for d in Decision.objects.filter(outcome="granted")}
    assert undo in page
    post(committee, undo)
    assert Standing.objects.free([NEXT, AFTER]) == {NEXT: 5_000_000, AFTER: 5_000_000}


# -- how much a page asks ---------------------------------------------------------------------------------------------


def asked(client, url):
    """How many queries the page takes once one is signed in."""
    client.get("/healthz")
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(queries)


def test_the_queue_takes_as_many_queries_with_300_cases_as_with_10(schools, leader, committee):
    home = {"school": schools["Baltorpskolen"], "by": leader}
    many(10, **home)
    few = [asked(committee, url) for url in (QUEUE, f"{QUEUE}?q=50", f"{QUEUE}?vis=alle&orden=beloeb")]
    many(290, **home, first=6001)
    assert [asked(committee, url) for url in (QUEUE, f"{QUEUE}?q=50", f"{QUEUE}?vis=alle&orden=beloeb")] == few
    assert max(few) <= 12


@pytest.mark.parametrize("who", ["chair", "leader"])
def test_the_case_page_takes_as_many_queries_with_300_cases_as_with_10(who, provisional, schools, leader, client_for, request):
    client, url = client_for(request.getfixturevalue(who)), provisional.get_absolute_url()
    few = asked(client, url)
    many(290, school=schools["Baltorpskolen"], by=leader)
    assert asked(client, url) == few <= 12


def test_the_case_page_takes_as_many_queries_with_eight_pupils_as_with_one(schools, leader, committee):
    counts = []
    for names in (["Anna Berg"], [f"Elev Nummer {n}" for n in "abcdefgh"]):
        application = fill(applying.start(school=schools["Baltorpskolen"], by=leader), *names, by=leader)
        applying.submit(application, by=leader)
        counts.append(asked(committee, application.get_absolute_url()))
    assert counts[0] == counts[1] <= 12


def test_the_decision_page_is_within_its_ceiling(url, pools, committee):
    assert asked(committee, url) <= 12


@pytest.mark.parametrize("who", ["leader", "chair", "two_roles", "chief", "admin"])
def test_the_start_page_takes_as_many_queries_with_30_cases_as_with_1(who, schools, leader, client_for, request):
    client, home = client_for(request.getfixturevalue(who)), {"school": schools["Hedegårdsskolen"], "by": leader}
    many(1, **home, status="sent_back")
    few = asked(client, "/")
    many(29, **home, first=6001, status="sent_back")
    assert asked(client, "/") == few <= 12


def test_the_access_log_takes_as_many_queries_with_30_rows_as_with_1(admin, leader, client_for):
    client = client_for(admin)
    AccessEntry.objects.create(user_id=leader.pk, kind="view", subject="SF-2026-0001")
    few = asked(client, "/konto/adgangslog/")
    AccessEntry.objects.bulk_create(AccessEntry(user_id=leader.pk, kind="view", subject="x") for _ in range(29))
    assert asked(client, "/konto/adgangslog/") == few <= 12


@pytest.mark.parametrize("name", ["sag", "efter", "foer"])
def test_nonsense_in_the_access_logs_address_is_no_error(name, admin, client_for):
    client = client_for(admin)
    for value in NONSENSE:
        assert (value, client.get("/konto/adgangslog/", {name: value}).status_code) == (value, 200)


def test_a_case_number_nobody_gave_is_404(committee, post):
    for number in ("%00", "SF-%00", "x" * 3_000, "%F0%9F%92%A9", "..%2f..", "SF-2026-0001%0A", "%FF"):
        assert (number, committee.get(f"/sager/{number}/").status_code) == (number, 404)
        assert (number, post(committee, f"/sager/{number}/frigiv/").status_code) == (number, 404)
