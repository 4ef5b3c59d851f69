"""The challenge: a pupil on the edge, described once; from here PPR is invited, and an application can come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.dialogue import actions, forms
from applications.models import Application, DialogueEntry, PupilCase, Statement
from applications.reading import queries as reading_queries
from applications.writing.forms import acts
from applications.writing.frame import sent, status
from applications.writing.saving import AUTOSAVE, Written, autosaved, with_theirs
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, form_page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django import forms as django_forms


@form_page(P.APPLICATION_WRITE)
def new_challenge(request: Request) -> HttpResponse:
    """Open a case as a challenge, with the pupil that worries the school."""
    sent = request.POST if request.method == "POST" else None
    schools = reading_queries.own_schools(request.user)
    where, form = (
        acts.NewForm(sent, schools=schools),
        forms.ChallengeForm(sent, instance=PupilCase()),
    )
    if sent is not None and where.is_valid() & form.is_valid():
        school = next(
            school for school in schools if where.cleaned_data.get("school", school.pk) == school.pk
        )
        try:
            case = form.instance
            started = actions.start_challenge(
                case, school=school, cpr=form.cpr_number, by=request.user
            )
            messages.success(
                request, f"{started.number} er oprettet. Invitér nu PPR og sagsbehandleren."
            )
            return redirect("applications:challenge", started.number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    failed = [one for one in (where, form) if one.is_bound and one.errors]
    context = {
        "where": where,
        "form": form,
        "schools": schools,
        "failed": failed,
        "suspects": form.seems_to_hold_cpr,
    }
    return render(
        request,
        "applications/dialogue/new_challenge.html",
        context,
        status=422 if sent is not None else 200,
    )


@form_page(P.APPLICATION_WRITE)
def challenge(request: Request, number: str) -> HttpResponse:
    """What worries the school, who is invited, and the way on to an application."""
    application = _own(request, number)
    case = application.pupil_cases.select_related("pupil").first()
    if case is None or (request.method != "POST" and not application.is_challenge):
        return redirect(application)
    case.application = application
    form = forms.ChallengeForm(request.POST if request.method == "POST" else None, instance=case)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_challenge(case, cpr=form.cpr_number, by=request.user)
            messages.success(request, "Udfordringen er gemt.")
            return redirect("applications:challenge", number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    invited, others = reading_queries.advisers_of(application)
    context = {
        "application": application,
        "form": form,
        "failed": [form] if form.errors else [],
        "suspects": form.seems_to_hold_cpr,
        "way": reading_queries.way(application),
        "invited": invited,
        "invite_form": acts.InviteForm(advisers=others) if others else None,
        "entries": len(reading_queries.dialogue(application)),
        "may_withdraw": can(application, "withdraw", request.user),
    }
    return render(
        request,
        "applications/dialogue/challenge.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


@act(P.APPLICATION_WRITE)
def apply(request: Request, number: str) -> HttpResponse:
    """Make an application of the challenge; nothing is typed again."""
    application = _own(request, number)
    try:
        actions.apply(application, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(application)
    messages.success(request, "Udfordringen er nu en ansøgning. Elev, rådgivere og dialog er med.")
    return redirect("applications:pupils", number)


def _own(request: Request, number: str) -> Application:
    return get_object_or_404(
        reading_queries.own_cases(request.user).select_related("school"), number=number
    )


@form_page(P.DIALOGUE_WRITE)
def dialogue(request: Request, number: str) -> HttpResponse:
    """Everything said on the case, the statements, and a form to add to it."""
    application = _of_dialogue(request, number)
    form = forms.EntryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_entry(application, form.said, by=request.user)
            messages.success(request, "Det er gemt, og de andre på sagen får besked.")
            return redirect("applications:dialogue", number)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    at_school = may(request.user, P.APPLICATION_WRITE, at=application)
    context = {
        "application": application,
        "form": form,
        "way": reading_queries.way(application),
        "threads": reading_queries.dialogue(application),
        "statements": reading_queries.signed_statements(application),
        "awaited": reading_queries.awaited_statements(application),
        "at_school": at_school,
        "may_state": application.has_invited(request.user)
        and may(request.user, P.STATEMENT_WRITE, at=application),
    }
    return render(request, "applications/dialogue/dialogue.html", context, status=_status(form))


@form_page(P.DIALOGUE_WRITE)
def correct(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Put right what one wrote oneself; it stays as it was, and the correction stands beneath it."""
    entry = _entry(request, number, pk)
    if entry.written_by_id != request.user.pk:
        raise Http404
    form = forms.CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(entry, text=form.cleaned_data["text"], by=request.user)
            messages.success(request, "Rettelsen er gemt.")
            return redirect("applications:dialogue", number)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"application": entry.application, "entry": entry, "form": form}
    return render(request, "applications/dialogue/correct.html", context, status=_status(form))


@act(P.APPLICATION_WRITE)
def share(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Let the committee read one entry."""
    entry = _entry(request, number, pk)
    try:
        actions.share(entry, by=request.user)
        messages.success(request, "Udvalget kan læse det, når det har sagen.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("applications:dialogue", number)


def _of_dialogue(request: Request, number: str) -> Application:
    """A case whose dialogue one takes part in: of one's own school, or one that one is invited to."""
    application = get_object_or_404(
        Application.objects.visible_to(request.user).select_related("school"), number=number
    )
    if not may(request.user, P.DIALOGUE_WRITE, at=application):
        raise Http404
    return application


def _entry(request: Request, number: str, pk: UUID) -> DialogueEntry:
    application = _of_dialogue(request, number)
    entry = get_object_or_404(application.dialogue.select_related("corrects"), pk=pk)
    entry.application = application
    return entry


def _status(form: django_forms.Form) -> int:
    """A form that comes back was refused."""
    return 422 if form.is_bound else 200


@form_page(P.STATEMENT_WRITE)
def statement(request: Request, number: str) -> HttpResponse:
    """Shown, kept as a draft by button or while typing, or signed."""
    application = _invited_to(request, number)
    draft = Statement.objects.filter(
        application=application, written_by=request.user, signed_at__isnull=True
    ).first()
    form = forms.StatementForm(sent(request), draft=draft)
    if request.POST.get("then") == AUTOSAVE:
        return _autosaved(request, application, form)
    conflicts: Sequence[Any] = ()
    written = Written(form)
    if taken := request.POST.get("theirs"):
        with_theirs(written, taken)
    elif request.method == "POST" and written.is_valid() and not (conflicts := written.merge()):
        try:
            return _stored(request, application, form)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    context = {
        "application": application,
        "form": form,
        "draft": draft,
        "conflicts": conflicts,
        "capacity": application.invitations.get(user=request.user).get_capacity_display(),
        "statements": reading_queries.signed_statements(application),
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
    }
    return render(
        request,
        "applications/dialogue/statement.html",
        context,
        status=409 if conflicts else status(request),
    )


def _invited_to(request: Request, number: str) -> Application:
    """The case of that number that one is invited to; held by a POST until it is done."""
    cases = Application.objects.visible_to(request.user).select_related("school")
    if request.method == "POST":
        cases = cases.select_for_update(no_key=True, of=("self",))
    return get_object_or_404(cases, number=number, invitations__user=request.user)


def _autosaved(
    request: Request, application: Application, form: forms.StatementForm
) -> JsonResponse:
    def store(_: Written) -> None:
        statement = form.instance
        actions.write_statement(application, text=statement.text, key=statement.pk, by=request.user)

    return JsonResponse(autosaved(request, Written(form), store))


def _stored(request: Request, application: Application, form: forms.StatementForm) -> HttpResponse:
    own = {"text": form.instance.text, "key": form.instance.pk, "by": request.user}
    if request.POST.get("then") != "sign":
        actions.write_statement(application, **own)
        messages.success(request, "Kladden er gemt. Kun du kan se den.")
        return redirect("applications:statement", application.number)
    actions.sign(application, **own)
    messages.success(
        request,
        "Udtalelsen er underskrevet. Skolen kan læse den nu, og udvalget, når det har sagen.",
    )
    return redirect("applications:dialogue", application.number)
