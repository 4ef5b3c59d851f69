"""The mails that tell of something new: as they come, until the municipality writes others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from skolefleks.danish import today
from skolefleks.notices import letters
from skolefleks.notices.letters import Mail
from skolefleks.setup import trade
from skolefleks.texts.declarations import Group, Placeholder, Preview, Shape, Text

if TYPE_CHECKING:
    from skolefleks.texts.wording import Wording

ADDRESS = "https://skolefleks.example"
WHAT = Placeholder(
    "hvad", "Sagens nummer, eller hvad det ellers drejer sig om.", "Sag: AB-2027-0042"
)
SEVERAL = Placeholder(
    "hvad", "En linje for hver sag, der er nyt i.", "Sag: AB-2027-0042"
)
LINK = Placeholder("link", "Adressen på siden.", f"{ADDRESS}/beskeder/")
CHOOSE = Placeholder(
    "vaelg",
    "Adressen, hvor man vælger, hvornår man får mail.",
    f"{ADDRESS}/konto/indstillinger/",
)


def _preview(mail: Mail) -> Preview:
    return Preview("skolefleks/notices/_mail.html", partial(_made_up, mail))


def _made_up(mail: Mail, wording: Wording) -> dict[str, Any]:
    number = f"{trade.now().number_prefix}-{today().year}-0000"
    subject, body = letters.compose(
        mail, wording, what=f"Sag: {number}", link=LINK.example, choose=CHOOSE.example
    )
    return {"subject": subject, "body": body}


def _text(
    key: str, label: str, meaning: str, default: str, mail: Mail, **more: Any
) -> Text:
    return Text(
        key=key,
        group=Group.NOTICE,
        label=label,
        meaning=meaning,
        default=default,
        preview=_preview(mail),
        **more,
    )


def _body(
    mail: Mail, label: str, meaning: str, default: str, what: Placeholder
) -> Text:
    return _text(
        mail.body,
        label,
        meaning,
        default,
        mail,
        shape=Shape.PARAGRAPHS,
        needs=(what, LINK, CHOOSE),
    )


TEXTS = (
    _text(
        Mail.TASK.subject,
        "Emne: en opgave venter",
        "Emnet på mails til den, der skal gøre noget.",
        "En opgave venter i SkoleFleks",
        Mail.TASK,
    ),
    _text(
        Mail.NEWS.subject,
        "Emne: der er nyt",
        "Emnet på mails om det, der blot er nyt.",
        "Nyt i SkoleFleks",
        Mail.NEWS,
    ),
    _body(
        Mail.TASK,
        "Mail: en opgave venter",
        "Mailen til den, der skal gøre noget, med det samme.",
        "En opgave venter i SkoleFleks.\n\n{hvad}\n{link}\n\n"
        "Du får mailen, fordi noget venter på dig. Mailen indeholder ingen"
        " personoplysninger.\nVælg selv, hvornår du får mail: {vaelg}",
        WHAT,
    ),
    _body(
        Mail.NEWS,
        "Mail: der er nyt",
        "Mailen om én nyhed, til den, der vil have mail med det samme.",
        "Der er nyt i SkoleFleks.\n\n{hvad}\n{link}\n\n"
        "Mailen indeholder ingen personoplysninger.\n"
        "Vælg selv, hvornår du får mail: {vaelg}",
        WHAT,
    ),
    _body(
        Mail.DIGEST,
        "Mail: den samlede",
        "Den daglige mail om alt det, man ikke har set.",
        "Der er nyt i SkoleFleks.\n\n{hvad}\n\nDine beskeder:\n{link}\n\n"
        "Mailen indeholder ingen personoplysninger.\n"
        "Vælg selv, hvornår du får mail: {vaelg}",
        SEVERAL,
    ),
)
