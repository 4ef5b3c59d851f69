"""SAML 2 with the profile OIOSAML 3: what is asked of the identity provider, and of its answers.

Built on python3-saml. Every address is made from SITE_ADDRESS, never from what the
browser says that we are called.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request
from onelogin.saml2.settings import OneLogin_Saml2_Settings

if TYPE_CHECKING:
    from django.http import HttpRequest

# What allauth calls the provider, in addresses and on identities.
PROVIDER = "saml"

LOA = "https://data.gov.dk/concept/core/nsis/loa"
PRIVILEGES = "https://data.gov.dk/model/core/eid/privilegesIntermediate"
# The lowest first.
LEVELS = ("Low", "Substantial", "High")

# Letters of one answer: with certificate and privileges some 20,000.
MOST_LETTERS = 400_000

# What is kept of a sign-in to be able to sign out there too.
KEY = "saml"


def auth_of(request: HttpRequest, *, leaves: bool = False) -> OneLogin_Saml2_Auth:
    """What reads the request as an answer of the identity provider, and asks it.

    `leaves` for signing out, where the messages themselves are to be signed.
    """
    return auth_by(
        request.GET.dict(), request.POST.dict(), request.path, leaves=leaves
    )


def auth_by(
    get: dict[str, Any], post: dict[str, Any], path: str, *, leaves: bool = False
) -> OneLogin_Saml2_Auth:
    site = urlsplit(settings.SITE_ADDRESS)
    question = {
        "https": "on" if site.scheme == "https" else "off",
        "http_host": site.netloc,
        "script_name": path,
        "get_data": get,
        "post_data": post,
    }
    return OneLogin_Saml2_Auth(question, old_settings=own_settings(leaves=leaves))


def own_settings(*, leaves: bool = False) -> OneLogin_Saml2_Settings:
    """Ours and the provider's, as python3-saml is to know them."""
    site = settings.SITE_ADDRESS
    app = settings.SAML
    content = {
        "strict": True,
        "sp": {
            "entityId": site + reverse("saml_metadata"),
            "assertionConsumerService": {
                "url": site + reverse("saml_acs"),
                "binding": Constants.BINDING_HTTP_POST,
            },
            "singleLogoutService": {
                "url": site + reverse("saml_sls"),
                "binding": Constants.BINDING_HTTP_REDIRECT,
            },
            "NameIDFormat": Constants.NAMEID_PERSISTENT,
            "x509cert": app["certificate"],
            "privateKey": app["key"],
        },
        "idp": identity_provider(app["metadata"]),
        "security": {
            "authnRequestsSigned": True,
            "logoutRequestSigned": True,
            "logoutResponseSigned": True,
            "signMetadata": True,
            "wantAssertionsSigned": True,
            "wantAssertionsEncrypted": app["encrypted"],
            "wantMessagesSigned": leaves,
            "wantNameId": True,
            "rejectDeprecatedAlgorithm": True,
            "signatureAlgorithm": Constants.RSA_SHA256,
            "digestAlgorithm": Constants.SHA256,
            "requestedAuthnContext": _levels_asked(),
            "requestedAuthnContextComparison": "minimum",
        },
    }
    return OneLogin_Saml2_Settings(content)


def _levels_asked() -> list[str] | bool:
    if not settings.SAML["level"]:
        return False
    return [f"{LOA}/{settings.SAML['level']}"]


@cache
def identity_provider(path: str) -> dict[str, Any]:
    """Where the provider is and which keys it signs with, by its metadata, a file."""
    # A site that starts is worth more than one that fetches: the file is fetched by
    # whoever looks at it.
    provider: dict[str, Any] = OneLogin_Saml2_IdPMetadataParser.parse(
        Path(path).read_bytes(),
        required_sso_binding=Constants.BINDING_HTTP_REDIRECT,
        required_slo_binding=Constants.BINDING_HTTP_REDIRECT,
    )["idp"]
    return provider


def is_sure_enough(level: str) -> bool:
    """Whether the assertion's level of assurance is what is demanded, or more."""
    demand = settings.SAML["level"]
    if not demand:
        return True
    return level in LEVELS and LEVELS.index(level) >= LEVELS.index(demand)


def remember(request: HttpRequest, auth: OneLogin_Saml2_Auth) -> None:
    """Keep in the session what signing out there asks for."""
    request.session[KEY] = {
        "name_id": auth.get_nameid(),
        "name_id_format": auth.get_nameid_format(),
        "nq": auth.get_nameid_nq(),
        "session_index": auth.get_session_index(),
    }


def way_out(request: HttpRequest) -> str:
    """The provider's address that signs the person out there; '' where there is none."""
    auth = auth_of(request, leaves=True)
    if not auth.get_slo_url():
        return ""
    home = settings.SITE_ADDRESS + reverse("account_login")
    address: str = auth.logout(return_to=home, **request.session[KEY])
    return address


def whom_to_sign_out(auth: OneLogin_Saml2_Auth) -> str:
    """The name of the person whom the provider signs out; its request was found to be true."""
    key = auth.get_settings().get_sp_key()
    name: str = OneLogin_Saml2_Logout_Request.get_nameid(
        auth.get_last_request_xml(), key
    )
    return name
