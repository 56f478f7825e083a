"""Long papers cut into pages: every page adds up with what it carries over, whatever the rows."""

from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.numbers import number_to_text
from funds.documents import listing
from funds.documents.listing import Listing, listing_pdf, write_pdfs
from funds.documents.ruled import BROUGHT, CARRIED, CLOSING, SUM, Columns, Line, Ruled, ruled_pages
from jobs.registry import Progress
from tests.opened_pdf import open_pdf, page_texts, places

COLUMNS = Columns(heads=("Nội dung", "Thu", "Chi", "Tồn"), widths=(90, 30, 30, 30), numbers=frozenset({1, 2, 3}))
START = 1000


def carry(words, sums):
    return (words, *sums, START + sums[0] - sums[1])


def paper(**facts):
    texts = {"unit_lines": ("Đơn vị",), "title": "SỔ THỬ", "subtitles": ("Kỳ thử",), "author": "Đơn vị"}
    facts = {
        "closing": lambda sums: [Line(carry("Cộng", sums), kind=SUM)],
        "notes": lambda sums, pages: [f"Sổ này có {pages} trang."],
        "signers": (("Thủ quỹ", "(Ký)", ""),),
        "signing_day": "Ngày",
        **texts,
        **facts,
    }
    return Ruled(columns=COLUMNS, carry=carry, sums=(0, 0), **facts)


def lines_of(amounts):
    return [Line((words, *sums, 0), sums=sums) for words, sums in amounts]


def listing_of(lines):
    return Listing(paper=paper(), rows=lambda: lines, number=len(lines), stem="so", unit=None, personal=False,
                   selection="")  # fmt: skip


WORDS = st.integers(0, 60).map(lambda number: "chữ dài " * number)
AMOUNTS = st.lists(st.tuples(WORDS, st.tuples(st.integers(-(10**9), 10**12), st.integers(0, 10**12))), max_size=150)


@settings(max_examples=60, deadline=None)
@given(amounts=AMOUNTS)
def test_each_page_carries_over_what_all_before_it_came_to(amounts):
    whole = paper()
    pages = list(ruled_pages(whole, lines_of(amounts)))
    received = spent = seen = 0
    for place, page in enumerate(pages):
        rows = list(page)
        room = whole.page_room - (whole.head_room if place == 0 else 0)
        is_last = place == len(pages) - 1
        if place:
            expected = (BROUGHT, *map(number_to_text, (received, spent, START + received - spent)))
            assert rows.pop(0).cells == expected
        end = rows.pop()
        for row in rows:
            words, sums = amounts[seen]
            assert row.cells[1:3] == tuple(map(number_to_text, sums))
            received, spent, seen = received + sums[0], spent + sums[1], seen + 1
        assert end.cells[0] == ("Cộng" if is_last else CARRIED)
        assert end.cells[1:] == tuple(map(number_to_text, (received, spent, START + received - spent)))
        # One row alone may be higher than its page leaves.
        if len(rows) > 1:
            assert sum(row.height for row in page) + (CLOSING if is_last else 0) <= room
    assert seen == len(amounts)


def test_the_pdf_has_just_these_pages_and_their_sums():
    lines = lines_of([("Khoản " + "rất dài " * (place % 30), (1000 * place, place)) for place in range(120)])
    pages = list(ruled_pages(paper(), lines))
    texts = page_texts(open_pdf(listing_pdf(listing_of(lines))))
    assert len(texts) == len(pages) > 3
    for place, (page, text) in enumerate(zip(pages, texts, strict=True), start=1):
        assert f"Trang {place}/{len(pages)}" in text
        last = page[-1]
        assert " ".join(last.cells[1:]) in text
        assert (BROUGHT in text) == (place > 1)
        assert (CARRIED in text) == (place < len(pages))
        assert (f"Sổ này có {len(pages)} trang." in text) == (place == len(pages))


@pytest.mark.parametrize(
    "words", ["QUỸ HỌC BỔNG TRƯỜNG ƯƠM MẦM ", "W" * 80 + " ", "nguyễn thị hồng hạnh ", "1.234.567 "]
)
@pytest.mark.parametrize("kind", ["plain", SUM])
def test_no_text_runs_into_the_row_below(words, kind):
    lines = [Line((words * (1 + place % 4), 1, 2, 3), sums=(1, 2), kind=kind) for place in range(40)]
    for page in open_pdf(listing_pdf(listing_of(lines))).pages:
        heights = sorted({height for left, _, height, _ in places(page) if 15 < left < 104 and height > 25})
        assert all(upper - lower > 3.5 for lower, upper in pairwise(heights[:-6]))


def test_long_names_of_units_keep_their_pages():
    unit = "HỘI KHUYẾN HỌC XÃ RẤT DÀI TÊN CỦA HUYỆN RẤT XA " * 3
    for facts in ({}, {"official": True}, {"official": True, "landscape": True}):
        long = paper(unit_lines=(unit, unit), subtitles=(unit * 2, unit), form="Mẫu", circular="Theo " * 30, **facts)
        whole = Listing(**{**vars(listing_of(lines_of([("Khoản", (1, 0))] * 60))), "paper": long})
        pages = list(ruled_pages(long, whole.rows()))
        assert len(open_pdf(listing_pdf(whole)).pages) == len(pages)


def test_an_empty_paper_is_one_page():
    (text,) = page_texts(open_pdf(listing_pdf(listing_of([]))))
    assert "Cộng 0 0 1.000" in text


def test_parts_number_their_pages_through(monkeypatch):
    monkeypatch.setattr(listing, "PART", 2)
    lines = lines_of([("Khoản", (place, 0)) for place in range(160)])
    whole = listing_of(lines)
    file, progress = BytesIO(), Progress()
    write_pdfs(whole, file, progress)
    archive = ZipFile(file)
    texts = [text for name in archive.namelist() for text in page_texts(open_pdf(archive.read(name)))]
    assert len(archive.namelist()) > 1
    assert texts == page_texts(open_pdf(listing_pdf(whole)))
    assert progress.done == progress.total == len(texts)


def test_a_book_that_changes_meanwhile_is_not_given_out():
    readings = iter([lines_of([("a", (1, 0))]), lines_of([("a", (1, 0))]), lines_of([("a", (1, 0))]),
                     lines_of([("a", (2, 0))])])  # fmt: skip
    whole = Listing(**{**vars(listing_of([])), "rows": lambda: next(readings)})
    with pytest.raises(Exception, match="vừa có thay đổi"):
        write_pdfs(whole, BytesIO(), Progress())
