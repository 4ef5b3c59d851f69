"""The evaluations: the years, what is being written and signed, and the frozen versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.writing import saving
from skolefleks import audit, spreadsheets
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, attempt, form_page, page, posted
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.statemachine import can
from skolefleks.throttles import throttled
from visitation.ceiling.rules import centre_of
from visitation.evaluation import (
    actions,
    charts,
    forms,
    queries,
    report,
    rules,
    tables,
)
from visitation.evaluation.limits import LIMITS
from visitation.lifecycle import EvaluationStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from applications.writing.forms.stepform import StepForm
    from skolefleks.models import User
    from visitation.evaluation.rules import Period
    from visitation.models import Evaluation, EvaluationVersion


# -- to read ---------------------------------------------------------------------------------------
@page(P.EVALUATION_READ)
def evaluations(request: Request) -> HttpResponse:
    """The years and how far each is; to the implementation group those that are frozen."""
    with_drafts = may(request.user, P.EVALUATION_DRAFT, at=EVERYWHERE)
    context = {
        "lines": queries.lines(with_drafts=with_drafts),
        "with_drafts": with_drafts,
    }
    return render(request, "visitation/evaluation/list.html", context)


@page(P.EVALUATION_DRAFT)
def draft(request: Request, slug: str) -> HttpResponse:
    """A year as its figures are now, what is written to it, and the way to sign it."""
    return _draft_page(request, _period(slug))


@page(P.EVALUATION_READ)
def version(request: Request, slug: str, number: int) -> HttpResponse:
    """A frozen version, with what the reader may see."""
    period = _period(slug)
    frozen = _version(period, number)
    is_published = queries.sees_published_only(request.user)
    source = frozen.figures(published=is_published)
    others = [one for one in queries.versions_of(period) if one.pk != frozen.pk]
    context = {
        **_figures_part(source),
        "trail": _trail(f"{period.name}, version {number}"),
        "period": period,
        "version": frozen,
        "versions": others,
        "texts": [(label, text) for label, text in source["texts"] if text],
        "signatures": source["signatures"],
        "is_published": is_published,
        "has_paper": queries.paper_of(frozen, published=is_published) is not None,
    }
    return render(request, "visitation/evaluation/version.html", context)


@page(P.EVALUATION_READ)
def version_pdf(request: Request, slug: str, number: int) -> HttpResponse:
    """The version's paper, byte for byte as it was made. Each time is logged."""
    frozen = _version(_period(slug), number)
    is_published = queries.sees_published_only(request.user)
    paper = queries.paper_of(frozen, published=is_published)
    if paper is None:
        raise Http404
    audit.log_access(AccessEntry.Kind.EXPORT, frozen.subject, by=request.user)
    response = HttpResponse(paper.content, content_type="application/pdf")
    return _attached(response, f"evaluering-{slug}-{number}.pdf")


@page(P.EVALUATION_READ)
@throttled("export")
def version_xlsx(request: Request, slug: str, number: int) -> HttpResponse:
    """The version's tables as a spreadsheet. Each time is logged."""
    frozen = _version(_period(slug), number)
    audit.log_access(AccessEntry.Kind.EXPORT, frozen.subject, by=request.user)
    is_published = queries.sees_published_only(request.user)
    content = report.workbook_of(frozen.figures(published=is_published))
    response = HttpResponse(content, content_type=spreadsheets.XLSX_TYPE)
    return _attached(response, f"evaluering-{slug}-{number}.xlsx")


# -- to write and to sign --------------------------------------------------------------------------
@form_page(P.EVALUATION_WRITE, P.EVALUATION_SIGN)
def write(request: Request, slug: str) -> HttpResponse:
    """One's own text to the year: the committee's, or that of one's centre."""
    period = _period(slug)
    evaluation = queries.evaluation_of(period)
    form, do = _own_form(request, evaluation)
    page_forms = saving.PageForms(form)
    if request.POST.get("then") == saving.AUTOSAVE:
        return _autosave(request, page_forms, do)

    conflicts: list[Any] = []
    theirs = request.POST.get("theirs")
    if theirs:
        page_forms.take_theirs(theirs)
    elif request.method == "POST" and page_forms.is_valid():
        conflicts = page_forms.merge()
        if not conflicts and form.try_to(do, form.instance, by=request.user):
            messages.success(request, "Teksten er gemt.")
            return redirect("evaluation:draft", slug)

    status = 200
    if conflicts:
        status = 409
    elif request.method == "POST":
        status = NOT_DONE
    context = {
        "trail": _trail(period.name, period),
        "period": period,
        "form": form,
        "evaluation": evaluation,
        "conflicts": conflicts,
        "may_write": evaluation.status == EvaluationStatus.WRITING,
    }
    return render(request, "visitation/evaluation/write.html", context, status=status)


@act(P.EVALUATION_SIGN)
def sign(request: Request, slug: str) -> HttpResponse:
    """Sign for one's own centre; the last signature freezes the version."""
    period = _period(slug)
    form = forms.SignForm(request.POST)
    if not form.try_to(actions.sign, period, by=request.user):
        return _draft_page(request, period, wrong=form)
    if form.outcome is None:
        messages.success(
            request, "Du har underskrevet. De andre centerchefer får besked."
        )
        return redirect("evaluation:draft", slug)
    messages.success(
        request,
        "Evalueringen er underskrevet af alle og låst. Alle læsere får besked.",
    )
    return redirect("evaluation:version", slug, form.outcome.number)


@act(P.EVALUATION_SIGN)
def take_back(request: Request, slug: str) -> HttpResponse:
    """Take one's own signature back before the last chief signs."""
    done = "Underskriften er taget tilbage. Teksterne kan rettes igen."
    attempt(request, actions.take_back, _period(slug), by=request.user, done=done)
    return redirect("evaluation:draft", slug)


@act(P.EVALUATION_WRITE)
def reopen(request: Request, slug: str) -> HttpResponse:
    """Begin a new version on top of the frozen one."""
    done = "En ny version er begyndt. Den underskrevne bliver stående."
    attempt(request, actions.reopen, _period(slug), by=request.user, done=done)
    return redirect("evaluation:draft", slug)


# -- what they have in common ----------------------------------------------------------------------
def _period(slug: str) -> Period:
    """The year of the address, once it has begun; else 404."""
    period = rules.period_of_slug(slug)
    if period is None or not period.has_begun:
        raise Http404
    return period


def _version(period: Period, number: int) -> EvaluationVersion:
    for frozen in queries.versions_of(period):
        if frozen.number == number:
            return frozen
    raise Http404


def _trail(name: str, period: Period | None = None) -> list[tuple[str, str]]:
    trail = [("Evaluering", reverse("evaluation:list"))]
    if period is None:
        return [*trail, (name, "")]
    url = reverse("evaluation:draft", args=[period.slug])
    return [*trail, (name, url), ("Skriv", "")]


def _attached(response: HttpResponse, file_name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _figures_part(source: dict[str, Any]) -> dict[str, Any]:
    """The figures with their pictures, section by section."""
    sections = []
    for key, heading, of_section in tables.by_section(source):
        pictures = {one.key: one for one in charts.pictures(key, of_section)}
        printed_tables = []
        for table in of_section:
            picture = pictures.get(table["key"])
            printed_tables.append({**tables.printed(table), "picture": picture})
        sections.append({"key": key, "heading": heading, "tables": printed_tables})
    return {"sections": sections, "lead": report.lead_of(source), "limits": LIMITS}


def _draft_page(
    request: Request, period: Period, *, wrong: forms.SignForm | None = None
) -> HttpResponse:
    evaluation = queries.evaluation_of(period)
    source = evaluation.figures or queries.figures_now(period)
    number = queries.next_number(evaluation)
    signatures = queries.signatures_of(evaluation, number)
    has_signed = any(one.centre == centre_of(request.user) for one in signatures)

    # Signed again on top of what is shown now.
    texts = queries.texts_of(evaluation)
    form = forms.SignForm(mark=rules.mark_of(texts, source))
    errors: list[str] = []
    status = 200
    if wrong is not None:
        # A mark that is none says nothing to a person.
        errors = [*wrong.non_field_errors()]
        if not errors:
            errors = ["Læs evalueringen igen, og underskriv så."]
        status = NOT_DONE
    # The page of what is refused is the page itself, with all that was there.
    context = {
        **_figures_part(source),
        "trail": _trail(period.name),
        "period": period,
        "evaluation": evaluation,
        "number": number,
        "versions": queries.versions_of(period),
        "texts": texts,
        "signatures": [report.signature_in_words(one) for one in signatures],
        "form": form,
        "errors": errors,
        **_buttons(evaluation, request.user, has_signed=has_signed),
    }
    return render(request, "visitation/evaluation/draft.html", context, status=status)


def _buttons(
    evaluation: Evaluation, user: User, *, has_signed: bool
) -> dict[str, Any]:
    """What the person can do next."""
    # A button that would be refused is not shown.
    is_writing = evaluation.status == EvaluationStatus.WRITING
    signs = can(evaluation, "sign_evaluation", user) or can(
        evaluation, "freeze_evaluation", user
    )
    leads_one = centre_of(user) is not None
    writes = leads_one or may(user, P.EVALUATION_WRITE, at=EVERYWHERE)
    return {
        "may_write": is_writing and writes,
        "may_sign": signs and leads_one and not has_signed,
        "may_take_back": has_signed and can(evaluation, "take_back_signature", user),
        "may_reopen": can(evaluation, "reopen_evaluation", user),
        "is_awaiting": evaluation.status == EvaluationStatus.AWAITING,
    }


def _own_form(
    request: Request, evaluation: Evaluation
) -> tuple[StepForm, Callable[..., Any]]:
    """The text that the person writes, and the act that keeps it.

    Raises PermissionDenied for who writes none.
    """
    if may(request.user, P.EVALUATION_WRITE, at=EVERYWHERE):
        form = forms.CommitteeForm(posted(request), instance=evaluation)
        return form, actions.write
    centre = centre_of(request.user)
    if centre is None:
        raise PermissionDenied(P.EVALUATION_SIGN.value)
    own = queries.chief_text_of(evaluation, centre)
    return forms.ChiefForm(posted(request), instance=own), actions.write_for_centre


def _autosave(
    request: Request, page_forms: saving.PageForms, do: Callable[..., Any]
) -> JsonResponse:
    # The page has one form and no rows.
    def store(_new_forms: list[StepForm]) -> None:
        do(page_forms.form.instance, by=request.user)

    return JsonResponse(saving.autosave(request, page_forms, store))
