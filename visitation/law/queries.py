"""What was said of a case in law, and the hearings that were noted in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.setup import trade
from visitation.law import rules
from visitation.models import Classification, Hearing

if TYPE_CHECKING:
    from applications.models import Application


def classifications(application: Application) -> list[Classification]:
    """What the case was said to be, the newest first."""
    rows = Classification.objects.filter(application=application)
    return list(rows.select_related("set_by").order_by("-set_at"))


def kind_of(application: Application) -> rules.Kind:
    """What the case is in law: as it was set last, else as the municipality's setting has it."""
    # The newest counts; the earlier stay readable.
    rows = Classification.objects.filter(application=application)
    newest = rows.order_by("-set_at").values_list("kind", flat=True).first()
    then = trade.at(application.submitted_at)
    return rules.Kind(newest or then.classification)


def hearings(application: Application) -> list[Hearing]:
    """The hearings of the party, in the order in which they were sent."""
    rows = Hearing.objects.filter(application=application)
    return list(rows.select_related("noted_by"))
