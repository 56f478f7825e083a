"""The pages of members, as a person uses them on a phone and on a PC."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from members.models import DifferentPeople, HeadCount, IdNumberReading, Member
from members.services import create_member
from organizations.models import Organization
from organizations.tree import create_organization

pytestmark = pytest.mark.django_db(transaction=True)
UNIT = "SL.TP.CHIENGDEN"


@pytest.fixture
def branch(nobody):
    """A branch of the commune with a handful of members, and a head count of the commune."""
    commune = Organization.objects.get(code=UNIT)
    made = create_organization(
        code=f"{UNIT}.1", name="Chi hội bản Tông", level="branch", parent=commune, kind="village", user=None
    )
    for number, name in enumerate(["Trần Thị Ân", "Lò Văn An", "Quàng Văn Bình", "Cầm Thị Đào", "Tòng Minh Hà"]):
        person = Member(organization=made, full_name=name, birth_year=1960 + number, phone=f"091234567{number}")
        person.id_number = "014085001234" if not number else ""
        create_member(member=person, joined_on=date(2022, 2, 1), user=None)
    HeadCount.objects.create(organization=commune, date=date(2022, 3, 31), members=1240)
    return made


def test_every_page_about_members_is_clean(branch, person):
    person.come_as("xa")
    someone = Member.objects.get(full_name="Trần Thị Ân")
    twin = Member(organization=branch, full_name="Tran Thi An", birth_year=1960, phone="0912000222")
    create_member(member=twin, joined_on=date(2022, 2, 1), user=None)
    for name, path in {
        "members": "/members/",
        "members-narrowed": "/members/?joined=I/2022&status=all&sex=female",
        "members-none": "/members/?q=zzzz",
        "members-printed": "/members/?print=1",
        "member": f"/members/{someone.pk}/",
        "member-saved": f"/members/{someone.pk}/?saved=1",
        "member-create": "/members/create/",
        "member-edit": f"/members/{someone.pk}/edit/",
        "member-transfer": f"/members/{someone.pk}/transfer/",
        "member-leave": f"/members/{someone.pk}/leave/",
        "member-rejoin": f"/members/{someone.pk}/rejoin/",
        "membership": f"/members/memberships/{someone.memberships.get().pk}/edit/",
        "head-counts": "/members/head-counts/",
        "head-count-create": "/members/head-counts/create/",
        "registers": "/members/registers/",
        "register": f"/members/registers/{UNIT}/",
        "members-transfer": f"/members/transfer/?member={someone.pk}",
        "members-change": f"/members/change/?member={someone.pk}",
        "duplicates": "/members/duplicates/",
        "merge": f"/members/{someone.pk}/merge/{twin.pk}/",
        "papers": f"/members/papers/?member={someone.pk}",
        "officer-registers": "/members/officers/registers/",
        "officer-register": f"/members/officers/registers/{UNIT}/",
        "unit-with-members": f"/organizations/{UNIT}/",
    }.items():
        assert person.open(path).status == 200, path
        person.look(name)


def test_a_duplicate_is_asked_about_found_and_merged(branch, person):
    person.come_as("xa")
    person.open(f"/members/create/?organization={branch.code}")
    person.page.get_by_label("Họ và tên").fill("Tran Thi An")
    person.page.get_by_label("Ngày sinh hoặc năm sinh").fill("1960")
    person.press("Ghi hội viên")
    assert "Có thể người này đã có trong sổ" in person.words()
    person.look("member-alike")
    assert person.page.get_by_label("Họ và tên").input_value() == "Tran Thi An"
    person.page.get_by_label("Đây là người khác, cứ ghi").check()
    person.press("Ghi hội viên")
    assert "Đã ghi Tran Thi An" in person.words()
    DifferentPeople.objects.all().delete()
    person.open("/members/duplicates/")
    person.follow("Xem và gộp")
    person.press("Gộp thành một")
    assert "Đã gộp hai dòng" in person.words()
    assert Member.objects.filter(folded="tran thi an").count() == 1


def test_five_people_are_entered_in_a_row(branch, person):
    person.come_as("xa")
    person.open(f"/members/create/?organization={branch.code}")
    for number in range(5):
        page = person.page
        page.get_by_label("Họ và tên").fill(f"Lường Thị Năm {number}")
        page.get_by_label("nữ").check()
        page.get_by_label("Ngày sinh hoặc năm sinh").fill("05041960")
        page.get_by_label("Điện thoại").fill(f"0912 000 11{number}")
        if not number:
            page.get_by_label("Vào Hội ngày").fill("01032022")
        person.press("Ghi và thêm người tiếp theo" if number < 4 else "Ghi hội viên")
        assert f"Đã ghi Lường Thị Năm {number}" in person.words()
    person.look("member-last")
    person.follow("Ghi người tiếp theo")
    assert person.page.get_by_label("Vào Hội ngày").input_value() == "01/03/2022"
    people = Member.objects.filter(full_name__startswith="Lường")
    assert people.count() == 5
    assert set(people.values_list("organization__code", "memberships__joined_on")) == {(branch.code, date(2022, 3, 1))}


def test_a_wrong_day_is_said_and_what_was_typed_stays(branch, person):
    person.come_as("xa")
    person.open("/members/create/")
    person.page.get_by_label("Họ và tên").fill("Lò Thị Mới")
    person.page.get_by_label("Ngày sinh hoặc năm sinh").fill("31/02/1960")
    person.page.get_by_text("Thêm chi tiết").click()
    person.page.get_by_label("Số căn cước").fill("12345")
    person.press("Ghi hội viên")
    assert "31/02/1960 không có trong lịch" in person.words()
    assert person.page.get_by_label("Số căn cước").input_value() == "12345"
    expect(person.page.get_by_label("Số căn cước")).to_be_visible()
    person.look("member-refused")


def test_typing_finds_at_once_and_without_accents(branch, person):
    person.come_as("xa")
    person.open("/members/")
    page = person.page
    page.get_by_label("Tìm theo họ tên").press_sequentially("tran an")
    expect(page.get_by_role("link", name="Quàng Văn Bình")).to_have_count(0)
    expect(page.get_by_role("link", name="Trần Thị Ân")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=tran(%20|\+)an"))
    expect(page.get_by_role("status").filter(has_text="1 hội viên.")).to_be_visible()
    assert "tran" in page.get_by_role("link", name="Xuất Excel").get_attribute("href")
    page.get_by_label("Tìm theo họ tên").fill("0912345672")
    expect(page.get_by_role("link", name="Quàng Văn Bình")).to_be_visible()
    person.look("members-found")


def test_many_are_changed_with_the_keyboard_alone(branch, person):
    person.come_as("xa")
    person.open("/members/")
    for name in ("Lò Văn An", "Cầm Thị Đào"):
        person.page.get_by_label(f"Chọn {name}").press("Space")
    person.page.get_by_role("button", name="Sửa hàng loạt").press("Enter")
    person.page.wait_for_load_state("networkidle")
    assert "Đã chọn 2 hội viên." in person.words()
    person.page.get_by_label("Nghề nghiệp").select_option("teacher")
    person.page.get_by_role("button", name="Xem sẽ thay đổi gì").press("Enter")
    person.page.wait_for_load_state("networkidle")
    assert "Nghề nghiệp: chưa ghi → giáo viên (2 người)" in person.words()
    person.look("members-summary")
    person.page.get_by_role("button", name="Ghi thay đổi").press("Enter")
    person.page.wait_for_load_state("networkidle")
    assert "Đã sửa 2 hội viên." in person.words()
    assert Member.objects.filter(occupation="teacher").count() == 2


def test_without_javascript_everybody_found_is_transferred(branch, chromium, live_server, settings):
    settings.SESSION_COOKIE_SECURE = False
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill("xa")
    page.get_by_label("Mật khẩu").fill("khuyen-hoc-son-la")
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(f"{live_server.url}/members/?unit={branch.code}&q=van")
    page.get_by_label("Chọn Lò Văn An").check()
    page.get_by_label("Chọn Quàng Văn Bình").check()
    page.get_by_role("button", name="Chuyển sinh hoạt").click()
    page.get_by_label("Tìm đơn vị khác").fill("chieng den")
    page.get_by_role("button", name="Tìm đơn vị").click()
    page.get_by_label("Đến đơn vị").select_option(UNIT)
    page.get_by_label("Từ ngày").fill("01/06/2022")
    page.get_by_role("button", name="Xem sẽ thay đổi gì").click()
    page.get_by_role("button", name="Chuyển sinh hoạt").click()
    expect(page.locator("main")).to_contain_text("Đã chuyển 2 hội viên.")
    assert Member.objects.filter(organization__code=UNIT).count() == 2
    context.close()


def test_a_number_is_looked_at_by_whoever_may(branch, person):
    person.come_as("tinh")
    someone = Member.objects.get(full_name="Trần Thị Ân")
    person.open(f"/members/{someone.pk}/")
    assert "•••••••••234" in person.words()
    person.press("Xem đủ số")
    assert "014085001234" in person.words()
    person.look("id-number")
    assert IdNumberReading.objects.filter(member=someone).count() == 1


def test_one_paper_after_the_other_is_printed_without_leaving_the_page(branch, person):
    person.sign_in("xa")
    person.open("/members/papers/")
    for paper in ("Danh sách điểm danh", "Thẻ hội viên"):
        person.page.get_by_label(paper).check()
        with person.page.expect_download():
            person.page.get_by_role("button", name="Tải tệp PDF").click()
    person.open("/spreadsheets/export/members/")
    for file_format in ("Excel", "CSV"):
        person.page.get_by_label(file_format).check()
        with person.page.expect_download():
            person.page.get_by_role("button", name="Tải tệp về").click()


def test_a_file_that_is_too_heavy_is_refused_before_it_is_sent(branch, person, settings):
    settings.MAX_UPLOAD_MB = 1
    person.sign_in("xa")
    person.open("/spreadsheets/create/?kind=members")
    heavy = {"name": "nặng.csv", "mimeType": "text/csv", "buffer": b"x" * (1024 * 1024 + 1)}
    person.page.set_input_files("input[type=file]", heavy)
    told = person.page.get_by_role("alert").filter(has_text="Tệp nặng 2 MB, chỉ nhận tệp đến 1 MB")
    expect(told).to_be_visible()
    sent = []
    person.page.on("request", lambda request: sent.append(request.method))
    person.page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(told).to_be_visible()
    assert "POST" not in sent
    light = {"name": "nhẹ.csv", "mimeType": "text/csv", "buffer": b"x"}
    person.page.set_input_files("input[type=file]", light)
    expect(told).to_have_count(0)
    person.press("Kiểm tra tệp")
    assert "POST" in sent


def test_one_endless_word_spoils_no_list(branch, person):
    endless = Member(organization=branch, full_name="Lò V" + "ă" * 130, birth_year=1960)
    create_member(member=endless, joined_on=date(2022, 2, 1), user=None)
    person.sign_in("xa")
    person.open("/members/")
    person.look("members-endless")
    table = person.page.get_by_role("region", name="Danh sách hội viên")
    assert table.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
