"""The papers of a case: what may be laid on it, what is refused or cleaned, and who reads them."""

from __future__ import annotations

import hashlib
import os
import uuid
import zipfile
import zlib
from io import BytesIO

import pikepdf
import pytest
from cryptography.exceptions import InvalidTag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse
from PIL import Image, PngImagePlugin

from applications import tasks
from applications.models import Paper
from applications.papers import actions as papers
from applications.papers import checking
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import outbox, storage
from skolefleks.models import AccessEntry, AuditEntry, OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.uploads import BoundedUploadHandler
from visitation.cases import actions as case_actions

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


WORD = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)


RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


TEMPLATE = '<Relationship Id="r1" Type="{}/attachedTemplate" Target="https://x.example/t.dotm" TargetMode="External"/>'


LINK = '<Relationship Id="r1" Type="{}/hyperlink" Target="https://x.example/" TargetMode="External"/>'


def image(form="PNG", size=(40, 30), mode="RGB", **how):
    made = BytesIO()
    Image.new(mode, size, 200).save(made, form, **how)
    return made.getvalue()


def photo():
    """A photograph that tells where it was taken."""
    exif = Image.Exif()
    exif[0x0110] = "Kamera"
    exif.get_ifd(0x8825)[1] = "N"
    return image("JPEG", exif=exif)


def pdf(**root):
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for key, value in root.items():
            document.Root[f"/{key}"] = value
        document.save(made)
    return made.getvalue()


def action(**entries):
    return pikepdf.Dictionary({f"/{key}": value for key, value in entries.items()})


def docx(body="", types=WORD, rels="", **parts):
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'<Types><Override PartName="/word/document.xml" ContentType="{types}"/></Types>',
        )
        packed.writestr("word/document.xml", f"<document>{body}</document>")
        packed.writestr(
            "word/_rels/document.xml.rels",
            f"<Relationships>{rels.format(RELATIONSHIP)}</Relationships>",
        )
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def png_of(width, height):
    """A PNG that says it is that large, and holds nothing of it."""
    small = bytearray(image())
    small[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


HOSTILE = {
    "eicar": ("virus.pdf", b"%PDF-1.4\n" + EICAR, "skadelig kode"),
    "eicar in word": (
        "brev.docx",
        docx(**{"word/media/x.txt": EICAR}),
        "skadelig kode",
    ),
    "pdf and zip in one": ("to.pdf", pdf() + docx(), "flere slags filer"),
    "picture and zip in one": ("to.png", image() + docx(), "flere slags filer"),
    "picture and pdf in one": (
        "to.jpg",
        image("JPEG", comment=b"%PDF-1.4"),
        "flere slags filer",
    ),
    "zip bomb": (
        "bombe.docx",
        docx(**{"word/bomb.xml": b"<a>" + b" " * 5_000_000 + b"</a>"}),
        "pakker sig ud",
    ),
    "too many parts": (
        "dele.docx",
        docx(**{f"word/{n}.txt": b"" for n in range(1_001)}),
        "pakker sig ud",
    ),
    "path out of the zip": ("sti.docx", docx(**{"../../x": b"x"}), "beskadiget"),
    "empty": ("tom.pdf", b"", "0 byte"),
    "macro": ("makro.docx", docx(**{"word/vbaProject.bin": b"x"}), "makroer"),
    "macro type": (
        "makro.docx",
        docx(types="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "makroer",
    ),
    "file in word": (
        "indlejret.docx",
        docx(**{"word/embeddings/oleObject1.bin": b"x"}),
        "andre filer",
    ),
    "outside template": ("skabelon.docx", docx(rels=TEMPLATE), "andre steder fra"),
    "field that fetches": (
        "dde.docx",
        docx("<instrText>DDE</instrText><instrText>AUTO c cmd</instrText>"),
        "andre steder fra",
    ),
    "entities": (
        "xml.docx",
        docx(**{"word/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "andre steder fra",
    ),
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
    "html as png": (
        "billede.png",
        b"<html><script>alert(1)</script></html>",
        "ikke det, navnet siger",
    ),
    "svg": ("tegning.svg", b"<svg onload='alert(1)'/>", "kan ikke lægges på"),
    "svg as png": (
        "tegning.png",
        b"<svg onload='alert(1)'/>",
        "ikke det, navnet siger",
    ),
    "program": ("regning.pdf.exe", b"MZ", "kan ikke lægges på"),
    "turned name": (
        "regning\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe",
        b"MZ",
        "kan ikke lægges på",
    ),
    "nul in name": ("a.exe\x00.pdf", b"MZ", "ikke det, navnet siger"),
    "huge picture": ("stor.png", png_of(60_000, 60_000), "billedpunkter"),
    "truncated picture": ("halv.jpg", image("JPEG", (400, 400))[:900], "beskadiget"),
    "truncated pdf": ("halv.pdf", pdf()[:60], "beskadiget"),
    "no pages": ("ingen.pdf", b"%PDF-1.4\n%%EOF", "beskadiget"),
    "truncated word": ("halv.docx", docx()[:200], "beskadiget"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(kind):
    name, content, said = HOSTILE[kind]
    with pytest.raises(checking.Unwelcome, match=said) as refusal:
        checking.check(name, content)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in str(refusal.value)


SOUND = {
    "a.pdf": pdf(),
    "a.docx": docx("<p>Tekst</p>"),
    "a.jpg": image("JPEG"),
    "a.JPEG": photo(),
    "a.png": image(),
}


@pytest.mark.parametrize("name", SOUND)
def test_an_ordinary_file_is_taken(name):
    assert checking.check(name, SOUND[name]).content


def test_too_large_a_file_is_refused(settings):
    with pytest.raises(checking.Unwelcome, match="for stor"):
        checking.check("a.pdf", pdf(), size=settings.PAPER_BYTES + 1)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\Skole\\plan.PDF", "plan.pdf"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b\x07.pdf", "ab.pdf"),
        (" <b>plan</b>.pdf", "b.pdf"),
        ("  .pdf", "pdf"),
        ("å" * 300 + ".pdf", "å" * 96 + ".pdf"),
        ("brev om A.B. til PPR.docx", "brev om A.B. til PPR.docx"),
    ],
)
def test_a_name_is_shown_without_what_could_deceive(name, shown):
    assert checking.shown_name(name) == shown


def test_a_link_that_the_reader_presses_may_stay():
    assert checking.check(
        "a.docx",
        docx("<instrText>HYPERLINK https://x.example/link</instrText>", rels=LINK),
    )


def test_a_photograph_no_longer_tells_where_it_was_taken():
    checked = checking.check("klassen.jpg", photo())
    assert checked.is_cleaned
    with Image.open(BytesIO(checked.content)) as picture:
        assert not picture.getexif()
    with Image.open(BytesIO(photo())) as before:
        assert before.getexif()


def test_a_pictures_hidden_text_and_tail_are_gone():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "hemmeligt")
    checked = checking.check("a.png", image(pnginfo=told) + b"<?php evil ?>")
    assert b"hemmeligt" not in checked.content
    assert b"php" not in checked.content


ACTIVE = {
    "script": {"OpenAction": action(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")},
    "program": {"OpenAction": action(S=pikepdf.Name("/Launch"), F="cmd.exe")},
    "additional": {
        "AA": action(WC=action(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)"))
    },
    "names": {
        "Names": action(
            JavaScript=action(Names=[pikepdf.String("a"), action(JS="app.alert(1)")])
        )
    },
    "hidden deep": {
        "X": pikepdf.Array(
            [action(A=action(S=pikepdf.Name("/SubmitForm"), F="https://x.example"))]
        )
    },
    "script as address": {
        "X": action(A=action(S=pikepdf.Name("/URI"), URI="javascript:app.alert(1)"))
    },
    "file": {
        "Names": action(
            EmbeddedFiles=action(Names=[pikepdf.String("x"), action(EF=action(F=1))])
        )
    },
}


WORDS = (
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


def plain(content):
    """All of a PDF in clear: no object hides in a compressed stream."""
    made = BytesIO()
    with pikepdf.open(BytesIO(content)) as document:
        document.save(
            made,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
        )
    return made.getvalue()


@pytest.mark.parametrize("kind", ACTIVE)
def test_what_could_act_in_a_pdf_is_taken_out(kind):
    before = pdf(**ACTIVE[kind])
    assert any(word in plain(before) for word in WORDS)
    checked = checking.check("a.pdf", before)
    assert checked.is_cleaned
    assert not [word for word in WORDS if word in plain(checked.content)]


def test_a_locked_pdf_is_refused():
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(made, encryption=pikepdf.Encryption(user="x", owner="y"))
    with pytest.raises(checking.Unwelcome, match="adgangskode"):
        checking.check("a.pdf", made.getvalue())


# -- on the case --------------------------------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _shelf(tmp_path, settings):
    settings.PAPERS_DIR = tmp_path / "papers"


@pytest.fixture
def paper(draft, leader):
    return papers.add_paper(
        draft, checking.check("Plan for Anna.pdf", pdf()), by=leader
    )


def on(application):
    return reverse("applications:papers", args=[application.number])


def lay(client, application, name, content):
    data = {
        "idempotency_key": str(uuid.uuid4()),
        "file": SimpleUploadedFile(name, content),
    }
    return client.post(on(application), data)


def test_a_paper_lies_encrypted_under_a_random_name(paper, settings):
    [file] = settings.PAPERS_DIR.glob("??/*")
    assert file.name == paper.stored_as != str(paper.pk)
    assert b"%PDF" not in file.read_bytes()
    assert paper.content.startswith(b"%PDF")
    assert (hashlib.sha256(paper.content).hexdigest(), len(paper.content)) == (
        paper.sha256,
        paper.size,
    )


def test_a_paper_put_in_anothers_place_does_not_open(paper, draft, leader):
    other = papers.add_paper(draft, checking.check("b.png", image()), by=leader)
    paper.stored_as = other.stored_as
    with pytest.raises(InvalidTag):
        _ = paper.content


def test_an_upload_is_stored_at_once_and_shown_with_size_and_checksum(draft, school):
    assert lay(school, draft, "plan.pdf", pdf()).status_code == 302
    page = school.get(on(draft)).content.decode()
    found = draft.papers.get()
    assert "plan.pdf" in page
    assert found.sha256[:16] in page


def test_a_refused_file_leaves_the_others_and_says_why(paper, draft, school):
    answer = lay(school, draft, "virus.png", b"MZ")
    assert answer.status_code == 422
    assert "ikke det, navnet siger" in answer.content.decode()
    assert "Plan for Anna.pdf" in answer.content.decode()
    assert draft.papers.get() == paper


def test_a_file_over_the_limit_is_not_kept(draft, school, settings):
    settings.PAPER_BYTES = 2_000
    answer = lay(school, draft, "stor.pdf", pdf() + b" " * 5_000)
    assert "er for stor" in answer.content.decode()
    assert not settings.PAPERS_DIR.exists()


def test_of_a_large_file_no_more_than_the_limit_is_held(settings):
    settings.PAPER_BYTES = 2_000
    handler = BoundedUploadHandler()
    handler.new_file("file", "a.pdf", "application/pdf", None)
    for start in range(0, 50_000, 1_000):
        handler.receive_data_chunk(b"x" * 1_000, start)
    file = handler.file_complete(50_000)
    assert (len(file.read()), file.size) == (2_000, 50_000)


def test_a_case_holds_so_many_papers_and_no_more(paper, draft, leader, settings):
    settings.PAPER_COUNT = 1
    with pytest.raises(Refusal, match="1 bilag"):
        papers.add_paper(draft, checking.check("b.pdf", pdf()), by=leader)


def test_a_removed_papers_bytes_go_too(paper, draft, school, post, settings):
    post(school, reverse("applications:remove_paper", args=[draft.number, paper.pk]))
    assert not Paper.objects.exists()
    outbox.deliver(OutboxMessage.objects.get(topic="paper.removed").pk)
    assert list(settings.PAPERS_DIR.glob("??/*")) == []


def test_what_was_submitted_stays(paper, draft, leader, chair):
    submission.submit(draft, by=leader)
    with pytest.raises(NotPossible):
        papers.remove_paper(draft.papers.get(), by=leader)
    case_actions.send_back(draft, note="Mere.", by=chair)
    draft.refresh_from_db()
    with pytest.raises(NotPossible, match="fulgte med"):
        papers.remove_paper(draft.papers.get(), by=leader)


def test_the_database_refuses_a_changed_paper(paper):
    with pytest.raises(DatabaseError, match="Cannot update"):
        Paper.objects.filter(pk=paper.pk).update(sha256="0" * 64)


def test_a_paper_is_read_as_an_attachment_and_each_time_logged(paper, draft, school):
    answer = school.get(reverse("paper", args=[draft.number, paper.pk]))
    assert answer.getvalue() == paper.content
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="{draft.number}-bilag-{str(paper.pk)[:8]}.pdf"'
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert AccessEntry.objects.filter(kind="export", subject=draft.number).count() == 1


def test_a_picture_is_shown_where_nothing_can_run(draft, leader, school):
    picture = papers.add_paper(draft, checking.check("b.png", image()), by=leader)
    answer = school.get(reverse("paper_picture", args=[draft.number, picture.pk]))
    assert (answer["Content-Type"], "sandbox" in answer["Content-Security-Policy"]) == (
        "image/png",
        True,
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("other_leader", 404),
        ("adviser", 404),
        ("member", 404),
        ("chief", 403),
    ],
)
def test_a_drafts_papers_are_the_schools(
    who, status, paper, draft, request, client_for
):
    client = client_for(request.getfixturevalue(who))
    assert (
        client.get(reverse("paper", args=[draft.number, paper.pk])).status_code
        == status
    )


def test_invited_advisers_and_the_committee_read_a_submitted_cases_papers(
    paper, draft, leader, adviser, member, client_for
):
    writing.invite(draft, adviser=adviser, by=leader)
    submission.submit(draft, by=leader)
    for reader in (adviser, member):
        assert (
            client_for(reader)
            .get(reverse("paper", args=[draft.number, paper.pk]))
            .status_code
            == 200
        )


def test_a_paper_laid_on_while_the_school_has_it_is_not_the_committees_yet(
    draft, leader, chair, committee
):
    submission.submit(draft, by=leader)
    case_actions.send_back(draft, note="Mere.", by=chair)
    draft.refresh_from_db()
    late = papers.add_paper(draft, checking.check("b.pdf", pdf()), by=leader)
    assert (
        committee.get(reverse("paper", args=[draft.number, late.pk])).status_code == 404
    )


def test_a_paper_of_another_case_is_not_reached_through_ones_own(
    paper, leader, schools, school
):
    own = writing.start(school=schools["Baltorpskolen"], by=leader)
    assert school.get(reverse("paper", args=[own.number, paper.pk])).status_code == 404


def test_neither_trail_nor_outbox_holds_a_papers_name(paper, leader):
    papers.remove_paper(paper, by=leader)
    kept = [
        *AuditEntry.objects.values_list("payload", flat=True),
        *OutboxMessage.objects.values_list("payload", flat=True),
    ]
    assert "Anna" not in str(kept)


def test_files_that_no_paper_names_are_tidied_away_in_time(paper, settings):
    storage.keep(b"x", context="y")
    tasks.tidy_papers()
    files = list(settings.PAPERS_DIR.glob("??/*"))
    assert len(files) == 2
    for file in files:
        os.utime(file, (0, 0))
    tasks.tidy_papers()
    assert [file.name for file in settings.PAPERS_DIR.glob("??/*")] == [paper.stored_as]
