"""The dialogue of a case: who writes, who reads, what is corrected, and what the committee gets to see."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications.dialogue import actions as dialogue
from applications.models import DialogueEntry, DialogueShare, Invitation
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.danish import today
from skolefleks.models import Notice
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of

MESSAGE = {"kind": "message", "text": "Kan I komme på fredag?"}


@pytest.fixture
def talked(submitted, leader, ppr):
    """A case with the committee, PPR invited, one message of the school's."""
    writing.invite(submitted, adviser=ppr, by=leader)
    dialogue.write_entry(submitted, **MESSAGE, by=leader)
    return submitted


def page(client, application):
    return client.get(reverse("applications:dialogue", args=[application.number]))


def test_school_and_adviser_read_each_other(talked, leader, ppr, client_for, post):
    answer = post(
        client_for(ppr),
        page(client_for(ppr), talked).request["PATH_INFO"],
        {"kind": "message", "text": "Ja."},
    )
    assert answer.status_code == 302
    seen = text_of(page(client_for(leader), talked))
    assert "Kan I komme på fredag?" in seen
    assert "Puk Psykolog, PPR" in seen
    assert "Lene Baltorp, skolen" in seen


@pytest.mark.parametrize("kind", ["conversation", "phone"])
def test_a_note_says_when_it_was_and_who_took_part(
    kind, talked, leader, client_for, post
):
    client, url = (
        client_for(leader),
        reverse("applications:dialogue", args=[talked.number]),
    )
    bare = {"kind": kind, "text": "Vi talte om dagen."}
    assert post(client, url, bare).status_code == 422
    told = bare | {
        "happened_on": f"{today():%d.%m.%Y}",
        "took_part": "Mor og klasselærer",
    }
    assert post(client, url, told).status_code == 302
    assert "Deltog: Mor og klasselærer" in text_of(client.get(url))


def test_a_cpr_number_is_not_let_into_what_cannot_be_changed(
    talked, leader, client_for, post
):
    url = reverse("applications:dialogue", args=[talked.number])
    answer = post(
        client_for(leader), url, {"kind": "message", "text": "Det gælder 230216-4123."}
    )
    assert answer.status_code == 422
    assert talked.dialogue.count() == 1


def test_an_entry_is_never_changed_nor_deleted(talked):
    for harm in (
        talked.dialogue.all().delete,
        lambda: talked.dialogue.update(kind="phone"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()


def test_a_correction_stands_beneath_and_leaves_what_was_written(
    talked, leader, client_for, post
):
    entry = talked.dialogue.get()
    url = reverse("applications:correct", args=[talked.number, entry.pk])
    assert (
        post(client_for(leader), url, {"text": "Torsdag, ikke fredag."}).status_code
        == 302
    )
    seen = text_of(page(client_for(leader), talked))
    assert seen.index("Kan I komme på fredag?") < seen.index("Torsdag, ikke fredag.")


def test_nobody_corrects_somebody_elses_words(talked, ppr, client_for):
    entry = talked.dialogue.get()
    with pytest.raises(Refusal):
        dialogue.correct(entry, text="Nej.", by=ppr)
    assert (
        client_for(ppr)
        .get(reverse("applications:correct", args=[talked.number, entry.pk]))
        .status_code
        == 404
    )


def test_the_committee_reads_nothing_until_the_school_shares_it(
    talked, leader, chair, client_for, post
):
    committee, url = client_for(chair), talked.get_absolute_url()
    assert "Kan I komme på fredag?" not in committee.get(url).content.decode()
    entry = talked.dialogue.get()
    post(
        client_for(leader),
        reverse("applications:share", args=[talked.number, entry.pk]),
    )
    dialogue.correct(entry, text="Torsdag, ikke fredag.", by=leader)
    shown = text_of(committee.get(url))
    assert "Kan I komme på fredag?" in shown
    assert "Torsdag, ikke fredag." in shown


def test_an_adviser_does_not_share_for_the_school(talked, ppr, client_for, post):
    with pytest.raises(PermissionDenied):
        dialogue.share(talked.dialogue.get(), by=ppr)
    url = reverse("applications:share", args=[talked.number, talked.dialogue.get().pk])
    assert post(client_for(ppr), url).status_code == 403
    assert not DialogueShare.objects.exists()


@pytest.mark.parametrize("who", ["chair", "adviser", "other_leader", "admin"])
def test_nobody_else_takes_part(who, talked, request, client_for):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        dialogue.write_entry(talked, **MESSAGE, by=user)
    assert page(client_for(user), talked).status_code in {403, 404}


def test_a_withdrawn_case_is_read_and_not_written(talked, leader, client_for):
    submission.withdraw(talked, reason="Flyttet.", by=leader)
    with pytest.raises(NotPossible):
        dialogue.write_entry(talked, **MESSAGE, by=leader)
    assert page(client_for(leader), talked).status_code == 200


def test_an_adviser_invited_to_one_case_finds_no_other(
    talked, challenge, ppr, client_for
):
    client = client_for(ppr)
    for name in ("dialogue", "statement"):
        assert (
            client.get(
                reverse(f"applications:{name}", args=[talked.number])
            ).status_code
            == 200
        )
        assert (
            client.get(
                reverse(f"applications:{name}", args=[challenge.number])
            ).status_code
            == 404
        )


def test_the_words_lie_encrypted(talked):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM applications_dialogueentry e")
        assert "fredag" not in str(cursor.fetchall())


def test_who_left_the_case_alone_is_not_told(talked, leader, ppr, adviser):
    from applications.tasks import tell_others_of_entry

    Invitation.objects.create(application=talked, user=adviser, invited_by=leader)
    tell_others_of_entry({"entry": str(DialogueEntry.objects.get().pk)})
    told = set(
        Notice.objects.filter(topic="dialogue.written").values_list(
            "user__name", flat=True
        )
    )
    assert told >= {ppr.name, adviser.name}
    assert leader.name not in told


def test_a_long_dialogue_takes_no_more_queries(
    talked, leader, client_for, django_assert_max_num_queries
):
    client = client_for(leader)
    page(client, talked)
    for _ in range(20):
        dialogue.write_entry(talked, **MESSAGE, by=leader)
    with django_assert_max_num_queries(14):
        assert page(client, talked).status_code == 200
