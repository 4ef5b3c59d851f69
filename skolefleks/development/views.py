"""The ground floor's own pages: the demo's sign-in, the access log, and what is said when a request makes no sense."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from skolefleks.models import Membership, Role, User
from skolefleks.permissions import public


@public
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """Everybody one can sign in as, by role, one click each. Its address exists in demo mode only."""
    if request.method == "POST":
        person = get_object_or_404(
            User, email=request.POST.get("email", "").strip().lower(), is_active=True
        )
        login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect("start")
    return render(request, "skolefleks/development/demo.html", {"people": _people_by_role()})


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
