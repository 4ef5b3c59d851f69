"""A machine that does whatever acts on the books it likes, beside books kept by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings as project
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from budget.books.proof import as_it_stood, prove
from budget.models import Instalment, Posting, Proposal, Standing
from budget.proposals import actions as proposals
from budget.tariff import NOTHING, by_fiscal_year
from skolefleks.refusals import Refusal
from tests.budget.books.amending import Amending
from tests.budget.books.by_hand import WHICH, BooksByHand, amounts_of, one_of
from tests.budget.books.machine_payments import Payments
from tests.budget.books.machine_years import Years
from tests.budget.books.raising import Raising
from tests.budget.books.tour import Tour
from tests.conftest import AFTER, YEAR, many, terms
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Decision, Grant
from visitation.releases import actions as releases

CEILING = project.TARIFF_CEILING
LAST_YEAR_TO_OPEN = YEAR + 5

# The proof takes as long as an act; what its checks find stays in the books, and is found later.
STEPS_A_PROOF = 10


def without_nothing(amounts):
    return {key: amount for key, amount in amounts.items() if amount}


class Books(Tour, Amending, Raising, Payments, Years, BooksByHand, RuleBasedStateMachine):
    """Each act, and what it should come to."""

    cast: dict = {}
    # (act, whether it was to be done or refused; None: either): how often.
    seen: Counter = Counter()

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

        self.open_books()
        self.waiting = []  # (proposal, its lines)
        self.case_count = 0
        self.replaced = set()
        # What a story begins with is proved at once: after the tour that is all acts.
        self.unproved_steps = STEPS_A_PROOF - 1

    def teardown(self):
        try:
            if self.unproved_steps:
                self.prove_the_books()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def try_to(self, name, act, *, works):
        """Do `act`; it is refused just when it should be (`works` None: it may be either)."""
        self.seen[name, works] += 1
        outcome = refusal = None
        try:
            with transaction.atomic():
                outcome = act()
        except Refusal as error:
            refusal = error

        if works is not None:
            was_done = refusal is None
            assert was_done == works, f"{name}: {refusal}"
        return outcome

    # -- proposals --------------------------------------------------------------------------------
    def frame_year(self, key):
        year, frame = key
        return proposals.FrameYear(year, self.cast["sources"][frame])

    @rule(
        year=st.integers(0, 9),
        frame=st.integers(0, 1),
        amount=st.integers(-3_000_000, 500_000).filter(bool),
    )
    def propose_allocation(self, year, frame, amount):
        key = (self.years()[year % len(self.years())], frame)
        lines = {key: amount}

        def act():
            return proposals.propose_allocation(
                self.frame_year(key), amount, reason="Behov.", by=self.cast["chief"]
            )

        self.wait_for(self.try_to("allocate", act, works=self.reaches(lines)), lines)

    @rule(giving=WHICH, taking=WHICH, amount=st.integers(1, 3_000_000))
    def propose_transfer(self, giving, taking, amount):
        giving = one_of(sorted(self.put_in), giving)
        taking = one_of(sorted(self.put_in), taking)
        lines = {taking: amount, giving: -amount}

        def act():
            return proposals.propose_transfer(
                self.frame_year(giving),
                self.frame_year(taking),
                amount,
                reason="Flyt.",
                by=self.cast["chief_bur"],
            )

        works = giving != taking and self.reaches(lines)
        self.wait_for(self.try_to("transfer", act, works=works), lines)

    @rule(amounts=st.tuples(st.integers(0, 3_000_000), st.integers(1, 3_000_000)))
    def propose_new_year(self, amounts):
        year = self.years()[-1] + 1
        if year > LAST_YEAR_TO_OPEN:
            return

        def act():
            by_source = dict(zip(self.cast["sources"], amounts, strict=True))
            return proposals.propose_opening(
                year, by_source, reason="Nyt år.", by=self.cast["chief"]
            )

        is_waiting = any((year, 0) in lines for _, lines in self.waiting)
        lines = {(year, 0): amounts[0], (year, 1): amounts[1]}
        self.wait_for(self.try_to("new year", act, works=not is_waiting), lines)

    def wait_for(self, proposal, lines):
        if proposal:
            self.waiting.append((proposal, lines))

    def other_chief(self, proposal):
        if proposal.proposed_by == self.cast["chief"]:
            return self.cast["chief_bur"]
        return self.cast["chief"]

    @precondition(lambda self: self.waiting)
    @rule(which=WHICH)
    def approve(self, which):
        proposal, lines = self.waiting.pop(which % len(self.waiting))
        other = self.other_chief(proposal)
        works = self.reaches(lines)
        self.try_to("approve", lambda: proposals.approve(proposal, by=other), works=works)

        if works:
            for key, amount in lines.items():
                self.put_in[key] = self.put_in.get(key, 0) + amount
        else:
            proposal.refresh_from_db()
            proposals.turn_down(proposal, reason="Rækker ikke.", by=other)

    @precondition(lambda self: self.waiting)
    @rule(own=st.booleans())
    def turn_down(self, own):
        proposal, _ = self.waiting.pop()
        if own:
            with pytest.raises(proposals.TakesBothCentres), transaction.atomic():
                proposals.approve(proposal, by=proposal.proposed_by)
        proposal.refresh_from_db()
        proposals.turn_down(proposal, reason="Nej.", by=self.other_chief(proposal))

    # -- decisions --------------------------------------------------------------------------------
    @rule(
        tariff=st.integers(1_000, CEILING),
        first=st.dates(date(YEAR, 1, 1), date(AFTER, 6, 30)),
        days=st.integers(2, 900),
    )
    def decide(self, tariff, first, days):
        self.case_count += 1
        [pupil_case] = many(
            1, school=self.cast["school"], by=self.cast["leader"], first=6_000 + self.case_count
        )
        period = (tariff, first, first + timedelta(days=days - 1))
        amounts = amounts_of(*period)

        def act():
            chair = self.cast["chair"]
            grant = decisions.grant(pupil_case, terms(*period), grounds="Behov.", by=chair)
            releases.release(pupil_case.application, by=chair)
            return grant

        grant = self.try_to("decide", act, works=self.reaches_for(amounts, {}))
        if grant:
            self.commitments[grant] = amounts

    def find_grant(self, which):
        """One of the grants, as a page would find it now."""
        in_order = sorted(
            self.commitments, key=lambda grant: (grant.starts_on, grant.tariff, grant.ends_on)
        )
        joined = Grant.objects.select_related("decision__pupil_case__application", "district")
        return joined.get(pk=one_of(in_order, which).pk)

    def left_on(self, grant, on):
        """What is left of a grant that ends on a day, by year, and whether it may end on it."""
        parts = by_fiscal_year(grant.tariff, grant.starts_on, on, grant.later)
        left = {year: parts.get(year, NOTHING).amount for year in self.commitments[grant]}
        may_end = grant.status == "running" and on < grant.ends_on
        return left, may_end and self.leaves_closed_years(grant, left)

    @precondition(lambda self: self.commitments)
    @rule(which=WHICH, days=st.integers(0, 900))
    def end_early(self, which, days):
        grant = self.find_grant(which)
        on = grant.starts_on + timedelta(days=days)
        left, works = self.left_on(grant, on)

        def act():
            corrections.end_early(grant, on=on, grounds="Slut.", by=self.cast["chair"])

        self.try_to("end early", act, works=works)
        if works:
            self.commitments[grant] = left

    def left_before(self, old, first):
        """What is left of a grant whose decision is corrected from a day on, and whether it may."""
        if first > old.last_day:
            return self.commitments[old], True
        if first > old.starts_on:
            return self.left_on(old, first - timedelta(days=1))

        # It was never given.
        nothing = dict.fromkeys(self.commitments[old], 0)
        return nothing, old.status == "running" and self.leaves_closed_years(old, nothing)

    @precondition(lambda self: self.commitments)
    @rule(
        which=WHICH,
        days=st.integers(0, 900),
        more=st.integers(0, 300),
        tariff=st.integers(1_000, CEILING),
    )
    def change(self, which, days, more, tariff):
        """A correcting decision: the old grant makes room from the new one's first day on."""
        old = self.find_grant(which)
        first = old.starts_on + timedelta(days=days)
        last = max(old.ends_on, first) + timedelta(days=more)
        amounts = amounts_of(tariff, first, last)
        left, makes_room = self.left_before(old, first)
        carried = self.carries(old, left, amounts)
        given_back = self.given_back(old, left, carried)
        can_be_corrected = old not in self.replaced and makes_room and first < last
        works = can_be_corrected and self.reaches_for(amounts, given_back)

        new = self.try_to(
            "change", lambda: self.correct_decision(old, (tariff, first, last)), works=works
        )
        if new:
            self.commitments |= {old: left, new: amounts}
            self.replaced.add(old)
            self.carry(old, new, carried)

    def correct_decision(self, old, period, **said):
        decision = Decision.objects.get(pk=old.decision_id)
        what = replace(terms(*period), **said)
        corrected = corrections.correct(decision, what, grounds="Ændret.", by=self.cast["chair"])
        return corrected.grant

    @precondition(lambda self: self.commitments)
    @rule(which=WHICH, days=st.integers(0, 200))
    def begin_late(self, which, days):
        """The effort begins later than it was granted: the days before are given back."""
        old = self.find_grant(which)
        first, last = old.starts_on + timedelta(days=days), old.ends_on
        amounts = amounts_of(old.tariff, first, last)
        left, makes_room = self.left_before(old, old.starts_on)
        carried = self.carries(old, left, amounts)
        given_back = self.given_back(old, left, carried)
        begins_the_effort = old.effort.starts_on == old.starts_on
        may = old not in self.replaced and makes_room and begins_the_effort
        works = may and days > 0 and first < last and self.reaches_for(amounts, given_back)

        period = (old.tariff, first, last)
        new = self.try_to(
            "begin late", lambda: self.correct_decision(old, period, begins_late=True), works=works
        )
        if new:
            self.commitments |= {old: left, new: amounts}
            self.replaced.add(old)
            self.carry(old, new, carried)

    # -- corrections ------------------------------------------------------------------------------
    def reverse(self, line, *, works):
        """Reverse a line, a correction of one too, by both chiefs; whether it was reversed."""
        if Posting.objects.filter(reverses=line).exists():
            works = False

        def act():
            return proposals.correct(line, reason="Fejl.", by=self.cast["chief"])

        proposal = self.try_to(f"correct {line.kind}", act, works=works)
        if proposal:
            proposals.approve(proposal, by=self.cast["chief_bur"])
        return bool(proposal)

    def find_line(self, which, kind):
        return one_of(list(Posting.objects.filter(kind=kind).order_by("pk")), which)

    @precondition(lambda self: self.paid and Posting.objects.filter(kind="payment").exists())
    @rule(which=WHICH)
    def correct_a_payment(self, which):
        """What the bank did is no mistake of the books; the note of a return may have been one."""
        line = self.find_line(which, "payment")
        is_return = line.reverses_id is not None and line.amount < 0
        if self.reverse(line, works=None if is_return else False):
            self.count(line.reference, line.pool_id, -line.amount)

    @rule(which=WHICH)
    def correct_an_allocation(self, which):
        line = self.find_line(which, "allocation")
        key = (line.pool_id, self.cast["sources"].index(line.source))
        moves = Proposal.objects.filter(kind__in=("transfer", "closing"))
        is_leg = moves.filter(pk=line.reference).exists()
        works = not is_leg and self.reaches({key: -line.amount})
        if self.reverse(line, works=works):
            self.put_in[key] -= line.amount

    # -- what always holds ------------------------------------------------------------------------
    @invariant()
    def the_books_are_those_kept_by_hand(self):
        free = {year: self.free(year) for year in self.years()}
        assert Standing.objects.free(self.years()) == free
        assert min(free.values()) >= 0

        numbers = {source.pk: number for number, source in enumerate(self.cast["sources"])}
        allocated = {}
        for pool in as_it_stood():
            for frame in pool.frames:
                allocated[pool.year, numbers[frame.source_id]] = frame.allocated
        assert without_nothing(allocated) == without_nothing(self.put_in)

    @invariant()
    def a_pupil_counts_once_a_year(self):
        pupils = set()
        for grant, amounts in self.commitments.items():
            for year in without_nothing(amounts):
                pupils.add((year, grant.pupil_id))
        by_year = Counter(year for year, _ in pupils)

        rows = Posting.objects.values("pool_id").annotate(places=Sum("places")).order_by()
        counted = {row["pool_id"]: row["places"] for row in rows}
        assert counted == {year: by_year[year] for year in counted}

    @invariant()
    def the_schools_get_what_is_granted(self):
        """Paid, as it is kept by hand, or planned to be: each grant's part of each year."""
        paid = self.paid_in_the_books()
        by_hand = {(grant.pk, year): amount for (grant, year), amount in self.paid.items()}
        assert paid == without_nothing(by_hand)

        to_get = Counter(paid)
        for row in Instalment.objects.planned().sums_by("reference", "pool_id"):
            to_get[row["reference"], row["pool_id"]] += row["sum"]

        committed = {}
        for grant, amounts in self.commitments.items():
            for year, amount in without_nothing(amounts).items():
                committed[grant.pk, year] = amount
        # What is paid of an annulled grant is planned back: together that is nothing.
        assert without_nothing(to_get) == committed

    def paid_in_the_books(self):
        lines = Posting.objects.filter(kind__in=("payment", "carried")).values(
            "reference", "pool_id"
        )
        sums = lines.annotate(sum=Sum("amount")).order_by()
        return without_nothing({(row["reference"], row["pool_id"]): row["sum"] for row in sums})

    @invariant()
    def the_books_prove_themselves(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.unproved_steps += 1
        if self.unproved_steps == STEPS_A_PROOF:
            self.prove_the_books()

    def prove_the_books(self):
        self.unproved_steps = 0
        assert [check.difference for check in prove() if not check.holds] == []
