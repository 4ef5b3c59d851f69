"""The pages of the evaluation: who sees what, and how it is written, signed and read."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from skolefleks.models import AccessEntry
from tests.conftest import YEAR, text_of
from tests.deciding import deliver
from tests.visitation.evaluation.signing import COMMITTEE_TEXT, freeze, mark, write
from visitation.evaluation import queries, report
from visitation.evaluation.limits import LIMITS
from visitation.evaluation.rules import Period, Span
from visitation.models import Evaluation, EvaluationVersion

THIS_YEAR = Period(Span.FISCAL, YEAR)
LIST = "/evaluering/"
DRAFT = f"{LIST}{THIS_YEAR.slug}/"


@pytest.fixture
def version(caseload, chair, chief, chief_bur):
    caseload.make(12)
    version = freeze(THIS_YEAR, chair=chair, chiefs=(chief, chief_bur))
    deliver()
    return version


def test_the_years_are_listed_with_how_far_each_is(version, committee):
    page = text_of(committee.get(LIST))
    assert f"Regnskabsåret {YEAR} Underskrevet og låst Version 1" in page
    assert "Ikke begyndt" in page


def test_the_implementation_group_sees_frozen_versions_alone(version, follower, client_for):
    client = client_for(follower)
    page = text_of(client.get(LIST))
    assert "Version 1" in page
    assert "Skoleåret" not in page
    assert client.get(DRAFT).status_code == 403
    assert client.get(version.get_absolute_url()).status_code == 200


def test_the_draft_shows_all_parts_and_what_cannot_be_concluded(caseload, committee):
    caseload.make(20)
    page = text_of(committee.get(DRAFT))
    for heading in ("Økonomi", "Aktivitet", "Resultater", "Opfølgningerne", "År for år"):
        assert heading in page
    assert LIMITS[0] in page
    assert "Wilson" not in page


def test_the_chair_writes_and_it_is_saved_while_typing(chair, committee, pools, post):
    typed = {"committee_text": "Foreløbigt.", "then": "autosave", "only": "committee_text"}
    post(committee, f"{DRAFT}tekst/", typed)
    assert Evaluation.objects.get().committee_text == "Foreløbigt."
    answer = post(committee, f"{DRAFT}tekst/", {"committee_text": "Færdigt.", "then": "save"})
    assert answer.url == DRAFT
    assert Evaluation.objects.get().committee_text == "Færdigt."


def test_a_cpr_number_in_the_text_is_refused_and_nothing_is_lost(committee, pools, post):
    text = "Eleven 020115-6789 klarer sig."
    answer = post(committee, f"{DRAFT}tekst/", {"committee_text": text, "then": "save"})
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not Evaluation.objects.exists()


def test_both_chiefs_sign_on_the_page(chair, chief, chief_bur, pools, client_for, post):
    write(THIS_YEAR, by=chair)
    for person in (chief, chief_bur):
        client = client_for(person)
        read = client.get(DRAFT).context["form"]["mark"].value()
        answer = post(client, f"{DRAFT}underskriv/", {"mark": read})
        assert answer.status_code == 302
    assert answer.url == f"{DRAFT}1/"
    assert EvaluationVersion.objects.count() == 1


def test_who_read_something_older_signs_nothing_and_is_told(chair, chief, pools, client_for, post):
    write(THIS_YEAR, by=chair)
    read = mark(THIS_YEAR)
    write(THIS_YEAR, by=chair, text="Nyt.")
    answer = post(client_for(chief), f"{DRAFT}underskriv/", {"mark": read})
    assert answer.status_code == 422
    assert "ændret, siden du læste den" in text_of(answer)
    nonsense = post(client_for(chief), f"{DRAFT}underskriv/", {"mark": "x"})
    assert nonsense.status_code == 422


def test_the_frozen_version_is_read_as_it_was_signed(version, committee, caseload):
    before = text_of(committee.get(version.get_absolute_url()))
    caseload.make(20)
    assert text_of(committee.get(version.get_absolute_url())) == before
    assert COMMITTEE_TEXT in before
    assert "Clara Centerchef" in before


def test_the_paper_is_pdf_a_and_ua_within_eight_pages(version, committee):
    answer = committee.get(f"{version.get_absolute_url()}evaluering.pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) <= 8
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in answer.content
    assert b"pdfaid:part" in answer.content
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Evaluering af SkoleFleks" in text
    assert COMMITTEE_TEXT in text.replace("\n", " ")


def test_the_longest_texts_stay_within_eight_pages(caseload):
    caseload.make(40)
    figures = queries.figures_now(THIS_YEAR)
    for text in ("Et langt afsnit pr. år. ", "Ord.\n", "Et ord pr. år, og mere.\n\n"):
        texts = [(name, (text * 600)[:6_000]) for name in ("Udvalget", "C-SIK", "C-BUR")]
        content = report.pdf_of(figures | report.words_of(texts, [], 1))
        assert len(PdfReader(io.BytesIO(content)).pages) <= 8, text


def test_the_spreadsheet_has_every_table_and_the_texts(version, committee):
    answer = committee.get(f"{version.get_absolute_url()}evaluering.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    source = version.figures(published=False)
    assert len(book.sheetnames) == len(source["tables"]) + 1
    districts = list(book["Elever efter distrikt"].iter_rows(values_only=True))
    [table] = [table for table in source["tables"] if table["key"] == "districts"]
    assert [row[1] for row in districts[1:-1]] == [row["cells"][0] for row in table["rows"]]


def test_fetching_a_file_leaves_a_line_in_the_access_log(version, committee, chair):
    committee.get(f"{version.get_absolute_url()}evaluering.pdf")
    entry = AccessEntry.objects.latest("pk")
    assert (entry.user_id, entry.subject) == (chair.pk, f"evaluering fiscal {YEAR}, version 1")


@pytest.mark.parametrize(
    "slug",
    [
        "x",
        "regnskabsaar-",
        "skoleaar-99999",
        "regnskabsaar-2999",
        "skoleaar-²²²²",
        "maaned-2026",
        "skoleaar-0000",
        "skoleaar-9999",
        f"skoleaar-{9**30}",
    ],
)
def test_a_year_that_is_none_is_not_found(slug, committee):
    assert committee.get(f"{LIST}{slug}/").status_code == 404


def test_a_version_that_is_not_there_is_not_found(version, committee):
    assert committee.get(f"{DRAFT}9/").status_code == 404
    assert committee.get(f"{DRAFT}9/evaluering.pdf").status_code == 404
