"""What the school's pages read: its list of cases, and one draft with all that the form shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse

from applications.fields import asking
from applications.fields import rules as fields_rules
from applications.fields.blocks import Block, blocks
from applications.lifecycle import AT_SCHOOL, Status
from applications.models import (
    Application,
    Capacity,
    DialogueEntry,
    Goal,
    Invitation,
    Paper,
    PlannedMeasure,
    PupilCase,
    Recusal,
    Statement,
    TriedMeasure,
)
from budget.tariff import Part, by_fiscal_year
from skolefleks.danish import today
from skolefleks.models import Membership, Role, School
from skolefleks.permissions import Permission, schools_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from applications.fields.asking import Asked, Place
    from skolefleks.models import User


STEPS = {
    "pupils": "Elever",
    "environment": "Læringsmiljø",
    "plan": "Planlagte tiltag",
    "cooperation": "Samarbejde",
    "leadership": "Ledelse",
    "papers": "Bilag",
    "check": "Gennemse og indsend",
}


ASKED_STEPS = {
    step: title for step, title in STEPS.items() if step != "check"
}  # what the committee can ask about


MOST_STATEMENTS = 25  # shown at once; the longest waiting first


STATING = (Capacity.PPR, Capacity.CASEWORKER)  # who is asked for a statement


def own_cases(user: User) -> QuerySet[Application]:
    """The cases of the schools where `user` writes applications."""
    return Application.objects.visible_to(user).filter(
        school__in=schools_of(user, Permission.APPLICATION_WRITE)
    )


def own_schools(user: User) -> list[School]:
    """The schools where `user` writes applications, in the order of the memberships; takes no query of its own."""
    own = schools_of(user, Permission.APPLICATION_WRITE)
    return list(
        {
            m.school_id: m.school
            for m in user.current_memberships
            if m.school and m.school_id in own
        }.values()
    )


class Wish(NamedTuple):
    """What is asked for one pupil, by fiscal year; nothing while tariff or period is missing."""

    pupil: PupilCase
    parts: dict[int, Part]

    def amount_in(self, year: int) -> int:
        return self.parts[year].amount if year in self.parts else 0

    @property
    def total(self) -> int:
        return sum(part.amount for part in self.parts.values())


def wish(pupil: PupilCase) -> Wish:
    tariff, first, last = pupil.requested_tariff, pupil.starts_on, pupil.ends_on
    return Wish(pupil, by_fiscal_year(tariff, first, last) if tariff and first and last else {})


def prices(pupil: PupilCase) -> list[tuple[int, int, int, int]]:
    """(fiscal year, days, DKK at the tariff asked for, DKK at the unit tariff) of each year the period touches."""
    if not (pupil.starts_on and pupil.ends_on):
        return []
    asked, unit = (
        wish(pupil).parts,
        by_fiscal_year(settings.UNIT_TARIFF, pupil.starts_on, pupil.ends_on),
    )
    return [
        (year, part.days, asked[year].amount if asked else 0, part.amount)
        for year, part in unit.items()
    ]


class Hours(NamedTuple):
    """A pupil's support, hours a week: what is written of the pupil, and what runs beside it."""

    pupil: PupilCase
    beside: Decimal

    @property
    def total(self) -> Decimal:
        return self.pupil.hours_with(self.beside)

    @property
    def too_many(self) -> bool:
        return self.pupil.has_too_many_hours(self.beside)

    @property
    def limit(self) -> str:
        return str(settings.SUPPORT_HOURS_LIMIT)


@dataclass(frozen=True)
class Draft:
    """An application as the school writes it: the row, and what hangs on it, each read once, when it is asked for."""

    application: Application

    @cached_property
    def pupils(self) -> list[PupilCase]:
        found = list(self.application.pupil_cases.select_related("pupil"))
        for pupil in found:
            pupil.application = self.application
        return found

    @cached_property
    def tried(self) -> list[TriedMeasure]:
        return list(self.application.tried_measures.all())

    @cached_property
    def planned(self) -> list[PlannedMeasure]:
        return list(self.application.planned_measures.all())

    @cached_property
    def goals(self) -> list[Goal]:
        return list(Goal.objects.filter(pupil_case__application=self.application))

    @cached_property
    def signed(self) -> set[str]:
        return signed_for(self.application)

    @cached_property
    def items(self) -> list[fields_rules.Item]:
        tried, planned, goals = self.tried, self.planned, self.goals
        return fields_rules.checklist(
            self.application,
            self.pupils,
            tried=tried,
            planned=planned,
            goals=goals,
            signed=self.signed,
        )

    @property
    def requested(self) -> int:
        """Whole DKK a year asked for, all pupils together."""
        return sum(pupil.requested_tariff or 0 for pupil in self.pupils)

    @property
    def blocks(self) -> list[Block]:
        """All that is written, as text."""
        return blocks(self.application, self.pupils, self.tried, self.planned, self.goals)

    @property
    def planned_cost(self) -> int:
        """Whole DKK of the planned measures that have a price."""
        return sum(row.cost or 0 for row in self.planned)

    @property
    def support_beside(self) -> Decimal:
        return fields_rules.support_beside(self.tried)

    @property
    def missing(self) -> list[fields_rules.Item]:
        return fields_rules.missing(self.items)

    @property
    def advised(self) -> list[fields_rules.Item]:
        return [item for item in self.items if not item.required and not item.filled]

    def missing_of(self, pupil: PupilCase) -> list[fields_rules.Item]:
        return [item for item in self.missing if item.pupil and item.pupil.pk == pupil.pk]

    @property
    def ages(self) -> set[int]:
        return {age for pupil in self.pupils if (age := pupil.age_on(today())) is not None}

    def url(self, step: str) -> str:
        return reverse(f"applications:{step}", args=[self.application.number])

    def links(self, items: list[fields_rules.Item]) -> list[tuple[str, str]]:
        return [(item.shown, item.url(self.application)) for item in items]

    def steps(self, current: str, asked: Sequence[Asked] = ()) -> list[tuple[str, str, str, str]]:
        """(label, url, state, note) of each step, as components/steps.html wants them; `asked` by the committee."""
        steps = ["pupils" if item.step == "pupil" else item.step for item in self.missing]
        waiting = [one.place.step for one in asked if not one.is_changed]
        notes = {name: _waits(steps.count(name), waiting.count(name)) for name in STEPS}
        return [
            (
                label,
                self.url(name),
                "current"
                if name == current
                else "missing"
                if notes[name] or name == "check"
                else "done",
                notes[name],
            )
            for name, label in STEPS.items()
        ]

    @property
    def places(self) -> list[Place]:
        """Where the committee can ask for more: what is written, and what is advised and was left out."""
        advised = {
            f"{f'pupil:{item.pupil.pk}' if item.pupil else item.step}.{item.field}"
            for item in self.advised
        }
        found = asking.places(self.blocks, ASKED_STEPS)
        return [place for place in found if place.text or place.is_step or place.key in advised]

    @property
    def wishes(self) -> list[Wish]:
        return [wish(pupil) for pupil in self.pupils]


def _waits(lacking: int, asked: int) -> str:
    """`2 mangler · 1 spørgsmål`: what a step still waits for."""
    return " · ".join(
        [*([f"{lacking} mangler"] if lacking else []), *([f"{asked} spørgsmål"] if asked else [])]
    )


def asked(draft: Draft) -> list[Asked]:
    """What the committee asks of a case that was sent back, and what is changed since; takes one query then."""
    application = draft.application
    if application.status != Status.SENT_BACK or not application.asks:
        return []
    last = application.submissions.last()
    before = last.blocks if last else None
    return asking.asked(
        application.asks, ASKED_STEPS, application.number, now=draft.blocks, before=before
    )


def draft(application: Application) -> Draft:
    """Takes five queries at most, whatever the number of pupils, measures and goals."""
    return Draft(application)


def as_submitted(application: Application) -> list[Block] | None:
    """What the committee reads (by `marked_for`) once the school may have written on: the copy of what it was sent.

    None for whoever reads the case as it stands.
    """
    moved_on = application.status in {Status.SENT_BACK, Status.WITHDRAWN}
    last = application.submissions.last() if application.is_reviewable and moved_on else None
    return last.blocks if last else None


def papers_of(application: Application) -> list[Paper]:
    """The case's papers as the person it is marked for sees them, oldest first.

    The committee sees those that were submitted, nobody those in quarantine.
    """
    papers = _papers(application, application.papers.filter(is_waiting=False))
    if application.is_reviewable:
        return [paper for paper in papers if paper.is_submitted]
    return papers


def papers_of_draft(application: Application) -> list[Paper]:
    """The papers as the school's own form shows them: those in quarantine too."""
    return _papers(application, application.papers.all())


def _papers(application: Application, papers: QuerySet[Paper]) -> list[Paper]:
    rows = list(papers.select_related("uploaded_by"))
    for paper in rows:
        paper.application = application
    return rows


def way(application: Application) -> list[tuple[str, str, str]]:
    """The case's way while the school has it, and just after it was submitted."""
    names = ("Udfordring", "Ansøgning", "Visitation", "Indsats")
    here = 0 if application.is_challenge else 1 if application.is_editable else 2
    return [
        (name, "done" if at < here else "current" if at == here else "ahead", "")
        for at, name in enumerate(names)
    ]


def advisers_of(application: Application) -> tuple[list[Membership], list[Membership]]:
    """Those invited to the case, and those who can be; each with what they are."""
    asked = set(application.invitations.values_list("user", flat=True))
    held = Membership.objects.current().filter(role=Role.ADVISER, user__is_active=True)
    advisers = list(held.select_related("user", "school").order_by("user__name"))
    return [m for m in advisers if m.user_id in asked], [
        m for m in advisers if m.user_id not in asked
    ]


def signed_for(application: Application) -> set[str]:
    """The capacities in which an adviser has signed a statement on the case."""
    signed = application.statements.filter(signed_at__isnull=False)
    return set(signed.order_by().values_list("capacity", flat=True))


@dataclass(frozen=True)
class Thread:
    """An entry of the dialogue with its corrections, as the reader sees it."""

    entry: DialogueEntry
    corrections: list[DialogueEntry]
    is_shared: bool


def dialogue(application: Application, *, shared_only: bool = False) -> list[Thread]:
    """What was said, the oldest first; takes one query. `shared_only` is what the school has shared with the committee."""
    entries = list(
        application.dialogue.select_related("written_by", "share").order_by("written_at", "id")
    )
    corrections: dict[UUID | None, list[DialogueEntry]] = {}
    for entry in entries:
        corrections.setdefault(entry.corrects_id, []).append(entry)
    threads = [
        Thread(entry, corrections.get(entry.pk, []), hasattr(entry, "share"))
        for entry in corrections.get(None, [])
    ]
    return [thread for thread in threads if thread.is_shared or not shared_only]


def signed_statements(application: Application) -> list[tuple[Statement, list[Statement]]]:
    """For each capacity the statement that stands, PPR's first, and the earlier ones; takes one query."""
    signed = application.statements.filter(signed_at__isnull=False).select_related("written_by")
    groups: dict[str, list[Statement]] = {}
    for statement in signed.order_by("-signed_at", "id"):
        groups.setdefault(statement.capacity, []).append(statement)
    return [(groups[name][0], groups[name][1:]) for name in Capacity.values if name in groups]


def awaited_statements(application: Application) -> list[Invitation]:
    """The PPR and caseworker invitations to the case that have led to no signed statement yet."""
    asked = (
        application.invitations.filter(capacity__in=STATING)
        .select_related("user")
        .order_by("capacity", "id")
    )
    return list(_unanswered(asked))


def statements_to_write(user: User) -> list[Application]:
    """The cases that wait for a statement of `user`'s: asked as PPR or caseworker, and not decided yet."""
    asked = Invitation.objects.filter(user=user, capacity__in=STATING)
    open_ones = Application.objects.visible_to(user).filter(
        status__in=(*AT_SCHOOL, Status.SUBMITTED)
    )
    waiting = open_ones.filter(pk__in=_unanswered(asked).values("application"))
    return list(waiting.select_related("school").order_by("updated_at")[:MOST_STATEMENTS])


def _unanswered(asked: QuerySet[Invitation]) -> QuerySet[Invitation]:
    signed = Statement.objects.filter(
        application=OuterRef("application"), written_by=OuterRef("user"), signed_at__isnull=False
    )
    return asked.filter(~Exists(signed))


def leaders_of(school_id: int) -> list[str]:
    """The names of the district school leaders, who answer for the school's applications."""
    held = Membership.objects.current().filter(
        role=Role.SCHOOL_LEADER, school=school_id, user__is_active=True
    )
    return list(held.order_by("user__name").values_list("user__name", flat=True))


def disqualified(application: Application, people: Iterable[User]) -> dict[int, str]:
    """Who of `people` may not judge the case, by id, and why in a fixed sentence; the same as `reviewable_by` finds.

    Takes three queries.
    """
    return all_disqualified([application], people)[application.pk]


def all_disqualified(
    applications: Sequence[Application], people: Iterable[User]
) -> dict[UUID, dict[int, str]]:
    """The same for several cases at once, by the id of the case. Takes three queries, however many they are."""
    people = list(people)
    found = _all_ties(applications, people)
    for recusal in Recusal.objects.filter(
        application__in=found, user__in=people, lifted_at__isnull=True
    ):
        found[recusal.application_id].setdefault(recusal.user_id, recusal.get_origin_display())
    return found


def ties(application: Application, people: Iterable[User]) -> dict[int, str]:
    """Who of `people` the system itself finds tied to the case, and how; nobody can lift that. Takes two queries."""
    return _all_ties([application], people)[application.pk]


def _all_ties(
    applications: Sequence[Application], people: Iterable[User]
) -> dict[UUID, dict[int, str]]:
    ids, found = (
        [person.pk for person in people],
        {application.pk: dict[int, str]() for application in applications},
    )
    invited = Invitation.objects.filter(application__in=found, user__in=ids)
    for case, user in invited.values_list("application", "user"):
        found[case][user] = "Er rådgiver i sagen"
    schools = {application.school_id for application in applications}
    held = set(
        Membership.objects.current()
        .filter(user__in=ids, school__in=schools)
        .values_list("school", "user")
    )
    for application in applications:
        tied = found[application.pk]
        tied |= {
            user: "Arbejder på skolen" for school, user in held if school == application.school_id
        }
        wrote = {application.created_by_id, application.submitted_by_id} & set(ids)
        tied |= dict.fromkeys(filter(None, wrote), "Har skrevet eller indsendt ansøgningen")
    return found


LIST_FIELDS = (
    "id", "number", "status", "submitted_at", "updated_at", "closed_at", "initials", "kinds", "grades",
    "pupil_count", "requested", "filled", "expected", "school__name",
)  # fmt: skip
