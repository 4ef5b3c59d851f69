"""The case on one page: the same shape always, without names, for all who see the case."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse
from pypdf import PdfReader

from applications.models import Goal, PlannedMeasure, TriedMeasure
from applications.reading import summary
from applications.reading.queries import WholeApplication
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AccessEntry
from tests.conftest import NEXT, text_of
from tests.filling import write_pupil
from tests.scenes import kept
from visitation.cases import actions as cases

LONG = "Fraværet er steget, og konflikterne fylder i frikvarteret. " * 90


def page(name, application):
    return reverse(name, args=[application.number])


def summary_of(application):
    return summary.summarise(WholeApplication(application))


def pdf_of(application):
    """The summary as a document that is opened."""
    return pikepdf.open(BytesIO(summary.as_pdf(WholeApplication(application))))


# -- one page --


def test_a_summary_is_one_page_of_pdf_a_and_pdf_ua_in_danish(submitted):
    document = pdf_of(submitted)
    metadata = str(document.Root.Metadata.read_bytes(), "utf-8")
    assert len(document.pages) == 1
    assert "pdfaid:part>2<" in metadata
    assert "pdfuaid:part>1<" in metadata
    assert str(document.Root.Lang) == "da-DK"
    assert str(document.docinfo["/Title"]) == f"Resumé af {submitted.number}"


LONG_FIELDS = (
    "learning_environment",
    "support_hours_use",
    "support_hours_yield",
    "ppr_setup",
    "ppr_daily",
)


@pytest.fixture
@kept
def overfull(draft, leader):
    """An application with ten pupils and everything as long as it may be."""
    for n in range(8):
        pupil_case = writing.add_pupil(draft, by=leader)
        write_pupil(pupil_case, f"Elev{n} Nummer{n}", by=leader)
    for pupil_case in draft.pupil_cases.all():
        pupil_case.description = LONG
        pupil_case.pupil_voice = LONG
        pupil_case.save()

    for field in LONG_FIELDS:
        setattr(draft, field, LONG)
    draft.save()

    for _ in range(14):
        TriedMeasure.objects.create(application=draft, what=LONG, outcome=LONG)
        planned = PlannedMeasure(application=draft, kind="other", what=LONG, expected_effect=LONG)
        planned.save()
    return draft


def test_whatever_is_written_it_is_one_page_and_says_that_it_is_shortened(overfull):
    assert len(pdf_of(overfull).pages) == 1

    shortened = summary_of(overfull)
    assert "forkortet" in shortened.shortened
    assert "…" in str(shortened.sections)


def test_a_long_text_is_whole_while_the_page_has_room(draft):
    case = draft.pupil_cases.first()
    case.description = "Han kommer, når en kendt voksen er der. " * 40 + "Sådan er det."
    case.save()
    content = summary.as_pdf(WholeApplication(draft))
    text = PdfReader(BytesIO(content)).pages[0].extract_text()
    assert "Sådan er det." in text
    assert "forkortet" not in text


def test_without_the_shortening_it_would_be_more_pages(overfull, monkeypatch):
    monkeypatch.setattr(summary, "SIZES", (summary.Size(6_000, 20),))
    assert len(pdf_of(overfull).pages) > 1


def test_initials_stand_where_a_name_was_written(draft, leader):
    pupil_case = draft.pupil_cases.first()
    pupil_case.description = (
        "Anna Berg er glad. Annas lærer kender Anna og familien Berg. Bo er Annas ven."
    )
    pupil_case.save()

    [about_pupils, *_] = summary_of(draft).sections
    assert about_pupils.texts[0] == (
        "A.B.",
        "A.B. er glad. A.B.s lærer kender A.B. og familien A.B.. Bo er A.B.s ven.",
    )


def test_an_empty_draft_has_the_same_shape(draft, leader, schools):
    empty = writing.start(school=schools["Baltorpskolen"], by=leader)
    titles = [section.title for section in summary_of(empty).sections]
    assert titles == [section.title for section in summary_of(draft).sections]
    assert len(pdf_of(empty).pages) == 1


@pytest.mark.parametrize(
    "text", ["#panic()", "$x$ *b* _i_", '#read("/etc/passwd")', "\\ ` @x <y>", "\a😀 مرحبا 中文"]
)
def test_what_is_written_is_never_markup(draft, leader, text):
    draft.learning_environment = text
    draft.save()
    assert summary.as_pdf(WholeApplication(draft)).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["summary", "summary_pdf"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("member", 200), ("other_leader", 404), ("adviser", 404), ("admin", 403)],
)
def test_who_sees_the_case_sees_its_summary(name, who, status, submitted, request, client_for):
    reader = client_for(request.getfixturevalue(who))
    assert reader.get(page(name, submitted)).status_code == status


def test_neither_page_nor_file_names_anybody(submitted, committee):
    shown = committee.get(page("summary", submitted)).content.decode()
    assert "Anna" not in shown
    assert "A.B." in shown
    answer = committee.get(page("summary_pdf", submitted))
    assert answer["Content-Type"] == "application/pdf"
    assert "Anna" not in answer["Content-Disposition"]


def test_printing_is_logged(submitted, committee, chair):
    committee.get(page("summary_pdf", submitted))
    assert AccessEntry.objects.get(kind="print").subject == submitted.number


def test_no_decision_stands_in_a_summary(provisional, committee):
    assert "Hemmelig" not in committee.get(page("summary", provisional)).content.decode()


def test_a_summary_takes_a_bounded_number_of_queries(
    overfull, school, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        school.get(page("summary", overfull))


# -- while the school has it again --


@pytest.fixture
def written_on(submitted, leader, chair):
    """Sent back, and written on in every corner; not submitted again."""
    cases.send_back(submitted, note="Skriv mere.", by=chair)
    submitted.refresh_from_db()

    pupil_case = submitted.pupil_cases.select_related("pupil").first()
    pupil_case.description = "Halvvejs om eleven."
    pupil_case.requested_tariff = 333_000
    pupil_case.ends_on = date(NEXT, 6, 30)
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)

    submitted.learning_environment = "Halvvejs om miljøet."
    planned = submitted.planned_measures.get()
    planned.what = "Halvvejs om tiltaget."
    texts = {"fields": ["learning_environment"], "step": "environment", "measures": [planned]}
    writing.write(submitted, **texts, by=leader)
    write_pupil(writing.add_pupil(submitted, by=leader), "Carla Dam", by=leader)
    return submitted


UNSENT = ("Halvvejs", "333.000", "30.06.", "C.D.")


def test_the_committee_reads_in_the_summary_what_was_submitted(written_on, committee):
    shown = text_of(committee.get(page("summary", written_on)))
    assert [word for word in UNSENT if word in shown] == []
    assert f"01.01.{NEXT} – 31.07.{NEXT}" in shown
    assert "Opdigtet tekst om learning_environment." in shown


def test_the_school_and_its_advisers_read_what_is_written_now(written_on, school, client_for):
    guest = client_for(written_on.invitations.get().user)
    for reader in (school, guest):
        shown = text_of(reader.get(page("summary", written_on)))
        assert [word for word in UNSENT if word not in shown] == []


def test_a_withdrawn_cases_summary_is_as_it_was_submitted(written_on, leader, committee):
    submission.withdraw(written_on, reason="", by=leader)
    shown = text_of(committee.get(page("summary", written_on)))
    assert [word for word in UNSENT if word in shown] == []


def test_the_printed_summary_holds_the_same_as_the_page(written_on, committee):
    content = committee.get(page("summary_pdf", written_on)).content
    [printed_page] = PdfReader(BytesIO(content)).pages
    printed = " ".join(printed_page.extract_text().split())
    assert [word for word in UNSENT if word in printed] == []
    assert "Opdigtet tekst om learning_environment." in printed


def test_a_summary_of_the_copy_is_the_summary_of_what_was_submitted(submitted):
    now = WholeApplication(submitted)
    copy = submitted.submissions.get().blocks
    assert summary.summarise(now, copy) == summary.summarise(now)


def test_the_committees_case_page_tells_nothing_of_what_is_being_written(
    written_on, leader, committee
):
    written_on.daily_leader_name = "Halvvejs Leder"
    writing.write(written_on, fields=["daily_leader_name"], step="leadership", by=leader)
    shown = text_of(committee.get(written_on.get_absolute_url()))
    assert [word for word in (*UNSENT, "Carla") if word in shown] == []


def test_a_goal_written_as_a_sentence_goes_on_in_one(draft):
    for goal in Goal.objects.filter(pupil_case__application=draft):
        goal.what = "Eleven er i skole hver dag."
        goal.save()
    goals = dict(summary_of(draft).sections)["Mål"]
    _, text = goals[0]
    assert text.startswith("Eleven er i skole hver dag: fra 70 til 90")
