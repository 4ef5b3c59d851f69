"""The page of targets: the figures of day treatment with date and source, typed or read from a file, looked through first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.figures import actions, forms, queries, reading, rules
from budget.models import DayTreatmentFigure, FigureImport, Target
from budget.models.figures import FIGURES, IN_CARE
from skolefleks.danish import today
from skolefleks.models import AuditEntry
from skolefleks.pages import act, form_page, page
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Overtaken

if TYPE_CHECKING:
    from collections.abc import Sequence


@page(P.POOL_READ)
def targets(request: Request) -> HttpResponse:
    """Every figure by district and year, where it comes from, and the levels to be back at."""
    day_treatment = queries.day_treatment()
    rows = DayTreatmentFigure.objects.select_related("district").order_by(
        "-year", "district__sort_key"
    )
    levels = [(target, _level(day_treatment, target)) for target in Target.objects.order_by("year")]
    context = {
        "trail": _trail(),
        "may_write": may(request.user, P.FIGURES_WRITE, at=EVERYWHERE),
        "years": [str(year) for year in day_treatment.years],
        "rows": [(series.name, _by_year(day_treatment, series)) for series in day_treatment.series],
        "total": (day_treatment.total.name, _by_year(day_treatment, day_treatment.total)),
        "levels": levels,
        "sources": _sources(rows),
        "demo_years": ", ".join(str(year) for year in sorted(day_treatment.demo_years)),
    }
    return render(request, "budget/figures/targets.html", context)


@form_page(P.FIGURES_WRITE)
def figure(request: Request) -> HttpResponse:
    """Type one figure; what it changes is shown before it is saved."""
    form = forms.FigureForm(
        request.POST or None, places=rules.places(), initial={"counted_on": today()}
    )
    if request.method == "POST" and form.is_valid():
        return _preview(request, [form.line()])
    context = {"trail": _trail("Et tal"), "form": form}
    return render(
        request, "budget/figures/figure.html", context, status=422 if form.errors else 200
    )


@form_page(P.FIGURES_WRITE)
def upload(request: Request) -> HttpResponse:
    """Read a file of figures. A single faulty line, and nothing of it is taken."""
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    errors: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            sheet = reading.read(
                data["file"],
                places=rules.places(),
                counted_on=data["counted_on"],
                source=data["source"],
            )
            if not sheet.errors:
                return _preview(request, sheet.lines, file_name=form.file_name)
            errors = sheet.errors
        except reading.Unreadable as unreadable:
            form.add_error("file", unreadable)
    context = {
        "trail": _trail("Indlæs en fil"),
        "form": form,
        "errors": errors,
        "faulty": len(errors),
    }
    return render(
        request, "budget/figures/upload.html", context, status=422 if form.errors or errors else 200
    )


@act(P.FIGURES_WRITE)
def confirm(request: Request) -> HttpResponse:
    """Write what was looked through; where it would do something else by now, show that instead."""
    form = forms.ConfirmForm(request.POST)
    if not form.is_valid():
        return redirect("budget:upload")
    data = form.cleaned_data
    try:
        sheet = reading.read(data["content"], places=rules.places())
    except reading.Unreadable:
        return redirect("budget:upload")
    if sheet.errors:
        return redirect("budget:upload")
    try:
        receipt = actions.enter(
            sheet.lines, shown=data["shown"], file_name=data["file_name"], by=request.user
        )
    except Overtaken:
        return _preview(
            request,
            sheet.lines,
            file_name=data["file_name"],
            warning=actions.CHANGED_MEANWHILE,
            status=409,
        )
    except actions.NothingNew as refusal:
        messages.info(request, str(refusal))
        return redirect("budget:targets")
    return redirect("budget:figure_import", receipt.pk)


@page(P.FIGURES_WRITE)
def receipt(request: Request, receipt: UUID) -> HttpResponse:
    """What was written, when, by whom."""
    found = get_object_or_404(FigureImport.objects.select_related("made_by"), pk=receipt)
    return render(
        request, "budget/figures/receipt.html", {"trail": _trail("Kvittering"), "receipt": found}
    )


@form_page(P.FIGURES_WRITE)
def target(request: Request) -> HttpResponse:
    """Set a level to be back at in a year; one that stands there is replaced only after it was shown."""
    form = forms.TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            saved = actions.set_target(**data, by=request.user)
            messages.success(request, f"Måltallet for {saved.year} er {saved.level_of}-niveauet.")
            return redirect("budget:targets")
        except Overtaken as overtaken:
            form = _asked_again(request, data["year"])
            form.add_error(None, str(overtaken))
    context = {"trail": _trail("Et måltal"), "form": form}
    return render(
        request, "budget/figures/target.html", context, status=422 if form.errors else 200
    )


@act(P.FIGURES_WRITE)
def remove_target(request: Request, year: int) -> HttpResponse:
    found = get_object_or_404(Target, year=year)
    actions.drop_target(found, by=request.user)
    messages.success(request, f"Måltallet for {year} er fjernet. Det står i historikken.")
    return redirect("budget:targets")


@page(P.FIGURES_WRITE)
def history(request: Request) -> HttpResponse:
    """Who changed which figure, from what to what: the audit trail of the figures, newest first."""
    page = page_of(AuditEntry.objects.filter(subject=FIGURES), request.GET, by="-id")
    context = {"trail": _trail("Historik"), "page": page, "events": rules.told(page.rows)}
    return render(request, "budget/figures/figure_history.html", context)


def _preview(
    request: Request,
    lines: Sequence[rules.Line],
    *,
    file_name: str = "",
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """What `lines` would change, and the button that does it."""
    changes = rules.compare(lines)
    printed = rules.printed_years(changes)
    shown = {
        "content": reading.write(lines),
        "shown": rules.fingerprint(changes),
        "file_name": file_name,
    }
    context = {
        "trail": _trail("Se efter"),
        "new": [change for change in changes if change.is_new],
        "changed": [change for change in changes if change.is_changed],
        "unchanged": sum(change.is_same for change in changes),
        "printed": ", ".join(str(year) for year in printed),
        "form": forms.ConfirmForm(initial=shown),
        "warning": warning,
    }
    return render(request, "budget/figures/preview.html", context, status=status)


def _asked_again(request: Request, year: int) -> forms.TargetForm:
    """The form as it was sent, with the level that stands now as the one to replace."""
    stands = Target.objects.filter(year=year).values_list("level_of", flat=True).first()
    data = request.POST.copy()
    data["replaces"] = str(stands or "")
    form = forms.TargetForm(data)
    form.is_valid()
    return form


def _trail(here: str = "") -> list[tuple[str, str]]:
    above = [("Økonomi", reverse("budget:dashboard"))]
    if not here:
        return [*above, ("Måltal", "")]
    return [*above, ("Måltal", reverse("budget:targets")), (here, "")]


def _level(day_treatment: queries.DayTreatment, target: Target) -> str:
    value = day_treatment.total.by_year.get(target.level_of)
    return rules.one_decimal(value) if value is not None else "–"


def _by_year(day_treatment: queries.DayTreatment, series: queries.Series) -> list[tuple[str, str]]:
    return [
        (
            str(year),
            "–" if (value := series.by_year.get(year)) is None else rules.one_decimal(value),
        )
        for year in day_treatment.years
    ]


def _sources(rows: Any) -> list[tuple[str, str, object, str]]:
    """(years, districts, date, source): figures of one source and day are one line."""
    found: dict[tuple[Any, str], tuple[set[int], set[str]]] = {}
    for row in rows:
        years, names = found.setdefault((row.counted_on, row.source), (set(), set()))
        years.add(row.year)
        names.add(row.district.name if row.district else IN_CARE)
    every = len({name for _, names in found.values() for name in names})
    return [
        (_span(years), "alle" if len(names) == every else ", ".join(sorted(names)), day, source)
        for (day, source), (years, names) in found.items()
    ]


def _span(years: set[int]) -> str:
    """`2014-2020`, `2021, 2023`."""
    first, last = min(years), max(years)
    return (
        f"{first}-{last}"
        if len(years) == last - first + 1 > 1
        else ", ".join(str(year) for year in sorted(years))
    )
