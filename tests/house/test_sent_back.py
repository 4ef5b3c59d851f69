"""A case that is back at the school: the committee reads what was submitted, on every surface."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import models
from django.urls import reverse

from applications.models import Application, applications
from applications.models.copies import LIFE
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.celery import app as celery_app
from skolefleks.development.fictive import fictive_cpr
from tests.house.surfaces_caseload import CASE, addresses_of, found_in, take_up, write_case
from tests.surfaces import text_in, walk
from visitation.cases import actions as cases
from visitation.models import Meeting
from visitation.packs import actions as packs

celery_app.loader.import_default_modules()

# What the school writes after the case was sent back.
NEW = ["KvidderNy", "K.N.", "247.913", "247913", "17.03.2031", "17.marts2031"]

# What no form of the school's asks for: places, keys, and sums of other columns.
NOT_WRITTEN = {*LIFE, *writing.SUMMARY_FIELDS, "position", "is_protected"}


def new_value(column):
    """Another value for a column than any that is submitted."""
    if column.choices:
        return column.choices[-1][0]
    if isinstance(column, models.BooleanField):
        return True
    if isinstance(column, models.DateField):
        is_last = column.name.startswith("end")
        return date(2031, 3, 17 + is_last)
    if isinstance(column, models.DecimalField):
        return 5
    if isinstance(column, models.IntegerField):
        return 247_913
    return "KvidderNy"


def overwrite(row):
    """A new value in every column that the school writes; returns their names."""
    names = []
    for column in row._meta.concrete_fields:
        if column.name not in NOT_WRITTEN and not column.is_relation:
            setattr(row, column.attname, new_value(column))
            names.append(column.name)
    return names


def write_all_anew(application, *, by):
    """In every field; a measure and a pupil are taken out, and one is added, unknown yet."""
    first, second = application.pupil_cases.all()
    overwrite(first)
    first.name = "KvidderNy Ny"
    writing.write_pupil(first, cpr=fictive_cpr(random.Random(7), born=2014), by=by)
    writing.remove_pupil(second, by=by)
    new = writing.add_pupil(application, by=by)
    new.name = new.description = "KvidderNy"
    writing.write_pupil(new, cpr="", by=by)

    planned = list(application.planned_measures.all())
    goals = list(first.goals.all())
    for row in (*planned, *goals):
        overwrite(row)
    rows = {"measures": planned, "goals": goals, "removed": application.tried_measures.all()}
    writing.write(application, fields=overwrite(application), step="plan", by=by, **rows)


@pytest.fixture
def application(schools, leader, adviser, chair, member):
    """Submitted, sent back, and written anew from end to end."""
    application = write_case(schools["Baltorpskolen"], leader, adviser)
    take_up(application, chair, [chair, member])
    cases.send_back(application, note="Hvad siger forældrene?", by=chair)
    write_all_anew(application, by=leader)
    return application


def read_by(client, application):
    """All that a reader finds of it, by searching for the new pupil too."""
    return walk(client, addresses_of(application, pupils=3), (application.number, "K.N.")).texts


# -- what the committee reads ----------------------------------------------------------
ALIKE = [pytest.param(role, marks=pytest.mark.long) for role in ("secretary", "member")]


@pytest.mark.parametrize("role", ["chair", *ALIKE])
def test_the_committee_finds_all_that_was_submitted_and_nothing_else(
    role, request, client_for, application
):
    person = request.getfixturevalue(role)
    texts = read_by(client_for(person), application)

    assert len(texts) > 100
    assert found_in(texts, NEW) == {}
    found = set().union(*found_in(texts, CASE).values())
    assert found >= {"Xenia", "Wraa", "KvidderSag", "213.457"}


def test_whatever_the_committee_sends_is_answered_without_a_new_word(committee, post, application):
    texts = {}
    for path in addresses_of(application, pupils=3):
        if application.number in path:
            answer = post(committee, path)
            texts[path] = text_in(answer)
            assert answer.status_code < 500
    assert found_in(texts, NEW) == {}


def test_the_number_that_is_revealed_is_the_submitted_pupils(committee, chair, post, application):
    pupil_case = application.pupil_cases.first()
    marked = Application.objects.marked_for(chair).get(pk=application.pk)
    submitted = marked.copy.pupil_cases[0].pupil.cpr

    text = text_in(post(committee, reverse("reveal_cpr", args=[application.number, pupil_case.pk])))
    assert submitted in text
    assert pupil_case.pupil.cpr not in text


def test_the_material_of_a_meeting_holds_nothing_that_is_not_submitted(
    committee, chair, application
):
    meeting = Meeting.objects.get(items__application=application)
    packs.make(packs.ask(meeting, with_papers=True, by=chair).pk)
    address = reverse("visitation:pack_pdf", args=[meeting.pk])

    texts = {address: text_in(committee.get(address))}
    assert found_in(texts, [application.number])
    assert found_in(texts, NEW) == {}


@pytest.mark.long
def test_a_case_that_is_withdrawn_from_the_school_shows_what_was_submitted(
    committee, leader, application
):
    submission.withdraw(application, reason="Eleven er flyttet.", by=leader)
    assert found_in(read_by(committee, application), NEW) == {}


# -- and what others do ----------------------------------------------------------------
@pytest.mark.long
def test_the_school_reads_what_it_has_written(school, application):
    found = set().union(*found_in(read_by(school, application), NEW).values())
    assert found >= {"KvidderNy", "247.913"}


@pytest.mark.long
def test_what_is_submitted_anew_is_what_the_committee_reads(committee, leader, application):
    for empty in application.pupil_cases.filter(pupil=None):
        writing.remove_pupil(empty, by=leader)
    Application.objects.filter(pk=application.pk).update(status="submitted", sent_back_copy=None)
    assert found_in(read_by(committee, application), NEW)


def test_the_walk_finds_it_when_nothing_is_kept_back(committee, application, monkeypatch):
    monkeypatch.setattr(applications, "show_copies", lambda _: None)
    # Of a pupil without a tariff the page is an error.
    application.pupil_cases.filter(pupil=None).delete()
    path = reverse("assessments", args=[application.number])
    assert path in found_in(walk(committee, [path]).texts, NEW)


# -- in the code -----------------------------------------------------------------------
# Who asks for pupils past `WholeApplication`, and why that shows nothing that is not submitted.
ASKED_PAST_IT = {
    "agenda/names.py": "takes names out of a text, and shows none",
    "agenda/queries.py": "counts the pupils of submitted cases",
    "assessments/queries.py": "whether a pupil is decided, and nothing that is written",
    "caseload": "writes the demo",
    "evaluation/": "counts measures of efforts, whose decision was released",
    "efforts/": "of grants that were released: nobody writes in such a case any more",
    "identity/queries.py": "leaves out what is back at the school",
    "migrations/": "the database's own",
    "closings/": "the goals of an effort at its end, as its decision froze them",
    "outlook/queries.py": "sums up submitted cases",
    "queue/tabs.py": "counts the pupils of submitted cases",
    "releases/actions.py": "counts the pupils of a submitted case",
    "room/queries.py": "leaves out what is back at the school",
}

PAST_IT = re.compile(r"\.pupil_cases\b|PupilCase\.objects|\.(tried|planned)_measures|Goal\.objects")


def test_no_page_of_the_committees_asks_for_what_is_written_past_the_one_function():
    folder = Path(settings.BASE_DIR) / "visitation"
    asking = set()
    for file in folder.glob("*/*.py"):
        name = str(file.relative_to(folder))
        text = file.read_text()
        for through in ("whole", "copy", "WholeApplication(application)"):
            text = text.replace(f"{through}.", "")
        is_known = any(name.startswith(known) for known in ASKED_PAST_IT)
        if PAST_IT.search(text) and not is_known:
            asking.add(name)
    assert asking == set()
