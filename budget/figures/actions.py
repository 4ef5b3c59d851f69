"""The acts on the figures the pool is held against. They move no money; what a figure was before stands in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from budget.figures import rules
from budget.models import DayTreatmentFigure, FigureImport, Target
from skolefleks import audit
from skolefleks.models import District
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Overtaken, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skolefleks.models import User


CHANGED_MEANWHILE = "Tallene er ændret af en anden, siden du så dem. Her er, hvad der nu ville ske."


class NothingNew(Refusal):
    """All that was sent stands already."""

    message = "Alle tallene står der i forvejen. Der er ikke noget at gemme."


@transaction.atomic
def enter(
    lines: Sequence[rules.Line], *, shown: str, by: User, file_name: str = ""
) -> FigureImport:
    """Write all of `lines`, or none. `shown` is the fingerprint of the changes that `by` looked through.

    Raises PermissionDenied, NothingNew, and Overtaken when what stands is no longer what was shown.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    _lock()
    changes = rules.compare(lines)
    if rules.fingerprint(changes) != shown:
        raise Overtaken(CHANGED_MEANWHILE)
    new, changed = (
        sum(change.is_new for change in changes),
        sum(change.is_changed for change in changes),
    )
    if not new + changed:
        raise NothingNew
    counts = {"new": new, "changed": changed, "unchanged": len(changes) - new - changed}
    receipt = FigureImport.objects.create(file_name=file_name, made_by=by, **counts)
    districts = {district.name: district for district in District.objects.all()}
    for change in changes:
        if not change.is_same:
            _write(change, districts.get(change.line.district), receipt, by=by)
    audit.record("import_figures", receipt, by=by, **counts)
    return receipt


@transaction.atomic
def set_target(*, year: int, level_of: int, source: str, replaces: int | None, by: User) -> Target:
    """Be back at the level of `level_of` in `year`. `replaces` is the level that `by` saw there, None for none.

    Raises PermissionDenied, and Overtaken when another level stands there than was seen.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    _lock()
    stands = Target.objects.filter(year=year).values_list("level_of", flat=True).first()
    if stands != replaces:
        raise Overtaken(
            f"Der er allerede et måltal for {year}: {stands}-niveauet. Gem igen for at erstatte det."
        )
    target, _ = Target.objects.update_or_create(
        year=year, defaults={"level_of": level_of, "source": source}
    )
    audit.record("set_target", target, by=by, year=year, level_of=level_of, was=stands)
    return target


@transaction.atomic
def drop_target(target: Target, *, by: User) -> None:
    """Hold nothing against that year any more; the trail knows that it was."""
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    audit.record("drop_target", target, by=by, year=target.year, level_of=target.level_of)
    Target.objects.filter(pk=target.pk).delete()


def _lock() -> None:
    """One at a time: a figure that is not there yet has no row to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('skolefleks.figures'))")


def _write(
    change: rules.Change, district: District | None, receipt: FigureImport, *, by: User
) -> None:
    line, was = change.line, change.was
    values = {
        "full_year_pupils": line.pupils,
        "amount": line.amount,
        "counted_on": line.counted_on,
        "source": line.source,
        "is_demo": False,
    }
    figure, _ = DayTreatmentFigure.objects.update_or_create(
        year=line.year, district=district, defaults=values
    )
    before = {"was": _payload(was)} if was else {}
    named = {"district": line.district, "year": line.year, "receipt": str(receipt.pk)}
    audit.record(
        "change_figure" if was else "enter_figure",
        figure,
        by=by,
        **named,
        **_payload(line),
        **before,
    )


def _payload(line: rules.Line) -> dict[str, Any]:
    return {
        "pupils": str(line.pupils),
        "amount": line.amount,
        "counted_on": line.counted_on.isoformat(),
        "source": line.source,
    }
