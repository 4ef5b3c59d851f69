"""The acts on what leaves the house: runs, what bounces, what comes back, what is collected."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta

from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from budget.lifecycle import SENT
from budget.models import Instalment, PaymentRun, Posting
from budget.payments import actions as payments
from budget.payments import queries as payment_queries
from budget.payments import settling
from budget.proposals import actions as proposals
from budget.returns import actions as returns
from budget.returns.queries import can_come_back
from skolefleks.calendar import banking_day_before
from skolefleks.danish import today
from tests.budget.books.by_hand import WHICH, one_of
from tests.conftest import AFTER, YEAR


def in_order(rows):
    """By what does not change from run to run: ids are random."""
    return sorted(rows, key=lambda row: (row.amount, row.covers_from, row.covers_to, row.pool_id))


class Payments:
    """What is ordered in files is kept by hand, by reading the files."""

    def grant_with(self, reference):
        [grant] = [grant for grant in self.commitments if grant.pk == reference]
        return grant

    def count(self, reference, year, amount):
        """Note that so much more is paid to a grant, and was ordered in a file."""
        self.paid[self.grant_with(reference), year] += amount
        self.files[reference, year] += amount

    # -- runs -------------------------------------------------------------------------------------
    @rule(
        until=st.dates(date(YEAR, 1, 1), date(AFTER, 12, 31)),
        bounces=st.integers(0, 3).map(lambda one_in_four: not one_in_four),
        lines=WHICH,
    )
    def pay(self, until, bounces, lines):
        """A run of all that is due, from proposal to the books; some of it may bounce."""
        due = Instalment.objects.waiting().filter(due_on__lte=until, amount__gt=0)
        propose = {"until": until, "by": self.cast["chief"], "reason": "Alt."}
        run = self.try_to("pay", lambda: payments.propose(**propose), works=due.exists())
        if run:
            self.hand_over(run)
            if bounces:
                self.come_back("bounce", run, lines)
            self.book(run)

    # Asked before each step: where nothing is paid there is nothing to ask the database.
    @precondition(lambda self: self.paid and payment_queries.owed_by_school())
    @rule()
    def collect(self):
        """The school is asked for what it owes, and pays."""

        def act():
            school = self.cast["school"]
            return payments.propose_collection(school, by=self.cast["chief"])

        run = self.try_to("collect", act, works=True)
        self.hand_over(run)
        self.book(run)

    def hand_over(self, run):
        payments.approve(run, by=self.cast["chief_bur"])
        file = payments.export(run, by=self.cast["chief"])
        self.read(run, file)
        # Handed over some days ago: on a day without banks nothing is paid.
        run.exported_at -= timedelta(days=7)
        run.save(update_fields=["exported_at"])

    def book(self, run):
        run.refresh_from_db()
        if run.status == "exported":
            day = banking_day_before(today())
            payments.mark_paid(run, on=day, by=self.cast["chief_bur"])
            settling.settle(run)
            run.refresh_from_db()
            assert run.status == "paid"

    def read(self, run, file):
        """Count what the file orders; no account ever pays into it."""
        accounts = Counter()
        *lines, control = csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";")
        for line in lines:
            instalment = Instalment.objects.get(pk=line["Rate"])
            amount = int(line["Beløb"])
            self.count(instalment.reference, int(line["Regnskabsår"]), amount)
            accounts[line["Kontostreng"]] += amount
        assert int(control["Beløb"]) == sum(accounts.values())
        assert run.kind == "collection" or min(accounts.values()) >= 0

    # -- what comes back --------------------------------------------------------------------------
    @precondition(lambda self: self.paid and PaymentRun.objects.filter(status__in=SENT).exists())
    @rule(which=WHICH, lines=WHICH)
    def return_lines(self, which, lines):
        runs = PaymentRun.objects.filter(status__in=SENT).order_by("number")
        run = one_of(list(runs), which)
        if can_come_back(run):
            self.come_back("return", run, lines)

    def come_back(self, name, run, lines):
        """All lines of the run, as often as not; else those from one of them on."""
        rows = in_order(can_come_back(run))
        if lines % 2:
            rows = rows[lines // 2 % len(rows) :]

        def act():
            keys = [row.pk for row in rows]
            proposal = returns.propose_return(
                run, keys, on=today(), reason="Afvist.", by=self.cast["chief"]
            )
            proposals.approve(proposal, by=self.cast["chief_bur"])
            return True

        # What was set off is owed again: the pool may not hold it any more.
        works = None if any(row.amount < 0 for row in rows) else True
        if any(row.pool_id in self.closed for row in rows):
            works = False
        before = self.carried_by_grant()
        if not self.try_to(name, act, works=works):
            return
        for row in rows:
            self.count(row.reference, row.pool_id, -row.amount)
        for (reference, year), amount in self.carried_by_grant().items():
            more = amount - before.get((reference, year), 0)
            self.paid[self.grant_with(reference), year] += more

    def carried_by_grant(self):
        lines = Posting.objects.filter(kind="carried").values("reference", "pool_id")
        sums = lines.annotate(sum=Sum("amount")).order_by()
        return {(row["reference"], row["pool_id"]): row["sum"] for row in sums}

    # -- what always holds ------------------------------------------------------------------------
    @invariant()
    def what_the_files_order_is_what_the_books_have_paid(self):
        lines = Posting.objects.filter(kind="payment").values("reference", "pool_id")
        sums = lines.annotate(sum=Sum("amount")).order_by()
        booked = {(row["reference"], row["pool_id"]): row["sum"] for row in sums}
        ordered = {key: amount for key, amount in self.files.items() if amount}
        assert {key: amount for key, amount in booked.items() if amount} == ordered
