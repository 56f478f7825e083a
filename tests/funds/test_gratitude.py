"""Letters of thanks and golden boards: whom they name, opened again as PDF and Word, short ones and long ones."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document

from core.documents import DOCX_TYPE, PDF_TYPE
from core.vietnamese import date_in_words
from funds import donor_papers
from funds.documents.board_pages import SETTINGS, lay_out
from funds.donor_papers import BOARD, LETTERS, DonorPaper, write_paper
from funds.forms import GratitudeForm
from funds.forms.gratitude import asked
from funds.gifts import Choice
from funds.ledger import reverse_entry
from funds.merging import merge_parties
from jobs.models import Job
from jobs.registry import Progress
from jobs.services import claim_job, run_job
from tests.funds.books import DAY, fund_of, income
from tests.funds.donors import campaign_of, donor
from tests.funds.test_views import sign_in, words
from tests.opened_pdf import open_pdf, page_sizes, page_texts, whole_text

pytestmark = pytest.mark.django_db
PRINTED = date(2024, 4, 1)


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", name="Quỹ Khuyến học xã Ánh Dương")


@pytest.fixture
def givers(fund, cast):
    """Who gave, from the greatest sum down: a firm and a clan that agreed, one who did not say, one who does not want
    to be known, and two children, of one of whom the guardian agreed.
    """
    campaign = campaign_of(fund)
    people = {
        "firm": donor(cast.first, "Công ty Cà phê", kind="organization", named=True, address="Tổ 3"),
        "clan": donor(cast.first, "Dòng họ Cà", kind="group", named=True),
        "silent": donor(cast.first, "Quàng Văn Thầm"),
        "unknown": donor(cast.first, "Lò Văn Kín", anonymous=True),
        "child": donor(cast.first, "Bé Lặng", kind="child"),
        "agreed": donor(cast.first, "Bé Vui", kind="child", named=True),
    }
    income(fund, 6_000_000, party=people["firm"], campaign=campaign)
    income(fund, 1_500_000, party=people["firm"], kind="in_kind", purpose="50 cặp sách", campaign=campaign)
    for place, name in enumerate(("clan", "silent", "unknown", "child", "agreed")):
        income(fund, 500_000 - place * 50_000, party=people[name], campaign=campaign)
    income(fund, 20_000, campaign=campaign)
    entry = income(fund, 90_000_000, party=donor(cast.first, "Người Nhầm", named=True), campaign=campaign)
    reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
    return people


def paper(fund, kind, ending="pdf", *, day=PRINTED, sheet="a4", **chosen):
    return DonorPaper(kind, ending, Choice(fund, **chosen), day, sheet)


def docx_text(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_letter_says_what_was_given(fund, givers):
    letters = paper(fund, LETTERS, donor=givers["firm"].pk)
    (page,) = page_texts(open_pdf(letters.write()))
    said = (
        "Kính gửi: Công ty Cà phê",
        "Tổ 3",
        "THƯ CẢM ƠN",
        "- Tiền: 6.000.000 đồng;",
        "- Hiện vật: 50 cặp sách, trị giá 1.500.000 đồng.",
        "Tổng giá trị: 7.500.000 đồng. Bằng chữ: Bảy triệu năm trăm nghìn đồng.",
        date_in_words(PRINTED),
        "Trân trọng cảm ơn./.",
    )
    word = docx_text(paper(fund, LETTERS, "docx", donor=givers["firm"].pk).write())
    for text in said:
        assert text in page
        assert text in word


def test_each_has_a_letter_but_those_who_do_not_want_to_be_known(fund, givers):
    letters = paper(fund, LETTERS)
    assert (letters.number, letters.left_out) == (5, 1)
    pages = page_texts(open_pdf(letters.write()))
    assert [page.split("Kính gửi: ")[1][:4] for page in pages] == ["Công", "Dòng", "Quàn", "Bé L", "Bé V"]
    word = docx_text(paper(fund, LETTERS, "docx").write())
    for text in ("Lò Văn Kín", "Người Nhầm"):
        assert text not in " ".join(pages) + word
    assert word.count("THƯ CẢM ƠN") == 5
    # A child is spoken to as one.
    assert "cảm ơn em đã ủng hộ" in pages[3]


def test_long_names_keep_to_one_letter_and_many_things_are_summed_up(fund, cast):
    person = donor(cast.first, "Công ty " + "rất dài " * 20, kind="organization", address="Tổ 3, " * 40)
    for place in range(12):
        income(fund, 1000 + place, party=person, kind="in_kind", purpose=f"Thùng sách số {place}")
    text = whole_text(open_pdf(paper(fund, LETTERS).write()))
    assert "Hiện vật khác, 4 lần, trị giá 4.038 đồng." in text
    assert "Thùng sách số 7" in text
    assert "Thùng sách số 8" not in text


def test_a_board_names_only_those_who_agreed(fund, givers):
    for ending in ("pdf", "docx"):
        content = paper(fund, BOARD, ending).write()
        text = whole_text(open_pdf(content)) if ending == "pdf" else docx_text(content)
        assert "BẢNG VÀNG KHUYẾN HỌC" in text
        for name in ("Công ty Cà phê", "Dòng họ Cà", "Bé Vui"):
            assert name in text
        for name in ("Quàng Văn Thầm", "Lò Văn Kín", "Bé Lặng", "Người Nhầm"):
            assert name not in text
        assert "và 3 nhà hảo tâm không nêu tên: 1.200.000 đồng." in text
        assert "1 khoản ủng hộ không ghi người ủng hộ: 20.000 đồng." in text
        assert "Tổng cộng: 9.520.000 đồng." in text
        assert text.index("Công ty Cà phê") < text.index("Dòng họ Cà") < text.index("Bé Vui")


def test_agreement_counts_from_its_day(fund, givers):
    assert paper(fund, BOARD).number == 3
    assert paper(fund, BOARD, day=date(2023, 12, 31)).number == 0
    content = paper(fund, BOARD, day=date(2023, 12, 31)).content
    assert content.others[0].startswith("6 nhà hảo tâm không nêu tên")


def test_a_merged_donor_is_named_by_the_kept_row(fund, givers):
    merge_parties(kept=givers["silent"], merged=givers["clan"], take=set(), user=None)
    board = paper(fund, BOARD)
    assert "Dòng họ Cà" not in whole_text(open_pdf(board.write()))
    assert paper(fund, LETTERS).content.letters[1].total.startswith("Tổng giá trị: 950.000 đồng")


def test_from_a_smallest_sum_on_the_board_counts_only_those(fund, givers):
    content = paper(fund, BOARD, least=450_000).content
    assert [row[1] for row in content.rows] == ["Công ty Cà phê", "Dòng họ Cà"]
    assert content.others == ("và 1 nhà hảo tâm không nêu tên: 450.000 đồng.",)
    assert content.total == "Tổng cộng: 8.450.000 đồng."


def test_sheets_have_their_sizes(fund, givers):
    for sheet, size in (("a4", (297, 210)), ("a3", (420, 297))):
        assert page_sizes(open_pdf(paper(fund, BOARD, sheet=sheet).write())) == [size]
        section = Document(io.BytesIO(paper(fund, BOARD, "docx", sheet=sheet).write())).sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == size


@pytest.mark.parametrize("number", [0, 1, 6, 8, 9, 19, 25, 31, 70, 150])
def test_names_find_their_place_and_the_signature_stands_beside_some(number):
    names = ("Lò Văn An", "Công ty cổ phần Đầu tư và Xây dựng công trình giao thông Tây Bắc")
    rows = tuple((str(place), names[place % 4 == 0], "1.000.000") for place in range(number))
    layout = lay_out(rows)
    assert tuple(row for page in layout.pages for column in page for row in column) == rows
    assert all(any(page) for page in layout.pages) or not rows
    assert layout.size in {setting.size for setting in SETTINGS}
    assert len(layout.pages) == 1 or number > 9


def test_the_page_shows_donors_and_leads_to_their_papers(fund, givers, cast, client):
    page = sign_in(client, cast.secretary).get(reverse("funds:gratitude", args=["KH"]))
    text = words(page)
    assert "5 thư, mỗi thư một trang" in text
    assert "Không viết cho 1 nhà hảo tâm không muốn nêu tên." in text
    assert "Nêu tên 3 nhà hảo tâm đã đồng ý" in text
    assert "Người Nhầm" not in text
    for ending, url in page.context["letter_urls"]:
        answer = client.get(url)
        assert answer["Content-Type"] == {"pdf": PDF_TYPE, "docx": DOCX_TYPE}[ending]
        assert f"thu-cam-on-KH.{ending}" in answer["Content-Disposition"]
    for _, url in page.context["board_urls"]:
        assert client.get(url).status_code == 200
    narrowed = client.get(reverse("funds:gratitude", args=["KH"], query={"least": "1 triệu"}))
    assert [party.name for _, party in narrowed.context["donors"]] == ["Công ty Cà phê"]


def test_what_is_not_understood_is_said_and_makes_no_paper(fund, givers, cast, client):
    page = reverse("funds:gratitude", args=["KH"], query={"first": "31/02/2024"})
    assert "Chưa lọc được" in words(sign_in(client, cast.secretary).get(page))
    address = reverse("funds:gratitude_paper", args=["KH", LETTERS, "pdf"])
    assert client.get(f"{address}?first=31/02/2024").status_code == 404
    assert client.get(f"{address}?least=1 tỷ").status_code == 404
    assert (
        client.get(reverse("funds:gratitude_paper", args=["KH", BOARD, "pdf"], query={"sheet": "a9"})).status_code
        == 404
    )
    assert client.get(reverse("funds:gratitude_paper", args=["KH", "poem", "pdf"])).status_code == 404


def test_a_long_one_is_made_by_a_job(fund, givers, cast, client, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setitem(donor_papers.AT_ONCE, LETTERS, 3)
    address = reverse("funds:gratitude_paper", args=["KH", LETTERS, "pdf"], query={"least": 300_000})
    answer = sign_in(client, cast.secretary).get(address)
    page = client.get(answer.url)
    assert "Có 5 thư: phần mềm làm tệp ở phía sau" in words(page)
    assert client.post(answer.url).url == answer.url
    assert client.post(answer.url).url == answer.url
    assert Job.objects.count() == 1
    run_job(claim_job(), beating=False)
    ready = client.get(answer.url)
    file = client.get(ready.context["kept_file"].url)
    assert len(open_pdf(b"".join(file.streaming_content)).pages) == 5
    # A gift more makes it another file.
    income(fund, 350_000, party=donor(cast.first, "Mới"))
    assert client.get(address).url == answer.url
    assert not client.get(answer.url).context["kept_file"].is_ready


def test_a_job_refuses_what_the_books_do_not_say_any_more(fund, givers):
    about = paper(fund, LETTERS, least=300_000).about
    income(fund, 350_000, party=givers["firm"])
    with pytest.raises(ValidationError, match="đã thay đổi"):
        write_paper(about, progress=Progress())


def test_a_choice_comes_back_from_its_address(fund, givers):
    choice = Choice(fund, fund.campaigns.get(), date(2024, 1, 1), date(2024, 3, 31), 5000, givers["firm"].pk)
    form = GratitudeForm(asked(choice), fund=fund)
    assert form.is_valid()
    assert form.choice == choice
    assert asked(Choice(fund)) == {}
