"""What this floor's acts and things are called in the trail, as an administrator reads it."""

from __future__ import annotations

from datetime import date

from skolefleks.danish import day
from skolefleks.operations import subjects_in_words, trail_in_words

VERBS = {
    "allocate": "Tildelt",
    "commit": "Disponeret",
    "commit_more": "Disponeret mere",
    "release": "Frigivet",
    "pay": "Udbetalt",
    "propose": "Foreslået",
    "approve": "Godkendt",
    "turn_down": "Afvist",
    "reject": "Afvist",
    "take_back": "Trukket tilbage",
    "export": "Fil dannet",
    "mark_paid": "Markeret som betalt",
    "import_figures": "Tal indlæst",
    "set_target": "Måltal sat",
    "drop_target": "Måltal fjernet",
    "write_quarter": "Kvartal skrevet",
    "set_account": "Kontostreng ændret",
    "reconcile": "Afstemt",
    "settle": "Afklaret",
    "ask_for_proof": "Bevis bestilt",
    "index": "Takster reguleret",
}

THINGS = {
    "budget.posting": "Postering",
    "budget.pool": "Pulje",
    "budget.proposal": "Forslag",
    "budget.paymentrun": "Udbetalingskørsel",
    "budget.instalment": "Rate",
    "budget.target": "Måltal",
    "budget.figureimport": "Tal",
    "budget.bookproof": "Bevis",
    "budget.schoolaccount": "Kontostreng",
    "budget.accountchange": "Kontostreng",
}


def _economy(subject: str) -> str:
    """`oekonomi`, or `oekonomi-2026-den-2026-03-01` for a look back."""
    _, is_of_a_day, text = subject.partition("-den-")
    if is_of_a_day:
        return f"Økonomien som regneark, som den stod {day(date.fromisoformat(text))}"
    return "Økonomien som regneark"


def _quarter(subject: str) -> str:
    """`kvartal 2026-3`."""
    year, _, number = subject.removeprefix("kvartal ").partition("-")
    return f"Kvartalsopfølgning, {number}. kvartal {year}"


SUBJECTS = {
    "oekonomi": _economy,
    "posteringer": lambda subject: "Posteringerne som regneark",
    "maaltal": lambda subject: "Måltallene for dagbehandling",
    "kvartal": _quarter,
    "U": lambda subject: f"Udbetalingskørsel {subject}",
}


def register() -> None:
    """Add them to the trail's and the access log's."""
    trail_in_words.register("budget", VERBS, THINGS)
    subjects_in_words.register(SUBJECTS)
