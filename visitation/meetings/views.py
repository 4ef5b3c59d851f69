"""One meeting: who comes, and the next step of its life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from skolefleks import alphabet, audit
from skolefleks.danish import moment
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can
from visitation.agenda import queries as agenda_queries
from visitation.agenda import rules as agenda_rules
from visitation.agenda.free_lines import FreeLine
from visitation.lifecycle import MeetingStatus
from visitation.meetings import actions, attending, forms, rules, seat_forms
from visitation.models import Meeting
from visitation.pages import find
from visitation.ways import queries as ways
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from applications.models import Application
    from visitation.models import Decision


class Step(NamedTuple):
    """A button of the meeting's page: the verb of its life, the act, and what is said when done.

    `question`, `text` and `answer` are what it asks first; '' for nothing.
    """

    verb: str
    act: Callable[..., object]
    sentence: str
    question: str = ""
    text: str = ""
    answer: str = ""

    @property
    def look(self) -> str:
        """The step that leads on stands out; one that leads back or off does not."""
        if self.verb in WAY_ON:
            return "primary"
        return "secondary"


WAY_ON = {"lock", "open"}
# By the last part of the address.
# A step that is not here has no address, whatever the lifecycle allows.
STEPS = {
    "laas": Step("lock", actions.lock_agenda, "Dagsordenen er låst."),
    "laas-op": Step("unlock", actions.unlock_agenda, "Dagsordenen kan ændres igen."),
    "aabn": Step("open", actions.open_meeting, "Mødet er i gang."),
    "slut": Step(
        "close",
        actions.close_meeting,
        "Mødet er slut. Referatet er skrevet i udkast.",
    ),
    "genaabn": Step(
        "reopen",
        actions.reopen_meeting,
        "Mødet er i gang igen. Det står i referatet.",
    ),
    "aflys": Step(
        "cancel",
        actions.cancel_meeting,
        "Mødet er aflyst. Sagerne er tilbage i køen.",
        question="Aflys mødet?",
        text=(
            "Sagerne er tilbage i køen med det samme. De indkaldte og skolerne får besked."
        ),
        answer="Ja, aflys mødet",
    ),
}
# Steps with a form of their own on the page.
WITH_FORM = {"close", "reopen"}
NOT_NOTED = "Fremmødet er ikke gemt: vælg for hver, om vedkommende er til stede."
# Stands in the address where somebody comes or goes in the room.
FROM_MEETING = "moede"


@page(P.QUEUE_READ)
def meeting(request: Request, pk: UUID) -> HttpResponse:
    """One meeting with its agenda, as the reader may see it."""
    return meeting_page(request, get_object_or_404(Meeting, pk=pk))


@act(P.MEETING_LEAD)
def invite_committee(request: Request, pk: UUID) -> HttpResponse:
    meeting = get_object_or_404(Meeting, pk=pk)
    try:
        new = actions.invite(meeting, by=request.user)
    except Refusal as refusal:
        return meeting_page(request, meeting, refusal=str(refusal))

    messages.success(
        request,
        f"{len(new)} er indkaldt og får besked. "
        "Skolerne kan se, hvornår deres sag behandles.",
    )
    return redirect(meeting)


@act(P.MEETING_LEAD)
def note_attendance(request: Request, pk: UUID) -> HttpResponse:
    meeting = get_object_or_404(Meeting, pk=pk)
    # In the order of the page, so that a row is the same person there and here.
    people = meeting.attendances.select_related("user").order_by(
        alphabet.by("user__name")
    )
    form = seat_forms.AttendanceForm(request.POST, people=people)
    if form.try_to(actions.note_attendance, meeting, by=request.user):
        return _after_noting(request, meeting)

    # What an act refuses stands above the form; what was not chosen has one
    # sentence for all.
    refusal = " ".join(str(error) for error in form.non_field_errors()) or NOT_NOTED
    return meeting_page(request, meeting, refusal=refusal)


def _after_noting(request: Request, meeting: Meeting) -> HttpResponse:
    """Say that it is kept, and lead back to where it was noted."""
    if meeting.status == MeetingStatus.UNDER_WAY:
        clock = f"{timezone.localtime():%H.%M}"
        messages.success(
            request, f"Fremmødet er gemt kl. {clock} og står i referatet."
        )
    else:
        messages.success(request, "Fremmødet er gemt.")
    if request.GET.get("fra") == FROM_MEETING:
        return redirect("visitation:meeting_mode", meeting.pk)
    return redirect(meeting)


@act(P.MEETING_LEAD)
def move_meeting(request: Request, pk: UUID, step: str) -> HttpResponse:
    """One step of the meeting's life; a refusal stands on its page."""
    if step not in STEPS:
        raise Http404
    meeting = get_object_or_404(Meeting, pk=pk)
    chosen = STEPS[step]
    is_end = chosen.verb == "close"

    # Only items of this meeting count, whatever else was sent.
    ticked = set(request.POST.getlist("senere"))
    later = {item.pk for item in meeting.items.all() if str(item.pk) in ticked}
    try:
        if is_end:
            actions.close_meeting(meeting, later=later, by=request.user)
        elif chosen.verb == "reopen":
            reason = forms.reason_of(request.POST)
            actions.reopen_meeting(meeting, reason=reason, by=request.user)
        else:
            chosen.act(meeting, by=request.user)
    except Refusal as refusal:
        return meeting_page(request, meeting, refusal=str(refusal), later=later)

    messages.success(request, chosen.sentence)
    if is_end:
        return redirect("visitation:minutes", meeting.pk)
    return redirect(meeting)


def meeting_page(
    request: Request,
    meeting: Meeting,
    *,
    refusal: str = "",
    typed: dict[str, str] | None = None,
    later: set[UUID] | None = None,
) -> HttpResponse:
    """The meeting's page.

    `typed` are minutes that were not saved, by item; `later` the cases ticked
    as left for later.
    """
    status = 200
    if refusal:
        status = NOT_DONE
        # The act may have read it, or somebody else may have changed it meanwhile.
        meeting.refresh_from_db()

    # A meeting belongs to no school: who leads one leads all.
    leads = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    agenda = agenda_queries.agenda(meeting, request.user)
    # Who presents each case stands on the page.
    told_of = ways.to_tell(meeting, request.user)
    numbers = [point.application.number for point in agenda.points if point.is_open]
    numbers += [decision.application.number for decision in told_of]
    audit.log_accesses(AccessEntry.Kind.VIEW, numbers, by=request.user)
    waiting = [point for point in agenda.points if point.is_waiting]
    # On its own page the meeting's name is where one is, and leads nowhere.
    meetings_link, (own_label, _) = find.meeting_trail(meeting)
    context = {
        "trail": [meetings_link, (own_label, "")],
        "meeting": meeting,
        "tone": rules.tone_of(meeting),
        "agenda": agenda,
        "rows": [(line, _minutes_of(line, typed or {})) for line in agenda.lines],
        "refusal": refusal,
        "too_long": (
            f"Den varer {agenda.minutes_over} minutter for længe. Giv sagerne færre "
            "minutter, tag en sag af, eller forlæng mødet."
        ),
        "steps": _steps(meeting, request) if leads else [],
        "left": [(point, point.item.pk in (later or ())) for point in waiting],
        "attendance": seat_forms.AttendanceForm(
            None,
            people=agenda.attendances,
            is_on=meeting.status == MeetingStatus.UNDER_WAY,
        ),
        **_seats(meeting, agenda, request, leads=leads),
        "leads": leads,
        "reopening": _reopening(meeting, request),
        "may_arrange": leads and agenda_rules.can_be_arranged(meeting),
        "may_change": leads and rules.can_be_changed(meeting),
        "told_of": _in_words(told_of),
        "has_minutes": rules.has_minutes_to_read(meeting),
        "is_under_way": meeting.status == MeetingStatus.UNDER_WAY,
    }
    return render(request, "visitation/meetings/meeting.html", context, status=status)


def _steps(meeting: Meeting, request: Request) -> list[tuple[str, str, Step]]:
    """(label, address, step) of what can be done next, but for steps with a form of their own."""
    transitions = meeting.LIFECYCLE.transitions
    rows = []
    for name, step in STEPS.items():
        if step.verb in WITH_FORM or not can(meeting, step.verb, request.user):
            continue
        label = transitions[step.verb].label
        url = reverse("visitation:move_meeting", args=[meeting.pk, name])
        rows.append((label, url, _asked_first(step, meeting)))
    return rows


def _in_words(told_of: Iterable[Decision]) -> list[tuple[Application, str]]:
    return [
        (decision.application, ways_rules.told_in_words(decision))
        for decision in told_of
    ]


def _reopening(meeting: Meeting, request: Request) -> forms.ReopenForm | None:
    """The form that goes on with a meeting that was ended, for who may."""
    if can(meeting, "reopen", request.user):
        return forms.ReopenForm(None)
    return None


def _asked_first(step: Step, meeting: Meeting) -> Step:
    """To open a meeting long before its time is asked for: it may be another one."""
    if step.verb != "open" or not rules.opens_early(meeting):
        return step
    return step._replace(
        question="Åbn mødet før tid?",
        text=f"Mødet er først {moment(meeting.starts_at)}.",
        answer="Ja, åbn det nu",
    )


def _seats(
    meeting: Meeting,
    agenda: agenda_queries.Agenda,
    request: Request,
    *,
    leads: bool,
) -> dict[str, Any]:
    """The forms of who comes: the reader's own answer, and the leader's for a seat."""
    people = agenda.attendances
    if not people or not rules.can_note_attendance(meeting):
        return {}

    substitutes = list(attending.substitutes_for(meeting))
    forms_of_seats: dict[str, Any] = {}
    own = [row for row in people if row.user_id == request.user.pk]
    if own and rules.can_be_changed(meeting):
        forms_of_seats["own_answer"] = own[0]
        forms_of_seats["answering"] = seat_forms.AnswerForm(
            None, row=own[0], people=people, substitutes=substitutes
        )
    if leads:
        forms_of_seats["may_note"] = True
        forms_of_seats["seating"] = seat_forms.SubstituteForm(
            None, people=people, substitutes=substitutes
        )
    return forms_of_seats


def _minutes_of(line: agenda_queries.Point | FreeLine, typed: dict[str, str]) -> str:
    """The minutes as they were typed, else as they stand."""
    return typed.get(str(line.item.pk), str(line.item.minutes))
