"""The cast: one person a role, always the same names and schools; and the smallest things they work on."""

from __future__ import annotations

import random
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

import pgtrigger
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client, TransactionTestCase
from django.utils import timezone

from applications.dialogue import actions as dialogue
from applications.lifecycle import Status
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
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.books import actions as books
from budget.models import FundingSource, Pool
from skolefleks.danish import today
from skolefleks.development.fictive import fictive_cpr
from skolefleks.encryption import key_ring
from skolefleks.models import Centre, District, Membership, Role, School, User
from skolefleks.refusals import Refusal
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.models import Grant, Meeting
from visitation.releases import actions as releases

SCHOOLS = (
    "Baltorpskolen",
    "Hedegårdsskolen",
    "Måløvhøj Skole",
    "Skovlunde Skole",
    "Skovvejens Skole",
)


YEAR = today().year


NEXT, AFTER = YEAR + 1, YEAR + 2


@pytest.fixture(scope="session", autouse=True)
def _books_may_be_emptied_between_tests() -> Iterator[None]:
    """Django empties the tables after a test with real transactions; the append-only ones refuse anybody else."""
    teardown = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            teardown(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    yield
    valkey = cache._cache.get_client(None, write=True)
    if keys := list(valkey.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*")):
        valkey.delete(*keys)


@pytest.fixture
def schools(db: None) -> dict[str, School]:
    made = {}
    for position, name in enumerate(SCHOOLS):
        district = District.objects.create(name=name, sort_key=position)
        made[name] = School.objects.create(name=name, district=district)
    return made


@pytest.fixture
def person(schools: dict[str, School]) -> Callable[..., User]:
    def make(name: str, role: Role, school: str | None = None, centre: str = "") -> User:
        user = User.objects.create(
            email=f"{name.split(maxsplit=1)[0].lower()}.{uuid.uuid4().hex[:6]}@demo.example",
            name=name,
        )
        Membership.objects.create(
            user=user, role=role, school=schools[school] if school else None, centre=centre
        )
        return user

    return make


Person = Callable[..., User]


@pytest.fixture
def leader(person: Person) -> User:
    return person("Lene Baltorp", Role.SCHOOL_LEADER, "Baltorpskolen")


@pytest.fixture
def staff(person: Person) -> User:
    return person("Peder Baltorp", Role.SCHOOL_STAFF, "Baltorpskolen")


@pytest.fixture
def other_leader(person: Person) -> User:
    return person("Hanne Hedegård", Role.SCHOOL_LEADER, "Hedegårdsskolen")


@pytest.fixture
def adviser(person: Person) -> User:
    return person("Pia Rådgiver", Role.ADVISER, centre=Centre.BUR)


@pytest.fixture
def ppr(person: Person) -> User:
    """An adviser whose title says PPR."""
    user = person("Puk Psykolog", Role.ADVISER, centre=Centre.BUR)
    user.memberships.update(title="PPR-psykolog")
    return user


@pytest.fixture
def challenge(leader: User, schools: dict[str, School]) -> Application:
    """A pupil that worries Baltorpskolen, nothing more yet."""
    case = PupilCase(
        name="Cilla Dam", grade=3, worry="Cilla går hjem midt i timen.", worried_since="august"
    )
    return dialogue.start_challenge(case, school=schools["Baltorpskolen"], cpr="", by=leader)


@pytest.fixture
def member(person: Person) -> User:
    return person("Mads Medlem", Role.COMMITTEE_MEMBER, centre=Centre.BUR)


@pytest.fixture
def chair(person: Person) -> User:
    return person("Frida Formand", Role.COMMITTEE_CHAIR, centre=Centre.SIK)


@pytest.fixture
def secretary(person: Person) -> User:
    return person("Søren Sekretær", Role.COMMITTEE_SECRETARY, centre=Centre.BUR)


@pytest.fixture
def two_roles(person: Person, schools: dict[str, School]) -> User:
    """A member of the committee who is a pedagogical leader at Hedegårdsskolen too."""
    user = person("Tove Tohat", Role.COMMITTEE_MEMBER, centre=Centre.SIK)
    Membership.objects.create(user=user, role=Role.SCHOOL_STAFF, school=schools["Hedegårdsskolen"])
    return user


@pytest.fixture
def chief(person: Person) -> User:
    return person("Clara Centerchef", Role.CENTRE_CHIEF, centre=Centre.SIK)


@pytest.fixture
def chief_bur(person: Person) -> User:
    return person("Bent Centerchef", Role.CENTRE_CHIEF, centre=Centre.BUR)


@pytest.fixture
def follower(person: Person) -> User:
    return person("Frode Følge", Role.IMPLEMENTATION_GROUP)


@pytest.fixture
def admin(person: Person) -> User:
    return person("Asta Admin", Role.ADMINISTRATOR)


@pytest.fixture
def sources(db: None) -> list[FundingSource]:
    return [
        FundingSource.objects.create(name="Specialundervisningsrammen", centre=Centre.SIK),
        FundingSource.objects.create(name="Dagbehandling", centre=Centre.BUR),
    ]


@pytest.fixture
def pools(chief: User, sources: list[FundingSource]) -> dict[int, Pool]:
    """The pools of this year and the next two, with 5,000,000 DKK each."""
    for year in (YEAR, NEXT, AFTER):
        for source in sources:
            books.allocate(year=year, source=source, amount=2_500_000, by=chief)
    return Pool.objects.in_bulk()


def fill(application: Application, *names: str, by: User, tariff: int = 200_000) -> Application:
    """Write all that a complete application holds, for the pupils `names`."""
    texts = {
        name: f"Opdigtet tekst om {name}."
        for name in [
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
            "daily_leader_name",
            "representative_name",
        ]
    }
    for field, text in texts.items():
        setattr(application, field, text)
    application.legal_basis = Application.LegalBasis.SECTION_9_4
    writing.write(application, fields=[*texts, "legal_basis"], step="environment", by=by)
    TriedMeasure.objects.create(
        application=application, what="Co-teaching", outcome="Færre konflikter"
    )
    PlannedMeasure.objects.create(
        application=application,
        kind="resource_person",
        what="Voksen",
        expected_effect="Fravær ned",
        how_known="Tal",
    )
    for name in names:
        write_pupil(writing.add_pupil(application, by=by), name, by=by, tariff=tariff)
    state(application, by=by)
    writing.summarise(application)
    application.refresh_from_db()
    return application


def state(
    application: Application, *, by: User, text: str = "PPR kender eleverne og støtter indsatsen."
) -> Statement:
    """PPR's signed statement as it lies there afterwards; nobody is told and nothing is recorded."""
    psychologist, new = User.objects.get_or_create(
        email="ppr@demo.example", defaults={"name": "Nadia Psykolog"}
    )
    if new:
        Membership.objects.create(
            user=psychologist, role=Role.ADVISER, centre=Centre.BUR, title="PPR-psykolog"
        )
    as_ppr = {"application": application, "capacity": Capacity.PPR}
    Invitation.objects.create(user=psychologist, invited_by=by, **as_ppr)
    now = timezone.now()
    return Statement.objects.create(
        written_by=psychologist, text=text, written_at=now, signed_at=now, **as_ppr
    )


def write_pupil(
    case: PupilCase, name: str, *, by: User, tariff: int = 200_000, cpr: str = ""
) -> PupilCase:
    case.name, case.grade, case.kind = name, 4, PupilCase.Kind.RETENTION
    case.description, case.pupil_voice, case.support_hours = (
        "Elevens billede.",
        "»Jeg vil gerne blive.«",
        3,
    )
    case.parents_informed, case.parents_informed_on = PupilCase.Informed.YES, date(YEAR, 9, 1)
    case.parents_informed_by, case.parents_informed_how = "Klasselæreren", "På et møde"
    case.requested_tariff, case.tariff_reason = (
        tariff,
        "Behovet er større." if tariff != 200_000 else "",
    )
    case.starts_on, case.ends_on = date(NEXT, 1, 1), date(NEXT, 7, 31)
    case.caseworker_name = "Sagsbehandler Opdigtet"
    goal = {"kind": "attendance", "baseline": 70, "target": 90, "due_on": case.ends_on}
    Goal.objects.get_or_create(
        pupil_case=case, defaults=goal | {"what": "Mere i skole", "how_measured": "Fravær"}
    )
    writing.write_pupil(case, cpr=cpr or fictive_cpr(random.Random(case.pk.int), born=2016), by=by)
    return case


@pytest.fixture
def draft(leader: User, schools: dict[str, School]) -> Application:
    """A complete application of Baltorpskolen for two pupils, not yet submitted."""
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    return fill(application, "Anna Berg", "Bo Carlsen", by=leader)


@pytest.fixture
def submitted(draft: Application, leader: User) -> Application:
    submission.submit(draft, by=leader)
    return draft


@pytest.fixture
def case(submitted: Application) -> PupilCase:
    """The first pupil of the submitted application."""
    return submitted.pupil_cases.select_related("pupil", "application__school__district").all()[0]


@pytest.fixture
def granted(case: PupilCase, pools: dict[int, Pool], chair: User) -> Grant:
    return decisions.grant(case, terms(), grounds="Behovet er stort.", by=chair)


@pytest.fixture
def provisional(
    case: PupilCase, submitted: Application, pools: dict[int, Pool], chair: User
) -> Application:
    """The first pupil granted, the second rejected, nothing released."""
    decisions.grant(case, terms(), grounds="Hemmelig begrundelse.", by=chair)
    decisions.reject(submitted.pupil_cases.all()[1], grounds="Hemmeligt afslag.", by=chair)
    return submitted


@pytest.fixture
def released(granted: Grant, submitted: Application, chair: User) -> Application:
    """The first pupil granted, the second rejected, both released."""
    second = submitted.pupil_cases.select_related("pupil", "application__school__district").all()[1]
    decisions.reject(second, grounds="Skolen har selv midlerne.", by=chair)
    releases.release(submitted, by=chair)
    return submitted


def terms(
    tariff: int = 215_000, starts_on: date = date(NEXT, 1, 1), ends_on: date = date(AFTER, 7, 31)
) -> Any:
    return decision_rules.Terms(tariff, starts_on, ends_on)


def plan_meeting(*, by: User, days: int = 7, **fields: Any) -> Meeting:
    """A meeting in so many days, from nine to noon."""
    begins = timezone.make_aware(datetime.combine(today() + timedelta(days=days), time(9)))
    place = {"place": "Rådhuset, lokale 3", "planned_by": by}
    return Meeting.objects.create(
        starts_at=begins, ends_at=begins + timedelta(hours=3), **place, **fields
    )


def many(
    count: int, *, school: School, by: User, first: int = 5001, **fields: Any
) -> list[PupilCase]:
    """`count` submitted applications of one pupil each, made in bulk, the first submitted first."""
    now, pupils, cases, made = timezone.now(), [], [], []
    for number in range(first, first + count):
        at = now - timedelta(minutes=first + count - number)
        row = {
            "status": Status.SUBMITTED,
            "submitted_at": at,
            "submitted_by": by,
            "requested": 200_000,
        } | fields
        application = Application(
            number=f"SF-{YEAR}-{number:04d}", school=school, created_by=by, **row
        )
        application.created_at = application.updated_at = at
        application.initials, application.kinds = ["A.B."], ["return"]
        application.grades, application.pupil_count = [4], 1
        cpr = fictive_cpr(random.Random(number), born=2016)
        pupils.append(Pupil(cpr=cpr, cpr_index=key_ring().blind(cpr)))
        cases.append(
            PupilCase(application=application, pupil=pupils[-1], name="Asta Bech", initials="A.B.")
        )
        made.append(application)
    Application.objects.bulk_create(made)
    Pupil.objects.bulk_create(pupils)
    return PupilCase.objects.bulk_create(cases)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do `acts` in a thread each, with a connection each, all let go together; what each returned, or how it was refused."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return act()
        except (Refusal, DatabaseError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def text_of(answer: Any) -> str:
    """What stands in the middle of a page, without its tags, in one line."""
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def committee(client_for: Callable[[User], Client], chair: User) -> Client:
    """The chair's browser."""
    return client_for(chair)


# What somebody may write in an address or a field, for fun or for harm.
NONSENSE = [
    "x",
    "-1",
    "9" * 30,
    "²",
    "\x00",
    "æøå",
    "' OR 1=1",
    "SF-",
    "SF-\x00",
    "<b>",
    "%",
    "_",
    "1e5",
    "٣",
    "x" * 5_000,
]


@pytest.fixture
def school(client_for: Callable[[User], Client], leader: User) -> Client:
    """The school leader's browser."""
    return client_for(leader)


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def post() -> Callable[..., HttpResponse]:
    """Send a form as the page would, with a fresh key."""

    def send(client: Client, url: str, data: dict[str, Any] | None = None) -> Any:
        return client.post(url, {"idempotency_key": str(uuid.uuid4()), **(data or {})})

    return send
