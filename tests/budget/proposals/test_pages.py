"""The proposals' pages: from one chief to the other, in figures before and after."""

from __future__ import annotations

from django.urls import reverse

from budget.models import Posting, Proposal, Standing
from skolefleks.danish import kr
from skolefleks.models import Membership
from tests.conftest import NEXT, YEAR


def allocation(source, direction):
    """The terms of 100,000 DKK into or out of next year, as they are typed."""
    return {"year": NEXT, "source": source.pk, "direction": direction, "amount": "100.000"}


def test_a_proposal_goes_from_one_chief_to_the_other(
    pools, sources, chief, chief_bur, client_for, post
):
    data = {**allocation(sources[0], "in"), "reason": "Flere elever."}
    answer = post(client_for(chief), reverse("budget:propose_allocation"), data)
    assert "Forslaget er sendt" in client_for(chief).get(answer.url).text

    other = client_for(chief_bur)
    [row] = other.get(reverse("budget:proposals")).context["for_me"]
    assert row[0].get_absolute_url() == answer.url
    assert post(other, f"{answer.url}godkend/").status_code == 302
    assert Standing.objects.free([NEXT])[NEXT] == 5_100_000


def test_what_waits_stands_on_the_start_page_of_who_can_answer(
    proposed, chief, chief_bur, client_for
):
    assert client_for(chief_bur).get("/").context["proposals"] == 1
    assert client_for(chief).get("/").context["proposals"] == 0


def test_turning_down_asks_for_a_reason(proposed, chief_bur, client_for, post):
    url = f"{proposed.get_absolute_url()}afvis/"
    client = client_for(chief_bur)
    assert post(client, url).status_code == 422
    assert post(client, url, {"reason": "Nej tak."}).status_code == 302


def test_a_transfer_that_does_not_reach_says_so_in_figures(pools, sources, chief, client_for, post):
    data = {
        "from_year": YEAR,
        "from_source": sources[0].pk,
        "to_year": NEXT,
        "to_source": sources[0].pk,
        "amount": "3.000.000",
        "reason": "x",
    }
    answer = post(client_for(chief), reverse("budget:propose_transfer"), data)
    assert answer.status_code == 422
    assert "har kun 2.500.000" in answer.text


def test_before_and_after_follow_what_is_typed(pools, sources, chief, client_for):
    url = reverse("budget:propose_allocation")
    typed = allocation(sources[0], "out")
    part = client_for(chief).get(url, typed, headers={"HX-Request": "true"})
    whole = part.context["changes"][0]
    assert (whole.allocated, whole.allocated_after) == (5_000_000, 4_900_000)
    assert whole.free_after == 4_900_000


def test_opening_starts_from_the_start_figures(pools, sources, chief, client_for, post):
    client = client_for(chief)
    url = reverse("budget:propose_opening")
    initial = client.get(url).context["form"].initial
    assert set(initial.values()) == {2_500_000}
    answer = post(client, url, {**initial, "reason": "Nyt år."})
    assert Proposal.objects.get(pk=answer.url.split("/")[-2]).lines.count() == 2


def test_a_correction_is_shown_both_ways(commitment, chief, chief_bur, client_for, post):
    posting = Posting.objects.get(reference=commitment)
    client = client_for(chief)
    answer = post(client, reverse("budget:posting", args=[posting.pk]), {"reason": "Fejl."})
    post(client_for(chief_bur), f"{answer.url}godkend/")
    page = client.get("/budget/posteringer/", {"art": "forbrug"}).text
    assert f"Rettet med nr. {posting.reversed_by.pk}" in page
    assert f"Retter nr. {posting.pk}" in page


def test_the_case_is_a_link_for_those_who_see_cases(commitment, chief, client_for):
    assert "/sager/SF-2026-0001/" not in client_for(chief).get("/budget/posteringer/").text
    Membership.objects.create(user=chief, role="committee_member")
    assert "/sager/SF-2026-0001/" in client_for(chief).get("/budget/posteringer/").text


def test_every_figure_of_a_pool_leads_to_its_lines(commitment, sources, chief, client_for):
    client = client_for(chief)
    page = client.get("/budget/", {"aar": NEXT}).text
    for query in ("tal=tildelt", "tal=disponeret", "tal=udbetalt", "tal=fri", "tal=brugt"):
        assert f'href="/budget/posteringer/?{query}&amp;aar={NEXT}' in page
    of_frame = client.get("/budget/posteringer/", {"aar": NEXT, "ramme": sources[0].pk})
    assert [line.amount for line in of_frame.context["lines"]] == [kr(2_500_000)]
