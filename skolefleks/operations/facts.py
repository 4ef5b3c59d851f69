"""What the page of operations says of the parts; the floors above add their own lines."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from skolefleks.danish import moment, whole
from skolefleks.models import AuditEntry, AuditSeal
from skolefleks.operations import heads, health
from skolefleks.schedule import SCHEDULE

# What a backup is called in the trail (the command `backup`).
BACKUP = "backup"


@dataclass(frozen=True)
class Fact:
    """A line of the page; `is_well` is None where there is nothing to judge."""

    title: str
    text: str
    is_well: bool | None = None


# Facts of the floors above. A query each.
MORE: list[Callable[[], Fact]] = []


def adds(fact_of: Callable[[], Fact]) -> Callable[[], Fact]:
    """Register a function of a floor above."""
    MORE.append(fact_of)
    return fact_of


# What `health.report` warns of, in words.
_WARNINGS = {
    "valkey": "Valkey svarer ikke. Der kan arbejdes, men opgaver venter.",
    "worker": "Baggrundsprocessen svarer ikke. Mails og opgaver venter.",
    "outbox": "En besked har ventet over fem minutter på at blive afleveret.",
    "mail": "Mails er opgivet.",
    "access_log": "Adgangsloggen er ikke forseglet for nylig.",
    "proof": "Det sidste bevis fandt en forskel i bøgerne.",
}

# What the tasks of the schedule do.
_TASKS = {
    "beat_heart": "Livstegn fra baggrundsprocessen",
    "sweep_outbox": "Efterse udbakken",
    "seal_access_log": "Forsegle adgangsloggen",
    "tidy": "Rydde op i sessioner og kladder",
    "tidy_papers": "Rydde op i bilag",
    "remind_of_still_cases": "Sende påmindelser om sager, der ligger stille",
    "end_efforts": "Afslutte indsatser på deres sidste dag",
    "remind_of_follow_ups": "Sende påmindelser om opfølgninger",
    "ask_for_whereabouts": "Spørge, hvor eleven er nu",
    "post_digests": "Sende den daglige mail",
    "propose_payments": "Foreslå udbetalinger",
    "prove_books": "Bevise bøgerne",
    "settle_payments": "Bogføre betalte kørsler",
    "remove_packs": "Fjerne gammelt mødemateriale",
    "remind_of_unsigned_texts": "Sende påmindelser om tekster uden underskrift",
}

# Seconds between two runs.
_ROUND = {60: "hvert minut", 3600: "hver time", 86_400: "hvert døgn"}

_PARTS = {
    "database": "Databasen svarer",
    "papers": "Bilag kan gemmes",
    "migrations": "Databasen passer til versionen",
    "keys": "Nøglerne er de rigtige",
}


def of_parts(report: dict[str, Any]) -> list[Fact]:
    """What nobody can work without."""
    facts = []
    for name, title in _PARTS.items():
        text = "Nej"
        if report[name]:
            text = "Ja"
        facts.append(Fact(title, text, bool(report[name])))
    return facts


def warnings_of(report: dict[str, Any]) -> list[str]:
    return [_WARNINGS.get(name, name) for name in report["warnings"]]


def of_safety() -> list[Fact]:
    """The last backup, the chain's head, and what the floors above prove."""
    return [_backup(), _chain(), _kept_head(), *(fact_of() for fact_of in MORE)]


def of_versions() -> list[Fact]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    return [
        Fact("SkoleFleks", settings.VERSION),
        Fact("Django", django.get_version()),
        Fact("Python", platform.python_version()),
        Fact("PostgreSQL", postgres.split()[0]),
    ]


@dataclass(frozen=True)
class Task:
    name: str
    rhythm: str
    last_run: datetime | None


def tasks() -> list[Task]:
    """What runs by itself, how often, and when the worker last did it."""
    rows = []
    for entry in SCHEDULE.values():
        name = entry["task"].rpartition(".")[2]
        ran = cache.get(ran_key(entry["task"]))
        last_run = None
        if ran:
            last_run = datetime.fromisoformat(ran)
        title = _TASKS.get(name, name)
        rows.append(Task(title, _rhythm(entry["schedule"]), last_run))
    return rows


def ran_key(task: str) -> str:
    """Where the cache keeps when a task was last done (skolefleks.celery)."""
    return f"task.ran.{task}"


def report() -> dict[str, Any]:
    return health.report()


def _rhythm(schedule: Any) -> str:
    if not isinstance(schedule, float):
        return f"hver dag kl. {min(schedule.hour)}.{min(schedule.minute):02d}"

    seconds = int(schedule)
    if seconds < 60:
        return f"hvert {seconds}. sekund"
    return _ROUND[seconds]


def _backup() -> Fact:
    last = AuditEntry.objects.filter(verb=BACKUP).order_by("-id").first()
    if last is None:
        return Fact("Sidste backup", "Ingen, som SkoleFleks kender", is_well=False)
    return Fact("Sidste backup", moment(last.at))


def _chain() -> Fact:
    seal = AuditSeal.objects.order_by("-position").first()
    if seal is None:
        return Fact("Sporets sidste led", "Sporet er tomt")
    head = bytes(seal.hash).hex()[:16]
    return Fact("Sporets sidste led", f"Led {whole(seal.position)}, {head}")


def _kept_head() -> Fact:
    title = "Sidste led, gemt uden for databasen"
    difference = heads.difference()
    if difference:
        return Fact(title, difference, is_well=False)
    own_heads = heads.kept_heads()
    if not own_heads:
        return Fact(title, "Ikke endnu")
    last = own_heads[-1]
    at = moment(datetime.fromisoformat(last.at))
    return Fact(title, f"Led {whole(last.position)}, {at}", is_well=True)
