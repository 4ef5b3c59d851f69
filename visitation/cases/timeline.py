"""What has happened on a case, as its timeline says it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import OuterRef, Subquery

from skolefleks.models import AuditEntry, User

if TYPE_CHECKING:
    from applications.models import Application

# The trail's verb -> what the timeline says of it, to everybody who reads the case.
EVENTS_FOR_ALL = {
    "start": "Sagen er oprettet",
    "invite": "En rådgiver er inviteret",
    "apply": "Udfordringen er blevet til en ansøgning",
    "sign": "En rådgiver har underskrevet sin udtalelse",
    "submit": "Ansøgningen er indsendt",
    "send_back": "Udvalget har bedt om oplysninger",
    "withdraw": "Sagen er trukket tilbage",
    "release": "En afgørelse er frigivet til skolen",
    "close": "Afgørelserne er frigivet til skolen",
    "end_early": "En bevilling er afsluttet før tid",
    "correct": "En afgørelse er rettet",
    "begin_effort": "En indsats er oprettet",
    "confirm_begun": "Skolen har bekræftet, at indsatsen er begyndt",
    "say_not_begun": "Skolen har oplyst, at indsatsen ikke er begyndt",
    "change_goal": "Et mål i indsatsen er ændret",
    "hand_in_report": "Skolen har afleveret en statusrapport",
    "hold_follow_up": "En opfølgning er holdt",
    "settle_follow_up": "Resultatet af en opfølgning er givet",
    "send_amendment": "Skolen har søgt om forlængelse af en indsats",
    "withdraw_amendment": "Skolen har trukket en ansøgning om en indsats tilbage",
    "decide_amendment": "Udvalget har truffet en ny afgørelse om en indsats",
    "end_effort": "En indsats er slut",
    "cancel_effort": "En indsats er annulleret",
}

# The committee also reads what the school is not to know before the release.
EVENTS_FOR_COMMITTEE = EVENTS_FOR_ALL | {
    "grant": "En bevilling er besluttet, endnu ikke frigivet",
    "reject": "Et afslag er besluttet, endnu ikke frigivet",
    "postpone": "En afgørelse er udsat, endnu ikke frigivet",
    "agree_ceiling": "En centerchef har godkendt taksten over loftet",
    "refuse_ceiling": "En centerchef har afvist taksten over loftet",
    "undo": "En afgørelse er fortrudt, før den blev frigivet",
    "index": "En takst er prisreguleret",
    "add_to_agenda": "Sagen er sat på dagsordenen for et møde",
    "remove_from_agenda": "Sagen er taget af dagsordenen",
}

MOST_EVENTS = 30


class Event(NamedTuple):
    """A line of the timeline."""

    at: datetime
    who: str
    what: str
    note: str = ""


def events(application: Application) -> list[Event]:
    """The newest events that the person it is marked for may read. Takes one query."""
    texts = EVENTS_FOR_ALL
    if application.is_reviewable:
        texts = EVENTS_FOR_COMMITTEE

    actor = User.objects.filter(pk=OuterRef("actor_id"))
    entries = AuditEntry.objects.filter(subject=application.number, verb__in=texts)
    entries = entries.annotate(actor=Subquery(actor.values("name")[:1]))

    events = []
    for entry in entries.order_by("-id")[:MOST_EVENTS]:
        # What the system does itself has no actor.
        who = entry.actor or "SkoleFleks"
        events.append(Event(entry.at, who, texts[entry.verb]))
    return events
