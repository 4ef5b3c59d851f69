"""Any sequence of acts by committee and chiefs leaves books that prove themselves, beside books kept with pen and paper.

500 steps by default; a long run sets SKOLEFLEKS_STEPS, for example

    SKOLEFLEKS_STEPS=20000 pytest -n 0 tests/test_books_machine.py
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from datetime import date, timedelta

import pgtrigger
import pytest
from django.conf import settings as project
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from budget.books import actions as books
from budget.books.proof import as_it_stood, prove
from budget.models import Instalment, Posting, Proposal, Standing
from budget.payments import actions as payments
from budget.proposals import actions as proposals
from budget.tariff import by_fiscal_year
from skolefleks.calendar import banking_day_before
from skolefleks.danish import today
from skolefleks.models import School
from skolefleks.refusals import Refusal
from tests.conftest import AFTER, NEXT, YEAR, many, terms
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Decision, Grant
from visitation.releases import actions as releases

STEPS = int(os.environ.get("SKOLEFLEKS_STEPS", "500"))


STEPS_A_STORY = 50


CEILING = project.TARIFF_CEILING


ACTS = {"allocate", "transfer", "new year", "approve", "decide", "change", "end early", "pay"}


ACTS |= {"correct payment", "correct allocation"}


class Books(RuleBasedStateMachine):
    """What the acts should come to: free by year, put in by frame, and for each grant what is held and paid."""

    cast: dict = {}
    seen: Counter = Counter()  # (act, whether it was done or refused): how often

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.put_in = {(year, frame): 2_500_000 for year in (YEAR, NEXT, AFTER) for frame in (0, 1)}
        self.held, self.paid = {}, defaultdict(int)  # grant: {year: DKK}; (grant, year): DKK
        self.waiting, self.cases, self.replaced = [], 0, set()

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def free(self, year):
        given = sum(amount for (of, _), amount in self.put_in.items() if of == year)
        return given - sum(held.get(year, 0) for held in self.held.values())

    def years(self):
        return sorted({year for year, _ in self.put_in})

    def part(self, year, frame):
        return proposals.FrameYear(year, self.cast["sources"][frame])

    def reaches(self, lines):
        """Whether the books let `lines` happen: no frame and no year below nothing."""
        after = {key: self.put_in.get(key, 0) + amount for key, amount in lines.items()}
        years = {year: sum(a for (of, _), a in lines.items() if of == year) for year, _ in lines}
        return min(after.values()) >= 0 and all(
            move >= 0 or self.free(year) + move >= 0 for year, move in years.items()
        )

    def tried(self, name, act, *, works):
        """Do `act`; it is refused just when it should be (None: it may be either)."""
        self.seen[name, works] += 1
        try:
            with transaction.atomic():
                done = act()
        except Refusal as refusal:
            done, said = None, str(refusal)
        else:
            said = "was not refused"
        assert works in {None, said == "was not refused"}, said
        return done

    @rule(
        year=st.integers(0, 9),
        frame=st.integers(0, 1),
        amount=st.integers(-3_000_000, 500_000).filter(bool),
    )
    def propose_allocation(self, year, frame, amount):
        key = (self.years()[year % len(self.years())], frame)
        lines = {key: amount}
        act = lambda: proposals.propose_allocation(
            self.part(*key), amount, reason="Behov.", by=self.cast["chief"]
        )
        self.wait_for(self.tried("allocate", act, works=self.reaches(lines)), lines)

    @rule(data=st.data(), amount=st.integers(1, 3_000_000))
    def propose_transfer(self, data, amount):
        giving, taking = (data.draw(st.sampled_from(sorted(self.put_in))) for _ in range(2))
        lines = {taking: amount, giving: -amount}
        parts = self.part(*giving), self.part(*taking)
        act = lambda: proposals.propose_transfer(
            *parts, amount, reason="Flyt.", by=self.cast["chief_bur"]
        )
        self.wait_for(
            self.tried("transfer", act, works=giving != taking and self.reaches(lines)), lines
        )

    @rule(amounts=st.tuples(st.integers(0, 3_000_000), st.integers(1, 3_000_000)))
    def propose_new_year(self, amounts):
        year = self.years()[-1] + 1
        open_already = any((year, 0) in lines or (year, 1) in lines for _, lines in self.waiting)
        given = dict(zip(self.cast["sources"], amounts, strict=True))
        act = lambda: proposals.propose_opening(
            year, given, reason="Nyt år.", by=self.cast["chief"]
        )
        works = not open_already and year < YEAR + 6
        if year < YEAR + 6:
            self.wait_for(
                self.tried("new year", act, works=works),
                dict(zip(((year, 0), (year, 1)), amounts, strict=True)),
            )

    def wait_for(self, proposal, lines):
        if proposal:
            self.waiting.append((proposal, lines))

    def other(self, proposal):
        return self.cast["chief_bur" if proposal.proposed_by == self.cast["chief"] else "chief"]

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def approve(self, data):
        proposal, lines = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        works = self.reaches(lines)
        self.tried(
            "approve", lambda: proposals.approve(proposal, by=self.other(proposal)), works=works
        )
        if works:
            for key, amount in lines.items():
                self.put_in[key] = self.put_in.get(key, 0) + amount
        else:
            proposal.refresh_from_db()
            proposals.turn_down(proposal, reason="Rækker ikke.", by=self.other(proposal))

    @precondition(lambda self: self.waiting)
    @rule(own=st.booleans())
    def turn_down(self, own):
        proposal, _ = self.waiting.pop()
        if own:
            with pytest.raises(proposals.TakesBothCentres), transaction.atomic():
                proposals.approve(proposal, by=proposal.proposed_by)
        proposal.refresh_from_db()
        proposals.turn_down(proposal, reason="Nej.", by=self.other(proposal))

    def reaches_for(self, parts, given_back=None):
        """Whether each year's pool has that much, what is given back at the same time counted in."""
        more = given_back or {}
        return all(
            year in self.years() and part <= self.free(year) + more.get(year, 0)
            for year, part in parts.items()
        )

    @rule(
        tariff=st.integers(1_000, CEILING),
        first=st.dates(date(YEAR, 1, 1), date(AFTER, 6, 30)),
        days=st.integers(2, 900),
    )
    def decide(self, tariff, first, days):
        self.cases += 1
        [case] = many(
            1, school=self.cast["school"], by=self.cast["leader"], first=6_000 + self.cases
        )
        given = (tariff, first, first + timedelta(days=days - 1))
        parts = {year: part.amount for year, part in by_fiscal_year(*given).items()}
        granted = self.tried(
            "decide", lambda: self.granted(case, given), works=self.reaches_for(parts)
        )
        if granted:
            self.held[granted] = parts

    def granted(self, case, given):
        granted = decisions.grant(case, terms(*given), grounds="Behov.", by=self.cast["chair"])
        releases.release(case.application, by=self.cast["chair"])
        return granted

    def a_grant(self, data):
        """One of the grants, as a page would find it now."""
        order = sorted(self.held, key=lambda grant: (grant.starts_on, grant.tariff, grant.ends_on))
        joined = Grant.objects.select_related("decision__pupil_case__application", "district")
        return joined.get(pk=data.draw(st.sampled_from(order)).pk)

    def kept(self, grant, on):
        """What is left of a grant that ends on a day, by year, and whether it may end on it."""
        keep = by_fiscal_year(grant.tariff, grant.starts_on, on)
        kept = {year: keep[year].amount if year in keep else 0 for year in self.held[grant]}
        paid = any(kept[year] < self.paid.get((grant, year), 0) for year in kept)
        return kept, grant.status == "running" and on < grant.ends_on and not paid

    @precondition(lambda self: self.held)
    @rule(data=st.data(), days=st.integers(0, 900))
    def end_early(self, data, days):
        grant = self.a_grant(data)
        on = grant.starts_on + timedelta(days=days)
        kept, works = self.kept(grant, on)
        act = lambda: corrections.end_early(grant, on=on, grounds="Slut.", by=self.cast["chair"])  # noqa: E731
        self.tried("end early", act, works=works)
        if works:
            self.held[grant] = kept

    def stopped(self, old, first):
        """What is left of a grant whose decision is corrected from the day `first` on, and whether that may be."""
        if first > old.last_day:
            return self.held[old], True
        if first > old.starts_on:
            return self.kept(old, first - timedelta(days=1))
        nothing = dict.fromkeys(self.held[old], 0)
        return nothing, old.status == "running" and not any(
            self.paid.get((old, year), 0) for year in nothing
        )

    @precondition(lambda self: self.held)
    @rule(
        data=st.data(),
        days=st.integers(0, 900),
        more=st.integers(0, 300),
        tariff=st.integers(1_000, CEILING),
    )
    def change(self, data, days, more, tariff):
        """A correcting decision: the old grant makes room from its first day on, or was never given."""
        old = self.a_grant(data)
        first = old.starts_on + timedelta(days=days)
        given = (tariff, first, max(old.ends_on, first) + timedelta(days=more))
        parts = {year: part.amount for year, part in by_fiscal_year(*given).items()}
        kept, stops = self.stopped(old, first)
        given_back = {year: self.held[old][year] - kept[year] for year in kept}
        works = (
            old not in self.replaced
            and stops
            and first < given[2]
            and self.reaches_for(parts, given_back)
        )
        new = self.tried("change", lambda: self.corrected(old, given), works=works)
        if new:
            self.held |= {old: kept, new: parts}
            self.replaced.add(old)

    def corrected(self, old, given):
        decision = Decision.objects.get(pk=old.decision_id)
        return corrections.correct(
            decision, terms(*given), grounds="Ændret.", by=self.cast["chair"]
        ).grant

    @rule(until=st.dates(date(YEAR, 1, 1), date(AFTER, 12, 31)))
    def pay(self, until):
        """A run of all that is due, from proposal to the books."""
        due = Instalment.objects.waiting().filter(due_on__lte=until).sums_by("reference", "pool_id")
        if self.tried("pay", lambda: self.run(until), works=bool(due)):
            for row in due:
                grant = next(grant for grant in self.held if grant.pk == row["reference"])
                self.paid[grant, row["pool_id"]] += row["sum"]

    def run(self, until):
        run = payments.propose(until=until, by=self.cast["chief"])
        payments.approve(run, by=self.cast["chief_bur"])
        payments.export(run, by=self.cast["chief"])
        payments.mark_paid(run, on=banking_day_before(today()), by=self.cast["chief_bur"])
        return payments.settle(run)

    def correct(self, line, *, works):
        """Reverse a line of the books, a correction of one too, by both chiefs; whether it was reversed."""
        reversed_already = Posting.objects.filter(reverses=line).exists()
        act = lambda: proposals.correct(line, reason="Fejl.", by=self.cast["chief"])  # noqa: E731
        works = (
            None if works is None and not reversed_already else bool(works) and not reversed_already
        )
        proposal = self.tried(f"correct {line.kind}", act, works=works)
        if proposal:
            proposals.approve(proposal, by=self.cast["chief_bur"])
        return bool(proposal)

    def a_line(self, data, kind):
        return data.draw(st.sampled_from(list(Posting.objects.filter(kind=kind).order_by("pk"))))

    @precondition(lambda self: self.paid)
    @rule(data=st.data())
    def correct_a_payment(self, data):
        line = self.a_line(data, "payment")
        grant = next(grant for grant in self.held if grant.pk == line.reference)
        left = self.paid[grant, line.pool_id] - line.amount
        possible = 0 <= left <= self.held[grant][line.pool_id]
        again = (
            line.amount < 0
        )  # a correction is itself corrected, unless the instalment was paid again meanwhile
        if self.correct(line, works=None if possible and again else possible):
            self.paid[grant, line.pool_id] = left

    @rule(data=st.data())
    def correct_an_allocation(self, data):
        line = self.a_line(data, "allocation")
        key = (line.pool_id, self.cast["sources"].index(line.source))
        is_leg = Proposal.objects.filter(pk=line.reference, kind="transfer").exists()
        if self.correct(line, works=not is_leg and self.reaches({key: -line.amount})):
            self.put_in[key] -= line.amount

    @invariant()
    def the_books_are_those_kept_by_hand(self):
        years = self.years()
        assert Standing.objects.free(years) == {year: self.free(year) for year in years}
        assert min(self.free(year) for year in years) >= 0
        frames = {frame.source_id: number for number, frame in enumerate(as_it_stood()[0].frames)}
        shown = {
            (pool.year, frames[f.source_id]): f.allocated
            for pool in as_it_stood()
            for f in pool.frames
        }
        assert {key: amount for key, amount in shown.items() if amount} == {
            k: a for k, a in self.put_in.items() if a
        }

    @invariant()
    def a_pupil_counts_once_a_year(self):
        pupils = {
            (year, grant.pupil_id)
            for grant, held in self.held.items()
            for year, part in held.items()
            if part
        }
        rows = Posting.objects.values("pool_id").annotate(places=Sum("places")).order_by()
        counted = {row["pool_id"]: row["places"] for row in rows}
        assert counted == {year: sum(of == year for of, _ in pupils) for year in counted}

    @invariant()
    def the_schools_get_what_is_granted(self):
        """Paid, or planned to be: each grant's part of each year, to the krone."""
        rows = (
            Posting.objects.filter(kind="payment")
            .values("reference", "pool_id")
            .annotate(sum=Sum("amount"))
            .order_by()
        )
        paid = {(row["reference"], row["pool_id"]): row["sum"] for row in rows if row["sum"]}
        assert paid == {
            (grant.pk, year): amount for (grant, year), amount in self.paid.items() if amount
        }
        planned = Instalment.objects.planned().sums_by("reference", "pool_id")
        found = Counter(paid) + Counter(
            {(row["reference"], row["pool_id"]): row["sum"] for row in planned}
        )
        assert found == {
            (grant.pk, year): part
            for grant, held in self.held.items()
            for year, part in held.items()
            if part
        }

    @invariant()
    def the_books_prove_themselves(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert [check.difference for check in prove() if not check.holds] == []


@pytest.fixture
def cast(pools, sources, schools, chief, chief_bur, chair, leader):
    Books.cast = {
        "sources": sources,
        "school": School.objects.all()[0],
        "chief": chief,
        "chief_bur": chief_bur,
    }
    Books.cast |= {"chair": chair, "leader": leader}


def play(machine, steps):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, steps // STEPS_A_STORY),
            stateful_step_count=STEPS_A_STORY,
            deadline=None,
            database=None,
            derandomize=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("cast")
def test_no_sequence_of_acts_leaves_books_that_do_not_prove_themselves():
    Books.seen = Counter()
    play(Books, STEPS)
    assert {act for act, was_done in Books.seen if was_done} == ACTS
    assert sum(Books.seen.values()) > STEPS / 2


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("act", "guard"), [("sum", "adds_up"), ("line", "is_never_changed")])
def test_the_machine_notices_books_changed_behind_its_back(act, guard):
    class Tampered(Books):
        @rule()
        def tamper(self):
            with pgtrigger.ignore(f"budget.Posting:{guard}"):
                if act == "line":
                    Posting.objects.filter(kind="allocation", reverses=None).latest("pk").delete()
                else:
                    books.allocate(
                        year=YEAR, source=self.cast["sources"][0], amount=7, by=self.cast["chief"]
                    )

    with pytest.raises(AssertionError):
        play(Tampered, 50)
