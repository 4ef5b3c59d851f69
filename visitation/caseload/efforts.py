"""The demo's efforts: each begins, is followed up in its weeks, and some lag behind."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings

from skolefleks.calendar import ONE_DAY, months_after, school_day_before
from skolefleks.danish import today
from skolefleks.models import School
from visitation.amendments.writing import Extension, send_extension
from visitation.caseload import answers, closings, measurements
from visitation.caseload.scene import read_data
from visitation.closings import actions as closing_actions
from visitation.efforts import actions as efforts
from visitation.efforts import following
from visitation.followups import actions as followups
from visitation.followups import rules as followup_rules
from visitation.lifecycle import EffortStatus, FollowUpStatus
from visitation.models import (
    Effort,
    EffortCondition,
    FollowUpVoice,
    FollowUpWindow,
    Grant,
    StatusReport,
)
from visitation.moves import actions as moves

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from applications.models import PupilCase
    from skolefleks.models import User
    from visitation.caseload.scene import Scene

TEXTS: dict[str, Any] = read_data("efforts")

Outcome = FollowUpWindow.Outcome
Present = FollowUpWindow.Present
Voice = FollowUpVoice.Voice
How = FollowUpVoice.How

# Every so many efforts is behind with its last follow-up, or
# begins late.
BEHIND = 24
NOT_BEGUN = 6

# Which outcome a follow-up has, in turn.
OUTCOMES = (
    Outcome.UNCHANGED,
    Outcome.CHANGE,
    Outcome.UNCHANGED,
    Outcome.UNCHANGED,
    Outcome.UNCHANGED,
    Outcome.STEP_DOWN,
    Outcome.UNCHANGED,
)
# Of efforts with a story of their own: by the case, and the turn.
SPECIAL: dict[tuple[str, int], FollowUpWindow.Outcome] = {
    ("maaloevhoej-02", 1): Outcome.STOP,
    ("skovvejen-01", 3): Outcome.EXTEND,
}
# Whose pupil has changed school, and to which.
MOVES = {"maaloevhoej-04": "Skovlunde Skole"}
MOVED_DAYS_AGO = 45


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
        self.effort_id: UUID | None = None

    def plan(self) -> None:
        first_day = max(self.starts_on, self.released_on + ONE_DAY)
        begins = first_day + 2 * ONE_DAY
        if self.number % NOT_BEGUN == NOT_BEGUN - 1 and self._is_young():
            self._plan_on(first_day, self.say_not_begun)
            begins = first_day + 24 * ONE_DAY
        self._plan_on(begins, self.confirm_begun)
        self._plan_on(begins + 3 * ONE_DAY, partial(self.measure, 0))
        self._plan_on(begins + 18 * ONE_DAY, self.settle_condition)

        # The windows are laid by the release.
        self._plan_on(self.released_on + ONE_DAY, self.look_ahead)
        self._plan_end(self.ends_on)
        early = self.pupil["decision"].get("ended_early_on")
        if early:
            self._plan_end(self.scene.day(early))
        if self.moves:
            day = self.scene.today - timedelta(days=MOVED_DAYS_AGO)
            self._plan_on(day, self.change_school)

    def look_ahead(self) -> None:
        """See to the follow-ups that are laid and nobody sees to yet."""
        effort = self._effort()
        if effort is None:
            return
        windows = effort.windows.exclude(status=FollowUpStatus.CANCELLED)
        for turn, window in enumerate(windows):
            if window.pk not in self.scene.follow_ups:
                self.scene.follow_ups.add(window.pk)
                self._plan_follow_up(turn, window.hold_by)

    def _plan_end(self, last_day: date) -> None:
        self._plan_on(last_day + ONE_DAY, following.end_those_that_are_over)
        for days in (12, 35):
            self._plan_on(last_day + days * ONE_DAY, self.close)
        for months in settings.WHEREABOUTS_MONTHS:
            day = months_after(last_day, months)
            self._plan_on(day, closing_actions.ask_for_whereabouts)
            self._plan_on(day + 4 * ONE_DAY, self.say_where_pupil_is)

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
            efforts.confirm_begun(effort, begun_on=begun_on, by=self.leader)

    def say_not_begun(self) -> None:
        effort = self._effort()
        if effort:
            efforts.say_not_begun(
                effort,
                reason=TEXTS["delay"],
                expected_on=today() + timedelta(days=21),
                by=self.leader,
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
                by=self.leader,
            )

    def measure(self, turn: int) -> None:
        effort = self._effort()
        if effort:
            measurements.measure(effort, self.number, turn, by=self.leader)

    def close(self, effort: Effort | None = None) -> None:
        """The report of the effort, or of the one that it was at the school before."""
        by = self.leader
        if effort:
            by = self.case.leader
            effort.refresh_from_db()
        else:
            effort = self._effort()
        if effort:
            closings.close(effort, self.number, by=by)

    def say_where_pupil_is(self) -> None:
        effort = self._effort()
        if effort:
            ppr = self.scene.person("ppr")
            closings.answer(effort, self.number, by=self.leader, ppr=ppr)

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
        followups.hand_in_report(report, by=self.leader)

    def speak(self, turn: int, window: FollowUpWindow) -> None:
        """The pupil, the parents and PPR, who do not always agree."""
        leader = self.leader
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
            by=self.leader,
        )

    def settle(self, turn: int, window: FollowUpWindow) -> None:
        """Told some days after the talk; every fifth still waits for it where it was just held."""
        is_new = today() > self.scene.today - timedelta(days=20)
        if is_new and self.number % 5 == 4:
            return
        outcome = self._outcome(turn)
        followups.settle(
            window,
            outcome=outcome,
            grounds=self._text(TEXTS["grounds"][outcome], turn),
            by=self.leader,
        )
        if outcome == Outcome.EXTEND:
            extension = Extension(
                **TEXTS["extension"],
                until=self.scene.day("0:07-31"),
                tariff=self.pupil["decision"]["tariff"] * 2 // 3,
            )
            send_extension(window.effort, extension, by=self.leader)

    def _outcome(self, turn: int) -> Outcome:
        is_first = self.position == 0
        special = SPECIAL.get((self.case.data["key"], turn))
        if special and is_first:
            return special
        outcome = OUTCOMES[(self.number + turn) % len(OUTCOMES)]
        # Where the goals stand still or fall back, nobody asks for less.
        if outcome == Outcome.STEP_DOWN and not measurements.goes_well(self.number):
            return Outcome.CHANGE
        return outcome

    def answer(self) -> None:
        """The committee answers what a follow-up asked it."""
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

        is_due_for_less = self.number % 3 != 0
        answers.answer(self.scene, amendment, steps_down=is_due_for_less)
        effort.refresh_from_db()
        self._plan_end(effort.ends_on)
        self.look_ahead()

    def change_school(self) -> None:
        """The family moves in two weeks, and the effort goes along."""
        effort = self._effort()
        last_day = today() + timedelta(days=14)
        if effort is None or not effort.starts_on < last_day < effort.ends_on:
            return
        name = MOVES[self.case.data["key"]]
        moves.move_to_school(
            effort,
            school=School.objects.get(name=name),
            last_day=last_day,
            grounds=TEXTS["moved"],
            by=self.scene.person("udvalg.formand"),
        )
        self._plan_on(last_day + ONE_DAY, following.end_those_that_are_over)
        self._plan_on(last_day + 3 * ONE_DAY, self.confirm_moved)
        self._plan_on(last_day + 10 * ONE_DAY, partial(self.close, effort))

    def confirm_moved(self) -> None:
        effort = self._effort()
        if effort and effort.moved_from_id:
            efforts.confirm_begun(effort, begun_on=effort.starts_on, by=self.leader)
            self.look_ahead()

    # -- found --

    @property
    def leader(self) -> User:
        """Who leads the school where the pupil is."""
        if not self.moves:
            return self.case.leader
        effort = self._effort()
        if effort and effort.moved_from_id:
            return self.scene.leader_of(effort.school)
        return self.case.leader

    @property
    def moves(self) -> bool:
        """Whether the pupil changes school in this story."""
        return self.case.data["key"] in MOVES

    def _effort(self) -> Effort | None:
        """The one that carries the pupil's grants, at the school where the pupil is."""
        key = self._effort_key()
        if key is None:
            return None
        related = ("application", "pupil_case", "school")
        return Effort.objects.select_related(*related).get(pk=key)

    def _effort_key(self) -> UUID | None:
        # Looked for once: a sixth of the time that the demo takes.
        if self.effort_id is None:
            pupil_case = self.case.pupil_cases()[self.position]
            grants = Grant.objects.filter(decision__pupil_case=pupil_case)
            carrying = Effort.objects.filter(grants__in=grants)
            self.effort_id = carrying.values_list("pk", flat=True).first()

        if self.effort_id is None or not self.moves:
            return self.effort_id
        successors = Effort.objects.filter(
            moved_from=self.effort_id, starts_on__lte=today()
        )
        return successors.values_list("pk", flat=True).first() or self.effort_id

    def _with_window(
        self, hold_by: date, act: Callable[[FollowUpWindow], object]
    ) -> None:
        """Do it where the follow-up was laid and is not over, in an effort that runs."""
        related = ("effort__application", "effort__pupil_case", "effort__school")
        windows = FollowUpWindow.objects.select_related(*related)
        window = windows.filter(effort=self._effort_key(), hold_by=hold_by).first()
        if window is None or window.effort.status != EffortStatus.RUNNING:
            return
        if window.status in {FollowUpStatus.PLANNED, FollowUpStatus.HELD}:
            act(window)

    def _text(self, texts: list[str], turn: int) -> str:
        return texts[(self.number + turn) % len(texts)]
