"""The tables are made at once, and not again where they came step by step."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from skolefleks.operations import manifest
from tests.roles import as_owner

pytestmark = pytest.mark.django_db

OURS = {"skolefleks", "applications", "visitation", "budget"}
# Made after the tables were joined: they are to do for everybody.
SINCE = {"0002_owed_instalments", "0003_grants_in_order", "0004_grants_by_last_day"}


@pytest.fixture
def steps():
    """The database as one that took them all, which are given: as (app, name)."""
    loader = MigrationLoader(None)
    old = []
    for migration in loader.disk_migrations.values():
        if migration.app_label in OURS:
            old += migration.replaces
    with as_owner():
        recorder = MigrationRecorder(connection)
        recorder.migration_qs.filter(app__in=OURS).delete()
        for app, name in old:
            recorder.record_applied(app, name)
    return old


def to_do():
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    return [migration.name for migration, _ in executor.migration_plan(targets)]


def test_whoever_took_all_steps_takes_those_since(steps):
    assert len(steps) == 86
    assert set(to_do()) == SINCE


def test_whoever_took_none_makes_all_tables():
    with as_owner():
        MigrationRecorder(connection).migration_qs.filter(app__in=OURS).delete()
    assert to_do().count("0001_tables") == len(OURS)


def test_whoever_stands_between_two_steps_is_told_so(steps):
    with as_owner():
        MigrationRecorder(connection).record_unapplied("visitation", "0029_words_per_year")
    assert set(to_do()) == SINCE
    with pytest.raises(CommandError, match="0029_words_per_year"):
        call_command("migrate", verbosity=0)


@pytest.fixture
def backup_of_steps(steps):
    """What a backup of such a database says of itself."""
    applied = MigrationRecorder(connection).applied_migrations()
    nothing = dict.fromkeys(field.name for field in fields(manifest.Manifest))
    return manifest.Manifest(**nothing | {"migrations": [f"{app}.{name}" for app, name in applied]})


def test_a_backup_that_names_the_steps_is_known(backup_of_steps):
    assert len(backup_of_steps.migrations) > 80
    manifest.require_known_migrations(backup_of_steps)


def test_a_backup_that_names_a_step_of_tomorrow_is_not(backup_of_steps):
    backup_of_steps.migrations.append("visitation.9999_from_tomorrow")
    with pytest.raises(manifest.Refused, match=r"it has visitation\.9999_from_tomorrow"):
        manifest.require_known_migrations(backup_of_steps)
