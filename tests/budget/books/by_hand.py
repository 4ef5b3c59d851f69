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
        self.closed = set()
        self.put_in = {}
        for year in (YEAR, NEXT, AFTER):
            for frame in (0, 1):
                self.put_in[year, frame] = 2_500_000
        self.commitments = {}  # grant: {year: DKK}
        self.paid = defaultdict(int)  # (grant, year): DKK
        self.files = defaultdict(int)  # (reference, year): DKK ordered, less what came back

    def years(self):
        return sorted({year for year, _ in self.put_in})

    def free(self, year):
        free = sum(amount for (of, _), amount in self.put_in.items() if of == year)
        for grant, amounts in self.commitments.items():
            free -= self.uses(grant, amounts, year)
        return free

    def uses(self, grant, amounts, year):
        """What is granted of a year, or what left the house for it, whichever is more."""
        return max(amounts.get(year, 0), self.paid.get((grant, year), 0))

    def reaches(self, lines):
        """Whether the books let `lines` happen: no frame and no year below nothing."""
        moved = Counter()
        for key, amount in lines.items():
            moved[key[0]] += amount
            if key[0] in self.closed:
                return False
            if self.put_in.get(key, 0) + amount < 0:
                return False
        return all(amount >= 0 or self.free(year) + amount >= 0 for year, amount in moved.items())

    def reaches_for(self, amounts, given_back):
        """Whether each year's pool has that much, what is given back at once counted in."""
        for year, amount in amounts.items():
            if year not in self.years() or (amount and year in self.closed):
                return False
            if amount > self.free(year) + given_back.get(year, 0):
                return False
        return True

    def leaves_closed_years(self, grant, left):
        """Whether a grant that keeps so much changes nothing of a year that is closed."""
        before = self.commitments[grant]
        return all(before.get(year, 0) == left.get(year, 0) for year in self.closed)

    def carries(self, grant, left, amounts):
        """What is paid of a grant beyond what is left of it, as far as the next one costs that."""
        carried = {}
        for year, amount in amounts.items():
            too_much = self.paid.get((grant, year), 0) - left.get(year, 0)
            if min(too_much, amount) > 0:
                carried[year] = min(too_much, amount)
        return carried

    def given_back(self, grant, left, carried):
        """What is free again by year when a grant keeps `left`, and `carried` goes on from it."""
        amounts = {}
        for year in left:
            before = self.uses(grant, self.commitments[grant], year)
            rest = self.paid.get((grant, year), 0) - carried.get(year, 0)
            amounts[year] = before - max(left[year], rest)
        return amounts

    def carry(self, old, new, carried):
        for year, amount in carried.items():
            self.paid[old, year] -= amount
            self.paid[new, year] += amount
