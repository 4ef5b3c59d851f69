"""Regnskabsbevis: proves the books again from their lines, and says the first difference in words. Writes nothing.

A proof is a function that returns checks; `settings.PROOFS` names them all as strings, those of the floors above too,
since these books know neither grant nor payment plan (docs/decisions/0013). Each takes a fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from budget.books import proof_sql, rules
from budget.models import FundingSource, Posting
from skolefleks import audit
from skolefleks.danish import kr

if TYPE_CHECKING:
    from collections.abc import Sequence


K = Posting.Kind


@dataclass(frozen=True)
class Check:
    """One thing that was proved (`title`), and the first difference in words; empty where there is none."""

    title: str
    difference: str = ""

    @property
    def holds(self) -> bool:
        return not self.difference


@dataclass(frozen=True)
class FrameStanding:
    """One frame's part of a year's pool, whole DKK: what is used of the pool is shared by the frames' parts of it."""

    source_id: int
    name: str
    centre: str
    allocated: int
    used: int

    @property
    def free(self) -> int:
        return self.allocated - self.used


@dataclass(frozen=True)
class YearStanding:
    """The pool of a fiscal year at the end of a day, added up from the postings alone; whole DKK."""

    year: int
    committed: int
    paid: int
    frames: Sequence[FrameStanding]

    @property
    def allocated(self) -> int:
        return sum(frame.allocated for frame in self.frames)

    @property
    def used(self) -> int:
        return self.committed + self.paid

    @property
    def free(self) -> int:
        return self.allocated - self.used


Proof = Callable[[], "list[Check]"]


_ROOM = "SET LOCAL work_mem = '64MB'"  # a million postings are sorted and summed in memory, not on the disk


def prove() -> list[Check]:
    """Every proof of every floor, in the order of the settings."""
    proofs: list[Proof] = [import_string(path) for path in settings.PROOFS]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ROOM)
        return [check for proof in proofs for check in proof()]


def of_the_books() -> list[Check]:
    """What the books can prove by themselves."""
    return [
        Check(
            "Summerne for hvert år, hver ramme og hvert distrikt er posteringernes egne", _sums()
        ),
        Check(
            "Tildelt = disponeret + udbetalt + fri, og rammernes dele giver det hele på kronen",
            _parts(),
        ),
        Check("Ingen pulje har på noget tidspunkt været overtrukket", _overdrawn()),
        Check("For ingen bevilling er der udbetalt mere, end der er disponeret", _paid()),
        Check("Hver rettelse er det modsatte af den ene postering, den retter", _reversals()),
        Check("Hvert godkendt forslag er bogført som godkendt, af begge centre", _proposals()),
        Check(
            "Hver tildeling, udbetaling og rettelse i sporet står i bøgerne med samme beløb",
            _trail(),
        ),
        Check("Revisionssporets kæde er ubrudt", _chain()),
    ]


def as_it_stood(on: date | None = None) -> list[YearStanding]:
    """Each pool at the end of the day `on` (None: now), by fiscal year. Two queries, however many postings."""
    rows = Posting.objects.all()
    if on:
        rows = rows.filter(made_at__lt=end_of(on))
    sums = rows.values("pool_id", "source_id").order_by("pool_id", "source_id")
    given = Sum("amount", filter=~Q(kind=K.PAYMENT))
    found: dict[int, dict[int | None, tuple[int, int]]] = defaultdict(dict)
    for row in sums.annotate(given=given, paid=Sum("amount", filter=Q(kind=K.PAYMENT))):
        found[row["pool_id"]][row["source_id"]] = (row["given"] or 0, row["paid"] or 0)
    sources = FundingSource.objects.in_bulk()
    return [_year(year, by_source, sources) for year, by_source in found.items()]


def end_of(day: date) -> datetime:
    """The moment a day is over in Danish time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _year(
    year: int, by_source: dict[int | None, tuple[int, int]], sources: dict[int, FundingSource]
) -> YearStanding:
    given, paid = by_source.get(None, (0, 0))
    fed = [(sources[pk], amount) for pk, (amount, _) in by_source.items() if pk]
    whole = sum(amount for _, amount in fed)
    used = (
        rules.shared(given, [amount for _, amount in fed])
        if whole and given >= 0
        else [0] * len(fed)
    )
    frames = [
        FrameStanding(source.pk, source.name, source.centre, amount, part)
        for (source, amount), part in zip(fed, used, strict=True)
    ]
    return YearStanding(year, given - paid, paid, frames)


# -- the checks: each returns the first difference in words, or nothing -----------------------------------------------
def _first(sql: str) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
        return (
            dict(zip([column[0] for column in cursor.description], row, strict=True))
            if row
            else None
        )


def _sums() -> str:
    row = _first(proof_sql.SUMS)
    if row is None:
        return ""
    place = row["place"] or "hele puljen"
    return (
        f"{row['year']}, {place}: posteringerne giver tildelt {kr(row['allocated'])}, disponeret {kr(row['committed'])},"
        f" udbetalt {kr(row['paid'])}, {row['places']} pladser og {row['days']} dage; summen siger"
        f" {kr(row['kept_allocated'])}, {kr(row['kept_committed'])}, {kr(row['kept_paid'])},"
        f" {row['kept_places']} pladser og {row['kept_days']} dage."
    )


def _parts() -> str:
    for year in as_it_stood():
        borne = sum(frame.used for frame in year.frames)
        if year.used != borne or year.free != sum(frame.free for frame in year.frames):
            return f"{year.year}: der er brugt {kr(year.used)}, og rammerne bærer {kr(borne)}"
        short = next((frame for frame in year.frames if frame.free < 0), None)
        if short:
            return f"{year.year}, {short.name}: tildelt {kr(short.allocated)} og brugt {kr(short.used)}"
    return ""


def _overdrawn() -> str:
    row = _first(proof_sql.OVERDRAWN)
    return (
        f"{row['year']}: efter postering nr. {row['posting']} var der {kr(int(row['free']))} fri."
        if row
        else ""
    )


def _paid() -> str:
    row = _first(proof_sql.PAID)
    if row is None:
        return ""
    return f"{row['year']}, {row['text']}: disponeret {kr(row['amount'])} og udbetalt {kr(row['paid'])}"


def _reversals() -> str:
    row = _first(proof_sql.REVERSALS)
    if row is None:
        return ""
    if row["first_amount"] is None:
        return f"Postering nr. {row['posting']} retter nr. {row['first']}, som ikke findes."
    if not row["agreed"]:
        return f"Postering nr. {row['posting']} retter nr. {row['first']} uden et godkendt forslag."
    return (
        f"Postering nr. {row['posting']} på {kr(row['amount'])} retter nr. {row['first']} på {kr(row['first_amount'])},"
        " men er ikke det modsatte af den."
    )


def _proposals() -> str:
    row = _first(proof_sql.PROPOSALS)
    if row is None:
        return ""
    if row["problem"] == "centres":
        return f"Forslag {row['proposal']} er godkendt uden begge centre."
    if row["problem"] == "unagreed":
        return f"Postering nr. {row['posting']} er bogført efter forslag {row['proposal']}, som ikke er godkendt."
    if row["problem"] == "missing":
        return f"Forslag {row['proposal']} er godkendt, men rettelsen af nr. {row['posting']} er ikke bogført."
    return f"Forslag {row['proposal']}, {row['year']}: godkendt {kr(int(row['agreed']))} og bogført {kr(int(row['booked']))}."


def _trail() -> str:
    row = _first(proof_sql.TRAIL)
    if row is None:
        return ""
    booked = (
        "er den ikke bogført" if row["booked"] is None else f"er der bogført {kr(row['booked'])}"
    )
    return f"Postering nr. {row['posting']}: sporet siger {kr(row['told'])}, men {booked}."


def _chain() -> str:
    verdict = audit.verify()
    if verdict.broken_at is not None:
        return f"Kæden er brudt ved led {verdict.broken_at} af {verdict.length}."
    return (
        f"Linje {verdict.unsealed} i sporet er ikke forseglet."
        if verdict.unsealed is not None
        else ""
    )
