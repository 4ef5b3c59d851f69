"""What the demo's committee says: members before a meeting, and all of them of a tariff once it is decided."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from visitation.assessments import actions as assessments
from visitation.questions import actions as questions
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from visitation.caseload.stories import CaseStory, Story
    from visitation.models import Question


TOLD: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "committee.json").read_text()
)


class CommitteeStory:
    """What members do with one submitted case before it is taken up: disqualified, asking, assessing."""

    def __init__(self, story: Story, case: CaseStory) -> None:
        self.story, self.case, self.key = story, case, case.case["key"]
        self.asked: Question

    def tell(self) -> None:
        if (told := TOLD["declared"])["case"] == self.key:
            self.story.at(told["days_ago"], partial(self._declare, told), hour=14)
        for question in TOLD["questions"]:
            if question["case"] == self.key:
                self.story.at(
                    question["days_ago"], partial(self._ask, question), hour=14
                )
                if "answer" in question:
                    self.story.at(
                        question["answered_days_ago"],
                        partial(self._answer, question),
                        hour=14,
                    )
        for number, (name, views) in enumerate(
            TOLD["assessments"].get(self.key, {}).items()
        ):
            self.story.at(
                TOLD["assessed_days_ago"],
                partial(self._assess, name, views, number),
                hour=15,
            )

    def _declare(self, told: dict[str, str]) -> None:
        recusals.declare(
            self.case.application, by=self.story.by(told["by"]), reason=told["reason"]
        )

    def _ask(self, told: dict[str, str]) -> None:
        self.asked = questions.ask(
            self.case.application, text=told["text"], by=self.story.by(told["by"])
        )

    def _answer(self, told: dict[str, str]) -> None:
        questions.answer(self.asked, text=told["answer"], by=self.case.leader)

    def _assess(
        self, name: str, views: list[tuple[int, int | None]], number: int
    ) -> None:
        """One member reads the case and gives a view of each pupil: weight and tariff, None to reject."""
        member = self.story.by(name)
        assessments.mark_read(self.case.application, by=member)
        for position, (pupil, (weight, tariff)) in enumerate(
            zip(self.case.pupils(), views, strict=True)
        ):
            whys = TOLD["why"][str(weight)]
            why = whys[(number + position) % len(whys)]
            assessments.assess(pupil, weight=weight, tariff=tariff, why=why, by=member)


def weight_of(amount: int) -> int:
    """How heavy the committee found a need that was met with, or asked for, so many DKK a year."""
    return next(
        (weight for below, weight in TOLD["weights"] if amount < below),
        int(TOLD["heaviest"]),
    )


def deviation_of(tariff: int, number: int) -> str:
    """Why it is not the unit tariff, a sentence without a word about the pupil; '' where it is."""
    if tariff == settings.UNIT_TARIFF:
        return ""
    above = "far_above" if tariff > settings.TARIFF_CEILING else "above"
    sentences = TOLD["deviations"]["below" if tariff < settings.UNIT_TARIFF else above]
    return str(sentences[number % len(sentences)])
