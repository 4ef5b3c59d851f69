"""The tables of what became of the pupils: where they are 6 and 12 months after, and the exam."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.conf import settings

from visitation.evaluation import rules
from visitation.evaluation.tables import Row, Table
from visitation.lifecycle import ClosingStatus, EffortStatus, WhereaboutsStatus
from visitation.models import ClosingReport, Exam, Now, Whereabouts

if TYPE_CHECKING:
    from django.db.models import Choices

    from visitation.evaluation.rules import Period

COLUMNS = (("Elever", "whole"), ("Andel", "percent"))

NOT_ANSWERED = "Ikke besvaret endnu"


def whereabouts(period: Period) -> list[Table]:
    """Where those are who were asked for in the period, 6 and 12 months after. One query."""
    questions = Whereabouts.objects.exclude(status=WhereaboutsStatus.CANCELLED).filter(
        ask_on__gte=period.first_day, ask_on__lte=period.counted_on
    )
    counted: dict[int, Counter[str]] = {
        months: Counter() for months in settings.WHEREABOUTS_MONTHS
    }
    for months, now in questions.values_list("months", "now"):
        if months in counted:
            counted[months][now] += 1

    # One after the other: the same pupil may stand in both.
    tables = []
    for months in settings.WHEREABOUTS_MONTHS:
        table = _table(
            f"whereabouts_{months}",
            f"Hvor er eleven {months} måneder efter?",
            Now,
            counted[months],
            note="De elever, der blev spurgt til i perioden.",
        )
        tables.append(table)
    return tables


def exam(period: Period) -> Table:
    """The final exam of those whose effort ended in the period, as last known. Two queries."""
    closings = ClosingReport.objects.filter(
        status=ClosingStatus.HANDED_IN,
        effort__status=EffortStatus.ENDED,
        effort__ends_on__gte=period.first_day,
        effort__ends_on__lte=period.last_day,
    )
    # Only those who were asked have an answer: the others are in another grade.
    said_at_the_end = closings.exclude(exam="").order_by("laid_on")
    answers = dict(said_at_the_end.values_list("effort", "exam"))
    # A later answer takes the place of an earlier one: "not yet" becomes an exam, or none.
    later = Whereabouts.objects.filter(effort__in=list(answers)).exclude(exam="")
    answers.update(later.order_by("ask_on").values_list("effort", "exam"))
    return _table(
        "exam",
        "Afgangsprøven",
        Exam,
        Counter(answers.values()),
        note="De elever i 9. og 10. klasse, hvis indsats sluttede i perioden.",
    )


def _table(
    key: str, title: str, kinds: type[Choices], counted: Counter[str], *, note: str
) -> Table:
    # Every answer is a row, also one that nobody gave.
    in_all = sum(counted.values())
    rows = []
    for kind in kinds:
        rows.append(_row(str(kind.label), counted[kind.value], in_all))
    # A question without an answer is no answer: it stands in a row of its own.
    if counted[""]:
        rows.append(_row(NOT_ANSWERED, counted[""], in_all))
    return Table(
        key=key,
        section="outcomes",
        title=title,
        first="",
        columns=COLUMNS,
        rows=rows,
        total=_row("I alt", in_all, in_all),
        note=note,
        adds_up=True,
        is_flow=True,
    )


def _row(name: str, count: int, in_all: int) -> Row:
    return Row(name, (count, rules.percent(count, in_all)), (count,))
