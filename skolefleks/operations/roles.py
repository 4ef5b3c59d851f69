"""The three roles in PostgreSQL: the owner migrates, the application works, the reader reads.

The application's role owns nothing. Whoever gets hold of it cannot switch a
guard off, change the trail or seal it anew: that takes the owner, whose
password the site does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from psycopg import sql

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Written once and never changed; the seals are written by the database alone.
TRAIL = ("skolefleks_auditentry", "skolefleks_accessentry", "skolefleks_keycanary")
SEALS = (
    "skolefleks_auditseal",
    "skolefleks_accessseal",
    "skolefleks_installation",
    "django_migrations",
)

# Whoever can read these can be somebody else.
NOT_FOR_READERS = (
    "skolefleks_session",
    "socialaccount_socialtoken",
    "skolefleks_idempotencykey",
)

_APPLICATION = """
    GRANT USAGE ON SCHEMA public TO {application};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {application};
    REVOKE UPDATE, DELETE ON {trail} FROM {application};
    REVOKE INSERT, UPDATE, DELETE ON {seals} FROM {application};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {application};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {application};
"""

# A temporary table is found before a table of the same name: a guard would read
# it instead.
_NO_STAND_INS = "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"

_READER = """
    GRANT USAGE ON SCHEMA public TO {reader};
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader};
    REVOKE ALL ON {closed} FROM {reader};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {reader};
"""

# pgtrigger's own function lets anybody ask for a guard to be left out. Its name
# and its parameter's name are in every trigger, so it is replaced and not given
# another name. `session_user`, since the seal's function below runs as the owner
# whoever calls it.
_GUARDS_ANSWER_TO_THE_OWNER = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name)
    RETURNS boolean LANGUAGE plpgsql STABLE AS $function$
    BEGIN
        IF coalesce(current_setting('pgtrigger.ignore', true), '') = '' THEN
            RETURN false;
        END IF;
        RETURN pg_has_role(session_user, {owner}, 'MEMBER')
            AND trigger_name = ANY (current_setting('pgtrigger.ignore')::text[]);
    END
    $function$
"""

# A seal is written with the owner's right. `pg_temp` comes last: a temporary
# table of the same name must not be taken for the trail.
_SEALED_BY_THE_OWNER = """
    ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp
"""

_SEAL_FUNCTIONS = """
    SELECT p.oid::regprocedure::text
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = 'skolefleks_auditentry'::regclass AND p.proname LIKE '%sealed_at_commit%'
    UNION SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.proname = 'seal_access_log'
"""

# A reader who may seal could hold the log's lock, and with it every page.
_SEALED_FOR_THE_APPLICATION = """
    REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION {function} TO {application}
"""

_TOO_MUCH = """
    SELECT session_user, r.rolsuper,
           EXISTS (SELECT FROM pg_class c
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                      AND pg_has_role(session_user, c.relowner, 'MEMBER')),
           has_database_privilege(session_user, current_database(), 'TEMPORARY')
    FROM pg_roles r WHERE r.rolname = session_user
"""


class WrongRole(Exception):
    """The database's role may do more, or less, than it should."""


def require_all(connection: BaseDatabaseWrapper) -> None:
    """Raise WrongRole where a role that the grants are for does not exist."""
    names = [settings.DATABASE_APPLICATION_ROLE, settings.DATABASE_READER_ROLE]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [names]
        )
        existing = {name for (name,) in cursor.fetchall()}
    missing = [name for name in names if name not in existing]
    if missing:
        statements = " ".join(f"CREATE ROLE {name} LOGIN;" for name in missing)
        raise WrongRole(
            f"The database has no role {' and no role '.join(missing)}."
            f" An administrator of it creates them: {statements}"
        )


def grant(connection: BaseDatabaseWrapper) -> None:
    """Give application and reader what they need, now and for tables to come, and nothing more.

    Run by the owner after each migration; twice is as good as once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        owner, database = cursor.fetchone()
        names = {
            "application": sql.Identifier(settings.DATABASE_APPLICATION_ROLE),
            "reader": sql.Identifier(settings.DATABASE_READER_ROLE),
            "trail": _tables(TRAIL),
            "seals": _tables(SEALS),
            "closed": _tables(NOT_FOR_READERS),
            "database": sql.Identifier(database),
            "owner": sql.Literal(owner),
        }
        for statements in (
            _APPLICATION,
            _READER,
            _NO_STAND_INS,
            _GUARDS_ANSWER_TO_THE_OWNER,
        ):
            cursor.execute(sql.SQL(statements).format(**names))

        cursor.execute(_SEAL_FUNCTIONS)
        for (function,) in cursor.fetchall():
            # A regprocedure's text is quoted by the database.
            cursor.execute(_SEALED_BY_THE_OWNER.format(function=function))
            only_ours = sql.SQL(_SEALED_FOR_THE_APPLICATION)
            cursor.execute(only_ours.format(function=sql.SQL(function), **names))


def require_application(connection: BaseDatabaseWrapper) -> None:
    """Raise WrongRole where this connection could switch the guards off."""
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MUCH)
        role, is_superuser, owns_tables, makes_stand_ins = cursor.fetchone()

    if is_superuser:
        raise WrongRole(_refusal(role, "is a superuser"))
    if owns_tables:
        raise WrongRole(_refusal(role, "owns the tables"))
    if makes_stand_ins:
        raise WrongRole(
            f"{role} may make temporary tables, which the guards would take for the real ones."
            " Run migrate as the database's owner: it takes that right away."
        )


def _refusal(role: str, fault: str) -> str:
    return (
        f"The site connects to the database as {role}, which {fault} and could switch every"
        f" guard off. Give it the application's role ({settings.DATABASE_APPLICATION_ROLE}) in"
        " DATABASE_URL; the owner is for migrate alone."
    )


def _tables(names: tuple[str, ...]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
