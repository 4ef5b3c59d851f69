"""The proof the other way: each row has its line in the trail, and each line its row.

Raw writes fit the sums of the books, and only here do they show: the trail does not know them.
Writes nothing.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection

from budget.books.proof import Check
from budget.lifecycle import RunStatus
from budget.models import PaymentRun
from budget.payments.file import payment_file
from budget.proving import sql
from skolefleks import audit
from skolefleks.danish import day, kr
from skolefleks.operations import heads

THINGS = {
    "budget.paymentrun": "en kørsel",
    "budget.instalment": "en rate",
    "budget.proposal": "et forslag",
}

PROBLEMS_OF_RUNS = {
    "status": "har en anden status end den, sporet siger.",
    "people": "er foreslået, godkendt, afleveret eller markeret af en anden, end sporet siger.",
    "kind": "er en anden art kørsel end den, sporet siger.",
    "terms": "betales en anden dag eller af en anden grund før tid, end sporet siger.",
    "payees": "har andre rater, beløb, modtagere eller kontostrenge, end sporet siger.",
}

# The finance system has had their file.
HANDED_OVER = (
    RunStatus.EXPORTED,
    RunStatus.PAYING,
    RunStatus.PAID,
    RunStatus.RETURNED,
)


def of_the_trail() -> list[Check]:
    """What the trail and the rows say of each other."""
    return [
        Check(
            "Hver postering står i sporet med samme indhold, tid og person, og omvendt",
            difference_of_postings(),
        ),
        Check("Hvert forslag er besvaret, som sporet siger", _wrong_proposal()),
        Check(
            "Hver linje i sporet om penge handler om noget, der findes",
            _nothing_there(),
        ),
        Check("Hver linje i sporet er skrevet af systemet selv", forged_line()),
        Check(
            "Sporet er det, hvis sidste led er underskrevet og gemt uden for databasen",
            heads.difference(),
        ),
    ]


def of_the_payments() -> list[Check]:
    """What plan, runs, files and books say of each other."""
    return [
        Check(
            "Hver udbetaling i bøgerne er én rate i én betalt kørsel",
            wrong_payment(),
        ),
        Check(
            "Planlagt og udbetalt er tilsammen det, der er disponeret",
            _wrong_plan(),
        ),
        Check(
            "Hver standset eller betalt rate er det også i sporet", _wrong_instalment()
        ),
        Check(
            "Hver kørsel er, som den blev foreslået, godkendt og afleveret",
            wrong_run(),
        ),
        Check("Hver afleveret fil kan dannes igen, byte for byte", _wrong_file()),
        Check("Skolernes kontostrenge er dem, der sidst blev sat", _wrong_account()),
    ]


# -- the checks: each returns the first difference in words, or '' --------------------------------
def difference_of_postings(*, posting: int = 0, position: int = 0) -> str:
    """Of the postings after `posting`, and those that lines after `position` tell of."""
    row = first_row(sql.POSTINGS, posting=posting, position=position)
    if row is None:
        return ""

    number = row["posting"]
    if row["problem"] == "no posting":
        return f"Sporet fortæller om postering nr. {number}, som ikke findes."
    if row["problem"] == "no line":
        return f"Postering nr. {number} på {kr(row['amount'])} står ikke i sporet."
    return f"Postering nr. {number} på {kr(row['amount'])} er en anden end den, sporet kender."


def _wrong_proposal() -> str:
    row = first_row(sql.PROPOSALS)
    if row is None:
        return ""
    return f"Forslag {row['proposal']} er besvaret eller lyder anderledes, end sporet siger."


def _nothing_there() -> str:
    row = first_row(sql.NOTHING_THERE)
    if row is None:
        return ""
    thing = THINGS[row["object_type"]]
    return f"Linje {row['line']} i sporet handler om {thing}, som ikke findes."


def forged_line(*, position: int = 0) -> str:
    """Of the lines after `position`."""
    entry = audit.forged_entry(after=position, marked_after=heads.first_position())
    if entry is None:
        return ""
    return f"Linje {entry} i sporet er ikke skrevet af systemet."


def wrong_payment(*, posting: int = 0) -> str:
    """Of the postings after `posting`."""
    row = first_row(sql.PAYMENTS, posting=posting)
    if row is None:
        return ""

    start = f"Postering nr. {row['posting']} på {kr(row['amount'])}"
    if row["instalment"] is None:
        return f"{start} er en udbetaling uden rate og kørsel."
    return f"{start} svarer ikke til den rate på {kr(row['planned'])}, der er betalt med den."


def _wrong_plan() -> str:
    row = first_row(sql.PLANNED)
    if row is None:
        return ""
    planned = kr(row["planned"])
    paid = kr(row["paid"] or 0)
    committed = kr(row["committed"] or 0)
    return (
        f"{row['text']}, {row['year']}: planlagt {planned} og udbetalt {paid},"
        f" men disponeret {committed}."
    )


def _wrong_instalment() -> str:
    row = first_row(sql.INSTALMENTS)
    if row is None:
        return ""
    state = "standset"
    if row["status"] == "paid":
        state = "betalt"
    return (
        f"{row['text']}: raten på {kr(row['amount'])}, der forfalder {day(row['due_on'])},"
        f" er {state}, og sporet ved det ikke."
    )


def wrong_run(*, position: int = 0) -> str:
    """Of the runs that lines after `position` tell of; 0 for all."""
    row = first_row(sql.RUNS, position=position)
    if row is None:
        return ""
    return f"Kørsel {row['number']} {PROBLEMS_OF_RUNS[row['problem']]}"


def _wrong_file() -> str:
    for run in PaymentRun.objects.filter(status__in=HANDED_OVER).order_by("number"):
        file = payment_file(run, run.instalments.counting().order_by("payee", "pk"))
        if hashlib.sha256(file).hexdigest() != run.digest:
            return f"Filen til kørsel {run.number} kan ikke dannes, som den blev afleveret."
    return ""


def _wrong_account() -> str:
    row = first_row(sql.ACCOUNTS)
    if row is None:
        return ""
    return f"{row['school']} har en anden kontostreng end den, sporet siger."


def first_row(question: str, **values: Any) -> dict[str, Any] | None:
    """The first row of the answer to a question of `sql`, by its columns' names; None for none."""
    with connection.cursor() as cursor:
        # None, and not an empty dict, where the question has no placeholders to fill.
        cursor.execute(question, values or None)
        row = cursor.fetchone()
        if row is None:
            return None
        names = [column[0] for column in cursor.description]
        return dict(zip(names, row, strict=True))
