"""An evaluation is written, signed by both chiefs, frozen, and never changed."""

from __future__ import annotations

import json
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from skolefleks.models import AuditEntry, Membership, Notice, Role
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import YEAR
from tests.deciding import deliver
from tests.scenes import kept
from tests.visitation.evaluation.signing import COMMITTEE_TEXT, freeze, mark, sign, write, write_for
from visitation.evaluation import actions
from visitation.evaluation.rules import Period, Span
from visitation.models import Evaluation, EvaluationPaper, EvaluationSignature, EvaluationVersion

THIS_YEAR = Period(Span.FISCAL, YEAR)


@pytest.fixture
@kept
def written(chair, pools):
    return write(THIS_YEAR, by=chair)


def stored():
    return Evaluation.objects.get()


def test_chair_and_secretary_write_the_committees_text(written, secretary):
    assert stored().committee_text == COMMITTEE_TEXT
    write(THIS_YEAR, by=secretary, text="Rettet.")
    assert stored().committee_text == "Rettet."
    assert AuditEntry.objects.filter(verb="write_evaluation").count() == 2


def test_each_chief_writes_for_the_own_centre_alone(written, chief, chief_bur, member):
    write_for("C-SIK", THIS_YEAR, by=chief)
    assert stored().chief_texts.get().text == "Vi fortsætter."
    for person, centre in ((chief, "C-BUR"), (chief_bur, "C-SIK"), (member, "C-SIK")):
        with pytest.raises(PermissionDenied):
            write_for(centre, THIS_YEAR, by=person)
    for person in (chief, member):
        with pytest.raises(PermissionDenied):
            write(THIS_YEAR, by=person)


def test_nothing_is_signed_before_the_committee_has_written(chief, pools):
    with pytest.raises(Refusal, match="ikke skrevet"):
        sign(THIS_YEAR, by=chief)


def test_who_leads_no_centre_or_both_signs_nothing(written, chair, person):
    both = person("Begge To", Role.CENTRE_CHIEF, centre="C-SIK")
    Membership.objects.create(user=both, role=Role.CENTRE_CHIEF, centre="C-BUR")
    for somebody in (chair, both):
        with pytest.raises(PermissionDenied):
            sign(THIS_YEAR, by=somebody)


def test_the_first_signature_locks_texts_and_figures(written, chief, chair):
    assert sign(THIS_YEAR, by=chief) is None
    assert stored().status == "awaiting"
    assert stored().figures["year"] == YEAR
    with pytest.raises(NotPossible, match="underskrevet"):
        write(THIS_YEAR, by=chair)


def test_one_centre_does_not_sign_for_both(written, chief, person):
    sign(THIS_YEAR, by=chief)
    colleague = person("Kim Kollega", Role.CENTRE_CHIEF, centre="C-SIK")
    for somebody in (chief, colleague):
        with pytest.raises(Overtaken):
            sign(THIS_YEAR, by=somebody)
    assert not EvaluationVersion.objects.exists()


def test_the_second_signature_freezes_and_numbers_the_version(written, chief, chief_bur):
    sign(THIS_YEAR, by=chief)
    version = sign(THIS_YEAR, by=chief_bur)
    assert (version.number, stored().status) == (1, "frozen")
    source = version.figures(published=False)
    assert source["texts"][0] == ["Kvalitetsudvalgets vurdering", COMMITTEE_TEXT]
    assert [line.split(":")[0] for line in source["signatures"]] == ["C-SIK", "C-BUR"]


def test_both_sign_the_figures_of_the_first_signature(written, chief, chief_bur, caseload):
    sign(THIS_YEAR, by=chief)
    signed = stored().figures
    caseload.make(10)
    version = sign(THIS_YEAR, by=chief_bur)
    assert version.figures(published=False)["tables"] == signed["tables"]


def test_what_was_changed_since_it_was_read_is_not_signed(written, chief, chair):
    read = mark(THIS_YEAR)
    write(THIS_YEAR, by=chair, text="Noget helt andet.")
    with pytest.raises(Overtaken, match="ændret"):
        actions.sign(THIS_YEAR, mark=read, by=chief)


def test_a_signature_can_be_taken_back_until_the_other_signs(written, chief, chief_bur, chair):
    sign(THIS_YEAR, by=chief)
    with pytest.raises(NotPossible):
        actions.take_back(THIS_YEAR, by=chief_bur)
    actions.take_back(THIS_YEAR, by=chief)
    assert (stored().status, stored().source) == ("writing", "")
    write(THIS_YEAR, by=chair, text="Rettet.")
    sign(THIS_YEAR, by=chief_bur)
    assert sign(THIS_YEAR, by=chief).number == 1
    with pytest.raises(NotPossible):
        actions.take_back(THIS_YEAR, by=chief)


def test_a_frozen_version_never_changes(chair, chief, chief_bur, pools):
    version = freeze(THIS_YEAR, chair=chair, chiefs=(chief, chief_bur))
    rows = EvaluationVersion.objects.filter(pk=version.pk)
    version.source = "{}"
    for change in (version.save, rows.delete, partial(rows.update, number=9)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(NotPossible, match="låst"):
        write(THIS_YEAR, by=chair)


def test_a_new_version_stands_beside_the_old_one(chair, chief, chief_bur, pools):
    first = freeze(THIS_YEAR, chair=chair, chiefs=(chief, chief_bur))
    before = first.source
    second = freeze(THIS_YEAR, chair=chair, chiefs=(chief_bur, chief))
    assert second.number == 2
    assert EvaluationVersion.objects.get(pk=first.pk).source == before
    assert EvaluationSignature.objects.filter(number=2).count() == 2


def test_a_chief_begins_no_new_version(chair, chief, chief_bur, pools):
    freeze(THIS_YEAR, chair=chair, chiefs=(chief, chief_bur))
    with pytest.raises(PermissionDenied):
        actions.reopen(THIS_YEAR, by=chief)


def test_the_papers_are_made_once_and_all_readers_are_told(
    chair, chief, chief_bur, follower, pools
):
    version = freeze(THIS_YEAR, chair=chair, chiefs=(chief, chief_bur))
    deliver()
    papers = list(EvaluationPaper.objects.order_by("is_published"))
    assert [paper.is_published for paper in papers] == [False, True]
    assert all(paper.content.startswith(b"%PDF") for paper in papers)
    actions.print_papers(version.pk)
    assert EvaluationPaper.objects.count() == 2
    told = Notice.objects.filter(topic="evaluation.frozen").values_list("user", flat=True)
    assert {chair.pk, chief.pk, chief_bur.pk, follower.pk} == set(told)


def test_the_other_chief_is_told_that_it_waits(written, chief, chief_bur):
    sign(THIS_YEAR, by=chief)
    deliver()
    [notice] = Notice.objects.filter(topic="evaluation.signed")
    assert (notice.user, notice.must_act) == (chief_bur, True)


def test_earlier_years_stand_beside_this_one(chair, chief, chief_bur, pools):
    last_year = Period(Span.FISCAL, YEAR - 1)
    freeze(last_year, chair=chair, chiefs=(chief, chief_bur))
    version = freeze(THIS_YEAR, chair=chair, chiefs=(chief, chief_bur))
    years = json.loads(version.source)["tables"][-1]
    assert [row["name"] for row in years["rows"]] == [last_year.name, THIS_YEAR.name]
