"""The acts on the figures the pool is held against. They move no money; what a figure was before stands in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.figures import actions as figures
from budget.models import QuarterlyText
from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Overtaken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skolefleks.models import User


@transaction.atomic
def write_quarter(
    *, year: int, quarter: int, version: int, texts: Mapping[str, str], by: User
) -> QuarterlyText:
    """A new version of a quarter's texts after `version` (0: none yet). Raises Overtaken when somebody wrote one first."""
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    figures.lock_figures()
    latest = QuarterlyText.objects.filter(year=year, quarter=quarter).first()
    if (latest.version if latest else 0) != version:
        raise Overtaken(
            "En anden har skrevet i mellemtiden. Begge tekster står her: ret din til, og gem igen."
        )
    written = QuarterlyText.objects.create(
        year=year, quarter=quarter, version=version + 1, made_by=by, **texts
    )
    changed = [
        name for name, text in texts.items() if text != (getattr(latest, name) if latest else "")
    ]
    audit.record("write_quarter", written, by=by, version=written.version, fields=changed)
    return written
