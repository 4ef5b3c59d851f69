"""Every address that shows a name or a text of a case writes a line of who read it."""

from __future__ import annotations

import pytest

from skolefleks.models import AccessEntry
from tests.house.surfaces_caseload import CASE, INNER
from tests.house.test_surfaces import (  # noqa: F401  its fixtures
    addresses_of,
    cases,
    others,
    out,
)
from tests.surfaces import squeezed, text_in

# Names and texts. Initials and amounts stand in lists too, where nobody is named.
WORDS = [squeezed(word) for word in [*CASE, *INNER, "KvidderDom", "KvidderFri"] if word.isalpha()]


def shown_without_a_line(client, addresses):
    """The addresses whose answer holds one of the words, and that wrote nothing."""
    silent = []
    for path in addresses:
        lines = AccessEntry.objects.count()
        text = text_in(client.get(path))
        words = [word for word in WORDS if word in text]
        if words and AccessEntry.objects.count() == lines:
            silent.append((path, words))
    return silent


@pytest.mark.parametrize("who", ["chair", "leader", "staff", "adviser", "chief", "secretary"])
def test_what_one_reads_of_a_case_is_logged(who, cases, client_for, request):  # noqa: F811
    client = client_for(request.getfixturevalue(who))
    addresses = [path for application in cases for path in addresses_of(application)]
    assert shown_without_a_line(client, dict.fromkeys(addresses)) == []


def test_a_page_without_its_line_would_be_noticed(cases, chair, client_for, monkeypatch):  # noqa: F811
    monkeypatch.setattr("visitation.cases.views.audit.log_access", lambda *_, **__: None)
    path = cases[0].get_absolute_url()
    assert shown_without_a_line(client_for(chair), [path])
