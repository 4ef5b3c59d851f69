"""Every field of the application is declared once, and all that shows it knows the declaration."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from applications.fields import asking, blocks, declarations, rules
from applications.fields.declarations import BLOCK_KINDS, PUPIL, UNDECLARED
from applications.fields.field import OLDER, YOUNGER, AgeGroup, Card, Field, When
from applications.models import Application, Goal, PlannedMeasure, PupilCase, TriedMeasure
from applications.reading.queries import WholeApplication
from applications.writing.forms import goals, measures, pupil, steps
from tests.conftest import text_of

MODELS = (Application, PupilCase, Goal, TriedMeasure, PlannedMeasure)

FORMS = {
    "pupil": pupil.PupilForm,
    "environment": steps.EnvironmentForm,
    "tried": measures.TriedForm,
    "planned": measures.PlannedForm,
    "goal": goals.GoalForm,
    "cooperation": steps.CooperationForm,
    "leadership": steps.LeadershipForm,
}


def columns_of(model):
    return {column.name for column in model._meta.concrete_fields}


def declared_names(model, kinds=BLOCK_KINDS):
    names = set()
    for kind in kinds:
        if kind.model is model:
            names.update(field.name for field in kind.fields)
    return names


def columns_in_no_block(model, kinds=BLOCK_KINDS):
    return columns_of(model) - declared_names(model, kinds) - set(UNDECLARED[model])


# -- the law --


@pytest.mark.parametrize("model", MODELS)
def test_every_column_stands_in_a_block_or_on_the_list_with_its_reason(model):
    assert columns_in_no_block(model) == set()


@pytest.mark.parametrize("kind", BLOCK_KINDS, ids=lambda kind: kind.kind)
def test_a_column_whose_declaration_is_taken_away_is_in_no_block(kind):
    last = kind.fields[-1]
    without_it = dataclasses.replace(kind, fields=kind.fields[:-1])
    kinds = [without_it if one is kind else one for one in BLOCK_KINDS]
    assert columns_in_no_block(kind.model, kinds) == {last.name}


@pytest.mark.parametrize("model", MODELS)
def test_the_list_of_reasons_names_only_columns_that_are_not_declared(model):
    assert set(UNDECLARED[model]) <= columns_of(model)
    assert set(UNDECLARED[model]) & declared_names(model) == set()
    assert all(UNDECLARED[model].values())


@pytest.mark.parametrize("kind", BLOCK_KINDS, ids=lambda kind: kind.kind)
def test_a_field_is_declared_once_and_is_a_column_of_its_model(kind):
    names = [field.name for field in kind.fields]
    assert len(names) == len(set(names))
    # The number lies at the pupil as a person.
    assert set(names) - {"cpr"} <= columns_of(kind.model)


# -- what is made from a declaration --


def lines_of(application, kind):
    written = WholeApplication(application).blocks
    block = next(block for block in written if block["key"].partition(":")[0] == kind.kind)
    return [name for name, _, _ in block["lines"]]


@pytest.mark.parametrize("kind", BLOCK_KINDS, ids=lambda kind: kind.kind)
def test_every_declared_field_has_its_line_in_the_text(kind, draft):
    lines = lines_of(draft, kind)
    assert lines == [field.name for field in kind.fields if not field.told_by]

    tellers = {field.told_by for field in kind.fields if field.told_by}
    assert tellers <= set(lines)


@pytest.mark.parametrize("kind", BLOCK_KINDS, ids=lambda kind: kind.kind)
def test_every_declared_field_stands_once_on_its_form(kind):
    on_cards = []
    for _, lines in kind.cards:
        for line in lines:
            on_cards += [field.name for field in line]

    assert sorted(on_cards) == sorted(field.name for field in kind.fields)
    assert set(on_cards) <= set(FORMS[kind.kind].base_fields)


@pytest.mark.parametrize("kind", BLOCK_KINDS, ids=lambda kind: kind.kind)
def test_the_form_asks_by_the_declared_label(kind):
    fields = FORMS[kind.kind].base_fields
    for declared in kind.fields:
        assert fields[declared.name].label == declared.label


def test_the_committee_can_ask_at_every_line_but_the_cpr_number(draft, pupil_case):
    places = asking.find_places(WholeApplication(draft).blocks)
    key = f"pupil:{pupil_case.pk}"
    names = [place.key.removeprefix(f"{key}.") for place in places if place.key.startswith(key)]
    assert "description" in names
    assert set(lines_of(draft, PUPIL)) - set(names) == {"cpr"}


@pytest.fixture
def pupil_case(draft):
    return draft.pupil_cases.first()


def test_the_checklist_knows_a_field_by_its_declaration(draft):
    draft.ppr_daily = ""
    items = WholeApplication(draft).missing
    assert [(item.step, item.field, item.label) for item in items] == [
        ("cooperation", "ppr_daily", declarations.COOPERATION.field("ppr_daily").check)
    ]


def test_the_checklist_asks_for_the_pupils_words_right_after_the_description():
    names = [field.name for field in PUPIL.checked]
    assert names.index("pupil_voice") == names.index("description") + 1


def test_a_goal_is_asked_what_before_how_it_is_measured():
    [(_, lines)] = declarations.GOAL.cards
    assert [line[0].name for line in lines[:2]] == ["what", "kind"]


def test_fields_that_stand_beside_each_other_share_a_line():
    [(_, lines)] = declarations.PLANNED.cards
    assert ["starts_on", "ends_on", "cost"] in [[field.name for field in line] for line in lines]


# -- the case page --

CASE_PAGE = Path(settings.BASE_DIR) / "templates" / "visitation" / "cases"

# What the page says without naming the field, and what it does not say.
SAID_OTHERWISE = {
    ("goal", "unit"): "in the goal's `way`",
    ("goal", "baseline"): "in the goal's `way`",
    ("goal", "target"): "in the goal's `way`",
    ("pupil", "name"): "as `shown_name`",
    ("pupil", "is_protected"): "as `shown_name`",
}

# These have a list that a field can stand in; a table or a sentence is written by hand.
WITH_A_LIST = {"pupil", "environment", "planned", "cooperation", "leadership"}


def case_page_places(name):
    """Whether a template of the case page shows the model's field `name` itself."""
    shown = re.compile(rf"\.(get_)?{name}(_display)?\b")
    return any(shown.search(path.read_text()) for path in CASE_PAGE.glob("*.html"))


@pytest.mark.parametrize("kind", BLOCK_KINDS, ids=lambda kind: kind.kind)
def test_every_declared_field_stands_on_the_case_page(kind):
    missing = []
    for field in kind.fields:
        is_listed = field.on_case is not None and kind.kind in WITH_A_LIST
        is_said = is_listed or (kind.kind, field.name) in SAID_OTHERWISE
        if not is_said and not case_page_places(field.name):
            missing.append(field.name)
    assert missing == []


def test_a_field_that_no_template_names_would_be_missed_on_the_case_page():
    assert not case_page_places("night_note")


def test_the_case_page_lists_what_is_written_under_its_declared_label(draft, school):
    draft.family_cooperation = "Vi ringer hver fredag."
    draft.save()
    lines = blocks.case_lines(draft, declarations.COOPERATION)
    assert ("Familien", "Vi ringer hver fredag.") in lines

    page = text_of(school.get(draft.get_absolute_url()))
    assert "Familien Vi ringer hver fredag." in page


def test_the_case_page_says_that_there_is_no_law_and_nothing_of_no_mentor(draft):
    draft.legal_basis = ""
    draft.mentor = ""
    lines = blocks.case_lines(draft, declarations.COOPERATION, declarations.LEADERSHIP)
    labels = [label for label, _ in lines]
    assert lines[-1] == ("Lovgrundlag", "–")
    assert "Mentor" not in labels


# -- when a field must be there --


def field_for(group):
    return Field("x", "X", card=Card(""), ages=group)


@pytest.mark.parametrize(
    ("group", "ages", "is_asked"),
    [
        (None, {8}, True),
        (YOUNGER, set(), True),
        (YOUNGER, {13}, True),
        (YOUNGER, {14}, False),
        (YOUNGER, {8, 15}, True),
        (OLDER, set(), True),
        (OLDER, {13}, False),
        (OLDER, {14}, True),
        (OLDER, {8, 15}, True),
        # Nobody of 20 is in an age group: the form asks what it asks the nearest.
        (OLDER, {20}, True),
    ],
)
def test_the_form_asks_for_what_fits_the_pupils_ages(group, ages, is_asked):
    assert rules.is_asked_of_ages(field_for(group), ages) is is_asked


@pytest.mark.parametrize(
    ("group", "ages", "is_needed"),
    [
        (YOUNGER, set(), False),
        (YOUNGER, {5}, False),
        (YOUNGER, {6}, True),
        (YOUNGER, {13}, True),
        (YOUNGER, {14}, False),
        (OLDER, {13}, False),
        (OLDER, {14}, True),
        (OLDER, {17}, True),
        (OLDER, {18}, False),
    ],
)
def test_the_checklist_asks_each_age_group_for_its_own(group, ages, is_needed):
    field = field_for(group)
    assert rules.is_needed_of_application(field, pupils=1, ages=ages) is is_needed


def test_a_condition_that_says_nothing_of_what_it_is_asked_of_is_an_error(pupil_case):
    of_parents = dataclasses.replace(field_for(None), when=When.PARENTS_INFORMED)
    with pytest.raises(ValueError, match="not of an application"):
        rules.is_needed_of_application(of_parents, pupils=1, ages=set())

    of_several = dataclasses.replace(field_for(None), when=When.SEVERAL_PUPILS)
    with pytest.raises(ValueError, match="not of one pupil"):
        rules.is_needed_of_pupil(of_several, pupil_case)


@pytest.mark.parametrize(("age", "group"), [(3, YOUNGER), (13, YOUNGER), (14, OLDER), (20, OLDER)])
def test_every_age_is_counted_with_a_group(age, group):
    assert rules.age_group_of(age) == group


def test_an_age_group_includes_its_first_and_last_year():
    group = AgeGroup(6, 13)
    assert [group.includes(age) for age in (5, 6, 13, 14)] == [False, True, True, False]


def test_no_hours_of_support_is_an_answer_and_no_tariff_is_none():
    assert rules.is_filled(PUPIL.field("support_hours"), 0)
    assert not rules.is_filled(PUPIL.field("support_hours"), None)
    assert not rules.is_filled(PUPIL.field("requested_tariff"), 0)


def test_support_counts_at_the_pupil_it_is_for_or_at_all_of_them():
    pupil_case = PupilCase()
    of_all = TriedMeasure(is_support=True, hours_per_week=2)
    of_this = TriedMeasure(is_support=True, hours_per_week=3, pupil=pupil_case)
    of_another = TriedMeasure(is_support=True, hours_per_week=4, pupil=PupilCase())
    assert rules.support_beside([of_all, of_this, of_another], pupil_case) == 5


def test_the_committee_can_ask_for_a_caseworker_who_is_advised_and_left_out(draft, pupil_case):
    pupil_case.caseworker_name = ""
    pupil_case.save()
    keys = [place.key for place in WholeApplication(draft).places]
    assert f"pupil:{pupil_case.pk}.caseworker_name" in keys


def advised_statements(draft, pupil_case, signed):
    lists = {"tried_measures": [], "planned_measures": [], "goals": []}
    items = rules.checklist(draft, [pupil_case], **lists, signed_capacities=signed)
    return [item.field for item in rules.advised(items) if item.step == "dialogue"]


def test_a_caseworkers_statement_is_advised_until_it_is_signed(draft, pupil_case):
    pupil_case.caseworker_name = ""
    assert advised_statements(draft, pupil_case, {"ppr"}) == []
    pupil_case.caseworker_name = "Sofie Holm, Familieteamet"
    assert advised_statements(draft, pupil_case, {"ppr"}) == ["caseworker"]
    assert advised_statements(draft, pupil_case, {"ppr", "caseworker"}) == []


# -- copies that are stored already --

# As it lies in a Submission: the form of it never changes.
STORED = [
    {
        "key": "pupil:1",
        "step": "pupils",
        "title": "Elev A.B.",
        "lines": [["name", "Navn", "Anna Berg"], ["description", "Beskrivelse", "Glad."]],
        "figures": {"initials": "A.B.", "age": 9, "tariff": 200_000, "starts_on": "2026-08-01"},
    },
    {"key": "planned:2", "step": "plan", "title": "Planlagt tiltag 1", "lines": []},
]


def test_a_block_is_stored_in_the_form_that_old_copies_have(draft):
    for block in WholeApplication(draft).blocks:
        assert list(block)[:4] == ["key", "step", "title", "lines"]
        assert set(block) <= {"key", "step", "title", "lines", "figures"}
        assert all(len(line) == 3 for line in block["lines"])


def test_an_old_copy_is_compared_with_what_is_written_now(draft):
    parts = blocks.differences(STORED, WholeApplication(draft).blocks, steps=1_000)
    removed = [part.title for part in parts if part.state == "removed"]
    assert removed == ["Elev A.B.", "Planlagt tiltag 1"]


def test_a_question_to_an_old_copy_finds_its_line(draft):
    now = WholeApplication(draft).blocks
    asks = {"pupil:1.description": "Hvornår?"}
    [question] = asking.list_questions(asks, draft.number, now=now, before=STORED)

    assert question.place.full_label == "Elev A.B.: Beskrivelse"
    assert question.is_gone
    assert question.is_changed
    assert question.url.startswith(reverse("applications:pupils", args=[draft.number]))
