"""A NUL character, which PostgreSQL knows none of, is never a failure of ours."""

from __future__ import annotations

import uuid

import pytest
from django.db import DataError
from django.test import RequestFactory

from skolefleks.incoming import NoNulMiddleware
from skolefleks.models import User

pytestmark = pytest.mark.django_db

SIGN_IN = {
    "/demo/": {"email": "chair\x00@demo.example"},
    "/konto/login/": {"login": "chair\x00@demo.example", "password": "x\x00"},
}


@pytest.mark.parametrize("path", SIGN_IN)
def test_whoever_signs_in_with_one_is_refused(path, client, chair):
    answer = client.post(path, SIGN_IN[path])
    assert answer.status_code in {200, 400}
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["besked", "sag", "visning", "x\x00"])
@pytest.mark.parametrize(
    "path", ["/konto/beskeder/SF-%00/", "/visitation/visninger/fjern/", "/konto/beskeder/x/"]
)
def test_a_value_that_a_view_reads_by_itself_is_refused(path, name, committee):
    sent = {"idempotency_key": str(uuid.uuid4()), name: "\x00"}
    assert committee.post(path, sent).status_code in {400, 404, 422}


@pytest.mark.parametrize("path", ["/visitation/", "/ansoegninger/", "/konto/adgangslog/"])
def test_in_an_address_it_is_as_if_it_were_not_there(path, committee, school, admin, client_for):
    client = {"/visitation/": committee, "/ansoegninger/": school}.get(path) or client_for(admin)
    assert client.get(f"{path}?q=SF-%00&s%00ag=%00&koe=q%3D%2500").status_code == 200


def refused(error):
    return NoNulMiddleware(lambda _: None).process_exception(RequestFactory().get("/"), error)


def test_another_error_of_the_database_stays_a_failure(db):
    assert refused(DataError("value too long for type character varying(40)")) is None
    assert refused(ValueError("cannot contain NUL")) is None


def test_without_it_the_database_would_have_failed(db):
    with pytest.raises(DataError, match="cannot contain NUL"):
        User.objects.filter(email="\x00").first()
