"""What people have and cannot lay on leads on to what they can; of the rest they are told."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image

from applications.papers import checking
from skolefleks import confined
from skolefleks.refusals import Refusal
from tests.applications.papers.files import (
    HEIC,
    MAIL,
    OUTLOOK,
    entries,
    form_pdf,
    image,
    name,
    pdf_with_file_inside,
    signed_pdf,
    xfa_pdf,
)
from tests.applications.papers.laying import check

NOT_TAKEN = {
    "a photograph of an iPhone": ("IMG_0001.HEIC", HEIC, "HEIC-billede.*JPEG"),
    "one that is called a JPEG": ("IMG_0002.jpg", HEIC, "HEIC-billede.*JPEG"),
    "a mail of Outlook's": ("besked.msg", OUTLOOK, "er en mail.*PDF"),
    "a mail": ("besked.eml", MAIL, "er en mail.*PDF"),
    "an old Word document": ("brev.doc", OUTLOOK, "ældre format"),
    "one that is called a new one": ("brev.docx", OUTLOOK, "ældre format"),
    "a spreadsheet": ("skema.xlsx", b"PK\x03\x04", "udskriv den som PDF"),
    "a form that only Adobe shows": ("skema.pdf", xfa_pdf(), "XFA.*udskriv den til PDF"),
}


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_what_is_not_taken_has_a_way_out_of_its_own(what):
    called, content, way_out = NOT_TAKEN[what]
    with pytest.raises(Refusal, match=way_out) as refusal:
        check(called, content)
    assert f"»{called.lower()}«" in str(refusal.value).lower()


@pytest.mark.parametrize(
    ("called", "now_called"), [("IMG_3.HEIC", "IMG_3.jpg"), ("a.png", "a.jpg")]
)
def test_a_jpeg_under_another_name_is_taken_under_its_own(called, now_called):
    upload = checking.receive(called, image("JPEG"))
    assert (upload.name, upload.kind) == (now_called, "jpeg")
    assert checking.examine(upload).cleaned.content


def test_two_photographs_in_one_file_become_the_first():
    file = BytesIO()
    second = Image.new("RGB", (40, 30), "blue")
    Image.new("RGB", (40, 30), "red").save(file, "MPO", save_all=True, append_images=[second])
    with Image.open(BytesIO(check("IMG_4.jpg", file.getvalue()).content)) as kept:
        assert (kept.format, getattr(kept, "n_frames", 1)) == ("JPEG", 1)


# -- forms, signatures and files inside a PDF --
@pytest.mark.parametrize("has_appearance", [True, False])
def test_a_form_shows_what_was_filled_in(has_appearance):
    content = check("skema.pdf", form_pdf(has_appearance=has_appearance)).content
    asked = (settings.PAPER_PAGES, settings.PAPER_SIDE)
    _, picture = confined.run("applications.papers.jobs.draw", content, *asked).parts
    with Image.open(BytesIO(picture)) as page:
        dark = sum(page.convert("L").histogram()[:100])
    assert dark > 500


def test_a_signed_document_that_is_clean_is_kept_byte_for_byte():
    content = signed_pdf()
    cleaned = check("aftale.pdf", content)
    assert (cleaned.content, cleaned.remarks) == (content, [])


def test_of_a_signed_document_that_is_cleaned_one_is_told_that_the_copy_is_not_signed():
    script = entries(S=name("JavaScript"), JS="app.alert(1)")
    cleaned = check("aftale.pdf", signed_pdf(OpenAction=script))
    assert cleaned.is_cleaned
    assert "underskrift gælder ikke i kopien" in " ".join(cleaned.remarks)


def test_a_file_inside_a_document_is_taken_out_and_named():
    cleaned = check("aftale.pdf", pdf_with_file_inside("Referat 3.docx"))
    assert cleaned.is_cleaned
    assert "Referat 3.docx" in cleaned.remarks[0]
    assert b"hello" not in cleaned.content
