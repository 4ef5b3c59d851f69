"""The cast: one person a role, always the same names and schools, and what they work on."""

from __future__ import annotations

import os
import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, TransactionTestCase
from django.utils import timezone

from applications.dialogue import actions as dialogue
from applications.lifecycle import Status
from applications.models import Application, Pupil, PupilCase
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.books import actions as books
from budget.models import FundingSource, Pool
from skolefleks.danish import today
from skolefleks.development.fictive import fictive_cpr
from skolefleks.encryption import key_ring
from skolefleks.models import District, Membership, Role, School, User
from tests.defaults import settings_of_nobody, two_centres  # noqa: F401  for every test
from tests.filling import fill
from tests.roles import be_application, be_owner, empty_tables
from tests.scenes import cast_on_stage, pytest_fixture_setup  # noqa: F401  for every test
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.models import Decision, Grant, Meeting, Scale
from visitation.releases import actions as releases
from visitation.ways import actions as ways
from visitation.ways import queries as ways_queries
from visitation.ways import rules as ways_rules

SCHOOLS = (
    "Baltorpskolen",
    "Hedegårdsskolen",
    "Måløvhøj Skole",
    "Skovlunde Skole",
    "Skovvejens Skole",
)

YEAR = today().year
NEXT = YEAR + 1

AFTER = YEAR + 2

# As the product settles who decides.
SETTLE = ways.settle


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ["DATABASE_TEMPLATE"]
    be_owner()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The owner makes the database and removes it; between, the application works."""
    be_application()
    yield
    be_owner()


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_quickly() -> Iterator[None]:
    """After a test with real transactions its rows go, the append-only ones too.

    Django's own way takes half a second a test: it truncates every table anew
    and makes all permissions again.
    """

    def empty_all(case: TransactionTestCase) -> None:
        empty_tables(but={Scale._meta.db_table})
        Scale.objects.filter(goal_kind="").delete()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_all)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    yield
    valkey = cache._cache.get_client(None, write=True)
    keys = list(valkey.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*"))
    if keys:
        valkey.delete(*keys)


@pytest.fixture(autouse=True)
def _papers_of_its_own(settings: Any) -> None:
    """A folder of papers belongs to one database, and tests side by side have one each."""
    settings.PAPERS_DIR = settings.STATE_DIR / "papers" / uuid.uuid4().hex


@pytest.fixture(autouse=True)
def _the_chair_decides_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests are about what a decision does, and say nothing of how it is made.

    Those of `visitation/ways` take this back by `nothing_is_said`.
    """
    urgent = ways_rules.Way(Decision.Basis.ALONE, Decision.Ground.URGENT, "Eleven kan ikke vente.")

    def settle_alone(pupil_case: PupilCase, what: Any, way: Any, **named: Any) -> Any:
        if way is None and not ways_queries.meeting_under_way(pupil_case.application):
            way = urgent
        return SETTLE(pupil_case, what, way, **named)

    monkeypatch.setattr(ways, "settle", settle_alone)


@pytest.fixture
def nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who decides has to say how, as in the real world."""
    monkeypatch.setattr(ways, "settle", SETTLE)


@pytest.fixture
def schools(centres: None) -> dict[str, School]:
    """The schools by name, each with a district of the same name."""
    schools = {}
    for position, name in enumerate(SCHOOLS):
        district = District.objects.create(name=name, sort_key=position)
        schools[name] = School.objects.create(name=name, district=district)
    return schools


@pytest.fixture
def person(schools: dict[str, School]) -> Callable[..., User]:
    """Makes a person with one role, at a school or in a centre."""

    def make(name: str, role: Role, school: str | None = None, centre: str = "") -> User:
        first_name = name.split(maxsplit=1)[0].lower()
        email = f"{first_name}.{uuid.uuid4().hex[:6]}@demo.example"
        user = User.objects.create(email=email, name=name)

        place = None
        if school:
            place = schools[school]
        Membership.objects.create(user=user, role=role, school=place, centre=centre)
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
    return person("Pia Rådgiver", Role.ADVISER, centre="C-BUR")


@pytest.fixture
def ppr(person: Person) -> User:
    """An adviser whose title says PPR."""
    user = person("Puk Psykolog", Role.ADVISER, centre="C-BUR")
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
    return person("Mads Medlem", Role.COMMITTEE_MEMBER, centre="C-BUR")


@pytest.fixture
def chair(person: Person) -> User:
    return person("Frida Formand", Role.COMMITTEE_CHAIR, centre="C-SIK")


@pytest.fixture
def secretary(person: Person) -> User:
    return person("Søren Sekretær", Role.COMMITTEE_SECRETARY, centre="C-BUR")


@pytest.fixture
def two_roles(person: Person, schools: dict[str, School]) -> User:
    """A member of the committee who is a pedagogical leader at Hedegårdsskolen too."""
    user = person("Tove Tohat", Role.COMMITTEE_MEMBER, centre="C-SIK")
    Membership.objects.create(user=user, role=Role.SCHOOL_STAFF, school=schools["Hedegårdsskolen"])
    return user


@pytest.fixture
def chief(person: Person) -> User:
    return person("Clara Centerchef", Role.CENTRE_CHIEF, centre="C-SIK")


@pytest.fixture
def chief_bur(person: Person) -> User:
    return person("Bent Centerchef", Role.CENTRE_CHIEF, centre="C-BUR")


@pytest.fixture
def follower(person: Person) -> User:
    return person("Frode Følge", Role.IMPLEMENTATION_GROUP)


@pytest.fixture
def admin(person: Person) -> User:
    return person("Asta Admin", Role.ADMINISTRATOR)


@pytest.fixture
def sources(centres: None) -> list[FundingSource]:
    return [
        FundingSource.objects.create(name="Specialundervisningsrammen", centre_id="C-SIK"),
        FundingSource.objects.create(name="Dagbehandling", centre_id="C-BUR"),
    ]


@pytest.fixture
def pools(chief: User, sources: list[FundingSource]) -> dict[int, Pool]:
    """The pools of this year and the next two, with 5,000,000 DKK each."""
    for year in (YEAR, NEXT, AFTER):
        for source in sources:
            books.allocate(year=year, source=source, amount=2_500_000, by=chief)
    return Pool.objects.in_bulk()


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
    # What begins in the past needs a reason; the tests' days are as they come.
    return decision_rules.Terms(tariff, starts_on, ends_on, past_reason="Skolen var begyndt.")


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
    """`count` submitted applications of one pupil each, made in bulk.

    The first one was submitted first.
    """
    now = timezone.now()
    pupils = []
    pupil_cases = []
    applications = []

    for number in range(first, first + count):
        at = now - timedelta(minutes=first + count - number)
        row = {
            "number": f"SF-{YEAR}-{number:04d}",
            "school": school,
            "status": Status.SUBMITTED,
            "created_by": by,
            "created_at": at,
            "updated_at": at,
            "submitted_by": by,
            "submitted_at": at,
            "requested": 200_000,
            "initials": ["A.B."],
            "kinds": ["return"],
            "grades": [4],
            "pupil_count": 1,
        }
        application = Application(**{**row, **fields})
        cpr = fictive_cpr(random.Random(number), born=2016)
        pupil = Pupil(cpr=cpr, cpr_index=key_ring().blind(cpr))
        pupil_case = PupilCase(
            application=application, pupil=pupil, name="Asta Bech", initials="A.B."
        )

        applications.append(application)
        pupils.append(pupil)
        pupil_cases.append(pupil_case)

    Application.objects.bulk_create(applications)
    Pupil.objects.bulk_create(pupils)
    return PupilCase.objects.bulk_create(pupil_cases)


def text_of(answer: Any) -> str:
    """What stands in the middle of a page, without its tags, in one line."""
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", main)
    return re.sub(r"\s+", " ", text).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def committee(client_for: Callable[[User], Client], chair: User) -> Client:
    """The chair's browser."""
    return client_for(chair)


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
        form = {"idempotency_key": str(uuid.uuid4())}
        if data:
            form |= data
        return client.post(url, form)

    return send
