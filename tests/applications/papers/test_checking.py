"""What may be laid on a case: what is refused with which sentence, and what is cleaned."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from applications.papers import checking
from skolefleks.refusals import Refusal
from tests.applications.papers.files import (
    EICAR,
    LINK,
    OUTSIDE_TEMPLATE,
    docx,
    entries,
    image,
    in_clear,
    locked_pdf,
    pdf,
    photo,
    png_that_says,
)
from tests.applications.papers.laying import check

TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}"
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
DIVIDED_COMMAND = "<instrText>DDE</instrText><instrText>AUTO c cmd</instrText>"
ENTITY = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
SCRIPT_PAGE = b"<html><script>alert(1)</script></html>"
SVG = b"<svg onload='alert(1)'/>"


# (name, content, a part of the sentence that refuses it)
HOSTILE = {
    "eicar": ("virus.pdf", b"%PDF-1.4\n" + EICAR, "skadelig kode"),
    "eicar in word": ("brev.docx", docx(**{"word/media/x.txt": EICAR}), "skadelig kode"),
    "pdf and zip in one": ("to.pdf", pdf() + docx(), "flere slags filer"),
    "picture and zip in one": ("to.png", image() + docx(), "flere slags filer"),
    "picture and pdf in one": ("to.jpg", image("JPEG", comment=b"%PDF-1.4"), "flere slags filer"),
    "zip bomb": (
        "bombe.docx",
        docx(**{"word/bomb.xml": b"<a>" + b" " * 5_000_000 + b"</a>"}),
        "pakker sig ud",
    ),
    "too many parts": (
        "dele.docx",
        docx(**{f"word/{number}.txt": b"" for number in range(1_001)}),
        "pakker sig ud",
    ),
    "path out of the zip": ("sti.docx", docx(**{"../../x": b"x"}), "beskadiget"),
    "empty": ("tom.pdf", b"", "0 byte"),
    "macro": ("makro.docx", docx(**{"word/vbaProject.bin": b"x"}), "makroer"),
    "macro type": ("makro.docx", docx(types=MACRO_TYPE), "makroer"),
    "file in word": (
        "indlejret.docx",
        docx(**{"word/embeddings/oleObject1.bin": b"x"}),
        "andre filer",
    ),
    "outside template": ("skabelon.docx", docx(relationships=OUTSIDE_TEMPLATE), "andre steder fra"),
    "field that fetches": ("dde.docx", docx(DIVIDED_COMMAND), "andre steder fra"),
    "entities": ("xml.docx", docx(**{"word/x.xml": ENTITY}), "andre steder fra"),
    "entities in utf-16": (
        "xml.docx",
        docx(**{"word/x.xml": "<!DOCTYPE a><a/>".encode("utf-16")}),
        "andre steder fra",
    ),
    "spreadsheet as word": (
        "ark.docx",
        docx().replace(b"word/document.xml", b"word/documenu.xml"),
        "ikke et Word",
    ),
    "html as png": ("billede.png", SCRIPT_PAGE, "ikke det, navnet siger"),
    "svg": ("tegning.svg", SVG, "kan ikke vedlægges"),
    "svg as png": ("tegning.png", SVG, "ikke det, navnet siger"),
    "program": ("regning.pdf.exe", b"MZ", "kan ikke vedlægges"),
    "turned name": (f"regning{TURNED}fdp.exe", b"MZ", "kan ikke vedlægges"),
    "nul in name": ("a.exe\x00.pdf", b"MZ", "ikke det, navnet siger"),
    "huge picture": ("stor.png", png_that_says(60_000, 60_000), "billedpunkter"),
    "truncated picture": ("halv.jpg", image("JPEG", (400, 400))[:900], "beskadiget"),
    "truncated pdf": ("halv.pdf", pdf()[:60], "beskadiget"),
    "no pages": ("ingen.pdf", b"%PDF-1.4\n%%EOF", "beskadiget"),
    "locked pdf": ("a.pdf", locked_pdf(), "adgangskode"),
    "truncated word": ("halv.docx", docx()[:200], "beskadiget"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(kind):
    name, content, sentence = HOSTILE[kind]
    with pytest.raises(Refusal, match=sentence) as refusal:
        check(name, content)
    assert TURNED not in str(refusal.value)


SOUND = {
    "a.pdf": pdf(),
    "a.docx": docx("<p>Tekst</p>"),
    "a.jpg": image("JPEG"),
    "a.JPEG": photo(),
    "a.png": image(),
}


@pytest.mark.parametrize("name", SOUND)
def test_an_ordinary_file_is_taken(name):
    assert check(name, SOUND[name]).content


def test_too_large_a_file_is_refused(settings):
    too_large = settings.PAPER_BYTES + 1
    with pytest.raises(Refusal, match="for stor"):
        check("a.pdf", pdf(), size=too_large)


def test_a_file_of_exactly_the_limit_is_taken(settings):
    settings.PAPER_BYTES = len(pdf())
    assert check("a.pdf", pdf()).content


@pytest.mark.parametrize(
    ("name", "shown_name"),
    [
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\Skole\\plan.PDF", "plan.pdf"),
        (f"a{TURNED}b\x07.pdf", "ab.pdf"),
        (" <b>plan</b>.pdf", "b.pdf"),
        ("  .pdf", "pdf"),
        ("å" * 300 + ".pdf", "å" * 96 + ".pdf"),
        ("brev om A.B. til PPR.docx", "brev om A.B. til PPR.docx"),
    ],
)
def test_a_name_is_shown_without_what_could_deceive(name, shown_name):
    assert checking.shown_name(name) == shown_name


def test_a_link_that_the_reader_presses_may_stay():
    link = "<instrText>HYPERLINK https://x.example/link</instrText>"
    assert check("a.docx", docx(link, relationships=LINK)).content


# -- what is cleaned --


def test_a_photograph_no_longer_tells_where_it_was_taken():
    with Image.open(BytesIO(photo())) as before:
        assert before.getexif()

    checked = check("klassen.jpg", photo())
    assert checked.is_cleaned
    with Image.open(BytesIO(checked.content)) as after:
        assert not after.getexif()


def test_a_pictures_hidden_text_and_tail_are_gone():
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "hemmeligt")
    checked = check("a.png", image(pnginfo=hidden) + b"<?php evil ?>")
    assert b"hemmeligt" not in checked.content
    assert b"php" not in checked.content


SCRIPT = entries(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")
SUBMIT = entries(S=pikepdf.Name("/SubmitForm"), F="https://x.example")
SCRIPT_ADDRESS = entries(S=pikepdf.Name("/URI"), URI="javascript:app.alert(1)")

# Entries of a document's root that could act.
ACTIVE = {
    "script": {"OpenAction": SCRIPT},
    "program": {"OpenAction": entries(S=pikepdf.Name("/Launch"), F="cmd.exe")},
    "additional": {"AA": entries(WC=SCRIPT)},
    "names": {
        "Names": entries(
            JavaScript=entries(Names=[pikepdf.String("a"), entries(JS="app.alert(1)")])
        )
    },
    "hidden deep": {"X": pikepdf.Array([entries(A=SUBMIT)])},
    "script as address": {"X": entries(A=SCRIPT_ADDRESS)},
    "file": {
        "Names": entries(
            EmbeddedFiles=entries(Names=[pikepdf.String("x"), entries(EF=entries(F=1))])
        )
    },
}

ACTIVE_WORDS = (
    b"/JavaScript",
    b"/JS",
    b"/Launch",
    b"/AA",
    b"/OpenAction",
    b"/SubmitForm",
    b"javascript:",
    b"/EmbeddedFiles",
    b"/EF",
)


def active_words_in(content):
    text = in_clear(content)
    return [word for word in ACTIVE_WORDS if word in text]


@pytest.mark.parametrize("kind", ACTIVE)
def test_what_could_act_in_a_pdf_is_taken_out(kind):
    before = pdf(**ACTIVE[kind])
    assert active_words_in(before)

    checked = check("a.pdf", before)
    assert checked.is_cleaned
    assert active_words_in(checked.content) == []
