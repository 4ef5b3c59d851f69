"""The settings of what schools meet, and of what is kept safe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from skolefleks.setup.kinds import DAYS, LAW, Group, Value, setting

_school = partial(setting, Group.SCHOOLS)
_safety = partial(setting, Group.SAFETY)


def _throttle(what: str) -> Callable[[], Value]:
    def times() -> Value:
        return int(settings.THROTTLES[what].times)

    return times


@dataclass(frozen=True)
class HouseSettings:
    """Schools, privacy and safety."""

    support_hours_limit: int = _school(
        "Grænse for støttetimer",
        "Derfra er støtten specialundervisning og en anden vej.",
        "timer om ugen",
        least=1,
        most=40,
        weight=LAW,
    )
    still_days: int = _school(
        "Kladder, der ligger stille",
        "Så får den, der skrev sidst, en påmindelse.",
        DAYS,
        least=3,
        most=180,
    )
    still_days_to_leader: int = _school(
        "Kladder, der stadig ligger stille",
        "Så får skolens leder en påmindelse.",
        DAYS,
        least=3,
        most=365,
    )
    paper_count: int = _school(
        "Bilag på en sag",
        "Så mange kan der højst være.",
        "bilag",
        least=1,
        most=100,
    )

    small_count: int = _safety(
        "Små tal skjules under",
        "For følgegruppen. Hele tabeller skjules, hvor summen kunne røbe dem.",
        "elever",
        least=3,
        most=20,
        weight=LAW,
    )
    draft_days: int = _safety(
        "Det, der er tastet og ikke sendt",
        "Så længe gemmes det.",
        DAYS,
        least=1,
        most=60,
    )
    review_days: int = _safety(
        "Mellem gennemgange af rettigheder",
        "",
        DAYS,
        least=30,
        most=366,
    )
    reading_alarm: int = _safety(
        "Alarm ved opslag",
        "Sager, som én person læser på en time.",
        "sager",
        least=10,
        most=1_000,
    )
    mail_tries: int = _safety(
        "Forsøg med en mail",
        "Før den opgives og vises under Mails.",
        "forsøg",
        least=2,
        most=40,
    )
    throttle_cpr: int = _safety(
        "CPR-numre, én person kan vise",
        "På ti minutter.",
        "gange",
        least=1,
        most=200,
        default=_throttle("cpr"),
    )
    throttle_case: int = _safety(
        "Sager, én person kan oprette",
        "På en time.",
        "gange",
        least=5,
        most=1_000,
        default=_throttle("case"),
    )
    throttle_export: int = _safety(
        "Regneark, én person kan hente",
        "På ti minutter.",
        "gange",
        least=1,
        most=200,
        default=_throttle("export"),
    )
