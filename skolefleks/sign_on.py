"""The municipality's sign-on as allauth is to know it, from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from skolefleks import environment


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
