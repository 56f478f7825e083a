"""Who counts as one visitor."""

import pytest
from axes.helpers import get_client_ip_address
from django.test import RequestFactory

from core.addresses import address_group, client_address


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "203.0.113.7", "10.0.0.1"),
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (True, "", "10.0.0.1"),
        (True, "1.1.1.1, rubbish", "10.0.0.1"),
        (True, "203.0.113.7:4711", "203.0.113.7"),
        (True, "[2001:db8::1]:4711", "2001:db8::1"),
    ],
)
def test_only_a_proxy_of_ours_is_believed(settings, behind, forwarded, address):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address
    # Wrong passwords are counted by the same address.
    assert get_client_ip_address(request) == address


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("rubbish\r\n", "unknown", True),
    ],
)
def test_an_ipv6_network_is_one_visitor(one, other, same):
    groups = [address_group(RequestFactory().get("/", REMOTE_ADDR=address)) for address in (one, other)]
    assert (groups[0] == groups[1]) is same
