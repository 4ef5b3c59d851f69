"""Texts that the municipality writes: from a day, with a reason, and no markup in any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from skolefleks.danish import today
from skolefleks.models import AuditEntry, TextVersion
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.texts import actions, declarations, rules, wording

pytestmark = pytest.mark.django_db

TITLE = "brev-overskrift"
TOMORROW = today() + timedelta(days=1)


def write(text, by, *, key=TITLE, days=0, after=0):
    day = today() + timedelta(days=days)
    return actions.write(key, text=text, starts_on=day, reason="Plain tale.", after=after, by=by)


def title_on(day):
    return wording.Wording(day).say(TITLE, elev="Sofie Holm")


def test_nothing_is_changed_until_somebody_writes_one():
    assert title_on(today()) == "Afgørelse om SkoleFleks: Sofie Holm"


def test_every_standard_fits_its_own_declaration():
    for key, text in declarations.every().items():
        assert rules.problem_in(text, text.default) == "", key


def test_a_text_reads_so_from_its_day_on(admin):
    write("Svar: {elev}", admin, days=3)
    assert title_on(today() + timedelta(days=2)).startswith("Afgørelse")
    assert title_on(today() + timedelta(days=3)) == "Svar: Sofie Holm"
    assert AuditEntry.objects.get().payload["number"] == 1


def test_what_was_said_on_a_day_is_known_afterwards(admin, time_machine):
    write("Svar: {elev}", admin)
    time_machine.move_to(today() + timedelta(days=5))
    write("Nyt: {elev}", admin, after=1)
    assert title_on(today() - timedelta(days=1)) == "Svar: Sofie Holm"
    assert title_on(today()) == "Nyt: Sofie Holm"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Svar til eleven", "mangler"),
        ("Svar: {elev} {navn}", "findes ikke her"),
        ("Svar: {elev", "ikke lukket"),
        ("Svar: elev}", "ikke lukket"),
        ("Svar: {elev} {}", "ikke lukket"),
        ("Svar: {elev} {0.__class__}", "ikke lukket"),
        ("Svar: {elev.__class__}", "ikke lukket"),
        ("Svar: {elev!r}", "ikke lukket"),
        ("Svar: {elev:>99999999}", "ikke lukket"),
        ("Svar: {elev} {{ x }}", "uden koder"),
        ("Svar: {elev} {% load x %}", "uden koder"),
        ("Svar: {elev} <script>alert(1)</script>", "uden koder"),
        ("Svar: {elev} <!-- x -->", "uden koder"),
        ("Svar: {elev} #import", "uden koder"),
        ("Svar: {elev} &lt;b&gt;", "uden koder"),
        ("Svar: {elev} **fed**", "uden koder"),
        ("Svar: {elev} [her](http://x.example)", "uden koder"),
        ("Svar:\n{elev}", "én linje"),
        ("Svar: {elev} 漢", "kan ikke stå"),
        ("   ", "Skriv teksten"),
    ],
)
def test_what_does_not_do_is_refused_at_the_field(text, sentence, admin):
    with pytest.raises(Refusal, match=sentence) as refused:
        write(text, admin)
    assert refused.value.field == "text"
    assert not TextVersion.objects.exists()


def test_ordinary_signs_are_no_markup(admin):
    write("§ 9, stk. 4: {elev} (4. klasse) – 9 < 12, A & B, nr. #1 »ja«", admin)


def test_a_value_with_braces_stays_as_it_is():
    both = {"elev": "{skole} {0.__class__}", "skole": "Engskolen"}
    assert rules.fill("{elev}: {skole}", both) == "{skole} {0.__class__}: Engskolen"


def test_of_two_who_write_at_once_the_second_is_told(admin):
    write("Svar: {elev}", admin)
    with pytest.raises(Overtaken):
        write("Brev: {elev}", admin)
    write("Brev: {elev}", admin, after=1)


def test_no_text_reaches_back(admin):
    with pytest.raises(Refusal, match="tidligst"):
        write("Svar: {elev}", admin, days=-1)


def test_the_same_words_again_are_refused(admin):
    with pytest.raises(Refusal, match="i forvejen"):
        write("Afgørelse om SkoleFleks: {elev}", admin)


def test_what_has_not_begun_is_taken_back_and_what_has_is_not(admin):
    coming = write("Svar: {elev}", admin, days=1)
    actions.withdraw(coming, by=admin)
    assert title_on(TOMORROW).startswith("Afgørelse")
    with pytest.raises(Overtaken):
        actions.withdraw(as_seen_before(coming), by=admin)
    begun = write("Brev: {elev}", admin, after=1)
    with pytest.raises(NotPossible):
        actions.withdraw(begun, by=admin)


def as_seen_before(version):
    """The row as somebody saw it who had the page open meanwhile."""
    return TextVersion(pk=version.pk, key=version.key, starts_on=version.starts_on)


def test_nobody_else_writes_or_takes_back(chair, admin):
    coming = write("Svar: {elev}", admin, days=1)
    for act in (
        lambda: write("Brev: {elev}", chair, after=1),
        lambda: actions.withdraw(coming, by=chair),
        lambda: actions.sign(coming, by=chair),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_the_database_changes_no_word_and_takes_no_begun_text_back(admin):
    begun = write("Svar: {elev}", admin)
    rows = TextVersion.objects.filter(pk=begun.pk)
    for forged in (
        {"text": "Andet: {elev}"},
        {"starts_on": TOMORROW},
        {"withdrawn_on": today(), "withdrawn_by": admin},
        {"signed_at": begun.written_at, "signed_by": admin},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**forged)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_what_does_not_fit_any_more_gives_way_to_the_one_before(admin):
    write("Svar: {elev}", admin)
    TextVersion.objects.create(
        key=TITLE,
        number=2,
        text="Gammelt: {fornavn}",
        starts_on=today(),
        reason="Fra en ældre version.",
        written_by=admin,
        written_at="2026-01-01T00:00Z",
        takes_two=False,
    )
    assert title_on(today()) == "Svar: Sofie Holm"


def test_however_many_texts_are_asked_they_are_read_once(admin, django_assert_num_queries):
    write("Svar: {elev}", admin)
    with django_assert_num_queries(1):
        now = wording.now()
        for key, text in declarations.every().items():
            now.say(key, **text.examples)
