"""What the demo's members do with a submitted case before its meeting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from visitation.assessments import actions as assessments
from visitation.caseload.tariffs import COMMITTEE
from visitation.questions import actions as questions
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from visitation.caseload.cases import CaseStory
    from visitation.caseload.scene import Scene
    from visitation.models import Question


class CommitteeStory:
    """One case as members meet it: they are disqualified, ask, and assess."""

    def __init__(self, scene: Scene, case: CaseStory) -> None:
        self.scene = scene
        self.case = case
        self.question: Question

    def plan(self) -> None:
        """Let it all happen on the days that committee.json says."""
        # One member in one case only: enough to show what the others then see of it.
        recusal = COMMITTEE["declared"]
        if recusal["case"] == self.case.key:
            self.scene.plan(
                recusal["days_ago"], partial(self._declare, recusal), hour=14
            )

        for question in COMMITTEE["questions"]:
            if question["case"] == self.case.key:
                self._plan_question(question)

        days_ago = COMMITTEE["assessed_days_ago"]
        views_by_member = COMMITTEE["assessments"].get(self.case.key, {})
        for number, (member, views) in enumerate(views_by_member.items()):
            assess = partial(self._assess, member, views, number)
            self.scene.plan(days_ago, assess, hour=15)

    # One question has no answer yet: the demo's school finds it on its start page.
    def _plan_question(self, question: dict[str, Any]) -> None:
        self.scene.plan(question["days_ago"], partial(self._ask, question), hour=14)
        if "answer" in question:
            answer = partial(self._answer, question)
            self.scene.plan(question["answered_days_ago"], answer, hour=14)

    def _declare(self, recusal: dict[str, str]) -> None:
        member = self.scene.person(recusal["by"])
        recusals.declare(self.case.application, by=member, reason=recusal["reason"])

    def _ask(self, question: dict[str, str]) -> None:
        member = self.scene.person(question["by"])
        self.question = questions.ask(
            self.case.application, text=question["text"], by=member
        )

    def _answer(self, question: dict[str, str]) -> None:
        questions.answer(self.question, text=question["answer"], by=self.case.leader)

    def _assess(
        self, name: str, views: list[tuple[int, int | None]], number: int
    ) -> None:
        """A member reads the case and gives a view of each pupil: weight and tariff.

        No tariff is a rejection. `number` is the member's place, so that two do
        not write the same.
        """
        member = self.scene.person(name)
        # Who has assessed has read: otherwise the queue would call the case unread.
        assessments.mark_read(self.case.application, by=member)

        pupils = zip(self.case.pupil_cases(), views, strict=True)
        for position, (pupil_case, (weight, tariff)) in enumerate(pupils):
            reasons = COMMITTEE["why"][str(weight)]
            reason = reasons[(number + position) % len(reasons)]
            assessments.assess(
                pupil_case, weight=weight, tariff=tariff, why=reason, by=member
            )
