"""The letters of a case and its journal: the school's from release on, the journal never."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from visitation.letters import kinds, queries
from visitation.models import Decision, Document
from visitation.pages import find
from visitation.pages.tabs import tabs_of


@page(P.CASE_READ)
def letters(request: Request, number: str) -> HttpResponse:
    """All that was written to school and parents; for the committee, the journal beneath."""
    application = find.readable(request, number)
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)

    journal = None
    if application.is_reviewable:
        journal = queries.journal_of(application)
    context = {
        "application": application,
        "tabs": tabs_of(application, request.user, "letters"),
        "documents": queries.letters_of(application),
        "journal": journal,
    }
    return render(request, "visitation/letters/letters.html", context)


@page(P.DECISION_RELEASE)
def letter_preview(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Both letters of a decision that is not released, as they would be written today."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    decision = get_object_or_404(Decision.objects.provisional(), pupil_case=pupil_case)
    # As it was submitted, and as the letters will have it.
    decision.pupil_case = pupil_case
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)

    letter_to_be = kinds.letter_of(decision, pupil_case.application)
    both = (Document.Kind.LETTER, Document.Kind.PARENTS)
    context = {
        "application": pupil_case.application,
        "pupil_case": pupil_case,
        "letters": [(kind.label, letter_to_be.source_to(kind)) for kind in both],
    }
    return render(request, "visitation/letters/preview.html", context)


@page(P.CASE_READ)
def letter(request: Request, number: str, pk: UUID) -> HttpResponse:
    """One letter as it was released, byte for byte, always as an attachment."""
    application = find.readable(request, number)
    document = get_object_or_404(Document, pk=pk, application=application)
    content = document.content
    if content is None:
        raise Http404

    # Each time: whoever keeps a copy has the case outside of the system.
    audit.log_access(AccessEntry.Kind.EXPORT, number, by=request.user)

    # Neither school nor pupil is named: the file lies in somebody's
    # downloads.
    kind = "brev"
    if document.kind == Document.Kind.PARENTS:
        kind = "foraeldre"
    name = f"{number}-{kind}-{str(pk)[:8]}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
