"""The money's pages: how the pool and the targets stand, with the way to the postings behind it. Reads only."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from budget.books import forms as book_forms
from budget.books import queries as books_queries
from budget.books.asked import chosen, past_day
from budget.dashboard import charts
from budget.figures import queries as figure_queries
from budget.models import DayTreatmentProvider
from skolefleks.danish import kr, one_decimal
from skolefleks.pages import page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


_SMALL = "1-{}"  # how a count too small to show is written


@page(P.POOL_READ)
def dashboard(request: Request) -> HttpResponse:
    """How it stands: the pool of a fiscal year (`aar`) and of the next, the districts, day treatment, the targets.

    With a day (`den`) the pool and the districts as they stood at its end, and nothing that is about today.
    """
    form, day = looked_back(request)
    year, years, pools = pools_shown(request, day)
    figures = figure_queries.day_treatment()
    kept = f"&den={day}" if day else ""
    links = (
        _Links(reverse("budget:postings"), str(day or ""))
        if may(request.user, P.POSTING_READ, at=EVERYWHERE)
        else None
    )
    context = {
        "tabs": [(str(other), f"?aar={other}{kept}", None, other == year) for other in years],
        "sentences": _then_in_words(pools)
        if day
        else [*_pool_in_words(pools), *_day_treatment_in_words(figures)],
        "pools": [
            (pool, charts.pool_bar(pool), links.to("fri", pool.year) if links else "")
            for pool in pools
        ],
        "warnings": [] if day else _warnings(pools),
        "year": str(year or ""),
        "day": day,
        "day_in_address": str(day or ""),
        "day_form": form if books_queries.sees_small_counts(request.user) else None,
        "postings_url": links.url if links else "",
        "payments_url": reverse("budget:payments")
        if may(request.user, P.PAYMENT_MAKE, at=EVERYWHERE)
        else "",
        "district_part": _district_context(pools[0], links) if pools else None,
        "day_treatment": _day_treatment_context(figures) if figures.years and not day else None,
    }
    return render(
        request, "budget/dashboard/dashboard.html", context, status=422 if form.errors else 200
    )


def looked_back(request: Request) -> tuple[book_forms.PastDayForm, date | None]:
    """The form, and the day that the address looks back to.

    Who may not see small counts may not look back either: two days beside each other tell of the pupil between them.
    """
    if request.GET.get("den") and not books_queries.sees_small_counts(request.user):
        raise Http404
    return past_day(request)


def pools_shown(
    request: Request, day: date | None
) -> tuple[int | None, list[int], list[books_queries.PoolYear]]:
    """The fiscal year that is chosen, those there are to choose among, and the pools of it and the next."""
    years = books_queries.pool_years(day)
    known = books_queries.pool_years() if day else years
    wanted = chosen(request, "aar", known)
    year = wanted if wanted in years else books_queries.year_to_show(years)
    pools = books_queries.pools({year, year + 1} & set(years), day) if year else []
    return year, years, [books_queries.as_seen_by(pool, request.user) for pool in pools]


class _Links(NamedTuple):
    """The addresses of the postings behind a figure, for those who may see them."""

    url: str
    day: str

    def to(self, measure: str, year: int, district: int | None = None) -> str:
        named = {"tal": measure, "aar": year, "distrikt": district, "den": self.day}
        return f"{self.url}?{urlencode({name: value for name, value in named.items() if value})}"

    def of(self, row: books_queries.DistrictYear) -> dict[str, str]:
        """By the name of the figure, for one district or all of them."""
        names = {
            "places": "elever",
            "days": "helaarselever",
            "amount": "brugt",
            "average": "gennemsnit",
        }
        return {
            name: self.to(measure, row.year, row.district_id) for name, measure in names.items()
        }


# -- how it stands, in words ------------------------------------------------------------------------------------------
def _pool_in_words(pools: Sequence[books_queries.PoolYear]) -> list[str]:
    """What is free, and where there is room; of the first pool's districts only what the person may see."""
    if not pools:
        return []
    free = " og ".join(f"{kr(pool.free)} fri i {pool.year}" for pool in pools)
    return [f"Der er {free}.", *_pupils_in_words(pools[0]), *_districts_in_words(pools[0])]


def _then_in_words(pools: Sequence[books_queries.PoolYear]) -> list[str]:
    """How it stood on a day that has passed."""
    if not pools:
        return []
    free = " og ".join(f"{kr(pool.free)} fri i {pool.year}" for pool in pools)
    total = pools[0].total
    pupils = (
        f"{total.places} {'elev' if total.places == 1 else 'elever'} havde en plads i {total.year}"
    )
    return [f"Der var {free}.", f"{pupils} ({_figure(total.full_year_pupils)} helårselever)."]


def _warnings(pools: Sequence[books_queries.PoolYear]) -> list[tuple[str, str]]:
    """(tone, text) of each pool of which as much is used as `POOL_WARNINGS` says."""
    soon, nearly = settings.POOL_WARNINGS
    said = []
    for pool in pools:
        used = 100 * (pool.committed + pool.paid) // pool.allocated if pool.allocated else 0
        if used >= soon:
            text = f"{used} % af puljen for {pool.year} er disponeret eller udbetalt. Der er {kr(pool.free)} tilbage."
            said.append(("error" if used >= nearly else "warning", text))
    return said


def _pupils_in_words(pool: books_queries.PoolYear) -> list[str]:
    low, high = settings.PLACES_IN_ALL
    if not pool.shows_counts:
        return []
    if not pool.total.places:
        return [f"Ingen elever har endnu en plads i {pool.year}; der forventes {low}-{high}."]
    noun = "elev" if pool.total.places == 1 else "elever"
    have = f"{pool.total.places} {noun} har en plads i {pool.year}"
    return [
        f"{have} ({_figure(pool.total.full_year_pupils)} helårselever); der forventes {low}-{high}."
    ]


def _districts_in_words(pool: books_queries.PoolYear) -> list[str]:
    low, high = settings.PLACES_PER_DISTRICT
    lacking = sorted((row for row in pool.districts if row.lacking), key=lambda row: -row.lacking)
    over = [f"{row.name} har {row.places}" for row in pool.districts if row.places > high]
    sentences = []
    if lacking and pool.total.places:
        room = _listed([f"{row.lacking} mere i {row.name}" for row in lacking])
        sentences.append(
            f"Med {low}-{high} elever i hvert distrikt er der plads til mindst {room}."
        )
    if over:
        sentences.append(f"{_listed(over)}: flere end de forventede {low}-{high}.")
    return sentences


def _averages_in_words(pool: books_queries.PoolYear) -> str:
    """How many places the year's money reaches for, by the average tariff."""
    few, many = settings.PLACES_IN_ALL
    highest = {places: kr(pool.highest_average(places)) for places in (few, many)}
    return (
        f"Puljen på {kr(pool.allocated)} rækker til {many} helårselever, hvis gennemsnitstaksten er højst"
        f" {highest[many]}, og til {few}, hvis den er højst {highest[few]}"
    )


def _hidden_in_words() -> str:
    few = _SMALL.format(settings.SMALL_COUNT - 1)
    return f"Mindst ét distrikt har {few} elever. Så få kunne genkendes, også ud fra de andre distrikters tal."


def _day_treatment_in_words(figures: figure_queries.DayTreatment) -> list[str]:
    if figures.latest is None:
        return []
    now = figures.total.by_year[figures.latest]
    against = [
        f"{_distance(now - value)} {level.level_of}-niveauet (måltal for {level.year})"
        for level in figures.levels
        if (value := level.pupils_of(figures.total)) is not None
    ]
    held = f": {' og '.join(against)}" if against else ""
    return [f"Dagbehandlingen var {_figure(now)} helårspersoner i {figures.latest}{held}."]


def _distance(difference: Decimal) -> str:
    if not difference:
        return "på"
    return f"{_figure(abs(difference))} {'over' if difference > 0 else 'under'}"


def _listed(parts: Sequence[str]) -> str:
    return " og ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


# -- what the templates are given -------------------------------------------------------------------------------------
def _district_context(pool: books_queries.PoolYear, links: _Links | None) -> dict[str, Any]:
    """The districts of one year, their meters on one scale, and the averages that decide how many places there are."""
    expected, expected_in_all = settings.PLACES_PER_DISTRICT, settings.PLACES_IN_ALL
    top = max([expected[1] + 2, *(row.places for row in pool.districts)])
    top_in_all = max(expected_in_all[1] + 5, pool.total.places)
    return {
        "pool": pool,
        "districts": [
            (
                row,
                charts.places_meter(row.places, expected, top=top),
                links.of(row) if links else {},
            )
            for row in pool.districts
        ],
        "total_meter": charts.places_meter(pool.total.places, expected_in_all, top=top_in_all),
        "total_links": links.of(pool.total) if links else {},
        "small_counts": _SMALL.format(settings.SMALL_COUNT - 1),
        "hidden": "" if pool.districts else _hidden_in_words(),
        "averages": _averages_in_words(pool),
    }


def _day_treatment_context(figures: figure_queries.DayTreatment) -> dict[str, Any]:
    """The charts, the figures against the levels to be back at, and what is to be said about the figures."""
    columns = [(f"Måltal {level.year}", f"{level.level_of}-niveau") for level in figures.levels]
    return {
        "total_chart": charts.total_chart(figures),
        "district_chart": charts.district_chart(figures),
        "columns": columns,
        "rows": [_target_row(figures, series, columns) for series in figures.series],
        "total": _target_row(figures, figures.total, columns),
        "base": str(figures.base or ""),
        "latest": str(figures.latest or ""),
        "notes": _notes(figures),
        "providers": list(DayTreatmentProvider.objects.all()),
    }


def _target_row(
    figures: figure_queries.DayTreatment,
    series: figure_queries.Series,
    columns: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    base, latest = figures.base, figures.latest
    levels = (_figure(level.pupils_of(series)) for level in figures.levels)
    return {
        "name": series.name,
        "latest": _figure(series.by_year.get(latest)) if latest else "–",
        "levels": [
            (" ".join(column), level) for column, level in zip(columns, levels, strict=True)
        ],
        "change": _figure(series.change(base, latest), signed=True) if base and latest else "–",
    }


def _notes(figures: figure_queries.DayTreatment) -> list[str]:
    """Where the figures come from, where they do not add up and why, and which are made up."""
    notes = [f"Kilde: {'; '.join(figures.sources)}."] if figures.sources else []
    if figures.differing_years:
        years = _listed([str(year) for year in figures.differing_years])
        notes.append(
            f"Tallene i alt er gengivet, som de er trykt. For {years} afviger de lidt fra distrikternes sum,"
            " fordi distrikternes tal er afrundet."
        )
    if figures.demo_years:
        notes.append(
            f"* {_listed([str(year) for year in sorted(figures.demo_years)])}: demodata, ikke virkelige tal."
        )
    return notes


def _figure(value: Decimal | float | None, *, signed: bool = False) -> str:
    if value is None:
        return "–"
    return one_decimal(value, signed=signed)
