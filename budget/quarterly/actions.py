"""What the centre chiefs write to a quarter: every version stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.figures import actions as figure_actions
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
    """Write a new version of a quarter's texts after `version` (0: nothing is written yet).

    Raises PermissionDenied, and Overtaken when somebody else wrote a version first.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    # The first version has no row before it that could be locked.
    figure_actions.lock_figures()

    latest = QuarterlyText.objects.filter(year=year, quarter=quarter).first()
    latest_version = 0
    old_texts = dict.fromkeys(texts, "")
    if latest:
        latest_version = latest.version
        old_texts = {name: getattr(latest, name) for name in texts}
    if version != latest_version:
        raise Overtaken(
            "En anden har skrevet i mellemtiden. Begge tekster står her: ret din til, og gem igen."
        )

    text = QuarterlyText.objects.create(
        year=year,
        quarter=quarter,
        version=version + 1,
        made_by=by,
        **texts,
    )

    changed_fields = [name for name in texts if texts[name] != old_texts[name]]
    audit.record(
        "write_quarter", text, by=by, version=text.version, fields=changed_fields
    )
    return text
