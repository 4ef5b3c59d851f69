"""The texts that the municipality writes itself: reading, writing and signing them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks import pdf
from skolefleks.danish import day, today
from skolefleks.models import TextVersion
from skolefleks.pages import act, attempt, form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.texts import actions, declarations, forms, queries, rules, wording
from skolefleks.texts.declarations import Text
from skolefleks.texts.wording import Reading
from skolefleks.throttles import throttled

TEMPLATES = "skolefleks/texts"


@page(P.SETTINGS_KEEP)
def texts(request: Request) -> HttpResponse:
    """The groups of texts; of one group, or of what is looked for, the words as of today."""
    form = forms.SearchForm(request.GET)
    choice = form.choice()
    context = {
        "form": form,
        "shelves": queries.shelves(**choice),
        "waiting": queries.waiting_for(request.user),
        "is_searched": bool(choice),
    }
    return render(request, f"{TEMPLATES}/texts.html", context)


@form_page(P.SETTINGS_KEEP)
def text(request: Request, key: str) -> HttpResponse:
    """One text: writing it anew, after one has seen it where it stands, and its history."""
    declaration = _declaration(key)
    reading = wording.now().reading(key)
    form = forms.TextForm(
        posted(request),
        declaration=declaration,
        text=reading.text,
        after=queries.last_number(key),
    )

    proposal = None
    if form.is_valid():
        proposal = _proposal(form)
    if proposal and "paper" in request.POST:
        return _paper(declaration, proposal)

    # What was seen is what is kept: of other words the preview comes again.
    digest = _digest_of(proposal)
    is_seen = request.POST.get("seen") == digest
    if is_seen and form.try_to(actions.write, key, by=request.user):
        messages.success(request, _done(declaration, form.outcome))
        return redirect("text", key)

    context = {
        **_about(declaration),
        "reading": reading,
        "is_draft": declaration.speaks_of_law and not reading.is_signed,
        "history": queries.history(declaration),
        "preview": _preview(declaration, reading),
        "seen": "",
    }
    if proposal and not form.errors:
        context["preview"] = _preview(declaration, proposal)
        context["seen"] = digest
    return show_form(request, f"{TEMPLATES}/text.html", form, context)


@page(P.SETTINGS_KEEP)
def text_version(request: Request, key: str, number: int) -> HttpResponse:
    """One version where it stands, for whoever signs it."""
    declaration = _declaration(key)
    version = _version(declaration, number)
    lines = queries.history(declaration)
    [line] = [one for one in lines if one.version.pk == version.pk]
    context = {
        **_about(declaration),
        "line": line,
        "preview": _preview(declaration, wording.reading_of(version)),
        "may_sign": rules.may_sign(version, request.user),
        "may_withdraw": rules.may_withdraw(version, today()),
    }
    return render(request, f"{TEMPLATES}/version.html", context)


@page(P.SETTINGS_KEEP)
@throttled("print")
def text_pdf(request: Request, key: str, number: int) -> HttpResponse:
    """A version as the letter that it becomes, on a made-up case; 0 is the standard."""
    declaration = _declaration(key)
    reading = Reading(declaration.default, is_signed=declaration.is_signed)
    if number:
        reading = wording.reading_of(_version(declaration, number))
    return _paper(declaration, reading)


@act(P.SETTINGS_KEEP)
def sign_text(request: Request, key: str, number: int) -> HttpResponse:
    """Be the second person to what speaks of the law."""
    version = _version(_declaration(key), number)
    done = (
        "Teksten er underskrevet. Det, der laves med den, er ikke længere et udkast."
    )
    attempt(request, actions.sign, version, by=request.user, done=done)
    return redirect("text_version", key, number)


@act(P.SETTINGS_KEEP)
def withdraw_text(request: Request, key: str, number: int) -> HttpResponse:
    """Take back what has not begun."""
    version = _version(_declaration(key), number)
    done = "Versionen er taget tilbage. Den kommer ikke i brug."
    attempt(request, actions.withdraw, version, by=request.user, done=done)
    return redirect("text_version", key, number)


def _declaration(key: str) -> Text:
    declaration = declarations.every().get(key)
    if declaration is None:
        raise Http404
    return declaration


def _version(declaration: Text, number: int) -> TextVersion:
    versions = TextVersion.objects.select_related("written_by", "signed_by")
    return get_object_or_404(versions, key=declaration.key, number=number)


def _about(declaration: Text) -> dict[str, Any]:
    trail = [("Tekster", reverse("texts")), (declaration.label, "")]
    return {"declaration": declaration, "trail": trail}


def _preview(declaration: Text, reading: Reading) -> dict[str, Any]:
    """The part that shows it, and what that shows."""
    return {
        "template": declaration.preview.template,
        "source": queries.show_in_place(declaration, reading),
    }


def _proposal(form: forms.TextForm) -> Reading:
    """What was typed, as it would read: signed by nobody."""
    values = form.cleaned_data
    return Reading(values["text"], values["after"] + 1, values["starts_on"])


def _digest_of(proposal: Reading | None) -> str:
    """'' where nothing was typed that can be used."""
    if proposal is None:
        return ""
    return hashlib.sha256(proposal.text.encode()).hexdigest()


def _paper(declaration: Text, reading: Reading) -> HttpResponse:
    """The PDF of the preview, made as the real ones are; 404 for what is on no paper."""
    source = queries.show_in_place(declaration, reading)
    if source is None or not declaration.preview.paper:
        raise Http404
    content = pdf.render(declaration.preview.paper, source)
    headers = {
        "Content-Disposition": f'attachment; filename="eksempel-{declaration.key}.pdf"'
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _done(declaration: Text, version: TextVersion) -> str:
    starts_on = day(version.starts_on)
    if version.takes_two:
        return (
            f"»{declaration.label}« er skrevet fra {starts_on} og venter på en underskrift."
            " Til da er det et udkast. De, der kan underskrive, har fået besked."
        )
    return f"»{declaration.label}« er ændret fra {starts_on}."
