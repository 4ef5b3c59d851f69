"""The municipality's sign-on as allauth is to know it, from the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from skolefleks import environment

# OIOSAML 3's, and what AD FS and others call it.
EMAILS = (
    "https://data.gov.dk/model/core/eid/email",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
)


def oidc(server_url: str, acr: list[str], own_secret: Path | None) -> dict[str, Any]:
    """An OpenID Connect provider; raises ImproperlyConfigured where something is missing."""
    wishes = {}
    if acr:
        wishes["acr_values"] = " ".join(acr)
    return {
        "provider_id": "sso",
        "name": os.environ.get("OIDC_NAME", "kommunens login"),
        "client_id": environment.required("OIDC_CLIENT_ID"),
        "secret": environment.secret("OIDC_SECRET_FILE", own_secret),
        "settings": {
            "server_url": server_url,
            "oauth_pkce_enabled": True,
            "auth_params": wishes,
            # Whose addresses are true even if the provider does not say
            # `email_verified`.
            "verified_email": environment.list_of("OIDC_EMAIL_DOMAINS"),
        },
    }


def saml() -> dict[str, Any]:
    """SAML 2 with OIOSAML 3; empty where no metadata of a provider is named.

    Raises ImproperlyConfigured where something is missing.
    """
    if not os.environ.get("SAML_METADATA_FILE"):
        return {}
    level = os.environ.get("SAML_LEVEL", "Substantial")
    if level not in {"", "Low", "Substantial", "High"}:
        raise ImproperlyConfigured("SAML_LEVEL is Low, Substantial, High, or empty.")
    return {
        "name": os.environ.get("SAML_NAME") or "kommunens login",
        "metadata": str(environment.file("SAML_METADATA_FILE")),
        "key": environment.secret("SAML_KEY_FILE"),
        "certificate": environment.secret("SAML_CERTIFICATE_FILE"),
        "encrypted": os.environ.get("SAML_ENCRYPTED", "1") == "1",
        "level": level,
        # Whose privileges count.
        "cvr": environment.required("SAML_CVR"),
        # Whose addresses are true: the assertion itself does not say.
        "domains": environment.list_of("SAML_EMAIL_DOMAINS"),
    }


def saml_app(app: dict[str, Any]) -> dict[str, Any]:
    """The same as allauth is to know it."""
    return {
        "provider_id": "saml",
        "name": app["name"],
        "client_id": "saml",
        "settings": {
            "verified_email": app["domains"],
            "attribute_mapping": {"uid": [], "email": list(EMAILS)},
        },
    }


def origins(server_url: str, app: dict[str, Any]) -> list[str]:
    """`https://host` of all that the way to the sign-on and back leads over."""
    addresses = [server_url]
    if app:
        metadata = Path(app["metadata"]).read_text()
        addresses += re.findall(r'\bLocation="([^"]+)"', metadata)
    all_origins = set(environment.list_of("OIDC_ORIGINS"))
    for address in addresses:
        parts = urlsplit(address)
        if parts.netloc:
            all_origins.add(f"{parts.scheme}://{parts.netloc}")
    return sorted(all_origins)
