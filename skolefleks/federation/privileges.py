"""The rights of an OIOSAML assertion (OIO Basic Privilege Profile 1.2), read strictly.

A privilege counts where its group is for our own municipality (CVR) and nothing narrows
it. What is not understood gives no right; what cannot be read was not said.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# The profile's, and the one that it had before version 1.2.
NAMESPACES = (
    "http://digst.dk/oiosaml/basic_privilege_profile",
    "http://itst.dk/oiosaml/basic_privilege_profile",
)
CVR = "urn:dk:gov:saml:cvrNumberIdentifier:"

# Of the text as it is sent, of groups, and of privileges in one.
MOST_LETTERS = 100_000
MOST_GROUPS = 200
MOST_PRIVILEGES = 200


class Unreadable(Exception):
    """What was sent as privileges is none."""


def words(text: str, cvr: str) -> frozenset[str]:
    """The privileges for the municipality with that number. Raises Unreadable."""
    root = _root(text)
    groups = list(root)
    if len(groups) > MOST_GROUPS:
        raise Unreadable("more groups than there can be")

    privileges: set[str] = set()
    for group in groups:
        privileges |= _of_group(group, cvr)
    return frozenset(privileges)


def _root(text: str) -> Element:
    if len(text) > MOST_LETTERS:
        raise Unreadable("too long")
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
        # No DOCTYPE at all: with it come entities, and files of ours.
        root: Element = fromstring(content, forbid_dtd=True)
    except (binascii.Error, ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable(type(error).__name__) from error
    if root.tag not in {f"{{{namespace}}}PrivilegeList" for namespace in NAMESPACES}:
        raise Unreadable("no list of privileges")
    return root


def _of_group(group: Element, cvr: str) -> set[str]:
    children = list(group)
    if _name_of(group) != "PrivilegeGroup" or group.get("Scope") != CVR + cvr:
        return set()
    # A constraint narrows the right to what we do not know: then it is none.
    if {_name_of(child) for child in children} != {"Privilege"}:
        return set()
    if len(children) > MOST_PRIVILEGES:
        raise Unreadable("more privileges than there can be")
    return {(child.text or "").strip() for child in children} - {""}


def _name_of(element: Element) -> str:
    """The name without its namespace: some write the groups in the list's, some in none."""
    name = str(element.tag)
    for namespace in NAMESPACES:
        name = name.removeprefix(f"{{{namespace}}}")
    return name
