"""What the identity provider's answer is held against before anybody is looked for."""

from __future__ import annotations

import binascii
import hashlib
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from onelogin.saml2.errors import OneLogin_Saml2_Error
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from skolefleks import cpr
from skolefleks.federation import saml

if TYPE_CHECKING:
    from django.http import HttpRequest
    from onelogin.saml2.auth import OneLogin_Saml2_Auth

# Longer than any assertion holds.
SEEN_SECONDS = 24 * 60 * 60


class Refused(Exception):
    """The answer is not what was asked for: the reason is for the log."""


def read(text: str, path: str) -> OneLogin_Saml2_Auth:
    """The answer, signed by the provider, for us, now. Raises Refused."""
    _require_plain_xml(text)
    auth = saml.auth_by({}, {"SAMLResponse": text}, path)
    try:
        # Whose request it answers is asked below: it lies in the session.
        auth.process_response()
    except (OneLogin_Saml2_Error, binascii.Error, ValueError, TypeError) as error:
        raise Refused(str(error)) from error

    if auth.get_errors() or not auth.is_authenticated():
        reason = auth.get_last_error_reason() or ", ".join(auth.get_errors())
        raise Refused(reason)
    if cpr.is_held_in(auth.get_nameid()):
        raise Refused("the name of the subject is a CPR number")
    return auth


def state_of(request: HttpRequest, auth: OneLogin_Saml2_Auth, provider: Any) -> Any:
    """What this browser asked for. Raises Refused unless it asked, and has no answer yet."""
    asked_by = auth.get_last_response_in_response_to()
    if not asked_by:
        raise Refused("nobody asked for it")
    try:
        state = provider.unstash_redirect_state(request, asked_by)
    except PermissionDenied as error:
        raise Refused("not asked for by this browser, or answered before") from error

    digest = hashlib.sha256(auth.get_last_assertion_id().encode()).hexdigest()
    if not cache.add(f"saml.seen:{digest}", 1, SEEN_SECONDS):
        raise Refused("the assertion was used before")
    return state


def _require_plain_xml(text: str) -> None:
    """Raise Refused for what is no XML, or brings a DOCTYPE, before anything else reads it."""
    try:
        content = binascii.a2b_base64("".join(text.split()), strict_mode=True)
        # It forbids a DOCTYPE, and with it every entity.
        OneLogin_Saml2_XML.to_etree(content)
    except Exception as error:
        raise Refused(f"no plain XML: {type(error).__name__}") from error
