"""A step that somebody writes on: what was sent is stored, or shown again with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from applications.fields import declarations
from applications.lifecycle import Status
from applications.reading import queries as reading
from applications.writing import rules
from applications.writing.forms.measures import Measures
from applications.writing.forms.rows import ROW_BUTTONS
from applications.writing.forms.stepform import StepForm
from applications.writing.frame import show_step
from applications.writing.saving import AUTOSAVE, PageForms, autosave

if TYPE_CHECKING:
    from skolefleks.permissions import Request

# In the address: show an empty row at the end of the table.
EMPTY_ROW = "ny"


@dataclass(frozen=True)
class StepPage:
    """A step's page: its forms, the acts that store them, and what else it shows.

    `store` stores all of it, `store_typed` the forms in which something new was typed.
    """

    draft: reading.WholeApplication
    step: str
    template: str
    forms: PageForms
    store: Callable[[], None]
    store_typed: Callable[[list[StepForm]], None]
    context: dict[str, Any]


def write(request: Request, page: StepPage) -> HttpResponse:
    """Store what was sent, or show the page.

    What is refused comes back with all that was typed.
    """
    application = page.draft.application
    if request.POST.get("then") == AUTOSAVE:
        return _store_typed(request, page)

    # A POST goes on to the act, which refuses it: so the page comes back with what was typed.
    if request.method != "POST" and not application.is_editable:
        return redirect(application)

    # The button beside a conflict: take the other's text over, and store nothing yet.
    conflicts = []
    field_name = request.POST.get("theirs")
    if field_name:
        page.forms.take_theirs(field_name)
    elif request.method == "POST" and page.forms.is_valid():
        conflicts = page.forms.merge()
        if not conflicts and page.forms.form.try_to(page.store):
            return _go_on(request, page)
    return _show(request, page, conflicts)


def _store_typed(request: Request, page: StepPage) -> JsonResponse:
    """Store what is being typed, and answer front/autosave.js."""
    application = page.draft.application

    # The acts refuse this too, but none is called where nothing is new.
    if not application.is_editable:
        return JsonResponse({"refused": rules.WITH_THE_COMMITTEE})

    answer = autosave(request, page.forms, page.store_typed)
    return JsonResponse({**answer, "revision": application.revision})


def _show(request: Request, page: StepPage, conflicts: list[Any]) -> HttpResponse:
    """The page with its forms, their errors, and the committee's questions."""
    application = page.draft.application
    form = page.forms.form
    rows = page.forms.rows

    # Before anything reads the rows: from then on Django keeps their number.
    if isinstance(rows, Measures):
        rows.add_empty_row(is_wanted=EMPTY_ROW in request.GET)

    # What is wrong with a table as a whole (too many rows) has no field to stand at.
    for table in page.forms.tables:
        for error in table.non_form_errors():
            form.add_error(None, error)

    # The committee's questions are shown while the school has to answer.
    forms = page.forms.all
    if application.status == Status.SENT_BACK:
        for shown_form in forms:
            shown_form.ask(application.asks)

    # All forms, once one has an error: the summary above the page picks out the errors of each.
    forms_in_summary = []
    if any(shown_form.is_bound and shown_form.errors for shown_form in forms):
        forms_in_summary = forms

    context = {
        "form": form,
        "rows": rows,
        "goals": page.forms.goals,
        "conflicts": conflicts,
        "failed": forms_in_summary,
        **page.context,
    }
    return show_step(request, page.draft, page.step, context, page.template)


def _go_on(request: Request, page: StepPage) -> HttpResponse:
    """Where the pressed button leads after saving: on, to one more row, or back here."""
    draft = page.draft
    # `add`, `add:` and a pupil's id, `up:tried:1` (a row's button), or the name of another button.
    button = request.POST.get("then", "")
    verb, _, target = button.partition(":")

    if verb == "add":
        query = f"{EMPTY_ROW}=1"
        anchor = "div_id_ny"
        # One more goal, for that pupil.
        if target:
            query = f"maal={target}"
            anchor = f"div_id_ny-{target}"
        return redirect(f"{request.path}?{query}#{anchor}")

    if verb in ROW_BUTTONS:
        table = target.partition(":")[0]
        anchor = page.forms.pressed_row or f"div_id_{table}"
        return redirect(f"{request.path}#{anchor}")

    messages.success(request, f"Gemt kl. {timezone.localtime():%H.%M}")

    # With too many support hours one stays, and reads why the pupil cannot be applied for.
    hours = page.context.get("hours")
    has_too_many_hours = hours is not None and hours.is_too_many
    if button == "stay" or has_too_many_hours:
        return redirect(request.path)

    step_url = draft.url(page.step)
    if request.path != step_url:
        # A pupil's own page leads back to the pupils.
        return redirect(step_url)

    names = list(declarations.STEPS)
    next_step = names[names.index(page.step) + 1]
    return redirect(draft.url(next_step))
