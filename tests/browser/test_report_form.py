"""Filling in a quarter in a real browser: keyboard, paste, saving by itself, no network, two people at once."""

import pytest
from playwright.sync_api import expect

from reports.models import Figure, Indicator, Report
from tests.browser.conftest import PHONE, Person

pytestmark = pytest.mark.django_db(transaction=True)

FORM = "/reports/SL.TP.CHIENGDEN/2022-Q1/"
WOMEN, PARTY, CARDED = "members.women", "members.party", "members.carded"


def stored(code):
    figure = Figure.objects.filter(
        report__organization__code="SL.TP.CHIENGDEN", report__round__quarter="2022-Q1", indicator__code=code
    ).get()
    return figure.declared


def times_saved(code, value):
    return Figure.history.filter(
        report__organization__code="SL.TP.CHIENGDEN", indicator__code=code, declared=value
    ).count()


class Form:
    """One open form."""

    def __init__(self, page):
        self.page = page

    def row(self, code):
        return self.page.locator(f"[data-cell='{code}']")

    def input(self, code):
        return self.row(code).locator(".cell-line input[type=text]")

    def note(self, code):
        return self.row(code).locator(".cell-note").first

    @property
    def state(self):
        return self.page.locator("#save-state")


@pytest.fixture
def phone(chromium, live_server, settings):
    settings.SESSION_COOKIE_SECURE = False
    context = chromium.new_context(viewport=PHONE, locale="vi-VN")
    context.set_default_timeout(20_000)
    yield Person(context, live_server.url)
    context.close()


@pytest.fixture
def form(sonla, phone):
    phone.come_as("xa")
    phone.open(FORM)
    # The page keeps itself for the time without a network.
    phone.page.wait_for_load_state("networkidle")
    return Form(phone.page)


def test_the_pages_of_a_report_are_clean(sonla, person):
    person.sign_in("xa")
    person.look("tasks-secretary")
    for name, ending in {"form": "", "check": "check/", "words": "words/results/", "print": "?print=1"}.items():
        assert person.open(FORM + ending).status == 200
        person.look(f"report-{name}")


def test_enter_goes_down_and_every_cell_says_that_it_is_saved(form):
    form.input(WOMEN).fill("851")
    form.input(WOMEN).press("Enter")
    expect(form.input(PARTY)).to_be_focused()
    expect(form.note(WOMEN)).to_contain_text("đã lưu")
    form.input(PARTY).press("ArrowUp")
    expect(form.input(WOMEN)).to_be_focused()
    expect(form.state).to_contain_text("Đã lưu")
    assert stored(WOMEN) == 851


def test_a_block_from_excel_fills_the_cells_below(form):
    form.input(WOMEN).focus()
    form.input(WOMEN).evaluate(
        """(input, text) => {
            const data = new DataTransfer();
            data.setData("text", text);
            input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        "852\r\n-\r\n1.190\r\n",
    )
    expect(form.note(CARDED)).to_contain_text("đã lưu")
    expect(form.row(PARTY).locator("input[type=checkbox]")).to_be_checked()
    assert (stored(WOMEN), stored(PARTY), stored(CARDED)) == (852, None, 1190)


def test_what_is_wrong_is_said_beside_the_cell_at_once(form):
    form.input(WOMEN).fill("9999")
    form.input(WOMEN).press("Enter")
    expect(form.row(WOMEN).locator(".cell-findings")).to_contain_text("lớn hơn Tổng số hội viên")
    form.input(WOMEN).fill("abc")
    form.input(WOMEN).press("Enter")
    expect(form.note(WOMEN)).to_contain_text("!")
    assert stored(WOMEN) == 9999


def test_without_a_network_numbers_wait_on_the_device_and_arrive_once(form, phone):
    form.page.locator("body[data-offline=ready]").wait_for()
    phone.context.set_offline(True)
    for code, number in ((WOMEN, "861"), (PARTY, "321"), (CARDED, "1191")):
        form.input(code).fill(number)
    expect(form.state).to_contain_text("3 ô đang chờ")
    assert (stored(WOMEN), stored(PARTY), stored(CARDED)) == (850, 314, 1189)
    form.page.close()
    again = Form(phone.context.new_page())
    assert again.page.goto(phone.address + FORM).from_service_worker
    expect(again.input(WOMEN)).to_have_value("861")
    phone.context.set_offline(False)
    expect(again.state).to_contain_text("Đã lưu", timeout=40_000)
    assert (stored(WOMEN), stored(PARTY), stored(CARDED)) == (861, 321, 1191)
    assert [times_saved(code, value) for code, value in ((WOMEN, 861), (PARTY, 321), (CARDED, 1191))] == [1, 1, 1]


def test_an_answer_that_was_lost_is_asked_for_again_and_counts_once(form):
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    form.page.route("**/save/", lose)
    form.input(WOMEN).fill("871")
    form.input(WOMEN).press("Enter")
    expect(form.state).to_contain_text("đang chờ")
    assert lost == [200]
    form.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(form.note(WOMEN)).to_contain_text("đã lưu")
    assert (stored(WOMEN), times_saved(WOMEN, 871)) == (871, 1)


def test_waiting_numbers_belong_to_their_owner(form, phone):
    form.page.locator("body[data-offline=ready]").wait_for()
    phone.context.set_offline(True)
    form.input(WOMEN).fill("881")
    expect(form.state).to_contain_text("1 ô đang chờ")
    phone.context.clear_cookies()
    form.page.goto("about:blank")
    phone.context.set_offline(False)
    phone.sign_in("huyen")
    phone.open(FORM)
    other = Form(phone.page)
    expect(other.input(WOMEN)).to_have_value("850")
    assert stored(WOMEN) == 850
    # What that page still asks for must not be answered with a cookie of its own after these are gone.
    phone.page.goto("about:blank")
    phone.page.wait_for_timeout(500)
    phone.context.clear_cookies()
    phone.sign_in("xa")
    # Any page sends what waits, and says nothing: the form shows it.
    phone.open(FORM)
    expect(Form(phone.page).input(WOMEN)).to_have_value("881")
    phone.page.wait_for_timeout(500)
    assert (stored(WOMEN), times_saved(WOMEN, 881)) == (881, 1)


def test_two_people_at_one_cell_are_shown_each_others_value(form, phone, chromium):
    context = chromium.new_context(viewport=PHONE, locale="vi-VN")
    other = Person(context, phone.address)
    other.sign_in("huyen")
    other.open(FORM)
    theirs = Form(other.page)
    form.input(WOMEN).fill("891")
    form.input(WOMEN).press("Enter")
    expect(form.note(WOMEN)).to_contain_text("đã lưu")
    theirs.input(WOMEN).fill("892")
    theirs.input(WOMEN).press("Enter")
    expect(theirs.note(WOMEN)).to_contain_text("891")
    assert stored(WOMEN) == 891
    expect(theirs.input(WOMEN)).to_have_value("892")
    theirs.row(WOMEN).get_by_role("button", name="Giữ phần của tôi").click()
    expect(theirs.note(WOMEN)).to_contain_text("đã lưu")
    assert stored(WOMEN) == 892
    context.close()


def test_from_sign_in_to_the_receipt_in_six_taps(sonla, phone):
    page, taps = phone.page, []

    def tap(locator):
        taps.append(locator)
        locator.click()
        page.wait_for_load_state("networkidle")

    phone.open("/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill("xa")
    page.get_by_label("Mật khẩu").fill("khuyen-hoc-son-la")
    tap(page.get_by_role("button", name="Đăng nhập"))
    tap(page.get_by_role("link", name="Nhập báo cáo").first)
    tap(page.get_by_role("link", name="Xem lại và nộp").first)
    for number, question in enumerate(page.locator("input[name^=reason-], input[name^=total_reason-]").all()):
        question.fill(f"Đã kiểm tra {number}")
    tap(page.get_by_label("Các ô trống là chưa có số liệu"))
    tap(page.get_by_role("button", name="Nộp báo cáo"))
    expect(page.locator("main")).to_contain_text("Đã nộp báo cáo")
    assert len(taps) <= 6
    phone.look("report-receipt")
    report = Report.objects.get(organization__code="SL.TP.CHIENGDEN", round__quarter="2022-Q1")
    assert report.status == "submitted"


def test_the_district_returns_a_cell_and_the_commune_sees_it(sonla, person):
    report = Report.objects.get(organization__code="SL.TP.CHIENGDEN", round__quarter="2022-Q1")
    Report.objects.filter(pk=report.pk).update(
        status="submitted", submitted_at="2022-04-04T02:00:00Z", first_submitted_at="2022-04-04T02:00:00Z"
    )
    person.sign_in("huyen")
    person.look("tasks-reviewer")
    person.page.get_by_role("link", name="Xem và duyệt").first.click()
    person.look("review-list")
    person.page.get_by_role("link", name="Hội Khuyến học xã Chiềng Đen").last.click()
    person.look("review")
    row = person.page.locator(f"#c-{Indicator.objects.get(code='members.total').pk}")
    row.locator("summary").click()
    row.get_by_label("Điều cần sửa").fill("Số này khác sổ của chi hội")
    person.page.get_by_role("button", name="Trả lại những chỗ đã ghi").click()
    expect(person.page.locator("main")).to_contain_text("Đã trả lại báo cáo")
    person.context.clear_cookies()
    person.sign_in("xa")
    expect(person.page.locator("main")).to_contain_text("Số này khác sổ của chi hội")
    person.look("tasks-returned")


def test_a_device_that_keeps_nothing_still_sends(form):
    form.page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    form.input(WOMEN).fill("841")
    form.input(WOMEN).press("Enter")
    expect(form.note(WOMEN)).to_contain_text("đã lưu")
    assert stored(WOMEN) == 841


def test_a_number_that_was_refused_stops_the_handing_in(form):
    form.input(WOMEN).fill("12 nghìn")
    form.input(WOMEN).press("Enter")
    expect(form.state).to_contain_text("chưa lưu được")
    form.page.get_by_role("link", name="Xem lại và nộp").first.click()
    expect(form.input(WOMEN)).to_be_focused()
    assert form.page.url.endswith(FORM)
    form.input(WOMEN).fill("842")
    form.input(WOMEN).press("Enter")
    expect(form.note(WOMEN)).to_contain_text("đã lưu")
    form.page.get_by_role("link", name="Xem lại và nộp").first.click()
    form.page.wait_for_url("**/check/")


def test_the_next_person_at_a_device_does_not_get_the_page_of_the_one_before(form, phone):
    form.page.locator("body[data-offline=ready]").wait_for()
    # The session ends without signing out, and somebody else signs in.
    phone.context.clear_cookies()
    phone.sign_in("huyen")
    phone.page.wait_for_timeout(500)
    phone.context.set_offline(True)
    phone.page.goto(phone.address + FORM)
    assert "Chưa có mạng" in phone.page.inner_text("body")


def test_a_second_tab_takes_the_answer_over(form, phone):
    other = Form(phone.context.new_page())
    other.page.goto(phone.address + FORM)
    form.input(WOMEN).fill("843")
    form.input(WOMEN).press("Enter")
    expect(form.note(WOMEN)).to_contain_text("đã lưu")
    expect(other.note(WOMEN)).to_contain_text("đã lưu")
    expect(other.input(WOMEN)).to_have_value("843")
    other.input(WOMEN).fill("844")
    other.input(WOMEN).press("Enter")
    expect(other.note(WOMEN)).to_contain_text("đã lưu")
    assert stored(WOMEN) == 844
