"""Who was invited to a case, and as what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable


class Capacity(models.TextChoices):
    """What an adviser is on a case: what a statement of theirs counts as."""

    PPR = "ppr", "PPR"
    CASEWORKER = "caseworker", "Sagsbehandler"
    KUI = "kui", "KUI"
    UU = "uu", "UU"
    LEISURE = "leisure", "BFO eller klub"
    OTHER = "other", "Rådgiver"

    @classmethod
    def by_titles(cls, titles: Iterable[str]) -> Capacity:
        """By the words of a person's titles, which the administrator gives, not the school."""
        words: set[str] = set()
        for title in titles:
            words.update(re.findall(r"\w+", title.lower()))

        for capacity, names in WORDS_IN_TITLES.items():
            if words & names:
                return capacity
        return cls.OTHER


# Where a title names several, the first of these counts.
WORDS_IN_TITLES = {
    Capacity.PPR: {"ppr"},
    Capacity.CASEWORKER: {"sagsbehandler", "socialrådgiver", "socialafsnittet"},
    Capacity.KUI: {"kui"},
    Capacity.UU: {"uu"},
    Capacity.LEISURE: {"bfo", "klub", "fritid"},
}


class Invitation(models.Model):
    """An adviser's right to one case."""

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.CASCADE,
        related_name="invitations",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    # What the titles said at the invitation; the administrator may change them later.
    capacity = models.CharField(
        "inviteret som", max_length=10, choices=Capacity, default=Capacity.OTHER
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "user"), name="an_adviser_is_invited_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
