"""The proof of what left the house: owed and set off, carried on, come back; and of closed years.

What was sent to the bank is a fact (docs/decisions/0029), and here each fact that followed from one
is held against the others. Writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.books.proof import Check
from budget.proving import leaving_sql as sql
from budget.proving.both_ways import first_row
from skolefleks.danish import kr

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

PROBLEMS_OF_YEARS = {
    "trail": "er lukket eller åbent, uden at sporet ved det.",
    "agreed": "er lukket eller åbent, uden at centercheferne har godkendt det.",
    "free": "er lukket, og der er stadig noget frit.",
    "planned": "er lukket, og der er stadig rater at udbetale eller modregne.",
    "later": "er lukket, og der er bogført i det siden.",
}


def of_what_left() -> list[Check]:
    """Six questions, however many postings."""
    return [
        Check("Hvad der er udbetalt for meget, er det, der modregnes", wrong_claim()),
        Check(
            "Hvad der er ført videre fra en bevilling, har en anden", _wrong_carry()
        ),
        Check(
            "Forslag om tilbageførsler, kontostrenge og årsluk lyder, som sporet siger",
            _other_terms(),
        ),
        Check(
            "Hver rate, der er kommet tilbage, er det efter centrenes godkendelse",
            _wrong_return(),
        ),
        Check(
            "Ingen konto betaler ind i en kørsel, og ingen opkrævning betaler ud",
            _run_against_its_kind(),
        ),
        Check("Hvert regnskabsår er lukket eller åbent som godkendt", wrong_year()),
    ]


def wrong_claim(references: Collection[UUID] | None = None) -> str:
    """Of these grants; None for all."""
    row = first_row(sql.OWED, references=references)
    if row is None:
        return ""
    return (
        f"{row['text']}, {row['year']}: der er udbetalt {kr(-row['claimed'])} for meget,"
        f" og der modregnes {kr(-row['planned'])}."
    )


def _wrong_carry() -> str:
    row = first_row(sql.CARRIED)
    if row is None:
        return ""
    return f"{row['text']}, {row['year']}: ompostering på {kr(row['amount'])} uden modpost."


def _other_terms() -> str:
    row = first_row(sql.TERMS)
    if row is None:
        return ""
    return f"{row['text']}: forslaget lyder anderledes, end sporet siger."


def _wrong_return() -> str:
    row = first_row(sql.RETURNED)
    if row is None:
        return ""
    if row["problem"] == "not done":
        return f"{row['text']}: {kr(row['amount'])} er kommet tilbage, og bøgerne ved det ikke."
    return f"{row['text']}: {kr(row['amount'])} er kommet tilbage, uden at det er godkendt."


def _run_against_its_kind() -> str:
    row = first_row(sql.AGAINST_THEIR_KIND)
    if row is None:
        return ""
    return f"Kørsel {row['number']} betaler den forkerte vej."


def wrong_year() -> str:
    """Of the pools that are closed, and those that are not."""
    row = first_row(sql.YEARS)
    if row is None:
        return ""
    return f"{row['year']} {PROBLEMS_OF_YEARS[row['problem']]}"
