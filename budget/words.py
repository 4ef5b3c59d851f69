"""What this floor's acts and things are called in the trail, as an administrator reads it."""

from __future__ import annotations

from skolefleks.operations import trail_in_words

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


def register() -> None:
    """Add them to the trail's."""
    trail_in_words.register("budget", VERBS, THINGS)
