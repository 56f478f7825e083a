"""Dues, as a treasurer collects them on a phone and on a PC."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from members.models import DuesCollection, DuesRate, Member
from members.services import create_member, end_membership, transfer_member
from organizations.models import Organization
from organizations.tree import create_organization

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "SL.TP.CHIENGDEN"
BRANCH = f"{UNIT}.CH1"
NAMES = ["Lò Thị Hà", "Cà Văn An", "Quàng Văn Bình", "Tòng Thị Dung", "Bạc Cầm Giang"]


def current_year():
    """On New Year's Day still the old one: nobody has left in the course of the new one yet."""
    return (timezone.localdate() - timedelta(days=1)).year


@pytest.fixture
def branch(nobody):
    commune = Organization.objects.get(code=UNIT)
    here, there = (
        create_organization(code=f"{UNIT}.CH{number}", name=name, level="branch", parent=commune, user=None)
        for number, name in ((1, "Chi hội bản Panh"), (2, "Chi hội bản Phiêng Nghè"))
    )
    members = [
        create_member(
            member=Member(organization=here, full_name=name, birth_year=1960), joined_on=date(2020, 1, 1), user=None
        )
        for name in NAMES
    ]
    early = min(date(current_year(), 1, 5), timezone.localdate())
    transfer_member(member=members[3], destination=there, effective_on=early, user=None)
    end_membership(member=members[4], left_on=early, left_reason="deceased", user=None)
    return here


@pytest.fixture
def rate(branch):
    province = Organization.objects.get(code="SL")
    facts = {"yearly_amount": 20_000, "branch_share": 60, "commune_share": 40}
    return DuesRate.objects.create(organization=province, valid_from=date(2020, 1, 1), **facts)


def cell(person, name):
    return person.page.get_by_label(f"{name} (1960) nộp đợt này")


def test_dues_are_collected_counted_and_confirmed(rate, person):
    person.come_as("xa")
    person.open(f"/organizations/{BRANCH}/")
    person.follow("Hội phí của đơn vị")
    person.look("dues-branch")
    person.follow("Thu hội phí")
    person.look("dues-create")
    person.page.get_by_label("Thu hội phí của năm").select_option(str(current_year()))
    person.press("Mở danh sách để nhập")
    assert "đã qua đời" in person.words()
    person.look("dues-grid")
    person.press("Ai cũng đóng đủ")
    assert "chưa lưu" in person.words()
    assert cell(person, "Lò Thị Hà").input_value() == "20.000"
    assert cell(person, "Bạc Cầm Giang").input_value() == ""
    person.look("dues-filled")
    cell(person, "Cà Văn An").fill("25.000")
    person.press("Lưu nháp")
    assert "Chỉ còn phải nộp 20.000 đồng" in person.words()
    person.look("dues-refused")
    cell(person, "Cà Văn An").fill("5 nghìn")
    person.page.get_by_label("Số tiền đã đếm").fill("50.000")
    person.press("Lưu và chốt đợt nộp")
    assert "chưa khớp" in person.words()
    person.look("dues-differs")
    person.page.get_by_label("Số tiền đã đếm").fill("45.000")
    person.press("Lưu và chốt đợt nộp")
    assert "45.000 đồng (Bốn mươi lăm nghìn đồng), 3 người" in person.words()
    person.look("dues-confirm")
    person.press("Chốt đợt nộp")
    assert "Biên nhận hội phí số 01/" in person.words()
    person.look("dues-receipt")
    person.follow("Bản in")
    person.look("dues-receipt-print")
    person.follow("Quay lại")
    person.follow("Điều chỉnh")
    person.look("dues-correct")
    person.press("Lập đợt điều chỉnh")
    assert cell(person, "Lò Thị Hà").input_value() == "-20.000"
    person.look("dues-correction")
    person.open(f"/members/dues/units/{BRANCH}/arrears/")
    assert "Cà Văn An" in person.words()
    person.look("dues-arrears")
    person.open(f"/members/dues/units/{UNIT}/collections/")
    person.look("dues-collections")
    person.follow("Chi hội bản Panh")
    person.look("dues-draft")
    person.follow("Bỏ đợt nộp")
    person.look("dues-drop")


def test_the_grid_goes_by_keyboard_takes_a_column_and_follows_the_sum(rate, person):
    person.come_as("xa")
    person.open(f"/members/dues/units/{BRANCH}/collections/create/")
    person.press("Mở danh sách để nhập")
    person.page.get_by_label("Số tiền đã đếm").fill("30.000")
    first, second = cell(person, "Cà Văn An"), cell(person, "Quàng Văn Bình")
    first.fill("10.000")
    first.press("Enter")
    person.page.keyboard.type("20000")
    assert second.input_value() == "20000"
    assert "khớp với tiền đã đếm" in person.words()
    second.press("ArrowUp")
    person.page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text", "5.000\\tghi chú\\n6.000\\n");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }"""
    )
    assert (first.input_value(), second.input_value()) == ("5.000", "6.000")
    assert "Cộng các dòng 11.000 đồng; ! chưa khớp: tiền đã đếm nhiều hơn 19.000 đồng" in person.words()
    person.look("dues-typed")
    person.press("Lưu nháp")
    assert sorted(DuesCollection.objects.get().lines.values_list("amount", flat=True)) == [5_000, 6_000]


def test_the_office_sets_rates_and_looks_down_the_tree(branch, person):
    person.come_as("tinh")
    person.open("/members/dues/")
    assert "Chưa có mức hội phí" in person.words()
    person.look("dues-no-rate")
    person.follow("Mức hội phí")
    person.look("dues-rates-empty")
    person.follow("Thêm mức hội phí đầu tiên")
    person.look("dues-rate-create")
    person.page.get_by_label("Mức đóng một năm").fill("20 nghìn")
    person.page.get_by_label("Áp dụng từ ngày").fill("01012020")
    for label, share in (("Chi hội giữ lại", "60"), ("cấp xã", "30"), ("cấp huyện", "0"), ("cấp tỉnh", "20")):
        person.page.get_by_label(label).fill(share)
    person.press("Lưu mức hội phí")
    assert "Bốn phần cộng lại là 110%" in person.words()
    person.look("dues-rate-refused")
    person.page.get_by_label("cấp xã").fill("20")
    person.press("Lưu mức hội phí")
    person.look("dues-rates")
    person.open("/members/dues/")
    person.look("dues-province")
    for unit in ("Thành phố Sơn La", "Xã Chiềng Đen", "Chi hội bản Panh"):
        person.follow(unit)
    assert "3 hội viên có tên" in person.words()
    person.open(f"/members/dues/units/{UNIT}/?print=1")
    person.look("dues-print")


def test_why_an_amount_is_refused_can_be_read_to_its_end(rate, branch, person):
    person.sign_in("xa")
    person.open(f"/members/dues/units/{BRANCH}/collections/create/")
    person.press("Mở danh sách để nhập")
    cell(person, NAMES[0]).fill("hai mươi nghìn")
    person.press("Lưu nháp")
    reason = person.page.locator("td .field-error")
    assert "không phải là số tiền" in reason.inner_text()
    width = person.page.viewport_size["width"]
    assert reason.evaluate("node => node.querySelector('li').getBoundingClientRect().right") <= width
    assert reason.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
