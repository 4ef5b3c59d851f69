"""The ground floor's own pages: the demo's sign-in, the access log, and what is said when a request makes no sense."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolefleks import audit, notices
from skolefleks.idempotency import once
from skolefleks.models import AccessEntry, MailChoice, Membership, Role, User
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed, public


class MailForm(forms.Form):
    mail_choice = forms.ChoiceField(
        label="Hvornår vil du have mail?",
        help_text="Ingen mail indeholder personoplysninger: kun sagsnummer og link.",
        choices=MailChoice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg, hvornår du vil have mail.", "invalid_choice": "Vælg en af de tre."},
    )


_CASE_NUMBER = re.compile(r"SF-[0-9]{4}-[0-9]{4,6}")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """Everybody one can sign in as, by role, one click each. Its address exists in demo mode only."""
    if request.method == "POST":
        person = get_object_or_404(User, email=request.POST.get("email", "").strip().lower(), is_active=True)
        login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect("start")
    return render(request, "demo.html", {"people": _people_by_role()})


@allowed(P.ACCESS_LOG_READ)
@require_safe
def access_log(request: Request) -> HttpResponse:
    """Who saw which case, newest first; searched by case number."""
    entries = AccessEntry.objects.all()
    number = request.GET.get("sag", "").replace("\x00", "").strip().upper()
    if number:
        entries = entries.filter(subject=number)
        # What is no case number may be about a person, and this log is kept for ever.
        audit.access(AccessEntry.Kind.SEARCH, number if _CASE_NUMBER.fullmatch(number) else "", by=request.user)
    page = page_of(entries, request.GET, by="-id")
    people = User.objects.in_bulk({entry.user_id for entry in page.rows})
    rows = [(entry, people.get(entry.user_id)) for entry in page.rows]
    return render(request, "access_log.html", {"page": page, "rows": rows, "number": number})


@allowed()
@never_cache
@require_safe
def own_notices(request: Request) -> HttpResponse:
    """What one was told, newest first."""
    page = page_of(notices.of(request.user), request.GET, by="-id")
    return render(request, "notices.html", {"page": page})


@allowed()
@require_POST
@once
def open_notice(request: Request, number: str) -> HttpResponse:
    """Mark one's notices of a case as read, and go where the chosen one leads; what is closed to one is a 404 there."""
    of_case = notices.of(request.user).filter(subject=number.replace("\x00", "")).order_by("-id")
    chosen = request.POST.get("besked", "")
    notice = of_case.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else of_case.first()
    if notice is None:
        raise Http404
    notices.read(of_case)
    return redirect(notice.path)


@allowed()
@require_POST
@once
def read_notices(request: Request) -> HttpResponse:
    notices.read(notices.of(request.user))
    return redirect("notices")


@allowed()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def own_settings(request: Request) -> HttpResponse:
    """One's own choice of when mail comes."""
    form = MailForm(
        request.POST if request.method == "POST" else None, initial={"mail_choice": request.user.mail_choice}
    )
    if request.method == "POST" and form.is_valid():
        notices.choose_mail(MailChoice(form.cleaned_data["mail_choice"]), by=request.user)
        messages.success(request, "Dit valg er gemt.")
        return redirect("own_settings")
    return render(request, "own_settings.html", {"form": form}, status=422 if form.errors else 200)


@public
def bad_request(request: HttpRequest, exception: SuspiciousOperation | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What one may not see is not there; an exception may bring its own `reason`, in words for the person."""
    return render(request, "404.html", {"reason": getattr(exception, "reason", "")}, status=404)


def _people_by_role() -> list[tuple[str, list[dict[str, Any]]]]:
    """Role names in the table's order, each with its people."""
    held = Membership.objects.current().select_related("user", "school").order_by("user__email")
    groups: dict[str, list[dict[str, Any]]] = {role: [] for role in Role.values}
    for membership in held:
        person = membership.user
        place = membership.school.name if membership.school else membership.centre
        groups[membership.role].append(
            {"name": person.name, "title": membership.title, "place": place, "email": person.email}
        )
    return [(Role(role).label, people) for role, people in groups.items() if people]
