"""Writing, submitting, withdrawing and inviting: what the school's acts do and refuse."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from applications.handover import actions as handover
from applications.lifecycle import Status
from applications.models import Application, Invitation, PlannedMeasure, TriedMeasure
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AuditEntry, OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from tests.filling import write_pupil


def test_a_new_case_gets_the_next_number_of_the_year(leader, schools):
    first = writing.start(school=schools["Baltorpskolen"], by=leader)
    second = writing.start(school=schools["Baltorpskolen"], by=leader)
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1
    assert first.status == Status.DRAFT


def test_nobody_starts_a_case_for_another_school(leader, schools):
    with pytest.raises(PermissionDenied):
        writing.start(school=schools["Hedegårdsskolen"], by=leader)
    assert not Application.objects.exists()


def test_the_row_of_the_list_follows_what_is_written(draft):
    assert draft.initials == ["A.B.", "B.C."]
    assert (draft.pupil_count, draft.requested) == (2, 400_000)
    assert draft.kinds == ["retention"]


def test_a_protected_pupil_is_nameless_on_lists(draft, leader):
    pupil_case = draft.pupil_cases.first()
    pupil_case.is_protected = True
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)
    assert "A.B." not in pupil_case.application.initials
    assert "Beskyttet" in pupil_case.application.initials


def test_a_pupil_stands_once_on_an_application(draft, leader):
    first, second = draft.pupil_cases.all()
    with pytest.raises(Refusal, match="allerede") as refusal:
        writing.write_pupil(second, cpr=first.pupil.cpr, by=leader)
    assert refusal.value.field == "cpr"


def test_the_same_child_in_two_applications_is_one_pupil(draft, leader, schools):
    known = draft.pupil_cases.first().pupil
    other = writing.start(school=schools["Baltorpskolen"], by=leader)
    pupil_case = writing.add_pupil(other, by=leader)
    write_pupil(pupil_case, "Anna Berg", by=leader, cpr=known.cpr)
    assert pupil_case.pupil == known


def test_a_pupil_taken_out_of_a_draft_is_gone_with_the_words(draft, leader):
    writing.remove_pupil(draft.pupil_cases.first(), by=leader)
    draft.refresh_from_db()
    assert draft.initials == ["B.C."]
    assert draft.requested == 200_000


def test_measures_keep_the_order_they_are_given_in(draft, leader):
    names = ["Først", "Dernæst", "Sidst"]
    rows = [TriedMeasure(what=name) for name in names]
    writing.write(
        draft,
        fields=[],
        step="environment",
        by=leader,
        measures=rows,
        removed=list(draft.tried_measures.all()),
    )
    assert [row.what for row in draft.tried_measures.all()] == names


def test_submitting_hands_the_case_to_the_committee_once(draft, leader):
    submission.submit(draft, by=leader)
    assert draft.status == Status.SUBMITTED
    assert draft.submitted_by == leader
    assert OutboxMessage.objects.filter(topic="application.submitted").count() == 1
    with pytest.raises(NotPossible):
        submission.submit(draft, by=leader)


def test_the_pedagogical_leader_writes_and_cannot_submit(draft, staff):
    writing.write(draft, fields=["mentor"], step="cooperation", by=staff)
    with pytest.raises(PermissionDenied):
        submission.submit(draft, by=staff)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_what_somebody_else_wrote_meanwhile_is_submitted_too(draft, leader):
    in_another_window = Application.objects.get(pk=draft.pk)
    in_another_window.coordinator = "Vejleder Vita"
    writing.write(in_another_window, fields=["coordinator"], step="cooperation", by=leader)
    submission.submit(draft, by=leader)
    assert "Vejleder Vita" in draft.submissions.get().content


@pytest.mark.parametrize(
    ("field", "nothing"),
    [
        ("description", ""),
        ("pupil_voice", ""),
        ("parents_informed", ""),
        ("requested_tariff", None),
        ("ends_on", None),
    ],
)
def test_a_pupil_without_what_is_required_stops_the_application(draft, leader, field, nothing):
    pupil_case = draft.pupil_cases.first()
    setattr(pupil_case, field, nothing)
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)
    with pytest.raises(handover.Incomplete) as refusal:
        submission.submit(draft, by=leader)
    assert [item.field for item in refusal.value.items] == [field]


def test_nine_hours_of_support_are_another_road(draft, leader, settings):
    pupil_case = draft.pupil_cases.first()
    pupil_case.support_hours = settings.SUPPORT_HOURS_LIMIT
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)
    with pytest.raises(handover.Incomplete) as refusal:
        submission.submit(draft, by=leader)
    assert "specialundervisning" in refusal.value.items[0].label


def test_another_tariff_than_the_unit_tariff_asks_why(draft, leader):
    pupil_case = draft.pupil_cases.first()
    pupil_case.requested_tariff = 215_000
    pupil_case.tariff_reason = ""
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)
    (item,) = writing.summarise(draft).missing
    assert item.field == "tariff_reason"


def test_a_planned_measure_without_its_effect_is_not_one(draft, leader):
    draft.planned_measures.all().delete()
    PlannedMeasure.objects.create(
        application=draft, kind="outdoor_school", what="Udeskole om onsdagen"
    )
    (item,) = writing.summarise(draft).missing
    assert item.field == "planned"


def test_what_the_committee_has_cannot_be_changed(submitted, leader):
    with pytest.raises(NotPossible):
        writing.add_pupil(submitted, by=leader)
    with pytest.raises(NotPossible):
        writing.write(submitted, fields=["mentor"], step="cooperation", by=leader)


def test_a_withdrawn_case_says_why_and_stays_readable(submitted, leader):
    submission.withdraw(submitted, reason="Eleven er flyttet.", by=leader)
    submitted.refresh_from_db()
    assert submitted.status == Status.WITHDRAWN
    assert submitted.withdrawn_reason == "Eleven er flyttet."
    assert Application.objects.visible_to(leader).get() == submitted


def test_an_invited_adviser_reads_this_case_and_no_other(draft, adviser, leader, schools):
    other = writing.start(school=schools["Baltorpskolen"], by=leader)
    writing.invite(draft, adviser=adviser, by=leader)
    writing.invite(draft, adviser=adviser, by=leader)
    assert list(Application.objects.visible_to(adviser)) == [draft]
    assert other not in Application.objects.visible_to(adviser)
    assert Invitation.objects.filter(user=adviser).count() == 1


def test_only_advisers_are_invited(draft, chief, leader):
    with pytest.raises(Refusal, match="rådgivere"):
        writing.invite(draft, adviser=chief, by=leader)
    assert not Invitation.objects.filter(user=chief).exists()


def test_the_trail_of_writing_holds_no_word_of_the_child(draft):
    trail = " ".join(str(entry.payload) for entry in AuditEntry.objects.all())
    assert "Anna" not in trail
    assert "billede" not in trail
