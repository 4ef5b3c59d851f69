"""The quarterly follow-up: one accessible page with the quarter's figures and the chiefs' words."""

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
from budget.quarterly import actions, charts, queries, rules
from budget.quarterly.report import pdf
from budget.tariff import by_fiscal_year
from skolefleks.charts import TONES
from skolefleks.danish import kr, today
from skolefleks.models import AccessEntry, AuditEntry
from skolefleks.refusals import Overtaken
from tests.conftest import YEAR
from tests.scenes import kept

NOW = rules.latest_quarters()[0]
PAGE = f"/budget/kvartal/{NOW.year}-{NOW.number}/"
TEXTS = {"situation": "Godt, æøå #let x *y* $z$ @q", "reasons": "Fordi", "next_steps": "Videre"}


@pytest.fixture
@kept
def committed(pools, schools, chair):
    """One pupil of one district has a place, for the whole year."""
    parts = by_fiscal_year(200_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    district = schools["Baltorpskolen"].district
    books.commit(uuid.uuid4(), parts, district=district, by=chair)


@pytest.fixture
@kept
def figures(schools):
    call_command("load_figures", verbosity=0)


def write(version=0, *, by, **texts):
    return actions.write_quarter(
        year=NOW.year, quarter=NOW.number, version=version, texts=TEXTS | texts, by=by
    )


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(user):
    [page] = read(pdf(NOW, reader=user)).pages
    return " ".join(page.extract_text().split())


def with_plain_spaces(text):
    return " ".join(text.split())


# -- the page ------------------------------------------------------------------------------
def test_the_page_is_one_tagged_titled_and_danish(committed, figures, chief):
    longest = "ord " * (TEXT_OF_A_QUARTER // 4)
    write(by=chief, **dict.fromkeys(TEXTS, longest))

    document = read(pdf(NOW, reader=chief))

    root = document.trailer["/Root"]
    assert len(document.pages) == 1
    assert document.metadata.title == f"Kvartalsopfølgning: {NOW.name}"
    assert root["/Lang"] == "da-DK"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1<" in metadata
    assert "<pdfaid:part>2<" in metadata


def tags_beneath(node):
    """(kind, alternative text) of every tag of the structure tree beneath `node`."""
    node = node.get_object()
    children = node
    if not isinstance(node, list):
        children = [node]

    tags = []
    for child in children:
        tag = child.get_object()
        if isinstance(tag, dict):
            tags.append((tag.get("/S"), tag.get("/Alt")))
            if "/K" in tag:
                tags += tags_beneath(tag["/K"])
    return tags


def pictures(user):
    """What the page's pictures say to a screen reader."""
    document = read(pdf(NOW, reader=user))
    tags = tags_beneath(document.trailer["/Root"]["/StructTreeRoot"])

    kinds = {kind for kind, _ in tags}
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= kinds
    return [text for kind, text in tags if kind == "/Figure"]


def test_it_has_headings_tables_and_three_pictures_in_words(committed, figures, chief):
    pool, places, day_treatment = pictures(chief)

    assert pool.startswith(f"Søjle: Puljen {YEAR}: Udbetalt 0")
    assert "Disponeret 200.000" in with_plain_spaces(pool)
    assert "forventet 5-6 i hvert. Baltorpskolen 1, Hedegårdsskolen 0" in places
    assert day_treatment.startswith(
        "Søjlediagram: Helårspersoner i dagbehandling i alt, 2014 til 2020."
    )


def brightness(colour):
    """The sum of red, green and blue of `#rrggbb`."""
    return sum(bytes.fromhex(colour.removeprefix("#")))


def test_the_pictures_are_told_apart_without_colour(committed, chief):
    fills = [brightness(fill) for fill, _ in TONES.values()]
    for darker, brighter in pairwise(fills):
        assert brighter - darker > 120

    [pool] = books_queries.pools([YEAR])
    assert "Fri 96 %" in charts.pool_picture(pool)
    assert "forventet 5-6" in charts.places_picture(pool, (5, 6))


def test_small_districts_are_in_no_picture(committed, figures, follower):
    for text in pictures(follower):
        assert "Baltorpskolen" not in text


def test_an_empty_pool_and_no_words_are_said(schools, chief):
    text = text_of(chief)

    assert "Der er ingen penge i puljen endnu." in text
    assert "Der er endnu ikke skrevet noget til kvartalet." in text


def test_its_figures_are_the_books_own_and_words_are_words(committed, chief):
    write(by=chief)

    text = text_of(chief)
    [pool] = books_queries.pools([YEAR])
    for amount in (pool.allocated, pool.committed, pool.free):
        assert with_plain_spaces(kr(amount)) in text
    assert "#let x *y* $z$ @q" in text
    assert "Clara Centerchef" in text


def test_a_quarter_s_figures_are_those_of_its_last_day(pools, schools, chair, chief):
    district = schools["Baltorpskolen"].district
    parts = by_fiscal_year(100_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    late_that_day = datetime(YEAR, 3, 31, 23, 30, tzinfo=ZoneInfo("Europe/Copenhagen"))
    for moment in (late_that_day, late_that_day + timedelta(hours=1)):
        with time_machine.travel(moment, tick=False):
            books.commit(uuid.uuid4(), parts, district=district, by=chair)

    [then] = books_queries.pools([YEAR], date(YEAR, 3, 31))
    [later] = books_queries.pools([YEAR], date(YEAR, 6, 30))
    assert then.committed == 100_000
    assert later.committed == 200_000


def test_today_s_figures_are_the_dashboard_s(committed, chief):
    [pool] = books_queries.pools([YEAR])
    [added_up] = books_queries.pools([YEAR], today())

    assert added_up.total == pool.total
    assert list(added_up.districts) == list(pool.districts)
    amounts = [frame.amount for frame in pool.frames]
    assert [frame.amount for frame in added_up.frames] == amounts


def test_the_implementation_group_s_page_hides_small_districts(committed, follower, chief):
    assert "Baltorpskolen" in text_of(chief)
    hidden = text_of(follower)
    assert "Baltorpskolen" not in hidden
    assert "vises ikke" in hidden
    assert kr(200_000) not in hidden


# -- the chiefs' words ---------------------------------------------------------------------
def test_every_version_is_kept_and_none_can_be_changed(chief, chief_bur):
    write(by=chief)
    write(1, by=chief_bur, reasons="Derfor")

    assert queries.latest_text(NOW).reasons == "Derfor"
    assert QuarterlyText.objects.count() == 2
    entry = AuditEntry.objects.filter(verb="write_quarter").latest("id")
    assert entry.payload == {"version": 2, "fields": ["reasons"]}
    with pytest.raises(DatabaseError), transaction.atomic():
        QuarterlyText.objects.update(reasons="Noget andet")


def test_who_was_overtaken_sees_both_texts_and_loses_neither(chief, chief_bur, client_for, post):
    write(by=chief_bur, reasons="Den andens ord")
    mine = {**TEXTS, "reasons": "Mine ord"}

    page = post(client_for(chief), PAGE, {**mine, "version": "0"})
    assert page.status_code == 422
    assert "Den andens ord" in page.text
    assert "Mine ord" in page.text
    assert page.context["form"]["version"].value() == "1"

    answer = post(client_for(chief), PAGE, {**mine, "version": "1"})
    assert answer.status_code == 302


def test_a_version_that_somebody_wrote_upon_is_not_written_upon_again(chief):
    write(by=chief)
    write(1, by=chief)

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

    file_name = f"kvartalsopfoelgning-{NOW.year}-{NOW.number}.pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == f'attachment; filename="{file_name}"'
    assert AccessEntry.objects.get().subject == f"kvartal {NOW.year}-{NOW.number}"


@pytest.mark.parametrize("wrong", ["2026-5", "2026-0", "1999-1", f"{YEAR + 1}-1"])
def test_a_quarter_that_has_not_begun_is_not_found(pools, client_for, chief, wrong):
    for url in (f"/budget/kvartal/{wrong}/", f"/budget/kvartal/{wrong}/pdf/"):
        assert client_for(chief).get(url).status_code == 404


def test_quarters_follow_each_other():
    first = rules.Quarter(2026, 1)

    assert first.first_day == date(2026, 1, 1)
    assert first.last_day == date(2026, 3, 31)
    assert first.previous == rules.Quarter(2025, 4)
    assert rules.Quarter(2026, 4).next == rules.Quarter(2027, 1)
    assert rules.Quarter(2024, 4).last_day == date(2024, 12, 31)


def test_the_latest_quarters_go_backwards_over_new_year():
    with time_machine.travel("2026-05-01", tick=False):
        quarters = rules.latest_quarters(3)

    assert quarters == [rules.Quarter(2026, 2), rules.Quarter(2026, 1), rules.Quarter(2025, 4)]
