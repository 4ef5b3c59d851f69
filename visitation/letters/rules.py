"""What a letter can say on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks import pdf_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visitation.models import Decision, Grant


def unprintable_in(decisions: Iterable[Decision]) -> list[str]:
    """The letters and signs that the letters of these decisions could not show."""
    texts = []
    for decision in decisions:
        texts += [decision.grounds, decision.pupil_case.shown_name]
        # Django raises where the other side of a one-to-one is missing.
        grant: Grant | None = getattr(decision, "grant", None)
        if grant:
            texts.append(grant.conditions)
    return pdf_text.unprintable(*texts)
