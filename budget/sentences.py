"""What the notices say to the centre chiefs of the money."""

from __future__ import annotations

from skolefleks.notices.sentences import sentence

TEXTS = (
    sentence(
        "udbetaling",
        "En udbetaling venter",
        "En udbetaling venter på din godkendelse",
    ),
    sentence(
        "forslag",
        "Et forslag venter",
        "Et forslag om puljens penge venter på dit svar",
    ),
)
