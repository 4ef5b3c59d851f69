"""A site that knows a SAML identity provider, and the way there and back."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from skolefleks import sign_on
from skolefleks.federation import saml
from tests.identity_provider import (
    CVR,
    EMAIL,
    LOA,
    PRIVILEGES,
    IdentityProvider,
    key_pair,
    privileges,
)

ROLES = {"urn:dk:sf:raadgiver": {"role": "adviser"}}


@pytest.fixture(scope="module")
def idp_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("idp")


@pytest.fixture(scope="module")
def started(idp_folder):
    key_pair(idp_folder, "sp")
    with IdentityProvider.running(idp_folder) as provider:
        yield provider


@pytest.fixture
def idp(started, idp_folder, settings, leader):
    """The provider, and our settings that name it; it knows the leader."""
    (idp_folder / "roles.json").write_text(json.dumps({"roles": ROLES}))
    settings.SITE_ADDRESS = "https://skolefleks.example"
    settings.ROLE_MAP_FILE = str(idp_folder / "roles.json")
    settings.SAML = {
        "name": "Fælles login",
        "metadata": str(started.metadata()),
        "key": (idp_folder / "sp.key").read_text(),
        "certificate": (idp_folder / "sp.crt").read_text(),
        "encrypted": False,
        "level": "Substantial",
        "cvr": CVR,
        "domains": ["ballerup.example", "demo.example", "example.dk"],
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"saml": {"APPS": [sign_on.saml_app(settings.SAML)]}}
    saml.identity_provider.cache_clear()
    (idp_folder / "sp.xml").write_bytes(Client().get("/konto/saml/metadata/").content)
    started.attributes = {
        EMAIL: [leader.email],
        LOA: ["Substantial"],
        PRIVILEGES: [privileges("urn:dk:sf:raadgiver")],
    }
    for name in ("minutes", "audience", "sub"):
        setattr(started, name, getattr(IdentityProvider, name))
    return started


@pytest.fixture
def ask(idp):
    """Go to the provider; what its page would post back."""

    def go(client):
        there = client.post("/konto/sso/saml/ind/")
        assert there.status_code == 302, there.content
        assert urlsplit(there["Location"]).netloc == urlsplit(idp.url).netloc
        from tests.identity_provider import answer_in

        return answer_in(requests.get(there["Location"], timeout=10).text)

    return go


@pytest.fixture
def come_back():
    """Bring an answer, as a browser does: without the session first, and with it then."""

    def go(client, text):
        answer = client.post("/konto/saml/svar/", {"SAMLResponse": text})
        if answer.status_code != 302:
            return answer
        return client.get(answer["Location"])

    return go
