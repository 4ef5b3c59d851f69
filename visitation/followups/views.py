"""The follow-ups of an effort: all of them, one of them, and what is written for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.writing import saving
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may, require
from visitation.efforts.pages import find_effort, read_effort, top_of, url_of
from visitation.followups import actions, forms, queries, rules
from visitation.lifecycle import OPEN_FOLLOW_UPS, FollowUpStatus
from visitation.measurements import queries as measurements
from visitation.models import FollowUpVoice, FollowUpWindow, StatusReport

if TYPE_CHECKING:
    from applications.writing.forms.stepform import StepForm
    from skolefleks.forms import Form
    from visitation.models import Effort

Voice = FollowUpVoice.Voice

# How the voices are named in an address.
VOICES = {
    "eleven": Voice.PUPIL,
    "foraeldrene": Voice.PARENTS,
    "ppr": Voice.PPR,
}


# -- to read --
@page(P.EFFORT_READ)
def follow_ups(request: Request, number: str, pk: UUID) -> HttpResponse:
    """All follow-ups of an effort. Reading it is logged."""
    effort = read_effort(request, number, pk)
    context = top_of(request, effort, "follow_ups")
    return render(request, "visitation/followups/follow_ups.html", context)


@page(P.EFFORT_READ)
def follow_up(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """One follow-up: what is said before it, who was there, what came of it. It is logged."""
    effort = read_effort(request, number, pk)
    window = _window(effort, row)
    report = queries.report_of(window)
    application = effort.application

    is_open = effort.is_live and window.status in OPEN_FOLLOW_UPS
    writes = may(request.user, P.EFFORT_WRITE, at=application)
    leads = may(request.user, P.EFFORT_LEAD, at=application)
    speaks_for_ppr = may(request.user, P.PPR_LINE_WRITE, at=application)
    is_handed_in = report is not None and report.handed_in_at is not None
    # A draft is the school's own.
    if not (writes or is_handed_in):
        report = None
    context = {
        "effort": effort,
        "application": application,
        "window": window,
        "report": report,
        "is_handed_in": is_handed_in,
        "words": _words_with_links(window, is_open, writes, speaks_for_ppr),
        "may_report": writes and is_open and not is_handed_in,
        "may_hold": writes and is_open and window.status == FollowUpStatus.PLANNED,
        "may_settle": leads
        and effort.is_live
        and window.status == FollowUpStatus.HELD,
        "for_committee": queries.has_amendment(window),
        "present": _present(window),
        "trail": [
            (f"Indsats, {application.number}", effort.get_absolute_url()),
            ("Opfølgninger", url_of("efforts:follow_ups", effort)),
            ("Opfølgning", ""),
        ],
    }
    return render(request, "visitation/followups/follow_up.html", context)


# -- to write --
@form_page(P.EFFORT_WRITE)
def report(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """The status report: kept as a draft by button or while typing, or handed in."""
    effort, window = _to_write(request, number, pk, row, P.EFFORT_WRITE)
    draft = queries.report_of(window)
    # An old tab or a link in a notice: what is handed in is
    # read, not written.
    if draft is not None and draft.handed_in_at:
        return redirect("efforts:follow_up", number, pk, row)

    form = forms.ReportForm(posted(request), instance=_instance(draft, window, effort))
    page_forms = saving.PageForms(form)
    if request.POST.get("then") == saving.AUTOSAVE:
        return _autosave(request, page_forms)

    conflicts: list[Any] = []
    theirs = request.POST.get("theirs")
    if theirs:
        page_forms.take_theirs(theirs)
    elif request.method == "POST" and page_forms.is_valid():
        conflicts = page_forms.merge()
        if not conflicts and _keep_or_hand_in(request, form):
            return redirect("efforts:follow_up", number, pk, row)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "window": window,
        "form": form,
        "draft": draft,
        "conflicts": conflicts,
        "may_hand_in": may(request.user, P.EFFORT_LEAD, at=effort.application),
    }
    status = 200
    if conflicts:
        status = 409
    elif request.method == "POST":
        status = NOT_DONE
    template = "visitation/followups/report.html"
    return render(request, template, context, status=status)


@form_page(P.EFFORT_WRITE, P.PPR_LINE_WRITE)
def voice(
    request: Request, number: str, pk: UUID, row: UUID, name: str
) -> HttpResponse:
    """What the pupil, the parents or PPR say before the talk."""
    if name not in VOICES:
        raise Http404
    chosen = VOICES[name]
    right = P.EFFORT_WRITE
    if chosen == Voice.PPR:
        right = P.PPR_LINE_WRITE
    effort, window = _to_write(request, number, pk, row, right)

    form = forms.VoiceForm(
        posted(request), row=window.voices.filter(voice=chosen).first()
    )
    if form.try_to(actions.say, window, chosen, by=request.user):
        messages.success(request, "Ordene er gemt.")
        return redirect("efforts:follow_up", number, pk, row)
    words = {
        "title": f"{chosen.label} siger",
        "lead": "Hver stemme står for sig og lægges aldrig sammen med en andens.",
        "button": "Gem ordene",
    }
    return _page(request, effort, window, form, words)


@form_page(P.EFFORT_WRITE)
def talk(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """The talk: when it was, and who took part."""
    effort, window = _to_write(request, number, pk, row, P.EFFORT_WRITE)
    form = forms.TalkForm(posted(request))
    if form.try_to(actions.hold, window, by=request.user):
        messages.success(request, "Samtalen er skrevet ned. Nu mangler resultatet.")
        return redirect("efforts:follow_up", number, pk, row)
    words = {
        "title": "Samtalen",
        "lead": "Hvornår blev opfølgningen holdt, og hvem deltog?",
        "button": "Gem samtalen",
    }
    return _page(request, effort, window, form, words)


@form_page(P.EFFORT_LEAD)
def outcome(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """The one outcome, with its grounds; all who follow the effort are told."""
    effort, window = _to_write(request, number, pk, row, P.EFFORT_LEAD)
    form = forms.OutcomeForm(posted(request))
    if form.try_to(actions.settle, window, by=request.user):
        messages.success(request, "Resultatet er gemt, og de andre får besked.")
        # An extension is asked for by a short application of
        # its own.
        if form.cleaned_data["outcome"] == FollowUpWindow.Outcome.EXTEND:
            return redirect("efforts:extension", number, pk)
        return redirect("efforts:follow_up", number, pk, row)
    words = {
        "title": "Resultat af opfølgningen",
        "lead": (
            "Fortsæt og ret afgør I selv med PPR. Trap ned, forlæng og stop kræver en ny"
            " afgørelse: udvalget får besked og træffer den."
        ),
        "button": "Giv resultatet",
    }
    return _page(request, effort, window, form, words)


# -- what they have in common ----------------------------------------------------------------------
def _window(effort: Effort, row: UUID) -> FollowUpWindow:
    windows = effort.windows.select_related("held_by", "told_by")
    window = get_object_or_404(windows, pk=row)
    window.effort = effort
    return window


def _to_write(
    request: Request, number: str, pk: UUID, row: UUID, right: P
) -> tuple[Effort, FollowUpWindow]:
    """The follow-up that the person may write on. Raises Http404, Recused, PermissionDenied."""
    effort = find_effort(request, number, pk)
    window = _window(effort, row)
    require(request.user, right, at=effort.application)
    return effort, window


def _instance(
    draft: StatusReport | None, window: FollowUpWindow, effort: Effort
) -> StatusReport:
    """The draft, or a new report that begins with the plan and what the curves say."""
    if draft is not None:
        draft.window = window
        return draft
    text = rules.prefilled(list(effort.measures.all()), list(effort.contacts.all()))
    goals = measurements.goals_to_measure(effort)
    stands = {}
    for number, standing in measurements.standings_by_number(effort).items():
        stands[number] = f"{standing.voices}. {standing.sentence}".removeprefix(". ")
    progress = rules.prefilled_progress(goals, stands)
    return StatusReport(window=window, carried_out=text, progress=progress)


def _autosave(request: Request, page_forms: saving.PageForms) -> JsonResponse:
    # The page has one form and no rows.
    def store(_new_forms: list[StepForm]) -> None:
        actions.write_report(page_forms.form.instance, by=request.user)

    return JsonResponse(saving.autosave(request, page_forms, store))


def _keep_or_hand_in(request: Request, form: forms.ReportForm) -> bool:
    """Keep what was typed as a draft, or hand it in; False where the act refuses."""
    if request.POST.get("then") != "hand_in":
        done = form.try_to(actions.write_report, form.instance, by=request.user)
        if done:
            messages.success(request, "Kladden er gemt. Kun skolen kan se den.")
        return done

    done = form.try_to(actions.hand_in_report, form.instance, by=request.user)
    if done:
        messages.success(request, "Statusrapporten er afleveret. PPR får besked.")
    return done


def _words_with_links(
    window: FollowUpWindow, is_open: bool, writes: bool, speaks_for_ppr: bool
) -> list[tuple[queries.Words, str]]:
    """Each voice with the address where the person may write it; '' where they may not."""
    names = {voice: name for name, voice in VOICES.items()}
    rows = []
    for words in queries.words_of(window):
        may_write = writes
        if words.voice == Voice.PPR:
            may_write = speaks_for_ppr
        url = ""
        if is_open and may_write:
            url = url_of("efforts:voice", window.effort, window.pk, names[words.voice])
        rows.append((words, url))
    return rows


def _present(window: FollowUpWindow) -> str:
    labels = [FollowUpWindow.Present(value).label for value in window.present]
    return ", ".join(labels)


def _page(
    request: Request,
    effort: Effort,
    window: FollowUpWindow,
    form: Form,
    words: dict[str, Any],
) -> HttpResponse:
    audit.log_access(AccessEntry.Kind.VIEW, effort.application.number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "back_url": url_of("efforts:follow_up", effort, window.pk),
        **words,
    }
    return show_form(request, "visitation/efforts/form.html", form, context)
