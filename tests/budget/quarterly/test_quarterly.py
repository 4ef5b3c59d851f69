"""The quarterly follow-up: one accessible page with the quarter's own figures and the chiefs' words, each version kept."""

from __future__ import annotations

import io
import uuid
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pypdf
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, transaction

from budget.books import actions as books
from budget.books import queries as books_queries
from budget.models import QuarterlyText
from budget.models.figures import TEXT_OF_A_QUARTER
from budget.quarterly import actions as quarterly
from budget.quarterly import charts as quarterly_charts
from budget.quarterly import queries, rules
from budget.quarterly.report import pdf
from budget.tariff import by_fiscal_year
from skolefleks import charts
from skolefleks.danish import kr, today
from skolefleks.models import AccessEntry, AuditEntry
from skolefleks.refusals import Overtaken
from tests.conftest import YEAR

NOW = rules.latest_quarters()[0]


TEXTS = {"situation": "Godt, æøå #let x *y* $z$ @q", "reasons": "Fordi", "next_steps": "Videre"}


PAGE = f"/budget/kvartal/{NOW.year}-{NOW.number}/"


@pytest.fixture
def committed(pools, schools, chair):
    parts = by_fiscal_year(200_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)


def write(version=0, *, by, **texts):
    return quarterly.write_quarter(
        year=NOW.year, quarter=NOW.number, version=version, texts=TEXTS | texts, by=by
    )


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def test_the_page_is_one_tagged_titled_and_danish(committed, chief):
    call_command("load_figures", verbosity=0)
    write(by=chief, **dict.fromkeys(TEXTS, "ord " * (TEXT_OF_A_QUARTER // 4)))
    document = read(pdf(NOW, reader=chief))
    root = document.trailer["/Root"]
    assert len(document.pages) == 1
    assert (document.metadata.title, root["/Lang"]) == (f"Kvartalsopfølgning: {NOW.name}", "da-DK")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    says = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1<" in says
    assert "<pdfaid:part>2<" in says


def kinds(node, found):
    """The tags of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    for one in node if isinstance(node, list) else [node]:
        tag = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(tag, dict):
            found.append((tag.get("/S"), tag.get("/Alt")))
            kinds(tag.get("/K", []), found)
    return found


def pictures(user):
    """What the page's pictures say to a screen reader."""
    found = kinds(read(pdf(NOW, reader=user)).trailer["/Root"]["/StructTreeRoot"], [])
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= {kind for kind, _ in found}
    return [alt for kind, alt in found if kind == "/Figure"]


def test_it_has_headings_tables_and_three_pictures_in_words(committed, chief):
    call_command("load_figures", verbosity=0)
    pool, places, day_treatment = pictures(chief)
    assert pool.startswith(f"Søjle: Puljen {YEAR}: Udbetalt 0")
    assert "Disponeret 200.000" in pool.replace("\N{NO-BREAK SPACE}", " ")
    assert "forventet 5-6 i hvert. Baltorpskolen 1, Hedegårdsskolen 0" in places
    assert day_treatment.startswith(
        "Søjlediagram: Helårspersoner i dagbehandling i alt, 2014 til 2020."
    )


def test_the_pictures_are_told_apart_without_colour(committed, chief):
    """What is drawn differs in brightness, and says what it is in words."""
    brightness = [
        sum(int(fill[at : at + 2], 16) for at in (1, 3, 5)) for fill, _ in charts.TONES.values()
    ]
    assert all(after - before > 120 for before, after in pairwise(brightness))
    [pool] = books_queries.pools([YEAR])
    assert "Fri 96 %" in quarterly_charts.pool_picture(pool)
    assert "forventet 5-6" in quarterly_charts.places_picture(pool, (5, 6))


def test_small_districts_are_in_no_picture(committed, follower):
    assert not [said for said in pictures(follower) if "Baltorpskolen" in said]


def test_an_empty_pool_and_no_words_are_said(schools, chief):
    text = text_of(chief)
    assert "Der er ingen penge i puljen endnu." in text
    assert "Der er endnu ikke skrevet noget til kvartalet." in text


def text_of(user, quarter=NOW):
    return " ".join(read(pdf(quarter, reader=user)).pages[0].extract_text().split())


def test_its_figures_are_the_books_own_and_words_are_words(committed, chief):
    write(by=chief)
    text = text_of(chief)
    [pool] = books_queries.pools([YEAR])
    for amount in (pool.allocated, pool.committed, pool.free):
        assert " ".join(kr(amount).split()) in text
    assert "#let x *y* $z$ @q" in text
    assert "Clara Centerchef" in text


def test_a_quarter_s_figures_are_those_of_its_last_day(pools, schools, chair, chief):
    then = datetime(YEAR, 3, 31, 23, 30, tzinfo=ZoneInfo("Europe/Copenhagen"))
    parts = by_fiscal_year(100_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    for at in (then, then + timedelta(hours=1)):
        with time_machine.travel(at, tick=False):
            books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)
    assert books_queries.pools([YEAR], date(YEAR, 3, 31))[0].committed == 100_000
    assert books_queries.pools([YEAR], date(YEAR, 6, 30))[0].committed == 200_000


def test_today_s_figures_are_the_dashboard_s(committed, chief):
    [pool], then = books_queries.pools([YEAR]), books_queries.pools([YEAR], today())[0]
    assert (then.total, list(then.districts)) == (pool.total, list(pool.districts))
    assert [frame.amount for frame in then.frames] == [frame.amount for frame in pool.frames]


def test_the_implementation_group_s_page_hides_small_districts(committed, follower, chief):
    assert "Baltorpskolen" in text_of(chief)
    hidden = text_of(follower)
    assert "Baltorpskolen" not in hidden
    assert "1-4" in hidden


# -- the chiefs' words --------------------------------------------------------------------------------------------------
def test_every_version_is_kept_and_none_can_be_changed(chief, chief_bur):
    write(by=chief)
    write(1, by=chief_bur, reasons="Derfor")
    assert (queries.latest_text(NOW).reasons, QuarterlyText.objects.count()) == ("Derfor", 2)
    assert AuditEntry.objects.filter(verb="write_quarter").latest("id").payload == {
        "version": 2,
        "fields": ["reasons"],
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        QuarterlyText.objects.update(reasons="Noget andet")


def test_who_was_overtaken_sees_both_texts_and_loses_neither(chief, chief_bur, client_for, post):
    write(by=chief_bur, reasons="Den andens ord")
    page = post(client_for(chief), PAGE, {**TEXTS, "reasons": "Mine ord", "version": "0"})
    assert page.status_code == 422
    assert "Den andens ord" in page.text
    assert "Mine ord" in page.text
    assert (
        post(client_for(chief), PAGE, {**TEXTS, "reasons": "Mine ord", "version": "1"}).status_code
        == 302
    )
    with pytest.raises(Overtaken):
        write(1, by=chief)


def test_too_long_a_text_is_refused(chief, client_for, post):
    sent = {**TEXTS, "reasons": "x" * (TEXT_OF_A_QUARTER + 1), "version": "0"}
    assert post(client_for(chief), PAGE, sent).status_code == 422


def test_only_chiefs_write_and_the_others_read(
    committed, client_for, member, follower, leader, chief
):
    for user in (member, follower):
        assert client_for(user).get("/budget/kvartal/").status_code == 200
        assert client_for(user).get(PAGE).status_code == 403
        with pytest.raises(PermissionDenied):
            write(by=user)
    assert client_for(leader).get(PAGE + "pdf/").status_code == 403
    assert client_for(chief).get(PAGE).status_code == 200


def test_the_pdf_is_a_file_and_a_line_in_the_access_log(committed, client_for, chief):
    answer = client_for(chief).get(PAGE + "pdf/")
    assert answer.content.startswith(b"%PDF")
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="kvartalsopfoelgning-{NOW.year}-{NOW.number}.pdf"'
    )
    assert AccessEntry.objects.get().subject == f"kvartal {NOW.year}-{NOW.number}"


@pytest.mark.parametrize("wrong", ["2026-5", "2026-0", "1999-1", f"{YEAR + 1}-1"])
def test_a_quarter_that_has_not_begun_is_not_found(pools, client_for, chief, wrong):
    for url in (f"/budget/kvartal/{wrong}/", f"/budget/kvartal/{wrong}/pdf/"):
        assert client_for(chief).get(url).status_code == 404


def test_quarters_follow_each_other():
    assert rules.Quarter(2026, 4).next == rules.Quarter(2027, 1)
    assert (rules.Quarter(2026, 1).first_day, rules.Quarter(2026, 1).last_day) == (
        date(2026, 1, 1),
        date(2026, 3, 31),
    )
    assert rules.Quarter(2024, 4).last_day == date(2024, 12, 31)
