"""A form that is sent once has its effect once, however often the request arrives."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import connection, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils import timezone

from skolefleks.drafts import actions as drafts
from skolefleks.drafts import rules
from skolefleks.models import IdempotencyKey
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from skolefleks.models import User

FIELD = "idempotency_key"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def once(view: View) -> View:
    """Mark a view whose POST carries a key: for the same key again it does not run again.

    Then the answer is the redirect of the first time. Key and view share one transaction. An answer
    that is no redirect (a form with errors) frees the key, so that the corrected form may use it. A
    POST without a key is answered 400; one whose key came before with other content, or from
    somebody else, 409.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)

        try:
            key = UUID(request.POST.get(FIELD, ""))
        except ValueError:
            return render(request, "400.html", {"missing_key": True}, status=400)

        # Read before the view runs: a view that hands over a screen signs the person out.
        sender = cast("User", request.user)
        with transaction.atomic():
            if not _claim(key, request):
                return _answer_again(key, request)

            response = view(request, *args, **kwargs)
            keys = IdempotencyKey.objects.filter(pk=key)
            if isinstance(response, HttpResponseRedirect):
                keys.update(location=response.url)
                _settle_draft(request, sender)
            else:
                keys.delete()
                _keep_draft(request, sender)
            return response

    # A test asks this of every view that accepts POST.
    guarded.once = True  # type: ignore[attr-defined]
    return cast("View", guarded)


def _settle_draft(request: HttpRequest, sender: User) -> None:
    """Forget the draft of a form whose act was done; keep what was sent where it was refused.

    Such a refusal is a redirect and a message on the next page, which does not show the form.
    """
    if _is_refused(request):
        _keep_draft(request, sender)
        return
    form = _form_of(request)
    if form:
        drafts.discard(form, by=sender)


def _keep_draft(request: HttpRequest, sender: User) -> None:
    """Keep what was sent, for who loads a refused form again or comes back to it."""
    form = _form_of(request)
    # Of many texts a draft holds those that were changed, which the browser alone knows.
    if not form or form.endswith(rules.EVERY_TEXT):
        return
    # What was sent may be newer than the draft. `keep` refuses what may not be kept (a CPR number),
    # and no earlier draft holds it either: the request goes on without.
    with suppress(Refusal):
        drafts.keep(form, rules.fields_of(request.POST), by=sender)


def _form_of(request: HttpRequest) -> str:
    """Which form's draft it is; '' for a form that keeps none."""
    return request.POST.get(drafts.FIELD, "").replace("\x00", "")


def _is_refused(request: HttpRequest) -> bool:
    """Whether the view, which redirects, left messages for the next page and none of success."""
    # `_queued_messages`, Django's private list of this request's own messages: to iterate over the
    # storage would mark them as read, and the next page would not show them.
    storage = messages.get_messages(request)
    levels = [message.level for message in getattr(storage, "_queued_messages", ())]
    return bool(levels) and messages.SUCCESS not in levels


def _claim(key: UUID, request: HttpRequest) -> bool:
    """Take the key, and return whether it was free.

    While another request holds it, the INSERT waits until that one is done. One statement, where
    `get_or_create` takes up to three and a savepoint.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO skolefleks_idempotencykey"
            " (key, user_id, fingerprint, location, created_at)"
            " VALUES (%s, %s, %s, '', %s) ON CONFLICT DO NOTHING",
            [key, request.user.pk, _fingerprint(request), timezone.now()],
        )
        return bool(cursor.rowcount)


def _answer_again(key: UUID, request: HttpRequest) -> HttpResponse:
    """The redirect that the key got first, or 409 where this request is another one."""
    first = IdempotencyKey.objects.get(pk=key)
    is_same_person = first.user_id == request.user.pk
    is_same_content = bytes(first.fingerprint) == _fingerprint(request)

    if not is_same_person or not is_same_content:
        return render(request, "409.html", status=409)
    return HttpResponseRedirect(first.location)


def _fingerprint(request: HttpRequest) -> bytes:
    """A keyed hash of address and content: the content itself is not stored."""
    content = []
    for name, values in sorted(request.POST.lists()):
        # Django masks its token anew on each page: it differs where the content is the same.
        if name != "csrfmiddlewaretoken":
            content.append((name, values))

    # Without the files, another file under the same key would be answered as if it were stored.
    files = []
    for name, uploads in sorted(request.FILES.lists()):
        files += [(name, file.name, file.size, _digest(file)) for file in uploads]

    message = repr((request.path, content, files)).encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)


def _digest(file: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    # Back to the start, for the view that reads it next.
    file.seek(0)
    return digest.hexdigest()
