"""What the bench opens, submits and decides: people, money, and applications sealed for real."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from applications.models import (
    Application,
    Capacity,
    Goal,
    Invitation,
    PlannedMeasure,
    Pupil,
    PupilCase,
    Statement,
    TriedMeasure,
)
from budget.books import actions as books
from budget.models import BookProof, FundingSource
from budget.proving import since
from skolefleks.danish import today
from skolefleks.development.fictive import fictive_cpr
from skolefleks.encryption import key_ring
from skolefleks.models import AuditEntry, Membership, School, User
from skolefleks.signin.store import SessionStore
from tests.bench.bulk import YEARS

SENTENCE = (
    "Eleven har brug for en tryg voksen og korte, tydelige opgaver."
    " I frikvarterene opstår der ofte konflikter. "
)

# How many sentences stand in each text of an application.
TEXTS = {
    "learning_environment": 6,
    "joint_reason": 3,
    "support_hours_use": 3,
    "support_hours_yield": 3,
    "ppr_setup": 3,
    "ppr_daily": 3,
    "coordinator": 2,
    "family_cooperation": 3,
    "leisure_cooperation": 2,
}
LINES = {
    "ppr_contact": "Psykolog Opdigtet",
    "daily_leader_name": "Dina Opdigtet",
    "representative_name": "Rie Opdigtet",
}
GROUNDS = SENTENCE * 4

# The trail of one application, from its start.
EVENTS = ("start", "add_pupil", "add_pupil", "write", "write", "write", "write", "invite", "submit")

# DKK: as large as an allocation's column holds.
LARGEST_POSTING = 2_000_000_000


# -- people and money ----------------------------------------------------------------------
def people() -> dict[str, User]:
    """Districts and schools as they are, with their people; those whose sessions are used.

    Two at each school, the committee, the chiefs, ten advisers.
    """
    call_command("load_figures", verbosity=0)
    for school in School.objects.all():
        person("school_leader", school=school)
        person("school_staff", school=school)
    for _ in range(10):
        person("adviser", centre="C-BUR")
    for role in ("committee_member", "committee_member", "committee_secretary", "administrator"):
        person(role)

    person("centre_chief", centre="C-BUR")
    return {
        "committee_chair": person("committee_chair"),
        "centre_chief": person("centre_chief", centre="C-SIK"),
        "implementation_group": person("implementation_group"),
        "school_leader": person("school_leader", school=School.objects.all()[0]),
    }


def person(role: str, *, school: School | None = None, centre: str = "") -> User:
    number = User.objects.count() + 1
    user = User.objects.create(
        email=f"person{number}@bench.example", name=f"Person Nummer {number}"
    )
    Membership.objects.create(user=user, role=role, school=school, centre=centre)
    return user


def allocate(case_count: int, chief: User) -> None:
    """So much money in every pool that no decision is refused, in postings as large as may be."""
    first_year = today().year - YEARS
    last_year = today().year + 3
    times = 1 + case_count // 50_000
    for year in range(first_year, last_year + 1):
        for source in FundingSource.objects.all():
            for _ in range(times):
                books.allocate(year=year, source=source, amount=LARGEST_POSTING, by=chief)


# -- applications --------------------------------------------------------------------------
def applications(
    count: int, people: dict[str, User], *, first: int, status: str = "submitted"
) -> list[Application]:
    """Applications of two pupils each, everything written, sealed as the product seals them.

    They are numbered from `first` on.
    """
    leader = people["school_leader"]
    rows = []
    for number in range(first, first + count):
        rows.append(application_of(number, status, leader))
    Application.objects.bulk_create(rows)

    add_measures(rows)
    add_pupils(rows, seed=first)
    add_statements(rows, leader)
    add_events(rows, leader)
    return rows


def application_of(number: int, status: str, leader: User) -> Application:
    """One application with all that a school writes in it, not yet stored."""
    # They do not all come at one moment: the queue is ordered by when they were submitted.
    moment = timezone.now() - timedelta(days=12, minutes=number % 1000)
    application = Application(
        number=f"SF-{today().year}-{number}",
        school=leader.current_memberships[0].school,
        status=status,
        legal_basis=Application.LegalBasis.SECTION_9_4,
        created_by=leader,
        created_at=moment,
        updated_at=moment,
    )
    if status != "draft":
        application.submitted_by = leader
        application.submitted_at = moment

    for name, sentences in TEXTS.items():
        setattr(application, name, SENTENCE * sentences)
    for name, line in LINES.items():
        setattr(application, name, line)

    # What the product sums up when the school saves.
    application.initials = ["Æ.Ø.", "Ø.Å."]
    application.kinds = ["retention"]
    application.grades = [4]
    application.pupil_count = 2
    application.requested = 415_000
    application.filled = 40
    application.expected = 40
    return application


def add_measures(applications: Sequence[Application]) -> None:
    """Two measures that the school has tried, and two that it plans, of each application."""
    tried_measures = []
    planned_measures = []
    for application in applications:
        for position in range(2):
            tried_measure = TriedMeasure(
                application=application, position=position, what=SENTENCE, outcome=SENTENCE * 2
            )
            tried_measures.append(tried_measure)
            planned_measure = PlannedMeasure(
                application=application,
                position=position,
                kind="resource_person",
                what=SENTENCE * 2,
                who="Pædagog",
                expected_effect=SENTENCE,
                how_known=SENTENCE,
            )
            planned_measures.append(planned_measure)
    TriedMeasure.objects.bulk_create(tried_measures)
    PlannedMeasure.objects.bulk_create(planned_measures)


def add_pupils(applications: Sequence[Application], *, seed: int) -> None:
    """Two pupils of each application, each with a goal."""
    numbers = cpr_numbers(random.Random(seed), 2 * len(applications))
    pupils = []
    pupil_cases = []
    goals = []
    for application in applications:
        for position in range(2):
            cpr = numbers.pop()
            pupil = Pupil(cpr=cpr, cpr_index=key_ring().blind(cpr))
            pupil_case = pupil_case_of(application, position, pupil)
            goal = Goal(
                pupil_case=pupil_case,
                kind=Goal.Kind.ATTENDANCE,
                what=SENTENCE,
                how_measured=SENTENCE,
                baseline=60,
                target=90,
                due_on=today() + timedelta(days=200),
            )
            pupils.append(pupil)
            pupil_cases.append(pupil_case)
            goals.append(goal)
    Pupil.objects.bulk_create(pupils)
    PupilCase.objects.bulk_create(pupil_cases)
    Goal.objects.bulk_create(goals)


def pupil_case_of(application: Application, position: int, pupil: Pupil) -> PupilCase:
    """One pupil with all that a school writes, not yet stored; the first costs more.

    Nobody of `bulk` has these initials: where names are compared theirs cannot be opened.
    """
    name, initials = ("Ærild Østby", "Æ.Ø.")
    tariff, reason = (215_000, SENTENCE)
    if position > 0:
        name, initials = ("Øjvind Ågård", "Ø.Å.")
        tariff, reason = (200_000, "")

    year = today().year
    return PupilCase(
        application=application,
        position=position,
        pupil=pupil,
        name=name,
        initials=initials,
        grade=4,
        kind=PupilCase.Kind.RETENTION,
        support_hours=3,
        description=SENTENCE * 8,
        pupil_voice=SENTENCE * 2,
        parents_informed=PupilCase.Informed.YES,
        parents_informed_on=date(year, 9, 1),
        parents_informed_by="Klasselæreren",
        parents_informed_how="På et møde",
        requested_tariff=tariff,
        tariff_reason=reason,
        starts_on=date(year + 1, 1, 1),
        ends_on=date(year + 2, 7, 31),
        caseworker_name="Sagsbehandler Opdigtet",
        caseworker_cooperation=SENTENCE,
    )


def cpr_numbers(dice: random.Random, count: int) -> list[str]:
    """Fictive CPR numbers of pupils ten and eleven years old, all different."""
    numbers: dict[str, None] = {}  # a set that keeps its order
    while len(numbers) < count:
        born = today().year - 10 - dice.randrange(2)
        numbers[fictive_cpr(dice, born=born)] = None
    return list(numbers)


def add_statements(applications: Sequence[Application], leader: User) -> None:
    """A statement of PPR in each application, signed."""
    adviser = User.objects.filter(memberships__role="adviser")[0]
    now = timezone.now()
    invitations = []
    statements = []
    for application in applications:
        invitation = Invitation(
            application=application, user=adviser, invited_by=leader, capacity=Capacity.PPR
        )
        invitations.append(invitation)
        statement = Statement(
            application=application,
            written_by=adviser,
            capacity=Capacity.PPR,
            text=SENTENCE * 3,
            written_at=now,
            signed_at=now,
        )
        statements.append(statement)
    Invitation.objects.bulk_create(invitations)
    Statement.objects.bulk_create(statements)


def add_events(applications: Sequence[Application], leader: User) -> None:
    """The trail's lines of each application."""
    entries = []
    for application in applications:
        for verb in EVENTS:
            entry = AuditEntry(
                verb=verb,
                actor_id=leader.pk,
                object_type="applications.application",
                object_id=str(application.pk),
                subject=application.number,
            )
            entries.append(entry)
    AuditEntry.objects.bulk_create(entries)


# -- addresses and sessions ----------------------------------------------------------------
def middle(case_count: int) -> str:
    """What stands in the address of a page half way down the whole queue."""
    submitted = Application.objects.filter(submitted_at__isnull=False)
    rows = submitted.order_by("submitted_at", "id").only("submitted_at")
    row = rows[case_count // 2]
    return f"{row.submitted_at.isoformat()}~{row.pk}"


def own_middle(leader: User) -> str:
    """What stands in the address half way down the closed cases of the leader's school."""
    school_id = leader.current_memberships[0].school_id
    closed = Application.objects.filter(school=school_id, status="closed")
    rows = closed.order_by("-updated_at", "-id").only("updated_at")
    row = rows[closed.count() // 2]
    return f"{row.updated_at.isoformat()}~{row.pk}"


def session(user: User) -> str:
    """The key of a session that is signed in, as the login page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def settle() -> None:
    """Do what autovacuum would have done in the years that the database pretends to have."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def prove() -> None:
    """Let all that was made in bulk be proved: it has no lines in the trail, and no plan.

    What is measured is the proof of what comes after it.
    """
    moment = since.now()
    BookProof.objects.create(
        is_full=True,
        done=1,
        total=1,
        finished_at=timezone.now(),
        posting=moment.posting,
        position=moment.position,
        standings=moment.standings,
    )
