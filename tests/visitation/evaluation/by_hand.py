"""The figures of an evaluation by SQL written by hand: nothing of the product's is asked."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from django.db import connection

from skolefleks.danish import today

GRANTS = """
    SELECT g.pupil_id, g.tariff, g.starts_on, coalesce(g.ended_on, g.ends_on) AS ends_on,
        di.name,
        CASE WHEN d.age IS NULL THEN 'Alder ikke oplyst' WHEN d.age < 14 THEN '6-13 år'
            ELSE '14-17 år' END,
        CASE c.kind WHEN 'retention' THEN 'Fastholdelse' WHEN 'return' THEN 'Tilbageslusning'
            ELSE 'Ikke oplyst' END
    FROM visitation_grant g
    JOIN visitation_decision d ON d.id = g.decision_id
    JOIN applications_pupilcase c ON c.id = d.pupil_case_id
    JOIN skolefleks_district di ON di.id = g.district_id
    WHERE g.status <> 'annulled' AND d.status IN ('released', 'replaced')
        AND g.starts_on <= %(last)s AND coalesce(g.ended_on, g.ends_on) >= %(first)s
    ORDER BY g.starts_on, g.id
"""

# Where each of the three stands in such a row.
GROUPS = {"district": 4, "age_group": 5, "kind": 6}

EFFORTS = (
    "(SELECT * FROM visitation_effort WHERE status <> 'cancelled'"
    " AND starts_on <= %(last)s AND ends_on >= %(first)s)"
)

KINDS = {
    "differentiated_teaching": "Særlig intensiv undervisningsdifferentiering",
    "school_and_leisure": "Særlige tiltag på tværs af skole og fritid",
    "resource_person": "Ressourceperson til elev og personale",
    "cross_professional": "Flere faggrupper i samarbejde om eleven",
    "outdoor_school": "Udeskole for udvalgte elever",
    "other": "Andet",
}

VALUES = f"""
    SELECT m.effort_id, g.number, m.voice, m.value
    FROM visitation_measurement m
    JOIN visitation_effortgoal g ON g.id = m.goal_id
    JOIN {EFFORTS} e ON e.id = m.effort_id
    WHERE m.value IS NOT NULL AND m.measured_on <= least(%(last)s, %(today)s)
        AND NOT EXISTS (SELECT FROM visitation_measurement r WHERE r.replaces_id = m.id)
    ORDER BY m.measured_on, m.at, m.id
"""

GOALS = f"""
    SELECT g.effort_id, g.number, g.baseline, g.target
    FROM visitation_effortgoal g JOIN {EFFORTS} e ON e.id = g.effort_id
    WHERE NOT EXISTS (SELECT FROM visitation_effortgoal r WHERE r.replaces_id = g.id)
"""

ONE_DAY = timedelta(days=1)

LOCAL = "AT TIME ZONE 'Europe/Copenhagen'"


class ByHand:
    """One year, from its first day to its last."""

    def __init__(self, first: date, last: date) -> None:
        self.days = {"first": first, "last": last, "today": today()}
        self.length = (last - first).days + 1

    def ask(self, sql: str):
        with connection.cursor() as cursor:
            cursor.execute(sql, self.days)
            return [list(row) for row in cursor.fetchall()]

    def pool(self, year: int):
        # What is paid was committed before: a payment uses nothing more.
        [[allocated, used]] = self.ask(
            "SELECT sum(amount) FILTER (WHERE kind = 'allocation'),"
            " sum(amount) FILTER (WHERE kind IN ('commitment', 'release'))"
            f" FROM budget_posting WHERE pool_id = {year}"
        )
        return allocated, used

    def pupils(self):
        """Of each pupil: the last grant's row, days and amount in the year."""
        pupils = {}
        for row in self.ask(GRANTS):
            pupil, tariff, starts_on, ends_on, *_ = row
            last = min(ends_on, self.days["last"])
            day_before = min(ends_on, self.days["first"] - ONE_DAY)
            days = (last - max(starts_on, self.days["first"])).days + 1
            amount = cost(tariff, starts_on, last) - cost(tariff, starts_on, day_before)
            _, days_before, amount_before = pupils.get(pupil, (None, 0, 0))
            pupils[pupil] = (row, days_before + days, amount_before + amount)
        return list(pupils.values())

    def pupils_by(self, group: str):
        sums = {}
        for row, days, amount in self.pupils():
            one = sums.setdefault(row[GROUPS[group]], [0, 0, 0])
            for place, more in enumerate((1, days, amount)):
                one[place] += more
        return sums

    def efforts(self) -> int:
        [[count]] = self.ask(f"SELECT count(*) FROM {EFFORTS} e")
        return count

    def measures(self):
        rows = self.ask(
            "SELECT m.kind, count(DISTINCT m.effort_id), coalesce(sum(m.hours_per_week), 0),"
            " coalesce(sum(m.cost), 0)"
            f" FROM visitation_planmeasure m JOIN {EFFORTS} e ON e.id = m.effort_id GROUP BY 1"
        )
        return [[KINDS[kind], *numbers] for kind, *numbers in rows]

    def waits_to_decision(self):
        wait = f"(d.decided_at {LOCAL})::date - (a.submitted_at {LOCAL})::date"
        [row] = self.ask(
            f"SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY {wait}),"
            f" percentile_cont(0.5) WITHIN GROUP (ORDER BY least(a.days_at_school, {wait})),"
            f" count(*) FILTER (WHERE {wait} - a.days_at_school <= 21) FROM visitation_decision d"
            " JOIN applications_pupilcase c ON c.id = d.pupil_case_id"
            " JOIN applications_application a ON a.id = c.application_id"
            " WHERE d.status IN ('released', 'replaced') AND d.replaces_id IS NULL"
            " AND d.outcome <> 'postponed'"
            f" AND (d.decided_at {LOCAL})::date BETWEEN %(first)s AND %(last)s"
        )
        return row

    def waits_to_begin(self):
        wait = f"e.begun_on - (a.submitted_at {LOCAL})::date"
        [row] = self.ask(
            f"SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY {wait})"
            f" FROM {EFFORTS} e JOIN applications_application a ON a.id = e.application_id"
            " WHERE e.begun_on BETWEEN %(first)s AND %(last)s"
        )
        return row

    def goals(self) -> int:
        return len(self.ask(GOALS))

    def views(self, voice: str):
        """How many goals the voice sees where."""
        values = {}
        for effort, number, one, value in self.ask(VALUES):
            if one == voice:
                values.setdefault((effort, number), []).append(value)
        counted = Counter()
        for effort, number, baseline, target in self.ask(GOALS):
            counted[view(baseline, target, values.get((effort, number), []))] += 1
        return counted

    def process(self):
        told = "w.held_on IS NOT NULL AND (w.told_at IS NOT NULL OR w.tell_by < %(today)s)"
        return self.ask(
            "SELECT s.name, count(*), count(*) FILTER (WHERE w.held_on <= w.hold_by),"
            f" count(*) FILTER (WHERE {told}),"
            f" count(*) FILTER (WHERE {told} AND (w.told_at {LOCAL})::date <= w.tell_by)"
            " FROM visitation_followupwindow w JOIN visitation_effort e ON e.id = w.effort_id"
            " JOIN skolefleks_school s ON s.id = e.school_id"
            " WHERE w.status <> 'cancelled' AND w.hold_by BETWEEN %(first)s AND %(last)s"
            " AND (w.hold_by < %(today)s OR w.held_on IS NOT NULL) GROUP BY 1"
        )

    def whereabouts(self, months: int):
        return self.ask(
            "SELECT now, count(*) FROM visitation_whereabouts WHERE status <> 'cancelled'"
            f" AND months = {months} AND ask_on BETWEEN %(first)s AND least(%(last)s, %(today)s)"
            " GROUP BY 1"
        )

    def exams(self):
        """The last answer of each effort that ended in the year and had one at its end."""
        return self.ask(
            "SELECT answer, count(*) FROM (SELECT coalesce((SELECT w.exam FROM"
            " visitation_whereabouts w WHERE w.effort_id = e.id AND w.exam <> ''"
            " ORDER BY w.ask_on DESC LIMIT 1), c.exam) AS answer"
            " FROM visitation_effort e JOIN visitation_closingreport c ON c.effort_id = e.id"
            " WHERE e.status = 'ended' AND e.ends_on BETWEEN %(first)s AND %(last)s"
            " AND c.status = 'handed_in' AND c.exam <> '') x GROUP BY 1"
        )

    def day_treatment(self):
        return self.ask(
            "SELECT f.year, coalesce(max(t.full_year_pupils), sum(f.full_year_pupils))"
            " FROM budget_daytreatmentfigure f"
            " LEFT JOIN budget_daytreatmenttotal t ON t.year = f.year GROUP BY 1"
        )


def cost(tariff: int, first: date, last: date) -> int:
    """What a grant costs by the end of a day: whole years and the days begun, rounded once."""
    if last < first:
        return 0
    years = 0
    while first.replace(year=first.year + years + 1) <= last + ONE_DAY:
        years += 1
    begins, ends = (first.replace(year=first.year + n) for n in (years, years + 1))
    part = Fraction(tariff * ((last - begins).days + 1), (ends - begins).days)
    return tariff * years + int(part + Fraction(1, 2))


def view(baseline, target, values) -> str:
    if baseline is None or len(values) < 2:
        return "For få målinger"
    share = Fraction(values[-1] - baseline) / Fraction(target - baseline)
    if share < 0:
        return "Gået tilbage"
    if share >= 1:
        return "Nået"
    if share >= Fraction(1, 3):
        return "På vej"
    return "Uændret"


def standing_of_each(sql: ByHand):
    """(effort, where the goal stands) by the rule beside the curves, written anew."""
    values = {}
    for effort, number, voice, value in sql.ask(VALUES):
        values.setdefault((effort, number), {}).setdefault(voice, []).append(value)
    talks = Counter(
        effort
        for [effort] in sql.ask(
            "SELECT effort_id FROM visitation_followupwindow"
            " WHERE held_on <= least(%(last)s, %(today)s)"
        )
    )
    for effort, number, baseline, target in sql.ask(GOALS):
        of_goal = values.get((effort, number), {})
        yield effort, standing(baseline, target, of_goal, talks[effort])


def standing(baseline, target, of_goal, talks) -> str:
    if baseline is None or all(len(values) < 2 for values in of_goal.values()):
        return "For få målinger"
    last = [values[-1] for values in of_goal.values()]
    shares = [Fraction(value - baseline) / Fraction(target - baseline) for value in last]
    rule = (
        ("Forskellige billeder", max(last) - min(last) >= 3),
        ("Gået tilbage", min(shares) < 0),
        ("Nået", min(shares) >= 1),
        ("På vej", max(shares) >= Fraction(1, 3)),
        ("Uændret", talks >= 2),
        ("For få målinger", True),
    )
    return next(word for word, holds in rule if holds)


def standings(sql: ByHand):
    return Counter(word for _, word in standing_of_each(sql))


def by_measure(sql: ByHand):
    """Of each kind of measure: goals that are judged, forward, back."""
    each = list(standing_of_each(sql))
    rows = sql.ask("SELECT DISTINCT kind, effort_id FROM visitation_planmeasure")
    expected = {}
    for kind, label in KINDS.items():
        own = {effort for one, effort in rows if one == kind}
        words = [word for effort, word in each if effort in own and word != "For få målinger"]
        forward = sum(word in {"Nået", "På vej"} for word in words)
        expected[label] = [len(words), forward, words.count("Gået tilbage")]
    return expected
