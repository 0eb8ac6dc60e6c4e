"""Who sends a request: the address of the visitor, and whether a page of another site made it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

SPACE_HOST = "SPACE_HOST"
"""Variable with the host of a Space, which Hugging Face sets."""


def visitor_address(peer: str | None, headers: Mapping[str, str]) -> str:
    """The address that limits count by; for IPv6 the network, in which one household may pick any address.

    Behind a proxy, which has a private address, it is the last public one of `X-Forwarded-For`: proxies append what
    they see, and what stands before that may be made up.

    Args:
        peer: other end of the connection.
        headers: of the request, with lower-case names.
    """
    found = peer or ""
    if _is_private(found):
        named = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
        found = next((part for part in reversed(named) if _is_public(part)), found)
    try:
        address = ip_address(found)
    except ValueError:
        return found
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return address.exploded[:19] + "::/64"
    return found


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a page of another site made the request.

    Browsers name the page's origin with every POST. Where they also say how it relates to this site, that counts, since
    a proxy may have changed the name of the host; scripts can forge neither.
    """
    origin = headers.get("origin")
    if origin is None or headers.get("sec-fetch-site") in ("same-origin", "none"):
        return False
    forwarded = headers.get("x-forwarded-host", "").split(",")[0].strip()
    own = {_host(f"//{name}") for name in (headers.get("host", ""), forwarded, os.environ.get(SPACE_HOST, "")) if name}
    return _host(origin) not in own - {None}


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_private(address: str) -> bool:
    try:
        return not ip_address(address).is_global
    except ValueError:
        return False


def _is_public(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False
