"""The minutes: drafted from decisions, written to, approved once, silent to the disqualified."""

from __future__ import annotations

import io
from itertools import product

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import pdf
from skolefleks.models import AccessEntry, User
from skolefleks.refusals import NotPossible, Overtaken
from tests.conftest import NEXT, many, terms, text_of
from tests.filling import fill
from tests.meetings import held, locked, members, tell, under_way
from tests.scenes import kept
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.letters import actions as letters
from visitation.meetings import actions as meetings
from visitation.minutes import actions as minutes
from visitation.minutes import queries as minutes_queries
from visitation.minutes import readers, rules
from visitation.models import Document, JournalEntry
from visitation.recusals import rules as recusal_rules

NOTHING = rules.mark_of("")


SAID = "Skolen lovede tal for Eva Fogs fremmøde #let x *y* $z$."


@pytest.fixture
@kept
def theirs(schools, other_leader):
    """A case of Hedegårdsskolen for Eva Fog."""
    application = fill(
        writing.start(school=schools["Hedegårdsskolen"], by=other_leader),
        "Eva Fog",
        by=other_leader,
    )
    submission.submit(application, by=other_leader)
    return application


@pytest.fixture
@kept
def ours(schools, leader):
    """A case of Baltorpskolen."""
    return many(1, school=schools["Baltorpskolen"], by=leader)[0].application


@pytest.fixture
@kept
def there(chair, two_roles, person):
    """The chair, three members, and one who works at Hedegårdsskolen."""
    return [chair, two_roles, *members(person)]


@pytest.fixture
@kept
def meeting(theirs, ours, there, chair, pools):
    """A meeting where Eva's case was granted and the other left for later."""
    meeting = under_way(theirs, ours, by=chair, present=there)
    case = theirs.pupil_cases.select_related("pupil", "application__school__district").get()
    granted = decision_rules.Terms(
        215_000, terms().starts_on, terms().ends_on, conditions="Møde i marts."
    )
    decisions.grant(case, granted, grounds="Eva har brug for en fast voksen.", by=chair)
    return held(meeting, by=chair)


def page(meeting, name="minutes", *args):
    return reverse(f"visitation:{name}", args=[meeting.pk, *args])


def first(meeting):
    return meeting.items.select_related("application", "meeting")[0]


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def words(content):
    return " ".join(" ".join(leaf.extract_text() for leaf in read(content).pages).split())


# -- what they say ---------------------------------------------------------------------


def test_the_minutes_draft_themselves_from_what_was_decided(meeting, theirs, ours, committee):
    text = text_of(committee.get(page(meeting)))
    for said in (
        f"Punkt 1: {theirs.number}, Hedegårdsskolen",
        "Tove Tohat (Arbejder på skolen)",
        "E.F.: Bevilget",
        "215.000 kr. pr. år",
        f"1. januar {NEXT}",
        "Møde i marts.",
        "E.F. har brug for en fast voksen.",
        f"Punkt 2: {ours.number}, Baltorpskolen",
        "venter til et senere møde",
        "Frida Formand Formand Til stede",
    ):
        assert said in text


def test_while_the_meeting_is_on_nothing_is_left_for_a_later_one(ours, there, chair, pools):
    meeting = under_way(ours, by=chair, present=there)
    [point] = minutes_queries.minutes_of(meeting)["points"]
    assert point["note"] == "Ikke afgjort endnu."


def test_the_minutes_name_no_pupil(meeting, chair, committee):
    minutes.write_said(first(meeting), text=SAID, read=NOTHING, by=chair)
    text = text_of(committee.get(page(meeting)))
    assert "Eva" not in text
    assert "tal for E.F.s fremmøde" in text


def test_a_pupil_with_a_protected_name_is_not_even_initials(meeting, theirs, chair, committee):
    theirs.pupil_cases.update(is_protected=True)
    minutes.write_said(first(meeting), text=SAID, read=NOTHING, by=chair)
    text = text_of(committee.get(page(meeting))).replace(
        "E.F. · 4. kl.", ""
    )  # what lists show is the school's to write
    assert "Beskyttet: Bevilget" in text
    assert "E.F." not in text


def test_a_line_of_the_grounds_is_a_line_on_paper_too():
    point = {"number": 1, "heading": "SF", "lead": "", "note": "", "said": ""}
    fact = ["Begrundelse", "Første linje\nAnden: Nguyễn"]
    point |= {"facts": [fact], "pupils": []}
    minutes_ = {"title": "R", "lead": "L", "status": "U", "people": [], "remarks": ""}
    leaf = read(pdf.render("minutes", {**minutes_, "points": [point]})).pages[0]
    assert "Begrundelse: Første linje\nAnden: Nguyễn" in leaf.extract_text()


def test_what_no_font_holds_is_told_before_the_approval(meeting, chair, committee):
    assert "ikke kan vise på papir" not in text_of(committee.get(page(meeting)))
    minutes.write_said(first(meeting), text="Hurra \N{UNICORN FACE}", read=NOTHING, by=chair)
    text = text_of(committee.get(page(meeting)))
    assert "Tegn, som referatet ikke kan vise på papir: \N{UNICORN FACE}" in text


def test_a_decision_taken_back_after_the_meeting_was_made_there(meeting, theirs, chair):
    decisions.undo(meeting.decisions.get(), by=chair)
    said = minutes_queries.minutes_of(meeting)
    assert [pupil["outcome"] for pupil in said["points"][0]["pupils"]] == ["Bevilget"]
    assert [row["application"] for row in said["later"]] == [str(theirs.pk)]


def test_reading_and_printing_them_is_logged_for_each_case(meeting, theirs, ours, committee):
    for name in ("minutes", "minutes_pdf"):
        committee.get(page(meeting, name))
    logged = AccessEntry.objects.order_by("pk").values_list("kind", "subject")
    assert list(logged) == list(product(("view", "print"), (theirs.number, ours.number)))


def test_there_are_none_before_the_meeting_has_begun(ours, chair, committee):
    meeting = locked(ours, by=chair)
    for name in ("minutes", "minutes_pdf"):
        assert committee.get(page(meeting, name)).status_code == 404


# -- writing ---------------------------------------------------------------------------


def test_what_was_said_is_written_until_they_are_approved(meeting, chair, secretary):
    minutes.write_said(first(meeting), text="Først.", read=NOTHING, by=secretary)
    minutes.write_remarks(meeting, text="I øvrigt.", read=NOTHING, by=chair)
    minutes.approve_minutes(meeting, by=chair)
    with pytest.raises(NotPossible, match="indtil det er godkendt"):
        minutes.write_said(
            first(meeting), text="Senere.", read=rules.mark_of("Først."), by=secretary
        )
    with pytest.raises(NotPossible):
        minutes.write_remarks(meeting, text="Senere.", read=rules.mark_of("I øvrigt."), by=chair)


def test_minutes_without_remarks_say_that_there_are_none(meeting, chair, client_for, member):
    minutes.approve_minutes(meeting, by=chair)
    for user in (chair, member):
        text = text_of(client_for(user).get(page(meeting)))
        assert "Generelle bemærkninger Ingen." in text


def test_who_writes_on_top_of_an_older_text_sees_both(meeting, chair, committee, post):
    item = first(meeting)
    minutes.write_said(item, text="Den andens ord.", read=NOTHING, by=chair)
    typed = {f"{item.pk}-text": "Mine ord.", f"{item.pk}-read": NOTHING}
    answer = post(committee, page(meeting, "write_minutes"), typed)
    assert answer.status_code == 422
    assert all(text in text_of(answer) for text in ("Den andens ord.", "Mine ord."))
    again = typed | {f"{item.pk}-read": rules.mark_of("Den andens ord.")}
    assert post(committee, page(meeting, "write_minutes"), again).status_code == 302
    with pytest.raises(Overtaken):
        minutes.write_said(item, text="Igen.", read=NOTHING, by=chair)


def test_remarks_are_written_by_form_and_too_long_a_text_is_refused(meeting, committee, post):
    url = page(meeting, "write_minutes")
    sent = {"remarks-text": "Formanden bød velkommen.", "remarks-read": NOTHING}
    assert post(committee, url, sent | {"remarks-text": "x" * 6_001}).status_code == 422
    assert post(committee, url, sent).status_code == 302
    assert "bød velkommen" in text_of(committee.get(page(meeting)))


@pytest.mark.parametrize("who", ["member", "leader", "chief", "admin"])
def test_nobody_else_writes_or_approves(who, meeting, request):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        minutes.write_remarks(meeting, text="Nej.", read=NOTHING, by=user)
    with pytest.raises(PermissionDenied):
        minutes.approve_minutes(meeting, by=user)


def test_the_secretary_writes_and_the_chair_alone_approves(meeting, secretary):
    with pytest.raises(PermissionDenied):
        minutes.approve_minutes(meeting, by=secretary)


# -- approved --------------------------------------------------------------------------


@pytest.fixture
def approved(meeting, chair):
    return minutes.approve_minutes(meeting, by=chair)


def test_approved_they_are_a_document_in_the_journal_that_nobody_changes(approved, meeting, chair):
    entry = JournalEntry.objects.get(document=approved)
    assert (entry.meeting, entry.by) == (meeting, chair)
    assert approved.template_data["status"].startswith("Godkendt af Frida Formand")
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.update(recipient="Andre")
    with pytest.raises(NotPossible):
        minutes.approve_minutes(meeting, by=chair)


def test_what_happens_later_does_not_change_them(approved, meeting, theirs, chair, committee):
    decisions.undo(meeting.decisions.get(), by=chair)
    assert "E.F.: Bevilget" in text_of(committee.get(page(meeting)))


def test_their_pdf_is_made_once_and_handed_out_byte_for_byte(approved, meeting, committee):
    tell()
    approved.refresh_from_db()
    assert approved.is_intact
    letters.finish(approved.pk)
    assert committee.get(page(meeting, "minutes_pdf")).content == approved.content


def test_the_pdf_is_tagged_titled_danish_and_holds_to_both_standards(approved, meeting, committee):
    document = read(committee.get(page(meeting, "minutes_pdf")).content)
    root = document.trailer["/Root"]
    assert document.metadata.title.startswith("Referat af møde i kvalitetsudvalget")
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("da-DK", True)
    says = root["/Metadata"].get_data().decode()
    assert all(
        part in says for part in ("<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<")
    )


def tags(node):
    """The tags of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    for one in node if isinstance(node, list) else [node]:
        tag = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(tag, dict):
            yield tag.get("/S")
            yield from tags(tag.get("/K", []))


def test_the_pdf_has_headings_a_table_and_words_that_are_words(meeting, chair, committee):
    minutes.write_said(first(meeting), text=SAID, read=NOTHING, by=chair)
    content = committee.get(page(meeting, "minutes_pdf")).content
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/P"} <= set(
        tags(read(content).trailer["/Root"]["/StructTreeRoot"])
    )
    assert "#let x *y* $z$" in words(content)


def test_a_draft_says_that_it_is_one(meeting, committee):
    assert "Udkast, ikke godkendt" in words(committee.get(page(meeting, "minutes_pdf")).content)


# -- the disqualified ------------------------------------------------------------------

SECRETS = ("Hedegårdsskolen", "E.F.", "215.000", "fast voksen", "Hanne")


@pytest.mark.parametrize("is_approved", [False, True])
def test_the_disqualified_reads_the_heading_and_nothing_of_the_case(
    is_approved, meeting, theirs, ours, chair, two_roles, client_for
):
    if is_approved:
        letters.finish(minutes.approve_minutes(meeting, by=chair).pk)
    client = client_for(two_roles)
    screen, paper = (
        text_of(client.get(page(meeting))),
        words(client.get(page(meeting, "minutes_pdf")).content),
    )
    for text in (screen, paper):
        assert "Punkt 1: du er inhabil" in text
        assert ours.number in text
        assert not [secret for secret in (*SECRETS, theirs.number) if secret in text]


def test_without_the_filter_the_same_pages_would_tell(
    meeting, theirs, two_roles, client_for, monkeypatch
):
    monkeypatch.setattr(readers, "as_read_by", lambda told, user: told)
    client = client_for(two_roles)
    assert theirs.number in text_of(client.get(page(meeting)))
    assert theirs.number in words(client.get(page(meeting, "minutes_pdf")).content)


def test_who_was_disqualified_when_it_was_decided_reads_it_not_later_either(
    meeting, theirs, chair, two_roles
):
    told = minutes.approve_minutes(meeting, by=chair).template_data
    two_roles.memberships.exclude(school=None).delete()
    now = User.objects.get(pk=two_roles.pk)
    assert readers.as_read_by(told, now)["points"][0]["is_closed"]


def test_a_disqualified_chair_writes_nothing_of_the_case(
    meeting, theirs, two_roles, client_for, post
):
    two_roles.memberships.filter(school=None).update(role="committee_chair")
    item = first(meeting)
    sent = {f"{item.pk}-text": "Noget om sagen."}
    post(client_for(two_roles), page(meeting, "write_minutes"), sent)
    assert not first(meeting).said
    with pytest.raises(recusal_rules.Recused):
        minutes.write_said(item, text="x", read=NOTHING, by=two_roles)


def test_all_texts_are_saved_at_once_and_the_one_that_fails_alone_is_not(
    meeting, chair, committee, post
):
    one, two = meeting.items.all()
    sent = {f"{one.pk}-text": "Enighed.", f"{one.pk}-read": NOTHING}
    sent |= {f"{two.pk}-text": "CPR 020115-6789", f"{two.pk}-read": NOTHING}
    sent |= {"remarks-text": "Eva var ikke til stede.", "remarks-read": NOTHING}
    answer = post(committee, page(meeting, "write_minutes"), sent)
    assert answer.status_code == 422
    assert "020115-6789" in text_of(answer)
    assert "skrevet som initialer" in text_of(answer)
    meeting.refresh_from_db()
    said = minutes_queries.minutes_of(meeting)
    assert [point["said"] for point in said["points"]] == ["Enighed.", ""]
    assert said["remarks"] == "E.F. var ikke til stede."


def test_a_remark_about_a_case_is_not_read_by_who_is_disqualified_in_it(
    meeting, theirs, chair, two_roles
):
    text = f"Godt møde.\nOm {theirs.number}: skolen ringer."
    minutes.write_remarks(meeting, text=text, read=NOTHING, by=chair)
    read = readers.as_read_by(minutes_queries.minutes_of(meeting), two_roles)
    assert read["remarks"] == "Godt møde.\n(Om en sag, du er inhabil i.)"


def test_a_line_with_a_pupils_initials_is_not_read_by_the_disqualified(
    meeting, ours, chair, two_roles
):
    text = "Godt møde.\nEva har det bedre."
    minutes.write_remarks(meeting, text=text, read=NOTHING, by=chair)
    other = meeting.items.get(application=ours)
    minutes.write_said(other, text="Som i Evas sag.\nEnighed.", read=NOTHING, by=chair)
    read = readers.as_read_by(minutes_queries.minutes_of(meeting), two_roles)
    assert read["remarks"] == f"Godt møde.\n{readers.OUT_OF_IT}"
    assert read["points"][1]["said"] == f"{readers.OUT_OF_IT}\nEnighed."
    assert "E.F." not in str(read)


def test_why_a_meeting_was_reopened_is_not_read_by_who_is_disqualified_in_that_case(
    meeting, theirs, chair, two_roles
):
    meetings.reopen_meeting(meeting, reason=f"Vi glemte {theirs.number}.", by=chair)
    read = readers.as_read_by(minutes_queries.minutes_of(meeting), two_roles)
    assert read["course"][-1][1] == f"Mødet blev genåbnet: {readers.OUT_OF_IT}"
    assert theirs.number not in str(read)


def test_a_text_that_is_refused_keeps_its_label(meeting, committee, post):
    sent = {"remarks-text": "CPR 020115-6789", "remarks-read": NOTHING}
    answer = text_of(post(committee, page(meeting, "write_minutes"), sent))
    assert "Det, der skal stå ud over punkterne: Teksten ser ud" in answer
