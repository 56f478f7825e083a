"""The pages of the targets: within reach only, in words, with a preview first, in a constant number of queries."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.models import Indicator, Target
from tests.conftest import plant

RATE, COUNT = "learning_models.family.registered_rate", "members.total"
ACT = "Kế hoạch 15/KH-HKH"


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def aim(db):
    def aim(unit, code, value):
        found = Indicator.objects.get(code=code)
        return Target.objects.create(organization=unit, indicator=found, year=2022, value=Decimal(value), act=ACT)

    return aim


def page(client, code="A", indicator=COUNT, year=2022):
    response = client.get(reverse("reports:target_list", args=[code]), {"year": year, "indicator": indicator})
    assert response.status_code == 200
    return words(response)


def words(response):
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def change(code="A", indicator=COUNT, year=2022):
    return reverse("reports:target_change", args=[code, year, indicator])


def hand_down(code="A", indicator=RATE, year=2022):
    return reverse("reports:target_hand_down", args=[code, year, indicator])


def seen_on(response):
    return re.search(r'name="seen" value="([0-9a-f]{64})"', response.content.decode())[1]


def targets():
    return {row.organization.code: row.value for row in Target.objects.all()}


def test_my_targets_lead_to_the_unit_i_work_for(as_, cast):
    assert as_("viewer").get("/reports/targets/").url == "/reports/targets/A.D.1/"


def test_a_page_shows_targets_values_lights_and_the_sum(as_, cast, opened, write, aim):
    write(cast.first, {COUNT: 1234})
    aim(cast.province, COUNT, 1500)
    aim(cast.east, COUNT, 1300)
    shown = page(as_("manager"))
    assert "Mục tiêu của cấp dưới cộng lại bằng 1.300 người, gồm 1/3 đơn vị." in shown
    assert "thấp hơn mục tiêu của đơn vị (1.500): 200 người" in shown
    assert "Huyện Đông Sơn 1.300 1.234 Gần đạt" in shown
    assert "Huyện Tây Hồ – – Chưa giao" in shown
    assert "1/3 đơn vị có số liệu" in shown
    assert "quý I/2022" in shown


def test_missing_is_said_and_never_zero(as_, cast, opened, aim):
    aim(cast.east, COUNT, 1300)
    shown = page(as_("manager"))
    assert "Huyện Đông Sơn 1.300 – Chưa có số liệu" in shown
    assert " 0 " not in shown


def test_a_rate_that_cannot_be_summed_says_why(as_, cast, aim):
    aim(cast.east, RATE, 80)
    assert "Chưa tính được tỷ lệ chung" in page(as_("manager"), indicator=RATE)


def test_all_indicators_of_a_year(as_, cast, aim):
    aim(cast.province, RATE, "67.5")
    shown = page(as_("viewer"), "A.D.1", "")
    assert "Chưa có mục tiêu nào trong năm này" in shown
    shown = page(as_("manager"), "A", "")
    assert "Gia đình học tập: tỷ lệ đăng ký (%) 67,5% – Chưa có số liệu 0/2" in shown


@pytest.mark.parametrize(
    "query", ["?year=abc&indicator=xyz", "?year=99999", "?year=²022", "?indicator=areas.population", "?year=2022%00"]
)
def test_a_wrong_filter_gives_way_to_the_default(as_, cast, opened, query):
    response = as_("manager").get("/reports/targets/A/" + query)
    assert response.status_code == 200
    assert "Mục tiêu năm 2022" in words(response)


def test_a_district_sees_its_own_subtree_only(as_, cast, aim):
    client = as_("district_viewer")
    for code, status in {"A.D": 200, "A.D.1": 200, "A": 404, "A.T": 404, "B": 404, "X": 404}.items():
        assert client.get(f"/reports/targets/{code}/?indicator={COUNT}").status_code == status, code


def test_who_may_not_change_is_offered_no_change(as_, cast, aim):
    aim(cast.east, COUNT, 10)
    link = change("A.D")
    for person, offered in {"district_viewer": False, "district_manager": True}.items():
        response = as_(person).get(f"/reports/targets/A.D/?year=2022&indicator={COUNT}")
        assert (link in response.content.decode()) is offered


def test_a_target_is_set_with_its_act_and_its_history_is_shown(as_, cast):
    client = as_("manager")
    response = client.post(change(), {"value": "1.500", "act": f"  {ACT} ", "seen": ""}, follow=True)
    assert "Đã ghi mục tiêu năm 2022" in words(response)
    client.post(change(), {"value": "1.600", "act": ACT, "seen": "1500.00"})
    shown = page(client)
    assert "Tỉnh An Bình chưa giao → 1.500 Người manager Kế hoạch 15/KH-HKH" in shown
    assert "Tỉnh An Bình 1.500 → 1.600 Người manager" in shown


@pytest.mark.parametrize(
    ("indicator", "value", "message"),
    [
        (COUNT, "", "Hãy nhập một số nguyên"),
        (COUNT, "67,2", "số nguyên"),
        (COUNT, "-5", "không được âm"),
        (RATE, "101", "lớn nhất"),
        (RATE, "67,255", "chữ số sau dấu phẩy"),
        (RATE, "abc", "không phải là số"),
    ],
)
def test_a_wrong_target_is_refused_in_words(as_, cast, indicator, value, message):
    response = as_("manager").post(change(indicator=indicator), {"value": value, "act": ACT, "seen": ""})
    assert message in words(response)
    assert targets() == {}


@pytest.mark.parametrize("seen", ["abc", "NaN", "12", "\0"])
def test_a_page_that_is_out_of_date_writes_nothing(as_, cast, seen):
    response = as_("manager").post(change(), {"value": "5", "act": ACT, "seen": seen})
    assert response.status_code == 200
    assert targets() == {}


@pytest.mark.parametrize(
    "address", [change(year=1800), change(indicator="areas.population"), change(indicator="x"), hand_down(year=9999)]
)
def test_another_year_or_indicator_is_404(as_, cast, address):
    assert as_("manager").get(address).status_code == 404


def test_handing_down_shows_first_what_changes(as_, cast, aim):
    aim(cast.province, RATE, 70)
    aim(cast.east, RATE, 60)
    client = as_("manager")
    response = client.get(hand_down())
    assert "Huyện Đông Sơn 60% 70% Thay mục tiêu của Huyện Đông Sơn" in words(response)
    assert "Huyện Tây Hồ – 70% Giao mới" in words(response)
    assert targets() == {"A": 70, "A.D": 60}
    response = client.post(hand_down(), {"seen": seen_on(response), "act": ACT}, follow=True)
    assert "Đã giao mục tiêu cho 1 đơn vị." in words(response)
    assert targets() == {"A": 70, "A.D": 60, "A.T": 70}
    response = client.get(hand_down())
    client.post(hand_down(), {"seen": seen_on(response), "act": ACT, "replace": ["A.D"]})
    assert targets() == {"A": 70, "A.D": 70, "A.T": 70}


def test_a_plan_that_changed_meanwhile_is_shown_again_and_can_then_be_confirmed(as_, cast, aim):
    aim(cast.province, RATE, 70)
    client = as_("manager")
    old = seen_on(client.get(hand_down()))
    aim(cast.east, RATE, 60)
    response = client.post(hand_down(), {"seen": old, "act": ACT, "replace": ["A.D"]})
    assert "vừa thay đổi" in words(response)
    assert "checked" not in response.content.decode()
    assert targets() == {"A": 70, "A.D": 60}
    client.post(hand_down(), {"seen": seen_on(response), "act": ACT, "replace": ["A.D"]})
    assert targets() == {"A": 70, "A.D": 70, "A.T": 70}


def test_handing_down_without_an_act_is_refused_and_keeps_the_ticks(as_, cast, aim):
    aim(cast.province, RATE, 70)
    aim(cast.east, RATE, 60)
    client = as_("manager")
    seen = seen_on(client.get(hand_down()))
    response = client.post(hand_down(), {"seen": seen, "act": "", "replace": ["A.D"]})
    assert "Hãy ghi văn bản" in words(response)
    assert "checked" in response.content.decode()
    assert targets() == {"A": 70, "A.D": 60}


def test_nothing_to_hand_down_leads_back_in_words(as_, cast):
    response = as_("manager").get(hand_down(), follow=True)
    assert "Hãy đặt mục tiêu của đơn vị trước" in words(response)


def test_units_without_population_are_named(as_, cast, aim, area):
    area(cast.east, population=100)
    aim(cast.province, COUNT, 70)
    shown = words(as_("manager").get(hand_down(indicator=COUNT)))
    assert (
        "chưa có dân số: Công an tỉnh, Huyện Tây Hồ." in shown or "chưa có dân số: Huyện Tây Hồ, Công an tỉnh." in shown
    )
    assert "Huyện Đông Sơn 100 – 70 Giao mới" in shown


def test_names_are_escaped(as_, cast, aim):
    unit = plant("A.H", "Hội Khuyến học huyện <b>X</b>", "district", cast.province)
    aim(unit, COUNT, 5)
    aim(cast.province, COUNT, 5)
    response = as_("manager").get(f"/reports/targets/A/?year=2022&indicator={COUNT}")
    assert "<b>X</b>" not in response.content.decode()


@pytest.mark.parametrize("indicator", [COUNT, RATE, ""])
def test_many_units_take_as_many_queries_as_one(as_, cast, opened, aim, indicator):
    client = as_("manager")
    aim(cast.province, COUNT, 5)
    aim(cast.province, RATE, 5)

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    address = f"/reports/targets/A/?year=2022&indicator={indicator}"
    queries(address)
    few, few_down = queries(address), queries(hand_down())
    for number in range(11):
        unit = plant(f"A.H{number}", f"Hội Khuyến học huyện {number}", "district", cast.province)
        aim(unit, COUNT, number)
        aim(unit, RATE, number)
    assert queries(address) == few
    assert queries(hand_down()) == few_down


def test_writing_many_targets_takes_as_many_queries_as_one(as_, cast, aim):
    client = as_("manager")
    aim(cast.province, RATE, 70)

    def queries():
        seen = seen_on(client.get(hand_down()))
        with CaptureQueriesContext(connection) as captured:
            assert client.post(hand_down(), {"seen": seen, "act": ACT}).status_code == 302
        return len(captured)

    few = queries()
    for number in range(11):
        plant(f"A.H{number}", f"Hội Khuyến học huyện {number}", "district", cast.province)
    assert queries() == few
