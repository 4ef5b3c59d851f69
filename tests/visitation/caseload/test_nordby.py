"""The other demo: a municipality of three centres, made by the acts of a first day."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection

from applications.models import Application
from budget.books import proof
from skolefleks.models import Centre, School, User

pytestmark = pytest.mark.django_db

# What only the first demo says.
OTHERS = re.compile(r"Ballerup|\bSF-\d|C-SIK|C-BUR|Baltorp|Hedegård|Måløv|Skovlunde|Skovvej")

PAGES = {
    "leder.havneskolen": ("/", "/ansoegninger/?fane=alle", "/indsatser/", "/aarshjul/"),
    "udvalg.formand": ("/", "/visitation/", "/visitation/moeder/", "/indsatser/overblik/"),
    "centerchef.fri": ("/budget/", "/budget/udbetalinger/", "/budget/prognose/", "/evaluering/"),
    "foelgegruppe": ("/",),
    "admin": ("/administration/mennesker/", "/administration/steder/", "/administration/tekster/"),
}


@pytest.fixture
def nordby(settings):
    settings.DEMO = True
    call_command("load_demo", municipality="nordby", verbosity=0)


def words_of(client_for, name, page):
    user = User.objects.get(email=f"{name}@demo.example")
    answer = client_for(user).get(page)
    assert answer.status_code == 200, (name, page)
    # The head and the foot of every page say whose it is.
    assert "Nordby Kommune, Center for Læring, Center for Familier og" in answer.text
    return answer.text


def test_the_other_demo_has_its_own_centres_schools_money_and_cases(nordby, client_for):
    assert (Centre.objects.count(), School.objects.count()) == (3, 8)
    numbers = Application.objects.values_list("number", flat=True)
    assert {number[:3] for number in numbers} == {"NBY"}
    # The trail is sealed at commit, which a test never reaches.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert all(check.holds for check in proof.of_the_books())

    for name, pages in PAGES.items():
        for page in pages:
            words = words_of(client_for, name, page)
            assert OTHERS.findall(words) == [], page
