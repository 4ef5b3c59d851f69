"""What being disqualified (inhabil) means to a page and to an act."""

from __future__ import annotations

from django.http import Http404

from skolefleks.refusals import Refusal


class Recused(Refusal, Http404):
    """The person is disqualified (inhabil) in this case. To a page it is not there, and the page says why: `reason`."""

    message = "Du er inhabil i sagen, og den er lukket for dig. Har du lige sendt noget i den, er det ikke gemt."
    reason = message
