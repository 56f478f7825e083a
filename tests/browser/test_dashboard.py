"""The dashboard on a phone and on a PC, with the demonstration's figures."""

import pytest

from reports.models import Report
from tests.browser.test_print import check_sheets, print_page

pytestmark = pytest.mark.django_db(transaction=True)

FIVE = "&".join(f"units=SL.{code}" for code in ("MC", "TP", "MS", "QN", "YC"))
PAGES = {
    "dashboard": "/dashboard/SL/",
    "dashboard-district": "/dashboard/SL.MC/",
    "dashboard-commune": "/dashboard/SL.TP.CHIENGDEN/",
    "dashboard-ranking": "/dashboard/SL/ranking/",
    "dashboard-ranking-communes": "/dashboard/SL.MC/ranking/?indicator=members.total&depth=communes",
    "dashboard-trend": "/dashboard/SL/trend/",
    "dashboard-trend-five": f"/dashboard/SL/trend/?indicator=members.total&{FIVE}",
    "dashboard-pivot": "/dashboard/SL/pivot/",
    "dashboard-pivot-by-unit": "/dashboard/SL/pivot/?layout=unit&units=SL&units=SL.MC",
    "dashboard-map": "/dashboard/SL/map/",
}


@pytest.fixture
def moving(sonla):
    """Reports in every state, so that each mark is drawn."""
    states = ["submitted", "returned", "draft", "submitted"]
    for number, state in enumerate(states):
        Report.objects.filter(organization_id__in=every_fourth(number)).update(status=state)


def every_fourth(number):
    return [pk for pk in Report.objects.values_list("organization_id", flat=True) if pk % 4 == number]


def test_every_page_of_the_dashboard_is_clean(moving, person):
    person.come_as("tinh")
    for name, path in PAGES.items():
        assert person.open(path).status == 200, path
        person.look(name)


def test_from_the_heat_map_to_the_unit_and_its_telephone(moving, person):
    person.come_as("tinh")
    person.open("/")
    person.page.get_by_role("link", name="Tổng hợp", exact=True).click()
    person.page.wait_for_load_state("networkidle")
    assert "67,2" in person.words()
    person.page.locator(".chart-heat svg a", has_text="Bắc Yên").click()
    person.page.wait_for_load_state("networkidle")
    assert person.page.url.endswith("/dashboard/SL.BY/?quarter=2022-Q1")
    assert person.page.locator("main a[href^='tel:']").first.is_visible()


def test_the_heat_map_and_its_unit_are_reached_by_keyboard(moving, person):
    person.come_as("tinh")
    person.open("/dashboard/SL/")
    link = person.page.locator(".chart-heat svg a").first
    link.focus()
    width = link.locator(".heat-row").evaluate("element => getComputedStyle(element).strokeWidth")
    assert width == "3px"
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/dashboard/SL.BY/**")


def test_choices_stand_in_the_address_and_units_are_ticked(sonla, person):
    person.come_as("tinh")
    person.open("/dashboard/SL/trend/")
    person.page.get_by_label("Chỉ tiêu", exact=True).select_option(label="Tổng số hội viên")
    person.page.get_by_text("Chọn đơn vị (nhiều nhất 5)").click()
    person.page.get_by_label("Huyện Mộc Châu").check()
    person.page.get_by_role("button", name="Xem").click()
    person.page.wait_for_load_state("networkidle")
    assert "indicator=members.total" in person.page.url
    assert "units=SL.MC" in person.page.url
    person.page.get_by_text("Xem bảng số liệu").click()
    assert "38.943" in person.page.inner_text("main table")


def test_the_pivot_is_downloaded_as_it_was_chosen(sonla, person):
    person.come_as("tinh")
    person.open("/dashboard/SL/pivot/?indicators=members.total&units=SL.MC")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Excel", exact=True).click()
    assert download.value.suggested_filename == "bang-cheo-SL.xlsx"


def test_the_pages_print_on_a4(moving, person):
    person.come_as("tinh")
    for name, path in PAGES.items():
        sheets = print_page(person, path)
        check_sheets(sheets, name)
        # Where a page draws in several fonts, letters with marks are found apart.
        assert "".join(sheets[0].text.split()).startswith("HộiKhuyếnhọctỉnhSơnLa"), name
