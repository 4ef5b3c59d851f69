"""Backup, restore and rollback on the real PostgreSQL, as an operator runs them."""

from __future__ import annotations

import json
import shutil
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from applications.models import Paper
from skolefleks import storage
from skolefleks.development.demo import write_secrets
from skolefleks.encryption import KeyRing
from skolefleks.operations import manifest
from tests.applications.papers.files import pdf
from tests.applications.papers.laying import wait
from tests.skolefleks.operations.desk import Place, empty_place
from tests.template import PROGRAMS

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

HEAD = "SELECT encode(hash, 'hex') FROM skolefleks_auditseal ORDER BY position DESC LIMIT 1"


@pytest.fixture
def site(draft, leader, settings, tmp_path):
    """A site with a case and a paper."""
    settings.PAPERS_DIR = tmp_path / "papers"
    settings.POSTGRES_PROGRAMS = str(PROGRAMS)
    wait(draft, "Plan.pdf", pdf(), by=leader)
    return Place(connection.settings_dict["NAME"], settings.PAPERS_DIR)


@pytest.fixture
def backup(site, tmp_path):
    call_command("backup", tmp_path / "backup", stdout=StringIO())
    return tmp_path / "backup"


@pytest.fixture
def empty(tmp_path):
    with empty_place(tmp_path) as place:
        yield place


@pytest.fixture
def restored(empty, backup):
    done = empty.manage("restore", backup)
    assert done.returncode == 0, done.stdout
    assert "The books are proved" in done.stdout
    assert empty.rows(HEAD)[0][0] in done.stdout
    return empty


def test_a_restored_site_is_the_same_and_reads_its_papers(site, restored):
    # That it was backed up the site notes afterwards.
    trail = "skolefleks_auditentry WHERE verb <> 'backup'"
    for rows in ("applications_application", "applications_paper", trail):
        query = f"SELECT * FROM {rows} ORDER BY 1"
        assert restored.rows(query) == site.rows(query) != []
    assert restored.files() == site.files() != {}

    script = "from applications.models import Paper; print(Paper.objects.get().content[:5])"
    assert "%PDF-" in restored.manage("shell", "-c", script).stdout


def test_who_was_signed_in_is_not_after_a_restore(site, client_for, leader, tmp_path, empty):
    client_for(leader)
    assert site.rows("SELECT 1 FROM skolefleks_session") != []
    call_command("backup", tmp_path / "backup", stdout=StringIO())
    empty.manage("restore", tmp_path / "backup")
    assert empty.rows("SELECT 1 FROM skolefleks_session") == []


def test_a_paper_taken_off_while_a_backup_is_made_is_in_it(site):
    name = Paper.objects.get().stored_as
    with storage.nothing_is_discarded():
        with pytest.raises(storage.BackupRuns):
            storage.discard(name)
        assert name in site.files()
    storage.discard(name)
    assert name not in site.files()


# -- what is refused -------------------------------------------------------------------


def test_a_backup_goes_into_a_folder_of_its_own(site, backup):
    with pytest.raises(CommandError, match="is not empty"):
        call_command("backup", backup)


def test_a_restore_into_a_database_in_use_is_refused(site, backup):
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", backup)


def test_a_folder_without_its_manifest_is_no_backup(backup):
    (backup / "backup.json").unlink()
    with pytest.raises(CommandError, match="holds no whole backup"):
        call_command("restore", backup)


@pytest.mark.parametrize("part", ["database.dump", "papers/*"])
def test_a_damaged_backup_is_refused(backup, part):
    [path] = backup.glob(part)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(CommandError, match=f"changed since the backup: {path.name}"):
        call_command("restore", backup)


def test_other_keys_than_those_of_the_backup_are_refused(backup, tmp_path, monkeypatch):
    write_secrets(tmp_path / "other")
    others = KeyRing.from_file(tmp_path / "other" / "encryption_keys.json")
    monkeypatch.setattr(manifest, "key_ring", lambda: others)
    with pytest.raises(CommandError, match="are not those of this backup"):
        call_command("restore", backup)


def test_a_backup_of_a_newer_version_is_refused(backup):
    content = json.loads((backup / "backup.json").read_text())
    content["migrations"].append("visitation.9999_from_tomorrow")
    (backup / "backup.json").write_text(json.dumps(content))
    with pytest.raises(CommandError, match="it has visitation"):
        call_command("restore", backup)


def test_a_backup_whose_trail_is_not_what_was_restored_is_told(empty, backup):
    content = json.loads((backup / "backup.json").read_text())
    content["trail"]["head"] = "0" * 64
    (backup / "backup.json").write_text(json.dumps(content))
    done = empty.manage("restore", backup)
    assert (done.returncode, "the audit trail is another" in done.stdout) == (1, True)


def test_papers_without_their_file_are_named_and_the_rest_is_backed_up(site, tmp_path):
    shutil.rmtree(site.papers / Paper.objects.get().stored_as[:2])
    with pytest.raises(CommandError, match="1 papers have a row and no file"):
        call_command("backup", tmp_path / "backup", stdout=StringIO())
    assert (tmp_path / "backup" / "backup.json").exists()


def test_the_papers_of_another_database_are_not_backed_up(site, tmp_path):
    (site.papers / "installation").write_text("somebody else\n")
    with pytest.raises(CommandError, match="belong to somebody else"):
        call_command("backup", tmp_path / "backup")


# -- going back ------------------------------------------------------------------------


def test_a_rollback_undoes_what_came_after_the_backup(restored, backup, site):
    with psycopg.connect(restored.url) as later:
        later.execute("CREATE TABLE of_the_new_version (id int)")
        later.execute("UPDATE skolefleks_school SET name = name || ' (ny)'")
    done = restored.manage("rollback", backup)
    assert done.returncode == 0, done.stdout
    assert restored.rows("SELECT 1 FROM pg_tables WHERE tablename = 'of_the_new_version'") == []
    schools = "SELECT name FROM skolefleks_school ORDER BY name"
    assert restored.rows(schools) == site.rows(schools)
    assert restored.files() == site.files()

    # What was there until now lies beside it.
    names = restored.rows("SELECT datname FROM pg_database")
    assert [name for (name,) in names if name.startswith(f"{restored.name}_before_")]
    [aside] = restored.papers.glob("before_*")
    assert {path.name for path in aside.glob("??/*")} == set(site.files())


def test_a_rollback_while_the_site_is_running_is_refused(restored, backup):
    with psycopg.connect(restored.url):
        done = restored.manage("rollback", backup)
    assert (done.returncode, "stop web, worker, mailer and beat first" in done.stdout) == (1, True)
    assert restored.rows("SELECT count(*) FROM applications_paper") == [(1,)]


def test_a_rollback_that_fails_puts_everything_back(restored, backup):
    rows, files = restored.rows(HEAD), restored.files()
    content = json.loads((backup / "backup.json").read_text())
    content["rows"]["skolefleks_school"] += 1
    (backup / "backup.json").write_text(json.dumps(content))

    done = restored.manage("rollback", backup)
    assert (done.returncode, "Restored, but not the same" in done.stdout) == (1, True)
    assert (restored.rows(HEAD), restored.files()) == (rows, files)
    assert (restored.papers / "installation").exists()
