"""Codes in addresses: what cannot be a code is an unknown address."""

from django.urls import reverse

LIST = "organizations:organization_list"


def test_a_code_with_other_characters_is_404(client, cast):
    client.force_login(cast.administrator)
    assert client.get("/organizations/A%00/").status_code == 404
    assert client.get(reverse(LIST), {"open": "A\0"}).status_code == 200
    assert client.post(reverse("organizations:switch"), {"code": "A\0B"}).status_code == 404
