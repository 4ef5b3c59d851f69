"""What a case is in law: set with a reason, kept in the journal; the hearing that some kinds need; the signed text."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

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
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.law import actions as law
from visitation.law import queries as law_queries
from visitation.law import rules as law_texts
from visitation.models import Classification, Decision, Hearing, JournalEntry

Kind = Classification.Kind


BINDING = (Kind.DECISION, Kind.COMPLAINT)


WHY = "Taksten afgør, om eleven kan blive."


def days(count):
    return today() + timedelta(days=count)


def hear(application, by, sent=-14, deadline=7):
    hearing = Hearing(
        application=application, heard="Moderen", sent_on=days(sent), deadline_on=days(deadline)
    )
    return law.note_hearing(hearing, by=by)


@pytest.fixture
def url(submitted):
    return reverse("classification", args=[submitted.number])


# -- the classification ---------------------------------------------------------------------------------------------------
def test_a_case_is_what_the_municipality_says_until_somebody_says_otherwise(
    submitted, chair, settings
):
    assert law_queries.kind_of(submitted) == Kind.INTERNAL
    settings.CLASSIFICATION = "decision"
    assert law_queries.kind_of(submitted) == Kind.DECISION
    law.classify(submitted, Kind.INTERNAL, reason=WHY, by=chair)
    assert law_queries.kind_of(submitted) == Kind.INTERNAL


def test_the_newest_counts_and_the_earlier_stay(submitted, chair, secretary):
    law.classify(submitted, Kind.DECISION, reason=WHY, by=chair)
    law.classify(submitted, Kind.COMPLAINT, reason="Der er klaget.", by=secretary)
    assert law_queries.kind_of(submitted) == Kind.COMPLAINT
    assert [said.kind for said in law_queries.classifications(submitted)] == [
        "complaint",
        "decision",
    ]


def test_it_stands_in_the_journal_and_in_the_trail_without_its_reason(submitted, chair):
    law.classify(submitted, Kind.DECISION, reason="Kanarifugl", by=chair)
    assert list(JournalEntry.objects.values_list("what", "application", "by")) == [
        ("classified", submitted.pk, chair.pk)
    ]
    assert "Kanarifugl" not in str(list(AuditEntry.objects.filter(verb="classify").values()))


def test_without_its_line_in_the_journal_nothing_is_set(submitted, chair, monkeypatch):
    def fail(**_):
        raise DatabaseError

    monkeypatch.setattr(JournalEntry.objects, "create", fail)
    for act in (
        partial(law.classify, submitted, Kind.DECISION, reason=WHY),
        partial(hear, submitted),
    ):
        with pytest.raises(DatabaseError):
            act(by=chair)
    assert not Classification.objects.exists()
    assert not Hearing.objects.exists()


@pytest.mark.parametrize("who", ["member", "leader", "adviser", "chief", "admin"])
def test_only_chair_and_secretary_say_what_a_case_is(who, submitted, chair, request):
    somebody, hearing = request.getfixturevalue(who), hear(submitted, chair)
    for act in (
        partial(law.classify, submitted, Kind.DECISION, reason=WHY),
        partial(
            law.note_hearing, Hearing(application=submitted, sent_on=days(-1), deadline_on=days(1))
        ),
        partial(law.note_answer, hearing, on=today(), answer="Ja."),
    ):
        with pytest.raises(PermissionDenied):
            act(by=somebody)


# -- the gate -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", BINDING)
@pytest.mark.parametrize("act", [partial(decisions.grant, terms=terms()), decisions.reject])
def test_a_decision_towards_the_pupil_waits_for_the_hearing(act, kind, case, pools, chair):
    law.classify(case.application, kind, reason=WHY, by=chair)
    with pytest.raises(law.NotHeard, match=r"ikke noteret nogen partshøring.*fanen »Retligt«"):
        act(case, grounds="Behov.", by=chair)
    hearing = hear(case.application, chair)
    with pytest.raises(law.NotHeard, match=day(days(7))):
        act(case, grounds="Behov.", by=chair)
    law.note_answer(hearing, on=today(), answer="Moderen er enig.", by=chair)
    act(case, grounds="Behov.", by=chair)
    assert Decision.objects.count() == 1


def test_a_deadline_that_has_passed_is_enough_and_its_last_day_is_not(
    case, pools, chair, time_machine
):
    law.classify(case.application, Kind.DECISION, reason=WHY, by=chair)
    hear(case.application, chair, deadline=0)
    with pytest.raises(law.NotHeard):
        decisions.reject(case, grounds="Nej.", by=chair)
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert decisions.reject(case, grounds="Nej.", by=chair)


def test_an_internal_allocation_needs_no_hearing(case, pools, chair):
    law.classify(case.application, Kind.INTERNAL, reason=WHY, by=chair)
    assert decisions.grant(case, terms(), grounds="Behov.", by=chair)


def test_a_postponement_needs_no_hearing(case, chair):
    law.classify(case.application, Kind.DECISION, reason=WHY, by=chair)
    assert decisions.postpone(case, grounds="Senere.", by=chair)


def test_a_correction_waits_for_the_hearing_too(released, granted, chair):
    law.classify(released, Kind.COMPLAINT, reason="Der er klaget.", by=chair)
    decision = Decision.objects.get(pk=granted.decision_id)
    with pytest.raises(law.NotHeard):
        corrections.correct(decision, None, grounds="Nej alligevel.", by=chair)
    assert Decision.objects.get(pk=decision.pk).status == "released"


def test_an_answer_is_written_in_once(submitted, chair):
    hearing = hear(submitted, chair)
    law.note_answer(hearing, on=today(), answer="Ja.", by=chair)
    with pytest.raises(Overtaken):
        law.note_answer(hearing, on=today(), answer="Nej.", by=chair)
    assert list(JournalEntry.objects.values_list("what", flat=True)) == ["heard", "heard"]


# -- the page -------------------------------------------------------------------------------------------------------------
def test_the_page_shows_who_when_and_why_and_what_is_missing(
    url, submitted, committee, client_for, member, post
):
    assert "Intern fordeling af midler Fastsat Ikke for denne sag." in text_of(committee.get(url))
    answer = committee.get(post(committee, url, {"kind": "decision", "reason": WHY}).url)
    for told in (
        "Afgørelse over for eleven",
        "af Frida Formand",
        WHY,
        "Sagen kan ikke afgøres endnu",
    ):
        assert told in text_of(answer)
        assert told in text_of(client_for(member).get(url))


def test_a_hearing_is_noted_and_its_answer_written_in(url, submitted, committee, post):
    typed = {
        "heard": "Moderen",
        "sent_on": f"{days(-3):%d.%m.%Y}",
        "deadline_on": f"{days(7):%d.%m.%Y}",
    }
    noted = text_of(committee.get(post(committee, f"{url}hoering/", typed).url))
    assert "Moderen" in noted
    answering = reverse("hearing_answer", args=[submitted.number, Hearing.objects.get().pk])
    assert "Moderen" in text_of(committee.get(answering))
    answer = post(committee, answering, {"on": f"{today():%d.%m.%Y}", "answer": "Moderen er enig."})
    assert "Moderen er enig." in text_of(committee.get(answer.url))
    assert committee.get(answering).status_code == 404


NONSENSE = (
    {"heard": ""},
    {"sent_on": ""},
    {"sent_on": "x"},
    {"sent_on": "01.01.2099"},
    {"deadline_on": "01.01.2020"},
    {"deadline_on": "\x00"},
    {"heard": "x" * 201},
)


@pytest.mark.parametrize("typed", NONSENSE)
def test_nonsense_about_a_hearing_is_told_and_nothing_typed_is_lost(typed, url, committee, post):
    right = {
        "heard": "Moderen",
        "sent_on": f"{days(-3):%d.%m.%Y}",
        "deadline_on": f"{days(7):%d.%m.%Y}",
    }
    answer = post(committee, f"{url}hoering/", right | typed)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, list(typed))
    assert {name: form[name].value() for name in right} == right | typed
    assert not Hearing.objects.exists()


def test_an_answer_before_the_question_is_told(submitted, chair, committee, post):
    url = reverse("hearing_answer", args=[submitted.number, hear(submitted, chair).pk])
    for typed in (
        {"on": "01.01.2020", "answer": "Ja."},
        {"on": "", "answer": "Ja."},
        {"on": "01.01.2099"},
    ):
        assert (typed, post(committee, url, typed).status_code) == (typed, 422)


def test_the_decision_page_says_what_is_missing_and_keeps_what_was_typed(
    case, pools, chair, committee, post
):
    law.classify(case.application, Kind.DECISION, reason=WHY, by=chair)
    url = reverse("decide", args=[case.application.number, case.pk])
    answer = post(committee, url, {"outcome": "rejected", "grounds": "Min egen tekst."})
    assert answer.status_code == 422
    assert "Der er ikke noteret nogen partshøring" in text_of(answer)
    assert "Min egen tekst." in text_of(answer)


def test_the_page_takes_as_many_queries_with_many_as_with_one(url, submitted, chair, committee):
    few = asked(committee, url)
    for _ in range(8):
        law.classify(submitted, Kind.INTERNAL, reason=WHY, by=chair)
        hear(submitted, chair)
    assert asked(committee, url) == few <= 12


# -- the text of the law --------------------------------------------------------------------------------------------------
def told(**changed):
    return json.loads(law_texts.TEXTS.read_text(encoding="utf-8")) | changed


def test_the_text_has_a_version_a_day_and_all_kinds():
    texts = law_texts.texts()
    assert texts.version
    assert texts.dated <= today()
    assert set(texts.kinds) == set(Kind)
    assert all(kind.rule for kind in texts.kinds.values())
    assert all("§ 25" in texts.kinds[kind].complaint for kind in BINDING)
    assert "§ 19" in texts.hearing


def test_the_text_is_the_municipalitys_to_sign_and_until_then_a_draft():
    assert (law_texts.texts().signed_by, law_texts.texts().mark) == (None, "Udkast")


def test_what_is_made_with_an_unsigned_text_says_so(url, submitted, committee):
    for page in (url, f"{url}hoering/", reverse("impartiality", args=[submitted.number])):
        assert "Udkast. Teksten er version 1" in text_of(committee.get(page))


def written_out():
    return {kind: {"rule": "Regel.", "complaint": "Klag her."} for kind in Kind.values}


def test_a_signed_text_carries_signer_and_day():
    signed = law_texts.read(
        told(signed_by="Signe Toft", signed_on="2026-12-01", kinds=written_out())
    )
    assert (signed.is_signed, signed.mark, signed.signed_by) == (True, "", "Signe Toft")
    for half in ({"signed_by": "Signe Toft"}, {"signed_on": "2026-12-01"}):
        with pytest.raises(ImproperlyConfigured, match="who signed"):
            law_texts.read(told(**half, kinds=written_out()))


def test_a_text_with_something_still_to_be_written_is_not_signed():
    with pytest.raises(ImproperlyConfigured, match="brackets"):
        law_texts.read(told(signed_by="Signe Toft", signed_on="2026-12-01"))
