"""From which address a request comes."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings

# A household's or an office's IPv6 connection has so many bits of its own.
IPV6_PREFIX = 64


def client_address(request) -> str:
    """The address of the client; behind a proxy (``BEHIND_PROXY``) the one that the proxy itself has added last.

    What stands before it in the header was sent by the client and is worth nothing.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    last = forwarded.rpartition(",")[2].strip()
    return last or request.META.get("REMOTE_ADDR") or ""


def address_group(request) -> str:
    """What counts as one visitor: an IPv4 address, or the network of an IPv6 address."""
    text = client_address(request)
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{int(address) >> (128 - IPV6_PREFIX):x}"
    return str(address)
