"""Proposals, decisions and certificates as files, opened again and read."""

from datetime import date
from io import BytesIO

import docx
import pytest
from django.utils import timezone
from pypdf import PdfReader

from learning_models.authorities import head_of, suggest
from learning_models.decisions import list_registrations, open_decision, propose_decision
from learning_models.documents import (
    certificates_of,
    certificates_pdf,
    official_decision,
    paper_docx,
    paper_pdf,
    proposal,
)
from learning_models.models import Certificate, RecognisingAuthority, RecognitionDecision, Registration
from organizations.tree import rename_organization
from tests.learning_models.register import add_registration, make_points_set, recognise, review, withdraw

pytestmark = pytest.mark.django_db
SITE = "https://khuyenhoc.example.vn"


@pytest.fixture
def rows(tree):
    found = [add_registration(tree.branch, name=name, address="Bản Đồi") for name in ("Lò Văn An", "Cà Thị Bình")]
    review(*found)
    return found


def draft_of(rows, organization):
    decision = open_decision(organization=organization, model="family", year=2022, user=None)
    keys = [row.pk for row in rows]
    list_registrations(decision=decision, keys=keys, reach=Registration.objects.all(), user=None)
    return RecognitionDecision.objects.get(pk=decision.pk)


def issued(rows, organization, **facts):
    return RecognitionDecision.objects.get(pk=recognise(*rows, organization=organization, **facts).pk)


def words_of(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_a_proposal_names_its_authority_and_lists_everybody(tree, rows):
    decision = draft_of(rows, tree.first)
    propose_decision(decision=decision, proposal_number="05/TTr-HKH", proposed_on=date(2022, 12, 15), user=None)
    paper = proposal(RecognitionDecision.objects.get(pk=decision.pk))
    assert paper.own_lines == ("HỘI KHUYẾN HỌC", "XÃ ÁNH DƯƠNG")
    assert paper.place_and_date == "Ánh Dương, ngày 15 tháng 12 năm 2022"
    assert paper.addressee == "Kính gửi: Chủ tịch Uỷ ban nhân dân xã Ánh Dương"
    assert [row[:4] for row in paper.table.rows] == [
        ("1", "Lò Văn An", "Bản Đồi", "Chi hội bản Đồi"),
        ("2", "Cà Thị Bình", "Bản Đồi", "Chi hội bản Đồi"),
    ]
    first, second = words_of(paper_pdf(paper))
    assert "Số: 05/TTr-HKH" in first
    assert "cho 2 hộ có tên trong danh sách kèm theo" in first
    assert "Lò Văn An" in second


def test_a_decision_bears_the_head_of_the_authority_not_of_the_association(tree, rows):
    decision = issued(rows, tree.first, number="12/QĐ-UBND")
    paper = official_decision(decision)
    assert paper.parent_lines == ()
    assert paper.mark == ""
    assert paper.number_line == "Số: 12/QĐ-UBND"
    assert any("cho 2 hộ" in text for _, text in paper.lines)
    assert any("tại Tờ trình số ................" in text for _, text in paper.lines)


def test_before_its_issue_a_decision_is_a_draft_with_room_for_number_and_day(tree, rows):
    paper = official_decision(draft_of(rows, tree.first))
    assert paper.mark == "DỰ THẢO"
    assert paper.own_lines == ("UỶ BAN NHÂN DÂN", "XÃ ÁNH DƯƠNG")
    assert paper.place_and_date.startswith("Ánh Dương, ngày .....")
    assert paper.signing == ("CHỦ TỊCH",)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("Uỷ ban nhân dân xã Chiềng Đen", ("UỶ BAN NHÂN DÂN", "XÃ CHIỀNG ĐEN")),
        ("Uỷ ban nhân dân thành phố Sơn La", ("UỶ BAN NHÂN DÂN", "THÀNH PHỐ SƠN LA")),
        ("Uỷ ban nhân dân thị xã Mường Lay", ("UỶ BAN NHÂN DÂN", "THỊ XÃ MƯỜNG LAY")),
        ("Sở Giáo dục và Đào tạo", ("SỞ GIÁO DỤC VÀ ĐÀO TẠO",)),
    ],
)
def test_an_area_stands_on_a_line_of_its_own(body, head):
    assert head_of(body) == head


def test_the_authority_is_a_setting_and_what_the_last_decision_said_is_taken_over(tree, rows):
    setting = RecognisingAuthority.objects.get(model="family")
    setting.name, setting.body, setting.act = "Chủ tịch Hội đồng xã", "Hội đồng xã", "QĐ 1"
    setting.save()
    decision = draft_of(rows, tree.first)
    found = suggest(decision, day=timezone.localdate())
    assert (found.name, found.body) == ("Chủ tịch Hội đồng xã Ánh Dương", "Hội đồng xã Ánh Dương")
    assert "theo QĐ 1" in found.source
    RecognisingAuthority.objects.filter(model="family").delete()
    assert suggest(decision, day=timezone.localdate()).name == ""


def test_a_withdrawal_says_which_decision_it_follows(tree, rows):
    decision = issued(rows, tree.first)
    taken = RecognitionDecision.objects.get(pk=withdraw(decision, rows[0], decided_on=date(2023, 5, 10)).pk)
    paper = official_decision(taken)
    assert "thu hồi danh hiệu “Gia đình học tập” năm 2022" in paper.subject
    text = " ".join(words for _, words in paper.lines)
    assert "Quyết định số 12/QĐ-UBND ngày 20 tháng 12 năm 2022 của 1 hộ" in text
    assert "Lý do: Vi phạm." in text
    assert proposal(taken).table.rows[0][-1] == "12/QĐ-UBND"


def test_word_and_pdf_hold_the_same_names_and_their_heads_repeat(tree):
    rows = [add_registration(tree.branch, name=f"Hộ số {place}") for place in range(70)]
    review(*rows)
    paper = official_decision(issued(rows, tree.first))
    pages = words_of(paper_pdf(paper))
    assert len(pages) > 2
    assert all("STT Họ tên chủ hộ Địa chỉ Đơn vị" in page for page in pages[1:])
    assert pages[2].startswith("2 ")
    document = docx.Document(BytesIO(paper_docx(paper)))
    table = document.tables[-1]
    assert [cell.text for cell in table.rows[0].cells] == ["STT", "Họ tên chủ hộ", "Địa chỉ", "Đơn vị"]
    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert len(table.rows) == 71
    assert all(f"Hộ số {place}" in " ".join(pages) for place in (0, 69))
    assert "DỰ THẢO" not in "".join(paragraph.text for paragraph in document.paragraphs)


def test_a_long_name_wraps_and_loses_no_letter(tree):
    name = "Nguyễn " + "Thị" * 40
    (row,) = rows = [add_registration(tree.branch, name=name)]
    review(row)
    decision = issued(rows, tree.first)
    text = "".join(words_of(paper_pdf(official_decision(decision)))).replace(" ", "")
    assert name.replace(" ", "") in text
    (page,) = words_of(certificates_pdf(decision, list(certificates_of(decision)), site=SITE))
    assert name.replace(" ", "") in page.replace(" ", "")


@pytest.mark.parametrize(
    "name", ["#let x = 5 *đậm* $a$ @ref", "{{ 7*7 }} {% raise %}", '<w:p>&amp; "q"', "=cmd|'/C calc'!A0", "Lò\x0bAn"]
)
def test_what_stands_in_a_name_is_never_read_as_markup(tree, name):
    (row,) = rows = [add_registration(tree.branch, name=name, address=name)]
    review(row)
    decision = issued(rows, tree.first)
    shown = name.replace("\x0b", "")
    (page,) = words_of(certificates_pdf(decision, list(certificates_of(decision)), site=SITE))
    assert page.replace(" ", "").count(shown.replace(" ", "")) == 2
    paper = official_decision(decision)
    assert shown.replace(" ", "") in "".join(words_of(paper_pdf(paper))).replace(" ", "")
    table = docx.Document(BytesIO(paper_docx(paper))).tables[-1]
    assert table.rows[1].cells[1].text == shown


def test_an_issued_list_keeps_the_names_of_its_day(tree, rows):
    decision = issued(rows, tree.first)
    registrant = rows[0].registrant
    registrant.name, registrant.address = "Tên Khác", "Nơi khác"
    registrant.save()
    rename_organization(organization=tree.branch, name="Chi hội bản Mới", on=date(2023, 1, 1), user=None, reason="")
    names = {row[1]: row[2:4] for row in official_decision(decision).table.rows}
    assert names["Lò Văn An"] == ("Bản Đồi", "Chi hội bản Đồi")
    assert "Tên Khác" not in names
    page = words_of(certificates_pdf(decision, list(certificates_of(decision)), site=SITE))[0]
    assert "Lò Văn An" in page
    assert "Chi hội bản Đồi" in page


def test_a_certificate_says_everything_and_leads_to_its_check(tree):
    make_points_set(model="clan")
    row = add_registration(tree.branch, model="clan", name="Dòng họ Lò", address="Bản Đồi")
    Registration.objects.filter(pk=row.pk).update(status="reviewed", passed=True, score=90, reviewed_on="2022-12-10")
    decision = issued([row], tree.first, number="15/QĐ-UBND")
    certificate = Certificate.objects.get()
    pdf = certificates_pdf(decision, list(certificates_of(decision)), site=SITE)
    page = PdfReader(BytesIO(pdf)).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    text = " ".join(page.extract_text().split())
    for words in (
        "Dòng họ Lò",
        "Địa chỉ: Bản Đồi",
        "Chi hội bản Đồi, Hội Khuyến học xã Ánh Dương",
        "Dòng họ học tập năm 2022",
        "0001/2022",
        "số 15/QĐ-UBND ngày 20 tháng 12 năm 2022",
        certificate.code[:4],
        "public/certificates/",
    ):
        assert words.replace(" ", "") in text.replace(" ", ""), words


def test_papers_take_as_many_queries_for_many_names(tree, django_assert_num_queries, django_assert_max_num_queries):
    rows = [add_registration(tree.branch, name=f"Hộ {place}") for place in range(12)]
    review(*rows)
    few, many = issued(rows[:1], tree.first), issued(rows[1:], tree.first, number="13/QĐ-UBND")
    with django_assert_max_num_queries(8) as one:
        official_decision(few)
    with django_assert_num_queries(len(one)):
        official_decision(many)
