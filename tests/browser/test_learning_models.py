"""The register of learning models, as a branch head and a commune's secretary use it on a phone and on a PC."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from core.vietnamese import date_to_text
from learning_models.models import Registrant, Registration, RegistrationCount, Status
from learning_models.services import create_registrant, register
from organizations.models import Organization, Role
from organizations.tree import create_organization
from tests.conftest import appoint
from tests.learning_models.register import recognise
from tests.opened_pdf import open_pdf, page_texts

pytestmark = pytest.mark.django_db(transaction=True)
UNIT = "SL.TP.CHIENGDEN"


@pytest.fixture
def branch(nobody):
    """A branch of the commune with five families registered last year, and a number of the commune."""
    commune = Organization.objects.get(code=UNIT)
    made = create_organization(
        code=f"{UNIT}.1", name="Chi hội bản Tông", level="branch", parent=commune, kind="village", user=None
    )
    last = timezone.localdate().year - 1
    for name in ("Trần Thị Ân", "Lò Văn An", "Quàng Văn Bình", "Cầm Thị Đào", "Tòng Minh Hà"):
        row = create_registrant(
            registrant=Registrant(organization=made, model="family", name=name, address="Bản Tông", people=4), user=None
        )
        register(registrant=row, year=last, registered_on=date(last, 1, 15), user=None)
    RegistrationCount.objects.create(
        organization=commune, model="family", year=last, registered_on=date(last, 1, 15), count=30
    )
    return made


def test_every_page_of_the_register_is_clean(branch, person):
    person.sign_in("xa")
    last = timezone.localdate().year - 1
    someone = Registrant.objects.get(name="Lò Văn An", organization=branch)
    row = Registration.objects.filter(organization=branch).first()
    number = RegistrationCount.objects.get(organization__code=UNIT, year=last)
    here = f"unit={branch.code}&model=family"
    for name, path in {
        "models": f"/learning-models/?unit={UNIT}&year={last}",
        "models-none": "/learning-models/?q=zzzz",
        "models-counted": f"/learning-models/?unit={UNIT}&counted=registered&quarter={last}-Q1",
        "models-printed": f"/learning-models/?year={last}&print=1",
        "models-enter": f"/learning-models/enter/?{here}",
        "models-enter-citizens": f"/learning-models/enter/?unit={branch.code}&model=citizen",
        "models-roll": f"/learning-models/roll-forward/?unit={UNIT}",
        "models-roll-unit": f"/learning-models/roll-forward/unit/?{here}",
        "models-registrant": f"/learning-models/registrants/{someone.pk}/",
        "models-edit": f"/learning-models/registrants/{someone.pk}/edit/",
        "models-leave": f"/learning-models/registrants/{someone.pk}/leave/",
        "models-transfer": f"/learning-models/registrants/{someone.pk}/transfer/",
        "models-cancel": f"/learning-models/{row.pk}/cancel/",
        "models-counts": f"/learning-models/counts/?unit={UNIT}&year={last}",
        "models-count-create": "/learning-models/counts/create/",
        "models-count-edit": f"/learning-models/counts/{number.pk}/edit/",
        "models-count-delete": f"/learning-models/counts/{number.pk}/delete/",
        "models-registers": "/learning-models/registers/",
        "models-register": f"/learning-models/registers/{UNIT}/",
        "models-years": f"/learning-models/units/{UNIT}/",
        "models-panel": f"/organizations/{branch.code}/",
    }.items():
        assert person.open(path).status == 200, path
        person.look(name)


def test_families_are_carried_forward_and_new_ones_entered(branch, person):
    person.sign_in("xa")
    year = timezone.localdate().year
    person.open(f"/learning-models/roll-forward/unit/?unit={branch.code}&model=family&year={year}")
    person.page.get_by_label("Để lại Lò Văn An").check()
    person.press("Xem sẽ ghi gì")
    assert "4 hộ được đăng ký lại" in person.words()
    person.look("models-roll-summary")
    person.press("Ghi")
    assert "Đã đăng ký lại 4 hộ." in person.words()
    person.open(f"/learning-models/enter/?unit={branch.code}&model=family&year={year}")
    names = person.page.get_by_label("Họ tên chủ hộ")
    names.nth(0).fill("Hà Văn Mới")
    names.nth(1).fill("Trần Thị Ân")
    person.page.get_by_label("Địa chỉ", exact=True).nth(1).fill("Bản Tông")
    person.page.get_by_label("Số người").nth(0).fill("nhiều")
    person.press("Ghi đăng ký")
    person.look("models-enter-refused")
    assert names.nth(0).input_value() == "Hà Văn Mới"
    person.page.get_by_label("Số người").nth(0).fill("3")
    person.press("Ghi đăng ký")
    assert "Đã đăng ký 1 hộ: 1 hộ mới vào sổ." in person.words()
    assert "1 hộ đã đăng ký" in person.words()
    assert Registration.objects.filter(year=year).count() == 5


def fetched(person, name):
    """The pages of the PDF behind a link, as texts."""
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name=name).first.click()
    return page_texts(open_pdf(Path(download.value.path()).read_bytes()))


def test_a_branch_head_takes_ten_families_from_the_grid_to_their_certificates(branch, person):
    year, page = timezone.localdate().year, person.page
    appoint("truongban", branch, Role.SECRETARY)
    person.come_as("truongban")
    person.open(f"/learning-models/enter/?unit={branch.code}&model=family&year={year}")
    for place in range(10):
        page.get_by_label("Họ tên chủ hộ").nth(place).fill(f"Lường Văn {'ABCDEGHIKL'[place]}")
        page.get_by_label("Địa chỉ", exact=True).nth(place).fill("Bản Tông")
    person.press("Ghi đăng ký")
    assert "Đã đăng ký 10 hộ: 10 hộ mới vào sổ." in person.words()
    person.open(f"/learning-models/year/?unit={branch.code}&model=family&year={year}")
    page.get_by_role("link", name="Nhập tự đánh giá").click()
    page.get_by_role("link", name="In phiếu").click()
    person.look("branch-forms")
    papers = fetched(person, "Tải tệp PDF")
    assert len(papers) == 10
    assert "Lường Văn A" in papers[0]
    review_in_a_meeting(person)
    rows = Registration.objects.filter(organization=branch, year=year)
    assert rows.filter(status=Status.REVIEWED, passed=True).count() == 9
    assert rows.get(passed=False).reason == "Con bỏ học"
    today = timezone.localdate()
    recognise(*rows.filter(passed=True), organization=branch.parent, decided_on=today, number="12/QĐ-UBND")
    person.open(f"/learning-models/year/?unit={branch.code}&model=family&year={year}")
    page.get_by_role("link", name="giấy chứng nhận").click()
    person.look("branch-certificates")
    assert len(fetched(person, "Tải tệp PDF")) == 9


def review_in_a_meeting(person):
    """Everybody passes with full points but the last one, whose child left school."""
    page = person.page
    page.get_by_role("link", name="nhập kết quả tự đánh giá").click()
    page.get_by_role("link", name="Bình xét", exact=True).click()
    page.get_by_label("Ngày họp").fill(date_to_text(timezone.localdate()))
    person.press("Lưu")
    results = page.get_by_label("tổng điểm")
    assert results.count() == 10
    for place in range(9):
        results.nth(place).fill("100")
    results.nth(9).fill("10")
    page.get_by_label("lý do").nth(9).fill("Con bỏ học")
    person.look("branch-meeting-results")
    person.press("Lưu")
    assert "Đã lưu 10 hộ" in person.words()
