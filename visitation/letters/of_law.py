"""What the letters say of the law, by what a case is in law: a draft until it is signed."""

from __future__ import annotations

from functools import partial

from skolefleks.texts.declarations import Group, Preview, Shape, Text
from visitation.law import rules as law
from visitation.letters import made_up
from visitation.letters.made_up import Sample
from visitation.models import Decision

Kind = law.Kind

USED = "»{section}« i begge breve, hvor sagen er: {kind}."


def _text(kind: Kind, part: str, section: str, default: str) -> Text:
    sample = Sample(Decision.Outcome.GRANTED, kind=kind)
    make = partial(made_up.to_school, sample)
    return Text(
        key=law.key_of(kind, part),
        group=Group.LAW,
        label=f"{section}: {kind.label}",
        meaning=USED.format(section=section, kind=kind.label.lower()),
        default=default,
        preview=Preview("visitation/letters/_letter.html", make, paper="letter"),
        shape=Shape.PARAGRAPHS,
        speaks_of_law=True,
        is_signed=law.standard().is_signed,
        # An internal allocation has no guidance on complaint.
        may_be_empty=part == "klage",
    )


def _of_kind(kind: Kind) -> tuple[Text, Text]:
    standard = law.standard().kinds[kind]
    return (
        _text(kind, "regel", "Regler", standard.rule),
        _text(kind, "klage", "Klage", standard.complaint),
    )


TEXTS = (
    *_of_kind(Kind.INTERNAL),
    *_of_kind(Kind.DECISION),
    *_of_kind(Kind.COMPLAINT),
)
