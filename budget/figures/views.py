"""The page of targets: the figures of day treatment with date and source, and how they change.

A figure is typed or read from a file, and looked through before it is saved.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.figures import actions, forms, queries, reading, rules
from budget.figures import history as history_of_figures
from budget.models import (
    DayTreatmentFigure,
    DayTreatmentProvider,
    FigureImport,
    Target,
)
from budget.models.figures import FIGURES
from skolefleks import alphabet
from skolefleks.danish import one_decimal, today
from skolefleks.models import AuditEntry
from skolefleks.pages import (
    NOT_DONE,
    act,
    attempt,
    form_page,
    page,
    posted,
    show_form,
)
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Overtaken
from skolefleks.throttles import throttled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


# -- what stands ---------------------------------------------------------------------------------
@page(P.POOL_READ)
def targets(request: Request) -> HttpResponse:
    """Every figure by district and year, where it comes from, and the levels to be back at."""
    day_treatment = queries.day_treatment()
    total = day_treatment.total

    rows = []
    for series in day_treatment.series:
        rows.append((series.name, pupils_by_year(day_treatment, series)))

    levels = []
    for target in Target.objects.order_by("year"):
        pupils = total.by_year.get(target.level_of)
        text = "–"
        if pupils is not None:
            text = one_decimal(pupils)
        levels.append((target, text))

    figures = DayTreatmentFigure.objects.select_related("district")
    demo_years = sorted(day_treatment.demo_years)
    context = {
        "trail": trail(),
        "providers": list(DayTreatmentProvider.objects.all()),
        "may_write": may(request.user, P.FIGURES_WRITE, at=EVERYWHERE),
        "years": [str(year) for year in day_treatment.all_years],
        "incomplete": rules.incomplete_years(day_treatment.missing),
        "rows": rows,
        "total": (total.name, pupils_by_year(day_treatment, total)),
        "levels": levels,
        "sources": sources_of(figures.order_by("-year", "district__sort_key")),
        "demo_years": ", ".join(str(year) for year in demo_years),
    }
    return render(request, "budget/figures/targets.html", context)


def pupils_by_year(
    day_treatment: queries.DayTreatment, series: queries.Series
) -> list[tuple[str, str]]:
    """(year, full-year pupils) of every year of the table; a dash where they are not known."""
    cells = []
    for year in day_treatment.all_years:
        text = "–"
        if year in series.by_year:
            text = one_decimal(series.by_year[year])
        cells.append((str(year), text))
    return cells


class Origin(NamedTuple):
    """Figures of one source and day, as one line."""

    years: str
    districts: str
    counted_on: date
    source: str


def sources_of(figures: Iterable[DayTreatmentFigure]) -> list[Origin]:
    """Where the figures come from, in the order that they have themselves."""
    years: dict[tuple[date, str], set[int]] = defaultdict(set)
    names: dict[tuple[date, str], set[str]] = defaultdict(set)
    every_name = set()
    for figure in figures:
        origin = (figure.counted_on, figure.source)
        years[origin].add(figure.year)
        names[origin].add(figure.place_name)
        every_name.add(figure.place_name)

    origins = []
    for origin, years_of_origin in years.items():
        districts = ", ".join(sorted(names[origin], key=alphabet.key))
        if names[origin] == every_name:
            # Shorter than six names, and what is said of most years.
            districts = "alle"
        counted_on, source = origin
        span = span_of(years_of_origin)
        origins.append(Origin(span, districts, counted_on, source))
    return origins


def span_of(years: set[int]) -> str:
    """`2014-2020`, `2021, 2023`."""
    first = min(years)
    last = max(years)
    are_without_gap = len(years) == last - first + 1
    if are_without_gap and first != last:
        return f"{first}-{last}"
    return ", ".join(str(year) for year in sorted(years))


# -- new figures ---------------------------------------------------------------------------------
@form_page(P.FIGURES_WRITE)
def figure(request: Request) -> HttpResponse:
    """Type one figure; what it changes is shown before it is saved."""
    form = forms.FigureForm(
        posted(request), places=queries.places(), initial={"counted_on": today()}
    )
    if form.is_valid():
        return preview(request, [form.line()])
    return show_form(
        request, "budget/figures/figure.html", form, {"trail": trail("Et tal")}
    )


@form_page(P.FIGURES_WRITE)
@throttled("import")
def upload(request: Request) -> HttpResponse:
    """Read a file of figures. With a single faulty line nothing of it is read."""
    # An empty `FILES` instead of None would be a form that was sent.
    form = forms.UploadForm(posted(request), request.FILES or None)
    errors: list[tuple[int, str]] = []
    if form.is_valid():
        errors = form.sheet.errors
        if not errors:
            return preview(request, form.sheet.lines, file_name=form.file_name)

    context = {
        "trail": trail("Indlæs en fil"),
        "errors": errors,
        "faulty": len(errors),
    }
    response = show_form(request, "budget/figures/upload.html", form, context)
    if errors:
        # They stand in a table of their own and not at the form's fields.
        response.status_code = NOT_DONE
    return response


def preview(
    request: Request,
    lines: Sequence[rules.Line],
    *,
    file_name: str = "",
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """What `lines` would change, and the button that does it."""
    changes = queries.changes(lines)
    printed_years = queries.printed_years(changes)
    # The lines are sent on and not the changes: those are found anew when the button is pressed.
    form = forms.ConfirmForm(
        initial={
            "content": reading.write(lines),
            "fingerprint": rules.fingerprint(changes),
            "file_name": file_name,
        }
    )
    context = {
        "trail": trail("Se, hvad der ændres"),
        "new": [change for change in changes if change.is_new],
        "changed": [change for change in changes if change.is_changed],
        "unchanged": rules.counts_of(changes)["unchanged"],
        "printed": ", ".join(str(year) for year in printed_years),
        "form": form,
        "warning": warning,
    }
    return render(request, "budget/figures/preview.html", context, status=status)


@act(P.FIGURES_WRITE)
def confirm(request: Request) -> HttpResponse:
    """Write what was looked through; where it would do something else by now, show that instead."""
    form = forms.ConfirmForm(request.POST)
    # Its fields are hidden: what does not fit was not sent by our own page.
    if not form.is_valid():
        return redirect("budget:upload")

    # Both refusals have a page of their own; the form has no field where one could be shown.
    file_name = form.cleaned_data["file_name"]
    try:
        receipt = actions.enter(
            form.sheet.lines,
            fingerprint=form.cleaned_data["fingerprint"],
            file_name=file_name,
            by=request.user,
        )
    except Overtaken as refusal:
        return preview(
            request,
            form.sheet.lines,
            file_name=file_name,
            warning=str(refusal),
            status=409,
        )
    except actions.NothingNew as refusal:
        messages.info(request, str(refusal))
        return redirect("budget:targets")
    return redirect("budget:figure_import", receipt.pk)


@page(P.FIGURES_WRITE)
def receipt(request: Request, receipt: UUID) -> HttpResponse:
    """What was written, when, by whom."""
    figure_imports = FigureImport.objects.select_related("made_by")
    context = {
        "trail": trail("Kvittering"),
        "receipt": get_object_or_404(figure_imports, pk=receipt),
    }
    return render(request, "budget/figures/receipt.html", context)


@page(P.FIGURES_WRITE)
def history(request: Request) -> HttpResponse:
    """Who changed which figure, from what to what: the trail of the figures, newest first."""
    page = page_of(AuditEntry.objects.filter(subject=FIGURES), request.GET, by="-id")
    context = {
        "trail": trail("Historik"),
        "page": page,
        "events": history_of_figures.events(page.rows),
    }
    return render(request, "budget/figures/figure_history.html", context)


# -- levels to be back at ------------------------------------------------------------------------
@form_page(P.FIGURES_WRITE)
def target(request: Request) -> HttpResponse:
    """Set a level to be back at in a year.

    One that stands there is replaced only after it was shown.
    """
    form = forms.TargetForm(posted(request))
    if form.try_to(actions.set_target, by=request.user):
        target = form.outcome
        messages.success(
            request, f"Måltallet for {target.year} er {target.level_of}-niveauet."
        )
        return redirect("budget:targets")
    return show_form(
        request, "budget/figures/target.html", form, {"trail": trail("Et måltal")}
    )


@act(P.FIGURES_WRITE)
def remove_target(request: Request, year: int) -> HttpResponse:
    """Take the level of one year away; the history keeps it."""
    target = get_object_or_404(Target, year=year)
    attempt(
        request,
        actions.drop_target,
        target,
        by=request.user,
        done=f"Måltallet for {year} er fjernet. Det står i historikken.",
    )
    return redirect("budget:targets")


def trail(here: str = "") -> list[tuple[str, str]]:
    """The way to the page of targets, or to the page `here` beneath it."""
    above = ("Økonomi", reverse("budget:dashboard"))
    if not here:
        return [above, ("Måltal", "")]
    return [above, ("Måltal", reverse("budget:targets")), (here, "")]
