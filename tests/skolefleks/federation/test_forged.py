"""Assertions that are not what they say: each is refused, written down, and lets nobody in.

Every one is made from a true answer of the provider, which comes in unless it is touched
(`test_the_answer_as_it_was_sent_comes_in`).
"""

from __future__ import annotations

import base64
import copy

import pytest
from django.test import Client
from lxml import etree

from skolefleks.models import AuditEntry
from tests.conftest import text_of
from tests.identity_provider import IdentityProvider

pytestmark = pytest.mark.django_db

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


def read(text):
    return etree.fromstring(base64.b64decode(text))


def written(root):
    return base64.b64encode(etree.tostring(root)).decode()


@pytest.fixture
def bring(ask, come_back):
    """Change a true answer, and bring it; the site's answer."""

    def go(change=lambda text: text, client=None):
        client = client or Client()
        answer = come_back(client, change(ask(client)))
        answer.signed_in = client.get("/").status_code == 200
        return answer

    return go


@pytest.fixture
def said(caplog):
    """Why, by the log: a test that is refused for another reason shows nothing."""
    return lambda: " ".join(getattr(line, "reason", "") for line in caplog.records)


def assert_refused(answer):
    assert (answer.status_code, answer.signed_in) == (401, False)
    assert "Login lykkedes ikke" in text_of(answer)
    assert AuditEntry.objects.filter(verb="sign_in_failed").last().payload == {"reason": "saml"}
    assert not AuditEntry.objects.filter(verb__in=["sign_in", "give_role"]).exists()


def test_the_answer_as_it_was_sent_comes_in(bring):
    assert bring().signed_in


# -- what it says, or who signed it ----------------------------------------------------


def test_an_assertion_that_was_changed_is_refused(idp, bring, chair, leader, said):
    def change(text):
        xml = base64.b64decode(text).replace(leader.email.encode(), chair.email.encode())
        return base64.b64encode(xml).decode()

    assert_refused(bring(change))
    assert "Signature validation failed" in said()


def test_an_assertion_without_a_signature_is_refused(bring, said):
    def change(text):
        root = read(text)
        [signature] = root.iter(f"{DS}Signature")
        signature.getparent().remove(signature)
        return written(root)

    assert_refused(bring(change))
    assert "is not signed" in said()


def test_an_assertion_that_another_key_signed_is_refused(idp, bring, idp_folder, said):
    with IdentityProvider.running(idp_folder, name="forger") as forger:
        forger.attributes = idp.attributes

        def change(text):
            request_id = read(text).get("InResponseTo")
            site = "https://skolefleks.example/konto/saml"
            return forger.answer_to(request_id, f"{site}/svar/", f"{site}/metadata/")

        assert_refused(bring(change))
    assert "Signature validation failed" in said()


def test_a_comment_does_not_cut_an_address_in_two(idp, bring, leader):
    idp.attributes["https://data.gov.dk/model/core/eid/email"] = [f"{leader.email}.evil.example"]

    def change(text):
        xml = base64.b64decode(text).replace(b".evil.example", b"<!-- -->.evil.example")
        return base64.b64encode(xml).decode()

    answer = bring(change)
    assert not answer.signed_in


# -- when, for whom, how often ---------------------------------------------------------


def test_an_assertion_that_has_expired_is_refused(idp, bring, said):
    idp.minutes = -10
    assert_refused(bring())
    assert "expired" in said()


def test_an_assertion_for_another_site_is_refused(idp, bring, said):
    idp.audience = "https://anden.example/metadata"
    assert_refused(bring())
    assert "not a valid audience" in said()


def test_an_answer_opens_once(ask, come_back):
    client = Client()
    text = ask(client)
    assert come_back(client, text).status_code == 302
    client.post("/konto/logout/")
    answer = come_back(client, text)
    assert (answer.status_code, client.get("/").status_code) == (401, 302)


def test_an_answer_opens_no_other_browser(ask, come_back):
    text = ask(Client())
    other = Client()
    assert come_back(other, text).status_code == 401
    assert other.get("/").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(bring):
    def change(text):
        root = read(text)
        del root.attrib["InResponseTo"]
        return written(root)

    assert_refused(bring(change))


# -- wrapped: the signed assertion stays true, and another one is to be read -------------


def forged(assertion, email):
    """The assertion with another id and address, and without its signature."""
    other = copy.deepcopy(assertion)
    other.set("ID", "_forged")
    other.remove(other.find(f"{DS}Signature"))
    for value in other.iter(f"{SAML}AttributeValue"):
        if value.text and "@" in value.text:
            value.text = email
    return other


def before(root, true, other):
    root.insert(root.index(true), other)


def after(root, true, other):
    root.append(other)


def in_its_place_and_the_true_one_in_an_extension(root, true, other):
    root.replace(true, other)
    extension = etree.SubElement(root, f"{SAMLP}Extensions")
    root.insert(1, extension)
    extension.append(true)


def around(root, true, other):
    root.replace(true, other)
    other.append(true)


def in_its_signatures_object(root, true, other):
    root.replace(true, other)
    signature = true.find(f"{DS}Signature")
    other.insert(1, signature)
    etree.SubElement(signature, f"{DS}Object").append(true)


WRAPPINGS = (before, after, in_its_place_and_the_true_one_in_an_extension, around)


@pytest.mark.parametrize("wrap", [*WRAPPINGS, in_its_signatures_object], ids=lambda f: f.__name__)
def test_a_wrapped_assertion_is_refused(bring, chair, wrap):
    def change(text):
        root = read(text)
        true = root.find(f"{SAML}Assertion")
        wrap(root, true, forged(true, chair.email))
        return written(root)

    assert_refused(bring(change))


# -- XML that does more than say something ---------------------------------------------


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
    ids=["a file", "a bomb", "an address"],
)
def test_a_doctype_is_refused_before_anything_is_read(bring, doctype, said):
    def change(text):
        return base64.b64encode(doctype.encode() + base64.b64decode(text)).decode()

    assert_refused(bring(change))
    assert "no plain XML: DTDForbidden" in said()


@pytest.mark.parametrize("text", ["", "x", "bm8geG1s", "A" * 400_001], ids=len)
def test_what_is_no_answer_is_refused(bring, text):
    assert_refused(bring(lambda _: text))
