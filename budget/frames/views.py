"""Where a centre chief adds a frame of the own centre."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from budget.frames import actions, forms
from budget.models import centres_led_by
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request


@form_page(P.POOL_ALLOCATE)
def add_frame(request: Request) -> HttpResponse:
    """A name, and the centre whose money it is."""
    form = forms.FrameForm(posted(request), centres=centres_led_by(request.user))
    if form.try_to(actions.add_frame, by=request.user):
        sentence = f"{form.outcome} er oprettet. Foreslå nu en tildeling fra den."
        messages.success(request, sentence)
        return redirect("budget:proposals")
    trail = [
        ("Økonomi", reverse("budget:dashboard")),
        ("Forslag", reverse("budget:proposals")),
        ("Ny ramme", ""),
    ]
    context = {"trail": trail}
    return show_form(request, "budget/frames/add_frame.html", form, context)
