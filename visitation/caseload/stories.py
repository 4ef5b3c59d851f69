"""The demo's people and cases: opdigtede, the same every time, placed around today. Refused in production."""

from __future__ import annotations

import json
import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import time_machine
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from applications.dialogue import actions as dialogue
from applications.models import (
    Application,
    Goal,
    PlannedMeasure,
    PupilCase,
    TriedMeasure,
)
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.books import actions as books
from budget.models import FundingSource
from budget.payments import actions as payments
from skolefleks.calendar import banking_day_before
from skolefleks.danish import age_on, born_on, today
from skolefleks.development.demo import PASSWORD
from skolefleks.development.fictive import fictive_cpr
from skolefleks.models import Membership, OutboxMessage, Role, School, User
from visitation.caseload.committee import CommitteeStory, deviation_of, weight_of
from visitation.caseload.meetings import MeetingStories, met_days_ago
from visitation.cases import actions as case_actions
from visitation.ceiling import actions as ceiling
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.models import Decision, Grant
from visitation.releases import actions as releases

if TYPE_CHECKING:
    from collections.abc import Callable


DATA = Path(__file__).parent / "data"


TEXTS = [
    "learning_environment",
    "joint_reason",
    "support_hours_use",
    "support_hours_yield",
    "ppr_contact",
    "ppr_setup",
    "ppr_daily",
    "coordinator",
    "family_cooperation",
    "leisure_cooperation",
    "kui_cooperation",
    "workplace_training",
    "mentor",
    "exam_path",
    "daily_leader_name",
    "representative_name",
    "legal_basis",
]


PUPIL_TEXTS = [
    "name",
    "kind",
    "description",
    "pupil_voice",
    "caseworker_name",
    "caseworker_cooperation",
    "parents_informed_by",
    "parents_informed_how",
    "tariff_reason",
]


# What a demo case aims at, by the kind of its first planned measure. Opdigtede, as all of the demo.
GOALS: dict[str, dict[str, Any]] = {
    "attendance": {
        "kind": "attendance", "what": "Eleven er i skole hver dag.", "baseline": 62, "target": 90,
        "how_measured": "Fraværsregistreringen, opgjort af klasselæreren hver fredag.",
    },
    "calm": {
        "kind": "own", "what": "Eleven kommer gennem dagen uden konflikter.", "unit": "konflikter om ugen",
        "baseline": 6, "target": 1, "how_measured": "Skema, som de voksne i klassen fører hver dag.",
    },
    "belonging": {
        "kind": "scale", "what": "Eleven føler sig som en del af klassen.", "baseline": 3, "target": 7,
        "low_anchor": "er alene i alle pauser", "high_anchor": "er med i fællesskabet hele dagen",
        "how_measured": "Samtale med eleven og klasselærerens vurdering den første mandag i måneden.",
    },
}  # fmt: skip


GOAL_OF = {
    "resource_person": "calm",
    "outdoor_school": "belonging",
    "school_and_leisure": "belonging",
}


@dataclass(frozen=True)
class Happening:
    """Something that happens in the demo's past."""

    at: datetime
    order: int
    act: Callable[[], object]


@transaction.atomic
def tell_all() -> None:
    """Make all people and cases of the demo, in one transaction."""
    Story(json.loads((DATA / "cases.json").read_text())).tell()

    # Nobody is told of what never happened; a letter is made, like any other.
    told = OutboxMessage.objects.exclude(topic="document.drafted")
    told.update(done_at=timezone.now())


class Story:
    """All cases, told in the order of time, each act by the one who would do it."""

    def __init__(self, cases: list[dict[str, Any]]) -> None:
        self.cases = cases
        self.dialogue: dict[str, Any] = json.loads((DATA / "dialogue.json").read_text())
        self.now = timezone.now()
        self.today = today()  # the clock is moved while the story is told
        self.school_year = (
            self.today.year if self.today.month >= 8 else self.today.year - 1
        )
        self.people = _people()
        self.meetings = MeetingStories(self)
        self.happenings: list[Happening] = []
        self.cprs: dict[str, str] = {}

    def tell(self) -> None:
        self._allocate()
        for case in self.cases:
            self._plan(case)
        for challenge in self.dialogue["challenges"]:
            self._plan_challenge(challenge)
        self.meetings.tell()
        self._pay_quarters()
        for happening in sorted(self.happenings, key=lambda h: (h.at, h.order)):
            with time_machine.travel(happening.at, tick=False):
                happening.act()

    def by(self, name: str) -> User:
        return self.people[f"{name}@demo.example"]

    @property
    def chiefs(self) -> dict[str, User]:
        return {"C-SIK": self.by("centerchef.sik"), "C-BUR": self.by("centerchef.bur")}

    def at(self, days_ago: int, act: Callable[[], object], *, hour: int = 9) -> None:
        """Let `act` happen so many days ago, on a working hour; never later than now."""
        day = self.now - timedelta(days=days_ago)
        when = min(
            day.replace(hour=hour, minute=7 * len(self.happenings) % 60), self.now
        )
        self.happenings.append(Happening(when, len(self.happenings), act))

    def _allocate(self) -> None:
        """The start figures, from two school years ago to the year after next."""
        year = self.today.year
        funding = (
            (settings.BASE_DIR / "budget" / "data" / "funding.csv")
            .read_text()
            .splitlines()[1:]
        )
        chiefs = self.chiefs

        def allocate() -> None:
            for fiscal_year in range(year - 1, year + 3):
                for line in funding:
                    name, centre, amount = line.split(",")
                    source = FundingSource.objects.get(name=name)
                    books.allocate(
                        year=fiscal_year,
                        source=source,
                        amount=int(amount),
                        by=chiefs[centre],
                    )
            for number, school in enumerate(School.objects.all(), start=1):
                account = f"XG-{number:010d}-00100"
                payments.set_account(school, account, by=chiefs["C-SIK"])

        self.at(520, allocate)

    def _plan(self, case: dict[str, Any]) -> None:
        told = CaseStory(self, case)
        decided = case["decided_days_ago"] and met_days_ago(case["decided_days_ago"])
        self.meetings.take_up(told, decided)
        self.at(case["created_days_ago"], told.write)
        if case["submitted_days_ago"] is not None:
            self.at(case["submitted_days_ago"], told.submit, hour=11)
            CommitteeStory(self, told).tell()
        if case["state"] == "sent_back":
            self.at(max(case["submitted_days_ago"] - 4, 0), told.send_back, hour=13)
        if case["state"] == "withdrawn":
            self.at(
                max((case["submitted_days_ago"] or case["created_days_ago"]) - 3, 0),
                told.withdraw,
                hour=13,
            )
        if case["state"] in {"decided", "released"}:
            self.at(decided, told.decide, hour=13)
        if case["state"] == "released":
            self.at(decided, told.release, hour=15)
            for pupil in case["pupils"]:
                decision = pupil["decision"]
                if decision and decision.get("ended_early_on"):
                    self._on(
                        self.day(decision["ended_early_on"]),
                        partial(told.end_early, pupil),
                    )

    def _plan_challenge(self, told: dict[str, Any]) -> None:
        """A pupil that worries a school, PPR invited, and what they have said to each other since."""
        school = School.objects.get(name=told["school"])
        leader, ppr = self.leader_of(school), self.by("ppr")
        opened: list[Application] = []

        def begin() -> None:
            case = PupilCase(
                name=told["name"],
                grade=told["grade"],
                worry=told["worry"],
                worried_since=told["since"],
            )
            opened.append(
                dialogue.start_challenge(case, school=school, cpr="", by=leader)
            )
            writing.invite(opened[0], adviser=ppr, by=leader)

        def say(entry: dict[str, Any]) -> None:
            day = today() if "took_part" in entry else None
            dialogue.write_entry(
                opened[0],
                kind=entry["kind"],
                text=entry["text"],
                happened_on=day,
                took_part=entry.get("took_part", ""),
                by=ppr if entry["by"] == "ppr" else leader,
            )

        self.at(told["days_ago"], begin)
        for entry in told["talk"]:
            self.at(entry["days_ago"], partial(say, entry))

    def leader_of(self, school: School) -> User:
        held = (
            (user, m) for user in self.people.values() for m in user.current_memberships
        )
        return next(
            user
            for user, m in held
            if m.role == Role.SCHOOL_LEADER and m.school_id == school.pk
        )

    def _pay_quarters(self) -> None:
        """What fell due up to now was paid on its day, proposed by one centre chief and approved by the other."""
        first = self.today.year - 1
        for year in (first, first + 1):
            for month in settings.PAYMENT_MONTHS:
                due_on = banking_day_before(
                    date(year, month, monthrange(year, month)[1])
                )
                if due_on < self.today:
                    self._on(due_on, partial(self._pay, due_on))

    def _pay(self, due_on: date) -> None:
        one, other = self.by("centerchef.sik"), self.by("centerchef.bur")
        try:
            run = payments.propose(until=due_on, by=one)
        except payments.NothingDue:
            return
        payments.approve(run, by=other)
        payments.export(run, by=one)
        payments.mark_paid(run, on=due_on, by=one)
        payments.settle(run)

    def _on(self, day: date, act: Callable[[], object]) -> None:
        when = timezone.make_aware(datetime.combine(day, time(16, 0)))
        if when <= self.now:
            self.happenings.append(Happening(when, len(self.happenings), act))

    def day_or_none(self, text: str | None) -> date | None:
        return self.day(text) if text else None

    def day(self, text: str) -> date:
        """`0:08-01`: 1 August of the current school year; `-1:03-31`: 31 March of the one before."""
        offset, day = text.split(":")
        month, number = (int(part) for part in day.split("-"))
        return date(self.school_year + int(offset) + (month < 8), month, number)

    def cpr(self, pupil: dict[str, Any]) -> str:
        """One number a person, of the age and gender that the story gives."""
        key = pupil["person"]
        if key not in self.cprs:
            dice = random.Random(key)  # noqa: S311  the demo is the same every time
            for _ in range(500):
                born = self.today.year - pupil["age"] - dice.randrange(2)
                cpr = fictive_cpr(dice, born=born, female=pupil["gender"] == "f")
                if age_on(born_on(cpr), self.today) == pupil["age"]:
                    break
            self.cprs[key] = cpr
        return self.cprs[key]


class CaseStory:
    """One case's life, act by act."""

    def __init__(self, story: Story, case: dict[str, Any]) -> None:
        self.story, self.case = story, case
        self.school = School.objects.select_related("district").get(name=case["school"])
        self.leader = story.leader_of(self.school)
        self.application: Application

    def write(self) -> None:
        self.application = application = writing.start(
            school=self.school, by=self.leader
        )
        for field in TEXTS:
            setattr(application, field, self.case[field])
        writing.write(application, fields=TEXTS, step="environment", by=self.leader)
        for position, measure in enumerate(self.case["tried"]):
            TriedMeasure.objects.create(
                application=application, position=position, what=measure["what"], outcome=measure["outcome"],
                started_on=self.story.day_or_none(measure["started_on"]), ended_on=self.story.day_or_none(measure["ended_on"]),
                hours_per_week=measure["hours_per_week"],
            )  # fmt: skip
        for position, measure in enumerate(self.case["planned"]):
            PlannedMeasure.objects.create(
                application=application, position=position, **measure
            )
        for pupil in self.case["pupils"]:
            self._write_pupil(pupil)
        self._aim()
        if self.case["state"] != "draft":
            writing.invite(application, adviser=self.story.by("ppr"), by=self.leader)
            if any(pupil["caseworker_name"] for pupil in self.case["pupils"]):
                writing.invite(
                    application, adviser=self.story.by("sagsbehandler"), by=self.leader
                )

    def state_opinions(self) -> None:
        """PPR and, where there is one, the caseworker sign what they think of it; each case in words of its own."""
        texts, at = self.story.dialogue["statements"], self.story.cases.index(self.case)
        pupils = self.case["pupils"]
        known = texts["joint" if len(pupils) > 1 else pupils[0]["kind"]]
        parts = (known, texts["view"], texts["part"])
        said = "\n\n".join(part[(at + at // 7) % len(part)] for part in parts)
        dialogue.sign(self.application, text=said, by=self.story.by("ppr"))
        if any(pupil["caseworker_name"] for pupil in pupils):
            told = texts["caseworker"][at % len(texts["caseworker"])]
            dialogue.sign(
                self.application, text=told, by=self.story.by("sagsbehandler")
            )

    def submit(self) -> None:
        self.state_opinions()
        submission.submit(self.application, by=self.leader)

    def send_back(self) -> None:
        chair = self.story.by("udvalg.formand")
        case_actions.send_back(
            self.application, note=self.case["sent_back_note"], by=chair
        )

    def withdraw(self) -> None:
        submission.withdraw(
            self.application, reason=self.case["withdrawn_reason"] or "", by=self.leader
        )

    def decide(self) -> None:
        secretary = self.story.by("udvalg.sekretaer")
        for case, pupil in zip(self.pupils(), self.case["pupils"], strict=True):
            decision = pupil["decision"]
            if decision is None:
                continue
            weight = weight_of(decision["tariff"] or pupil["requested_tariff"])
            if decision["outcome"] == "rejected":
                decisions.reject(
                    case, grounds=decision["grounds"], by=secretary, weight=weight
                )
                continue
            first, last = (
                self.story.day(decision["starts_on"]),
                self.story.day(decision["ends_on"]),
            )
            why = deviation_of(
                decision["tariff"], self.story.cases.index(self.case) + case.position
            )
            terms = decision_rules.Terms(
                decision["tariff"], first, last, decision["conditions"], why, weight
            )
            decisions.grant(case, terms, grounds=decision["grounds"], by=secretary)

    def release(self) -> None:
        for decision in Decision.objects.above_ceiling().filter(
            pupil_case__application=self.application
        ):
            for chief in ("centerchef.sik", "centerchef.bur"):
                ceiling.answer_ceiling(decision, agrees=True, by=self.story.by(chief))
        releases.release(self.application, by=self.story.by("udvalg.formand"))

    def end_early(self, pupil: dict[str, Any]) -> None:
        case = self.pupils()[self.case["pupils"].index(pupil)]
        granted = Grant.objects.get(decision__pupil_case=case)
        day = self.story.day(pupil["decision"]["ended_early_on"])
        grounds = pupil["decision"]["ended_grounds"]
        corrections.end_early(
            granted, on=day, grounds=grounds, by=self.story.by("udvalg.formand")
        )

    def pupils(self) -> list[PupilCase]:
        return list(
            self.application.pupil_cases.select_related(
                "pupil", "application__school__district"
            )
        )

    def _aim(self) -> None:
        """A goal or two for each pupil whose application has come as far as its plan."""
        if not self.case["planned"]:
            return
        first = GOAL_OF.get(self.case["planned"][0]["kind"], "attendance")
        for case in self.pupils():
            for position, name in enumerate(dict.fromkeys((first, "attendance"))):
                Goal.objects.create(
                    pupil_case=case,
                    position=position,
                    due_on=case.ends_on,
                    **GOALS[name],
                )
        writing.summarise(self.application)

    def _write_pupil(self, pupil: dict[str, Any]) -> None:
        case = writing.add_pupil(self.application, by=self.leader)
        for field in PUPIL_TEXTS:
            setattr(case, field, pupil[field])
        case.grade, case.is_protected = pupil["grade"], pupil["protected"]
        case.support_hours, case.requested_tariff = (
            pupil["support_hours_per_week"],
            pupil["requested_tariff"],
        )
        case.starts_on, case.ends_on = (
            self.story.day_or_none(pupil["starts_on"]),
            self.story.day_or_none(pupil["ends_on"]),
        )
        if pupil["parents_informed_days_ago"] is not None:
            case.parents_informed = PupilCase.Informed.YES
            case.parents_informed_on = today() - timedelta(days=3)
        writing.write_pupil(
            case, cpr=self.story.cpr(pupil) if pupil["name"] else "", by=self.leader
        )


def _people() -> dict[str, User]:
    people = {}
    for person in json.loads((DATA / "people.json").read_text()):
        user = User.objects.create_user(person["email"], person["name"], PASSWORD)
        for held in person["held"]:
            school = (
                School.objects.get(name=held["school"]) if "school" in held else None
            )
            Membership.objects.create(
                user=user,
                role=held["role"],
                school=school,
                centre=held.get("centre", ""),
                title=held.get("title", ""),
            )
        people[user.email] = user
    return people
