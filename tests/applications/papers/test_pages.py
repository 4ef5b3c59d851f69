"""A paper looked at without being fetched: page by page, drawn where it can do no harm."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from applications import tasks
from applications.models import Paper
from skolefleks import confined
from skolefleks.models import AccessEntry
from tests.applications.papers.files import docx, image, pdf
from tests.applications.papers.laying import lay_on
from tests.conftest import text_of
from tests.house.test_ceilings import asked as count_queries
from tests.scenes import beside

RED = (255, 0, 0)
GREEN = (0, 255, 0)
BLUE = (0, 0, 255)


def coloured_pdf(*colours, size=(200, 100)):
    """A PDF with one page of each colour."""
    width, height = size
    file = BytesIO()
    with pikepdf.new() as document:
        for colour in colours:
            page = document.add_blank_page(page_size=size)
            red, green, blue = (part / 255 for part in colour)
            paint = f"{red:g} {green:g} {blue:g} rg 0 0 {width} {height} re f"
            page.Contents = document.make_stream(paint.encode())
        document.save(file, deterministic_id=True)
    return file.getvalue()


def slow_pdf():
    """A page that takes minutes to draw."""
    lines = b"1000 1000 l 0 900 l 1000 0 l " * 200_000
    file = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(1_000, 1_000))
        page.Contents = document.make_stream(b"0 0 m " + lines + b"f*")
        document.save(file)
    return file.getvalue()


def size_and_colour(content):
    with Image.open(BytesIO(content)) as picture:
        middle = (picture.width // 2, picture.height // 2)
        return picture.size, picture.getpixel(middle)


@pytest.fixture
@beside
def add(draft, leader):
    def add(name, content):
        return lay_on(draft, name, content, by=leader)

    return add


@pytest.fixture
def paper(add):
    return add("Plan for Anna.pdf", coloured_pdf(RED, GREEN, BLUE))


def picture_url(paper, page=None):
    url = reverse("paper_picture", args=[paper.application.number, paper.pk])
    return f"{url}?side={page}" if page else url


def preview_url(paper, page=None):
    url = reverse("paper_preview", args=[paper.application.number, paper.pk])
    return f"{url}?side={page}" if page else url


# -- page by page --


@pytest.mark.parametrize(("page", "colour"), [(None, RED), (2, GREEN), (3, BLUE), ("x", RED)])
def test_each_page_is_shown_as_a_picture_of_itself(page, colour, paper, school):
    answer = school.get(picture_url(paper, page))
    assert answer["Content-Type"] == "image/jpeg"
    size, seen = size_and_colour(answer.content)
    assert size == (400, 200)
    assert max(abs(one - other) for one, other in zip(seen, colour, strict=True)) < 8


def test_a_page_is_shown_where_nothing_can_run_and_nobody_keeps_it(paper, school):
    answer = school.get(picture_url(paper))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    directives = {part.strip() for part in answer["Cache-Control"].split(",")}
    assert {"private", "no-store"} <= directives


@pytest.mark.parametrize(
    ("page", "has_previous", "has_next"), [(1, False, True), (2, True, True), (3, True, False)]
)
def test_one_leafs_from_page_to_page_without_javascript(
    page, has_previous, has_next, paper, school
):
    content = school.get(preview_url(paper, page)).content.decode()
    assert ("Forrige side" in content) == has_previous
    assert ("Næste side" in content) == has_next
    assert (f'href="?side={page - 1}"' in content) == has_previous
    assert (f'href="?side={page + 1}"' in content) == has_next
    assert f'src="{picture_url(paper, page)}"' in content


def test_a_page_too_far_is_the_last_one(paper, school):
    page = text_of(school.get(preview_url(paper, 99)))
    assert "Side 3 af 3" in page
    assert "Resten vises ikke her" not in page


def test_of_a_long_paper_the_first_pages_are_shown_and_the_rest_is_to_be_fetched(
    add, school, settings
):
    settings.PAPER_PAGES = 2
    paper = add("Plan for Anna.pdf", coloured_pdf(RED, GREEN, BLUE))
    assert "Resten vises ikke her" in text_of(school.get(preview_url(paper, 99)))
    assert school.get(picture_url(paper, 3)).status_code == 404


def test_a_photograph_has_the_same_page(add, school):
    photo = add("a.png", image())
    content = school.get(preview_url(photo)).content.decode()
    assert f'src="{picture_url(photo)}"' in content
    assert "Næste side" not in content


@pytest.mark.parametrize("address", [preview_url, picture_url])
def test_a_word_document_is_only_to_be_fetched(address, add, school):
    letter = add("a.docx", docx("<p>Tekst</p>"))
    assert school.get(address(letter)).status_code == 404


def test_looking_takes_the_same_few_queries_whatever_the_pages(add, school):
    counts = []
    for pages in (1, 30):
        paper = add("a.pdf", coloured_pdf(*[RED] * pages))
        of_preview = count_queries(school, preview_url(paper))
        of_picture = count_queries(school, picture_url(paper))
        counts.append([of_preview, of_picture])

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


# -- who looks --


@pytest.mark.parametrize("address", [preview_url, picture_url])
def test_looking_is_logged(address, paper, school):
    log = AccessEntry.objects.filter(kind="view", subject=paper.application.number)
    before = log.count()
    school.get(address(paper))
    assert log.count() == before + 1


@pytest.mark.parametrize("address", [preview_url, picture_url])
@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("other_leader", 404), ("member", 404), ("chief", 403)]
)
def test_who_may_fetch_a_paper_may_look_at_it_and_nobody_else(
    address, who, status, paper, request, client_for
):
    client = client_for(request.getfixturevalue(who))
    assert client.get(address(paper)).status_code == status


# -- what is made to harm --


def drawn(content):
    """The pictures of its pages that are made within the limits."""
    outcome = confined.run(
        "applications.papers.jobs.draw", content, settings.PAPER_PAGES, settings.PAPER_SIDE
    )
    return outcome.parts[1:]


def test_a_huge_page_is_drawn_small():
    [picture] = drawn(coloured_pdf(RED, size=(14_400, 3)))
    size, _ = size_and_colour(picture)
    assert size == (settings.PAPER_SIDE, 1)


def test_a_page_that_takes_too_long_is_given_up_and_those_before_it_are_kept(settings):
    settings.PAPER_CPU_SECONDS = 1
    assert drawn(slow_pdf()) == []
    with pikepdf.open(BytesIO(coloured_pdf(RED))) as both:
        both.pages.extend(pikepdf.open(BytesIO(slow_pdf())).pages)
        file = BytesIO()
        both.save(file)
    assert len(drawn(file.getvalue())) == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n%%EOF", pdf()[:60], b"\x00" * 1_000])
def test_what_is_no_pdf_is_not_drawn(content):
    assert drawn(content) == []


def test_a_paper_of_which_no_page_can_be_drawn_is_to_be_fetched(add, school, settings):
    settings.PAPER_CPU_SECONDS = 1
    paper = add("langsom.pdf", slow_pdf())
    assert (paper.is_ready, paper.is_shown) == (True, False)
    assert school.get(picture_url(paper)).status_code == 404


def test_the_papers_of_before_are_drawn_when_there_is_time(paper):
    Paper.objects.filter(pk=paper.pk).update(pages=None, drawn=None)
    paper.page_pictures.all().delete()
    tasks.tidy_papers()
    assert Paper.objects.values_list("pages", "drawn").get(pk=paper.pk) == (3, 3)
