"""From any figure one click leads to the postings that add up to it, now and as the books stood."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from budget.books import actions as books
from budget.books import queries as books_queries
from budget.books import rules as books_rules
from budget.books.proof import as_it_stood
from budget.models import Posting
from budget.payments import actions as payments
from budget.payments import settling
from budget.tariff import by_fiscal_year, days_in
from skolefleks.danish import kr
from skolefleks.models import AccessEntry, Membership, Role
from tests.conftest import NEXT, YEAR, text_of
from tests.scenes import kept

BUDGET, POSTINGS = "/budget/", "/budget/posteringer/"
LINK = re.compile(r'<a href="(/budget/posteringer/\?tal=[^"]+)">\s*([^<]+?)\s*</a>')


pytestmark = pytest.mark.long


def links(page):
    """(address, what it says) of every figure that leads to its postings."""
    return [(unescape(url), unescape(text)) for url, text in LINK.findall(page.text)]


def amount(rows, *kinds):
    return sum(row.amount for row in rows if row.kind in kinds)


def frames(rows, year, source):
    """(what the frame put in, its part of what is used), from the postings of the year."""
    put_in = Counter()
    for row in Posting.objects.filter(pool=year, kind="allocation").order_by("source_id"):
        put_in[row.source_id] += row.amount

    used = amount(rows, "commitment", "release")
    shares = books_rules.shared(used, list(put_in.values()))
    parts = dict(zip(put_in, shares, strict=True))
    return put_in[source], parts[source]


def reckoned(url, rows):
    """What the listed postings add up to, with pen and paper."""
    query = dict(pair.split("=") for pair in url.split("?")[1].split("&"))
    figure = query["tal"]
    year = int(query["aar"])
    if "ramme" in query and figure != "tildelt":
        put_in, used = frames(rows, year, int(query["ramme"]))
        return kr({"brugt": used, "fri": put_in - used}[figure])

    if figure == "elever":
        return str(sum(row.places for row in rows))
    days = sum(row.days for row in rows)
    spent = amount(rows, "commitment", "release")
    if figure == "helaarselever":
        return f"{days / days_in(year):.1f}".replace(".", ",")
    if figure == "gennemsnit":
        return kr((2 * spent * days_in(year) + days) // (2 * days))
    return kr(money(figure, rows))


def money(figure, rows):
    allocated = amount(rows, "allocation")
    spent = amount(rows, "commitment", "release")
    paid = amount(rows, "payment")
    return {
        "tildelt": allocated,
        "disponeret": spent - paid,
        "udbetalt": paid,
        "brugt": spent,
        "fri": allocated - spent,
    }[figure]


def followed(client, page):
    """Every figure of `page` with the page behind it.

    (address, what it says, what the page behind says, what the postings there add up to)
    """
    figures = []
    for url, text in links(page):
        behind = client.get(url)
        rows = list(behind.context["posting_filter"].rows())
        value = behind.context["figure"]["value"]
        figures.append((url, text, value, reckoned(url, rows)))
    return figures


def test_each_figures_postings_add_up_to_it_over_500_grants(five_hundred_grants, client_for, chief):
    client = client_for(chief)
    for year in (YEAR, NEXT):
        figures = followed(client, client.get(BUDGET, {"aar": year}))
        for url, text, value, by_hand in figures:
            assert text == value == by_hand, url
        # Two pools: free, allocated, committed, paid, three of each frame; four of each district
        # and of them all.
        assert len(figures) == 2 * (4 + 3 * 2) + 4 * 6


# Of the whole pool or of a district; a frame's part moves with the others.
IS_MONEY = re.compile(r"tal=(tildelt|disponeret|brugt|fri)(?!.*ramme)")


def test_a_posting_that_is_left_out_would_be_noticed(fifty_grants, client_for, chief):
    client = client_for(chief)
    of_money = [(url, text) for url, text in links(client.get(BUDGET)) if IS_MONEY.search(url)]
    for url, text in of_money:
        rows = list(client.get(url).context["posting_filter"].rows())
        heaviest = max(rows, key=lambda row: abs(row.amount))
        assert reckoned(url, [row for row in rows if row != heaviest]) != text
    assert len(of_money) >= 12


@pytest.fixture
@kept
def commitment(pools, schools, chair):
    """200,000 DKK of this year committed in Baltorp's district."""
    reference = uuid.uuid4()
    parts = by_fiscal_year(200_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    district = schools["Baltorpskolen"].district
    books.commit(reference, parts, district=district, by=chair, text=f"SF-{YEAR}-0001")
    return reference


def test_the_sum_stands_at_the_foot_and_each_line_says_what_it_counts(
    commitment, client_for, chief, schools
):
    district = schools["Baltorpskolen"].district
    books.pay(commitment, year=YEAR, amount=40_000, district=district, by=chief)
    query = {"tal": "disponeret", "aar": YEAR, "distrikt": district.pk}
    text = text_of(client_for(chief).get(POSTINGS, query))
    assert "Tæller" in text
    assert "−40.000 kr." in text
    assert "Disponeret, alle 2 posteringer 160.000 kr." in text


@pytest.mark.parametrize(
    "wrong", ["tal=gave", "tal=gennemsnit", "tal=helaarselever", "forslag=x", "aar=1999&tal=fri"]
)
def test_a_figure_that_does_not_exist_is_not_found(wrong, pools, client_for, chief):
    assert client_for(chief).get(f"{POSTINGS}?{wrong}").status_code == 404


def test_who_may_not_see_postings_is_shown_figures_without_links(
    commitment, client_for, chair, follower
):
    for user in (chair, follower):
        assert links(client_for(user).get(BUDGET)) == []
        assert client_for(user).get(POSTINGS, {"tal": "fri", "aar": YEAR}).status_code == 403


def test_a_posting_leads_to_its_case_only_for_who_may_read_it(
    commitment, client_for, chief, chief_bur
):
    Membership.objects.create(user=chief_bur, role=Role.COMMITTEE_MEMBER, centre="C-BUR")
    address = f'href="/sager/SF-{YEAR}-0001/"'
    line = Posting.objects.get(reference=commitment)
    for url in (f"{POSTINGS}?tal=brugt&aar={YEAR}", f"{POSTINGS}{line.pk}/"):
        assert address not in client_for(chief).get(url).text
        assert address in client_for(chief_bur).get(url).text


def test_a_payment_leads_to_its_run(released, chief, chief_bur, client_for):
    with time_machine.travel(f"{NEXT}-04-01T08:00:00Z", tick=False):
        run = payments.propose(until=date(NEXT, 3, 31), by=chief)
        payments.approve(run, by=chief_bur)
        payments.export(run, by=chief)
        payments.mark_paid(run, on=date(NEXT, 4, 1), by=chief)
        settling.settle(run)
    line = Posting.objects.get(kind="payment")
    assert f'href="{run.get_absolute_url()}"' in client_for(chief).get(f"{POSTINGS}{line.pk}/").text


# -- the books as they stood ----------------------------------------------------------------------
@pytest.fixture
def story(commitment, sources, schools, chief):
    """Since then: a million more after three days, a payment after six; the days in between."""
    start = timezone.now()
    district = schools["Baltorpskolen"].district
    with time_machine.travel(start + timedelta(days=3)):
        books.allocate(year=YEAR, source=sources[0], amount=1_000_000, by=chief)
    with time_machine.travel(start + timedelta(days=6)):
        books.pay(commitment, year=YEAR, amount=40_000, district=district, by=chief)
    with time_machine.travel(start + timedelta(days=9)):
        yield [timezone.localdate() - timedelta(days=ago) for ago in (8, 5, 2)]


def pool_of(page):
    pool = page.context["pools"][0][0]
    return pool.allocated, pool.committed, pool.paid, pool.free


def test_the_dashboard_shows_the_pool_as_it_stood_on_any_day(story, client_for, chief):
    client = client_for(chief)
    pools = [pool_of(client.get(BUDGET, {"aar": YEAR, "den": day.isoformat()})) for day in story]
    assert pools == [
        (5_000_000, 200_000, 0, 4_800_000),
        (6_000_000, 200_000, 0, 5_800_000),
        (6_000_000, 160_000, 40_000, 5_800_000),
    ]


def test_a_look_back_has_the_proofs_own_figures_to_the_krone(story):
    for day in story:
        [pool] = books_queries.pools([YEAR], day)
        [proof] = [standing for standing in as_it_stood(day) if standing.year == YEAR]
        assert (pool.committed, pool.paid) == (proof.committed, proof.paid)
        assert pool.free == proof.free
        for frame, of_proof in zip(pool.frames, proof.frames, strict=True):
            assert (frame.amount, frame.used) == (of_proof.allocated, of_proof.used)


def test_today_looked_back_to_is_today(story, fifty_grants):
    years = books_queries.pool_years()
    assert books_queries.pools(years, timezone.localdate()) == books_queries.pools(years)


def test_a_look_back_says_so_leads_back_and_keeps_its_day(story, client_for, chief):
    page = client_for(chief).get(BUDGET, {"aar": YEAR, "den": story[0].isoformat()})
    assert "Du ser tilbage" in text_of(page)
    assert f'href="?aar={YEAR}"' in page.text
    assert f'href="?aar={NEXT}&amp;den={story[0]}"' in page.text
    assert all(f"den={story[0]}" in url for url, _ in links(page))
    # Day treatment has no figures of single days.
    assert reverse("budget:day_treatment") not in page.text


def test_the_figures_of_a_look_back_lead_to_the_postings_there_were(story, client_for, chief):
    client = client_for(chief)
    figures = followed(client, client.get(BUDGET, {"aar": YEAR, "den": story[1].isoformat()}))
    assert len(figures) > 20
    for url, text, value, _ in figures:
        assert text == value, url


def test_before_the_first_posting_there_was_nothing(story, client_for, chief):
    page = client_for(chief).get(BUDGET, {"aar": YEAR, "den": f"01.01.{YEAR - 1}"})
    assert "Der var ingen pulje den dag" in text_of(page)


@pytest.mark.parametrize("day", ["i går", "31.02.2026", f"01.01.{NEXT + 5}", "²"])
def test_a_day_that_cannot_be_looked_back_to_is_said_so_and_stays(day, pools, client_for, chief):
    for url in (BUDGET, POSTINGS):
        page = client_for(chief).get(url, {"den": day})
        assert page.status_code == 422
        assert f'value="{day}"' in page.text


def test_the_implementation_group_may_not_look_back(story, client_for, follower):
    """Two days beside each other would tell of the one pupil granted between them."""
    client = client_for(follower)
    for url in (BUDGET, f"{BUDGET}regneark/"):
        assert client.get(url, {"den": story[0].isoformat()}).status_code == 404
    assert 'name="den"' not in client.get(BUDGET).text


def test_the_spreadsheet_of_a_look_back_names_its_day(story, client_for, chief):
    query = {"aar": YEAR, "den": story[0].isoformat()}
    answer = client_for(chief).get(f"{BUDGET}regneark/", query)
    name = f"oekonomi-{YEAR}-den-{story[0]}"
    assert answer["Content-Disposition"].endswith(f'{name}.xlsx"')
    assert AccessEntry.objects.latest("id").subject == name


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_looking_back_and_behind_takes_as_many_queries_with_600_postings_as_with_few(
    commitment, client_for, chief, schools, chair
):
    client = client_for(chief)
    today = timezone.localdate()
    urls = (
        f"{BUDGET}?den={today}",
        f"{POSTINGS}?tal=fri&aar={YEAR}&den={today}",
        f"{POSTINGS}?tal=gennemsnit&aar={YEAR}",
    )
    client.get(BUDGET)
    few = [queries_of(client, url) for url in urls]
    parts = by_fiscal_year(2_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    district = schools["Skovlunde Skole"].district
    for _ in range(600):
        books.commit(uuid.uuid4(), parts, district=district, by=chair)
    assert [queries_of(client, url) for url in urls] == few
    assert max(few) <= 12
