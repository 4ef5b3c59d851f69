"""What this floor's acts and things are called in the trail, as an administrator reads it."""

from __future__ import annotations

from skolefleks.operations import trail_in_words

VERBS = {
    "start": "Sag oprettet",
    "write": "Skrevet i ansøgningen",
    "add_pupil": "Elev tilføjet",
    "remove_pupil": "Elev fjernet",
    "add_paper": "Bilag vedlagt",
    "remove_paper": "Bilag fjernet",
    "invite": "Inviteret",
    "pass_on_invitation": "Invitation givet videre til en kollega",
    "take_over_case": "Skolen er lagt sammen: sagen er flyttet med",
    "pass_on_case": "Sag givet videre til en kollega",
    "write_entry": "Skrevet i dialogen",
    "share": "Delt med udvalget",
    "write_statement": "Udtalelse skrevet",
    "sign": "Udtalelse underskrevet",
    "apply": "Gjort til ansøgning",
    "submit": "Indsendt",
    "withdraw": "Trukket tilbage",
    "send_back": "Oplysninger bedt om",
    "close": "Afgørelser frigivet",
}

THINGS = {
    "applications.application": "Ansøgning",
    "applications.pupilcase": "Elevs sag",
    "applications.invitation": "Invitation",
    "applications.dialogueentry": "Dialog",
    "applications.statement": "Udtalelse",
    "applications.paper": "Bilag",
}


def register() -> None:
    """Add them to the trail's."""
    trail_in_words.register("applications", VERBS, THINGS)
