"""Three hundred efforts of all kinds, and a pool that is large enough for them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import transaction

from budget.books import actions as books
from budget.models import FundingSource
from skolefleks.models import Centre, District, Membership, Role, School, User
from tests.conftest import AFTER, NEXT, SCHOOLS, YEAR
from tests.scenes import beside, kept
from tests.visitation.evaluation.caseload import Caseload

POOL_YEARS = (YEAR - 3, YEAR - 2, YEAR - 1, YEAR, NEXT, AFTER)


def fill_pools(sources, chief):
    """100 million DKK a year."""
    for year in POOL_YEARS:
        for source in sources:
            books.allocate(year=year, source=source, amount=50_000_000, by=chief)


@pytest.fixture
@kept
def wide_pools(sources, chief):
    fill_pools(sources, chief)


@pytest.fixture
@beside
def caseload(schools, leader, wide_pools):
    return Caseload(schools, by=leader)


@pytest.fixture
def efforts(caseload):
    return caseload.make(300)


@pytest.fixture(scope="module")
def three_hundred(django_db_setup, django_db_blocker):
    """The same, made once for all tests of a file, and taken back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        schools = {}
        for position, name in enumerate(SCHOOLS):
            district = District.objects.create(name=name, sort_key=position)
            schools[name] = School.objects.create(name=name, district=district)
        keys = ["C-SIK", "C-BUR"]
        for place, key in enumerate(keys):
            Centre.objects.create(key=key, name=f"Center {key}", sort_key=place)
        chief = User.objects.create(email="chief@demo.example", name="Clara Centerchef")
        Membership.objects.create(user=chief, role=Role.CENTRE_CHIEF, centre="C-SIK")
        sources = [FundingSource.objects.create(name=f"Ramme {key}", centre_id=key) for key in keys]
        fill_pools(sources, chief)
        call_command("load_figures", verbosity=0)
        yield Caseload(schools, by=chief).make(300)
        transaction.set_rollback(True)
