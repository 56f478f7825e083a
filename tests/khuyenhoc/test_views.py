"""The first page after sign-in, where the unit hands in no reports."""

import pytest
from django.urls import reverse

from organizations.models import Organization

pytestmark = pytest.mark.django_db


def test_a_unit_without_reports_is_told_where_its_work_is(client, cast):
    Organization.objects.filter(code="A.D.1").update(reports_quarterly=False)
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("home")).content.decode()
    assert "Đơn vị không phải nộp báo cáo quý" in page
    assert reverse("learning_models:year_overview") in page
    assert "Văn phòng Tỉnh hội mở kỳ" not in page
