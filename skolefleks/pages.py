"""How a view is marked and how it answers: a page that is read, an act, and a page with a form.

    @page(P.CASE_READ)         reads: GET and HEAD
    @act(P.CASE_DECIDE)        changes: POST, done once however often it is sent
    @form_page(P.CASE_DECIDE)  both at one address: GET shows the form, POST sends it

Whoever holds one of the named rights may enter; where none is named, whoever is signed in. No
browser stores an answer. A view without a mark fails the suite (`tests/house`).
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
        return _guard(view, ("GET", "HEAD"), permissions)

    return mark


def act(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view that changes something and has no page of its own."""

    def mark(view: View) -> View:
        # `once` is innermost: a request that is refused for its right or its method takes no key.
        return _guard(once(view), ("POST",), permissions)

    return mark


def form_page(*permissions: Permission) -> Callable[[View], View]:
    """Mark a page with a form that is sent to the page's own address."""

    def mark(view: View) -> View:
        # `once` lets a GET pass: only a POST needs a key.
        return _guard(once(view), ("GET", "HEAD", "POST"), permissions)

    return mark


def _guard(
    view: View, methods: tuple[str, ...], permissions: tuple[Permission, ...]
) -> View:
    """Let only those with a right in, and only by `methods`; no browser stores the answer."""
    guarded = never_cache(_only(methods, view))
    # The right is outermost: who may not enter does not learn which methods the page takes.
    return allowed(*permissions)(guarded)


def _only(methods: tuple[str, ...], view: View) -> View:
    """Answer any other method with our own page (405), which gives back what was typed."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in methods:
            return view(request, *args, **kwargs)
        response = render(request, "405.html", status=405)
        response["Allow"] = ", ".join(methods)
        return response

    guarded.methods = methods  # type: ignore[attr-defined]
    return cast("View", guarded)


def polled(view: View) -> View:
    """Mark a view that an open page requests by itself, again and again.

    Such a request does not prolong the session (`skolefleks.signin.sessions`): nobody may be there.
    """
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def posted(request: Request) -> QueryDict | None:
    """What to bind a form to: what was sent, or None while the page is only read."""
    # Not `request.POST or None`: a form that was sent without a single field is bound all the same.
    if request.method == "POST":
        return request.POST
    return None


def show_form(
    request: Request, template: str, form: Form, context: dict[str, Any]
) -> HttpResponse:
    """Render `template` with `form`; the status is 422 where errors kept it from being done."""
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
    """Do an act that a button without a form asks for, and return whether it was done.

    The next page says `done`, or why the act was refused. A refusal that is an Http404 is raised.
    """
    try:
        do(*args, **kwargs)
    except Refusal as refusal:
        # Who is disqualified in the case must not learn by its buttons that it is there.
        if isinstance(refusal, Http404):
            raise
        messages.error(request, str(refusal))
        return False

    if done:
        messages.success(request, done)
    return True
