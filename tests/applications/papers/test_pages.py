"""A paper looked at without being fetched: a page of a PDF as a picture, one at a time, drawn where it can do no harm."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from io import BytesIO

import pikepdf
import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from applications.papers import actions as papers
from applications.papers import checking, drawing
from skolefleks.models import AccessEntry
from tests.applications.papers.test_papers import docx, image, pdf
from tests.conftest import text_of
from tests.house.test_ceilings import asked

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def coloured(*pages, size=(200, 100)):
    """A PDF with one page of each colour."""
    made = BytesIO()
    with pikepdf.new() as document:
        for colour in pages:
            page = document.add_blank_page(page_size=size)
            paint = " ".join(f"{part / 255:g}" for part in colour)
            page.Contents = document.make_stream(
                f"{paint} rg 0 0 {size[0]} {size[1]} re f".encode()
            )
        document.save(made)
    return made.getvalue()


def opened(content):
    with Image.open(BytesIO(content)) as picture:
        return picture.size, picture.getpixel((picture.width // 2, picture.height // 2))


@pytest.fixture(autouse=True)
def _shelf(tmp_path, settings):
    settings.PAPERS_DIR = tmp_path / "papers"


@pytest.fixture
def paper(draft, leader):
    return papers.add_paper(
        draft,
        checking.check("Plan for Anna.pdf", coloured(RED, GREEN, BLUE)),
        by=leader,
    )


def picture(paper, page=None):
    url = reverse("paper_picture", args=[paper.application.number, paper.pk])
    return f"{url}?side={page}" if page else url


def preview(paper, page=None):
    url = reverse("paper_preview", args=[paper.application.number, paper.pk])
    return f"{url}?side={page}" if page else url


@pytest.mark.parametrize(
    ("page", "colour"), [(None, RED), (2, GREEN), (3, BLUE), ("x", RED)]
)
def test_each_page_is_shown_as_a_picture_of_itself(page, colour, paper, school):
    answer = school.get(picture(paper, page))
    assert answer["Content-Type"] == "image/png"
    assert opened(answer.content) == ((400, 200), colour)


def test_a_page_is_shown_where_nothing_can_run_and_nobody_keeps_it(paper, school):
    answer = school.get(picture(paper))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert {"private", "no-store"} <= {
        part.strip() for part in answer["Cache-Control"].split(",")
    }


def test_one_leafs_from_page_to_page_without_javascript(paper, school):
    first, middle, last = (
        school.get(preview(paper, page)).content.decode() for page in (1, 2, 3)
    )
    assert ("Forrige side" in first, "Næste side" in first) == (False, True)
    assert 'href="?side=1"' in middle
    assert 'href="?side=3"' in middle
    assert ("Forrige side" in last, "Næste side" in last) == (True, False)
    assert f'src="{picture(paper, 3)}"' in last


def test_a_page_too_far_is_the_last_one(paper, school):
    assert "Side 3 af 3" in text_of(school.get(preview(paper, 99)))


def test_of_a_long_paper_the_first_pages_are_shown_and_the_rest_is_to_be_fetched(
    paper, school, settings
):
    settings.PAPER_PAGES = 2
    assert "Resten vises ikke her" in text_of(school.get(preview(paper, 99)))
    assert school.get(picture(paper, 3)).status_code == 404


def test_looking_is_logged(paper, school):
    for url in (preview(paper), picture(paper)):
        before = AccessEntry.objects.filter(
            kind="view", subject=paper.application.number
        ).count()
        school.get(url)
        assert (
            AccessEntry.objects.filter(
                kind="view", subject=paper.application.number
            ).count()
            == before + 1
        )


@pytest.mark.parametrize("address", [preview, picture])
@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("other_leader", 404), ("member", 404), ("chief", 403)],
)
def test_who_may_fetch_a_paper_may_look_at_it_and_nobody_else(
    address, who, status, paper, request, client_for
):
    assert (
        client_for(request.getfixturevalue(who)).get(address(paper)).status_code
        == status
    )


@pytest.mark.parametrize("address", [preview, picture])
def test_a_word_document_is_only_to_be_fetched(address, draft, leader, school):
    letter = papers.add_paper(
        draft, checking.check("a.docx", docx("<p>Tekst</p>")), by=leader
    )
    assert school.get(address(letter)).status_code == 404


def test_a_photograph_has_the_same_page(draft, leader, school):
    photo = papers.add_paper(draft, checking.check("a.png", image()), by=leader)
    content = school.get(preview(photo)).content.decode()
    assert f'src="{picture(photo)}"' in content
    assert "Næste side" not in content


def test_looking_takes_the_same_few_queries_whatever_the_pages(draft, leader, school):
    counts = []
    for pages in (1, 30):
        paper = papers.add_paper(
            draft, checking.check("a.pdf", coloured(*[RED] * pages)), by=leader
        )
        counts.append([asked(school, preview(paper)), asked(school, picture(paper))])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


# -- what is made to harm ---------------------------------------------------------------------------------------------
def test_a_huge_page_is_drawn_small(settings):
    size, _ = opened(drawing.draw(coloured(RED, size=(14_400, 3)), 1))
    assert size == (settings.PAPER_SIDE, 1)


def slow():
    """A page that takes minutes to draw."""
    made = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(1_000, 1_000))
        page.Contents = document.make_stream(
            b"0 0 m " + b"1000 1000 l 0 900 l 1000 0 l " * 200_000 + b"f*"
        )
        document.save(made)
    return made.getvalue()


def test_a_page_that_takes_too_long_is_given_up(settings):
    settings.PAPER_SECONDS = 1
    began = time.monotonic()
    with pytest.raises(drawing.NotDrawn):
        drawing.draw(slow(), 1)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4\n%%EOF", pdf()[:60], b"\x00" * 1_000]
)
def test_what_is_no_pdf_is_not_drawn(content):
    with pytest.raises(drawing.NotDrawn):
        drawing.draw(content, 1)


@pytest.mark.parametrize(("confined", "wrote"), [(True, False), (False, True)])
def test_the_process_that_draws_writes_no_file(confined, wrote, tmp_path):
    write = f"open({str(tmp_path / 'left')!r}, 'wb').write(b'x')"
    code = f"from applications.papers import drawing; {'drawing.confine(5); ' if confined else ''}{write}"
    subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True
    )
    assert any(file.stat().st_size for file in tmp_path.glob("left")) == wrote


def test_a_page_that_cannot_be_drawn_is_not_there_and_the_log_names_nobody(
    paper, school, settings, caplog
):
    settings.PAPER_SECONDS = 0
    with caplog.at_level(logging.WARNING, "applications"):
        assert school.get(picture(paper)).status_code == 404
    assert "paper.not_drawn" in caplog.text
    assert "Anna" not in caplog.text
