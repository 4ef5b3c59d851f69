"""What a case is in law: set with a reason, kept in the journal; the hearing; the signed text."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from skolefleks.danish import day, today
from skolefleks.models import AuditEntry
from skolefleks.refusals import Overtaken
from tests.conftest import terms, text_of
from tests.house.test_ceilings import asked
from tests.scenes import beside
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.law import actions as law
from visitation.law import queries as law_queries
from visitation.law import rules as law_rules
from visitation.models import Classification, Decision, Hearing, JournalEntry

Kind = Classification.Kind
BINDING = (Kind.DECISION, Kind.COMPLAINT)
REASON = "Taksten afgør, om eleven kan blive."


def day_from_now(count):
    return today() + timedelta(days=count)


def typed_day(count):
    return f"{day_from_now(count):%d.%m.%Y}"


def hear(application, by, deadline=7):
    return law.note_hearing(
        application,
        heard="Moderen",
        sent_on=day_from_now(-14),
        deadline_on=day_from_now(deadline),
        by=by,
    )


@pytest.fixture
@beside
def url(submitted):
    return reverse("classification", args=[submitted.number])


# -- the classification ----------------------------------------------------------------------------
def test_a_case_is_what_the_municipality_says_until_somebody_says_otherwise(
    submitted, chair, settings
):
    assert law_queries.kind_of(submitted) == Kind.INTERNAL

    settings.CLASSIFICATION = "decision"
    assert law_queries.kind_of(submitted) == Kind.DECISION

    law.classify(submitted, Kind.INTERNAL, reason=REASON, by=chair)
    assert law_queries.kind_of(submitted) == Kind.INTERNAL


def test_the_newest_classification_counts_and_the_earlier_stay(submitted, chair, secretary):
    law.classify(submitted, Kind.DECISION, reason=REASON, by=chair)
    law.classify(submitted, Kind.COMPLAINT, reason="Der er klaget.", by=secretary)

    assert law_queries.kind_of(submitted) == Kind.COMPLAINT
    kinds = [row.kind for row in law_queries.classifications(submitted)]
    assert kinds == ["complaint", "decision"]


def test_a_classification_stands_in_the_journal_and_in_the_trail_without_its_reason(
    submitted, chair
):
    law.classify(submitted, Kind.DECISION, reason="Kanarifugl", by=chair)

    entries = list(JournalEntry.objects.values_list("what", "application", "by"))
    assert entries == [("classified", submitted.pk, chair.pk)]
    lines = list(AuditEntry.objects.filter(verb="classify").values())
    assert "Kanarifugl" not in str(lines)


@pytest.fixture
def no_journal(monkeypatch):
    """Let each line of the journal fail to be written."""

    def fail(**_):
        raise DatabaseError

    monkeypatch.setattr(JournalEntry.objects, "create", fail)


def test_without_its_line_in_the_journal_nothing_is_classified(submitted, chair, no_journal):
    with pytest.raises(DatabaseError):
        law.classify(submitted, Kind.DECISION, reason=REASON, by=chair)
    assert not Classification.objects.exists()


def test_without_its_line_in_the_journal_no_hearing_is_noted(submitted, chair, no_journal):
    with pytest.raises(DatabaseError):
        hear(submitted, chair)
    assert not Hearing.objects.exists()


OTHERS = ("member", "leader", "adviser", "chief", "admin")


@pytest.mark.parametrize("who", OTHERS)
def test_only_chair_and_secretary_classify_a_case(who, submitted, request):
    somebody = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        law.classify(submitted, Kind.DECISION, reason=REASON, by=somebody)


@pytest.mark.parametrize("who", OTHERS)
def test_only_chair_and_secretary_note_a_hearing_and_its_answer(who, submitted, chair, request):
    somebody = request.getfixturevalue(who)
    hearing = hear(submitted, chair)
    with pytest.raises(PermissionDenied):
        hear(submitted, somebody)
    with pytest.raises(PermissionDenied):
        law.note_answer(hearing, on=today(), answer="Ja.", by=somebody)


# -- the gate --------------------------------------------------------------------------------------
def grant_with_terms(pupil_case, *, grounds, by):
    return decisions.grant(pupil_case, terms(), grounds=grounds, by=by)


@pytest.mark.parametrize("kind", BINDING)
@pytest.mark.parametrize("decide", [grant_with_terms, decisions.reject])
def test_a_decision_towards_the_pupil_waits_for_the_hearing(decide, kind, case, pools, chair):
    law.classify(case.application, kind, reason=REASON, by=chair)
    not_noted = r"ikke noteret nogen partshøring.*fanen »Retligt«"
    with pytest.raises(law.NotHeard, match=not_noted):
        decide(case, grounds="Behov.", by=chair)

    hearing = hear(case.application, chair)
    with pytest.raises(law.NotHeard, match=day(day_from_now(7))):
        decide(case, grounds="Behov.", by=chair)

    law.note_answer(hearing, on=today(), answer="Moderen er enig.", by=chair)
    decide(case, grounds="Behov.", by=chair)
    assert Decision.objects.count() == 1


def test_a_deadline_that_has_passed_is_enough_and_its_last_day_is_not(
    case, pools, chair, time_machine
):
    law.classify(case.application, Kind.DECISION, reason=REASON, by=chair)
    hear(case.application, chair, deadline=0)
    with pytest.raises(law.NotHeard):
        decisions.reject(case, grounds="Nej.", by=chair)

    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert decisions.reject(case, grounds="Nej.", by=chair)


def test_an_internal_allocation_needs_no_hearing(case, pools, chair):
    law.classify(case.application, Kind.INTERNAL, reason=REASON, by=chair)
    assert decisions.grant(case, terms(), grounds="Behov.", by=chair)


def test_a_postponement_needs_no_hearing(case, chair):
    law.classify(case.application, Kind.DECISION, reason=REASON, by=chair)
    assert decisions.postpone(case, grounds="Senere.", by=chair)


def test_a_correction_waits_for_the_hearing_too(released, granted, chair):
    law.classify(released, Kind.COMPLAINT, reason="Der er klaget.", by=chair)
    decision = Decision.objects.get(pk=granted.decision_id)
    with pytest.raises(law.NotHeard):
        corrections.correct(decision, None, grounds="Nej alligevel.", by=chair)
    assert Decision.objects.get(pk=decision.pk).status == "released"


def test_the_answer_to_a_hearing_is_noted_once(submitted, chair):
    hearing = hear(submitted, chair)
    law.note_answer(hearing, on=today(), answer="Ja.", by=chair)
    with pytest.raises(Overtaken):
        law.note_answer(hearing, on=today(), answer="Nej.", by=chair)
    assert list(JournalEntry.objects.values_list("what", flat=True)) == ["heard", "heard"]


# -- the page --------------------------------------------------------------------------------------
def test_the_page_says_that_a_case_is_what_the_municipality_has_it(url, committee):
    page = text_of(committee.get(url))
    assert "Intern fordeling af midler Fastsat Ikke for denne sag." in page


def test_the_page_shows_who_when_and_why_and_what_is_missing(
    url, committee, client_for, member, post
):
    answer = post(committee, url, {"kind": "decision", "reason": REASON})
    for page in (text_of(committee.get(answer.url)), text_of(client_for(member).get(url))):
        assert "Afgørelse over for eleven" in page
        assert "af Frida Formand" in page
        assert REASON in page
        assert "Sagen kan ikke afgøres endnu" in page


def test_a_hearing_is_noted_and_its_answer_written_in(url, submitted, committee, post):
    typed = {"heard": "Moderen", "sent_on": typed_day(-3), "deadline_on": typed_day(7)}
    answer = post(committee, f"{url}hoering/", typed)
    assert "Moderen" in text_of(committee.get(answer.url))

    answer_url = reverse("hearing_answer", args=[submitted.number, Hearing.objects.get().pk])
    assert "Moderen" in text_of(committee.get(answer_url))

    typed = {"on": typed_day(0), "answer": "Moderen er enig."}
    answer = post(committee, answer_url, typed)
    assert "Moderen er enig." in text_of(committee.get(answer.url))
    assert committee.get(answer_url).status_code == 404


NONSENSE = (
    {"heard": ""},
    {"sent_on": ""},
    {"sent_on": "x"},
    {"sent_on": "01.01.2099"},
    {"deadline_on": "01.01.2020"},
    {"deadline_on": "\x00"},
    {"heard": "x" * 201},
)


@pytest.mark.parametrize("wrong", NONSENSE)
def test_nonsense_about_a_hearing_is_refused_and_nothing_typed_is_lost(wrong, url, committee, post):
    right = {"heard": "Moderen", "sent_on": typed_day(-3), "deadline_on": typed_day(7)}
    answer = post(committee, f"{url}hoering/", right | wrong)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, list(wrong))
    assert {name: form[name].value() for name in right} == right | wrong
    assert not Hearing.objects.exists()


WRONG_ANSWERS = (
    {"on": "01.01.2020", "answer": "Ja."},
    {"on": "", "answer": "Ja."},
    {"on": "01.01.2099"},
)


@pytest.mark.parametrize("typed", WRONG_ANSWERS)
def test_an_answer_before_the_question_is_refused(typed, submitted, chair, committee, post):
    url = reverse("hearing_answer", args=[submitted.number, hear(submitted, chair).pk])
    assert post(committee, url, typed).status_code == 422


def test_the_decision_page_says_what_is_missing_and_keeps_what_was_typed(
    case, pools, chair, committee, post
):
    law.classify(case.application, Kind.DECISION, reason=REASON, by=chair)
    url = reverse("decide", args=[case.application.number, case.pk])
    answer = post(committee, url, {"outcome": "rejected", "grounds": "Min egen tekst."})
    assert answer.status_code == 422
    assert "Der er ikke noteret nogen partshøring" in text_of(answer)
    assert "Min egen tekst." in text_of(answer)


def test_the_page_takes_as_many_queries_with_many_as_with_one(url, submitted, chair, committee):
    few = asked(committee, url)
    for _ in range(8):
        law.classify(submitted, Kind.INTERNAL, reason=REASON, by=chair)
        hear(submitted, chair)
    assert asked(committee, url) == few <= 12


# -- the text of the law ---------------------------------------------------------------------------
def source_with(**changes):
    return json.loads(law_rules.TEXTS.read_text(encoding="utf-8")) | changes


def finished_kinds():
    return {kind: {"rule": "Regel.", "complaint": "Klag her."} for kind in Kind.values}


def test_the_text_has_a_version_a_day_and_all_kinds():
    texts = law_rules.texts()
    assert texts.version
    assert texts.dated <= today()
    assert set(texts.kinds) == set(Kind)
    assert all(kind.rule for kind in texts.kinds.values())
    assert all("§ 25" in texts.kinds[kind].complaint for kind in BINDING)
    assert "§ 19" in texts.hearing


def test_the_text_is_the_municipalitys_to_sign_and_until_then_a_draft():
    texts = law_rules.texts()
    assert (texts.signed_by, texts.mark) == (None, "Udkast")


def test_what_is_made_with_an_unsigned_text_says_so(url, submitted, committee):
    for page in (url, f"{url}hoering/", reverse("impartiality", args=[submitted.number])):
        assert "Udkast. Teksten er version 1" in text_of(committee.get(page))


def test_a_signed_text_carries_signer_and_day():
    source = source_with(signed_by="Signe Toft", signed_on="2026-12-01", kinds=finished_kinds())
    texts = law_rules.read(source)
    assert (texts.is_signed, texts.mark, texts.signed_by) == (True, "", "Signe Toft")


@pytest.mark.parametrize("half", [{"signed_by": "Signe Toft"}, {"signed_on": "2026-12-01"}])
def test_a_text_is_not_signed_by_halves(half):
    with pytest.raises(ImproperlyConfigured, match="who signed"):
        law_rules.read(source_with(**half, kinds=finished_kinds()))


def test_a_text_with_something_still_to_be_written_is_not_signed():
    with pytest.raises(ImproperlyConfigured, match="brackets"):
        law_rules.read(source_with(signed_by="Signe Toft", signed_on="2026-12-01"))
