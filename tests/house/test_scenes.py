"""What a test finds of the cast is what the acts have made, whether made now or put back."""

from __future__ import annotations

import pytest

from applications.models import Application
from skolefleks import audit
from skolefleks.models import AuditEntry, User
from tests import scenes
from tests.roles import empty_tables, without_triggers
from visitation.decisions import actions as decisions
from visitation.models import Grant, Scale


def as_it_stands():
    with without_triggers() as cursor:
        return scenes._fingerprints(cursor)


def kept_of(request):
    return scenes.SCENES[scenes._key_of(scenes._cast_of(request.node))]


@pytest.mark.parametrize("time", ["made or put back", "put back"])
def test_the_rows_put_back_are_the_rows_that_were_made(released, request, time):
    before = as_it_stands()
    assert sum(rows is not None for rows in before.values()) > 30

    empty_tables(but={Scale._meta.db_table})
    assert not Application.objects.exists()
    with without_triggers() as cursor:
        cursor.execute(kept_of(request).rows)
    assert as_it_stands() == before


@pytest.mark.parametrize("time", ["made or put back", "put back"])
def test_the_objects_put_back_are_their_rows_and_one_another(
    draft, submitted, leader, chair, granted, time
):
    assert submitted is draft
    assert Application.objects.get() == submitted
    assert Grant.objects.get() == granted
    assert set(User.objects.filter(pk__in=[leader.pk, chair.pk])) == {leader, chair}


MADE = []


@pytest.fixture
@scenes.kept
def row(leader):
    MADE.append(leader.pk)


@pytest.mark.parametrize("time", ["made", "put back"])
def test_what_gives_nothing_is_put_back_like_all_else(row, leader, time):
    assert [leader.pk] == MADE


@pytest.mark.parametrize("time", ["made or put back", "put back"])
def test_the_trail_goes_on_from_what_was_put_back(granted, chair, time):
    before = audit.verify()
    assert before.is_intact
    assert before.length == AuditEntry.objects.count() > 10

    decisions.undo(granted.decision, by=chair)
    assert audit.verify().unsealed_entry
