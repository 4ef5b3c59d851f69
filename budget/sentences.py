"""What the notices say to the centre chiefs of the money."""

from __future__ import annotations

from skolefleks.notices.sentences import sentence, under
from skolefleks.texts.declarations import Group

TEXTS = under(
    Group.OF_MONEY,
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
