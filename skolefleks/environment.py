"""Reads the settings' values from the environment, and says in words what is missing there."""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured


def list_of(name: str, default: str = "") -> list[str]:
    """What stands in the environment with commas between."""
    parts = os.environ.get(name, default).split(",")
    return [part.strip() for part in parts if part.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """The networks or single addresses that stand there; raises ImproperlyConfigured for others."""
    try:
        return [ip_network(text) for text in list_of(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from error


def required(name: str) -> str:
    """What stands there; raises ImproperlyConfigured where nothing does."""
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"{name} is missing.")
    return os.environ[name]


def file(name: str, default: Path | None = None) -> Path:
    """The file that `name` in the environment points to, or `default` where there is one.

    Raises ImproperlyConfigured for one that cannot be read, or is empty.
    """
    if default is not None:
        path = Path(os.environ.get(name, default))
    else:
        path = Path(required(name))

    try:
        if not path.read_text().strip():
            raise ImproperlyConfigured(f"{name}: {path} is empty.")
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: {path} cannot be read ({error.strerror})."
        ) from error
    return path


def secret(name: str, default: Path | None = None) -> str:
    """What the file holds that `name` in the environment points to."""
    return file(name, default).read_text().strip()


def with_password(url: str, password: str) -> str:
    """`redis://host:port/0` with its password in it."""
    scheme, separator, place = url.partition("://")
    return f"{scheme}{separator}:{quote(password, safe='')}@{place}"
