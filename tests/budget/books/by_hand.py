"""Books kept by hand: what each act should come to, without asking the books."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import strategies as st

from budget.tariff import by_fiscal_year
from tests.conftest import AFTER, NEXT, YEAR

# A row of a list whose length only the story knows.
WHICH = st.integers(0, 99)


def one_of(rows, which):
    return rows[which % len(rows)]


def amounts_of(tariff, first, last, steps=()):
    """What a grant costs, whole DKK by fiscal year."""
    parts = by_fiscal_year(tariff, first, last, steps)
    return {year: part.amount for year, part in parts.items()}


class BooksByHand:
    """What each frame has put into each year, and what each grant holds and is paid, by year."""

    def open_books(self):
        self.put_in = {}
        for year in (YEAR, NEXT, AFTER):
            for frame in (0, 1):
                self.put_in[year, frame] = 2_500_000
        self.commitments = {}  # grant: {year: DKK}
        self.paid = defaultdict(int)  # (grant, year): DKK

    def years(self):
        return sorted({year for year, _ in self.put_in})

    def free(self, year):
        free = sum(amount for (of, _), amount in self.put_in.items() if of == year)
        for amounts in self.commitments.values():
            free -= amounts.get(year, 0)
        return free

    def reaches(self, lines):
        """Whether the books let `lines` happen: no frame and no year below nothing."""
        moved = Counter()
        for key, amount in lines.items():
            moved[key[0]] += amount
            if self.put_in.get(key, 0) + amount < 0:
                return False
        return all(amount >= 0 or self.free(year) + amount >= 0 for year, amount in moved.items())

    def reaches_for(self, amounts, given_back):
        """Whether each year's pool has that much, what is given back at once counted in."""
        for year, amount in amounts.items():
            if year not in self.years():
                return False
            if amount > self.free(year) + given_back.get(year, 0):
                return False
        return True

    def has_paid_more_than(self, grant, amounts):
        return any(self.paid.get((grant, year), 0) > amount for year, amount in amounts.items())
