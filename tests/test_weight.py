"""The weight of a visit, compressed as the server sends it: under 100 KB the first time, under 20 KB afterwards."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from organizations.models import Organization

ASSET = re.compile(r'(?:href|src)="/static/([^"#]+)')


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def assets_of(page: str) -> int:
    """Bytes of every file that the page links, each once."""
    names = set(ASSET.findall(page))
    assert len(names) > 3
    return sum(compressed(Path(finders.find(name)).read_bytes()) for name in names)


@pytest.fixture
def office(db, client, django_user_model):
    """An administrator before a province of real size, with one quarter of figures."""
    call_command("make_province", units=3517, members=0, quarters=2, verbosity=0)
    user = django_user_model.objects.create_superuser("admin", "admin@example.vn", None)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_first_visit_weighs_less_than_100_kb(client, db):
    page = client.get("/accounts/login/").content
    assert compressed(page) + assets_of(page.decode()) < 100_000


def test_later_visits_weigh_less_than_20_kb(office):
    root = Organization.objects.get(parent=None)
    district = Organization.objects.filter(level="district")[0]
    for path in (
        "/",
        "/reports/",
        f"/reports/{root.code}/2022-Q1/summary/",
        f"/reports/{district.code}/2022-Q1/summary/",
        f"/reports/{root.code}/2022-Q1/",
        f"/reports/{district.code}/2022-Q1/",
        f"/reports/{district.code}/2022-Q1/check/",
        "/reports/review/",
        f"/dashboard/{root.code}/",
        f"/dashboard/{root.code}/ranking/?indicator=members.total&depth=communes",
        f"/dashboard/{root.code}/trend/",
        f"/dashboard/{root.code}/map/",
        f"/dashboard/{root.code}/pivot/",
        f"/dashboard/{district.code}/",
        "/organizations/",
        f"/organizations/{district.code}/",
        "/organizations/?q=xa",
        "/spreadsheets/",
        "/spreadsheets/exports/",
        f"/spreadsheets/export/members/?organization={district.code}",
        "/members/",
        "/members/create/",
        "/members/head-counts/",
        "/members/registers/",
        "/learning-models/",
        "/learning-models/enter/",
        "/learning-models/roll-forward/",
        "/learning-models/counts/",
        f"/learning-models/units/{root.code}/",
    ):
        response = office.get(path)
        assert response.status_code == 200, path
        assert compressed(response.content) < 20_000, path


def test_the_server_compresses_pages(client, db):
    response = client.get("/accounts/login/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert settings.MIDDLEWARE[1] == "django.middleware.gzip.GZipMiddleware"
