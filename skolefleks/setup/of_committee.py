"""The settings of how the committee works."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from skolefleks.setup.kinds import DAYS, LAW, Group, setting

_committee = partial(setting, Group.COMMITTEE)


@dataclass(frozen=True)
class CommitteeSettings:
    """Who is enough, who may decide, and how fast."""

    quorum: int = _committee(
        "Beslutningsdygtighed",
        "Medlemmer og formand, der er til stede og ikke inhabile.",
        "medlemmer",
        least=2,
        most=15,
        weight=LAW,
    )
    chair_alone: tuple[str, ...] = _committee(
        "Formanden kan afgøre alene",
        "Uden for et møde, hver gang med en begrundelse.",
        options={
            "slip": "en fejl rettes",
            "urgent": "sagen haster",
            "moved": "eleven skifter skole",
        },
        takes_several=True,
        weight=LAW,
    )
    classification: str = _committee(
        "Retlig karakter",
        "Hvad udvalgets svar er juridisk, når sagen ikke selv er klassificeret."
        " Det gælder sager, der indsendes fra dagen.",
        options={
            "internal": "intern fordeling af midler",
            "decision": "afgørelse over for eleven",
            "complaint": "afgørelse i en klage",
        },
        weight=LAW,
    )
    waiting_goal_days: int = _committee(
        "Mål for ventetid",
        "Fra indsendelse til afgørelse.",
        DAYS,
        least=1,
        most=365,
    )
    round_days: int = _committee(
        "Foreslået frist i skriftlig behandling",
        "Den kan ændres i hver behandling.",
        DAYS,
        least=1,
        most=28,
    )
    submission_days: int = _committee(
        "Frist for sager til et møde",
        "Så mange arbejdsdage før mødet skal en sag være sendt. Fristen kan ændres for"
        " hvert møde, og skolerne kan se den.",
        "arbejdsdage",
        least=0,
        most=60,
    )
    agenda_minutes: int = _committee(
        "Tid til en sag på dagsordenen",
        "Den kan ændres for hver sag.",
        "minutter",
        least=5,
        most=240,
    )
    pack_days: int = _committee(
        "Mødematerialet slettes",
        "Så længe efter mødet kan et medlem hente sit materiale.",
        DAYS,
        least=1,
        most=90,
    )
