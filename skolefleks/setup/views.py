"""The municipality's settings: what holds, what comes, what was, and changing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks.danish import day, today
from skolefleks.models import SettingChange
from skolefleks.pages import act, attempt, form_page, page, posted, show_form
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.setup import actions, forms, queries, rules, trade
from skolefleks.setup.declarations import DECLARATIONS, default_of

TEMPLATES = "skolefleks/setup"


@page(P.SETTING_ANSWER)
def settings(request: Request) -> HttpResponse:
    """Every setting by its group: today's value, and what is coming."""
    context = {
        "groups": queries.groups(),
        "waiting": queries.waiting_for(request.user),
        "may_keep": may(request.user, P.SETTINGS_KEEP, at=EVERYWHERE),
    }
    return render(request, f"{TEMPLATES}/settings.html", context)


@form_page(P.SETTINGS_KEEP)
def setting(request: Request, slug: str) -> HttpResponse:
    """One setting: changing it, after one has seen what that does, and its history."""
    if slug not in queries.NAMES:
        raise Http404
    name = queries.NAMES[slug]
    declaration = DECLARATIONS[name]
    value = getattr(trade.now(), name)
    form = forms.ChangeForm(
        posted(request), name=name, value=value, after=queries.last_number(name)
    )

    preview = _preview(name, form)
    is_confirmed = bool(preview) and request.POST.get("confirmed") == preview
    if is_confirmed and form.try_to(actions.change, name, by=request.user):
        messages.success(request, _done(form.outcome))
        return redirect("settings")

    context = {
        "trail": [("Indstillinger", reverse("settings")), (declaration.label, "")],
        "declaration": declaration,
        "today": declaration.in_words(value),
        "default": declaration.in_words(default_of(name)),
        "history": queries.history(name),
        "preview": preview,
        "own_pk": request.user.pk,
    }
    return show_form(request, f"{TEMPLATES}/setting.html", form, context)


def _preview(name: str, form: forms.ChangeForm) -> str:
    """What would happen, in a sentence; nothing while the form is not in order."""
    if not form.is_valid():
        return ""
    starts_on = form.cleaned_data["starts_on"]
    before = getattr(trade.on(starts_on), name)
    return rules.sentence(name, before, form.cleaned_data["value"], starts_on)


def _done(change: SettingChange) -> str:
    label = DECLARATIONS[change.name].label
    if change.takes_two:
        return f"{label}: ændringen venter nu på en anden. De har fået besked."
    return f"{label} er ændret fra {day(change.starts_on)}."


@page(P.SETTING_ANSWER)
def setting_change(request: Request, pk: int) -> HttpResponse:
    """One change, for the second person."""
    change = _change(pk)
    return _change_page(request, change, forms.RefuseForm(None))


@act(P.SETTING_ANSWER)
def agree_setting(request: Request, pk: int) -> HttpResponse:
    """Be the second person."""
    change = _change(pk)
    done = "Ændringen er godkendt."
    attempt(request, actions.agree, change, by=request.user, done=done)
    return redirect("setting_change", pk=pk)


@act(P.SETTING_ANSWER)
def refuse_setting(request: Request, pk: int) -> HttpResponse:
    """Say no, with a reason."""
    change = _change(pk)
    form = forms.RefuseForm(request.POST)
    if form.try_to(actions.refuse, change, by=request.user):
        messages.success(request, "Ændringen er afvist.")
        return redirect("setting_change", pk=pk)
    return _change_page(request, change, form)


@act(P.SETTINGS_KEEP)
def withdraw_setting(request: Request, pk: int) -> HttpResponse:
    """Take one's own change back."""
    change = _change(pk)
    done = "Ændringen er trukket tilbage."
    attempt(request, actions.withdraw, change, by=request.user, done=done)
    return redirect("setting_change", pk=pk)


def _change(pk: int) -> SettingChange:
    changes = SettingChange.objects.select_related("made_by", "answered_by")
    return get_object_or_404(changes, pk=pk, name__in=DECLARATIONS)


def _change_page(
    request: Request, change: SettingChange, form: forms.RefuseForm
) -> HttpResponse:
    declaration = DECLARATIONS[change.name]
    before = queries.value_before(change.name, change)
    context = {
        "trail": [("Indstillinger", reverse("settings")), (declaration.label, "")],
        "line": queries.line_of(change),
        "declaration": declaration,
        "before": declaration.in_words(before),
        "untouched": rules.UNTOUCHED,
        "may_answer": rules.may_answer(change, request.user),
        "may_withdraw": rules.may_withdraw(change, request.user, today()),
    }
    return show_form(request, f"{TEMPLATES}/change.html", form, context)
