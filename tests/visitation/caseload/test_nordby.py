"""The other demo: a municipality of three centres, made by the acts of a first day."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from budget.books import proof
from skolefleks.models import Centre, School, User
from tests.conftest import text_of

pytestmark = pytest.mark.django_db


def test_the_other_demo_has_its_own_centres_schools_and_money(settings, client_for):
    settings.DEMO = True
    call_command("load_demo", municipality="nordby", verbosity=0)
    assert (Centre.objects.count(), School.objects.count()) == (3, 8)
    # The trail is sealed at commit, which a test never reaches.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert all(check.holds for check in proof.of_the_books())

    chief = User.objects.get(email="centerchef.fri@demo.example")
    page = client_for(chief).get(reverse("budget:dashboard"))
    # The head of every page says whose it is.
    assert "Nordby Kommune" in page.text
    assert "Fritidspuljen" in text_of(page)
