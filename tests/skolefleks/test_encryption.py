"""What is written about a child lies sealed, and opens in its own place alone."""

from __future__ import annotations

import base64
import json
import os

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.models import F

from applications.models import Application, Pupil, PupilCase
from applications.writing import actions as writing
from skolefleks import encryption
from skolefleks.encryption import EncryptedTextField, KeyRing, Sealed, key_ring
from tests.filling import write_pupil
from visitation.models import Decision, Grant

CANARY = "Kanariefuglen Æøå sang i skolegården"


@pytest.fixture
def pupil_case(draft):
    """A pupil of whom the canary is told."""
    pupil_case = draft.pupil_cases.all()[0]
    pupil_case.description = CANARY
    pupil_case.save()
    return pupil_case


def raw(pupil_case, column="description"):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM applications_pupilcase WHERE id = %s", [pupil_case.pk]
        )
        return bytes(cursor.fetchone()[0])


def put_raw(pupil_case, value, column="description"):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE applications_pupilcase SET {column} = %s WHERE id = %s", [value, pupil_case.pk]
        )


@pytest.fixture
def two_keys(monkeypatch):
    """The key ring after a rotation: `old` still opens, `new` seals."""
    keys = {"old": os.urandom(32), "new": os.urandom(32)}
    index = os.urandom(32)
    rings = {name: KeyRing(name, keys, index) for name in keys}
    monkeypatch.setattr(encryption, "key_ring", lambda: rings["old"])
    return lambda: monkeypatch.setattr(encryption, "key_ring", lambda: rings["new"])


def test_what_was_written_is_read_again(pupil_case):
    assert PupilCase.objects.get(pk=pupil_case.pk).description == CANARY


@pytest.mark.parametrize(
    "text", ["", " ", "æ" * 6_000, "linje 1\r\nlinje 2", "\N{PILE OF POO}", "'; DROP TABLE"]
)
def test_every_text_comes_back_as_it_was(pupil_case, text):
    pupil_case.description = text
    pupil_case.save()
    assert PupilCase.objects.get(pk=pupil_case.pk).description == text


def test_nothing_is_readable_in_the_table(pupil_case):
    assert CANARY.encode() not in raw(pupil_case)
    assert b"Kanarie" not in raw(pupil_case)
    assert b"Anna" not in raw(pupil_case, "name")


def test_the_same_text_twice_does_not_look_the_same(pupil_case):
    before = raw(pupil_case)
    pupil_case.save()
    assert raw(pupil_case) != before


def test_a_text_moved_to_another_field_does_not_open(pupil_case):
    put_raw(pupil_case, raw(pupil_case), "pupil_voice")
    with pytest.raises(InvalidTag):
        _ = PupilCase.objects.get(pk=pupil_case.pk).pupil_voice


def test_a_text_moved_to_another_pupil_does_not_open(pupil_case, draft):
    other = draft.pupil_cases.all()[1]
    put_raw(other, raw(pupil_case))
    with pytest.raises(InvalidTag):
        _ = PupilCase.objects.get(pk=other.pk).description


@pytest.mark.parametrize("at", [5, 20, -1])
def test_a_text_with_one_bit_changed_does_not_open(pupil_case, at):
    blob = bytearray(raw(pupil_case))
    blob[at] ^= 1
    put_raw(pupil_case, bytes(blob))
    with pytest.raises(InvalidTag):
        _ = PupilCase.objects.get(pk=pupil_case.pk).description


def test_after_a_rotation_the_old_opens_and_the_new_seals(pupil_case, two_keys):
    pupil_case.save()
    assert raw(pupil_case).startswith(b"\x03old")
    two_keys()
    read = PupilCase.objects.get(pk=pupil_case.pk)
    assert read.description == CANARY
    read.save()
    assert raw(pupil_case).startswith(b"\x03new")
    assert PupilCase.objects.get(pk=pupil_case.pk).description == CANARY


def test_without_its_key_a_text_does_not_open(pupil_case, two_keys):
    with pytest.raises(KeyError):
        _ = PupilCase.objects.get(pk=pupil_case.pk).description


def test_the_ring_is_read_from_its_file(tmp_path):
    key, index = os.urandom(32), os.urandom(32)
    encoded = {
        "current": "k",
        "keys": {"k": base64.b64encode(key).decode()},
        "index": base64.b64encode(index).decode(),
    }
    (tmp_path / "keys.json").write_text(json.dumps(encoded))
    assert KeyRing.from_file(tmp_path / "keys.json") == KeyRing("k", {"k": key}, index)


def test_a_text_is_not_opened_unless_it_is_read(pupil_case, monkeypatch):
    monkeypatch.setattr(KeyRing, "open", lambda *_: pytest.fail("opened"))
    read = PupilCase.objects.get(pk=pupil_case.pk)
    assert read.grade == 4
    assert isinstance(read.__dict__["description"], Sealed)
    assert "Kanarie" not in repr(read.__dict__)


def test_an_unread_text_is_saved_as_it_lies(pupil_case):
    before = raw(pupil_case)
    read = PupilCase.objects.get(pk=pupil_case.pk)
    read.grade = 5
    read.save()
    assert raw(pupil_case) == before


def test_a_column_that_was_not_fetched_is_fetched_when_read(pupil_case):
    read = PupilCase.objects.only("grade").get(pk=pupil_case.pk)
    assert read.description == CANARY


def test_a_column_that_was_not_fetched_is_not_lost_by_saving(pupil_case):
    read = PupilCase.objects.only("grade").get(pk=pupil_case.pk)
    read.save()
    read = PupilCase.objects.only("grade").get(pk=pupil_case.pk)
    read.save(update_fields=["description"])
    assert PupilCase.objects.get(pk=pupil_case.pk).description == CANARY


def test_a_row_read_again_shows_what_somebody_else_wrote(pupil_case):
    read = PupilCase.objects.get(pk=pupil_case.pk)
    pupil_case.description = "Nyt"
    pupil_case.save()
    read.refresh_from_db()
    assert read.description == "Nyt"


@pytest.mark.parametrize(
    "lookup", ["exact", "contains", "startswith", "in", "gt", "iexact", "regex"]
)
def test_an_encrypted_text_cannot_be_looked_up(pupil_case, lookup):
    with pytest.raises(FieldError, match="Unsupported lookup"):
        PupilCase.objects.filter(**{f"description__{lookup}": CANARY}).exists()


def test_an_encrypted_text_cannot_be_updated_in_bulk(pupil_case):
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        PupilCase.objects.update(description="Andet")
    assert PupilCase.objects.get(pk=pupil_case.pk).description == CANARY


def test_an_encrypted_text_copied_by_the_database_does_not_open(pupil_case):
    PupilCase.objects.filter(pk=pupil_case.pk).update(pupil_voice=F("description"))
    with pytest.raises(InvalidTag):
        _ = PupilCase.objects.get(pk=pupil_case.pk).pupil_voice


def test_bulk_update_is_refused_and_bulk_create_seals(pupil_case, draft):
    pupil_case.description = "Andet"
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        PupilCase.objects.bulk_update([pupil_case], ["description"])
    new = PupilCase(application=draft, position=7, description=CANARY)
    PupilCase.objects.bulk_create([new])
    assert CANARY.encode() not in raw(new)
    assert PupilCase.objects.get(pk=new.pk).description == CANARY


def test_values_show_nothing(pupil_case):
    [value] = PupilCase.objects.filter(pk=pupil_case.pk).values_list("description", flat=True)
    assert str(value) == "(krypteret)"


def test_the_same_cpr_number_is_the_same_pupil(draft, leader, schools):
    first = draft.pupil_cases.all()[0].pupil
    again = writing.start(school=schools["Baltorpskolen"], by=leader)
    second = write_pupil(writing.add_pupil(again, by=leader), "Anna Berg", by=leader, cpr=first.cpr)
    assert second.pupil == first
    assert Pupil.objects.count() == 2


def test_the_blind_index_is_of_no_use_without_its_key(pupil_case):
    cpr = pupil_case.pupil.cpr
    other = KeyRing("k", {}, os.urandom(32))
    assert bytes(pupil_case.pupil.cpr_index) == key_ring().blind(cpr) != other.blind(cpr)
    assert cpr.encode() not in bytes(pupil_case.pupil.cpr_index)


# What constraints, lists and dashboards need in clear.
OPEN_TEXT = {
    "number",
    "status",
    "legal_basis",
    "initials",
    "kinds",
    "grades",
    "kind",
    "parents_informed",
    "outcome",
    # What came of a case, how it was decided, and why the chair did so alone: words of a list.
    "answer",
    "basis",
    "ground",
}


@pytest.mark.parametrize("model", [Application, Pupil, PupilCase, Decision, Grant])
def test_every_free_text_of_a_case_is_encrypted(model):
    fields = model._meta.concrete_fields
    kinds = {"CharField", "TextField", "ArrayField"}
    texts = {field.name for field in fields if field.get_internal_type() in kinds}
    assert texts <= OPEN_TEXT
    assert any(isinstance(field, EncryptedTextField) for field in fields)
