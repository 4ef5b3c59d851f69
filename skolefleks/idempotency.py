"""One sending of a form has its effect once, however often it arrives."""

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
    """A POST carries a key; the same key again is answered as the first was, without the view.

    The whole view runs in one transaction with its key. An answer that is no
    redirect (a form with errors) gives the key back, so that the corrected form
    may use it. Without a key the answer is 400, and 409 for the same key with
    other content.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)

        try:
            key = UUID(request.POST.get(FIELD, ""))
        except ValueError:
            return render(request, "400.html", {"missing_key": True}, status=400)

        # Before the view: to hand a screen over signs the person out.
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
            return response

    # By this a test finds the views that are guarded.
    guarded.once = True  # type: ignore[attr-defined]
    return cast("View", guarded)


def _settle_draft(request: HttpRequest, sender: User) -> None:
    """What was sent is no draft any more; what was refused by a message on the next page is one."""
    form = request.POST.get(drafts.FIELD, "").replace("\x00", "")
    if not form:
        return
    if not _is_refused(request):
        drafts.discard(form, by=sender)
        return
    # The draft may be older than what was sent. What may not be kept (a CPR
    # number) was never kept before either.
    with suppress(Refusal):
        drafts.keep(form, rules.fields_of(request.POST), by=sender)


def _is_refused(request: HttpRequest) -> bool:
    """Whether the view said something else than that it was done, and sent the person on."""
    # Asked of what this request has said: to read the messages would use them up.
    storage = messages.get_messages(request)
    levels = [message.level for message in getattr(storage, "_queued_messages", ())]
    return bool(levels) and messages.SUCCESS not in levels


def _claim(key: UUID, request: HttpRequest) -> bool:
    """Take the key, and say whether it was free.

    Where another request holds it the INSERT waits until that one is done:
    `get_or_create` would read before it, and raise.
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
    first = IdempotencyKey.objects.get(pk=key)
    is_same_person = first.user_id == request.user.pk
    is_same_content = bytes(first.fingerprint) == _fingerprint(request)

    if not is_same_person or not is_same_content:
        return render(request, "409.html", status=409)
    return HttpResponseRedirect(first.location)


def _fingerprint(request: HttpRequest) -> bytes:
    """A keyed hash over address and content: the content itself is never stored."""
    content = []
    for name, values in sorted(request.POST.lists()):
        # Django masks its token anew on each page, so it differs where the
        # content does not.
        if name != "csrfmiddlewaretoken":
            content.append((name, values))

    # Without the files another paper under the same key would be answered as if
    # it had been kept.
    files = []
    for name, uploads in sorted(request.FILES.lists()):
        files += [(name, file.name, file.size, _digest(file)) for file in uploads]

    message = repr((request.path, content, files)).encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)


def _digest(file: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    # The view reads it from its beginning.
    file.seek(0)
    return digest.hexdigest()
