"""The people: who they are, what they may do, and when it is over. No case is shown here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks.administration import actions, forms, queries, work_left
from skolefleks.models import Membership, User
from skolefleks.pages import (
    NOT_DONE,
    act,
    attempt,
    form_page,
    page,
    posted,
    show_form,
)
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Overtaken, Refusal
from skolefleks.signin import actions as signin
from skolefleks.throttles import throttled

if TYPE_CHECKING:
    from skolefleks.administration.queries import Plan


@page(P.PEOPLE_LOOK_AFTER)
def people(request: Request) -> HttpResponse:
    """Everybody, searched by name, role, school and standing."""
    form = forms.PeopleForm(request.GET)
    choice = form.choice()
    rows = queries.people(**choice)
    order = choice.get("order", "navn")
    context = {
        "form": form,
        "page": page_of(rows, request.GET, by=queries.ORDERS[order][1]),
        "count": bounded_count(rows),
        "is_searched": bool(choice),
        "by_time": order != "navn",
    }
    return render(request, "skolefleks/administration/people.html", context)


@page(P.PEOPLE_LOOK_AFTER)
def person(request: Request, pk: int) -> HttpResponse:
    """One person: roles with their history, sign-in, and what hangs on them."""
    person = get_object_or_404(User, pk=pk)
    roles = queries.roles_of(person)
    work = work_left.of(person)
    context = {
        "trail": _trail(person.name),
        "person": person,
        "is_oneself": person.pk == request.user.pk,
        "roles": [role for role in roles if role.ended_at is None],
        "past": [role for role in roles if role.ended_at is not None],
        "identities": queries.identities_of(person),
        "sessions": signin.sessions_of([person]).get(person.pk, 0),
        "work": work,
        "unread": queries.unread_of(person),
        "has_work": any(count for _, count in work),
    }
    return render(request, "skolefleks/administration/person.html", context)


@form_page(P.PEOPLE_LOOK_AFTER)
def invite(request: Request) -> HttpResponse:
    """A new person with a first role."""
    form = forms.InviteForm(posted(request))
    if form.try_to(actions.invite, by=request.user):
        person = form.outcome
        messages.success(
            request, f"{person.name} er oprettet og får en mail med et link."
        )
        return redirect("person", person.pk)
    context = {"trail": _trail("Ny person")}
    return show_form(request, "skolefleks/administration/invite.html", form, context)


@form_page(P.PEOPLE_LOOK_AFTER)
def change_person(request: Request, pk: int) -> HttpResponse:
    """Another name, another address."""
    person = get_object_or_404(User, pk=pk)
    initial = {"name": person.name, "email": person.email}
    form = forms.PersonForm(posted(request), initial=initial)
    if form.try_to(actions.change_person, person, by=request.user):
        messages.success(request, "Ændringen er gemt.")
        return redirect("person", person.pk)
    context = {"trail": _trail_to(person, "Ret"), "person": person}
    template = "skolefleks/administration/change_person.html"
    return show_form(request, template, form, context)


@form_page(P.PEOPLE_LOOK_AFTER)
def give_role(request: Request, pk: int) -> HttpResponse:
    """One role more, for good or in some days."""
    person = get_object_or_404(User, pk=pk)
    form = forms.RoleForm(posted(request))
    if form.try_to(actions.give_role, person, by=request.user):
        if form.outcome:
            messages.success(request, f"{person.name} har fået rollen.")
        else:
            messages.info(request, f"{person.name} har allerede rollen.")
        return redirect("person", person.pk)
    context = {"trail": _trail_to(person, "Giv en rolle"), "person": person}
    template = "skolefleks/administration/give_role.html"
    return show_form(request, template, form, context)


@form_page(P.PEOPLE_LOOK_AFTER)
def pass_on_work(request: Request, pk: int) -> HttpResponse:
    """What hangs on a person, given to a colleague in one go."""
    person = get_object_or_404(User, pk=pk)
    form = forms.PassOnForm(posted(request), person=person)
    if form.try_to(actions.pass_on_work, person, by=request.user):
        to = form.cleaned_data["to"]
        messages.success(request, f"Arbejdet er givet videre til {to.name}.")
        return redirect("person", person.pk)
    context = {
        "trail": _trail_to(person, "Giv arbejdet videre"),
        "person": person,
        "work": work_left.of(person),
    }
    template = "skolefleks/administration/pass_on.html"
    return show_form(request, template, form, context)


@act(P.PEOPLE_LOOK_AFTER)
def end_role(request: Request, pk: int, role: int) -> HttpResponse:
    """End one role at once."""
    memberships = Membership.objects.select_related("user", "school")
    membership = get_object_or_404(memberships, pk=role, user=pk)
    done = f"{membership.user.name} er ikke længere {membership.label}."
    attempt(request, actions.end_membership, membership, by=request.user, done=done)
    return redirect("person", pk)


@act(P.PEOPLE_LOOK_AFTER)
def deactivate(request: Request, pk: int) -> HttpResponse:
    """Let somebody in no more."""
    person = get_object_or_404(User, pk=pk)
    done = f"{person.name} er deaktiveret og logget ud overalt."
    attempt(request, actions.deactivate, person, by=request.user, done=done)
    return redirect("person", pk)


@act(P.PEOPLE_LOOK_AFTER)
def reactivate(request: Request, pk: int) -> HttpResponse:
    """Let somebody in again."""
    person = get_object_or_404(User, pk=pk)
    done = f"{person.name} er aktiv igen. Giv nu de roller, personen skal have."
    attempt(request, actions.reactivate, person, by=request.user, done=done)
    return redirect("person", pk)


@act(P.PEOPLE_LOOK_AFTER)
def untie_sign_on(request: Request, pk: int) -> HttpResponse:
    """Forget which identity of the sign-on is theirs."""
    person = get_object_or_404(User, pk=pk)
    done = f"Det næste login med {person.email} bliver knyttet til {person.name}."
    attempt(request, actions.untie_sign_on, person, by=request.user, done=done)
    return redirect("person", pk)


@form_page(P.PEOPLE_LOOK_AFTER)
@throttled("import")
def import_people(request: Request) -> HttpResponse:
    """Read a file of people. With a single faulty line nothing of it is done."""
    form = forms.UploadForm(posted(request), request.FILES or None)
    errors: list[tuple[int, str]] = []
    if form.is_valid():
        plan = queries.plan_of(form.sheet.lines, by=request.user)
        errors = sorted([*form.sheet.errors, *plan.errors])
        if not errors:
            return _preview(request, plan, form.cleaned_data["file"])

    context = {"trail": _trail("Indlæs en fil"), "errors": errors}
    template = "skolefleks/administration/import.html"
    response = show_form(request, template, form, context)
    if errors:
        response.status_code = NOT_DONE
    return response


@act(P.PEOPLE_LOOK_AFTER)
def confirm_import(request: Request) -> HttpResponse:
    """Do what was looked through; where it would do something else by now, show that instead."""
    form = forms.ConfirmPeopleForm(request.POST)
    # Its fields are hidden: what does not fit was not sent by our own page.
    if not form.is_valid():
        return redirect("import_people")

    try:
        plan = actions.import_people(by=request.user, **form.arguments())
    except Overtaken as refusal:
        return _import_anew(request, form, str(refusal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("import_people")
    messages.success(
        request,
        f"Indlæst. Nye personer: {len(plan.new)}. Nye roller: {len(plan.more_roles)}.",
    )
    return redirect("people")


def _import_anew(
    request: Request, form: forms.ConfirmPeopleForm, warning: str
) -> HttpResponse:
    plan = queries.plan_of(form.sheet.lines, by=request.user)
    if plan.errors:
        messages.error(request, warning)
        return redirect("import_people")
    content = form.cleaned_data["content"]
    return _preview(request, plan, content, warning=warning, status=409)


def _preview(
    request: Request,
    plan: Plan,
    content: str,
    *,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """What the file would do, and the button that does it."""
    form = forms.ConfirmPeopleForm(
        initial={"content": content, "fingerprint": plan.fingerprint}
    )
    context: dict[str, Any] = {
        "trail": _trail("Se efter"),
        "plan": plan,
        "form": form,
        "warning": warning,
    }
    template = "skolefleks/administration/import_preview.html"
    return render(request, template, context, status=status)


def _trail(here: str) -> list[tuple[str, str]]:
    return [("Personer", reverse("people")), (here, "")]


def _trail_to(person: User, here: str) -> list[tuple[str, str]]:
    above = (person.name, reverse("person", args=[person.pk]))
    return [("Personer", reverse("people")), above, (here, "")]
