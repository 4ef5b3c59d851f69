"""How a view is marked and how it answers: a page that is read, an act, and a page with a form.

    @page(P.CASE_READ)         reads: GET and HEAD
    @act(P.CASE_DECIDE)        changes: POST, done once however often it is sent
    @form_page(P.CASE_DECIDE)  both at one address: GET shows the form, POST sends it

Each asks for one of the rights it names, or for a signed-in person where it
names none, and none is ever kept by a browser. A view without a mark fails the
suite (`tests/house`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from skolefleks.idempotency import once
from skolefleks.permissions import allowed
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from django.http import QueryDict

    from skolefleks.forms import Form
    from skolefleks.permissions import Permission, Request

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

NOT_DONE = 422


def page(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view that is only read."""

    def mark(view: View) -> View:
        # The right comes first: who may not enter does not learn what the page
        # answers to.
        return allowed(*permissions)(never_cache(_only(("GET", "HEAD"), view)))

    return mark


def act(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view that changes something and has no page of its own."""

    def mark(view: View) -> View:
        # `once` innermost: a request that is refused anyway uses up no key.
        return allowed(*permissions)(never_cache(_only(("POST",), once(view))))

    return mark


def form_page(*permissions: Permission) -> Callable[[View], View]:
    """Mark a page with a form that is sent to the page's own address."""

    def mark(view: View) -> View:
        # `once` lets a GET pass: only what is sent needs a key.
        methods = ("GET", "HEAD", "POST")
        return allowed(*permissions)(never_cache(_only(methods, once(view))))

    return mark


def _only(methods: tuple[str, ...], view: View) -> View:
    """Answer another method with a page of ours (405), which gives back what was typed."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in methods:
            return view(request, *args, **kwargs)
        response = render(request, "405.html", status=405)
        response["Allow"] = ", ".join(methods)
        return response

    return cast("View", guarded)


def polled(view: View) -> View:
    """Mark a view that a page asks by itself, again and again: asking is no sign of life.

    It stands nearest to the view, and renews no session
    (`skolefleks.signin.sessions`).
    """
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def posted(request: Request) -> QueryDict | None:
    """What a form is bound to: what was sent, or nothing while the page is only read."""
    # Not `request.POST or None`: a form of empty fields is sent too.
    if request.method == "POST":
        return request.POST
    return None


def show_form(
    request: Request, template: str, form: Form, context: dict[str, Any]
) -> HttpResponse:
    """A page with `form` on it; the status says 422 where what was sent is not done."""
    status = 200
    if form.errors:
        status = NOT_DONE
    return render(request, template, {"form": form, **context}, status=status)


def attempt(
    request: Request,
    do: Callable[..., Any],
    *args: Any,
    done: str = "",
    **kwargs: Any,
) -> bool:
    """Do an act that a button without a form asks for; the next page says so, or why not.

    Returns whether it was done. A refusal that is a 404 to the person stays one.
    """
    try:
        do(*args, **kwargs)
    except Refusal as refusal:
        # Who is shut out of the case learns nothing by pressing its buttons.
        if isinstance(refusal, Http404):
            raise
        messages.error(request, str(refusal))
        return False

    if done:
        messages.success(request, done)
    return True
