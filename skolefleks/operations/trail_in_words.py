"""A line of the trail as it is read: who, what, to which kind of thing, and never its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps

from skolefleks.models import AuditEntry, User

# What the ground's own acts are called; a step of a thing's life goes by the
# name of its verb.
VERBS = {
    "sign_in": "Logget ind",
    "sign_out": "Logget ud",
    "sign_in_failed": "Blev ikke lukket ind",
    "sign_in_locked": "Lukket ude en tid",
    "end_sessions": "Logget ud overalt",
    "invite": "Oprettet",
    "give_role": "Rolle givet",
    "end_role": "Rolle afsluttet",
    "change_person": "Navn eller e-mail rettet",
    "deactivate": "Deaktiveret",
    "reactivate": "Aktiveret igen",
    "untie_sign_on": "Kommunens login løst",
    "try_mail_again": "Besked prøvet igen",
    "unusual_reading": "Usædvanligt mange opslag",
    "backup": "Backup taget",
    "add_district": "Distrikt oprettet",
    "add_school": "Skole oprettet",
    "change_school": "Skole rettet",
    "close_school": "Skole lukket",
    "reopen_school": "Skole åbnet igen",
    "sign_review": "Gennemgang underskrevet",
    "submit": "Indsendt",
    "withdraw": "Trukket tilbage",
    "send_back": "Oplysninger bedt om",
    "grant": "Bevilget",
    "reject": "Givet afslag",
    "release": "Frigivet",
    "propose": "Foreslået",
    "approve": "Godkendt",
}


@dataclass(frozen=True)
class Line:
    """A line with its words."""

    entry: AuditEntry
    person: str
    verb: str
    thing: str


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
    return VERBS.get(entry.verb, entry.verb.replace("_", " "))


def _thing_of(entry: AuditEntry, people: dict[int, User]) -> str:
    """A person's name; of all else its kind alone."""
    if _is_about_a_person(entry):
        person = people.get(int(entry.object_id))
        if person is None:
            return "Ukendt person"
        return person.name
    try:
        return str(apps.get_model(entry.object_type)._meta.verbose_name)
    except LookupError:
        return entry.object_type
