from datetime import date

import pytest
from django.urls import reverse

from organizations.models import RegisterUse

LIST = reverse("members:register_list")
FIRST = reverse("members:register_use", args=["A.D.1"])


@pytest.fixture
def visit(client, cast):
    def visit(url, person="secretary", **data):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client.post(url, data) if data else client.get(url)

    return visit


def test_reporting_units_of_the_scope_say_since_when(visit, cast):
    RegisterUse.objects.create(organization=cast.first, register="members", used_from=date(2022, 1, 1))
    RegisterUse.objects.create(organization=cast.second, register="organizations", used_from=date(2021, 1, 1))
    page = visit(LIST, "district_manager")
    kept = {unit.code: [use.used_from for use in unit.kept] for unit in page.context["object_list"]}
    assert kept == {"A.D": [], "A.D.1": [date(2022, 1, 1)], "A.D.2": []}
    assert "chưa dùng sổ" in page.content.decode()


def test_the_register_is_begun_moved_and_stopped(visit, cast):
    assert visit(FIRST, used_from="01/01/2022").url == LIST
    assert visit(FIRST, used_from="01/04/2022", reason="Đủ tên").url == LIST
    page = visit(FIRST)
    assert page.context["form"]["used_from"].value() == "01/04/2022"
    assert "dùng sổ từ 01/01/2022" in page.content.decode()
    assert visit(FIRST, stop="1").url == LIST
    assert not RegisterUse.objects.exists()
    assert RegisterUse.history.first().history_user == cast.secretary


def test_a_wrong_day_is_said_beside_the_field(visit):
    assert set(visit(FIRST, used_from="31/02/2022").context["form"].errors) == {"used_from"}
    assert not RegisterUse.objects.exists()


def test_branches_and_units_of_others_have_no_page(visit):
    for code in ("A.D.1.1", "A.D.2", "B.1"):
        assert visit(reverse("members:register_use", args=[code])).status_code == 404
        assert visit(reverse("members:register_use", args=[code]), used_from="01/01/2022").status_code == 404


def test_the_register_of_officers_is_one_of_its_own(visit, cast):
    officers = reverse("members:officer_register_list")
    address = reverse("members:officer_register_use", args=["A.D.1"])
    assert visit(address, used_from="01/01/2022").url == officers
    use = RegisterUse.objects.get()
    assert (use.register, use.used_from) == ("officers", date(2022, 1, 1))
    assert [unit.kept for unit in visit(officers).context["object_list"]] == [[use]]
    assert [unit.kept for unit in visit(LIST).context["object_list"]] == [[]]
    assert "cán bộ Hội" in visit(address).content.decode()
    assert visit(address, stop="1").url == officers
    assert not RegisterUse.objects.exists()
