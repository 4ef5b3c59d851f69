"""The demo's code: where it may be imported, and how one signs in with a click."""

from __future__ import annotations

import ast

import pytest
from django.urls import reverse

from tests.house.sources import CODE, place

# The demo's caseload; and the tools themselves.
ALLOWED = ("skolefleks/development/", "visitation/caseload/")


def modules_loaded_with(tree):
    """What a module imports as soon as it is imported itself."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_no_code_of_production_loads_the_demos():
    loading = []
    for path in CODE:
        names = modules_loaded_with(ast.parse(path.read_text()))
        if any(name.startswith("skolefleks.development") for name in names):
            loading.append(place(path))
    assert [name for name in loading if not name.startswith(ALLOWED)] == []


def test_the_demo_lists_people_by_role(leader, chair, client):
    groups = client.get(reverse("demo")).context["people"]
    assert [role for role, _ in groups] == ["Distriktsskoleleder", "Formand for kvalitetsudvalget"]
    [[_, [person]], _] = groups
    assert (person["name"], person["place"]) == ("Lene Baltorp", "Baltorpskolen")


def test_a_click_signs_in(leader, client):
    answer = client.post(reverse("demo"), {"email": leader.email.upper()})
    assert answer.url == reverse("start")
    assert client.session["_auth_user_id"] == str(leader.pk)


@pytest.mark.parametrize("email", ["", "nobody@demo.example"])
def test_nobody_signs_in_as_somebody_who_is_not_there(email, leader, client):
    assert client.post(reverse("demo"), {"email": email}).status_code == 404
