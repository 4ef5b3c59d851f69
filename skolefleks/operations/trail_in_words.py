"""A line of the trail as it is read: who, what, to which kind of thing, and never its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skolefleks.models import AuditEntry, User
from skolefleks.operations import subjects_in_words

# What acts are called; the floors above add their own (their `words.py`).
_OWN = {
    "sign_in": "Logget ind",
    "sign_out": "Logget ud",
    "sign_in_failed": "Blev ikke lukket ind",
    "sign_in_locked": "Lukket ude en tid",
    "roles_not_said": "Kommunens login sagde ingen roller",
    "role_kept": "Rolle beholdt: den sidste, der har den",
    "make_emergency": "Nødadgang oprettet",
    "try_mail": "Prøvemail sendt",
    "try_sign_on": "Kommunens login prøvet",
    "add_emergency_key": "Passkey til nødadgangen",
    "end_emergency": "Nødadgang fjernet",
    "break_glass": "Nødadgang brugt",
    "end_sessions": "Logget ud overalt",
    "invite": "Oprettet",
    "give_role": "Rolle givet",
    "end_role": "Rolle afsluttet",
    "pass_on_work": "Arbejde givet videre",
    "change_person": "Navn eller e-mail rettet",
    "deactivate": "Deaktiveret",
    "reactivate": "Aktiveret igen",
    "untie_sign_on": "Kommunens login frakoblet",
    "try_mail_again": "Besked prøvet igen",
    "unusual_reading": "Usædvanligt mange opslag",
    "backup": "Backup taget",
    "add_district": "Distrikt oprettet",
    "add_school": "Skole oprettet",
    "change_school": "Skole rettet",
    "close_school": "Skole lukket",
    "merge_school": "Skole lagt sammen med en anden",
    "reopen_school": "Skole åbnet igen",
    "make_first_link": "Link til den første administrator lavet",
    "use_first_link": "Første administrator kom ind med linket",
    "change_setting": "Indstilling ændret",
    "agree_setting": "Ændret indstilling godkendt",
    "refuse_setting": "Ændret indstilling afvist",
    "withdraw_setting": "Ændret indstilling trukket tilbage",
    "write_text": "Tekst skrevet",
    "sign_text": "Tekst underskrevet",
    "withdraw_text": "Tekst taget tilbage",
    "begin_review": "Gennemgang begyndt",
    "sign_review_line": "Rolle gennemgået",
    "finish_review": "Gennemgang færdig",
    "change_district": "Distrikt rettet",
}


# What a kind of thing is called, by its model's label.
THINGS = {
    "skolefleks.membership": "Rolle",
    "skolefleks.outboxmessage": "Besked",
    "skolefleks.auditseal": "Revisionssporet",
    "skolefleks.district": "Distrikt",
    "skolefleks.review": "Gennemgang af rettigheder",
    "skolefleks.reviewline": "Gennemgang af rettigheder",
    "skolefleks.school": "Skole",
    "skolefleks.firstlink": "Første link",
    "skolefleks.settingchange": "Indstilling",
    "skolefleks.textversion": "Tekst",
}


# By the floor: the same verb may be another act on another one.
VERBS: dict[str, dict[str, str]] = {"skolefleks": _OWN}


def register(floor: str, verbs: dict[str, str], things: dict[str, str]) -> None:
    """Add a floor's own words."""
    VERBS[floor] = verbs
    THINGS.update(things)


@dataclass(frozen=True)
class Line:
    """A line with its words."""

    entry: AuditEntry
    person: str
    verb: str
    thing: str

    @property
    def about(self) -> str:
        return subjects_in_words.words_of(self.entry.subject)


def lines_of(entries: Sequence[AuditEntry]) -> list[Line]:
    """The lines in the order they come; one query for all who did them and whom they are about."""
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    about = [entry for entry in entries if _is_about_a_person(entry)]
    ids |= {int(entry.object_id) for entry in about}
    people = User.objects.in_bulk(ids)

    lines = []
    for entry in entries:
        lines.append(
            Line(
                entry,
                _actor_of(entry, people),
                _verb_of(entry),
                _thing_of(entry, people),
            )
        )
    return lines


def choices() -> list[tuple[str, str]]:
    """(verb, word) of all that is known, by the word; of a verb of several floors the last."""
    words: dict[str, str] = {}
    for verbs in VERBS.values():
        words.update(verbs)
    return sorted(words.items(), key=lambda pair: pair[1])


def _is_about_a_person(entry: AuditEntry) -> bool:
    return entry.object_type == "skolefleks.user" and entry.object_id.isdigit()


def _actor_of(entry: AuditEntry, people: dict[int, User]) -> str:
    if entry.actor_id is None:
        return "Systemet"
    actor = people.get(entry.actor_id)
    if actor is None:
        return "Ukendt"
    return actor.name


def _verb_of(entry: AuditEntry) -> str:
    """The word of the thing's own floor, or of another that did it to the thing."""
    own = VERBS.get(entry.object_type.partition(".")[0], {})
    for verbs in (own, *VERBS.values()):
        if entry.verb in verbs:
            return verbs[entry.verb]
    return entry.verb.replace("_", " ")


def _thing_of(entry: AuditEntry, people: dict[int, User]) -> str:
    """A person's name; of all else its kind alone."""
    if _is_about_a_person(entry):
        person = people.get(int(entry.object_id))
        if person is None:
            return "Ukendt person"
        return person.name
    return THINGS.get(entry.object_type, entry.object_type.partition(".")[2])
