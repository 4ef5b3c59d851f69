"""The ground floor's own pages: the demo's sign-in, the access log, and what is said when a request makes no sense."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from skolefleks.models import MailChoice
from skolefleks.notices import actions, forms
from skolefleks.pages import act, form_page, page
from skolefleks.paging import page_of
from skolefleks.permissions import Request


@page()
def own_notices(request: Request) -> HttpResponse:
    """What one was told, newest first."""
    page = page_of(actions.of(request.user), request.GET, by="-id")
    return render(request, "skolefleks/notices/notices.html", {"page": page})


@act()
def open_notice(request: Request, number: str) -> HttpResponse:
    """Mark one's notices of a case as read, and go where the chosen one leads; what is closed to one is a 404 there."""
    of_case = actions.of(request.user).filter(subject=number.replace("\x00", "")).order_by("-id")
    chosen = request.POST.get("besked", "")
    notice = (
        of_case.filter(pk=chosen).first()
        if chosen.isdecimal() and len(chosen) < 19
        else of_case.first()
    )
    if notice is None:
        raise Http404
    actions.read(of_case)
    return redirect(notice.path)


@act()
def read_notices(request: Request) -> HttpResponse:
    actions.read(actions.of(request.user))
    return redirect("notices")


@form_page()
def own_settings(request: Request) -> HttpResponse:
    """One's own choice of when mail comes."""
    form = forms.MailForm(
        request.POST if request.method == "POST" else None,
        initial={"mail_choice": request.user.mail_choice},
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_mail(MailChoice(form.cleaned_data["mail_choice"]), by=request.user)
        messages.success(request, "Dit valg er gemt.")
        return redirect("own_settings")
    return render(
        request,
        "skolefleks/notices/own_settings.html",
        {"form": form},
        status=422 if form.errors else 200,
    )
