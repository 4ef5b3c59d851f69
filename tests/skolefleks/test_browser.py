"""What the browser never keeps: a number in an address, a name in a cookie, a page."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from skolefleks.browser import MACHINE_PARAMETERS, NOT_SEARCHED
from tests.applications.papers.files import pdf
from tests.applications.writing.desk import at
from visitation.models import SavedView

LISTS = ["/visitation/", "/ansoegninger/", "/konto/adgangslog/"]


@pytest.mark.parametrize("url", LISTS)
def test_a_number_is_not_searched_for_and_leaves_the_address(
    url, committee, school, admin, client_for
):
    client = {"/visitation/": committee, "/ansoegninger/": school}.get(url) or client_for(admin)
    answer = client.get(url, {"q": "020115–6789", "orden": "beloeb"}, follow=True)
    assert answer.redirect_chain == [(f"{url}?orden=beloeb", 302)]
    assert NOT_SEARCHED in answer.content.decode()
    assert "6789" not in answer.content.decode()


def test_a_case_that_carries_such_a_queue_drops_it(committee, submitted):
    answer = committee.get(submitted.get_absolute_url(), {"koe": "q=020115%E2%80%936789"})
    assert answer.headers["Location"] == submitted.get_absolute_url()


def test_another_search_stays_as_it_was_typed(committee):
    assert committee.get("/visitation/", {"q": "2026-0042"}).status_code == 200


def test_the_id_of_a_row_is_no_number_whatever_its_digits(committee):
    """`010170-1234` stands in it by chance."""
    row = "ab010170-1234-4abc-8abc-abcdefabcdef"
    assert committee.get("/visitation/", {"efter": row}).status_code == 200
    assert committee.get("/visitation/", {"efter": "010170-1234"}).status_code == 302


def test_where_a_list_goes_on_is_no_number_whatever_its_microseconds(committee):
    """`10.1223-4400` stands in it by chance, and the next page was the first one again."""
    row = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    pointer = {"efter": f"2026-11-26T18:54:10.122344+00:00~{row}"}
    assert committee.get("/visitation/", pointer).status_code == 200
    carried = {"koe": urlencode(pointer)}
    assert committee.get("/visitation/", carried).status_code == 200
    hidden = {"efter": f"2026-11-26T18:54:10.122344+00:00~{row} 010170-1234"}
    assert committee.get("/visitation/", hidden).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(MACHINE_PARAMETERS))
def test_what_a_machine_made_up_is_no_number_whatever_its_digits(client, name):
    """Else one sign-in of some hundred would be led to its own address without the code."""
    assert client.get("/konto/login/", {name: "2.0b0807523507"}).status_code == 200
    assert client.get("/konto/login/", {"q": "2.0b0807523507"}).status_code == 302


def test_a_saved_view_keeps_no_number(committee, post):
    post(committee, "/visitation/visninger/", {"koe": "q=020115-6789&trin=4", "name": "Fire"})
    assert SavedView.objects.get().query == "trin=4"
    answer = post(committee, "/visitation/visninger/", {"koe": "", "name": "Om 020115-6789"})
    assert answer.status_code == 422
    assert SavedView.objects.count() == 1


def test_the_name_of_a_paper_is_in_no_cookie(school, draft, post):
    file = SimpleUploadedFile("Anna Berg udtalelse.pdf", pdf())
    answer = post(school, at("papers", draft), {"file": file})
    assert answer.status_code == 302
    assert set(answer.cookies) <= {"skolefleks", "csrftoken"}
    assert set(school.cookies) <= {"skolefleks", "csrftoken"}


def test_a_number_in_the_name_of_a_paper_is_struck_out(school, draft, post):
    file = SimpleUploadedFile("020115–6789 udtalelse.pdf", pdf())
    post(school, at("papers", draft), {"file": file})
    assert draft.papers.get().name == "xxxxxx-xxxx udtalelse.pdf"


def test_no_page_of_a_signed_in_person_is_kept(school, draft):
    for url in ("/", draft.get_absolute_url(), "/findes/ikke/", "/visitation/", "/konto/login/"):
        assert "no-store" in school.get(url).headers["Cache-Control"], url
