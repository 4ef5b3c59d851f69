"""A case as a row of the queue: all that the row says, in words.

The words are put together here, since a template's tags are what a long list costs most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils import formats, timezone

from applications.lifecycle import Status
from applications.reading.rules import wait_of
from skolefleks.danish import kr
from skolefleks.setup import trade
from visitation.agenda import rules as agenda_rules
from visitation.queue import queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from applications.models import Application
    from visitation.queue.choosing import Choice
    from visitation.queue.queries import RowFacts

# What is decided or withdrawn waits no more.
SHOWS_WAIT = (Status.SUBMITTED, Status.SENT_BACK)


class Row(NamedTuple):
    """One case of the list."""

    application: Application
    number: str
    url: str
    impartiality_url: str
    school: str
    initials: str
    grades: str
    requested: str
    filled: str
    waited: str
    at_school: str
    late: str
    label: str
    tone: str
    notes: str
    may_be_put_on: bool


def rows_of(applications: Sequence[Application], choice: Choice) -> list[Row]:
    """The rows of one page of the queue. Takes one query."""
    # Asked once for the whole page, when its rows are known.
    facts = queries.row_facts(applications, choice.user)

    rows = []
    for application in applications:
        own_facts = facts.get(application.pk, queries.RowFacts())
        rows.append(_row(application, own_facts, choice.suffix))
    return rows


def _row(application: Application, facts: RowFacts, suffix: str) -> Row:
    label, tone = row_state(application, facts)
    waits = application.status == Status.SUBMITTED

    waited = "–"
    at_school = ""
    late = ""
    notes = ""
    wait = wait_of(application)
    if wait and application.status in SHOWS_WAIT:
        waited = wait.text
        at_school = wait.note
    if wait and waits:
        notes = " · ".join(row_notes(application, facts))
        if wait.at_committee > trade.now().waiting_goal_days:
            late = f"{wait.at_committee - trade.now().waiting_goal_days} over målet"

    # A case whose pupils are all decided has nothing left to be taken up.
    is_decided = facts.decided >= application.pupil_count > 0
    grades = ", ".join(f"{grade}." for grade in application.grades)
    return Row(
        application=application,
        number=application.number,
        url=application.get_absolute_url() + suffix,
        impartiality_url=reverse("impartiality", args=[application.number]),
        school=application.school.name,
        initials=", ".join(application.initials),
        grades=f"{grades} kl.",
        requested=kr(application.requested),
        filled=f"{application.filled} af {application.expected}",
        waited=waited,
        at_school=at_school,
        late=late,
        label=label,
        tone=tone,
        notes=notes,
        may_be_put_on=waits and facts.meets_at is None and not is_decided,
    )


def row_state(application: Application, facts: RowFacts) -> tuple[str, str]:
    """The state in the queue as a label, and its tone."""
    if facts.decided:
        return "Afgjort, ikke frigivet", "warning"
    if facts.meets_at:
        return f"Møde {short_date(facts.meets_at)}", "info"
    if facts.has_postponed:
        return "Udsat", "neutral"
    return application.state, application.tone


def row_notes(application: Application, facts: RowFacts) -> list[str]:
    """The small print under the state in the queue, in the order it is read."""
    notes = []

    some_pupils_decided = 0 < facts.decided < application.pupil_count
    if some_pupils_decided:
        notes.append(f"{facts.decided} af {application.pupil_count}")

    # The state already says when an undecided case meets.
    if facts.decided and facts.meets_at:
        notes.append(f"møde {short_date(facts.meets_at)}")

    if agenda_rules.is_after(application, facts.submit_by):
        notes.append("efter fristen")

    if facts.open_questions:
        notes.append("afventer svar")
    elif facts.answered_questions:
        notes.append("svar modtaget")

    if application.is_unread_since(facts.read_at):
        notes.append("ulæst")
    return notes


def short_date(moment: datetime) -> str:
    """`3. december`: what is coming needs no year."""
    return formats.date_format(timezone.localtime(moment), "j. F")
