"""The machine's raise of all tariffs that run, by both chiefs, before or after days are paid."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from budget.tariff import Later, by_fiscal_year, raised
from tests.conftest import AFTER, YEAR
from visitation.models import Grant, TariffVersion
from visitation.prices import actions, queries

ONE_DAY = timedelta(days=1)


class Raising:
    """What each grant costs after it is reckoned from its tariffs, and not from the preview."""

    @rule(tenths=st.integers(1, 40), from_on=st.dates(date(YEAR, 2, 1), date(AFTER, 12, 1)))
    def raise_tariffs(self, tenths, from_on):
        percent = Decimal(tenths) / 10
        after = self.amounts_after(percent, from_on)

        def act():
            words = {"reason": "Overenskomst.", "by": self.cast["chief"]}
            index = actions.propose_index(percent, from_on, **words)
            fingerprint = queries.preview(percent, from_on).fingerprint
            actions.approve_index(index, fingerprint=fingerprint, by=self.cast["chief_bur"])
            return True

        # Refusals have tests of their own: here it is what must work that counts.
        works = self.may_raise(after, from_on) or None
        if self.try_to("raise", act, works=works):
            self.commitments |= after

    def amounts_after(self, percent, from_on):
        """What each grant that runs over the day costs with its new tariff, by fiscal year."""
        amounts = {}
        for grant in Grant.objects.filter(pk__in=[grant.pk for grant in self.commitments]):
            if grant.status == "annulled" or not grant.starts_on < from_on <= grant.last_day:
                continue
            before = grant.tariff_on(from_on - ONE_DAY)
            tariff = raised(before, percent)
            if any(step.from_on == from_on for step in grant.later):
                tariff = before
            if tariff == before:
                continue
            tariffs = sorted([*grant.later, Later(from_on, tariff)])
            parts = by_fiscal_year(grant.tariff, grant.starts_on, grant.last_day, tariffs)
            kept = dict.fromkeys(self.commitments[grant], 0)
            amounts[grant] = kept | {year: part.amount for year, part in parts.items()}
        return amounts

    def may_raise(self, after, from_on):
        """Whether there is something to raise, nothing later stands, and every pool reaches."""
        versions = TariffVersion.objects.filter(grant__in=[grant.pk for grant in after])
        if not after or versions.filter(from_on__gte=from_on).exists():
            return False
        more = Counter()
        for grant, amounts in after.items():
            for year, amount in amounts.items():
                before = self.commitments[grant].get(year, 0)
                is_owed = self.paid.get((grant, year), 0) > before
                if is_owed or (amount != before and year in self.closed):
                    return False
                more[year] += amount - before
        return all(amount <= self.free(year) for year, amount in more.items())
