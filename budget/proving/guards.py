"""Whether the database still refuses what it should: each guard is there, by name, and on.

The guards are those of the models: triggers and constraints. Two queries. Writes nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import pgtrigger
from django.apps import apps
from django.db import connection

from budget.books.proof import Check

FLOORS = ("skolefleks", "budget", "applications", "visitation")

# Off is 'D', and 'R' fires in a replica only.
ENABLED = ("O", "A")

_TRIGGERS = """
    SELECT t.tgname, c.relname, t.tgenabled::text, p.prosrc
    FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""

# A unique constraint with a condition is an index and nothing else.
_CONSTRAINTS = """
    SELECT conname FROM pg_constraint
    WHERE convalidated AND connamespace = 'public'::regnamespace
    UNION
    SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
    WHERE i.indisvalid AND i.indisunique AND c.relnamespace = 'public'::regnamespace
"""

_FUNCTIONS = """
    SELECT proname, prosrc FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%s)
"""

# What the guards themselves lean on, and what must stand in it: who may have a guard left out, and
# what of a line the chain covers.
FUNCTIONS = {
    "_pgtrigger_should_ignore": "RETURN pg_has_role(session_user,",
    "audit_text": (
        "SELECT jsonb_build_array( e.id, extract(epoch FROM e.at)::text, e.actor_id, e.verb,"
        " e.object_type, e.object_id, e.subject, e.payload )::text"
    ),
}


class Guard(NamedTuple):
    """A trigger as the database has it."""

    table: str
    state: str
    body: str


def of_the_database() -> list[Check]:
    """The guards and what they lean on."""
    return [
        Check(
            "Databasens værn mod ændringer findes alle og er slået til",
            _missing_trigger() or _missing_constraint() or _changed_function(),
        )
    ]


def _missing_trigger() -> str:
    in_database = {}
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        for name, table, state, body in cursor.fetchall():
            in_database[name] = Guard(table, state, _one_line(body))

    for model, trigger in pgtrigger.registered():
        name = f"{model._meta.db_table}: {trigger.name}"
        guard = in_database.get(trigger.get_pgid(model))
        if guard is None or guard.table != model._meta.db_table:
            return f"Værnet {name} findes ikke."
        if guard.state not in ENABLED:
            return f"Værnet {name} er slået fra."
        if _one_line(trigger.render_func(model)) not in guard.body:
            return f"Værnet {name} gør noget andet, end det skal."
    return ""


def _missing_constraint() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS)
        in_database = {name for (name,) in cursor.fetchall()}

    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models():
            for constraint in model._meta.constraints:
                if constraint.name not in in_database:
                    return f"Reglen {model._meta.db_table}: {constraint.name} findes ikke."
    return ""


def _changed_function() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS, [list(FUNCTIONS)])
        in_database = {name: _one_line(body) for name, body in cursor.fetchall()}

    for name, must_say in FUNCTIONS.items():
        if must_say not in in_database.get(name, ""):
            return f"Funktionen {name} gør noget andet, end den skal."
    return ""


def _one_line(text: str) -> str:
    """Without the line breaks and indents, which PostgreSQL keeps as they were written."""
    return " ".join(text.split())
