"""The demo's cases: each one's life, act by act, by the one who would do it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from applications.dialogue import actions as dialogue
from applications.models import Application, PupilCase
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import School
from visitation.caseload import papers
from visitation.caseload.applications import write_application
from visitation.caseload.efforts import EffortStory
from visitation.caseload.scene import BETWEEN_MEETINGS, read_data
from visitation.caseload.tariffs import deviation_of, weight_of
from visitation.cases import actions as case_actions
from visitation.ceiling import actions as ceiling
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.decisions import waiting
from visitation.models import Decision, Grant
from visitation.releases import actions as releases

if TYPE_CHECKING:
    from datetime import date

    from visitation.caseload.scene import Scene


# What PPR and the caseworkers sign, in parts that are put together.
STATEMENTS: dict[str, Any] = read_data("dialogue")["statements"]

KUI_FROM_GRADE = 8

# Kept nowhere by itself: it is asked for where a period begins before the application.
PAST_REASON = "Skolen begyndte, mens ansøgningen blev skrevet."


class CaseStory:
    """One case; `data` is its part of cases.json, `number` its place there."""

    def __init__(self, scene: Scene, number: int, data: dict[str, Any]) -> None:
        self.scene = scene
        self.number = number
        self.data = data
        self.key: str = data["key"]
        self.school = School.objects.select_related("district").get(
            name=data["school"]
        )
        self.leader = scene.leader_of(self.school)
        self.application: Application

    # -- planned --

    def plan_writing(self) -> None:
        """Written, and submitted where the case has come so far."""
        self.scene.plan(self.data["created_days_ago"], self.write)
        if self.data["submitted_days_ago"] is not None:
            self.scene.plan(self.data["submitted_days_ago"], self.submit, hour=11)

    def plan_outcome(self, decided_days_ago: int | None) -> None:
        """What became of the case, as its state says."""
        state = self.data["state"]
        submitted_days_ago = self.data["submitted_days_ago"]

        # A few days later, or today where the case was submitted just now.
        if state == "sent_back":
            self.scene.plan(max(submitted_days_ago - 4, 0), self.send_back, hour=13)
        if state == "withdrawn":
            days_ago = submitted_days_ago or self.data["created_days_ago"]
            self.scene.plan(max(days_ago - 3, 0), self.withdraw, hour=13)

        if decided_days_ago is None:
            return
        # At the meeting, which is open from 9 to 12 (`meetings.py`); released in
        # the afternoon.
        if state in {"decided", "released", "waiting"}:
            self.scene.plan(decided_days_ago, self.decide, hour=10)
        # The school is told at once that the pupil waits for money.
        if state == "waiting":
            self.scene.plan(decided_days_ago, self.release, hour=15)
        if state == "released":
            self.scene.plan(decided_days_ago, self.release, hour=15)
            self._plan_efforts(decided_days_ago)
            self._plan_early_ends(decided_days_ago)

    def _plan_efforts(self, released_days_ago: int) -> None:
        released_on = self.scene.today - timedelta(days=released_days_ago)
        for position, pupil in enumerate(self.data["pupils"]):
            decision = pupil["decision"]
            if decision and decision["outcome"] in {"granted", "partly"}:
                EffortStory(self, position, released_on).plan()

    def _plan_early_ends(self, released_days_ago: int) -> None:
        # A grant runs some months before it is cut short.
        released_on = self.scene.today - timedelta(days=released_days_ago)
        earliest = released_on + timedelta(days=60)
        for position, pupil in enumerate(self.data["pupils"]):
            decision = pupil["decision"]
            if decision and decision.get("ended_early_on"):
                day = max(self.scene.day(decision["ended_early_on"]), earliest)
                self.scene.plan_on(day, partial(self.end_early, position, day))

    # -- at the school --

    def write(self) -> None:
        """The school writes, and invites PPR and the caseworker; not while it has only a draft."""
        self.application = write_application(
            self.scene, self.data, school=self.school, by=self.leader
        )
        if self.data["state"] == "draft":
            return

        of_the_case = read_data("papers").get(self.data["key"], [])
        papers.lay_on(self.application, of_the_case, by=self.leader)
        ppr = self.scene.person("ppr")
        writing.invite(self.application, adviser=ppr, by=self.leader)
        if self._has_caseworker():
            caseworker = self.scene.person("sagsbehandler")
            writing.invite(self.application, adviser=caseworker, by=self.leader)
        # Of the young ones, who go on to an education or to work.
        if any(pupil["grade"] >= KUI_FROM_GRADE for pupil in self.data["pupils"]):
            kui = self.scene.person("kui")
            writing.invite(self.application, adviser=kui, by=self.leader)

    def submit(self) -> None:
        """PPR and, where there is one, the caseworker sign their statements first."""
        self._sign_as_ppr()
        if self._has_caseworker():
            texts = STATEMENTS["caseworker"]
            text = texts[self.number % len(texts)]
            dialogue.sign(
                self.application, text=text, by=self.scene.person("sagsbehandler")
            )

        submission.submit(self.application, by=self.leader)

    def withdraw(self) -> None:
        reason = self.data["withdrawn_reason"] or ""
        submission.withdraw(self.application, reason=reason, by=self.leader)

    def _sign_as_ppr(self) -> None:
        """In words of its own for each case: what PPR knows, thinks, and will do."""
        pupils = self.data["pupils"]
        kind = pupils[0]["kind"]
        if len(pupils) > 1:
            kind = "joint"

        paragraphs = []
        for part in (STATEMENTS[kind], STATEMENTS["view"], STATEMENTS["part"]):
            # The sevenths keep cases with equally many parts from reading alike.
            place = (self.number + self.number // 7) % len(part)
            paragraphs.append(part[place])
        text = "\n\n".join(paragraphs)
        dialogue.sign(self.application, text=text, by=self.scene.person("ppr"))

    def _has_caseworker(self) -> bool:
        return any(pupil["caseworker_name"] for pupil in self.data["pupils"])

    # -- with the committee --

    def send_back(self) -> None:
        chair = self.scene.person("udvalg.formand")
        note = self.data["sent_back_note"]
        case_actions.send_back(self.application, note=note, by=chair)

    def decide(self) -> None:
        """What cases.json says of each pupil; a pupil it says nothing of waits."""
        for pupil_case, pupil in zip(
            self.pupil_cases(), self.data["pupils"], strict=True
        ):
            decision = pupil["decision"]
            if decision is None:
                continue
            if decision["outcome"] == "rejected":
                self._reject(pupil_case, pupil)
            elif decision["outcome"] == "waiting":
                self._put_on_list(pupil_case, decision)
            else:
                self._grant(pupil_case, decision)

    def release(self) -> None:
        """Both chiefs agree to a tariff above the ceiling first."""
        above_ceiling = Decision.objects.above_ceiling().filter(
            pupil_case__application=self.application
        )
        for decision in above_ceiling:
            for name in ("centerchef.sik", "centerchef.bur"):
                chief = self.scene.person(name)
                ceiling.answer_ceiling(decision, agrees=True, by=chief)

        releases.release(self.application, by=self.scene.person("udvalg.formand"))

    def end_early(self, position: int, last_day: date) -> None:
        """End the grant of the pupil at `position` before its time."""
        decision = self.data["pupils"][position]["decision"]
        pupil_case = self.pupil_cases()[position]
        # Each pupil's case is decided once in the demo: there is one grant.
        grant = Grant.objects.get(decision__pupil_case=pupil_case)
        corrections.end_early(
            grant,
            on=last_day,
            grounds=decision["ended_grounds"],
            way=BETWEEN_MEETINGS,
            by=self.scene.person("udvalg.formand"),
        )

    def pupil_cases(self) -> list[PupilCase]:
        """The pupils in their order, each with what an act of the committee reads."""
        # Read anew for each act, as a page would: the act before may have changed
        # the rows.
        related = ("pupil", "application__school__district")
        return list(self.application.pupil_cases.select_related(*related))

    def _grant(self, pupil_case: PupilCase, decision: dict[str, Any]) -> None:
        terms = self._terms(pupil_case, decision)
        secretary = self.scene.person("udvalg.sekretaer")
        decisions.grant(pupil_case, terms, grounds=decision["grounds"], by=secretary)

    def _put_on_list(self, pupil_case: PupilCase, decision: dict[str, Any]) -> None:
        terms = self._terms(pupil_case, decision)
        secretary = self.scene.person("udvalg.sekretaer")
        waiting.put_on_list(
            pupil_case, terms, grounds=decision["grounds"], by=secretary
        )

    def _terms(
        self, pupil_case: PupilCase, decision: dict[str, Any]
    ) -> decision_rules.Terms:
        tariff = decision["tariff"]
        return decision_rules.Terms(
            tariff=tariff,
            starts_on=self.scene.day(decision["starts_on"]),
            ends_on=self.scene.day(decision["ends_on"]),
            conditions=decision["conditions"],
            deviation=deviation_of(tariff, self.number + pupil_case.position),
            weight=weight_of(tariff),
            past_reason=PAST_REASON,
        )

    def _reject(self, pupil_case: PupilCase, pupil: dict[str, Any]) -> None:
        decision = pupil["decision"]
        # Rejected is what was applied for; only a grant has a tariff of its own.
        amount = decision["tariff"] or pupil["requested_tariff"]
        decisions.reject(
            pupil_case,
            grounds=decision["grounds"],
            weight=weight_of(amount),
            by=self.scene.person("udvalg.sekretaer"),
        )
