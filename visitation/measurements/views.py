"""An effort's first page with its curves, and the pages where measurements are written."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks import audit
from skolefleks.danish import day
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may, require
from visitation.efforts.pages import find_effort, read_effort, top_of, url_of
from visitation.measurements import actions, charts, forms, queries, rules
from visitation.models import Measurement

if TYPE_CHECKING:
    from skolefleks.models import User
    from visitation.models import Effort

Voice = Measurement.Voice

# How the voices are named in an address.
VOICES = {
    "eleven": Voice.PUPIL,
    "foraeldrene": Voice.PARENTS,
    "skolen": Voice.SCHOOL,
    "ppr": Voice.PPR,
}

WHOSE = {
    Voice.PUPIL: "Elevens målinger",
    Voice.PARENTS: "Forældrenes målinger",
    Voice.SCHOOL: "Skolens målinger",
    Voice.PPR: "PPR's målinger",
}


# -- to read --
@page(P.EFFORT_READ)
def overview(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Where the effort is, what is next, and what the curves say. Reading it is logged."""
    effort = read_effort(request, number, pk)
    top = top_of(request, effort, "overview")
    curves = queries.curves_of(top["standing"])
    context = {
        **top,
        "curves": charts.pictures(curves),
        "marks": charts.MARKS,
        "rule": rules.rule_in_words(),
        "voice_links": _voice_links(request.user, effort),
        "screen_links": _screen_links(top["may_write"], effort),
    }
    if effort.begun_on is None:
        context["delays"] = list(effort.delays.select_related("by"))
    return render(request, "visitation/measurements/overview.html", context)


@page(P.EFFORT_READ)
def measurements(request: Request, number: str, pk: UUID) -> HttpResponse:
    """All measurements with what was corrected, and why. Reading it is logged."""
    effort = read_effort(request, number, pk)
    rows = []
    for row in queries.history_of(effort):
        rows.append((row, _correct_url(request.user, effort, row)))
    context = {
        "effort": effort,
        "application": effort.application,
        "rows": rows,
        "voice_links": _voice_links(request.user, effort),
        "trail": [
            (f"Indsats, {number}", effort.get_absolute_url()),
            ("Målinger", ""),
        ],
    }
    return render(request, "visitation/measurements/measurements.html", context)


# -- to write --
@form_page(P.EFFORT_WRITE, P.PPR_LINE_WRITE)
def take(request: Request, number: str, pk: UUID, name: str) -> HttpResponse:
    """What one voice says of all goals on one day."""
    if name not in VOICES:
        raise Http404
    voice = VOICES[name]
    effort = _find(request, number, pk, voice)
    goals = queries.goals_to_measure(effort)
    form = forms.MeasurementsForm(posted(request), voice=voice, goals=goals)
    if form.try_to(actions.take, effort, voice, by=request.user):
        messages.success(request, f"Målingerne fra {rules.names([voice])} er gemt.")
        return redirect(effort)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    links = _voice_links(request.user, effort)
    tabs = [(label, url, None, label == WHOSE[voice]) for label, url in links]
    context = {
        "effort": effort,
        "application": effort.application,
        "title": WHOSE[voice],
        "tabs": tabs,
    }
    return show_form(request, "visitation/measurements/take.html", form, context)


@form_page(P.EFFORT_WRITE, P.PPR_LINE_WRITE)
def correct(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """The right value of a measurement; the wrong one stays readable."""
    effort = find_effort(request, number, pk)
    rows = effort.measurements.current().select_related("goal", "scale")
    measurement = get_object_or_404(rows, pk=row)
    measurement.effort = effort
    require(request.user, rules.right_for(measurement.voice), at=effort.application)

    form = forms.CorrectionForm(posted(request), measurement=measurement)
    if form.try_to(actions.correct, measurement, by=request.user):
        messages.success(request, "Målingen er rettet. Den gamle kan stadig læses.")
        return redirect("efforts:measurements", number, pk)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "title": f"Ret en måling af mål {measurement.goal.number}",
        "lead": _in_words(measurement),
        "button": "Gem rettelsen",
        "back_url": url_of("efforts:measurements", effort),
    }
    return show_form(request, "visitation/efforts/form.html", form, context)


# -- what they have in common --
def _find(request: Request, number: str, pk: UUID, voice: Measurement.Voice) -> Effort:
    """The effort that the person may measure. Raises Http404, Recused, PermissionDenied."""
    effort = find_effort(request, number, pk)
    require(request.user, rules.right_for(voice), at=effort.application)
    return effort


def _voice_links(user: User, effort: Effort) -> list[tuple[str, str]]:
    """(label, address) of each voice whose measurements the person may write."""
    if not effort.is_live:
        return []
    links = []
    for name, voice in VOICES.items():
        if may(user, rules.right_for(voice), at=effort.application):
            label = WHOSE[voice]
            links.append((label, url_of("efforts:measure", effort, name)))
    return links


def _screen_links(may_write: bool, effort: Effort) -> list[tuple[str, str]]:
    """(label, address) of whom the screen may be handed to."""
    if not may_write:
        return []
    links = []
    for name, whom in (("eleven", "eleven"), ("foraeldrene", "forældrene")):
        url = url_of("efforts:hand_over", effort, name)
        links.append((f"Giv skærmen til {whom}", url))
    return links


def _correct_url(user: User, effort: Effort, row: Measurement) -> str:
    """Where the person may correct it; '' where they may not, or it has been corrected."""
    # Django has no such attribute where no row points here.
    is_corrected = hasattr(row, "replaced_by")
    is_allowed = may(user, rules.right_for(row.voice), at=effort.application)
    if is_corrected or not is_allowed or not effort.is_live:
        return ""
    return url_of("efforts:correct_measurement", effort, row.pk)


def _in_words(measurement: Measurement) -> str:
    voice = measurement.get_voice_display()
    return f"{voice}, {day(measurement.measured_on)}: {measurement.answer}."
