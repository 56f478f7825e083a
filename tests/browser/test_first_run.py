"""Setting up Điện Biên from an empty start to an open round, by hand on a phone and on a PC."""

import pytest
from django.core.management import call_command

from khuyenhoc import first_run

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "mat-khau-cua-tinh-2026"


def go_on(person, button):
    person.page.get_by_role("button", name=button).click()
    person.page.wait_for_load_state("networkidle")


def fill_account(person, username, full_name):
    person.page.get_by_label("Tên đăng nhập").fill(username)
    person.page.get_by_label("Họ và tên").fill(full_name)
    person.page.get_by_label("Mật khẩu", exact=False).first.fill(PASSWORD)
    person.page.get_by_label("Xác nhận mật khẩu", exact=False).fill(PASSWORD)


def test_dien_bien_is_set_up_from_an_empty_start(transactional_db, person):
    person.open("/")
    person.look("first-run-0-sign-in")
    person.page.get_by_role("link", name="Thiết lập tỉnh").click()
    person.page.wait_for_load_state("networkidle")
    person.look("first-run-1-code")
    person.page.get_by_label("Mã thiết lập").fill(first_run.setup_code())
    go_on(person, "Tiếp tục")
    person.look("first-run-2-account")
    fill_account(person, "quantri", "Người quản trị minh hoạ")
    go_on(person, "Tạo tài khoản quản trị")
    person.look("first-run-3-units")
    person.page.get_by_label("Tỉnh, thành phố").select_option("Tỉnh Điện Biên")
    go_on(person, "Xem danh sách sẽ tạo")
    assert "Sẽ tạo 46 đơn vị" in person.words()
    person.page.get_by_text("Xem danh sách 46 đơn vị").click()
    person.look("first-run-4-plan")
    go_on(person, "Tạo 46 đơn vị")
    person.look("first-run-5-manager")
    fill_account(person, "quanly", "Người quản lý minh hoạ")
    go_on(person, "Giao quyền quản lý")
    person.look("first-run-6-round")
    go_on(person, "Mở kỳ báo cáo")
    assert "Đã thiết lập xong" in person.words()
    person.look("first-run-7-home")
    person.page.get_by_role("link", name="Xem tổng hợp").first.click()
    person.page.wait_for_load_state("networkidle")
    assert "Điện Biên" in person.words()
    call_command("check_tree")
