"""What is known of a child stays where it belongs: not in lists, addresses, titles, logs, mails,
nor in the clear anywhere.
"""

from __future__ import annotations

import html
import io
import json
import logging
import re
from dataclasses import dataclass

import pytest
import structlog
from django.core import mail
from django.db import connection
from django.urls import reverse

from applications.models import PupilCase
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import outbox
from skolefleks.celery import app as celery_app
from skolefleks.models import AccessEntry, AuditEntry, OutboxMessage
from tests.conftest import terms
from tests.deciding import deliver
from tests.filling import fill, write_pupil
from visitation.decisions import actions as decisions

CPR = "2302164123"


WHOLE = (CPR, f"{CPR[:6]}-{CPR[6:]}")


NAME = "Kanari Fuglsang"


TOLD = "Kanariefuglen tør ikke gå i skole"


CANARIES = ("Kanari", "Fuglsang", CPR, f"{CPR[:6]}-{CPR[6:]}", "Kanariefugl")


celery_app.loader.import_default_modules()


@pytest.fixture
def log(monkeypatch):
    """What is written to the log, as it is written, from here on."""
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if type(handler) is logging.StreamHandler
    ]
    monkeypatch.setattr(handler, "stream", io.StringIO())
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    return handler.stream


@pytest.fixture
def rung(monkeypatch):
    """What the broker was given."""
    given = []
    monkeypatch.setattr(celery_app, "send_task", lambda _name, args, *_, **__: given.append(args))
    return given


@pytest.fixture
def canary(schools, leader, staff):
    """A complete draft for one pupil, of whom every text tells something."""
    application = fill(writing.start(school=schools["Baltorpskolen"], by=leader), by=leader)
    application.learning_environment = application.mentor = TOLD
    writing.write(
        application, fields=["learning_environment", "mentor"], step="environment", by=leader
    )
    case = writing.add_pupil(application, by=leader)
    case.description = case.pupil_voice = TOLD
    return write_pupil(case, NAME, by=leader, cpr=CPR)


@pytest.fixture
def lived(
    canary,
    pools,
    leader,
    adviser,
    chair,
    client_for,
    post,
    rung,
    log,
    django_capture_on_commit_callbacks,
):
    """The canary's whole case, every page of it opened, and what was answered."""
    application, answers = canary.application, []
    school, committee = client_for(leader), client_for(chair)

    def look(client, *urls):
        answers.extend(client.get(url) for url in urls)

    steps = "pupils environment plan cooperation leadership check withdraw invite".split()
    look(school, *(reverse(f"applications:{step}", args=[application.number]) for step in steps))
    look(school, reverse("applications:pupil", args=[application.number, canary.pk]))
    decide = reverse("decide", args=[application.number, canary.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answers.append(post(school, reverse("applications:submit", args=[application.number])))
        writing.invite(application, adviser=adviser, by=leader)
        look(committee, "/", "/visitation/", decide, application.get_absolute_url())
        answers.append(
            post(committee, decide, {"outcome": "granted", "tariff": "x", "grounds": TOLD})
        )
        decisions.grant(PupilCase.objects.get(pk=canary.pk), terms(), grounds=TOLD, by=chair)
        look(committee, "/visitation/?vis=alle", canary.application.get_absolute_url())
        answers.append(post(committee, reverse("release", args=[application.number])))
    look(school, "/", "/ansoegninger/?fane=alle", application.get_absolute_url())
    look(client_for(adviser), "/", application.get_absolute_url())
    deliver()
    assert {answer.status_code for answer in answers} == {200, 302, 422}
    return answers


@dataclass(frozen=True)
class Traces:
    """What the case left behind: pages, rows, lines of the trail and of the log, calls, mails."""

    answers: list[object]
    pages: list[str]
    rows: list[tuple[str, str]]
    trail: list[dict[str, object]]
    log: str
    rung: list[object]
    mails: list[str]


@pytest.fixture(scope="module")
def kept():
    """The traces of the one case that the tests of this file search."""
    return []


@pytest.fixture
def traces(kept, request):
    if not kept:
        answers = request.getfixturevalue("lived")
        pages = [answer.content.decode() for answer in answers if answer.status_code != 302]
        trail = list(AuditEntry.objects.values("payload", "subject", "object_id"))
        log, rung = map(request.getfixturevalue, ("log", "rung"))
        mails = [str(sent.message()) for sent in mail.outbox]
        kept.append(Traces(answers, pages, table_rows(), trail, log.getvalue(), rung, mails))
    return kept[0]


def table_rows():
    """(table, row) of everything that the database has."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [(table, row) for (row,) in cursor.fetchall()]
    return rows


def tables_naming(rows):
    """The tables that hold a canary, plainly or as the database shows bytes."""
    hidden = [canary.encode().hex() for canary in CANARIES]
    return {
        table for table, row in rows if canaries_in(row) or any(canary in row for canary in hidden)
    }


def canaries_in(text):
    return [canary for canary in CANARIES if canary in text]


# -- over a whole case -----------------------------------------------------------------
def test_no_cpr_number_stands_whole_on_any_page(traces):
    assert not [page for page in traces.pages if any(number in page for number in WHOLE)]
    assert len([page for page in traces.pages if f"{CPR[:6]}-xxxx" in page]) >= 4


ADDRESS = re.compile(r"<title>(.*?)</title>|(?:href|action|src|hx-[a-z]+)=\"([^\"]*)\"")


def test_no_title_and_no_address_says_whom_it_is_about(traces):
    written = []
    for page in traces.pages:
        written += ADDRESS.findall(html.unescape(page))
    assert len(written) > 300
    assert canaries_in(str(written)) == []
    assert "K.F." not in str(written)


def test_nothing_lies_in_the_clear_in_any_table(traces):
    assert len(traces.rows) > 50
    assert tables_naming(traces.rows) == set()


def test_the_search_of_the_tables_would_find_it(db):
    AuditEntry.objects.create(verb="x", object_type="x", object_id="x", payload={"name": NAME})
    assert tables_naming(table_rows()) == {"skolefleks_auditentry"}


def test_the_trail_holds_ids_names_of_fields_and_amounts(traces):
    kinds = set()
    for line in traces.trail:
        kinds |= {type(value) for value in line["payload"].values()}
    assert kinds <= {int, str}
    assert canaries_in(json.dumps(traces.trail)) == []


def test_no_line_of_the_log_names_a_child(traces):
    assert traces.log.count("request_finished") >= len(traces.answers)
    assert canaries_in(traces.log) == []


def test_the_broker_and_the_mails_carry_ids_and_numbers(traces):
    assert len(traces.rung) == 5  # three to tell people, two letters to make
    ids = [re.fullmatch(r"\('[0-9a-f-]{36}',\)", str(args)) for args in traces.rung]
    assert all(ids)
    # The chair, the leader, and the adviser who was invited; PPR reads it in the day's mail.
    assert len(traces.mails) == 3
    assert canaries_in("".join(traces.mails)) == []


# -- lists and pages -------------------------------------------------------------------
@pytest.mark.parametrize("url", ["/visitation/", "/visitation/?vis=alle", "/"])
def test_the_committees_lists_show_initials_and_no_name(url, canary, chair, leader, client_for):
    submission.submit(canary.application, by=leader)
    shown = client_for(chair).get(url).content.decode()
    assert canaries_in(shown) == []
    assert "K.F." in shown or url == "/"


def test_the_name_is_shown_inside_the_case(canary, chair, leader, client_for):
    submission.submit(canary.application, by=leader)
    assert NAME in client_for(chair).get(canary.application.get_absolute_url()).content.decode()


@pytest.fixture
def protected(canary, leader):
    canary.is_protected, canary.description, canary.pupil_voice = (True, "Uden navn.", "Uden navn.")
    write_pupil(canary, NAME, by=leader, cpr=CPR)
    submission.submit(canary.application, by=leader)
    return canary


def test_a_protected_pupil_is_not_named_even_inside_the_case(
    protected, pools, chair, adviser, leader, client_for, post
):
    writing.invite(protected.application, adviser=adviser, by=leader)
    number, committee = protected.application.number, client_for(chair)
    urls = ["/visitation/", f"/sager/{number}/", f"/sager/{number}/elev/{protected.pk}/afgoerelse/"]
    seen = [committee.get(url) for url in urls]
    seen += [
        client_for(adviser).get(urls[1]),
        post(committee, reverse("reveal_cpr", args=[number, protected.pk])),
    ]
    for answer in seen:
        assert answer.status_code == 200
        assert "Kanari" not in answer.content.decode().replace(TOLD, "")
        assert "Fuglsang" not in answer.content.decode()


def test_a_protected_pupil_has_no_initials_in_a_list(protected, chair, client_for):
    shown = client_for(chair).get("/visitation/").content.decode()
    assert "Beskyttet" in shown
    assert "K.F." not in shown


def test_a_protected_pupil_is_not_found_by_initials(protected, chair, client_for):
    assert client_for(chair).get("/visitation/", {"q": "K.F."}).context["page"].rows == []


# -- the log ---------------------------------------------------------------------------
SAID = f"Eleven {CPR[:6]}-{CPR[6:]} og {CPR} og {CPR[:6]} {CPR[6:]}"


def raised():
    try:
        int(SAID)
    except ValueError:
        logging.getLogger("x").exception("failed")


WAYS = {
    "message": lambda: logging.getLogger("x").error(SAID),
    "argument": lambda: logging.getLogger("x").error("Eleven %s", CPR),
    "traceback": raised,
    "event": lambda: structlog.get_logger("x").error(SAID),
    "value": lambda: structlog.get_logger("x").error("x", cpr=CPR),
    "nested": lambda: structlog.get_logger("x").error("x", form={"pupils": [{"cpr": CPR}]}),
    "object": lambda: structlog.get_logger("x").error("x", error=ValueError(SAID)),
    "letters beside it": lambda: logging.getLogger("x").error("cpr_%sx", CPR),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_cpr_number_never_reaches_the_log(way, log):
    WAYS[way]()
    line = json.loads(log.getvalue())
    assert line["level"] == "error"
    assert "xxxxxx-xxxx" in log.getvalue()
    assert CPR[6:] not in log.getvalue()


def test_a_search_is_not_written_to_the_log(chair, client_for, log):
    client_for(chair).get("/visitation/", {"q": "Kanari Fuglsang"})
    assert "/visitation/" in log.getvalue()
    assert canaries_in(log.getvalue()) == []


@pytest.mark.parametrize("sought", ["Kanari", "SF-2026-0001 Kanari"])
def test_the_access_log_never_keeps_what_was_sought(sought, leader, chair, admin, client_for):
    client_for(leader).get("/ansoegninger/", {"q": sought})
    client_for(chair).get("/visitation/", {"q": sought})
    client_for(admin).get("/konto/adgangslog/", {"sag": sought})
    assert list(AccessEntry.objects.values_list("kind", "subject")) == [("search", "")] * 3


@pytest.mark.parametrize("number", [CPR, f"SF-{CPR}", f"{CPR[:6]}–{CPR[6:]}"])
def test_a_number_is_neither_sought_nor_kept(number, leader, chair, admin, client_for):
    client_for(leader).get("/ansoegninger/", {"q": number})
    client_for(chair).get("/visitation/", {"q": number})
    client_for(admin).get("/konto/adgangslog/", {"sag": number})
    assert not AccessEntry.objects.exists()


def test_a_search_of_the_access_log_keeps_the_case_it_was_about(admin, client_for):
    client_for(admin).get("/konto/adgangslog/", {"sag": " sf-2026-0001 "})
    assert list(AccessEntry.objects.values_list("kind", "subject")) == [("search", "SF-2026-0001")]


def test_every_message_of_a_case_holds_ids_only(released):
    for payload in OutboxMessage.objects.values_list("payload", flat=True):
        assert all(re.fullmatch(r"[0-9a-f-]{36}|\d+", str(value)) for value in payload.values())
    assert set(outbox.HANDLERS) >= set(OutboxMessage.objects.values_list("topic", flat=True))
