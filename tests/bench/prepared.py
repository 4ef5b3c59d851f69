"""What the bench opens, submits and decides: people, money, and applications with every text
sealed for real.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
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
from budget.models import FundingSource
from skolefleks.danish import today
from skolefleks.development.fictive import fictive_cpr
from skolefleks.encryption import key_ring
from skolefleks.models import AuditEntry, Membership, School, User
from tests.bench.bulk import YEARS
from tests.meetings import under_way
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.models import AgendaItem, Assessment, Meeting, Question

SENTENCE = "Eleven har brug for en tryg voksen og korte, tydelige opgaver. I frikvarterene opstår der ofte konflikter. "


TEXTS = {
    "learning_environment": 6,
    "joint_reason": 3,
    "support_hours_use": 3,
    "support_hours_yield": 3,
}


TEXTS |= {
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


def people() -> dict[str, User]:
    """Districts and schools as they are, two people at each school, the committee, the chiefs, ten
    advisers.
    """
    call_command("load_figures", verbosity=0)
    for school in School.objects.all():
        _person("school_leader", school=school)
        _person("school_staff", school=school)
    for _ in range(10):
        _person("adviser", centre="C-BUR")
    for role in ("committee_member", "committee_member", "committee_secretary", "administrator"):
        _person(role)
    made = {role: _person(role) for role in ("committee_chair", "centre_chief")}
    first = School.objects.all()[0]
    return made | {"school_leader": _person("school_leader", school=first)}


def _person(role: str, *, school: School | None = None, centre: str = "") -> User:
    number = User.objects.count() + 1
    user = User.objects.create(
        email=f"person{number}@bench.example", name=f"Person Nummer {number}"
    )
    Membership.objects.create(user=user, role=role, school=school, centre=centre)
    return user


def allocate(cases: int, chief: User) -> None:
    """So much money in every pool that no decision is refused, in postings as large as their
    column holds.
    """
    for year in range(today().year - YEARS, today().year + 4):
        for source in FundingSource.objects.all():
            for _ in range(1 + cases // 50_000):
                books.allocate(year=year, source=source, amount=2_000_000_000, by=chief)


def cases(count: int, people: dict[str, User], *, first: int, status: str) -> list[Application]:
    """Applications with everything written, of two pupils each, sealed as the product seals them."""
    leader, year = people["school_leader"], today().year
    school = leader.current_memberships[0].school
    made, tried, planned = [], [], []
    for number in range(first, first + count):
        at = timezone.now() - timedelta(days=12, minutes=number % 1000)
        case = Application(
            number=f"SF-{year}-{number}", school=school, status=status, created_by=leader
        )
        case.created_at = case.updated_at = at
        case.submitted_by, case.submitted_at = (None, None) if status == "draft" else (leader, at)
        for name, sentences in TEXTS.items():
            setattr(case, name, SENTENCE * sentences)
        for name, line in LINES.items():
            setattr(case, name, line)
        case.legal_basis = Application.LegalBasis.SECTION_9_4
        case.initials, case.kinds, case.grades, case.pupil_count = (
            ["A.B.", "C.D."],
            ["retention"],
            [4],
            2,
        )
        case.requested, case.filled, case.expected = 415_000, 40, 40
        tried += [
            TriedMeasure(application=case, position=n, what=SENTENCE, outcome=SENTENCE * 2)
            for n in range(2)
        ]
        planned += [_planned(PlannedMeasure(application=case, position=n)) for n in range(2)]
        made.append(case)
    Application.objects.bulk_create(made)
    TriedMeasure.objects.bulk_create(tried)
    PlannedMeasure.objects.bulk_create(planned)
    _add_pupils(made, first)
    _add_statements(made, leader)
    _add_events(made, leader)
    return made


def _planned(measure: PlannedMeasure) -> PlannedMeasure:
    measure.kind, measure.what, measure.who = "resource_person", SENTENCE * 2, "Pædagog"
    measure.expected_effect, measure.how_known = SENTENCE, SENTENCE
    return measure


def _add_pupils(made: list[Application], seed: int) -> None:
    dice = random.Random(seed)
    numbers = _cpr_numbers(dice, 2 * len(made))
    pupils = [Pupil(cpr=cpr, cpr_index=key_ring().blind(cpr)) for cpr in numbers]
    cases = [
        PupilCase(application=made[n // 2], position=n % 2, pupil=pupil)
        for n, pupil in enumerate(pupils)
    ]
    for case in cases:
        _write(case)
    Pupil.objects.bulk_create(pupils)
    PupilCase.objects.bulk_create(cases)
    told = {
        "kind": Goal.Kind.ATTENDANCE,
        "baseline": 60,
        "target": 90,
        "due_on": today() + timedelta(days=200),
    }
    Goal.objects.bulk_create(
        Goal(pupil_case=case, what=SENTENCE, how_measured=SENTENCE, **told) for case in cases
    )


def _add_statements(made: list[Application], leader: User) -> None:
    """PPR's, signed."""
    adviser = User.objects.filter(memberships__role="adviser")[0]
    now, as_ppr = timezone.now(), {"capacity": Capacity.PPR}
    Invitation.objects.bulk_create(
        Invitation(application=case, user=adviser, invited_by=leader, **as_ppr) for case in made
    )
    Statement.objects.bulk_create(
        Statement(
            application=case,
            written_by=adviser,
            text=SENTENCE * 3,
            written_at=now,
            signed_at=now,
            **as_ppr,
        )
        for case in made
    )


def _write(case: PupilCase) -> None:
    year = today().year
    case.name, case.initials = ("Anna Berg", "A.B.") if case.position == 0 else ("Carl Dam", "C.D.")
    case.grade, case.kind, case.support_hours = 4, PupilCase.Kind.RETENTION, 3
    case.description, case.pupil_voice = SENTENCE * 8, SENTENCE * 2
    case.parents_informed, case.parents_informed_on = PupilCase.Informed.YES, date(year, 9, 1)
    case.parents_informed_by, case.parents_informed_how = "Klasselæreren", "På et møde"
    case.requested_tariff, case.tariff_reason = (
        (215_000, SENTENCE) if case.position == 0 else (200_000, "")
    )
    case.starts_on, case.ends_on = date(year + 1, 1, 1), date(year + 2, 7, 31)
    case.caseworker_name, case.caseworker_cooperation = "Sagsbehandler Opdigtet", SENTENCE


def _cpr_numbers(dice: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[fictive_cpr(dice, born=today().year - 10 - dice.randrange(2))] = None
    return list(found)


def _add_events(made: list[Application], leader: User) -> None:
    verbs = (
        "start",
        "add_pupil",
        "add_pupil",
        "write",
        "write",
        "write",
        "write",
        "invite",
        "submit",
    )
    entry = {"actor_id": leader.pk, "object_type": "applications.application"}
    AuditEntry.objects.bulk_create(
        AuditEntry(verb=verb, object_id=str(case.pk), subject=case.number, **entry)
        for case in made
        for verb in verbs
    )


def decide_first(application: Application, chair: User) -> None:
    """The first pupil is granted, not yet released: the case page has something to show of each
    kind.
    """
    case = application.pupil_cases.select_related("pupil", "application__school__district").all()[0]
    terms = decision_rules.Terms(215_000, case.starts_on, case.ends_on, conditions=SENTENCE)
    decisions.grant(case, terms, grounds=GROUNDS, by=chair)


def before_the_meeting(read: list[Application], chair: User) -> None:
    """Half of the cases on an agenda, each pupil assessed by the chair and two members, a question
    answered in each.
    """
    now, begins = timezone.now(), timezone.now() + timedelta(days=7)
    plan = {"starts_at": begins, "ends_at": begins + timedelta(hours=3), "planned_by": chair}
    meeting = Meeting.objects.create(place="Rådhuset", **plan)
    items = [
        AgendaItem(meeting=meeting, application=case, position=n, minutes=20)
        for n, case in enumerate(read[::2])
    ]
    for item in items:
        item.added_by = chair
    AgendaItem.objects.bulk_create(items)
    pupils = PupilCase.objects.filter(application__in=read)
    told = {"weight": 3, "tariff": 215_000, "why": SENTENCE, "given_at": now}
    people = [chair, *User.objects.filter(memberships__role="committee_member")]
    Assessment.objects.bulk_create(
        Assessment(pupil_case=case, member=by, **told) for case in pupils for by in people
    )
    asked = {
        "text": SENTENCE,
        "asked_by": chair,
        "asked_at": now,
        "answer": SENTENCE,
        "answered_at": now,
    }
    Question.objects.bulk_create(
        Question(application=case, answered_by=case.created_by, **asked) for case in read
    )


def in_the_room(cases: list[Application], chair: User) -> str:
    """The address of a meeting under way, all of `cases` on its agenda, and half of the agenda
    behind it.
    """
    members = User.objects.filter(memberships__role="committee_member")
    meeting = under_way(*cases, by=chair, present=[chair, *members])
    agenda.take_up(meeting.items.all()[len(cases) // 2], by=chair)
    return str(meeting.pk)


def middle(cases: int) -> str:
    """What stands in the address of a page half way down the whole queue."""
    ordered = Application.objects.filter(submitted_at__isnull=False).order_by("submitted_at", "id")
    half = ordered.only("submitted_at")[cases // 2]
    return f"{half.submitted_at.isoformat()}~{half.pk}"


def own_middle(leader: User) -> str:
    """What stands in the address of a page half way down the closed cases of the leader's school."""
    own = Application.objects.filter(
        school=leader.current_memberships[0].school_id, status="closed"
    )
    half = own.order_by("-updated_at", "-id").only("updated_at")[own.count() // 2]
    return f"{half.updated_at.isoformat()}~{half.pk}"


def session(user: User) -> str:
    """A signed-in session, as the login page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def settle() -> None:
    """What autovacuum would have done in the years that the database pretends to have."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
