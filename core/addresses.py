"""From which address a request comes."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings

# A household's or an office's IPv6 connection has so many bits of its own.
IPV6_PREFIX = 64


def client_address(request) -> str:
    """The address of the client, "" where there is none; behind a proxy (``BEHIND_PROXY``) what the proxy added last.

    What stands before it in the header was sent by the client and is worth nothing.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    found = read_address(forwarded.rpartition(",")[2]) or read_address(request.META.get("REMOTE_ADDR") or "")
    return str(found or "")


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """An address, with a port or without: "203.0.113.7:4711", "[2001:db8::1]:4711"."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text)
    except ValueError:
        return None


def address_group(request) -> str:
    """What counts as one visitor: an IPv4 address, or the network of an IPv6 address."""
    address = read_address(client_address(request))
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or f"{int(address) >> (128 - IPV6_PREFIX):x}")
    return str(address or "unknown")
