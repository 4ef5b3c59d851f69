"""CPR numbers in texts from before the forms refused them are named by their rows alone."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from applications.models import Application
from skolefleks.models import AuditEntry
from skolefleks.operations import old_texts

NUMBER = "020115-6789"


def search():
    """What the command prints, its last sentence too."""
    output = io.StringIO()
    try:
        call_command("find_cpr_numbers", stdout=output)
    except CommandError as refused:
        return f"{output.getvalue()}{refused}"
    return output.getvalue()


def test_a_whole_case_holds_none(released):
    assert search() == "No text seems to hold a CPR number.\n"


@pytest.mark.parametrize("written", [NUMBER, "0201156789", f"Elev {NUMBER} bor hos sin far"])
def test_an_encrypted_text_that_holds_one_is_named_by_its_row(submitted, written):
    application = Application.objects.get(pk=submitted.pk)
    application.learning_environment = written
    application.save(update_fields=["learning_environment"])
    said = search()
    assert said.startswith(f"applications.application.learning_environment: {submitted.pk}\n")
    assert said.endswith("1 texts seem to hold a CPR number.")
    assert "6789" not in said


def test_one_in_clear_and_one_in_json_are_named_too(db):
    thing = {"verb": "x", "object_type": "x", "object_id": "x"}
    line = AuditEntry.objects.create(**thing, payload={"name": {"of": [NUMBER]}})
    other = AuditEntry.objects.create(**thing, subject=NUMBER)
    assert dict(old_texts.fields_with_numbers()) == {
        "skolefleks.auditentry.payload": [str(line.pk)],
        "skolefleks.auditentry.subject": [str(other.pk)],
    }


def test_the_pupils_own_number_is_where_it_belongs(case):
    assert dict(old_texts.fields_with_numbers()) == {}
