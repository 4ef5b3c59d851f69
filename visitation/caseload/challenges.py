"""The demo's challenges: a pupil that worries a school, PPR invited, and what they have written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from applications.dialogue import actions as dialogue
from applications.models import Application, PupilCase
from applications.writing import actions as writing
from skolefleks.danish import today
from skolefleks.models import School
from visitation.caseload.scene import read_data

if TYPE_CHECKING:
    from visitation.caseload.scene import Scene


def plan_challenges(scene: Scene) -> None:
    """All challenges of the demo."""
    for data in read_data("dialogue")["challenges"]:
        challenge = ChallengeStory(scene, data)
        scene.plan(data["days_ago"], challenge.begin)
        for entry in data["talk"]:
            scene.plan(entry["days_ago"], partial(challenge.write, entry))


class ChallengeStory:
    """One challenge, act by act; `data` is its part of dialogue.json."""

    def __init__(self, scene: Scene, data: dict[str, Any]) -> None:
        self.data = data
        self.school = School.objects.get(name=data["school"])
        self.leader = scene.leader_of(self.school)
        self.ppr = scene.person("ppr")
        # There from `begin` on, which is the first that is played.
        self.application: Application

    def begin(self) -> None:
        pupil_case = PupilCase(
            name=self.data["name"],
            grade=self.data["grade"],
            worry=self.data["worry"],
            worried_since=self.data["since"],
        )
        self.application = dialogue.start_challenge(
            pupil_case, school=self.school, cpr="", by=self.leader
        )
        writing.invite(self.application, adviser=self.ppr, by=self.leader)

    def write(self, entry: dict[str, Any]) -> None:
        """One entry: a note where it says who took part, otherwise a message."""
        writer = self.leader
        if entry["by"] == "ppr":
            writer = self.ppr

        # The clock stands on the day of the entry, which is the day of the
        # conversation.
        happened_on = None
        if "took_part" in entry:
            happened_on = today()

        dialogue.write_entry(
            self.application,
            kind=entry["kind"],
            text=entry["text"],
            happened_on=happened_on,
            took_part=entry.get("took_part", ""),
            by=writer,
        )
