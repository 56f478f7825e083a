"""A report to fill in, people who fill it in, and its form as a file."""

import pytest

from reports.models import Report
from reports.services import Edit, save_edits
from tests.opened_form import Form


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def report(opened, cast):
    return Report.objects.get(organization=cast.first)


@pytest.fixture
def enter(cast, report):
    """enter("members.total", value="5") saves one cell as the secretary."""

    def enter(indicator="", user=None, of=None, **parts):
        of = of or report
        key = {"section": parts.pop("section")} if "section" in parts else {"indicator": indicator}
        rows = of.narratives.filter(**key) if "section" in key else of.figures.filter(indicator__code=indicator)
        version = rows.values_list("version", flat=True).first() or 0
        [answer] = save_edits(report=of, user=user or cast.secretary, edits=[Edit(version=version, **key, **parts)])
        assert answer["state"] == "saved", answer

    return enter


@pytest.fixture
def form(as_, report):
    return lambda person="secretary", unit="A.D.1": Form(as_(person), unit)
