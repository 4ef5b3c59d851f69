"""Statements: an adviser's own words, in their own name, that the school reads and cannot touch."""

from __future__ import annotations

import json
import random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications.dialogue import actions as dialogue
from applications.handover import actions as handover
from applications.lifecycle import Status
from applications.models import Application, Capacity, Statement
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.development.fictive import fictive_cpr
from skolefleks.models import AuditEntry
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of
from tests.scenes import kept

TEXT = "PPR har observeret i klassen og støtter planen."


def url(application):
    return reverse("applications:statement", args=[application.number])


def texts_of(application):
    return [statement.text for statement in application.statements.all()]


@pytest.fixture
@kept
def application(challenge, leader, ppr):
    """A draft without any statement, PPR invited."""
    dialogue.apply(challenge, by=leader)
    writing.invite(challenge, adviser=ppr, by=leader)
    return challenge


# -- required of PPR --


def missing_fields(application):
    items = writing.summarise(application).items
    return {item.field for item in items if not item.is_filled}


def test_a_draft_statement_of_pprs_is_not_enough(application, ppr):
    assert "ppr" in missing_fields(application)
    dialogue.write_statement(application, text=TEXT, by=ppr)
    assert "ppr" in missing_fields(application)


def test_an_application_is_not_submitted_without_pprs_signed_statement(application, leader, ppr):
    required = [item for item in writing.summarise(application).items if item.is_required]
    assert "ppr" in {item.field for item in required}

    with pytest.raises(handover.Incomplete) as refusal:
        submission.submit(application, by=leader)
    labels = [item.label for item in refusal.value.items]
    assert "Underskrevet udtalelse fra PPR" in labels

    dialogue.sign(application, text=TEXT, by=ppr)
    assert "ppr" not in missing_fields(application)


@pytest.mark.parametrize(
    ("title", "capacity"),
    [
        ("PPR-psykolog", "ppr"),
        ("Konsulent i PPR", "ppr"),
        ("Sagsbehandler, Socialafsnittet", "caseworker"),
        ("KUI-vejleder", "kui"),
        ("UU-vejleder", "uu"),
        ("Leder af BFO", "leisure"),
        ("", "other"),
        ("Pprædagog", "other"),
    ],
)
def test_what_an_adviser_is_stands_in_their_title(title, capacity, draft, adviser, leader):
    adviser.memberships.update(title=title)
    writing.invite(draft, adviser=adviser, by=leader)
    assert draft.invitations.get(user=adviser).capacity == capacity


def test_another_advisers_statement_is_not_pprs(application, adviser, leader):
    writing.invite(application, adviser=adviser, by=leader)
    dialogue.sign(application, text="Jeg er vejleder.", by=adviser)
    assert "ppr" in missing_fields(application)


# -- written, signed and read --


@pytest.mark.parametrize("who", ["leader", "staff", "adviser", "chair"])
@pytest.mark.parametrize("act", [dialogue.write_statement, dialogue.sign])
def test_nobody_else_may_state_anything(who, act, application, request):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        act(application, text="Mine ord.", by=user)


@pytest.mark.parametrize("who", ["leader", "staff", "adviser", "chair"])
def test_nobody_else_reaches_the_page_of_the_statement(who, application, request, client_for, post):
    client = client_for(request.getfixturevalue(who))
    answer = post(client, url(application), {"text": "Mine ord.", "then": "sign"})
    assert answer.status_code in {403, 404}
    assert not Statement.objects.filter(application=application).exists()


def test_a_draft_is_the_advisers_alone(application, ppr, leader, client_for, post):
    answer = post(client_for(ppr), url(application), {"text": TEXT, "then": "save"})
    assert answer.url == url(application)
    assert TEXT in text_of(client_for(ppr).get(url(application)))

    dialogue_page = reverse("applications:dialogue", args=[application.number])
    for address in (dialogue_page, application.get_absolute_url()):
        assert TEXT not in client_for(leader).get(address).content.decode()


def test_a_signed_one_is_read_by_the_school_and_in_ones_own_name(
    application, ppr, leader, client_for, post
):
    answer = post(client_for(ppr), url(application), {"text": TEXT, "then": "sign"})
    assert answer.status_code == 302

    page = text_of(client_for(leader).get(application.get_absolute_url()))
    assert TEXT in page
    assert "Underskrevet af Puk Psykolog" in page
    lines = AuditEntry.objects.filter(subject=application.number, verb="sign")
    assert [line.actor_id for line in lines] == [ppr.pk]


def test_the_committee_reads_what_was_signed(submitted, chair, client_for):
    page = text_of(client_for(chair).get(submitted.get_absolute_url()))
    assert "PPR kender eleverne og støtter indsatsen." in page


def test_an_empty_statement_is_not_signed(application, ppr, client_for, post):
    answer = post(client_for(ppr), url(application), {"text": "  ", "then": "sign"})
    assert answer.status_code == 422
    with pytest.raises(Refusal):
        dialogue.sign(application, text=" ", by=ppr)


def test_a_signed_one_is_never_changed(application, ppr):
    statement = dialogue.sign(application, text=TEXT, by=ppr)
    statement.text = "Noget andet."

    with pytest.raises(DatabaseError), transaction.atomic():
        statement.save()
    assert Statement.objects.get(pk=statement.pk).text == TEXT


def test_a_signed_one_is_never_deleted(application, ppr):
    statement = dialogue.sign(application, text=TEXT, by=ppr)

    with pytest.raises(DatabaseError), transaction.atomic():
        statement.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.filter(pk=statement.pk).delete()
    assert Statement.objects.get(pk=statement.pk).text == TEXT


def test_a_draft_can_be_changed(application, ppr):
    dialogue.write_statement(application, text="Først.", by=ppr)
    second = dialogue.write_statement(application, text="Så.", by=ppr)
    assert second.text == "Så."
    assert Statement.objects.filter(application=application).count() == 1


def test_a_new_one_takes_its_place_and_the_old_stays_readable(application, ppr, leader, client_for):
    dialogue.sign(application, text="Den første.", by=ppr)
    dialogue.sign(application, text="Den anden.", by=ppr)

    page = text_of(client_for(leader).get(application.get_absolute_url()))
    heading = page.index("Tidligere udtalelse fra PPR")
    assert page.index("Den anden.") < heading < page.index("Den første.")


# -- while typing --


def open_page(client, application):
    """The fields of the page as the browser would send them."""
    form = client.get(url(application)).context["form"]
    return {"text": form["text"].value(), "key": form["key"].value(), "was": form.opening_marks}


@pytest.fixture
def type_in(post):
    """Types a text into a page that is open; returns what the page is told."""

    def type_in(client, application, page, text):
        fields = page | {"text": text, "only": "text", "then": "autosave"}
        return post(client, url(application), fields).json()

    return type_in


def test_what_is_typed_is_stored_and_stays_the_advisers_alone(
    application, ppr, leader, client_for, type_in
):
    page = open_page(client_for(ppr), application)
    for text in ("PPR har ob", "PPR har observeret"):
        answer = type_in(client_for(ppr), application, page, text)
        page["was"] = json.dumps(answer["marks"]["was"])

    assert texts_of(application) == ["PPR har observeret"]
    school_page = client_for(leader).get(application.get_absolute_url())
    assert "PPR har ob" not in school_page.content.decode()


def test_what_was_typed_is_signed_as_one_statement(application, ppr, client_for, post, type_in):
    client = client_for(ppr)
    page = open_page(client, application)
    answer = type_in(client, application, page, "PPR har ob")
    page["was"] = json.dumps(answer["marks"]["was"])

    signing = page | {"text": TEXT, "then": "sign"}
    assert post(client, url(application), signing).status_code == 302
    assert texts_of(application) == [TEXT]


def test_of_two_windows_none_overwrites_the_other(application, ppr, client_for, post, type_in):
    client = client_for(ppr)
    first, second = open_page(client, application), open_page(client, application)
    type_in(client, application, first, "Fra vindue ét.")
    answer = type_in(client, application, second, "Fra vindue to.")
    [conflict] = answer["conflicts"]
    assert conflict["theirs"] == "Fra vindue ét."
    assert conflict["mine"] == "Fra vindue to."

    signing = second | {"text": "Fra vindue to.", "then": "sign"}
    answer = post(client, url(application), signing)
    assert answer.status_code == 409
    assert "Fra vindue ét." in answer.content.decode()
    assert "Fra vindue to." in answer.content.decode()
    assert texts_of(application) == ["Fra vindue ét."]


def test_without_the_marks_the_second_window_would_win(application, ppr, client_for, type_in):
    client = client_for(ppr)
    first, second = open_page(client, application), open_page(client, application)
    type_in(client, application, first, "Fra vindue ét.")
    type_in(client, application, second | {"was": ""}, "Fra vindue to.")
    assert texts_of(application) == ["Fra vindue to."]


@pytest.mark.parametrize("has_draft", [True, False])
def test_a_window_left_open_knows_that_it_was_signed_in_another(
    has_draft, application, ppr, client_for, post, type_in
):
    client = client_for(ppr)
    if has_draft:
        dialogue.write_statement(application, text="Kladden.", by=ppr)
    page = open_page(client, application)
    post(client, url(application), page | {"text": TEXT, "then": "sign"})

    answer = type_in(client, application, page, "Mere endnu.")
    assert "underskrevet et andet sted" in answer["refused"]

    again = post(client, url(application), page | {"text": "Mere endnu.", "then": "sign"})
    assert again.status_code == 422
    assert "Mere endnu." in again.content.decode()
    assert texts_of(application) == [TEXT]


def test_a_cpr_number_is_told_while_typing_and_not_stored(application, ppr, client_for, type_in):
    client = client_for(ppr)
    cpr = fictive_cpr(random.Random(1), born=2016)
    page = open_page(client, application)
    answer = type_in(client, application, page, f"Eleven {cpr}")
    assert "CPR-nummer" in answer["errors"]["text"]
    assert not application.statements.exists()


@pytest.mark.parametrize("who", ["leader", "adviser"])
def test_nobody_not_invited_writes_while_typing(who, application, request, client_for, post):
    client = client_for(request.getfixturevalue(who))
    fields = {"text": "Mine ord.", "only": "text", "then": "autosave"}
    assert post(client, url(application), fields).status_code in {403, 404}
    assert not application.statements.exists()


# -- afterwards --


def test_after_the_decision_nothing_more_is_stated(released, ppr, leader):
    writing.invite(released, adviser=ppr, by=leader)
    assert Application.objects.get(pk=released.pk).status == Status.CLOSED
    with pytest.raises(NotPossible):
        dialogue.sign(released, text=TEXT, by=ppr)


def test_the_start_page_says_which_statement_waits(application, ppr, client_for):
    client = client_for(ppr)
    assert url(application) in client.get("/").content.decode()

    dialogue.sign(application, text=TEXT, by=ppr)
    page = client.get("/").content.decode()
    assert url(application) not in page
    assert application.number in page


def test_what_is_missing_leads_to_where_it_is_asked_for(application, leader, client_for):
    client = client_for(leader)
    check = reverse("applications:check", args=[application.number])
    dialogue_page = reverse("applications:dialogue", args=[application.number])

    assert f"{dialogue_page}#div_id_ppr" in client.get(check).content.decode()
    waiting = f"Venter på udtalelse fra Puk Psykolog, {Capacity.PPR.label}."
    assert waiting in text_of(client.get(dialogue_page))
    assert Capacity.PPR.label == "PPR"
