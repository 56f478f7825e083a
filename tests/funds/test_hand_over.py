"""The list that recipients sign, opened again as PDF and Word."""

import io

import pytest
from docx import Document

from core.numbers import number_to_text
from funds.documents import hand_over_docx, hand_over_list, hand_over_pdf
from funds.documents.hand_over import FIRST_PAGE, OTHER_PAGES, pages_of
from funds.models import Award
from funds.party_names import HIDDEN_CHILD, names_for
from tests.funds.books import DAY
from tests.funds.prizes import nominated, programme_of
from tests.opened_pdf import open_pdf, page_texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(tree):
    return programme_of(tree.first, name="Học bổng Tô Hiệu", portion_amount=1_000_000)


def paper_for(user, programme):
    awards = list(Award.objects.filter(programme=programme).select_related("recipient").in_list_order())
    names = names_for(user, [award.recipient for award in awards])
    return hand_over_list(programme, awards, names=names, day=DAY)


def test_each_page_adds_up_and_carries_over():
    number = FIRST_PAGE + OTHER_PAGES + 3
    pages = pages_of([(f"Người {place}", "", 1 + place % 3, 1000 * place) for place in range(number)])
    assert len(pages) == 3
    carried = (0, 0)
    for place, page in enumerate(pages):
        if place:
            assert page.rows[0] == ("", "Trang trước mang sang", "", *map(number_to_text, carried), "")
        rows = [row for row in page.rows if row[0]]
        mine = tuple(sum(int(row[column].replace(".", "")) for row in rows) for column in (3, 4))
        assert page.rows[-2][3:5] == tuple(map(number_to_text, mine))
        carried = (carried[0] + mine[0], carried[1] + mine[1])
        assert page.rows[-1][1] == ("Mang sang trang sau" if place < 2 else "Tổng cộng")
        assert page.rows[-1][3:5] == tuple(map(number_to_text, carried))
    assert [row[0] for page in pages for row in page.rows if row[0]] == [str(place + 1) for place in range(number)]


def test_a_list_without_anybody_still_is_a_list():
    (page,) = pages_of([])
    assert [row[1] for row in page.rows] == ["Cộng trang", "Tổng cộng"]


def test_pdf_and_word_say_the_same(programme, cast):
    nominated(programme, cast.first, *(f"Lò Thị {place:02}" for place in range(35)))
    paper = paper_for(cast.secretary, programme)
    pages = page_texts(open_pdf(hand_over_pdf(paper, author="x")))
    # The cover and a page for each table: nothing spills over.
    assert len(pages) == 1 + len(paper.pages)
    document = Document(io.BytesIO(hand_over_docx(paper, author="x")))
    word = " ".join(paragraph.text for paragraph in document.paragraphs)
    for text in ("Tổng cộng: 35 suất, số tiền 35.000.000 đồng.", "Bằng chữ: Ba mươi lăm triệu đồng."):
        assert text in " ".join(" ".join(pages).split())
        assert text in word
    cells = [cell.text for table in document.tables[-len(paper.pages) :] for row in table.rows for cell in row.cells]
    assert {"Lò Thị 00", "Lò Thị 34", "Trường Đồi", "Ký nhận", "Mang sang trang sau"} <= set(cells)
    assert "Lò Thị 34" in " ".join(pages)
    # Every row of people has room for a signature.
    assert {round(row.height.mm) for table in document.tables[-len(paper.pages) :] for row in table.rows[1:]} == {11}


def test_a_childs_name_is_not_printed_for_everybody(programme, cast):
    nominated(programme, cast.first, "Lò Thị Hà")
    paper = paper_for(cast.viewer, programme)
    assert paper.pages[0].rows[0][1] == HIDDEN_CHILD
    assert b"L\xc3\xb2 Th\xe1\xbb\x8b" not in hand_over_docx(paper, author="x")
