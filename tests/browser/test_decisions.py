"""From reviewed families to certificates that anybody checks, as a commune's secretary does it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.vietnamese import date_to_text
from learning_models.models import Certificate, RecognitionDecision, Registrant, Registration
from organizations.models import Appointment, Organization

NAMES = ("Lò Văn An", "Cà Thị Bình", "Quàng Văn Cường")


@pytest.fixture
def reviewed(sonla):
    """Three families of a branch of the secretary's commune, as the meeting left them."""
    commune = Appointment.objects.get(user__username="xa").organization
    branch = Organization.objects.filter(parent=commune).first()
    today = timezone.localdate()
    for name in NAMES:
        registrant = Registrant.objects.create(organization=branch, model="family", name=name, address="Bản Ba")
        Registration.objects.create(
            registrant=registrant,
            organization=branch,
            model="family",
            year=today.year,
            registered_on=min(date(today.year, 1, 15), today),
            status="reviewed",
            passed=True,
            reviewed_on=today,
        )


def test_a_list_becomes_a_decision_with_certificates(reviewed, person):
    page = person.page
    person.sign_in("xa")
    person.open("/learning-models/decisions/")
    person.look("decision-list-empty")
    page.get_by_role("link", name="Lập danh sách đề nghị").first.click()
    person.look("decision-create")
    page.get_by_role("button", name="Lập rồi chọn tên").click()
    page.get_by_label("Chọn Lò Văn An").check()
    person.look("decision-candidates")
    page.get_by_role("button", name="Đưa những tên đã chọn vào danh sách").click()
    page.get_by_role("button", name="Đưa cả 2 hộ").click()
    page.get_by_role("link", name="Xem danh sách").first.click()
    person.look("decision-draft")
    page.get_by_role("link", name="Ghi đã đề nghị").click()
    page.get_by_role("button", name="Ghi đã đề nghị").click()
    person.look("decision-propose-error")
    page.get_by_label("Số tờ trình").fill("05/TTr-HKH")
    page.get_by_role("button", name="Ghi đã đề nghị").click()
    page.get_by_role("link", name="Ghi ban hành").click()
    page.get_by_label("Số quyết định").fill("12/QĐ-UBND")
    page.get_by_label("Tôi đã đối chiếu").check()
    person.look("decision-issue")
    page.get_by_role("button", name="Ghi ban hành").click()
    page.get_by_text("Đã ghi ban hành: công nhận 3 hộ.").wait_for()
    person.look("decision-issued")
    assert RecognitionDecision.objects.get().is_issued
    page.get_by_role("link", name="Giấy chứng nhận").first.click()
    person.look("decision-certificates")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải cả 3 giấy").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_anybody_checks_a_certificate_without_signing_in(reviewed, person):
    person.open("/public/certificates/")
    person.look("certificate-form")
    person.page.get_by_label("Mã kiểm tra").fill("0000-0000-0000-0000-0000-0000-00")
    person.page.get_by_role("button", name="Kiểm tra").click()
    person.page.get_by_text("Không có giấy chứng nhận nào mang mã này").wait_for()
    person.look("certificate-unknown")
    assert not Certificate.objects.exists()


def test_a_title_that_came_by_file_is_withdrawn(reviewed, person):
    page, rows = person.page, Registration.objects.filter(registrant__name__in=NAMES)
    rows.update(status="recognised", recognised_on=timezone.localdate(), decision_number="9/QĐ-UBND")
    person.sign_in("xa")
    person.open(f"/learning-models/registrants/{rows.get(registrant__name=NAMES[0]).registrant_id}/")
    page.get_by_role("link", name="Thu hồi danh hiệu").click()
    page.get_by_role("button", name="thu hồi").click()
    person.look("filed-withdraw-refused")
    page.get_by_label("Lý do thu hồi").fill("Vi phạm hương ước")
    person.look("filed-withdraw")
    page.get_by_role("button", name="thu hồi").click()
    page.wait_for_load_state("networkidle")
    person.look("filed-withdrawal")
    assert RecognitionDecision.objects.get().given_number == "9/QĐ-UBND"


def test_the_day_of_a_self_assessment_is_put_right(reviewed, person):
    page, rows, today = person.page, Registration.objects.filter(registrant__name__in=NAMES), timezone.localdate()
    rows.update(status="assessed", passed=None, reviewed_on=None, assessed_on=today)
    row = rows.get(registrant__name=NAMES[0])
    right = max(row.registered_on, today - timedelta(days=3))
    person.sign_in("xa")
    person.open(f"/learning-models/registrations/{row.pk}/assessment/day/")
    page.get_by_label("Ngày tự đánh giá đúng").fill("31/02/2020")
    page.get_by_role("button", name="Lưu").click()
    person.look("assessment-day-refused")
    page.get_by_label("Ngày tự đánh giá đúng").fill(date_to_text(right))
    page.get_by_label("Sửa cho cả 3 hộ").check()
    person.look("assessment-day")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_load_state("networkidle")
    assert set(rows.values_list("assessed_on", flat=True)) == {right}
