"""Names stand in Danish order, in the database and in Python alike."""

from __future__ import annotations

import random

from skolefleks import alphabet
from skolefleks.models import User

NAMES = ["Ane Berg", "Émile Dahl", "Erik Dahl", "Zita Holm", "Ægir Lund", "Øjvind Lund", "Aage Bo"]


def test_the_database_and_python_order_names_as_danes_do(person):
    for name in random.sample(NAMES, len(NAMES)):
        person(name, "adviser")
    in_database = User.objects.filter(name__in=NAMES).order_by(alphabet.by("name"))
    assert list(in_database.values_list("name", flat=True)) == NAMES
    assert sorted(set(NAMES), key=alphabet.key) == NAMES
