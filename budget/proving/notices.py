"""The alarm: both centre chiefs and the administrators are told that the books do not prove."""

from __future__ import annotations

from django.urls import reverse

from budget.models import BookProof
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell

SUBJECT = "Regnskabsbevis"


def sound_alarm(proof_id: str) -> None:
    """Mail at once, whatever a person has chosen: nobody may find it out by chance."""
    proof = BookProof.objects.get(pk=proof_id)
    count = len(proof.differences)
    text = f"Bøgerne stemmer ikke: {count} forskelle i regnskabsbeviset."
    if count == 1:
        text = "Bøgerne stemmer ikke: 1 forskel i regnskabsbeviset."

    people = User.objects.holding(Role.CENTRE_CHIEF, Role.ADMINISTRATOR)
    tell(
        people.distinct(),
        number=SUBJECT,
        path=reverse("budget:proof"),
        text=text,
        topic="proof.red",
        at_once=True,
    )
