"""The demo's efforts: each begins, is followed up in its weeks, and some lag behind."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings

from skolefleks.calendar import ONE_DAY, school_day_before
from skolefleks.danish import today
from visitation.amendments import actions as amendments
from visitation.amendments import queries as amendment_queries
from visitation.amendments import rules as amendment_rules
from visitation.caseload import closings, measurements
from visitation.caseload.scene import BETWEEN_MEETINGS, read_data
from visitation.closings import actions as closing_actions
from visitation.closings import rules as closing_rules
from visitation.decisions import rules as decision_rules
from visitation.efforts import actions as efforts
from visitation.efforts import following
from visitation.efforts import rules as effort_rules
from visitation.followups import actions as followups
from visitation.followups import rules as followup_rules
from visitation.lifecycle import EffortStatus, FollowUpStatus
from visitation.models import (
    Decision,
    Effort,
    EffortCondition,
    FollowUpVoice,
    FollowUpWindow,
    StatusReport,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from applications.models import PupilCase
    from skolefleks.models import User
    from visitation.caseload.scene import Scene

TEXTS: dict[str, Any] = read_data("efforts")

Outcome = FollowUpWindow.Outcome
Present = FollowUpWindow.Present
Voice = FollowUpVoice.Voice
How = FollowUpVoice.How

# Every so many efforts is behind with its last follow-up, or has not begun.
BEHIND = 12
NOT_BEGUN = 6

# Which outcome a follow-up has, in turn.
OUTCOMES = (
    Outcome.UNCHANGED,
    Outcome.CHANGE,
    Outcome.UNCHANGED,
    Outcome.UNCHANGED,
    Outcome.STEP_DOWN,
)


class Case(Protocol):
    """What an effort's story needs to know of its case."""

    scene: Scene
    number: int
    data: dict[str, Any]
    leader: User

    def pupil_cases(self) -> list[PupilCase]: ...


class EffortStory:
    """One pupil's effort, from its first day until today. `released_on` is a day."""

    def __init__(self, case: Case, position: int, released_on: date) -> None:
        self.case = case
        self.scene = case.scene
        self.position = position
        self.released_on = released_on
        self.pupil: dict[str, Any] = case.data["pupils"][position]
        self.number = case.number + position
        decision = self.pupil["decision"]
        self.starts_on = self.scene.day(decision["starts_on"])
        self.ends_on = self.scene.day(decision["ends_on"])

    def plan(self) -> None:
        first_day = max(self.starts_on, self.released_on + ONE_DAY)
        if self.number % NOT_BEGUN == NOT_BEGUN - 1 and self._is_young():
            self._plan_on(first_day, self.say_not_begun)
        else:
            self._plan_on(first_day + 2 * ONE_DAY, self.confirm_begun)
            self._plan_on(first_day + 5 * ONE_DAY, partial(self.measure, 0))
            self._plan_on(first_day + 20 * ONE_DAY, self.settle_condition)

        windows = effort_rules.follow_ups(self.starts_on, self.ends_on)
        for turn, window in enumerate(windows):
            self._plan_follow_up(turn, window.hold_by)
        self._plan_on(self.ends_on + ONE_DAY, following.end_those_that_are_over)
        self._plan_on(self.ends_on + 12 * ONE_DAY, self.close)
        for months in settings.WHEREABOUTS_MONTHS:
            day = closing_rules.months_after(self.ends_on, months)
            self._plan_on(day, closing_actions.ask_for_whereabouts)
            self._plan_on(day + 4 * ONE_DAY, self.say_where_pupil_is)
        # One that was cut short ended before its own last day.
        self._plan_on(self.scene.today - 20 * ONE_DAY, self.close)
        self._plan_on(self.scene.today - 2 * ONE_DAY, self.say_where_pupil_is)

    def _is_young(self) -> bool:
        """Begun lately: an effort that has lasted long is not waited for any more."""
        return self.starts_on > self.scene.today - timedelta(days=75)

    def _plan_follow_up(self, turn: int, hold_by: date) -> None:
        is_last_one_past = hold_by > self.scene.today - timedelta(weeks=12)
        if self.number % BEHIND == BEHIND - 1 and is_last_one_past:
            return
        # Another day of the window for each: not all talks are on its last day.
        talk = school_day_before(hold_by - timedelta(days=1 + self.number % 5))
        do = partial(self._with_window, hold_by)
        self._plan_on(talk - 5 * ONE_DAY, partial(self.measure, turn + 1))
        self._plan_on(talk - 4 * ONE_DAY, partial(do, partial(self.report, turn)))
        self._plan_on(talk - 2 * ONE_DAY, partial(do, partial(self.speak, turn)))
        self._plan_on(talk, partial(do, self.hold))
        self._plan_on(talk + 3 * ONE_DAY, partial(do, partial(self.settle, turn)))
        self._plan_on(talk + 24 * ONE_DAY, self.answer)

    def _plan_on(self, day: date, act: Callable[[], object]) -> None:
        self.scene.plan_on(day, act)

    # -- the acts --

    def confirm_begun(self) -> None:
        effort = self._effort()
        if effort and effort.status == EffortStatus.AWAITING:
            begun_on = min(max(self.starts_on, self.released_on), today())
            efforts.confirm_begun(effort, begun_on=begun_on, by=self.case.leader)

    def say_not_begun(self) -> None:
        effort = self._effort()
        if effort:
            efforts.say_not_begun(
                effort,
                reason=TEXTS["delay"],
                expected_on=today() + timedelta(days=21),
                by=self.case.leader,
            )

    def settle_condition(self) -> None:
        """The school has done what the grant asks for; every third is still open."""
        effort = self._effort()
        if effort is None or not effort.is_live or self.number % 3 == 0:
            return
        for condition in effort.conditions.all():
            condition.effort = effort
            efforts.settle_condition(
                condition,
                state=EffortCondition.State.MET,
                owner=EffortCondition.Owner.SCHOOL,
                due_on=None,
                note=TEXTS["condition_note"],
                by=self.case.leader,
            )

    def measure(self, turn: int) -> None:
        effort = self._effort()
        if effort:
            measurements.measure(effort, self.number, turn, by=self.case.leader)

    def close(self) -> None:
        effort = self._effort()
        if effort:
            closings.close(effort, self.number, by=self.case.leader)

    def say_where_pupil_is(self) -> None:
        effort = self._effort()
        if effort:
            closings.answer(effort, self.number, by=self.case.leader)

    def report(self, turn: int, window: FollowUpWindow) -> None:
        effort = window.effort
        text = followup_rules.prefilled(
            list(effort.measures.all()), list(effort.contacts.all())
        )
        done = "Gennemført, som det er planlagt."
        report = StatusReport(
            window=window,
            carried_out=text.replace(
                "Sådan er det gået: ", f"Sådan er det gået: {done}"
            ),
            progress=self._text(TEXTS["progress"][self.pupil["kind"]], turn),
            obstacles=self._text(TEXTS["obstacles"], turn),
            suggestion=self._text(TEXTS["suggestion"], turn),
        )
        followups.hand_in_report(report, by=self.case.leader)

    def speak(self, turn: int, window: FollowUpWindow) -> None:
        """The pupil, the parents and PPR, who do not always agree."""
        leader = self.case.leader
        words = self._text(TEXTS["pupil"], turn)
        self._say(window, Voice.PUPIL, words, How.TOGETHER, by=leader)
        words = self._text(TEXTS["parents"], turn)
        self._say(window, Voice.PARENTS, words, How.TALK, by=leader)
        ppr = self.scene.person("ppr")
        words = self._text(TEXTS["ppr"], turn)
        self._say(window, Voice.PPR, words, How.SELF, by=ppr)

    def _say(
        self, window: FollowUpWindow, voice: Voice, words: str, how: How, *, by: User
    ) -> None:
        followups.say(
            window, voice, words=words, is_declined=not words, how=how, by=by
        )

    def hold(self, window: FollowUpWindow) -> None:
        present = [Present.PARENTS, Present.DAILY_LEADER, Present.PPR]
        if self.number % 4:
            present.insert(0, Present.PUPIL)
        followups.hold(
            window,
            held_on=today(),
            present=present,
            also_present="",
            by=self.case.leader,
        )

    def settle(self, turn: int, window: FollowUpWindow) -> None:
        """Told some days after the talk; every fifth still waits for it where it was just held."""
        is_new = today() > self.scene.today - timedelta(days=20)
        if is_new and self.number % 5 == 4:
            return
        outcome = OUTCOMES[(self.number + turn) % len(OUTCOMES)]
        followups.settle(
            window,
            outcome=outcome,
            grounds=self._text(TEXTS["grounds"][outcome], turn),
            by=self.case.leader,
        )

    def answer(self) -> None:
        """The committee answers what a follow-up asked it: steps down, or leaves all as it is."""
        effort = self._effort()
        amendment = None
        if effort:
            amendment = effort.amendments.waiting().first()
        if effort is None or amendment is None:
            return
        # Half of what was asked lately still waits.
        is_new = today() > self.scene.today - timedelta(days=60)
        if is_new and self.number % 2:
            return

        chair = self.scene.person("udvalg.formand")
        first = (today().replace(day=1) + timedelta(days=62)).replace(day=1)
        grants = amendment_queries.grants_of(effort)
        tariff = amendment_rules.tariff_on(grants, first)
        last = amendment_rules.last_day_of(grants)
        # Too near its end there is nothing to step down.
        if tariff is None or first + timedelta(days=90) > last or self.number % 3 == 0:
            amendments.leave_unchanged(
                amendment, grounds=TEXTS["unchanged"], way=BETWEEN_MEETINGS, by=chair
            )
            return
        terms = decision_rules.Terms(
            tariff=tariff * 2 // 3,
            starts_on=first,
            ends_on=last,
            conditions=grants[-1].conditions,
            deviation=TEXTS["stepped_deviation"],
        )
        grounds = TEXTS["stepped"]
        amendments.regrant(
            amendment,
            Decision.Outcome.STEPPED_DOWN,
            terms,
            grounds=grounds,
            way=BETWEEN_MEETINGS,
            by=chair,
        )

    # -- found --

    def _effort(self) -> Effort | None:
        pupil_case = self.case.pupil_cases()[self.position]
        efforts_of_pupil = Effort.objects.filter(pupil_case=pupil_case)
        return efforts_of_pupil.select_related("application", "pupil_case").first()

    def _with_window(
        self, hold_by: date, act: Callable[[FollowUpWindow], object]
    ) -> None:
        """Do it where the follow-up was laid and is not over, in an effort that runs."""
        effort = self._effort()
        if effort is None or effort.status != EffortStatus.RUNNING:
            return
        window = effort.windows.filter(hold_by=hold_by).first()
        if window is None or window.status not in {
            FollowUpStatus.PLANNED,
            FollowUpStatus.HELD,
        }:
            return
        window.effort = effort
        act(window)

    def _text(self, texts: list[str], turn: int) -> str:
        return texts[(self.number + turn) % len(texts)]
