"""The screen that is handed to the pupil or the parents, and the page that hands it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, public, require
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from skolefleks.signin import handing_over
from visitation.efforts.pages import find_effort
from visitation.models import Measurement
from visitation.screens import actions, forms, queries

if TYPE_CHECKING:
    from visitation.screens.queries import Asking

Voice = Measurement.Voice

# How the voices are named in an address, and whom the button names.
VOICES = {"eleven": Voice.PUPIL, "foraeldrene": Voice.PARENTS}
TO_WHOM = {Voice.PUPIL: "eleven", Voice.PARENTS: "forældrene"}

# 410: what was here is gone, and stays so.
GONE = 410


@form_page(P.EFFORT_WRITE)
def hand_over(request: Request, number: str, pk: UUID, name: str) -> HttpResponse:
    """The adult sees what will be asked, and hands the screen over: that signs out."""
    if name not in VOICES:
        raise Http404
    voice = VOICES[name]
    effort = find_effort(request, number, pk)
    require(request.user, P.EFFORT_WRITE, at=effort.application)

    goals = queries.goals_to_ask(effort, voice)
    words = queries.words_before(effort, voice, goals)
    form = forms.HandOverForm(posted(request), goals=goals, words=words)
    if form.try_to(actions.hand_over, effort, voice, by=request.user):
        path = reverse("screen")
        # The id stands in the session and never in an address:
        # nobody can type another one.
        thing = str(form.outcome.pk)
        handing_over.hand_over(
            request, path, thing, minutes=trade.now().screen_minutes
        )
        return redirect(path)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "goals": goals,
        "to_whom": TO_WHOM[voice],
        "minutes": trade.now().screen_minutes,
    }
    return show_form(request, "visitation/screens/hand_over.html", form, context)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest) -> HttpResponse:
    """One question at a time, to whoever holds the screen; nothing of who it is about.

    Nobody is signed in: what may be asked and answered stands on the screen that the session is
    bound to, in the database. Reading is logged as the adult's who gave it.
    """
    asking = queries.asking(handing_over.thing_of(request))
    if asking is None or asking.question is None:
        return _over(request)

    # Before the answer is looked at: who stops has not answered.
    if request.POST.get("then") == "stop":
        actions.close(asking.screen)
        return _leave(request)

    if request.method != "POST":
        return _question(
            request, asking, forms.AnswerForm(None, question=asking.question)
        )
    form = forms.AnswerForm(request.POST, question=asking.question)
    if not form.is_valid():
        return _question(request, asking, form)
    try:
        actions.answer(asking.screen, **form.arguments())
    except (Refusal, PermissionDenied):
        # Its time is over, or the adult has lost the right
        # meanwhile: nothing more is taken.
        return _leave(request)
    return redirect("screen")


def _question(
    request: HttpRequest, asking: Asking, form: forms.AnswerForm
) -> HttpResponse:
    # Nobody is signed in, but a child's goal is shown: the adult
    # answers for that.
    screen = asking.screen
    audit.log_access(AccessEntry.Kind.VIEW, screen.subject, by=screen.given_by)
    status = 200
    if form.errors:
        status = NOT_DONE
    context = {"asking": asking, "form": form, "faces": faces()}
    template = "visitation/screens/screen.html"
    return render(request, template, context, status=status)


def _leave(request: HttpRequest) -> HttpResponse:
    """The browser is nobody's again; the page that thanks is the same address once more."""
    handing_over.take_back(request)
    return redirect("screen")


def _over(request: HttpRequest) -> HttpResponse:
    handing_over.take_back(request)
    return render(request, "visitation/screens/over.html", status=GONE)


class Face(NamedTuple):
    """One value of the scale and its face: a mouth from sad to glad, drawn in a square of 40."""

    value: int
    # How far the middle of the mouth lies under its ends.
    mouth: str


def faces() -> list[Face]:
    """A face for each value; two values share one."""
    rows = []
    for value in forms.VALUES:
        mood = (value - 1) // 2
        middle = 18 + 5 * mood
        ends = 32 - 2 * mood
        rows.append(Face(value, f"M 12 {ends} Q 20 {middle} 28 {ends}"))
    return rows
