"""The evaluation of a year in a real browser: written by the chair, signed by both chiefs, frozen,
and its paper opened by one of the implementation group.
"""

from __future__ import annotations

from datetime import date

import pypdf
import pytest
from django.core.management import call_command

from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from tests.conftest import YEAR
from tests.deciding import deliver
from tests.visitation.evaluation.caseload import Caseload
from visitation.evaluation.rules import Period, Span
from visitation.models import Evaluation, EvaluationVersion

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

THIS_YEAR = Period(Span.FISCAL, YEAR)

WORDS = "De fleste elever er blevet i deres klasse, og opfølgningerne skal holdes til tiden."


@pytest.fixture
def people(live_server, schools, leader, pools, chair, chief, chief_bur, follower, client_for):
    """Chair, both chiefs, and a follower with a phone, each at a screen; some efforts."""
    call_command("load_figures", verbosity=0)
    Caseload(schools, by=leader).make(12, first=date(YEAR, 2, 1), days=600)
    with chromium() as browser:
        visitors = []
        for user in (chair, chief, chief_bur, follower):
            screen = {"screen": PHONE} if user == follower else {}
            visiting = Visitor(browser, live_server.url, **screen)
            cookie = client_for(user).cookies["skolefleks"].value
            visiting.context.add_cookies(
                [{"name": "skolefleks", "value": cookie, "url": live_server.url}]
            )
            visitors.append(visiting)
        yield visitors


def open_year(visitor: Visitor) -> None:
    visitor.go("/evaluering/")
    visitor.follow(THIS_YEAR.name)


def the_committee_writes(chair: Visitor) -> None:
    """What is typed is saved by itself, and by the button."""
    open_year(chair)
    chair.follow("Skriv din vurdering")
    chair.write(committee_text="De fleste")
    chair.page.get_by_text("Gemt").first.wait_for()
    assert Evaluation.objects.get().committee_text == "De fleste"
    chair.write(committee_text=WORDS)
    chair.press("Gem")
    assert WORDS in chair.text


def a_chief_writes_and_signs(chief: Visitor, field: str, words: str) -> None:
    open_year(chief)
    chief.follow("Skriv din vurdering")
    chief.write(**{field: words})
    chief.press("Gem")
    chief.press("Underskriv")


def the_second_chief_signs(chief: Visitor) -> None:
    open_year(chief)
    assert "låst, som de stod ved den første underskrift" in chief.text
    assert chief.page.get_by_role("link", name="Skriv din vurdering").count() == 0
    chief.press("Underskriv")
    assert "låst" in chief.text


def the_paper_is_opened(follower: Visitor) -> None:
    """On a phone, without small counts, in at most eight pages."""
    follower.go("/evaluering/")
    follower.follow("Version 1")
    assert WORDS in follower.text
    assert "Små tal vises ikke" in follower.text
    with follower.page.expect_download() as download:
        follower.page.get_by_role("link", name="Hent PDF").click()
    document = pypdf.PdfReader(download.value.path())
    assert len(document.pages) <= 8
    assert document.metadata.title == f"Evaluering af SkoleFleks: {THIS_YEAR.name}"
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    assert WORDS in text


def leadership_looks_from_a_figure_to_an_effort_and_back(chair: Visitor) -> None:
    chair.go("/indsatser/overblik/")
    chair.page.locator(".sf-figure", has_text="Mål uden udgangspunkt").get_by_role("link").click()
    chair.page.wait_for_url("**/indsatser/?hvad=udgangspunkt")
    chair.look()
    with chair.page.expect_navigation():
        chair.page.locator("tbody a").first.click()
    chair.look()
    chair.page.go_back()
    chair.page.go_back()
    assert "Opfølgning på indsatserne" in chair.text


def test_an_evaluation_from_the_first_word_to_the_paper(people):
    chair, sik, bur, follower = people
    the_committee_writes(chair)
    a_chief_writes_and_signs(sik, "text", "Rammen er holdt.")
    assert not EvaluationVersion.objects.exists()
    the_second_chief_signs(bur)
    # The worker, which no test starts.
    deliver()
    the_paper_is_opened(follower)
    leadership_looks_from_a_figure_to_an_effort_and_back(chair)
