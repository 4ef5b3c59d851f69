"""SAML against an identity provider: who comes in, how sure it must be, and out again."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from skolefleks.models import AuditEntry, Notice, Role, Session, User
from tests.conftest import text_of
from tests.identity_provider import EMAIL, LOA, PRIVILEGES, encrypted, privileges

pytestmark = pytest.mark.django_db


@pytest.fixture
def come(ask, come_back):
    """There and back; the site's answer, and the browser."""

    def go(client=None):
        client = client or Client()
        return come_back(client, ask(client)), client

    return go


def roles_of(person):
    return User.objects.get(pk=person.pk).roles


def refusals():
    lines = AuditEntry.objects.filter(verb="sign_in_failed")
    return [line.payload["reason"] for line in lines.order_by("id")]


def test_a_person_comes_in_with_the_role_that_the_assertion_gives(idp, come, leader):
    answer, client = come()
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/")
    assert client.get("/").status_code == 200
    assert roles_of(leader) == {Role.SCHOOL_LEADER, Role.ADVISER}
    assert AuditEntry.objects.filter(verb="sign_in", actor_id=leader.pk).exists()


def test_the_request_is_signed_and_asks_for_the_level(idp, come):
    come()
    wish = idp.asked.requested_authn_context
    assert wish.comparison == "minimum"
    assert [ref.text for ref in wish.authn_context_class_ref] == [f"{LOA}/Substantial"]


def test_no_attribute_is_kept_but_those_that_are_used(idp, come):
    idp.attributes["https://data.gov.dk/model/core/eid/cprNumber"] = ["0101151234"]
    come()
    assert "0101151234" not in str(SocialAccount.objects.values_list("uid", "extra_data"))


@pytest.mark.parametrize("level", ["Low", f"{LOA}/Low", "substantial", None])
def test_a_level_that_is_too_low_is_told_and_written_down(idp, come, level):
    idp.attributes[LOA] = [level]
    if level is None:
        del idp.attributes[LOA]
    answer, _ = come()
    assert answer.status_code == 403
    assert "Dit login er ikke sikkert nok" in text_of(answer)
    assert refusals() == ["level"]


@pytest.mark.parametrize("level", ["High", f"{LOA}/Substantial"])
def test_a_level_that_is_enough_or_more_is_let_in(idp, come, level):
    idp.attributes[LOA] = [level]
    assert come()[0].status_code == 302


def test_a_role_taken_away_there_is_gone_here_at_the_next_sign_in(idp, come, leader):
    come()
    idp.attributes[PRIVILEGES] = [privileges()]
    come()
    assert roles_of(leader) == {Role.SCHOOL_LEADER}


@pytest.mark.parametrize("text", [None, "bm8geG1s"])
def test_privileges_that_are_absent_or_no_privileges_change_nothing_and_are_told(
    idp, come, leader, admin, text
):
    come()
    idp.attributes[PRIVILEGES] = [text]
    if text is None:
        del idp.attributes[PRIVILEGES]
    come()
    assert roles_of(leader) == {Role.SCHOOL_LEADER, Role.ADVISER}
    assert Notice.objects.filter(user=admin, topic="alarm").exists()


def test_an_address_of_a_foreign_domain_is_nobodys(idp, come, leader, settings):
    settings.SOCIALACCOUNT_PROVIDERS["saml"]["APPS"][0]["settings"]["verified_email"] = []
    answer, _ = come()
    assert "Din e-mail er ikke bekræftet" in text_of(answer)
    assert refusals() == ["not_verified"]


def test_a_stranger_is_told_so(idp, come):
    idp.attributes[EMAIL] = ["fremmed@ballerup.example"]
    answer, client = come()
    assert "Du er ikke oprettet i SkoleFleks" in text_of(answer)
    assert client.get("/").status_code == 302


def test_an_encrypted_assertion_is_read_and_a_plain_one_is_refused_where_it_must_be(
    idp, ask, come_back, settings, idp_folder
):
    settings.SAML = settings.SAML | {"encrypted": True}
    client = Client()
    assert come_back(client, ask(client)).status_code == 401
    text = encrypted(ask(client), idp_folder / "sp.crt")
    assert come_back(client, text)["Location"] == "/"


# -- out -------------------------------------------------------------------------------


def test_who_signs_out_is_signed_out_there_by_a_signed_request(idp, come):
    _, client = come()
    answer = client.post("/konto/logout/")
    assert answer["Location"].startswith(f"{idp.url}/slo?SAMLRequest=")
    # It reads what is signed by us alone.
    assert "Ude" in requests.get(answer["Location"], timeout=10).text
    assert idp.asked.name_id.text == idp.sub
    assert client.get("/").status_code == 302


def test_signing_out_there_ends_every_session_here(idp, come, leader):
    _, client = come()
    # From a browser that knows nothing of it.
    answer = Client().get(_path(idp.farewell("https://skolefleks.example/konto/saml/ud/")))
    assert answer.status_code == 302
    assert "SAMLResponse" in parse_qs(urlsplit(answer["Location"]).query)
    assert not Session.objects.filter(user_id=leader.pk).exists()
    assert client.get("/").status_code == 302
    assert AuditEntry.objects.filter(verb="end_sessions", object_id=str(leader.pk)).exists()


@pytest.mark.parametrize("what", ["unsigned", "by somebody else"])
def test_nobody_else_can_sign_somebody_out(idp, come, leader, what):
    come()
    path = _path(idp.farewell("https://skolefleks.example/konto/saml/ud/"))
    if what == "unsigned":
        path = path.partition("&SigAlg")[0]
    else:
        path = path.replace("Signature=", "Signature=AAAA")
    assert Client().get(path).status_code == 401
    assert Session.objects.filter(user_id=leader.pk).exists()
    assert refusals() == ["saml"]


def _path(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


# -- what is known of us ---------------------------------------------------------------


def test_the_metadata_says_what_is_demanded_and_is_signed(idp):
    text = Client().get("/konto/saml/metadata/").content.decode()
    assert 'WantAssertionsSigned="true"' in text
    assert 'Location="https://skolefleks.example/konto/saml/svar/"' in text
    assert "SignatureValue" in text
    assert "PRIVATE" not in text


def test_without_saml_none_of_its_addresses_is_there(settings):
    settings.SAML = {}
    client = Client()
    gone = ("saml/metadata/", "saml/ind/", "saml/ud/", "sso/saml/ind/")
    answers = [client.get(f"/konto/{part}").status_code for part in gone]
    answers.append(client.post("/konto/saml/svar/").status_code)
    assert set(answers) == {404}
