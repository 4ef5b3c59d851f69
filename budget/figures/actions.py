"""Change the figures of day treatment and the levels to be back at. No act here moves money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from budget.figures import queries, rules
from budget.models import DayTreatmentFigure, FigureImport, Target
from skolefleks import audit
from skolefleks.models import District
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Overtaken, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skolefleks.models import User


CHANGED_MEANWHILE = (
    "Tallene er ændret af en anden, siden du så dem. Her er, hvad der nu ville ske."
)


class NothingNew(Refusal):
    """All that was sent stands already."""

    message = "Alle tallene står der i forvejen. Der er ikke noget at gemme."


@transaction.atomic
def enter(
    lines: Sequence[rules.Line], *, fingerprint: str, by: User, file_name: str = ""
) -> FigureImport:
    """Write all of `lines`, or none.

    `fingerprint` is that of the changes that `by` looked through. Raises PermissionDenied,
    NothingNew, and Overtaken when what stands is no longer what `by` saw.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    # Before anything is read: what is compared here must still stand when it is written.
    lock_figures()

    changes = queries.changes(lines)
    if rules.fingerprint(changes) != fingerprint:
        raise Overtaken(CHANGED_MEANWHILE)

    counts = rules.counts_of(changes)
    if counts["unchanged"] == len(changes):
        raise NothingNew

    receipt = FigureImport.objects.create(file_name=file_name, made_by=by, **counts)
    districts = {district.name: district for district in District.objects.all()}
    for change in changes:
        if not change.is_same:
            # Those placed in care belong to no district.
            district = districts.get(change.line.district)
            write_figure(change, district, receipt, by=by)

    audit.record("import_figures", receipt, by=by, **counts)
    return receipt


def write_figure(
    change: rules.Change,
    district: District | None,
    receipt: FigureImport,
    *,
    by: User,
) -> None:
    """Write one figure; the trail keeps what it was before."""
    line = change.line
    figure, _ = DayTreatmentFigure.objects.update_or_create(
        year=line.year,
        district=district,
        defaults={
            "full_year_pupils": line.pupils,
            "amount": line.amount,
            "counted_on": line.counted_on,
            "source": line.source,
            # A real figure takes the place of one that was made up for the demo.
            "is_demo": False,
        },
    )

    verb = "enter_figure"
    payload = trail_payload(line)
    if change.before:
        verb = "change_figure"
        payload["was"] = trail_payload(change.before)
    audit.record(
        verb,
        figure,
        by=by,
        district=line.district,
        year=line.year,
        receipt=str(receipt.pk),
        **payload,
    )


def trail_payload(line: rules.Line) -> dict[str, Any]:
    """A figure as the trail keeps it: text where JSON has no type of its own."""
    return {
        "pupils": str(line.pupils),
        "amount": line.amount,
        "counted_on": line.counted_on.isoformat(),
        "source": line.source,
    }


@transaction.atomic
def set_target(
    *, year: int, level_of: int, source: str, replaces: int | None, by: User
) -> Target:
    """Set that the level of the year `level_of` is to be reached in `year`.

    `replaces` is the level that `by` saw there, None for none. Raises PermissionDenied, and
    Overtaken when another level stands there than was seen.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    lock_figures()

    standing = queries.level_due_in(year)
    if standing != replaces:
        raise Overtaken(
            f"Der er allerede et måltal for {year}: {standing}-niveauet."
            " Gem igen for at erstatte det."
        )

    target, _ = Target.objects.update_or_create(
        year=year,
        defaults={"level_of": level_of, "source": source},
    )
    audit.record(
        "set_target", target, by=by, year=year, level_of=level_of, was=standing
    )
    return target


@transaction.atomic
def drop_target(target: Target, *, by: User) -> None:
    """Hold nothing against that year any more; the trail keeps that something was.

    Raises PermissionDenied.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    audit.record(
        "drop_target", target, by=by, year=target.year, level_of=target.level_of
    )
    Target.objects.filter(pk=target.pk).delete()


def lock_figures() -> None:
    """Let one transaction at a time change figures, targets and a quarter's texts."""
    with connection.cursor() as cursor:
        # By a name, because a figure that is not there yet has no row that could be locked.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('skolefleks.figures'))")
