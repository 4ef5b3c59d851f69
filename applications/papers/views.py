"""The papers of a case: laid on and taken off by the school, read by all who see the case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Application, Paper, PaperPage
from applications.papers import actions, checking, rules
from applications.reading import queries as reading_queries
from applications.writing.frame import own_application, show_step
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, form_page, page, polled
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from skolefleks.throttles import throttled

CONTENT_TYPES = {
    Paper.Kind.PDF: "application/pdf",
    Paper.Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Paper.Kind.JPEG: "image/jpeg",
    Paper.Kind.PNG: "image/png",
}

# What a picture may do in the browser: be shown.
PICTURE_POLICY = {
    "default-src": ["'none'"],
    "img-src": ["'self'"],
    "sandbox": [],
    "frame-ancestors": ["'none'"],
}


# -- laid on and taken off --


@form_page(P.APPLICATION_WRITE)
@throttled("file")
def papers(request: Request, number: str) -> HttpResponse:
    """The step with the case's papers; a POST lays one more on, at once."""
    application = own_application(request, number)
    if request.method == "POST":
        return _add_paper(request, application)
    if not application.is_editable:
        return redirect(application)
    return _papers_step(request, application)


@act(P.APPLICATION_WRITE)
def remove_paper(request: Request, number: str, pk: UUID) -> HttpResponse:
    application = own_application(request, number)
    papers = reading_queries.papers_of_draft(application, request.user)
    paper = next((paper for paper in papers if paper.pk == pk), None)
    if paper is None:
        raise Http404
    # Read now: the name is encrypted under the row's id, which a removed row has
    # no more.
    name = paper.name

    # The refusal stands on the step's own page, so that it answers this address too.
    try:
        actions.remove_paper(paper, by=request.user)
    except Refusal as refusal:
        return _papers_step(request, application, refusal)

    messages.success(request, f"»{name}« er fjernet.")
    return redirect("applications:papers", number)


def _add_paper(request: Request, application: Application) -> HttpResponse:
    # No form of Django's: the file is judged by its bytes, and the page shows the
    # refusal itself, because it lays several files on, one after the other.
    try:
        upload = _received(request)
        paper = actions.lay_on(application, upload, by=request.user)
    except Refusal as refusal:
        return _papers_step(request, application, refusal)

    messages.success(
        request,
        f"»{paper.name}« er vedlagt og bliver undersøgt. Imens ser kun du den.",
    )
    return redirect("applications:papers", application.number)


def _received(request: Request) -> checking.Upload:
    """The file as it was sent: it is opened elsewhere, and never here."""
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("Vælg en fil.", field="file")
    return checking.receive(str(file.name), file.read(), size=file.size)


@page(P.APPLICATION_WRITE)
@polled
def papers_list(request: Request, number: str) -> HttpResponse:
    """The list alone: it asks for itself while something in it is being examined."""
    application = own_application(request, number)
    if not application.is_editable:
        # Submitted meanwhile: the page says so.
        return HttpResponse(headers={"HX-Refresh": "true"})
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": application, **_list_of(request, application)}
    return render(request, "applications/papers/_papers_card.html", context)


def _list_of(request: Request, application: Application) -> dict[str, Any]:
    papers = reading_queries.papers_of_draft(application, request.user)
    poll = rules.seconds_to_wait(papers, timezone.now())
    return {"papers": papers, "poll": poll}


def _papers_step(
    request: Request, application: Application, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        **_list_of(request, application),
        "next": reverse("applications:check", args=[application.number]),
        "room": trade.now().paper_count,
        "limit": settings.PAPER_BYTES,
        "limit_mb": settings.PAPER_BYTES // 1024**2,
        "accept": checking.ACCEPT,
        "refusal": refusal,
    }
    draft = reading_queries.WholeApplication(application)
    return show_step(
        request, draft, "papers", context, "applications/papers/papers.html"
    )


# -- read --


@page(P.CASE_READ)
def paper(request: Request, number: str, pk: UUID) -> HttpResponse:
    """The paper to keep, always as an attachment. Each time is logged."""
    paper = _readable_paper(request, number, pk)
    # Before the bytes: a paper that was fetched is in the log, even where the
    # transfer broke off.
    audit.log_access(AccessEntry.Kind.EXPORT, number, by=request.user)
    return _send_file(paper, as_attachment=True)


@page(P.CASE_READ)
def paper_preview(request: Request, number: str, pk: UUID) -> HttpResponse:
    """A picture, or one page of a PDF, with the way to the next. A Word document is a 404."""
    paper = _viewable_paper(request, number, pk)
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "application": paper.application,
        "paper": paper,
        **_place_in(request, paper),
    }
    return render(request, "applications/papers/paper.html", context)


# Not `@page`: the policy has to lie within what forbids keeping, and around what
# reads.
@allowed(P.CASE_READ)
@never_cache
@csp(PICTURE_POLICY)
@require_safe
@throttled("picture")
def paper_picture(request: Request, number: str, pk: UUID) -> HttpResponse:
    """A picture, or a page of a PDF drawn before: shown where nothing in it can run."""
    paper = _viewable_paper(request, number, pk)
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    if paper.is_image:
        return _send_file(paper, as_attachment=False)

    page = get_object_or_404(PaperPage, paper=paper, number=_page_number(request))
    return HttpResponse(page.content, content_type=CONTENT_TYPES[Paper.Kind.JPEG])


def _readable_paper(request: Request, number: str, pk: UUID) -> Paper:
    """A paper of a case that the person sees; the committee those that were submitted."""
    cases = Application.objects.visible_to(request.user).marked_for(request.user)
    application = get_object_or_404(cases, number=number)
    for paper in reading_queries.papers_of(application):
        if paper.pk == pk:
            return paper
    raise Http404


def _viewable_paper(request: Request, number: str, pk: UUID) -> Paper:
    paper = _readable_paper(request, number, pk)
    if not paper.is_shown:
        raise Http404
    return paper


def _place_in(request: Request, paper: Paper) -> dict[str, Any]:
    """Which page is looked at, and the numbers of its neighbours; 0 where there is none."""
    shown_pages = paper.drawn or 1
    pages = paper.pages or 1

    page_number = min(_page_number(request), shown_pages)
    is_last_shown = page_number == shown_pages
    next_page = page_number + 1
    if is_last_shown:
        next_page = 0
    return {
        "page": page_number,
        "pages": pages,
        "previous": page_number - 1,
        "next": next_page,
        "is_last_shown": is_last_shown and shown_pages < pages,
    }


def _page_number(request: Request) -> int:
    """As the address says; the first where that makes no sense."""
    text = request.GET.get("side", "")
    # Four digits at most: a number without an end takes long to read.
    if not text.isdecimal() or len(text) > 4:
        return 1
    return max(int(text), 1)


def _send_file(paper: Paper, *, as_attachment: bool) -> HttpResponse:
    """The bytes, under a name that tells of nobody.

    What the school called the file stays inside the case: it may hold a child's name.
    """
    kind = Paper.Kind(paper.kind)
    # Annotated by `reading.queries`, and no field of the model.
    marked: Any = paper
    name = f"{paper.application.number}-bilag-{marked.place}.{kind}"
    disposition = content_disposition_header(as_attachment, name)
    if not disposition:
        disposition = "attachment"
    headers = {"Content-Disposition": disposition}
    return HttpResponse(
        paper.content, content_type=CONTENT_TYPES[kind], headers=headers
    )
