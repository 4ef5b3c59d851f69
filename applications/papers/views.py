"""The papers of a case: laid on and taken off by the school, read by all who see the case."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Application, Paper
from applications.papers import actions, checking, drawing
from applications.reading import queries as reading_queries
from applications.writing.frame import own, step_page
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, form_page, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from django.core.files.base import File


log = logging.getLogger(__name__)


TYPES = {
    Paper.Kind.PDF: "application/pdf",
    Paper.Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Paper.Kind.JPEG: "image/jpeg",
    Paper.Kind.PNG: "image/png",
}


@form_page(P.APPLICATION_WRITE)
def papers(request: Request, number: str) -> HttpResponse:
    """The step with the case's papers; a POST lays one more on, at once."""
    application = own(request, number)
    if request.method != "POST":
        return _page(request, application) if application.is_editable else redirect(application)
    try:
        paper = actions.add_paper(application, _checked(request.FILES.get("file")), by=request.user)
    except Refusal as refusal:
        return _page(request, application, refusal)
    cleaned = " Skjult indhold er fjernet fra den." if paper.is_cleaned else ""
    waits = (
        " Den bliver undersøgt for skadelig kode, før andre kan se den." if paper.is_waiting else ""
    )
    messages.success(request, f"»{paper.name}« er gemt.{cleaned}{waits}")
    return redirect("applications:papers", number)


@act(P.APPLICATION_WRITE)
def remove_paper(request: Request, number: str, pk: UUID) -> HttpResponse:
    application = own(request, number)
    paper = get_object_or_404(Paper, application=application, pk=pk)
    paper.application, name = application, paper.name
    try:
        actions.remove_paper(paper, by=request.user)
    except Refusal as refusal:
        return _page(request, application, refusal)
    messages.success(request, f"»{name}« er fjernet.")
    return redirect("applications:papers", number)


@page(P.CASE_READ)
def paper(request: Request, number: str, pk: UUID) -> HttpResponse:
    """The paper to keep, always as an attachment. Each time is logged."""
    found = _readable(request, number, pk)
    audit.access(AccessEntry.Kind.EXPORT, number, by=request.user)
    return _answer(found, as_attachment=True)


@page(P.CASE_READ)
def paper_preview(request: Request, number: str, pk: UUID) -> HttpResponse:
    """A picture, or one page of a PDF, to look at with the way to the next. A Word document is a 404."""
    found = _shown(request, number, pk)
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    shown, pages = (1, 1) if found.is_image else drawing.pages_of(found.content)
    context = {
        "application": found.application,
        "paper": found,
        "page": (at := min(_page_number(request), shown)),
        "pages": pages,
        "previous": at - 1,
        "next": at + 1 if at < shown else 0,
        "is_last_shown": at == shown < pages,
    }
    return render(request, "applications/papers/paper.html", context)


@allowed(P.CASE_READ)
@never_cache
@csp(
    {"default-src": ["'none'"], "img-src": ["'self'"], "sandbox": [], "frame-ancestors": ["'none'"]}
)
@require_safe
def paper_picture(request: Request, number: str, pk: UUID) -> HttpResponse:
    """A picture, or a page drawn of a PDF: made by ourselves, and shown where nothing in it could run."""
    found = _shown(request, number, pk)
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    if found.is_image:
        return _answer(found, as_attachment=False)
    page = _page_number(request)
    if page > settings.PAPER_PAGES:
        raise Http404
    try:
        return HttpResponse(drawing.draw(found.content, page), content_type=TYPES[Paper.Kind.PNG])
    except drawing.NotDrawn as error:
        log.warning("paper.not_drawn", extra={"paper": str(found.pk), "page": page})
        raise Http404 from error


def _shown(request: Request, number: str, pk: UUID) -> Paper:
    found = _readable(request, number, pk)
    if not found.is_shown:
        raise Http404
    return found


def _page_number(request: Request) -> int:
    """As the address says; the first where that makes no sense."""
    said = request.GET.get("side", "")
    return max(int(said), 1) if said.isdecimal() and len(said) < 5 else 1


def _readable(request: Request, number: str, pk: UUID) -> Paper:
    """A paper of a case that the person sees; the committee those that were submitted."""
    cases = Application.objects.visible_to(request.user).marked_for(request.user)
    application = get_object_or_404(cases, number=number)
    found = next(
        (paper for paper in reading_queries.papers_of(application) if paper.pk == pk), None
    )
    if found is None:
        raise Http404
    return found


def _answer(paper: Paper, *, as_attachment: bool) -> HttpResponse:
    """The bytes under a name that tells of nobody: what the school called the file stays inside the case."""
    kind = Paper.Kind(paper.kind)
    name = f"{paper.application.number}-bilag-{str(paper.pk)[:8]}.{kind}"
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment, name) or "attachment"
    }
    return HttpResponse(paper.content, content_type=TYPES[kind], headers=headers)


def _checked(file: File[bytes] | None) -> checking.Checked:
    if file is None:
        raise Refusal("Vælg en fil.", field="file")
    return checking.check(str(file.name), file.read(), size=file.size)


def _page(
    request: Request, application: Application, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "papers": reading_queries.papers_of(application, with_waiting=True),
        "next": reverse("applications:check", args=[application.number]),
        "room": settings.PAPER_COUNT,
        "limit": settings.PAPER_BYTES,
        "limit_mb": settings.PAPER_BYTES // 1024**2,
        "accept": checking.ACCEPT,
        "refusal": refusal,
    }
    return step_page(
        request,
        reading_queries.draft(application),
        "papers",
        context,
        "applications/papers/papers.html",
    )
