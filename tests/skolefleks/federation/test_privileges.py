"""OIO-BPP: what gives a right, and all that gives none."""

from __future__ import annotations

import base64

import pytest

from skolefleks.federation.privileges import Unreadable, words
from tests.identity_provider import CVR, privileges


def coded(text):
    return base64.b64encode(text.encode()).decode()


def read(text):
    return words(text, CVR)


def test_our_municipalitys_privileges_are_read():
    assert read(privileges("urn:a", " urn:b ")) == {"urn:a", "urn:b"}


def test_the_namespace_from_before_version_1_2_is_one_too():
    text = base64.b64decode(privileges("urn:a")).decode().replace("digst.dk", "itst.dk")
    assert read(coded(text)) == {"urn:a"}


def test_an_empty_list_is_none_and_not_unsaid():
    text = '<PrivilegeList xmlns="http://digst.dk/oiosaml/basic_privilege_profile"/>'
    assert read(coded(text)) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        privileges("urn:a", cvr="99999999"),
        privileges("urn:a", cvr=f"{CVR}9"),
        privileges("urn:a", more='<Constraint Name="urn:dk:kombit:KLE">25.*</Constraint>'),
        privileges("urn:a", more="<Delegation>x</Delegation>"),
    ],
    ids=["another", "longer", "narrowed", "unknown"],
)
def test_a_right_for_another_or_narrowed_by_what_we_do_not_know_is_none(text):
    assert read(text) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "ikke base64!",
        coded("ikke xml"),
        coded("<Andet/>"),
        coded('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'),
        coded("<!DOCTYPE x><PrivilegeList/>"),
        "A" * 100_004,
        privileges(*(f"urn:{number}" for number in range(201))),
    ],
    ids=["base64", "xml", "root", "entity", "doctype", "long", "many"],
)
def test_what_cannot_be_read_was_not_said(text):
    with pytest.raises(Unreadable):
        read(text)
