"""What stands at a field to help: as it is declared, until the municipality writes another."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazy

from applications.fields.declarations import BLOCK_KINDS
from skolefleks import alphabet
from skolefleks.danish import kr
from skolefleks.setup import trade
from skolefleks.texts import wording
from skolefleks.texts.declarations import Group, Placeholder, Preview, Shape, Text

if TYPE_CHECKING:
    from applications.fields.field import BlockKind, Card, Field
    from skolefleks.texts.wording import Wording

# What a help may name of the settings: so it never says yesterday's figure.
LIMIT = Placeholder(
    "graense", "Timer om ugen, hvor støtten bliver specialundervisning.", "9"
)
TARIFF = Placeholder("enhedstakst", "Enhedstaksten pr. år.", "200.000 kr.")


def of_field(block: BlockKind, field: Field) -> Any:
    """Today's words under the field's label; read anew each time the form is shown."""
    if not field.help:
        return ""
    return _say_today(_key(block, field.name))


def of_card(block: BlockKind, card: Card) -> Any:
    """Today's words under a card's heading."""
    if not card.text:
        return ""
    return _say_today(_key(block, "kort", card.title))


def _say_today(key: str) -> Any:
    # A form's class is made once; its words are asked for with each page.
    return lazy(lambda: wording.now().say(key, **_figures()), str)()


def _figures() -> dict[str, str]:
    """What a help may name of the settings, as they hold today."""
    values = trade.now()
    return {
        LIMIT.name: str(values.support_hours_limit),
        TARIFF.name: kr(values.unit_tariff),
    }


def _key(block: BlockKind, *names: str) -> str:
    return alphabet.slug(f"hjaelp {block.title} {' '.join(names)}".replace("_", " "))


def _text(key: str, block: BlockKind, label: str, default: str) -> Text:
    make = partial(_made_up, key, label)
    return Text(
        key=key,
        group=Group.HELP,
        label=f"{block.title}: {label}",
        meaning="Står i ansøgningen, hvor skolen skriver.",
        default=default,
        preview=Preview("applications/writing/_help.html", make),
        shape=Shape.LINE,
        may=(LIMIT, TARIFF),
        # A municipality may find that a field explains itself.
        may_be_empty=True,
    )


def _made_up(key: str, label: str, wording: Wording) -> dict[str, Any]:
    return {"label": label, "text": wording.say(key, **_figures())}


def _of_block(block: BlockKind) -> list[Text]:
    """The texts of one block, as the form has them from top to bottom."""
    texts = []
    for card, lines in block.cards:
        if card.text:
            key = _key(block, "kort", card.title)
            texts.append(_text(key, block, card.title, card.text))
        for line in lines:
            texts += [
                _text(_key(block, field.name), block, field.label, field.help)
                for field in line
                if field.help
            ]
    return texts


TEXTS = tuple(chain.from_iterable(map(_of_block, BLOCK_KINDS)))
