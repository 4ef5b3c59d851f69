"""Who asks, by the proxies that are ours: what others wrote into the header is anybody's word."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies saw; "" where there is none.

    Each of them adds the address it was asked from at the end of X-Forwarded-
    For. A request that came past them, or a header that makes no sense, counts
    as the one who is connected.
    """
    connected: str = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES
    addresses = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies < 1 or len(addresses) < proxies:
        return connected

    try:
        return str(ip_address(addresses[-proxies].strip()))
    except ValueError:
        return connected


def comes_from(
    request: HttpRequest, networks: Iterable[IPv4Network | IPv6Network]
) -> bool:
    """Whether whoever asks has an address in one of the networks."""
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return False
    return any(address in network for network in networks)
