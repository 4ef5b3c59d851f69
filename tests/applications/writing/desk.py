"""The school's pages as a browser meets them: their addresses, and what is sent from them."""

from __future__ import annotations

import re

from django.urls import reverse

# What the page sends hidden: which row it is, and what the page was opened with.
HIDDEN = re.compile(r"-(id|key|\w+_FORMS)$|^(.*-)?was$")


def at(step, application):
    return reverse(f"applications:{step}", args=[application.number])


def at_pupil(pupil_case):
    number = pupil_case.application.number
    return reverse("applications:pupil", args=[number, pupil_case.pk])


def typed(page, **changes):
    """What the browser would send from the page, with `changes`."""
    rows = page.context.get("rows") or ()
    data = {}
    for form in [page.context["form"], *rows]:
        data |= _values(form)
    if rows:
        data |= _values(rows.management_form)

    data |= changes
    # A box that is not ticked is not sent.
    return {name: value for name, value in data.items() if value is not None and value is not False}


def with_goals(page, **changes):
    """The page of planned measures as the browser would send it, with its goals."""
    goals = page.context["goals"]
    data = _values(goals.management_form)
    for form in goals:
        data |= _values(form)

    values = {name: value for name, value in data.items() if value is not None}
    return typed(page, **values | changes)


def marked(page, **changes):
    """What the browser would send, with the marks of what the page was opened with."""
    marks = {}
    for form in [page.context["form"], *(page.context.get("rows") or ())]:
        marks[form.add_prefix("was")] = form.opening_marks
    return typed(page) | marks | changes


def autosave(post, client, url, page, **changes):
    """Send what front/autosave.js sends for the fields that were typed in."""
    data = {name: value for name, value in marked(page).items() if HIDDEN.search(name)}
    data |= changes
    data |= {"only": list(changes), "then": "autosave"}
    return post(client, url, data).json()


def _values(form):
    return {field.html_name: field.value() for field in form}
