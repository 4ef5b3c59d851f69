"""Fills the site's database, in a process of its own: `python -m tests.accidents.cast COUNT`.

Says on stdout where each of the cases is decided and released.
"""

from __future__ import annotations

import json
import sys
from datetime import date

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from budget.books import actions as books  # noqa: E402
from budget.models import FundingSource  # noqa: E402
from skolefleks.administration.actions import give_role  # noqa: E402
from skolefleks.models import Centre, District, Role, School, User  # noqa: E402
from tests.accidents.mailserver import DEAD  # noqa: E402
from tests.conftest import AFTER, NEXT, YEAR, many  # noqa: E402

LEADERS = ("leder1@skolefleks.example", "leder2@skolefleks.example")

DEAD_LEADER = f"{DEAD}@skolefleks.example"

CHAIR = "formand@skolefleks.example"

SECRETARY = "sekretaer@skolefleks.example"

# More than all cases together can cost.
PLENTY = 500_000_000


def main(count: int) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    district = District.objects.create(name="Baltorpskolen", sort_key=1)
    school = School.objects.create(name="Baltorpskolen", district=district)
    for place, key in enumerate(("C-SIK", "C-BUR")):
        Centre.objects.create(key=key, name=f"Center {key}", sort_key=place)
    for email in (*LEADERS, DEAD_LEADER):
        give_role(_person(email), Role.SCHOOL_LEADER, school=school)
    give_role(_person(CHAIR), Role.COMMITTEE_CHAIR, centre="C-SIK")
    # Outside a meeting it is the chair who decides: so they are two.
    give_role(_person(SECRETARY), Role.COMMITTEE_CHAIR, centre="C-BUR")

    source = FundingSource.objects.create(name="Rammen", centre_id="C-SIK")
    chief = _person("chef@skolefleks.example")
    give_role(chief, Role.CENTRE_CHIEF, centre="C-SIK")
    for year in (YEAR, NEXT, AFTER):
        books.allocate(year=year, source=source, amount=PLENTY, by=chief)

    leader = User.objects.get(email=LEADERS[0])
    cases = many(count, school=school, by=leader)
    print(json.dumps([[case.application.number, str(case.pk)] for case in cases]))


def form_of_a_grant() -> dict[str, str]:
    """What the committee types: a grant of the unit tariff."""
    return {
        "outcome": "granted",
        "weight": "3",
        "tariff": "200.000",
        "starts_on": f"{date(NEXT, 1, 1):%d.%m.%Y}",
        "ends_on": f"{date(NEXT, 7, 31):%d.%m.%Y}",
        "grounds": "Behovet er stort.",
        "way": "urgent",
        "way_reason": "Skolen kan ikke vente.",
    }


def _person(email: str) -> User:
    return User.objects.create_user(email=email, name=email.split("@", maxsplit=1)[0].title())


if __name__ == "__main__":
    main(int(sys.argv[1]))
