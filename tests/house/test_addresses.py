"""Every address says who may enter, and one that takes a form takes it once."""

from __future__ import annotations

import pytest

from skolefleks.models import Role
from skolefleks.permissions import GRANTS, Permission
from tests.house.sources import all_addresses, methods

# allauth's own views carry no mark of ours; they show and change nothing but one's own sign-in.
THIRD_PARTY = {
    "openid_connect_login": "sends the browser to the municipality's sign-on",
    "openid_connect_callback": "where the sign-on sends it back",
    "socialaccount_login_cancelled": "says that one turned back at the sign-on",
    "socialaccount_login_error": "says that the sign-on failed",
    "socialaccount_signup": "closed: nobody signs up by themselves",
    "socialaccount_connections": "one's own sign-on accounts",
}

# These take POST without a key: signing in and out twice is the same as once.
DOORS = {"account_login", "account_logout", "account_inactive", "signed_out", "demo", "emergency"}
# What the identity provider sends is signed by it, and answers a question of ours once.
DOORS |= {"saml_login", "saml_acs", "saml_finish", "saml_sls", "saml_metadata"}
SIGN_IN = DOORS | THIRD_PARTY.keys()

# An answer on a screen that was handed over names its goal, and a goal is answered once.
SCREEN = {"screen"}

# A link that works once.
SIGN_IN |= {"begin"}

ADDRESSES = sorted(all_addresses(), key=lambda address: address[0])
OWN = [(name, view) for name, view in ADDRESSES if name not in THIRD_PARTY]
each_view = pytest.mark.parametrize(("name", "view"), OWN, ids=[name for name, _ in OWN])


@each_view
def test_every_address_says_who_may_enter(name, view):
    marks = getattr(view, "allowed", None)
    assert marks == "public" or all(isinstance(right, Permission) for right in marks)


def test_what_is_public_is_known():
    public = {name for name, view in OWN if view.allowed == "public"}
    health = {"healthz", "healthz_live", "healthz_ready"}
    # The municipality's colour and logo stand on the sign-in too.
    looks = {"colours", "logo"}
    assert public == DOORS | SCREEN | health | looks | {"begin"}


def test_the_views_of_others_are_known_by_name():
    unmarked = {name for name, view in ADDRESSES if not hasattr(view, "allowed")}
    assert unmarked <= THIRD_PARTY.keys()


@each_view
def test_every_view_that_takes_a_form_takes_it_once(name, view):
    if name in SIGN_IN | SCREEN or "POST" not in methods(view):
        return
    assert getattr(view, "once", False), f"{name} accepts POST and is not `once`"


def test_the_law_of_once_would_notice():
    views = dict(OWN)
    assert "POST" in methods(views["decide"])
    assert methods(views["case"]) == {"GET", "HEAD"}
    assert "POST" in methods(lambda request: None)


def test_there_are_addresses_to_judge():
    assert len(OWN) > 100


@pytest.mark.parametrize("permission", Permission)
def test_every_right_is_somebodys(permission):
    assert GRANTS[permission]


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_right(role):
    assert [permission for permission, roles in GRANTS.items() if role in roles]
