"""A quarter's follow-up as PDF, on one page: the figures as they stood on its last day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from budget.books import queries as books_queries
from budget.books import rules as book_rules
from budget.dashboard import charts as dashboard_charts
from budget.dashboard import sentences
from budget.figures import queries as figure_queries
from budget.quarterly import charts, queries
from skolefleks.danish import day, kr, one_decimal
from skolefleks.pdf import render
from skolefleks.setup import trade

if TYPE_CHECKING:
    from datetime import date

    from budget.models import QuarterlyReport, QuarterlyText
    from budget.quarterly.rules import Quarter
    from skolefleks.models import User


def pdf(quarter: Quarter, *, reader: User, version: int | None = None) -> bytes:
    """One page, PDF/A-2a and PDF/UA-1, with what `reader` may see.

    The version that was signed last, or `version` of those; a draft while there is none.
    """
    reports = queries.reports_of(quarter).signed()
    if version:
        reports = reports.filter(version=version)
    signed = reports.first()
    sees_all = book_rules.sees_small_counts(reader)
    if signed:
        data = signed.content if sees_all else signed.public
        return render("quarterly", {**data, "state": state_of(signed)})

    if sees_all:
        data = content(quarter, queries.latest_text(quarter))
    else:
        # What is not signed is nobody's word yet.
        data = public_content(quarter, None)
    return render("quarterly", {**data, "state": DRAFT})


DRAFT = "Udkast: centercheferne har ikke godkendt det endnu"


def state_of(signed: QuarterlyReport) -> str:
    """Who signed it and when, which version it is, and why there is another one."""
    proposal = signed.proposal
    names = f"{proposal.proposed_by} ({proposal.proposed_centre})"
    if proposal.answered_by and proposal.answered_at:
        signed_on = day(timezone.localdate(proposal.answered_at))
        names = f"{names} og {proposal.answered_by} ({proposal.answered_centre}), {signed_on}"
    state = f"Version {signed.version}, godkendt af {names}"
    if signed.version > 1:
        state = f"{state}. Ændret fra version {signed.version - 1}: {proposal.reason}"
    return state


def content(quarter: Quarter, text: QuarterlyText | None) -> dict[str, Any]:
    """All that the page says, as it held on the quarter's own day."""
    [pool] = books_queries.pools([quarter.year], quarter.counted_on)
    return _content(quarter, text, pool)


def public_content(quarter: Quarter, text: QuarterlyText | None) -> dict[str, Any]:
    """The same for the implementation group."""
    [pool] = books_queries.pools([quarter.year], quarter.counted_on)
    return _content(quarter, text, books_queries.as_public(pool, quarter.counted_on))


def _content(
    quarter: Quarter, text: QuarterlyText | None, pool: books_queries.PoolYear
) -> dict[str, Any]:
    return {
        "title": f"Kvartalsopfølgning: {quarter.name}",
        "counted_on": f"Opgjort {day(quarter.counted_on)}",
        "publication": pool.publication,
        **words_part(text),
        **pool_part(pool),
        **districts_part(pool, quarter.counted_on),
        **day_treatment_part(figure_queries.day_treatment(on=quarter.counted_on)),
    }


# -- what the template is given: words, figures and pictures that are ready to print ---------------
def words_part(text: QuarterlyText | None) -> dict[str, Any]:
    """What the centre chiefs wrote, and which of them last."""
    author = ""
    if text:
        written_on = day(timezone.localdate(text.made_at))
        author = f" · Teksten er skrevet af {text.made_by}, {written_on}"

    # A text that nobody wrote leaves no heading behind.
    return {
        "texts": [(label, words) for label, words in queries.by_label(text) if words],
        "written": author,
    }


def pool_part(pool: books_queries.PoolYear) -> dict[str, Any]:
    """The amounts, allocated first, then the parts as the bar has them, and the bar.

    A pool without money has no bar.
    """
    amounts = [("Tildelt", kr(pool.allocated), "")]
    # Where nothing of pupils is shown yet, what is allocated stands alone.
    if pool.shows_counts:
        for part, amount in charts.amounts_of(pool):
            amounts.append((part.label, kr(amount), part.tone))

    bar = None
    if pool.allocated and pool.shows_counts:
        spoken = f"Søjle: {charts.pool_in_words(pool)}."
        bar = picture(charts.pool_picture(pool), spoken)
    return {"year": str(pool.year), "pool": amounts, "bar": bar}


def districts_part(pool: books_queries.PoolYear, counted_on: date) -> dict[str, Any]:
    """Every district's row, and the picture of their pupils, as expected on that day.

    Where the pupils are too few to be shown, a sentence stands instead.
    """
    then = trade.on(counted_on)
    low, high = then.places_per_district
    low_in_all, high_in_all = then.places_in_all

    total = district_row(pool.total)
    if not pool.shows_counts:
        total = [pool.total.name, sentences.NOT_SHOWN, "–", "–", "–"]

    hidden = sentences.why_hidden(pool)
    places = None
    if pool.districts:
        hidden = ""
        counts = ", ".join(f"{row.name} {row.places}" for row in pool.districts)
        spoken = (
            "Søjlediagram: SkoleFleks-elever efter distrikt,"
            f" forventet {low}-{high} i hvert. {counts}."
        )
        places = picture(charts.places_picture(pool, (low, high)), spoken)

    return {
        "districts": [district_row(row) for row in pool.districts],
        "total": total,
        "hidden": hidden,
        "expected": (
            f"Forventet: {low}-{high} elever i hvert distrikt, {low_in_all}-{high_in_all} i alt."
        ),
        "places": places,
    }


def district_row(row: books_queries.DistrictYear) -> list[str]:
    """Name, pupils, full-year pupils, amount and average tariff of a district or of all."""
    tariff = "–"
    if row.average_tariff is not None:
        tariff = kr(row.average_tariff)
    return [
        row.name,
        str(row.places),
        one_decimal(row.full_year_pupils),
        kr(row.amount),
        tariff,
    ]


def day_treatment_part(figures: figure_queries.DayTreatment) -> dict[str, Any]:
    """The total's picture, what it shows in words, and each level against the latest year."""
    if figures.latest is None:
        return {"chart": None, "targets": [], "latest": ""}

    now = figures.total.by_year[figures.latest]
    targets = []
    for level, pupils in figures.levels_of_total:
        targets.append(
            (
                f"{level.year} ({level.level_of}-niveauet)",
                one_decimal(pupils),
                one_decimal(now - pupils, signed=True),
            )
        )

    # The words of the dashboard's chart say what its picture shows, here as there.
    chart = dashboard_charts.total_chart(figures)
    first = figures.years[0]
    last = figures.years[-1]
    spoken = f"Søjlediagram: {chart.title}, {first} til {last}. {chart.note}"
    return {
        "chart": picture(charts.total_picture(figures), spoken),
        "latest": f"{one_decimal(now)} helårspersoner i {figures.latest}",
        "targets": targets,
    }


def picture(svg: str, spoken: str) -> dict[str, str]:
    """A picture, and what it says to a screen reader."""
    return {"svg": str(svg), "spoken": spoken}
