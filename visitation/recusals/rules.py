"""What being disqualified (inhabil) means to a page and to an act, and who may settle it."""

from __future__ import annotations

from django.http import Http404

from skolefleks.models import User
from skolefleks.refusals import Refusal


# Both a refusal, for the acts, and a 404, for the pages: views let it through as
# it is.
class Recused(Refusal, Http404):
    """The person is disqualified (inhabil) in this case.

    To a page the case is not there (404), and the page says why: `reason`.
    """

    message = (
        "Du er inhabil i sagen, og den er lukket for dig."
        " Har du lige sendt noget i den, er det ikke gemt."
    )
    reason = message


def require_reason(reason: str) -> None:
    """Raise Refusal unless a reason is given. Only the person themselves may leave it out."""
    if not reason.strip():
        raise Refusal("Skriv begrundelsen.", field="reason")


def require_another(person: User, *, by: User) -> None:
    """Raise Refusal where somebody sets a recusal for themselves: that they declare."""
    if person == by:
        raise Refusal(
            "Meld dig selv inhabil i stedet: det står øverst på siden.",
            field="person",
        )
