"""The end of a fiscal year: closed when all is settled, and opened again."""

from __future__ import annotations

from itertools import chain

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from budget.closing import actions as closing
from budget.closing import queries as closing_queries
from budget.closing import rules as closing_rules
from budget.models import Instalment
from budget.proposals import actions as proposals


class Years:
    """Which years are closed is kept by hand, and what was carried over."""

    @rule(carried=st.tuples(st.booleans(), st.booleans()), number=st.integers(0, 9))
    def close_year(self, carried, number):
        still_open = [year for year in self.years() if year not in self.closed]
        if not still_open:
            return
        year = still_open[number % len(still_open)]
        unused = closing_queries.unused(year)
        assert sum(unused.values()) == self.free(year)
        choices = {}
        for source, is_carried in zip(self.cast["sources"], carried, strict=True):
            choices[source] = closing_rules.CARRY if is_carried else closing_rules.GIVE_BACK
        lines = closing_rules.lines_of(year, unused, choices)

        def act():
            proposal = closing.propose_closing(year, choices, reason="Gået.", by=self.cast["chief"])
            proposals.approve(proposal, by=self.cast["chief_bur"])
            return True

        with time_machine.travel(f"{year + 1}-01-15 12:00", tick=False):
            if not self.try_to("close", act, works=self.may_close(year, lines)):
                return
        self.closed.add(year)
        for (of, source), amount in lines.items():
            key = (of, self.cast["sources"].index(source))
            self.put_in[key] = self.put_in.get(key, 0) + amount

    def may_close(self, year, lines):
        is_carried = any(of > year for of, _ in lines)
        can_take_it = year + 1 in self.years() and year + 1 not in self.closed
        awaited = chain.from_iterable(of_all for _, of_all in self.waiting)
        is_awaited = any(of == year for of, _ in awaited)
        is_settled = not Instalment.objects.planned().filter(pool=year).exists()
        return is_settled and not is_awaited and (can_take_it or not is_carried)

    @precondition(lambda self: self.closed)
    @rule(number=st.integers(0, 9))
    def reopen_year(self, number):
        year = sorted(self.closed)[number % len(self.closed)]

        def act():
            proposal = closing.propose_reopening(year, reason="Fejl.", by=self.cast["chief"])
            proposals.approve(proposal, by=self.cast["chief_bur"])
            return True

        self.try_to("reopen", act, works=True)
        self.closed.discard(year)
