"""On a shared computer: signing out closes the sign-on too, or says that it is still open."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

from skolefleks.signin import leaving
from tests.conftest import text_of
from tests.sign_on import Provider


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    with Provider.running() as running:
        settings.OIDC_SERVER_URL = running.url
        app = {"provider_id": "sso", "client_id": "skolefleks"}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        cache.delete(leaving._CACHE_KEY)
        yield running


@pytest.fixture
def request_of(rf):
    """A request of somebody who came in this way."""

    def make(method):
        request = rf.post("/konto/logout/")
        request.session = {"account_authentication_methods": [{"method": method}]}
        return request

    return make


def test_one_is_sent_to_the_sign_on_to_be_signed_out_there(provider, request_of):
    way = urlsplit(leaving.way_out(request_of("socialaccount")))
    assert f"{way.scheme}://{way.netloc}{way.path}" == f"{provider.url}/endsession"
    assert parse_qs(way.query)["client_id"] == ["skolefleks"]


def test_a_sign_on_that_cannot_sign_out_is_said_to_be_open(provider, request_of):
    provider.signs_out = False
    assert leaving.way_out(request_of("socialaccount")) == reverse("signed_out")


def test_a_sign_on_that_does_not_answer_is_said_to_be_open(provider, request_of):
    provider.broken = True
    assert leaving.way_out(request_of("socialaccount")) == reverse("signed_out")


def test_where_it_may_not_it_is_said_to_be_open(provider, request_of, settings):
    settings.OIDC_SIGN_OUT = False
    assert leaving.way_out(request_of("socialaccount")) == reverse("signed_out")


def test_who_came_by_password_goes_back_to_the_login(request_of):
    assert leaving.way_out(request_of("password")) == "/konto/login/"


@pytest.mark.django_db
def test_the_page_says_what_to_do(client):
    page = text_of(client.get(reverse("signed_out")))
    assert "Kommunens login er stadig åbent på denne computer" in page
    assert "luk alle browserens vinduer" in page
