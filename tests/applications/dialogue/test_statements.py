"""Statements: an adviser's own words, in their own name, that the school reads and cannot touch."""

from __future__ import annotations

import json
import random
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications.dialogue import actions as dialogue_actions
from applications.lifecycle import Status
from applications.models import Application, Capacity, Statement
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.development.fictive import fictive_cpr
from skolefleks.models import AuditEntry
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of

TEXT = "PPR har observeret i klassen og støtter planen."


def url(application):
    return reverse("applications:statement", args=[application.number])


@pytest.fixture
def asked(challenge, leader, ppr):
    """A draft without any statement, PPR invited."""
    dialogue_actions.apply(challenge, by=leader)
    writing.invite(challenge, adviser=ppr, by=leader)
    return challenge


def test_an_application_is_not_submitted_without_pprs_signed_statement(
    asked, leader, ppr
):
    def lacking():
        return {
            item.field
            for item in writing.summarise(asked).items
            if item.required and not item.filled
        }

    assert "ppr" in lacking()
    dialogue_actions.write_statement(asked, text=TEXT, by=ppr)
    assert "ppr" in lacking()
    with pytest.raises(submission.Incomplete) as refused:
        submission.submit(asked, by=leader)
    assert "Underskrevet udtalelse fra PPR" in [
        item.label for item in refused.value.items
    ]
    dialogue_actions.sign(asked, text=TEXT, by=ppr)
    assert "ppr" not in lacking()


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
def test_what_an_adviser_is_stands_in_their_title(
    title, capacity, draft, adviser, leader
):
    adviser.memberships.update(title=title)
    writing.invite(draft, adviser=adviser, by=leader)
    assert draft.invitations.get(user=adviser).capacity == capacity


def test_another_advisers_statement_is_not_pprs(asked, adviser, leader):
    writing.invite(asked, adviser=adviser, by=leader)
    dialogue_actions.sign(asked, text="Jeg er vejleder.", by=adviser)
    assert "ppr" in {item.field for item in writing.summarise(asked).items if not item.filled}


@pytest.mark.parametrize("who", ["leader", "staff", "adviser", "chair"])
def test_nobody_else_writes_it(who, asked, request, client_for, post):
    user = request.getfixturevalue(who)
    for act in (dialogue_actions.write_statement, dialogue_actions.sign):
        with pytest.raises(PermissionDenied):
            act(asked, text="Mine ord.", by=user)
    assert post(
        client_for(user), url(asked), {"text": "Mine ord.", "then": "sign"}
    ).status_code in {403, 404}
    assert not Statement.objects.filter(application=asked).exists()


def test_a_draft_is_the_advisers_alone(asked, ppr, leader, client_for, post):
    answer = post(client_for(ppr), url(asked), {"text": TEXT, "then": "save"})
    assert answer.url == url(asked)
    assert TEXT in text_of(client_for(ppr).get(url(asked)))
    dialogue = reverse("applications:dialogue", args=[asked.number])
    for address in (dialogue, asked.get_absolute_url()):
        assert TEXT not in client_for(leader).get(address).content.decode()


def test_a_signed_one_is_read_by_the_school_and_in_ones_own_name(
    asked, ppr, leader, client_for, post
):
    assert (
        post(client_for(ppr), url(asked), {"text": TEXT, "then": "sign"}).status_code
        == 302
    )
    seen = text_of(client_for(leader).get(asked.get_absolute_url()))
    assert TEXT in seen
    assert "Underskrevet af Puk Psykolog" in seen
    assert (
        AuditEntry.objects.filter(
            subject=asked.number, verb="sign", actor_id=ppr.pk
        ).count()
        == 1
    )


def test_the_committee_reads_what_was_signed(submitted, chair, client_for):
    page = text_of(client_for(chair).get(submitted.get_absolute_url()))
    assert "PPR kender eleverne og støtter indsatsen." in page


def test_an_empty_statement_is_not_signed(asked, ppr, client_for, post):
    assert (
        post(client_for(ppr), url(asked), {"text": "  ", "then": "sign"}).status_code
        == 422
    )
    with pytest.raises(Refusal):
        dialogue_actions.sign(asked, text=" ", by=ppr)


def test_a_signed_one_is_never_changed(asked, ppr):
    signed = dialogue_actions.sign(asked, text=TEXT, by=ppr)
    signed.text = "Noget andet."
    for harm in (
        signed.save,
        signed.delete,
        Statement.objects.filter(pk=signed.pk).delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()
    assert Statement.objects.get(pk=signed.pk).text == TEXT


def test_a_draft_can_be_changed(asked, ppr):
    dialogue_actions.write_statement(asked, text="Først.", by=ppr)
    assert dialogue_actions.write_statement(asked, text="Så.", by=ppr).text == "Så."
    assert Statement.objects.filter(application=asked).count() == 1


def test_a_new_one_takes_its_place_and_the_old_stays_readable(
    asked, ppr, leader, client_for
):
    dialogue_actions.sign(asked, text="Den første.", by=ppr)
    dialogue_actions.sign(asked, text="Den anden.", by=ppr)
    seen = text_of(client_for(leader).get(asked.get_absolute_url()))
    assert (
        seen.index("Den anden.")
        < seen.index("Tidligere udtalelse fra PPR")
        < seen.index("Den første.")
    )


# -- while typing -----------------------------------------------------------------------------------------------------
def opened(client, asked):
    """The fields of the page as the browser would send them."""
    form = client.get(url(asked)).context["form"]
    return {"text": form["text"].value(), "key": form["key"].value(), "was": form.was}


def types(post, client, asked, page, text):
    return post(
        client, url(asked), page | {"text": text, "only": "text", "then": "autosave"}
    ).json()


def test_what_is_typed_is_stored_and_stays_the_advisers_alone(
    asked, ppr, leader, client_for, post
):
    client = client_for(ppr)
    page = opened(client, asked)
    for text in ("PPR har ob", "PPR har observeret"):
        answer = types(post, client, asked, page, text)
        page["was"] = json.dumps(answer["marks"]["was"])
    assert [draft.text for draft in asked.statements.all()] == ["PPR har observeret"]
    assert (
        "PPR har ob"
        not in client_for(leader).get(asked.get_absolute_url()).content.decode()
    )
    assert (
        post(client, url(asked), page | {"text": TEXT, "then": "sign"}).status_code
        == 302
    )
    assert [signed.text for signed in asked.statements.all()] == [TEXT]


def test_of_two_windows_none_overwrites_the_other(asked, ppr, client_for, post):
    client = client_for(ppr)
    first, second = opened(client, asked), opened(client, asked)
    types(post, client, asked, first, "Fra vindue ét.")
    (conflict,) = types(post, client, asked, second, "Fra vindue to.")["conflicts"]
    assert (conflict["theirs"], conflict["mine"]) == (
        "Fra vindue ét.",
        "Fra vindue to.",
    )
    answer = post(
        client, url(asked), second | {"text": "Fra vindue to.", "then": "sign"}
    )
    assert answer.status_code == 409
    assert {"Fra vindue ét.", "Fra vindue to."} <= set(
        re.findall(r"Fra vindue \w+\.", answer.content.decode())
    )
    assert Statement.objects.get(application=asked).text == "Fra vindue ét."


def test_without_the_marks_the_second_window_would_win(asked, ppr, client_for, post):
    client = client_for(ppr)
    first, second = opened(client, asked), opened(client, asked)
    types(post, client, asked, first, "Fra vindue ét.")
    types(post, client, asked, second | {"was": ""}, "Fra vindue to.")
    assert Statement.objects.get(application=asked).text == "Fra vindue to."


@pytest.mark.parametrize("saved_first", [True, False])
def test_a_window_left_open_knows_that_it_was_signed_in_another(
    saved_first, asked, ppr, client_for, post
):
    client = client_for(ppr)
    if saved_first:
        dialogue_actions.write_statement(asked, text="Kladden.", by=ppr)
    page = opened(client, asked)
    post(client, url(asked), page | {"text": TEXT, "then": "sign"})
    assert (
        "underskrevet et andet sted"
        in types(post, client, asked, page, "Mere endnu.")["refused"]
    )
    answer = post(client, url(asked), page | {"text": "Mere endnu.", "then": "sign"})
    assert (answer.status_code, "Mere endnu." in answer.content.decode()) == (422, True)
    assert [signed.text for signed in asked.statements.all()] == [TEXT]


def test_a_cpr_number_is_told_while_typing_and_not_stored(asked, ppr, client_for, post):
    client = client_for(ppr)
    answer = types(
        post,
        client,
        asked,
        opened(client, asked),
        f"Eleven {fictive_cpr(random.Random(1), born=2016)}",
    )
    assert "CPR-nummer" in answer["errors"]["text"]
    assert not asked.statements.exists()


def test_nobody_not_invited_writes_while_typing(
    asked, leader, adviser, client_for, post
):
    for user in (leader, adviser):
        sent = {"text": "Mine ord.", "only": "text", "then": "autosave"}
        assert post(client_for(user), url(asked), sent).status_code in {403, 404}
    assert not asked.statements.exists()


# -- afterwards -------------------------------------------------------------------------------------------------------
def test_after_the_decision_nothing_more_is_stated(released, ppr, leader):
    writing.invite(released, adviser=ppr, by=leader)
    assert (
        released.status == Status.CLOSED
        or Application.objects.get(pk=released.pk).status == Status.CLOSED
    )
    with pytest.raises(NotPossible):
        dialogue_actions.sign(released, text=TEXT, by=ppr)


def test_the_start_page_says_which_statement_waits(asked, ppr, client_for):
    client = client_for(ppr)
    assert url(asked) in client.get("/").content.decode()
    dialogue_actions.sign(asked, text=TEXT, by=ppr)
    page = client.get("/").content.decode()
    assert url(asked) not in page
    assert asked.number in page


def test_what_is_missing_leads_to_where_it_is_asked_for(asked, leader, client_for):
    page = (
        client_for(leader)
        .get(reverse("applications:check", args=[asked.number]))
        .content.decode()
    )
    there = reverse("applications:dialogue", args=[asked.number])
    assert f"{there}#div_id_ppr" in page
    assert "Venter på udtalelse fra Puk Psykolog, PPR." in text_of(
        client_for(leader).get(there)
    )
    assert Capacity.PPR.label == "PPR"
