import pytest

from members.documents.dues import receipt_name, receipt_of, receipt_pdf
from members.models import DuesCollection
from organizations.models import DocumentSettings
from tests.dues import RATE, people_of, person, receipt_for
from tests.opened_pdf import open_pdf, page_sizes, tags, whole_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def dues(tree):
    return people_of(tree)


def test_the_receipt_says_who_paid_what_to_whom_and_how_it_is_split(dues):
    DocumentSettings.objects.create(organization=dues.first, place="Ánh Dương")
    ha, an, _ = dues.members
    receipt = receipt_for(dues.branch, {ha: RATE, an: 5_000}, note="Nộp tại nhà văn hoá")
    reader = open_pdf(receipt_pdf(receipt))
    text = whole_text(reader)
    for words in (
        "HỘI KHUYẾN HỌC XÃ ÁNH DƯƠNG",
        "CHI HỘI BẢN ĐỒI",
        "Số: 01/2025",
        "Ánh Dương, ngày 20 tháng 5 năm 2025",
        "BIÊN NHẬN HỘI PHÍ Hội phí năm 2025",
        "Số hội viên có tên trong đợt nộp: 2",
        "Tổng số tiền: 25.000 đồng",
        "Bằng chữ: Hai mươi lăm nghìn đồng.",
        "chi hội, ban, tổ 12.500 đồng; cấp xã 7.500 đồng; cấp tỉnh 5.000 đồng",
        "Ghi chú: Nộp tại nhà văn hoá",
        f"1 Cà Văn An {an.number} 5.000 2 Lò Thị Hà {ha.number} 20.000",
        "NGƯỜI NỘP TIỀN",
        "THỦ QUỸ",
        "ĐẠI DIỆN ĐƠN VỊ",
    ):
        assert words in text, words
    assert page_sizes(reader) == [(210, 297)]
    assert {"Table", "TH", "H1"} <= set(tags(reader))


def test_dots_stand_where_no_place_is_set_and_the_file_is_named_by_unit_year_and_number(dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    assert receipt_of(receipt).place_and_date == "................, ngày 20 tháng 5 năm 2025"
    assert receipt_name(receipt) == "bien-nhan-hoi-phi-A.D.1.1-2025-01.pdf"


def test_a_correction_is_printed_with_its_sign_in_words(dues):
    receipt_for(dues.branch, {dues.members[0]: RATE})
    receipt = receipt_for(dues.branch, {dues.members[0]: -RATE}, note="Điều chỉnh biên nhận số 01/2025: nhầm người")
    text = whole_text(open_pdf(receipt_pdf(receipt)))
    assert "Tổng số tiền: -20.000 đồng" in text
    assert "Âm hai mươi nghìn đồng." in text


def test_a_long_list_goes_on_over_pages_and_loses_nobody(dues):
    amounts = {person(dues.branch, f"Hội viên {number:03}"): RATE for number in range(120)}
    receipt = receipt_for(dues.branch, amounts)
    text = whole_text(reader := open_pdf(receipt_pdf(DuesCollection.objects.get(pk=receipt.pk))))
    assert len(reader.pages) > 1
    assert all(f"Hội viên {number:03}" in text for number in range(120))


def test_names_are_printed_literally(dues):
    strange = person(dues.branch, "Lò #strong[Thị] $x$ \u202eHà")
    text = whole_text(open_pdf(receipt_pdf(receipt_for(dues.branch, {strange: RATE}))))
    assert "Lò #strong[Thị] $x$ Hà" in text
