"""Pages of a challenge, of the dialogue on a case, and of an adviser's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.dialogue import actions, forms, queries
from applications.models import Application, DialogueEntry, PupilCase
from applications.reading import queries as reading_queries
from applications.reading import way
from applications.writing import saving
from applications.writing.forms import acts
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import (
    NOT_DONE,
    act,
    attempt,
    form_page,
    posted,
    show_form,
)
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from skolefleks.statemachine import can
from skolefleks.throttles import throttled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from applications.writing.forms.stepform import StepForm


# -- the challenge --


@form_page(P.APPLICATION_WRITE)
@throttled("case")
def new_challenge(request: Request) -> HttpResponse:
    """Open a case as a challenge, with the pupil that worries the school."""
    schools = reading_queries.own_schools(request.user)
    school_form = acts.NewForm(posted(request), schools=schools)
    form = forms.ChallengeForm(posted(request), instance=PupilCase())

    # Both forms are judged, so that all that is wrong is said at once.
    are_valid = all([school_form.is_valid(), form.is_valid()])
    if are_valid:
        is_started = form.try_to(
            actions.start_challenge,
            form.instance,
            school=school_form.chosen_school,
            by=request.user,
        )
        if is_started:
            number = form.outcome.number
            done = f"{number} er oprettet. Invitér nu PPR og sagsbehandleren."
            messages.success(request, done)
            return redirect("applications:challenge", number)

    failed = [one for one in (school_form, form) if one.errors]
    context = {
        "school_form": school_form,
        "form": form,
        "schools": schools,
        "failed": failed,
    }
    # Not `show_form`: the page has two forms, and either can be what was refused.
    status = 200
    if failed:
        status = NOT_DONE
    template = "applications/dialogue/new_challenge.html"
    return render(request, template, context, status=status)


@form_page(P.APPLICATION_WRITE)
def challenge(request: Request, number: str) -> HttpResponse:
    """What worries the school, who is invited, and the way on to an application."""
    application = _own_case(request, number)
    pupil_case = application.pupil_cases.select_related("pupil").first()
    if pupil_case is None:
        return redirect(application)
    # A POST goes on to the act, which says why what was typed here cannot be
    # stored any more.
    if request.method != "POST" and not application.is_challenge:
        return redirect(application)

    pupil_case.application = application
    form = forms.ChallengeForm(posted(request), instance=pupil_case)
    if form.try_to(actions.write_challenge, pupil_case, by=request.user):
        messages.success(request, "Udfordringen er gemt.")
        return redirect("applications:challenge", number)

    failed = []
    if form.errors:
        failed.append(form)

    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    context = {
        "application": application,
        "failed": failed,
        "way": way.way(application),
        "entries": len(queries.threads_of(application)),
        "may_withdraw": can(application, "withdraw", request.user),
        **_advisers(application),
    }
    return show_form(request, "applications/dialogue/challenge.html", form, context)


@act(P.APPLICATION_WRITE)
def apply(request: Request, number: str) -> HttpResponse:
    """Make an application of the challenge; nothing is typed again."""
    application = _own_case(request, number)
    done = "Udfordringen er nu en ansøgning. Elev, rådgivere og dialog er med."
    if attempt(request, actions.apply, application, by=request.user, done=done):
        return redirect("applications:pupils", number)
    return redirect(application)


def _own_case(request: Request, number: str) -> Application:
    own_cases = reading_queries.own_cases(request.user).select_related("school")
    return get_object_or_404(own_cases, number=number)


def _advisers(application: Application) -> dict[str, Any]:
    """Who is invited to the case, and a form to invite one more where there is anybody else."""
    invited, others = reading_queries.advisers_of(application)
    invite_form = None
    if others:
        invite_form = acts.InviteForm(advisers=others)
    return {"invited": invited, "invite_form": invite_form}


# -- the dialogue --


@form_page(P.DIALOGUE_WRITE)
def dialogue(request: Request, number: str) -> HttpResponse:
    """The messages and notes on the case, the statements, and a form to add to it."""
    application = _case_to_talk_about(request, number)

    form = forms.EntryForm(posted(request))
    if form.try_to(actions.write_entry, application, by=request.user):
        messages.success(request, "Det er gemt, og de andre på sagen får besked.")
        return redirect("applications:dialogue", number)

    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    # In this order: who is not invited costs no question about rights.
    is_invited = application.has_invited(request.user)
    may_state = is_invited and may(request.user, P.STATEMENT_WRITE, at=application)
    context = {
        "application": application,
        "way": way.way(application),
        "threads": queries.threads_of(application),
        "statements": queries.signed_statements(application),
        "awaited": queries.awaited_statements(application),
        "at_school": may(request.user, P.APPLICATION_WRITE, at=application),
        "may_state": may_state,
    }
    return show_form(request, "applications/dialogue/dialogue.html", form, context)


@form_page(P.DIALOGUE_WRITE)
def correct(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Correct what one wrote oneself; it stays as it was, and the correction stands beneath it."""
    entry = _entry(request, number, pk)
    # The act refuses too; a page that one cannot send is not shown at all.
    if entry.written_by_id != request.user.pk:
        raise Http404

    form = forms.CorrectionForm(posted(request))
    if form.try_to(actions.correct, entry, by=request.user):
        messages.success(request, "Rettelsen er gemt.")
        return redirect("applications:dialogue", number)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": entry.application, "entry": entry}
    return show_form(request, "applications/dialogue/correct.html", form, context)


@act(P.APPLICATION_WRITE)
def share(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Let the committee read one entry."""
    entry = _entry(request, number, pk)
    done = "Udvalget kan læse det, når det har sagen."
    attempt(request, actions.share, entry, by=request.user, done=done)
    return redirect("applications:dialogue", number)


def _case_to_talk_about(request: Request, number: str) -> Application:
    """A case whose dialogue one takes part in: of one's own school, or one is invited to it."""
    cases = Application.objects.visible_to(request.user).select_related("school")
    application = get_object_or_404(cases, number=number)
    if not may(request.user, P.DIALOGUE_WRITE, at=application):
        raise Http404
    return application


def _entry(request: Request, number: str, pk: UUID) -> DialogueEntry:
    application = _case_to_talk_about(request, number)
    entry = get_object_or_404(application.dialogue.select_related("corrects"), pk=pk)
    # The case is read already: without this each right that is asked would read
    # it again.
    entry.application = application
    return entry


# -- statements --


@form_page(P.STATEMENT_WRITE)
def statement(request: Request, number: str) -> HttpResponse:
    """An adviser's statement: shown, kept as a draft by button or while typing, or signed."""
    application = _case_invited_to(request, number)
    draft = queries.draft_statement(application, request.user)
    pupils = list(application.pupil_cases.only("initials", "position"))
    form = forms.StatementForm(posted(request), draft=draft, pupils=pupils)
    if request.POST.get("then") == saving.AUTOSAVE:
        return _autosave(request, application, form)

    conflicts: Sequence[Any] = ()
    page_forms = saving.PageForms(form)
    theirs = request.POST.get("theirs")
    if theirs:
        page_forms.take_theirs(theirs)
    elif request.method == "POST" and page_forms.is_valid():
        conflicts = page_forms.merge()
        if not conflicts:
            done = _sign_or_keep(request, application, form)
            if done:
                return done

    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    invitation = application.invitations.get(user=request.user)
    context = {
        "application": application,
        "form": form,
        "draft": draft,
        "conflicts": conflicts,
        "capacity": invitation.get_capacity_display(),
        "statements": queries.signed_statements(application),
    }
    template = "applications/dialogue/statement.html"
    return render(request, template, context, status=_status(request, conflicts))


def _case_invited_to(request: Request, number: str) -> Application:
    """The case of that number that one is invited to; locked by a POST until it is done."""
    cases = Application.objects.visible_to(request.user).select_related("school")
    # Two windows that save at once come one after the other, and the second sees
    # the first's text.
    if request.method == "POST":
        cases = cases.select_for_update(no_key=True, of=("self",))
    return get_object_or_404(cases, number=number, invitations__user=request.user)


def _autosave(
    request: Request, application: Application, form: forms.StatementForm
) -> JsonResponse:
    # The page has one form and no rows: what is new can only be the text.
    def store(_new_forms: list[StepForm]) -> None:
        actions.write_statement(application, **form.arguments(), by=request.user)

    answer = saving.autosave(request, saving.PageForms(form), store)
    return JsonResponse(answer)


def _sign_or_keep(
    request: Request, application: Application, form: forms.StatementForm
) -> HttpResponse | None:
    """Sign what was typed, or keep it as a draft; None where the act refuses."""
    if request.POST.get("then") != "sign":
        if not form.try_to(actions.write_statement, application, by=request.user):
            return None
        messages.success(request, "Kladden er gemt. Kun du kan se den.")
        return redirect("applications:statement", application.number)

    if not form.try_to(actions.sign, application, by=request.user):
        return None
    messages.success(
        request,
        "Udtalelsen er underskrevet. Skolen kan læse den nu, og udvalget, når det har sagen.",
    )
    return redirect("applications:dialogue", application.number)


def _status(request: Request, conflicts: Sequence[Any]) -> int:
    """A page that answers a POST has stored nothing: 409 where another window wrote meanwhile."""
    if conflicts:
        return 409
    if request.method == "POST":
        return NOT_DONE
    return 200
