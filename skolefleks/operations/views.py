"""For the administrator and whoever is on duty: the access log, and whether the parts answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skolefleks import audit, outbox
from skolefleks.federation import probe
from skolefleks.models import AccessEntry, User
from skolefleks.numbers import is_case_number
from skolefleks.operations import (
    facts,
    forms,
    health,
    queries,
    subjects_in_words,
    trail_in_words,
    trials,
)
from skolefleks.pages import act, attempt, page
from skolefleks.paging import Page, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, public
from skolefleks.setup import trade
from skolefleks.spreadsheets import Column, Table, answer
from skolefleks.throttles import throttled

# Lines of who saw what on a page; the file holds all.
MOST_READINGS = 200

ACCESS_COLUMNS = (
    Column("Tidspunkt", "moment"),
    Column("Person"),
    Column("Hvad"),
    Column("Sag eller udtræk"),
)

TRAIL_COLUMNS = (
    Column("Nummer", "whole"),
    Column("Tidspunkt", "moment"),
    Column("Person"),
    Column("Handling"),
    Column("Om"),
    Column("Nøgle"),
    Column("Sag eller udtræk"),
)

READING_COLUMNS = (
    Column("Person"),
    Column("E-mail"),
    Column("Sag eller udtræk"),
    Column("Opslag", "whole"),
    Column("Første", "moment"),
    Column("Sidste", "moment"),
)


@page(P.OPERATIONS_READ)
def operations(request: Request) -> HttpResponse:
    """Whether the parts are well: outbox, tasks, backup, proof, chain, versions."""
    report = facts.report()
    context = {
        "warnings": facts.warnings_of(report),
        "parts": facts.of_parts(report),
        "waiting": queries.waiting_by_topic(),
        "given_up": report["mail_given_up"],
        "safety": facts.of_safety(),
        "tasks": facts.tasks(),
        "versions": facts.of_versions(),
        "trials": trials.last_ones(),
    }
    return render(request, "skolefleks/operations/operations.html", context)


@act(P.MAIL_LOOK_AFTER)
def try_mail(request: Request) -> HttpResponse:
    """Send a mail to oneself."""
    done = f"Prøvemailen er på vej til {request.user.email}."
    attempt(request, trials.try_mail, by=request.user, done=done)
    return redirect("operations")


@act(P.OPERATIONS_READ)
def try_sign_on(request: Request) -> HttpResponse:
    """Ask the municipality's sign-on whether it is there."""
    findings = probe.try_sign_on(by=request.user)
    for finding in findings:
        tell = messages.success
        if finding.problem:
            tell = messages.error
        tell(request, finding.sentence)
    if not findings:
        messages.info(request, "Der er ikke sat noget login op.")
    return redirect("operations")


def _of_log(
    request: Request, form: forms.WindowForm, page: Page[Any]
) -> dict[str, Any]:
    """What the page of a log shows, whichever log it is."""
    return {
        "form": form,
        "page": page,
        "is_searched": bool(form.choice()),
        "query": request.GET.urlencode(),
    }


@page(P.ACCESS_LOG_READ)
def access_log(request: Request) -> HttpResponse:
    """Who saw which case, newest first."""
    form = forms.AccessForm(request.GET)
    choice = form.choice()
    _log_search(request, choice)

    page = page_of(queries.accesses(**choice), request.GET, by="-id")
    people = queries.people_of(entry.user_id for entry in page.rows)
    rows = []
    for entry in page.rows:
        about = subjects_in_words.words_of(entry.subject)
        rows.append((entry, people.get(entry.user_id), about))
    context = {
        **_of_log(request, form, page),
        "rows": rows,
        "words": "opslag,opslag",
        "files": "export_access_log",
    }
    return render(request, "skolefleks/operations/access_log.html", context)


@page(P.ACCESS_LOG_READ)
@throttled("export")
def export_access_log(request: Request, form: str) -> HttpResponse:
    """The lines that fit, as a file; itself a line of the log."""
    rows = queries.accesses(**forms.AccessForm(request.GET).choice())
    audit.log_access(AccessEntry.Kind.EXPORT, "", by=request.user)
    lines = list(rows.order_by("-id")[: settings.EXPORT_ROWS])
    people = queries.people_of(entry.user_id for entry in lines)

    cells = []
    for entry in lines:
        name = _name_of(people.get(entry.user_id))
        about = subjects_in_words.words_of(entry.subject)
        cells.append((entry.at, name, entry.get_kind_display(), about))
    return answer(form, "adgangslog", Table("Adgangslog", ACCESS_COLUMNS, cells))


@page(P.ACCESS_LOG_READ)
def trail(request: Request) -> HttpResponse:
    """What was done, by whom, to what; never what it was about."""
    form = forms.TrailForm(request.GET)
    choice = form.choice()
    _log_search(request, choice)

    page = page_of(queries.entries(**choice), request.GET, by="-id")
    context = {
        **_of_log(request, form, page),
        "rows": trail_in_words.lines_of(page.rows),
        "words": "linje,linjer",
        "files": "export_trail",
    }
    return render(request, "skolefleks/operations/trail.html", context)


@page(P.ACCESS_LOG_READ)
@throttled("export")
def export_trail(request: Request, form: str) -> HttpResponse:
    """The lines that fit, as a file; a line of the access log."""
    rows = queries.entries(**forms.TrailForm(request.GET).choice())
    audit.log_access(AccessEntry.Kind.EXPORT, "", by=request.user)
    entries = list(rows.order_by("-id")[: settings.EXPORT_ROWS])

    cells = []
    for line in trail_in_words.lines_of(entries):
        entry = line.entry
        words = (line.person, line.verb, line.thing)
        cells.append((entry.pk, entry.at, *words, entry.object_id, line.about))
    return answer(form, "revisionsspor", Table("Revisionsspor", TRAIL_COLUMNS, cells))


@page(P.ACCESS_LOG_READ)
def who_saw_what(request: Request) -> HttpResponse:
    """For a breach report: who saw which cases in a window, and how often."""
    form = forms.BreachForm(request.GET)
    choice = form.choice()
    _log_search(request, choice)

    rows = queries.reads(**choice)
    readings = queries.readings(rows, most=MOST_READINGS + 1)
    context = {
        "form": form,
        "readings": readings[:MOST_READINGS],
        "has_more": len(readings) > MOST_READINGS,
        "people": len({reading.person for reading in readings}),
        "cases": len(_cases_in(readings)),
        "query": request.GET.urlencode(),
    }
    return render(request, "skolefleks/operations/who_saw_what.html", context)


@page(P.ACCESS_LOG_READ)
@throttled("export")
def export_who_saw_what(request: Request, form: str) -> HttpResponse:
    """The whole window as a file; itself a line of the log."""
    rows = queries.reads(**forms.BreachForm(request.GET).choice())
    audit.log_access(AccessEntry.Kind.EXPORT, "", by=request.user)

    cells = []
    for reading in queries.readings(rows, most=settings.EXPORT_ROWS):
        email = ""
        if reading.person is not None:
            email = reading.person.email
        name = _name_of(reading.person)
        cells.append((name, email, reading.about, *reading[2:]))
    return answer(form, "hvem-saa-hvad", Table("Hvem så hvad", READING_COLUMNS, cells))


@page(P.MAIL_LOOK_AFTER)
def undelivered_mails(request: Request) -> HttpResponse:
    """The messages that did not arrive, newest first: given up, or still tried."""
    page = page_of(queries.undelivered(), request.GET, by="-created_at")
    rows = queries.with_receivers(page.rows)
    context = {"page": page, "rows": rows, "tries": trade.now().mail_tries}
    return render(request, "skolefleks/operations/undelivered_mails.html", context)


@act(P.MAIL_LOOK_AFTER)
def try_mail_again(request: Request, message: UUID) -> HttpResponse:
    """Have a message delivered anew, when what hindered it is put right."""
    undelivered = get_object_or_404(queries.undelivered(), pk=message)
    outbox.try_again(undelivered, by=request.user)
    messages.success(request, "Beskeden bliver prøvet igen.")
    return redirect("undelivered_mails")


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """All that is known, as JSON; 503 where nobody can work, 200 with warnings else."""
    report = health.report()
    return JsonResponse(report, status=_status(report["ok"]))


@public
@never_cache
@require_safe
def healthz_live(request: HttpRequest) -> JsonResponse:
    """That this process answers: nothing is asked."""
    return JsonResponse({"ok": True})


@public
@never_cache
@require_safe
def healthz_ready(request: HttpRequest) -> JsonResponse:
    """Whether people can work here."""
    ready = health.readiness()
    is_ready = all(ready.values())
    return JsonResponse({**ready, "ok": is_ready}, status=_status(is_ready))


def _status(is_well: bool) -> int:
    if is_well:
        return 200
    return 503


def _cases_in(readings: list[queries.Reading]) -> set[str]:
    return {one.subject for one in readings if is_case_number(one.subject)}


def _name_of(person: User | None) -> str:
    if person is None:
        return "Ukendt"
    return person.name


def _log_search(request: Request, choice: dict[str, Any]) -> None:
    """A line of the log, where something was searched for."""
    if not request.GET or not choice:
        return
    subject = ""
    number = choice.get("number", "")
    # What is no case number may be about a person, and this log is kept for ever.
    if is_case_number(number):
        subject = number
    audit.log_access(AccessEntry.Kind.SEARCH, subject, by=request.user)
