"""The demo's sign-in: everybody one can be, one click each. No other mode has an address for it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from skolefleks.models import Membership, Role, User
from skolefleks.permissions import public
from skolefleks.signin import actions

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """The people by role; POST signs in as the one with that e-mail."""
    if request.method == "POST":
        email = request.POST.get("email", "").strip().lower()
        person = get_object_or_404(User, email=email, is_active=True)
        login(request, person, backend=BACKEND)
        actions.note_sign_in(person)
        return redirect("start")

    context = {"people": _people_by_role()}
    return render(request, "skolefleks/development/demo.html", context)


def _people_by_role() -> list[tuple[str, list[dict[str, Any]]]]:
    """The labels of the roles in their own order, each with its people."""
    memberships = Membership.objects.current().select_related("user", "school")
    groups: dict[str, list[dict[str, Any]]] = {role: [] for role in Role.values}

    for membership in memberships.order_by("user__email"):
        place = membership.centre
        if membership.school:
            place = membership.school.name

        person = {
            "name": membership.user.name,
            "title": membership.title,
            "place": place,
            "email": membership.user.email,
        }
        groups[membership.role].append(person)

    return [(Role(role).label, people) for role, people in groups.items() if people]
