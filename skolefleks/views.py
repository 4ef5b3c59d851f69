"""The ground floor's own pages: the demo's sign-in, the access log, and what is said when a request makes no sense."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from skolefleks import audit
from skolefleks.models import AccessEntry, Membership, Role, User
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed, public


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
        audit.access(AccessEntry.Kind.SEARCH, number[:40], by=request.user)
    page = page_of(entries, request.GET, by="-id")
    people = User.objects.in_bulk({entry.user_id for entry in page.rows})
    rows = [(entry, people.get(entry.user_id)) for entry in page.rows]
    return render(request, "access_log.html", {"page": page, "rows": rows, "number": number})


@public
def bad_request(request: HttpRequest, exception: SuspiciousOperation | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


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
