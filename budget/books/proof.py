"""Regnskabsbevis: reckons the books again from their lines, and says the first difference in words.

Writes nothing. A proof is a function that returns checks, in a fixed number of
queries. `settings.PROOFS` lists the proofs by their dotted paths: some belong
to apps that know grants and payment plans, and this one may import nothing from
those (docs/decisions/0013).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils.module_loading import import_string

from budget.books import proof_sql, rules
from budget.models import FundingSource
from skolefleks import audit
from skolefleks.danish import kr
from skolefleks.operations import health

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

LAST_PROOF = "books.proof"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """One thing that was proved (`title`), and the first difference in words; '' for none."""

    title: str
    difference: str = ""

    @property
    def holds(self) -> bool:
        return not self.difference


@dataclass(frozen=True)
class FrameStanding:
    """One frame's part of a year's pool, whole DKK.

    Nothing is spent from a single frame: `used` is the frame's share of what is
    used of the whole pool, in proportion to what each frame has allocated.
    """

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
    """The pool of a fiscal year at the end of a day, from the postings alone; whole DKK."""

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


# Enough for the database to sort and sum a million postings in memory, not on
# the disk.
RAISE_SORT_MEMORY = "SET LOCAL work_mem = '64MB'"


def prove() -> list[Check]:
    """The checks of all proofs, in the order of the settings."""
    checks = []
    # One transaction around all proofs, since `SET LOCAL` lasts as long as the
    # transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAISE_SORT_MEMORY)
        for path in settings.PROOFS:
            proof: Proof = import_string(path)
            checks += proof()
    return checks


def note(checks: Sequence[Check]) -> None:
    """Leave for /healthz, and in the log, whether the proof held."""
    faults = [check.title for check in checks if not check.holds]
    cache.set(LAST_PROOF, not faults, timeout=None)
    if faults:
        log.error("books.not_proved", extra={"faults": faults})


@health.warns_of("proof")
def last_one_held() -> bool:
    """Whether the last proof held; true until there was one."""
    return cache.get(LAST_PROOF, default=True) is not False


def of_the_books() -> list[Check]:
    """What the books can prove by themselves."""
    return [
        Check(
            "Summerne for hvert år, hver ramme og hvert distrikt er posteringernes egne",
            _difference_of_sums(),
        ),
        Check(
            "Tildelt = disponeret + udbetalt + fri, og rammernes dele giver det hele på kronen",
            _difference_of_frames(),
        ),
        Check("Ingen pulje har på noget tidspunkt været overtrukket", _overdraft()),
        Check(
            "For ingen bevilling er der udbetalt mere, end der er disponeret",
            _overpayment(),
        ),
        Check(
            "Hver rettelse er det modsatte af den ene postering, den retter",
            _wrong_reversal(),
        ),
        Check(
            "Hvert godkendt forslag er bogført som godkendt, af alle centre, hvis penge det er",
            _wrong_proposal(),
        ),
        Check(
            "Hver tildeling, udbetaling og rettelse i sporet står i bøgerne med samme beløb",
            _difference_to_trail(),
        ),
        Check("Revisionssporets kæde er ubrudt", _broken_chain()),
        Check("Adgangsloggens kæde er ubrudt", _broken_access_log()),
    ]


def as_it_stood(on: date | None = None) -> list[YearStanding]:
    """Each pool at the end of the day `on` (None: now), by fiscal year.

    Two queries, however many postings.
    """
    before = None
    if on is not None:
        before = rules.end_of(on)
    return _years(_rows(proof_sql.STOOD, before=before))


def as_it_stands() -> list[YearStanding]:
    """Each pool now, by fiscal year, from the sums that the database keeps.

    They are what the postings add up to, or a check says so; a million
    postings need not be read for it. Two queries.
    """
    return _years(_rows(proof_sql.STANDS))


def _years(rows: Iterable[dict[str, Any]]) -> list[YearStanding]:
    sources = FundingSource.objects.in_bulk()
    by_year: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_year[row["year"]].append(row)
    return [_year_standing(year, rows, sources) for year, rows in by_year.items()]


def _year_standing(
    year: int, rows: Sequence[dict[str, Any]], sources: Mapping[int, FundingSource]
) -> YearStanding:
    """The pool of `year`; `rows` are what proof_sql.STOOD or STANDS says of that year."""
    # Money is allocated to a frame, and used without naming one: the row
    # without a frame has it.
    committed = sum(row["committed"] for row in rows)
    paid = sum(row["paid"] for row in rows)

    frame_rows = [row for row in rows if row["source_id"]]
    allocated = [row["allocated"] for row in frame_rows]
    used_parts = rules.borne_by_frames(allocated, committed + paid)

    frames = []
    for row, used in zip(frame_rows, used_parts, strict=True):
        source = sources[row["source_id"]]
        frame = FrameStanding(
            source_id=source.pk,
            name=source.name,
            centre=source.centre_id,
            allocated=row["allocated"],
            used=used,
        )
        frames.append(frame)
    return YearStanding(year, committed, paid, frames)


def _rows(sql: str, **values: datetime | None) -> list[dict[str, Any]]:
    """The rows of a question of `proof_sql`, each by the names of its columns."""
    with connection.cursor() as cursor:
        # None, and not an empty dict, where the question has no placeholders to
        # fill.
        cursor.execute(sql, values or None)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _first_row(sql: str) -> dict[str, Any] | None:
    """The first difference that a question of `proof_sql` finds; None where there is none."""
    rows = _rows(sql)
    if not rows:
        return None
    return rows[0]


# -- the checks: each returns the first difference in words, or '' --------------------------------
def _difference_of_sums() -> str:
    row = _first_row(proof_sql.SUMS)
    if row is None:
        return ""

    place = row["place"] or "hele puljen"
    return (
        f"{row['year']}, {place}: posteringerne giver tildelt {kr(row['allocated'])},"
        f" disponeret {kr(row['committed'])}, udbetalt {kr(row['paid'])},"
        f" {row['places']} pladser og {row['days']} dage; summen siger"
        f" {kr(row['kept_allocated'])}, {kr(row['kept_committed'])}, {kr(row['kept_paid'])},"
        f" {row['kept_places']} pladser og {row['kept_days']} dage."
    )


def _difference_of_frames() -> str:
    for year in as_it_stood():
        # Each frame's part is rounded, and together they must be the whole to
        # the krone.
        used_of_frames = sum(frame.used for frame in year.frames)
        if year.used != used_of_frames:
            return (
                f"{year.year}: der er brugt {kr(year.used)},"
                f" og rammerne bærer {kr(used_of_frames)}"
            )

        for frame in year.frames:
            if frame.free < 0:
                return (
                    f"{year.year}, {frame.name}: tildelt {kr(frame.allocated)}"
                    f" og brugt {kr(frame.used)}"
                )
    return ""


def _overdraft() -> str:
    row = _first_row(proof_sql.OVERDRAWN)
    if row is None:
        return ""
    free = kr(row["free"])
    return f"{row['year']}: efter postering nr. {row['posting']} var der {free} fri."


def _overpayment() -> str:
    row = _first_row(proof_sql.PAID)
    if row is None:
        return ""
    committed = kr(row["committed"])
    paid = kr(row["paid"])
    return f"{row['year']}, {row['text']}: disponeret {committed} og udbetalt {paid}"


def _wrong_reversal() -> str:
    row = _first_row(proof_sql.REVERSALS)
    if row is None:
        return ""

    reversal = f"Postering nr. {row['posting']}"
    corrected = f"nr. {row['corrected_posting']}"
    if row["corrected_amount"] is None:
        return f"{reversal} retter {corrected}, som ikke findes."
    if not row["is_approved"]:
        return f"{reversal} retter {corrected} uden et godkendt forslag."

    amount = kr(row["amount"])
    corrected_amount = kr(row["corrected_amount"])
    return (
        f"{reversal} på {amount} retter {corrected} på {corrected_amount},"
        " men er ikke det modsatte af den."
    )


def _wrong_proposal() -> str:
    row = _first_row(proof_sql.PROPOSALS)
    if row is None:
        return ""

    proposal = row["proposal"]
    posting = row["posting"]
    if row["problem"] == "centres":
        return f"Forslag {proposal} er godkendt uden alle centre, hvis penge det er."
    if row["problem"] == "unapproved":
        return f"Postering nr. {posting} er bogført efter forslag {proposal}, som ikke er godkendt."
    if row["problem"] == "missing":
        return f"Forslag {proposal} er godkendt, men rettelsen af nr. {posting} er ikke bogført."

    approved = kr(row["approved_amount"])
    booked = kr(row["booked_amount"])
    return (
        f"Forslag {proposal}, {row['year']}: godkendt {approved} og bogført {booked}."
    )


def _difference_to_trail() -> str:
    row = _first_row(proof_sql.TRAIL)
    if row is None:
        return ""

    start = f"Postering nr. {row['posting']}: sporet siger {kr(row['trail_amount'])}"
    if row["booked_amount"] is None:
        return f"{start}, men er den ikke bogført."
    return f"{start}, men er der bogført {kr(row['booked_amount'])}."


def _broken_chain() -> str:
    verdict = audit.verify()
    if verdict.broken_at is not None:
        return f"Kæden er brudt ved led {verdict.broken_at} af {verdict.length}."
    if verdict.unsealed_entry is not None:
        return f"Linje {verdict.unsealed_entry} i sporet er ikke forseglet."
    return ""


def _broken_access_log() -> str:
    verdict = audit.verify_access_log()
    if verdict.broken_at is not None:
        return f"Kæden er brudt ved led {verdict.broken_at} af {verdict.length}."
    return ""
