"""Receipts and payment vouchers, opened again as PDF and read on the page."""

import pytest
from django.urls import reverse

from funds.documents import NAMED, VoucherBatch, vouchers_of
from funds.documents.vouchers import vouchers_pdf
from funds.ledger import reverse_entry
from funds.models import Account, Entry, PaperSettings
from funds.parties import enter_party
from funds.party_names import HIDDEN
from organizations.models import Role
from spreadsheets.models import ExportLog
from tests.conftest import appoint
from tests.funds.books import DAY, account_of, expense, fund_of, income, move
from tests.opened_pdf import open_pdf, page_texts, whole_text

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=10_000_000, bank=5_000_000)


@pytest.fixture
def donor(cast):
    return enter_party(organization=cast.first, name="Lò Thị Hà", address="Bản Đồi", user=None)


def voucher(fund, entry, *, named=True):
    entry = Entry.objects.select_related("fund", *NAMED).get(pk=entry.pk)
    return vouchers_of(fund, [entry], named=named)[0]


def fetch(client, person, entry, **query):
    client.force_login(person, backend=BACKEND)
    return client.get(reverse("funds:voucher_file", args=[entry.pk], query=query or None))


def test_a_receipt_reads_like_the_form(fund, donor, cast, client):
    entry = income(fund, 1_515_000, party=donor, purpose="Quà xuân")
    PaperSettings.objects.create(fund=fund, address="12 phố Núi", treasurer_name="Cà Thị Quỹ")
    (text,) = page_texts(open_pdf(fetch(client, cast.secretary, entry).content))
    for words in (
        "Đơn vị: Hội Khuyến học xã Ánh Dương",
        "Địa chỉ: 12 phố Núi",
        "Mẫu số 01-TT",
        "Thông tư số 133/2016/TT-BTC",
        "PHIẾU THU",
        "Ngày 10 tháng 3 năm 2024",
        "Số: PT 0001/2024",
        "Nợ: 111",
        "Họ và tên người nộp tiền: Lò Thị Hà",
        "Địa chỉ: Bản Đồi",
        "Lý do nộp: Vận động, ủng hộ: Quà xuân",
        "Số tiền: 1.515.000 đồng",
        "Viết bằng chữ: Một triệu năm trăm mười lăm nghìn đồng.",
        "chứng từ gốc",
        "Người lập phiếu",
        "Cà Thị Quỹ",
        "Đã nhận đủ số tiền (viết bằng chữ): Một triệu năm trăm mười lăm nghìn đồng.",
    ):
        assert words in text
    posts = ["Chủ tịch", "Kế toán trưởng", "Người nộp tiền", "Người lập phiếu", "Thủ quỹ"]
    assert [signer.post for signer in voucher(fund, entry).signers] == posts


def test_a_payment_voucher_has_its_own_code_and_signatures(fund):
    paper = voucher(fund, expense(fund, 200_000))
    assert (paper.title, paper.form) == ("PHIẾU CHI", "Mẫu số 02-TT")
    assert paper.ledger == ("Nợ: ................", "Có: 111")
    assert [signer.post for signer in paper.signers][-1] == "Người nhận tiền"
    assert dict(paper.facts)["Lý do chi"] == "Khen thưởng"


def test_form_codes_are_a_setting(fund):
    PaperSettings.objects.create(fund=fund, receipt_form="C40-BB", circular="Kèm theo Thông tư số 107/2017/TT-BTC")
    paper = voucher(fund, income(fund, 1000))
    assert (paper.form, paper.circular) == ("Mẫu số C40-BB", "(Kèm theo Thông tư số 107/2017/TT-BTC)")
    PaperSettings.objects.update(receipt_form="")
    assert (voucher(fund, Entry.objects.latest("pk")).form, paper.mark) == ("", "")


def test_a_reversal_reads_as_a_red_entry(fund, cast):
    wrong = income(fund, 500_000)
    back = reverse_entry(entry=wrong, date=DAY, reason="Ghi nhầm", user=None)
    paper = voucher(fund, back)
    assert paper.mark == "GHI ĐẢO (BÚT TOÁN ĐỎ) CỦA PT 0001/2024 NGÀY 10/03/2024"
    assert dict(paper.facts)["Số tiền"] == "(500.000 đồng)"
    assert dict(paper.facts)["Viết bằng chữ"] == "Âm năm trăm nghìn đồng."
    assert paper.received == "Ghi giảm số đã thu ở PT 0001/2024 (viết bằng chữ): Năm trăm nghìn đồng."
    assert voucher(fund, wrong).mark == "ĐÃ ĐẢO BẰNG PT 0002/2024 NGÀY 10/03/2024"


def test_things_and_the_bank_carry_no_code_of_a_cash_form(fund):
    things = voucher(fund, income(fund, 800_000, kind=Account.Kind.IN_KIND, purpose="Sách vở"))
    assert (things.form, things.ledger, things.means) == ("", (), "(Hiện vật, ghi theo trị giá)")
    assert dict(things.facts)["Trị giá"] == "800.000 đồng"
    assert things.received == "Đã nhận đủ hiện vật trị giá (viết bằng chữ): Tám trăm nghìn đồng."
    Account.objects.filter(fund=fund, kind="bank").update(number="123456", bank="Agribank")
    bank = voucher(fund, income(fund, 1000, kind=Account.Kind.BANK))
    assert bank.means == "(Qua tài khoản ngân hàng số 123456, Agribank)"
    assert (bank.form, bank.received, bank.ledger[0]) == ("", "", "Nợ: 112")


def test_both_sides_of_a_transfer_name_each_other(fund):
    out, into = move(account_of(fund, "bank"), account_of(fund), 100_000, purpose="Rút về chi")
    assert "đến Tiền mặt, Quỹ KH, PT 0001/2024" in dict(voucher(fund, out).facts)["Lý do chi"]
    assert "từ Tiền gửi ngân hàng, Quỹ KH, PC 0001/2024" in dict(voucher(fund, into).facts)["Lý do nộp"]


def test_an_opening_balance_has_no_voucher(fund, cast, client):
    opening = Entry.objects.filter(fund=fund, number=None).first()
    assert fetch(client, cast.secretary, opening).status_code == 404
    page = client.get(reverse("funds:entry_detail", args=[opening.pk], query={"print": "1"}))
    assert "voucher.pdf" not in page.content.decode()


def test_two_copies_stand_on_one_page(fund, cast, client):
    entry = income(fund, 1000)
    (text,) = page_texts(open_pdf(fetch(client, cast.secretary, entry, copies="2").content))
    assert text.count("PHIẾU THU") == 2


def test_a_long_voucher_takes_a_page_of_its_own(fund, donor):
    entry = income(fund, 1000, purpose="Rất dài " * 37, party=donor)
    long, short = voucher(fund, entry), voucher(fund, income(fund, 2000))
    donor.address = "Bản Đồi " * 37
    donor.save()
    pages = page_texts(open_pdf(vouchers_pdf([voucher(fund, entry)] * 2, copies=1, title="x", author="y")))
    assert sum(text.count("PHIẾU THU") for text in pages) == 2
    assert len(page_texts(open_pdf(vouchers_pdf([long, short, short], copies=1, title="x", author="y")))) == 2


def test_whoever_may_not_see_persons_gets_no_name(fund, donor, cast, client):
    entry = income(fund, 1000, party=donor)
    text = whole_text(open_pdf(fetch(client, cast.viewer, entry).content))
    assert HIDDEN in text
    assert "Lò Thị Hà" not in text
    assert not ExportLog.objects.exists()


def test_a_file_with_a_name_is_logged(fund, donor, cast, client):
    fetch(client, cast.secretary, income(fund, 1000, party=donor))
    log = ExportLog.objects.get()
    assert (log.user, log.organization, log.format, log.rows) == (cast.secretary, cast.first, "pdf", 1)
    assert (log.kind_label, log.personal) == ("Phiếu thu, phiếu chi", True)
    fetch(client, cast.secretary, income(fund, 1000))
    assert ExportLog.objects.count() == 1


def test_the_vouchers_of_a_month_are_one_file(fund, cast, client):
    for amount in (1000, 2000, 3000):
        income(fund, amount)
    expense(fund, 500)
    income(fund, 9000, on=DAY.replace(month=4))
    client.force_login(cast.secretary, backend=BACKEND)
    month = {"first": "01/03/2024", "last": "31/03/2024"}
    page = client.get(reverse("funds:voucher_batch", args=[fund.code], query=month)).content.decode()
    assert "4 phiếu từ 01/03/2024 đến 31/03/2024" in page
    answer = client.get(reverse("funds:voucher_batch_file", args=[fund.code, "pdf"], query=month))
    pages = page_texts(open_pdf(answer.content))
    assert len(pages) == 2
    whole = " ".join(pages)
    places = [whole.index(f"Số: {number}/2024") for number in ("PT 0001", "PT 0002", "PT 0003", "PC 0001")]
    assert places == sorted(places)
    assert "9.000" not in whole
    answer = client.get(
        reverse("funds:voucher_batch_file", args=[fund.code, "pdf"], query=month | {"direction": "out", "copies": "2"})
    )
    assert whole_text(open_pdf(answer.content)).count("PC 0001/2024") == 2


def test_a_month_costs_the_same_queries_as_one_voucher(fund, donor, django_assert_num_queries):
    income(fund, 1000, party=donor)
    for number in (1, 11):
        batch = VoucherBatch(fund=fund, entries=Entry.objects.filter(fund=fund, number__isnull=False), stem="x",
                             selection="x", named=True)  # fmt: skip
        with django_assert_num_queries(2):
            batch.content("pdf")
        for _ in range(10 * (number == 1)):
            income(fund, 1000, party=donor)


def test_the_page_prints_the_same_form(fund, donor, cast, client):
    entry = income(fund, 1_515_000, party=donor)
    client.force_login(cast.secretary, backend=BACKEND)
    page = client.get(entry.get_absolute_url(), query_params={"print": "1"}).content.decode()
    for words in ("Mẫu số 01-TT", "Một triệu năm trăm mười lăm nghìn đồng", "Lò Thị Hà", "Kế toán trưởng", "Nợ: 111"):
        assert words in page


def test_a_treasurer_sets_the_forms(fund, cast, client):
    client.force_login(appoint("treasurer", cast.first, Role.TREASURER), backend=BACKEND)
    url = reverse("funds:paper_settings", args=[fund.code])
    assert "01-TT" in client.get(url).content.decode()
    posted = {"receipt_form": "C40-BB", "head_post": "Chủ tịch", "accountant_post": "Phụ trách kế toán"}
    assert client.post(url, posted).status_code == 302
    kept = PaperSettings.objects.get(fund=fund)
    assert (kept.receipt_form, kept.payment_form, kept.accountant_post) == ("C40-BB", "", "Phụ trách kế toán")
    assert client.post(url, posted | {"payment_form": "C41-BB"}).status_code == 302
    assert PaperSettings.history.count() == 2
