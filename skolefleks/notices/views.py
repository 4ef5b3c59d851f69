"""One's own notices, and one's own choice of when mail comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from skolefleks.models import Notice
from skolefleks.notices import actions, forms, queries
from skolefleks.pages import act, form_page, page, posted, show_form
from skolefleks.paging import page_of
from skolefleks.permissions import Request

if TYPE_CHECKING:
    from django.db.models import QuerySet

LARGEST_ID_DIGITS = 18


@page()
def own_notices(request: Request) -> HttpResponse:
    """What one was told, newest first."""
    page = page_of(queries.notices_of(request.user), request.GET, by="-id")
    return render(request, "skolefleks/notices/notices.html", {"page": page})


@act()
def open_notice(request: Request, number: str) -> HttpResponse:
    """Mark one's notices of a case as read, and go where the chosen one leads.

    A case that is closed to the person by now answers 404 there.
    """
    of_case = queries.notices_of(request.user).filter(subject=number)
    notice = _chosen_notice(of_case.order_by("-id"), request.POST.get("besked", ""))
    if notice is None:
        raise Http404

    # All of the case: who reads the newest has seen what the older ones are about.
    actions.mark_read(of_case)
    return redirect(notice.path)


@act()
def read_notices(request: Request) -> HttpResponse:
    """Mark all one's notices as read."""
    actions.mark_read(queries.notices_of(request.user))
    return redirect("notices")


@form_page()
def own_settings(request: Request) -> HttpResponse:
    """One's own choice of when mail comes."""
    stored = {"mail_choice": request.user.mail_choice}
    form = forms.MailForm(posted(request), initial=stored)

    if form.try_to(actions.choose_mail, by=request.user):
        messages.success(request, "Dit valg er gemt.")
        return redirect("own_settings")
    return show_form(request, "skolefleks/notices/own_settings.html", form, {})


def _chosen_notice(notices: QuerySet[Notice], chosen: str) -> Notice | None:
    """The notice with the id that was sent; the newest where none was, or no id."""
    if chosen.isdecimal() and len(chosen) <= LARGEST_ID_DIGITS:
        return notices.filter(pk=chosen).first()
    return notices.first()
