"""A form sent twice, by an impatient finger or a bad line, has its effect once."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Paper
from budget.models import Posting
from skolefleks.models import AccessEntry, IdempotencyKey
from skolefleks.tasks import tidy
from tests.applications.papers.files import pdf
from tests.conftest import AFTER, NEXT
from tests.racing import at_once
from tests.scenes import beside
from visitation.models import Decision, Document, Grant

KEY = "idempotency_key"


YES = {
    "outcome": "granted",
    "weight": "3",
    "deviation": "Indsatsen er tungere end enhedstaksten.",
    "tariff": "215.000",
    "starts_on": f"01.01.{NEXT}",
    "ends_on": f"31.07.{AFTER}",
    "grounds": "Behovet er stort.",
    "way": "urgent",
    "way_reason": "Eleven kan ikke vente.",
    "sure": "on",
}


@pytest.fixture
@beside
def url(case):
    return reverse("decide", args=[case.application.number, case.pk])


@pytest.fixture
def form():
    """A decision, with a key of its own."""
    return YES | {KEY: str(uuid.uuid4())}


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twenty_times_at_once_is_one_decision(url, form, pools, chair, client_for):
    session = client_for(chair).cookies

    def send():
        client = Client()
        client.cookies = session
        return client.post(url, form)

    answers = {(answer.status_code, answer.url) for answer in at_once([send] * 20)}
    case_url = url.split("elev/")[0]
    assert answers == {(302, case_url)}
    assert (Decision.objects.count(), Grant.objects.count()) == (1, 1)
    assert Posting.objects.filter(kind="commitment").count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_keys_at_once_are_twenty_sendings_of_which_one_decides(
    url, pools, chair, client_for
):
    session = client_for(chair).cookies

    def send(key):
        client = Client()
        client.cookies = session
        return client.post(url, YES | {KEY: key})

    answers = at_once([partial(send, str(uuid.uuid4())) for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [302] + [422] * 19
    assert Decision.objects.count() == 1


def many_times(client, url, form):
    def send():
        again = Client()
        again.cookies = client.cookies
        return again.post(url, form)

    return {(answer.status_code, answer.url) for answer in at_once([send] * 20)}


@pytest.mark.django_db(transaction=True)
def test_the_same_release_twenty_times_at_once_is_one(provisional, chair, client_for):
    url = reverse("release", args=[provisional.number])
    answers = many_times(client_for(chair), url, {KEY: str(uuid.uuid4())})
    assert answers == {(302, provisional.get_absolute_url())}
    assert Document.objects.count() == 2 * Decision.objects.released().count() == 4


@pytest.mark.django_db(transaction=True)
def test_the_same_correction_twenty_times_at_once_is_one(released, granted, chair, client_for):
    args = [released.number, granted.decision.pupil_case_id]
    form = YES | {"tariff": "100.000", "confirmed": "1", KEY: str(uuid.uuid4())}
    answers = many_times(client_for(chair), reverse("correct_decision", args=args), form)
    assert answers == {(302, reverse("letters", args=[released.number]))}
    assert Decision.objects.filter(replaces=granted.decision_id).count() == 1
    assert Grant.objects.filter(status="running").count() == 1


def test_the_same_form_again_is_answered_as_the_first_time(url, form, pools, chair, client_for):
    client = client_for(chair)
    first = client.post(url, form)
    again = client.post(url, form)
    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("change", [{"tariff": "100.000"}, {"grounds": "Andet."}, {"extra": "1"}])
def test_the_same_key_with_other_content_is_a_conflict(change, url, form, pools, chair, client_for):
    client = client_for(chair)
    client.post(url, form)
    answer = client.post(url, form | change)
    assert answer.status_code == 409
    assert "allerede sendt" in answer.content.decode()
    assert Grant.objects.get().tariff == 215_000


def test_the_same_key_at_another_address_is_a_conflict(url, form, case, pools, chair, client_for):
    client = client_for(chair)
    client.post(url, form)
    other_url = reverse("send_back", args=[case.application.number])
    assert client.post(other_url, form).status_code == 409


def test_somebody_elses_key_is_a_conflict(url, form, pools, chair, secretary, client_for):
    client_for(chair).post(url, form)
    assert client_for(secretary).post(url, form).status_code == 409


@pytest.mark.parametrize("key", [None, "", "1", "x" * 36, "æ", "\x00"])
def test_without_a_key_nothing_is_done(key, url, pools, chair, client_for):
    form = dict(YES)
    if key is not None:
        form[KEY] = key
    answer = client_for(chair).post(url, form)
    assert answer.status_code == 400
    assert not Decision.objects.exists()


def test_a_form_with_errors_gives_its_key_back(url, form, pools, chair, client_for):
    client = client_for(chair)
    assert client.post(url, form | {"tariff": "æ"}).status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert client.post(url, form).status_code == 302


def test_a_refused_act_gives_its_key_back(url, form, chair, client_for):
    assert client_for(chair).post(url, form).status_code == 422
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_view_that_fails_leaves_no_key_behind(url, form, pools, chair, client_for, monkeypatch):
    client = client_for(chair)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(AccessEntry.objects, "create", lambda **_: 1 / 0)
        assert client.post(url, form | {"tariff": "-1"}).status_code == 500
    assert not IdempotencyKey.objects.exists()
    assert client.post(url, form).status_code == 302


def test_nothing_typed_is_kept_with_the_key(url, form, pools, chair, client_for):
    client_for(chair).post(url, form)
    [row] = IdempotencyKey.objects.values()
    assert len(bytes(row.pop("fingerprint"))) == 32
    assert set(row) == {"key", "user_id", "location", "created_at"}


def test_keys_are_forgotten_after_two_days(url, form, pools, chair, client_for, time_machine):
    client = client_for(chair)
    client.post(url, form)
    tidy()
    assert IdempotencyKey.objects.exists()
    time_machine.move_to(timezone.now() + timedelta(days=2, seconds=1))
    tidy()
    assert not IdempotencyKey.objects.exists()


# -- files -----------------------------------------------------------------------------
def upload(client, url, key, name, content):
    return client.post(url, {KEY: key, "file": SimpleUploadedFile(name, content)})


def test_the_same_key_with_another_file_is_a_conflict_and_no_paper_that_was_not_kept(draft, school):
    url = reverse("applications:papers", args=[draft.number])
    key = str(uuid.uuid4())
    content = pdf()
    assert upload(school, url, key, "Plan.pdf", content + b"%a").status_code == 302

    # As long as the first: only what is in it differs.
    another = upload(school, url, key, "Plan.pdf", content + b"%b")
    other_name = upload(school, url, key, "Andet.pdf", content + b"%a")
    assert (another.status_code, other_name.status_code) == (409, 409)
    assert Paper.objects.count() == 1


def test_the_same_key_with_the_same_file_is_one_paper(draft, school):
    url = reverse("applications:papers", args=[draft.number])
    key = str(uuid.uuid4())
    content = pdf()
    answers = [upload(school, url, key, "Plan.pdf", content) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Paper.objects.count() == 1


# -- addresses -------------------------------------------------------------------------
def test_an_act_that_leads_back_to_a_long_address_is_done(case, chair, client_for, post):
    came_from = "?koe=" + quote("vis=alle&q=" + "æ" * 390)
    url = reverse("mark_read", args=[case.application.number]) + came_from
    assert post(client_for(chair), url).status_code == 302
