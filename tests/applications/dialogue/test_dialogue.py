"""The dialogue of a case: who writes and reads, what is corrected, what the committee sees."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from applications import tasks
from applications.dialogue import actions as dialogue
from applications.models import DialogueEntry, DialogueShare, Invitation
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.danish import today
from skolefleks.models import Notice
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of
from tests.scenes import kept

QUESTION = "Kan I komme på fredag?"
MESSAGE = {"kind": "message", "text": QUESTION}


@pytest.fixture
@kept
def discussed(submitted, leader, ppr):
    """A case with the committee, PPR invited, one message of the school's."""
    writing.invite(submitted, adviser=ppr, by=leader)
    dialogue.write_entry(submitted, **MESSAGE, by=leader)
    return submitted


def url(application):
    return reverse("applications:dialogue", args=[application.number])


def entry_url(name, application):
    entry = application.dialogue.get()
    return reverse(f"applications:{name}", args=[application.number, entry.pk])


# -- written and read --


def test_school_and_adviser_read_each_other(discussed, leader, ppr, client_for, post):
    answer = post(client_for(ppr), url(discussed), {"kind": "message", "text": "Ja."})
    assert answer.status_code == 302

    page = text_of(client_for(leader).get(url(discussed)))
    assert QUESTION in page
    assert "Puk Psykolog, PPR" in page
    assert "Lene Baltorp, skolen" in page


@pytest.mark.parametrize("kind", ["conversation", "phone"])
def test_a_note_says_when_it_was_and_who_took_part(kind, discussed, leader, client_for, post):
    client = client_for(leader)
    note = {"kind": kind, "text": "Vi talte om dagen."}
    assert post(client, url(discussed), note).status_code == 422

    note |= {"happened_on": f"{today():%d.%m.%Y}", "took_part": "Mor og klasselærer"}
    assert post(client, url(discussed), note).status_code == 302
    page = text_of(client.get(url(discussed)))
    assert "Deltog: Mor og klasselærer" in page


def test_a_message_says_neither_when_nor_who(discussed, leader, client_for, post):
    typed = {"text": "Ja.", "happened_on": f"{today():%d.%m.%Y}", "took_part": "Mor"}
    answer = post(client_for(leader), url(discussed), {"kind": "message", **typed})

    assert answer.status_code == 302
    message = discussed.dialogue.last()
    assert (message.happened_on, message.took_part) == (None, "")


def test_a_cpr_number_is_not_let_into_what_cannot_be_changed(discussed, leader, client_for, post):
    message = {"kind": "message", "text": "Det gælder 230216-4123."}
    answer = post(client_for(leader), url(discussed), message)
    assert answer.status_code == 422
    assert discussed.dialogue.count() == 1


def test_an_entry_is_never_deleted(discussed):
    with pytest.raises(DatabaseError), transaction.atomic():
        discussed.dialogue.all().delete()


def test_an_entry_is_never_changed(discussed):
    with pytest.raises(DatabaseError), transaction.atomic():
        discussed.dialogue.update(kind="phone")


def test_the_words_lie_encrypted(discussed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM applications_dialogueentry e")
        assert "fredag" not in str(cursor.fetchall())


# -- corrected --


def test_a_correction_stands_beneath_and_leaves_what_was_written(
    discussed, leader, client_for, post
):
    client = client_for(leader)
    correction = {"text": "Torsdag, ikke fredag."}
    answer = post(client, entry_url("correct", discussed), correction)
    assert answer.status_code == 302

    page = text_of(client.get(url(discussed)))
    assert page.index(QUESTION) < page.index("Torsdag, ikke fredag.")


def test_a_correction_of_a_correction_stands_beneath_the_same_entry(discussed, leader):
    entry = discussed.dialogue.get()
    first = dialogue.correct(entry, text="Torsdag.", by=leader)
    second = dialogue.correct(first, text="Onsdag.", by=leader)
    assert (first.corrects, second.corrects) == (entry, entry)


def test_nobody_corrects_somebody_elses_words(discussed, ppr, client_for):
    with pytest.raises(Refusal):
        dialogue.correct(discussed.dialogue.get(), text="Nej.", by=ppr)
    page = client_for(ppr).get(entry_url("correct", discussed))
    assert page.status_code == 404


# -- shared --


def test_the_committee_reads_nothing_until_the_school_shares_it(
    discussed, leader, chair, client_for, post
):
    case_page = discussed.get_absolute_url()
    assert QUESTION not in client_for(chair).get(case_page).content.decode()

    post(client_for(leader), entry_url("share", discussed))
    dialogue.correct(discussed.dialogue.get(), text="Torsdag, ikke fredag.", by=leader)
    page = text_of(client_for(chair).get(case_page))
    assert QUESTION in page
    assert "Torsdag, ikke fredag." in page


def test_an_adviser_does_not_share_for_the_school(discussed, ppr, client_for, post):
    with pytest.raises(PermissionDenied):
        dialogue.share(discussed.dialogue.get(), by=ppr)
    answer = post(client_for(ppr), entry_url("share", discussed))
    assert answer.status_code == 403
    assert not DialogueShare.objects.exists()


# -- who takes part --


@pytest.mark.parametrize("who", ["chair", "adviser", "other_leader", "admin"])
def test_nobody_else_takes_part(who, discussed, request, client_for):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        dialogue.write_entry(discussed, **MESSAGE, by=user)
    assert client_for(user).get(url(discussed)).status_code in {403, 404}


def test_a_withdrawn_case_is_read_and_not_written(discussed, leader, client_for):
    submission.withdraw(discussed, reason="Flyttet.", by=leader)
    with pytest.raises(NotPossible):
        dialogue.write_entry(discussed, **MESSAGE, by=leader)
    assert client_for(leader).get(url(discussed)).status_code == 200


@pytest.mark.parametrize("name", ["dialogue", "statement"])
def test_an_adviser_invited_to_one_case_finds_no_other(name, discussed, challenge, ppr, client_for):
    client = client_for(ppr)
    own_case = reverse(f"applications:{name}", args=[discussed.number])
    other_case = reverse(f"applications:{name}", args=[challenge.number])
    assert client.get(own_case).status_code == 200
    assert client.get(other_case).status_code == 404


def test_the_others_are_told_and_the_writer_is_not(discussed, leader, ppr, adviser):
    Invitation.objects.create(application=discussed, user=adviser, invited_by=leader)
    tasks.tell_others_of_entry({"entry": str(DialogueEntry.objects.get().pk)})

    notices = Notice.objects.filter(topic="dialogue.written")
    names = set(notices.values_list("user__name", flat=True))
    assert names >= {ppr.name, adviser.name}
    assert leader.name not in names


def test_a_long_dialogue_takes_no_more_queries(
    discussed, leader, client_for, django_assert_max_num_queries
):
    client = client_for(leader)
    client.get(url(discussed))
    for _ in range(20):
        dialogue.write_entry(discussed, **MESSAGE, by=leader)

    with django_assert_max_num_queries(14):
        assert client.get(url(discussed)).status_code == 200
