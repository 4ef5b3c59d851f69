"""A quarter that both chiefs have signed: as of its own day, and never changed."""

from __future__ import annotations

import io
import uuid
from datetime import date

import pypdf
import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, transaction

from budget.books import actions as books
from budget.figures import actions as figure_actions
from budget.figures import queries as figure_queries
from budget.figures import rules as figure_rules
from budget.models import DayTreatmentFigure, QuarterlyReport, Target
from budget.proposals import actions as proposals
from budget.quarterly import actions, queries, report, rules
from budget.tariff import by_fiscal_year
from skolefleks.danish import kr
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import YEAR
from tests.scenes import beside, kept

QUARTER = rules.Quarter(YEAR, 1)
SECOND_QUARTER = f"{YEAR}-04-20 10:00"
THIRD_QUARTER = f"{YEAR}-08-20 10:00"
PAGE = f"/budget/kvartal/{YEAR}-1/"
TEXTS = {"situation": "Det går godt.", "reasons": "Fordi", "next_steps": "Videre"}


@pytest.fixture
@beside
def commit(pools, schools, chair):
    def commit_at(moment, amount):
        parts = by_fiscal_year(amount, date(YEAR, 1, 1), date(YEAR, 12, 31))
        district = schools["Baltorpskolen"].district
        with time_machine.travel(moment, tick=False):
            books.commit(uuid.uuid4(), parts, district=district, by=chair)

    return commit_at


@pytest.fixture
def write(chief):
    def write_text(version=0, **texts):
        words = {"version": version, "texts": TEXTS | texts, "by": chief}
        return actions.write_quarter(year=YEAR, quarter=1, **words)

    return write_text


@pytest.fixture
def sign(chief, chief_bur):
    def sign_quarter(reason=""):
        proposal = actions.propose_signing(QUARTER, reason=reason, by=chief)
        proposals.approve(proposal, by=chief_bur)
        return proposal.quarterly_report

    return sign_quarter


@pytest.fixture
def signed(commit, write, sign):
    """Version 1, signed in April: 100,000 DKK were committed by the end of March."""
    commit(f"{YEAR}-03-20 10:00", 100_000)
    write()
    with time_machine.travel(SECOND_QUARTER, tick=False):
        return sign()


def text_of(user, **kwargs):
    document = pypdf.PdfReader(io.BytesIO(report.pdf(QUARTER, reader=user, **kwargs)))
    [page] = document.pages
    return " ".join(page.extract_text().split())


def plain(amount):
    return " ".join(kr(amount).split())


# -- as of its own day ---------------------------------------------------------------------
def test_what_is_booked_after_a_quarter_is_not_in_it(commit, chief):
    commit(f"{YEAR}-03-20 10:00", 100_000)
    before = report.content(QUARTER, None)
    commit(SECOND_QUARTER, 77_000)
    assert report.content(QUARTER, None) == before


def enter(line, *, by):
    [change] = figure_queries.changes([line])
    figure_actions.enter([line], fingerprint=figure_rules.fingerprint([change]), by=by)


@pytest.fixture
@kept
def figures(schools):
    call_command("load_figures", verbosity=0)


def test_figures_that_come_later_change_no_quarter_before(figures, chief):
    figure = DayTreatmentFigure.objects.filter(district__isnull=False).latest("year")
    standing = figure_rules.line_of(figure)
    before = report.content(QUARTER, None)
    figures_before = figure_queries.day_treatment(on=QUARTER.last_day)

    with time_machine.travel(THIRD_QUARTER, tick=False):
        enter(standing._replace(pupils=standing.pupils + 3, source="Rettet"), by=chief)
        enter(standing._replace(year=standing.year + 1), by=chief)
    assert report.content(QUARTER, None) == before
    assert figure_queries.day_treatment(on=QUARTER.last_day) == figures_before
    assert figure_queries.day_treatment() != figures_before


def test_a_target_that_is_set_or_dropped_later_changes_no_quarter_before(figures, chief):
    before = report.content(QUARTER, None)
    with time_machine.travel(THIRD_QUARTER, tick=False):
        first = Target.objects.order_by("year").first()
        figure_actions.drop_target(first, by=chief)
        level = {"level_of": 2019, "source": "Ny", "by": chief}
        figure_actions.set_target(year=YEAR, replaces=None, **level)
    assert report.content(QUARTER, None) == before


# -- signed ----------------------------------------------------------------------------------
def test_a_signed_quarter_never_changes(signed, write, chief):
    before = text_of(chief)
    assert plain(100_000) in before
    write(1, situation="Noget helt andet.")
    assert text_of(chief) == before
    assert "Version 1, godkendt af Clara Centerchef (C-SIK) og" in before
    with pytest.raises(DatabaseError), transaction.atomic():
        QuarterlyReport.objects.update(content={})


def test_not_even_what_is_reckoned_otherwise_later_changes_it(signed, chief, monkeypatch):
    before = text_of(chief)
    monkeypatch.setattr(report, "content", lambda *_: pytest.fail("reckoned again"))
    assert text_of(chief) == before


def test_a_correction_is_a_new_version_that_says_so(signed, write, sign, chief):
    write(1, situation="Det gik skævt.")
    with time_machine.travel(THIRD_QUARTER, tick=False):
        sign(reason="Teksten manglede en skole.")
    text = text_of(chief)
    assert "Det gik skævt." in text
    assert "Ændret fra version 1: Teksten manglede en skole." in text
    assert "Det går godt." in text_of(chief, version=1)


def test_a_new_version_says_why(signed, chief):
    with time_machine.travel(THIRD_QUARTER, tick=False), pytest.raises(Refusal, match="hvorfor"):
        actions.propose_signing(QUARTER, reason="", by=chief)


def test_it_is_signed_after_its_last_day_with_words_and_once(commit, write, chief):
    commit(f"{YEAR}-03-20 10:00", 100_000)
    propose = {"reason": "", "by": chief}
    with time_machine.travel(f"{YEAR}-03-31 10:00", tick=False), pytest.raises(NotPossible):
        actions.propose_signing(QUARTER, **propose)
    with time_machine.travel(SECOND_QUARTER, tick=False):
        with pytest.raises(Refusal, match="Skriv teksten til kvartalet først"):
            actions.propose_signing(QUARTER, **propose)
        write()
        actions.propose_signing(QUARTER, **propose)
        with pytest.raises(NotPossible, match="allerede en version"):
            actions.propose_signing(QUARTER, **propose)


def test_what_both_sign_is_what_was_proposed(commit, write, chief, chief_bur):
    commit(f"{YEAR}-03-20 10:00", 100_000)
    write()
    with time_machine.travel(SECOND_QUARTER, tick=False):
        proposal = actions.propose_signing(QUARTER, reason="", by=chief)
        write(1, situation="Skrevet bagefter.")
        proposals.approve(proposal, by=chief_bur)
    assert "Skrevet bagefter." not in text_of(chief)


def test_the_group_reads_no_words_before_both_have_signed(commit, write, sign, follower):
    commit(f"{YEAR}-03-20 10:00", 100_000)
    write()
    draft = text_of(follower)
    assert "Det går godt." not in draft
    assert "Udkast" in draft
    with time_machine.travel(SECOND_QUARTER, tick=False):
        sign()
    assert "Det går godt." in text_of(follower)


# -- the pages -------------------------------------------------------------------------------
def test_the_text_is_written_with_the_figures_beside_it(signed, client_for, chief):
    page = client_for(chief).get(PAGE)
    assert kr(100_000) in page.text
    assert "Version 1 er godkendt og ændres ikke." in page.text
    assert "Godkendt, version 1" in client_for(chief).get("/budget/kvartal/").text


def test_one_chief_signs_on_the_page_and_the_other_on_the_proposal(
    commit, write, client_for, post, chief, chief_bur
):
    commit(f"{YEAR}-03-20 10:00", 100_000)
    write()
    answer = post(client_for(chief), f"{PAGE}godkend/", {})
    page = client_for(chief_bur).get(answer["Location"])
    assert "Det går godt." in page.text
    post(client_for(chief_bur), f"{answer['Location']}godkend/", {})
    assert [each.version for each in queries.reports_of(QUARTER).signed()] == [1]


def test_only_a_version_that_was_signed_can_be_fetched(signed, client_for, chief):
    client = client_for(chief)
    assert client.get(f"{PAGE}pdf/?version=1").status_code == 200
    for wrong in ("2", "0", "x"):
        assert client.get(f"{PAGE}pdf/?version={wrong}").status_code == 404
