"""The settings of tariffs, payments, the pool and its forecast."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from skolefleks.setup.kinds import DAYS, DKK, MONEY, MONTHS, PER_CENT, Group, setting

_money = partial(setting, Group.MONEY)
_forecast = partial(setting, Group.FORECAST, unit=PER_CENT, most=100)

_THREE = "Lavest, forventet og højest."


@dataclass(frozen=True)
class MoneySettings:
    """Money, and what is guessed of it."""

    unit_tariff: int = _money(
        "Enhedstakst",
        "Den takst, en ansøgning går ud fra. En anden takst skal begrundes.",
        DKK,
        least=1_000,
        most=1_000_000,
        weight=MONEY,
    )
    tariff_ceiling: int = _money(
        "Takstloft",
        "Over loftet godkender centercheferne taksten, før den frigives.",
        DKK,
        least=1_000,
        most=1_000_000,
        weight=MONEY,
    )
    tariff_steps: tuple[int, ...] = _money(
        "Foreslåede takster",
        "De takster, man kan vælge med ét klik.",
        DKK,
        least=1_000,
        most=1_000_000,
        count=None,
    )
    referral_tariff: int = _money(
        "Henvisningstakst",
        "Det, en skole betaler, når en elev henvises til et specialtilbud.",
        DKK,
        least=1_000,
        most=2_000_000,
        weight=MONEY,
    )
    referral_tariff_year: int = _money(
        "Henvisningstakstens prisår",
        "Det år, hvis priser henvisningstaksten er i.",
        least=2000,
        most=2099,
        is_year=True,
    )
    payment_months: tuple[int, ...] = _money(
        "Udbetalingsmåneder",
        "Raterne forfalder den sidste bankdag i de måneder. Det gælder rater,"
        " der lægges fra dagen; de lagte bliver, til bevillingen ændres.",
        options=MONTHS,
        least=1,
        takes_several=True,
        weight=MONEY,
    )
    payment_lead_days: int = _money(
        "Kørsler foreslås før forfald",
        "Så mange bankdage før forfald foreslås en kørsel.",
        "bankdage",
        least=1,
        most=30,
        weight=MONEY,
    )
    collection_days: int = _money(
        "Frist for at betale tilbage",
        "For det, en skole har fået for meget.",
        DAYS,
        least=7,
        most=120,
        weight=MONEY,
    )
    pool_warnings: tuple[int, ...] = _money(
        "Advarsler om puljen",
        "Hvor meget af puljen der er brugt, når siden advarer:"
        " snart brugt og næsten brugt.",
        PER_CENT,
        least=1,
        most=100,
        count=2,
    )
    places_per_district: tuple[int, ...] = _money(
        "Ventede elever i hvert distrikt",
        "Fra og til.",
        "elever",
        least=0,
        most=200,
        count=2,
    )
    places_in_all: tuple[int, ...] = _money(
        "Ventede elever i alt",
        "Fra og til.",
        "elever",
        least=0,
        most=2_000,
        count=2,
    )

    forecast_extended: tuple[int, ...] = _forecast(
        "Bevillinger, der forlænges",
        f"Andel af dem, der slutter. {_THREE}",
        count=3,
    )
    forecast_granted: tuple[int, ...] = _forecast(
        "Ansøgt beløb, der bevilges",
        f"Andel af det, køen søger om. {_THREE}",
        count=3,
    )
    referred_otherwise: tuple[int, ...] = _forecast(
        "Elever, der ellers var henvist",
        f"Andel af de fastholdte. {_THREE}",
        count=3,
    )
    stayed_otherwise: tuple[int, ...] = _forecast(
        "Elever, der ellers var blevet i dagbehandling",
        f"Andel af de tilbageslusede. {_THREE}",
        count=3,
    )
