"""The settings of efforts: their follow-ups, their end, and what their curves say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from skolefleks.setup.kinds import DAYS, WEEKS, Group, setting

_follow_up = partial(setting, Group.FOLLOW_UP)
_curve = partial(setting, Group.CURVES)


@dataclass(frozen=True)
class EffortSettings:
    """The rhythm of an effort."""

    follow_up_first_weeks: int = _follow_up(
        "Første opfølgning",
        "Efter indsatsens første dag. Lagte opfølgninger flyttes ikke.",
        WEEKS,
        least=1,
        most=26,
    )
    follow_up_weeks_between: int = _follow_up(
        "Mellem opfølgninger",
        "",
        WEEKS,
        least=4,
        most=52,
    )
    follow_up_last_weeks_before: int = _follow_up(
        "Sidste opfølgning før slutdagen",
        "Mindst så længe før.",
        WEEKS,
        least=0,
        most=26,
    )
    follow_up_window_days: int = _follow_up(
        "Opfølgningens tidsrum",
        "De dage, samtalen kan holdes i.",
        DAYS,
        least=5,
        most=60,
    )
    follow_up_tell_days: int = _follow_up(
        "Frist for at melde resultatet",
        "Efter samtalen.",
        DAYS,
        least=1,
        most=60,
    )
    follow_up_reminder_days: tuple[int, ...] = _follow_up(
        "Påmindelser til den daglige leder",
        "Dage fra tidsrummets sidste dag; med minus før den.",
        DAYS,
        least=-60,
        most=60,
        count=4,
    )
    follow_up_leader_days: int = _follow_up(
        "Påmindelse til skolelederen",
        "Efter tidsrummets sidste dag.",
        DAYS,
        least=1,
        most=90,
    )
    follow_up_chair_days: int = _follow_up(
        "Påmindelse til formanden",
        "Efter tidsrummets sidste dag.",
        DAYS,
        least=1,
        most=90,
    )
    phase_in_weeks: int = _follow_up(
        "Indslusning",
        "Den første fase, når en elev kommer tilbage.",
        WEEKS,
        least=1,
        most=52,
    )
    phase_out_weeks: int = _follow_up(
        "Udslusning",
        "Den sidste fase.",
        WEEKS,
        least=1,
        most=52,
    )
    effort_ends_soon_days: int = _follow_up(
        "Slutter snart",
        "Indsatser, der slutter inden for så mange dage.",
        DAYS,
        least=7,
        most=365,
    )
    closing_days: int = _follow_up(
        "Frist for slutrapporten",
        "Efter indsatsens sidste dag.",
        DAYS,
        least=7,
        most=180,
    )
    whereabouts_days: int = _follow_up(
        "Frist for at svare, hvor eleven er nu",
        "",
        DAYS,
        least=7,
        most=180,
    )
    screen_minutes: int = _follow_up(
        "Skærmen hos eleven",
        "Så længe kan den bruges.",
        "minutter",
        least=5,
        most=120,
    )

    curve_least_measurements: int = _curve(
        "Målinger, før der siges noget",
        "Af hver stemme.",
        "målinger",
        least=2,
        most=10,
    )
    curve_moved_part: int = _curve(
        "Del af vejen, der tæller som fremgang",
        "3 er en tredjedel.",
        least=1,
        most=10,
    )
    curve_voices_apart: int = _curve(
        "Forskellige billeder",
        "Så langt fra hinanden, på skalaen fra 1 til 10.",
        "point",
        least=1,
        most=9,
    )
    curve_still_follow_ups: int = _curve(
        "Uændret",
        "Så mange opfølgninger uden bevægelse.",
        "opfølgninger",
        least=1,
        most=10,
    )
