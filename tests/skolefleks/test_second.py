"""Who comes second at a constraint reads that, with what they typed, and nothing is half done."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.conftest import text_of
from tests.racing import at_once
from visitation.models import Scale

SCALE = {"licence": "Ingen", "lowest": "0", "highest": "40", "direction": "up"}


# Twice: the second time shows that the first has left nothing behind for other tests.
@pytest.mark.parametrize("_time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_done_and_the_other_told(admin, client_for, post, schools, _time):
    assert not Scale.objects.filter(goal_kind="").exists()
    scale = SCALE | {"name": "ORS, den samlede score"}
    browsers = [client_for(admin), client_for(admin)]
    for browser in browsers:
        browser.raise_request_exception = False
    sends = [lambda one=one: post(one, reverse("efforts:scales"), scale) for one in browsers]
    answers = at_once(sends)
    assert Scale.objects.filter(name=scale["name"]).count() == 1
    assert {answer.status_code for answer in answers} <= {302, 409, 422}


@pytest.mark.django_db
def test_what_was_typed_stands_on_the_page(admin, client_for, post):
    taken = f"ors-{Scale.objects.count() + 2}"
    Scale.objects.create(key=taken, name="En anden", lowest=0, direction="up")
    scale = SCALE | {"name": "ORS", "low_anchor": "Det går slet ikke godt."}
    answer = post(client_for(admin), reverse("efforts:scales"), scale)
    assert answer.status_code == 409
    assert "En anden kom først" in text_of(answer)
    assert "Det går slet ikke godt." in answer.text
    assert Scale.objects.filter(name="ORS").count() == 0
