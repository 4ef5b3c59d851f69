"""Where the school is told at once, the letters are read before they are sent."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from budget.models import Posting
from skolefleks.models import AuditEntry, OutboxMessage
from tests.conftest import text_of
from tests.deciding import released_grant, wish_terms
from tests.visitation.corrections.test_corrections import END, FORM
from visitation.models import Decision, Document, Grant


@pytest.fixture
def old(case, pools, chair):
    return released_grant(case, wish_terms(weight=3), by=chair)


@pytest.fixture
def urls(old):
    args = [old.decision.application.number, old.decision.pupil_case_id]
    return {name: reverse(name, args=args) for name in ("correct_decision", "end_grant")}


@pytest.mark.parametrize("page", ["correct_decision", "end_grant"])
def test_the_letters_are_read_before_they_are_sent_and_nothing_of_it_is_kept(
    page, urls, old, committee, post
):
    form = FORM if page == "correct_decision" else END
    kept = (Document, OutboxMessage, Posting, AuditEntry, Decision, Grant)
    before = [model.objects.count() for model in kept]
    preview = post(committee, urls[page], form)
    assert "Læs brevet, før det sendes" in text_of(preview)
    assert [model.objects.count() for model in kept] == before

    post(committee, urls[page], form | {"confirmed": "1"})
    written = Document.objects.filter(decision__replaces=old.decision_id).order_by("kind")
    sources = [json.loads(document.source) for document in written]
    assert sources == [source for _, source in preview.context["letters"]]
