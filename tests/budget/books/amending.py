"""The machine's acts on efforts that run, beside the books kept by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from budget.tariff import Later
from skolefleks.danish import today
from tests.budget.books.by_hand import WHICH, amounts_of
from visitation.amendments import actions
from visitation.decisions.rules import Terms
from visitation.models import Amendment, Decision, Effort, Grant
from visitation.moves.actions import move_to_school
from visitation.moves.rules import terms_from

Outcome = Decision.Outcome
ONE_DAY = timedelta(days=1)
CEILING = settings.TARIFF_CEILING


class Amending:
    """Each act on an effort, and what it should come to."""

    def find_effort(self, which):
        """The effort of one of the grants, and its grants that stand, in order."""
        effort = Effort.objects.get(pk=self.find_grant(which).effort_id)
        joined = Grant.objects.select_related("decision__pupil_case__application", "district")
        return effort, list(joined.standing().filter(effort=effort).order_by("starts_on"))

    def amend(self, effort, kind, act):
        """Ask the committee and have it answer, as one: a refusal leaves nothing behind."""
        now = timezone.now()
        asked = {"written_by": self.cast["leader"], "written_at": now, "asked_at": now}
        if kind == "extend":
            asked |= {"until": today(), "tariff": 1}
        amendment = Amendment.objects.create(
            effort=effort, pupil_case=effort.pupil_case, kind=kind, **asked
        )
        return act(amendment)

    def regrant(self, outcome, terms):
        def act(amendment):
            answer = {"grounds": "Fulgt op.", "by": self.cast["chair"]}
            return actions.regrant(amendment, outcome, terms, **answer).grant

        return act

    def room_before(self, grants, first):
        """What is left of each grant that ends before a day, and whether all of them may end."""
        left, may_go = {}, True
        for grant in grants:
            if grant.last_day < first:
                continue
            if grant.starts_on >= first:
                left[grant] = dict.fromkeys(self.commitments[grant], 0)
                may_go &= grant.status == "running"
                may_go &= self.leaves_closed_years(grant, left[grant])
            else:
                left[grant], may_end = self.left_on(grant, first - ONE_DAY)
                may_go &= may_end
        return left, may_go

    def carried_on(self, left, amounts):
        """What each grant that ends gives to the one that follows: what one gives, no other can."""
        amounts = dict(amounts)
        carried = {}
        for grant in left:
            carried[grant] = self.carries(grant, left[grant], amounts)
            for year, amount in carried[grant].items():
                amounts[year] -= amount
        return carried

    def given_back_by_all(self, left, carried):
        total = Counter()
        for grant, amounts in left.items():
            total.update(self.given_back(grant, amounts, carried[grant]))
        return total

    def answered(self, effort, left, new=None, amounts=None, carried=None):
        """Keep what an answer came to: no decision of the pupil before it can be corrected."""
        self.replaced |= {grant for grant in self.commitments if grant.pupil_id == effort.pupil_id}
        self.commitments |= left
        if new:
            self.commitments[new] = amounts
        for grant, by_year in (carried or {}).items():
            self.carry(grant, new, by_year)

    def tariff_on(self, grants, day):
        for grant in grants:
            if grant.starts_on <= day <= grant.last_day:
                return grant.tariff_on(day)
        return CEILING + 1

    # -- the acts ----------------------------------------------------------------------------------
    @precondition(lambda self: self.commitments)
    @rule(which=WHICH, days=st.integers(0, 600), tariff=st.integers(2, CEILING), step=st.booleans())
    def step_down(self, which, days, tariff, step):
        effort, grants = self.find_effort(which)
        if not grants:
            return
        first, last = grants[0].starts_on + timedelta(days=days), max(g.last_day for g in grants)
        halfway = first + (last - first) / 2
        steps = (Later(halfway, tariff // 2),) if step and halfway > first else ()
        amounts = amounts_of(tariff, first, last, steps)
        left, makes_room = self.room_before(grants, first)
        is_lower = first < last and tariff < self.tariff_on(grants, first)
        carried = self.carried_on(left, amounts)
        given_back = self.given_back_by_all(left, carried)
        works = is_lower and makes_room and self.reaches_for(amounts, given_back)

        act = self.regrant(Outcome.STEPPED_DOWN, Terms(tariff, first, last, steps=steps))
        new = self.try_to("step down", lambda: self.amend(effort, "step_down", act), works=works)
        if new:
            self.answered(effort, left, new, amounts, carried)

    @precondition(lambda self: self.commitments)
    @rule(which=WHICH, days=st.integers(2, 300), tariff=st.integers(1_000, CEILING))
    def extend(self, which, days, tariff):
        effort, grants = self.find_effort(which)
        if not grants:
            return
        first = max(grant.last_day for grant in grants) + ONE_DAY
        last = first + timedelta(days=days - 1)
        amounts = amounts_of(tariff, first, last)
        others = Grant.objects.standing().filter(pupil=effort.pupil_id)
        is_taken = any(row.starts_on <= last and row.last_day >= first for row in others)
        works = not is_taken and self.reaches_for(amounts, {})

        act = self.regrant(Outcome.EXTENDED, Terms(tariff, first, last))
        new = self.try_to("extend", lambda: self.amend(effort, "extend", act), works=works)
        if new:
            self.answered(effort, {}, new, amounts)

    @precondition(lambda self: self.commitments)
    @rule(which=WHICH, days=st.integers(0, 600), school=st.integers(0, 4))
    def move_school(self, which, days, school):
        """The days to come are granted to the new school; what the old one has had it owes."""
        effort, grants = self.find_effort(which)
        if not grants:
            return
        first = grants[0].starts_on + timedelta(days=days + 1)
        where = self.cast["schools"][school % len(self.cast["schools"])]
        left, makes_room = self.room_before(grants, first)
        rows = terms_from(grants, first)
        amounts = [amounts_of(row.tariff, row.starts_on, row.ends_on, row.steps) for row in rows]
        total = Counter()
        for by_year in amounts:
            total.update(by_year)
        nothing = {grant: {} for grant in left}
        given_back = self.given_back_by_all(left, nothing)
        may = makes_room and self.may_move(effort, grants, first, where, rows)
        works = may and self.reaches_for(total, given_back)

        def act():
            day, by = first - ONE_DAY, self.cast["chair"]
            said = {"school": where, "last_day": day, "grounds": "Flyttet.", "by": by}
            return move_to_school(effort, **said)

        moved = self.try_to("move", act, works=works)
        if moved:
            self.answered(effort, left)
            in_order = moved.grants.select_related("decision").order_by("starts_on")
            self.commitments |= dict(zip(in_order, amounts, strict=True))
            # The last one may be corrected; the old school's may not.
            self.replaced |= set(list(in_order)[:-1])

    def may_move(self, effort, grants, first, school, rows):
        """Whether the effort may end the day before, and begin at the school."""
        others = Effort.objects.live().filter(pupil=effort.pupil_id, school=school)
        is_elsewhere = school.pk != effort.school_id and not others.exists()
        is_first = effort.is_live and not hasattr(effort, "moved_to")
        lasts = max(grant.last_day for grant in grants) > first
        return is_elsewhere and is_first and lasts and all(r.starts_on < r.ends_on for r in rows)

    @precondition(lambda self: self.commitments)
    @rule(which=WHICH, days=st.integers(0, 900))
    def stop(self, which, days):
        effort, grants = self.find_effort(which)
        if not grants:
            return
        on = grants[0].starts_on + timedelta(days=days)
        left, makes_room = self.room_before(grants, on + ONE_DAY)
        works = on < max(grant.last_day for grant in grants) and makes_room

        def act(amendment):
            actions.stop(amendment, last_day=on, grounds="Slut.", by=self.cast["chair"])
            return True

        if self.try_to("stop", lambda: self.amend(effort, "stop", act), works=works):
            self.answered(effort, left)
