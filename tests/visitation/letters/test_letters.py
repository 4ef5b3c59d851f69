"""The letters of a decision: written with its release, made once, read by the right ones."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse
from pypdf import PdfReader

from skolefleks import pdf
from skolefleks.danish import today
from skolefleks.encryption import key_ring
from skolefleks.models import AccessEntry, AuditEntry
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from tests.conftest import NEXT, text_of
from tests.deciding import LAST, deliver, pupils, wish_terms
from tests.house.test_ceilings import asked
from tests.roles import guards_off
from tests.scenes import kept
from visitation.decisions import actions as decisions
from visitation.law import rules as law_rules
from visitation.letters import actions as letter_actions
from visitation.letters import queries
from visitation.models import Document, GivenText, JournalEntry
from visitation.recusals import actions as recusals
from visitation.releases import actions as releases


@pytest.fixture
@kept
def letters(case, submitted, pools, chair):
    """The first pupil granted in part, the second put off; released, and their letters made."""
    terms = wish_terms(
        180_000, conditions="Skolen følger fraværet.", follow_ups=(LAST.replace(month=4, day=1),)
    )
    decisions.grant(case, terms, grounds="Elevens behov er tydeligt.", by=chair)
    second = pupils(submitted)[1]
    decisions.postpone(second, grounds="PPR's vurdering mangler.", by=chair)
    releases.release(submitted, by=chair)
    deliver()

    documents = Document.objects.select_related("decision")
    return {(document.decision.outcome, document.kind): document for document in documents}


def words(pdf_content):
    """What a PDF says, in one line."""
    pages = PdfReader(BytesIO(pdf_content)).pages
    text = " ".join(page.extract_text() for page in pages)
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def test_each_decision_has_a_letter_and_a_text_for_the_parents(letters):
    assert set(letters) == {
        ("partly", "letter"),
        ("partly", "parents"),
        ("postponed", "letter"),
        ("postponed", "parents"),
    }


IN_THE_LETTER = (
    "Formanden for kvalitetsudvalget har behandlet skolens ansøgning",
    "Ansøgningen er delvist bevilget.",
    "180.000 kr. pr. år",
    f"1. januar {NEXT} – 31. juli {NEXT}",
    f"I {NEXT}",
    "104.548 kr.",
    "Skolen følger fraværet.",
    f"1. april {NEXT}",
    "Elevens behov er tydeligt.",
    "Det sker nu",
    "Den er afgjort af formanden alene",
    "Skolen søgte om",
    "Spørgsmål til afgørelsen",
    "Skriv til",
)


def test_the_letter_says_all_that_was_decided(letters):
    text = words(letters["partly", "letter"].content)
    assert [sentence for sentence in IN_THE_LETTER if sentence not in text] == []


def test_the_letter_names_the_secretary_to_ask_and_nobody_disqualified(
    submitted, secretary, chair, letters
):
    facts = queries.Facts(letters["partly", "letter"].decision, submitted)
    assert facts.contact() == f"{secretary.name}, {secretary.email}"
    recusals.set_recusal(submitted, secretary, reason="Er nabo til familien.", by=chair)
    assert facts.contact() == f"{chair.name}, {chair.email}"


def test_the_parents_text_is_in_everyday_words(letters, submitted):
    text = words(letters["partly", "parents"].content)
    assert f"så tal med {submitted.daily_leader_name} på Baltorpskolen." in text
    assert "Svaret er ja til en del af det, skolen søgte om." in text
    assert "104.548 kr." in text
    assert "Kommunens kvalitetsudvalg for SkoleFleks har en formand." in text
    for official in ("Takst", "regnskabsår", "bevilge", "Afgørelse"):
        assert official not in text


def test_a_postponed_pupil_gets_a_letter_without_money(letters):
    text = words(letters["postponed", "letter"].content)
    assert "Afgørelsen er udsat." in text
    assert "kr." not in text
    to_parents = words(letters["postponed", "parents"].content)
    assert "Svaret er ikke klar endnu." in to_parents
    assert "Udvalget tager sagen op igen." in to_parents


@pytest.mark.parametrize("kind", ["letter", "parents"])
def test_the_pdf_is_tagged_titled_danish_and_says_that_it_is_pdf_a(kind, letters):
    letter = letters["partly", kind]
    reader = PdfReader(BytesIO(letter.content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da-DK"
    # The case, never the pupil: a file's title is shown by programs, lists and searches.
    assert reader.metadata.title == f"Brev om SkoleFleks, sag {letter.template_data['number']}"

    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_without_a_signer_of_the_law_it_is_a_draft_in_large_letters(letters):
    assert not law_rules.texts().is_signed
    assert all(document.is_draft for document in letters.values())
    assert words(letters["partly", "letter"].content).count("UDKAST") >= 1


@pytest.mark.parametrize("is_draft", [True, False])
def test_only_a_draft_says_that_it_is_one(is_draft, letters):
    source = letters["partly", "letter"].template_data | {"draft": is_draft}
    text = words(pdf.render("letter", source))
    assert ("UDKAST" in text) is is_draft


@pytest.mark.parametrize("template", ["letter", "parents"])
def test_what_was_typed_is_printed_line_by_line(template):
    typed = "Nguyễn Thị An\nhar\t\N{BALLOT BOX WITH CHECK} sagt ja\nمحمد"
    section = {"title": "Derfor", "text": typed, "rows": [], "items": []}
    source = dict.fromkeys(("number", "date", "to", "title", "lead", "verdict", "law"), "Nguyễn")
    content = pdf.render(template, {**source, "draft": False, "sections": [section]})
    lines = PdfReader(BytesIO(content)).pages[0].extract_text().splitlines()
    assert lines.index("Nguyễn Thị An") == lines.index("Derfor") + 1
    assert re.search(r"har\s+\N{BALLOT BOX WITH CHECK} sagt ja", "\n".join(lines))


def test_nothing_of_a_letter_is_ever_changed(letters):
    document = letters["partly", "letter"]
    for change in (
        {"recipient": "En anden"},
        {"pdf_digest": "0" * 64},
        {"sealed_pdf": b"x"},
        {"is_draft": False},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        document.delete()


def test_its_bytes_lie_sealed_and_bound_to_their_row(letters):
    document = letters["partly", "letter"]
    assert document.is_intact
    assert b"%PDF" not in bytes(document.sealed_pdf)

    document.sealed_pdf = letters["partly", "parents"].sealed_pdf
    with pytest.raises(InvalidTag):
        _ = document.content


def test_what_it_says_and_its_template_are_known_by_their_digests(letters):
    document = Document.objects.get(pk=letters["partly", "letter"].pk)
    digest = key_ring().digest(document.source.encode(), document.source_context)
    assert digest == document.source_digest
    assert json.loads(document.source)["number"]
    assert document.template_sha256 == pdf.version("letter") != pdf.version("parents")


def test_made_again_it_is_the_same_and_handed_over_once(letters):
    before = dict(Document.objects.values_list("pk", "pdf_digest"))
    for document in letters.values():
        letter_actions.finish(document.pk)
    assert dict(Document.objects.values_list("pk", "pdf_digest")) == before
    assert JournalEntry.objects.filter(what="handed_over").count() == 4


def test_killed_while_it_is_made_nothing_of_it_has_happened(released, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(JournalEntry.objects, "create", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            letter_actions.finish(Document.objects.earliest("made_at").pk)
    assert not Document.objects.exclude(pdf_digest="").exists()
    deliver()
    assert not Document.objects.filter(pdf_digest="").exists()


# -- given to the parents --------------------------------------------------------------------------
@pytest.fixture
def to_parents(released):
    """A parents' text whose words on the law are signed."""
    with guards_off():
        Document.objects.filter(kind="parents").update(is_draft=False)
    return Document.objects.filter(kind="parents").first()


def test_that_the_parents_have_their_text_is_noted_with_its_day(to_parents, leader):
    given = letter_actions.note_given(to_parents, given_on=today(), by=leader)
    assert (given.document, given.given_on, given.noted_by) == (to_parents, today(), leader)

    entry = JournalEntry.objects.get(what="handed_over")
    assert (entry.document, entry.by) == (to_parents, leader)
    assert AuditEntry.objects.get(verb="give_to_parents").actor_id == leader.pk


def test_the_parents_get_it_between_its_release_and_today(to_parents, leader):
    for day in (today() - timedelta(1), today() + timedelta(1)):
        with pytest.raises(Refusal, match="Skriv en dag"):
            letter_actions.note_given(to_parents, given_on=day, by=leader)
    assert not GivenText.objects.exists()


def test_a_draft_is_not_given_to_the_parents(released, leader):
    draft = Document.objects.filter(kind="parents").first()
    with pytest.raises(NotPossible, match="udkast"):
        letter_actions.note_given(draft, given_on=today(), by=leader)


def test_the_school_gives_the_parents_their_own_text_alone(to_parents, leader, chair):
    letter = Document.objects.filter(kind="letter").first()
    with pytest.raises(NotPossible):
        letter_actions.note_given(letter, given_on=today(), by=leader)
    with pytest.raises(PermissionDenied):
        letter_actions.note_given(to_parents, given_on=today(), by=chair)


# -- who reads them --------------------------------------------------------------------------------
@pytest.fixture
def url(submitted):
    return reverse("letters", args=[submitted.number])


def test_the_school_reads_its_letters_and_not_the_journal(letters, url, school):
    page = text_of(school.get(url))
    assert page.count("Hent") == 4
    assert "Journal" not in page


def test_the_committee_reads_the_journal_too(letters, url, committee):
    page = text_of(committee.get(url))
    assert "Afgørelse frigivet" in page
    assert "Dokument afleveret" in page


NOTE_IT = "Notér, at forældrene har fået teksten"


def test_only_what_is_no_draft_can_be_noted_as_given(released, url, school, request):
    assert NOTE_IT not in text_of(school.get(url))
    request.getfixturevalue("to_parents")
    assert text_of(school.get(url)).count(NOTE_IT) == 2


def test_before_release_there_is_no_letter(provisional, school, committee):
    url = reverse("letters", args=[provisional.number])
    for client in (school, committee):
        assert "Ingen breve endnu" in text_of(client.get(url))
    assert "Journal" not in text_of(school.get(url))


def test_a_letter_is_kept_as_an_attachment_that_names_nobody_and_is_logged(
    letters, submitted, school
):
    document = letters["partly", "parents"]
    answer = school.get(reverse("letter", args=[submitted.number, document.pk]))
    assert answer.content == document.content
    expected = f'attachment; filename="{submitted.number}-foraeldre-{str(document.pk)[:8]}.pdf"'
    assert answer["Content-Disposition"] == expected
    assert answer["X-Content-Type-Options"] == "nosniff"
    exports = AccessEntry.objects.filter(kind="export", subject=submitted.number)
    assert exports.count() == 1


def test_a_letter_is_not_reached_by_a_foreign_school_nor_through_another_case(
    letters, submitted, other_leader, client_for
):
    pk = letters["partly", "letter"].pk
    client = client_for(other_leader)
    assert client.get(reverse("letter", args=[submitted.number, pk])).status_code == 404
    assert client.get(reverse("letters", args=[submitted.number])).status_code == 404


@pytest.mark.parametrize("who", ["school", "committee"])
def test_the_page_takes_as_many_queries_for_four_letters_as_for_two(who, released, url, request):
    client = request.getfixturevalue(who)
    assert asked(client, url) <= 12


def test_what_no_font_holds_is_told_before_the_release(case, submitted, chair, committee):
    for pupil_case in pupils(submitted):
        decisions.reject(pupil_case, grounds="Fint \N{UNICORN FACE}", by=chair)
    text = text_of(committee.get(submitted.get_absolute_url()))
    assert "Tegn, som brevene ikke kan vise: \N{UNICORN FACE}" in text


def test_what_is_previewed_is_what_is_written_at_release(
    case, submitted, pools, chair, committee, client_for, member
):
    decisions.grant(case, wish_terms(180_000), grounds="Elevens behov er tydeligt.", by=chair)
    decisions.reject(pupils(submitted)[1], grounds="Skolen har selv midlerne.", by=chair)
    address = reverse("letter_preview", args=[submitted.number, case.pk])
    assert client_for(member).get(address).status_code == 403
    sender = {"municipality": trade.letterhead()}
    previewed = [sender | source for _, source in committee.get(address).context["letters"]]
    assert "180.000 kr. pr. år" in text_of(committee.get(address))

    releases.release(submitted, by=chair)
    written = Document.objects.filter(decision__pupil_case=case).order_by("kind")
    assert [json.loads(document.source) for document in written] == previewed
    assert committee.get(address).status_code == 404
