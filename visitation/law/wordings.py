"""What the pages say of the law: on hearing the party, and on who is disqualified."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from skolefleks.texts.declarations import Group, Preview, Shape, Text
from visitation.law import rules

if TYPE_CHECKING:
    from skolefleks.texts.wording import Wording


def _paragraphs(key: str, wording: Wording) -> dict[str, Any]:
    return {"paragraphs": wording.items(key)}


def _text(
    key: str, label: str, meaning: str, default: str, shape: Shape = Shape.PARAGRAPHS
) -> Text:
    return Text(
        key=key,
        group=Group.LAW,
        label=label,
        meaning=meaning,
        default=default,
        preview=Preview("visitation/law/_seen.html", partial(_paragraphs, key)),
        shape=shape,
        speaks_of_law=True,
        is_signed=rules.standard().is_signed,
    )


def _reason(name: str, default: str) -> Text:
    return _text(
        rules.REASON_KEYS[name],
        f"Inhabil: {default}",
        "En af grundene, man kan vælge, når man melder sig inhabil.",
        default,
        Shape.LINE,
    )


TEXTS = (
    _text(
        rules.HEARING,
        "Partshøring",
        "Øverst på siden, hvor en partshøring noteres.",
        rules.standard().hearing,
    ),
    _text(
        rules.GUIDANCE,
        "Inhabilitet: vejledning",
        "Øverst på siden, hvor man melder sig inhabil. Hver linje er et afsnit.",
        "\n".join(rules.standard().guidance),
    ),
    _text(
        rules.EFFECT,
        "Inhabilitet: det sker, når man trykker",
        "Over knappen, hvor man melder sig inhabil.",
        rules.standard().effect,
    ),
    *(_reason(name, text) for name, text in rules.standard().reasons.items()),
)
