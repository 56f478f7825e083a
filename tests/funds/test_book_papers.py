"""The cash book as PDF and Excel, at once and by a job, against the ledger."""

from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds.documents import cash_book
from funds.documents.listing import totals_of
from funds.ledger import reverse_entry
from funds.models import Account, Entry, PaperSettings
from funds.paper_files import about, write_paper
from funds.parties import change_party, enter_party
from jobs.models import Job
from jobs.registry import Progress
from jobs.services import claim_job, run_job
from organizations.models import Appointment, Role
from spreadsheets.models import ExportLog
from tests.funds.books import DAY, OPENED, account_of, expense, fund_of, income
from tests.opened_pdf import open_pdf, page_texts

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
ASKED = {"first": "01/01/2024", "last": "31/12/2024"}


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1_000_000, bank=500)


def files(fund, ending, account=None, **query):
    query = ASKED | ({"account": str(account.pk)} if account else {}) | query
    return [reverse(f"funds:{name}", args=[fund.code, ending], query=query) for name in ("book_file", "book_file_page")]


def sheet_of(content):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows()]


def test_the_book_reads_like_the_form(fund, cast, client):
    donor = enter_party(organization=cast.first, name="Lò Thị Hà", user=None)
    income(fund, 2000, party=donor, purpose="Quà xuân")
    reverse_entry(entry=expense(fund, 300), date=DAY, reason="Nhầm", user=None)
    PaperSettings.objects.create(fund=fund, treasurer_name="Cà Thị Quỹ")
    client.force_login(cast.secretary, backend=BACKEND)
    cash = account_of(fund)
    assert (
        files(fund, "pdf", cash)[0].split("?")[0]
        in client.get(reverse("funds:cash_book", args=[fund.code], query=ASKED)).content.decode()
    )
    (text,) = page_texts(open_pdf(client.get(files(fund, "pdf", cash)[0]).content))
    for words in (
        "Mẫu số S04a-DNN",
        "SỔ QUỸ TIỀN MẶT",
        "Từ ngày 01/01/2024 đến ngày 31/12/2024",
        "Số dư đầu kỳ 0",
        "10/03/2024 0001/2024 Vận động, ủng hộ: Quà xuân · Lò Thị Hà 2.000 1.002.000",
        "10/03/2024 0001/2024 Khen thưởng 300 1.001.700",
        "10/03/2024 0002/2024 Khen thưởng (đảo): Nhầm -300 1.002.000",
        "Cộng số phát sinh trong kỳ 1.002.000 0",
        "Số dư cuối kỳ 1.002.000",
        "bằng chữ: Một triệu không trăm linh hai nghìn đồng.",
        "Sổ này có 1 trang",
        "Thủ quỹ",
        "Cà Thị Quỹ",
        "Trang 1/1",
    ):
        assert words in text
    assert ExportLog.objects.get().rows == 4


def test_a_bank_account_has_its_own_book(fund, cast):
    bank = account_of(fund, Account.Kind.BANK)
    paper = cash_book(fund, bank, *YEAR, named=True).paper
    assert (paper.title, paper.form) == ("SỔ TIỀN GỬI NGÂN HÀNG", "Mẫu số S05-DNN")
    assert paper.columns.heads[5:8] == ("Gửi vào", "Rút ra", "Còn lại")
    everything = cash_book(fund, None, *YEAR, named=True)
    assert (everything.paper.title, everything.paper.form) == ("SỔ QUỸ", "")
    assert [line.values[-1] for line in everything.rows()] == ["Tiền mặt", "Tiền gửi ngân hàng"]


def test_the_workbook_holds_real_numbers_and_days(fund, cast, client):
    income(fund, 2000, purpose="=HYPERLINK(1)")
    PaperSettings.objects.create(fund=fund, treasurer_name="=Cà Thị Quỹ")
    client.force_login(cast.secretary, backend=BACKEND)
    rows = sheet_of(client.get(files(fund, "xlsx", account_of(fund))[0]).content)
    gift = next(row for row in rows if "=HYPERLINK(1)" in str(row[4]))
    assert (gift[1].date(), gift[5], gift[6], gift[7]) == (DAY, 2000, None, 1_002_000)
    assert ["Số dư cuối kỳ", None, None, 1_002_000] in [row[4:8] for row in rows]
    assert ["Cộng số phát sinh trong kỳ", 1_002_000, 0, None] in [row[4:8] for row in rows]
    words, opened, _, day, posts, how, *room, names = rows[-11:]
    assert words[0] == "Số dư cuối kỳ, bằng chữ: Một triệu không trăm linh hai nghìn đồng."
    assert opened[0].startswith("Ngày mở sổ")
    assert day[6] == "Ngày ..... tháng ..... năm ........"
    assert [posts[place] for place in (0, 4, 6)] == ["Thủ quỹ", "Kế toán trưởng", "Chủ tịch"]
    assert {cell for row in room for cell in row} == {None}
    assert (names[0], names[4], names[6]) == ("=Cà Thị Quỹ", None, None)


def test_a_viewers_book_names_nobody_and_is_not_logged(fund, cast, client):
    income(fund, 2000, party=enter_party(organization=cast.first, name="Lò Thị Hà", user=None))
    client.force_login(cast.viewer, backend=BACKEND)
    assert "Lò Thị Hà" not in str(sheet_of(client.get(files(fund, "xlsx")[0]).content))
    assert not ExportLog.objects.exists()


STEPS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 5000), st.booleans(), st.sampled_from(["cash", "bank"])), max_size=12
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, first=st.integers(0, 300), length=st.integers(0, 300))
def test_the_book_comes_to_what_the_account_holds(cast, steps, first, length):
    with transaction.atomic():
        fund = fund_of(cast.first, "KH", cash=10**6, bank=10**6)
        for day, amount, is_income, kind in steps:
            post = income if is_income else expense
            post(fund, amount, on=OPENED + timedelta(days=day), kind=kind)
        first, last = OPENED + timedelta(days=first), OPENED + timedelta(days=first + length)
        for account in (account_of(fund), account_of(fund, "bank"), None):
            book = cash_book(fund, account, first, last, named=True)
            kinds = [account.kind] if account else list(Account.MONEY)
            ledger = Entry.objects.filter(fund=fund, account__kind__in=kinds)
            brought = book.paper.opening[0].values[7]
            assert brought == ledger.filter(date__lt=first).balance()
            lines, balance = list(book.rows()), brought
            for line in lines:
                balance += (line.values[5] or 0) - (line.values[6] or 0)
                assert line.values[7] == balance
            assert balance == ledger.until(last).balance()
            assert len(lines) == book.number == ledger.between(first, last).count()
            received, spent = totals_of(book)
            assert book.paper.closing((received, spent))[1].values[7] == balance
        transaction.set_rollback(True)


@pytest.fixture
def long_books(monkeypatch, settings, tmp_path):
    """Any book is long."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("funds.documents.listing.AT_ONCE", {"pdf": 0, "xlsx": 0})


def test_a_short_book_needs_no_job(fund, cast, client):
    client.force_login(cast.secretary, backend=BACKEND)
    file, page = files(fund, "pdf")
    assert client.get(page).url == client.post(page).url == file
    assert not Job.objects.exists()


@pytest.mark.parametrize("ending", ["pdf", "xlsx"])
def test_a_long_book_is_made_by_a_job(fund, cast, client, long_books, ending):
    income(fund, 2000, party=enter_party(organization=cast.first, name="Lò Thị Hà", user=None))
    client.force_login(cast.secretary, backend=BACKEND)
    file, page = files(fund, ending, account_of(fund))
    assert client.get(file).url == page
    assert "Tệp này có 2 dòng" in client.get(page).content.decode()
    assert client.post(page).url == page
    client.post(page)
    assert Job.objects.count() == 1
    run_job(claim_job())
    assert file.replace("&", "&amp;") in client.get(page).content.decode()
    content = b"".join(client.get(file).streaming_content)
    if ending == "pdf":
        archive = ZipFile(BytesIO(content))
        (name,) = archive.namelist()
        assert "Số dư cuối kỳ 1.002.000" in page_texts(open_pdf(archive.read(name)))[0]
    else:
        assert 1_002_000 in [row[7] for row in sheet_of(content)]
    assert ExportLog.objects.get().format == ("zip" if ending == "pdf" else "xlsx")
    # Another entry, another file; another reader, another one too.
    income(fund, 1)
    assert client.get(file).url == page
    client.force_login(cast.viewer, backend=BACKEND)
    assert client.get(file).url == page


def test_whoever_may_read_names_no_more_is_not_given_a_file_of_before(fund, cast, client, long_books):
    income(fund, 2000, party=enter_party(organization=cast.first, name="Lò Thị Hà", user=None))
    client.force_login(cast.secretary, backend=BACKEND)
    file, page = files(fund, "xlsx")
    client.post(page)
    run_job(claim_job())
    assert client.get(file).status_code == 200
    Appointment.objects.filter(user=cast.secretary).update(role=Role.VIEWER)
    assert client.get(file).url == page
    client.post(page)
    run_job(claim_job())
    assert "Lò Thị Hà" not in str(sheet_of(b"".join(client.get(file).streaming_content)))


def test_a_file_asked_for_before_a_change_is_not_made(fund, cast, long_books):
    donor = enter_party(organization=cast.first, name="Lò Thị Hà", user=None)
    income(fund, 2000, party=donor)
    first, last = (day.isoformat() for day in YEAR)
    source = {"paper": "book", "fund": fund.pk, "account": "", "first": first, "last": last}
    asked = about(source, "xlsx", cast.secretary)
    change_party(party=donor, changes={"name": "Lò Thị Hoa"}, user=None)
    with pytest.raises(ValidationError, match="thay đổi"):
        write_paper(asked, progress=Progress())


def test_a_page_of_long_vouchers_leads_to_their_files(fund, cast, client, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("funds.documents.vouchers.AT_ONCE", 2)
    for amount in (1, 2, 3):
        income(fund, amount)
    client.force_login(cast.secretary, backend=BACKEND)
    file, page = (
        reverse(f"funds:{name}", args=[fund.code, "pdf"], query=ASKED)
        for name in ("voucher_batch_file", "voucher_batch_page")
    )
    assert client.get(file).url == page
    client.post(page)
    run_job(claim_job())
    archive = ZipFile(BytesIO(b"".join(client.get(file).streaming_content)))
    assert [len(open_pdf(archive.read(name)).pages) for name in archive.namelist()] == [1, 1]


def test_dates_that_nobody_understands_lead_back_to_the_page(fund, cast, client):
    client.force_login(cast.secretary, backend=BACKEND)
    answer = client.get(files(fund, "pdf", first="31/02/2024")[0])
    assert answer.url == reverse("funds:cash_book", args=[fund.code], query=ASKED | {"first": "31/02/2024"})
