"""Each act of the machine once, on purpose: what chance does besides may leave one of them out."""

from __future__ import annotations

from datetime import date

from hypothesis.stateful import initialize

from tests.conftest import AFTER, NEXT

# By the first day of its grant, the newest is the last one in the list.
NEWEST = -1

# All lines of a run, or those from the second on.
ALL, SOME = 0, 3

LAST_DAY = date(AFTER, 12, 31)


class Tour:
    """The first story of a run begins with all acts; those after it begin with empty books."""

    @initialize()
    def do_each_act_once(self):
        if self.seen:
            return
        self.once_for_the_pools()
        self.once_for_the_grants()
        self.once_for_what_was_paid()
        self.once_for_what_was_paid_too_much()
        self.once_for_what_was_paid_too_little()
        self.once_for_a_year()

    def once_for_the_pools(self):
        self.propose_allocation(year=0, frame=0, amount=100_000)
        self.approve(which=0)
        self.propose_transfer(giving=0, taking=1, amount=50_000)
        self.approve(which=0)
        self.propose_new_year(amounts=(1_000, 1_000))
        self.approve(which=0)

    def once_for_the_grants(self):
        for month, act in (
            (1, lambda: self.begin_late(which=NEWEST, days=20)),
            (2, lambda: self.change(which=NEWEST, days=60, more=0, tariff=150_000)),
            (5, lambda: self.end_early(which=NEWEST, days=50)),
            (6, lambda: self.step_down(which=NEWEST, days=100, tariff=90_000, step=True)),
            (7, lambda: self.move_school(which=NEWEST, days=100, school=1)),
            (10, lambda: self.extend(which=NEWEST, days=90, tariff=80_000)),
        ):
            self.decide(tariff=200_000, first=date(NEXT, month, 1), days=300)
            act()
        # What was extended last, with the extension.
        self.stop(which=NEWEST, days=30)

    def once_for_what_was_paid(self):
        self.pay(until=LAST_DAY, bounces=False, lines=ALL)
        self.correct_a_payment(which=0)
        self.correct_an_allocation(which=0)
        self.return_lines(which=0, lines=SOME)
        self.pay(until=LAST_DAY, bounces=True, lines=ALL)
        self.pay(until=LAST_DAY, bounces=False, lines=ALL)

    def once_for_what_was_paid_too_much(self):
        """What follows costs less than was paid, or nothing follows: the school owes."""
        for month, act in (
            (7, lambda: self.change(which=NEWEST, days=30, more=0, tariff=50_000)),
            (9, lambda: self.step_down(which=NEWEST, days=30, tariff=40_000, step=True)),
            (11, lambda: self.stop(which=NEWEST, days=30)),
        ):
            self.decide(tariff=200_000, first=date(AFTER, month, 1), days=120)
            self.pay(until=LAST_DAY, bounces=False, lines=ALL)
            act()
        self.collect()

    def once_for_what_was_paid_too_little(self):
        """After a payment a grant costs more, by a new decision or by an index of prices."""
        self.decide(tariff=50_000, first=date(AFTER, 11, 1), days=60)
        self.pay(until=LAST_DAY, bounces=False, lines=ALL)
        self.raise_tariffs(tenths=25, from_on=date(AFTER, 11, 20))
        self.change(which=NEWEST, days=30, more=0, tariff=90_000)
        self.pay(until=LAST_DAY, bounces=False, lines=ALL)
        # A whole run comes back.
        self.return_lines(which=NEWEST, lines=ALL)

    def once_for_a_year(self):
        self.close_year(carried=(True, False), number=0)
        self.reopen_year(number=0)
