"""The PDF writer: literal text inside the page, a compiler that reads nothing else, tagged files."""

import re
import shutil

import pytest
import typst
from django.conf import settings

from core.documents import pdf_from_template
from core.documents.glyphs import BOX, covered, printable
from tests.opened_pdf import font_files, letters, open_pdf, page_sizes, page_texts, places, tags, whole_text

INCLUDES = settings.BASE_DIR / "templates" / "includes"
HOSTILE = [
    "A & B < C > D",
    "=1+1",
    "- dấu gạch",
    "+ 1. / cuối",
    "{{ 7*7 }}",
    "#strong[x] #(1+1)",
    "*b* _c_ $x$ @a <l> \\ // /* `d` ~ -- --- ...",
    "\"ngoặc\" và 'nháy'",
    "fi ffi fl",
    "= Tiêu đề",
    "W" * 300,
    "Nguyễn " + "ế" * 200,
]


@pytest.fixture
def write(tmp_path):
    """write(body, a=1) sets a template of the official layout whose data are {"a": 1}."""
    for shared in INCLUDES.glob("*.typ"):
        (tmp_path / "includes").mkdir(exist_ok=True)
        shutil.copy(shared, tmp_path / "includes")

    def write(body, *, title="Báo cáo", author="Hội Khuyến học", **context):
        path = tmp_path / "template.typ"
        path.write_text('#import "/includes/official.typ": *\n#show: official\n' + body, encoding="utf-8")
        return open_pdf(pdf_from_template(path, context, title=title, author=author, root=tmp_path))

    return write


def write_table(write, rows, *, above=0, width=60):
    body = '#import "/includes/official_annex.typ": *\n#show: annexed\n#v(data.above * 1mm)\n= Biểu\n'
    body += "#figures(data.heads, data.rows, data.widths, 1)"
    return write(body, above=above, heads=["Chỉ tiêu", "Toàn tỉnh"], rows=rows, widths=[width, 25])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_data_says_comes_out_literally_and_inside_the_page(write, hostile):
    document = write("#paragraphs(data.texts, page-width)", texts=[hostile])
    assert letters(whole_text(document)) == letters(hostile)
    assert all(left >= 30 and right < 195 for left, right, _, _ in places(document.pages[0]))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_data_says_stays_inside_its_cell(write, hostile):
    document = write_table(write, [[hostile, "1.234"]])
    assert letters(hostile) in letters(whole_text(document))
    pieces = [piece for page in document.pages for piece in places(page)]
    others = ("Biểu", "Toàn tỉnh", "1.234", "2")
    assert all(left >= 30 and right < 93 for left, right, _, text in pieces if text not in others)


def test_no_character_is_more_than_the_font_can_draw():
    drawn = set(printable("".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))))
    assert set(map(ord, drawn)) <= covered()
    assert len(drawn) > 2000


def test_every_character_that_is_drawn_can_be_set(write):
    text = printable(" ".join(map(chr, sorted(covered()))))
    assert BOX not in text.replace(BOX, "", 2)
    assert len(letters(whole_text(write("#par(data.text)", text=text)))) > 2000


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("Hội 😀 汉", f"Hội {BOX} {BOX}"),
        ("\u200fHội\u202etrước\u202c \u2067sau", "Hộitrước sau"),
        ("So\u031bn La", "Sơn La"),
        ("a\u2028b\u3000c\x85d", "a b c d"),
        ("❤\ufe0f x\u0e33\ue000", f"{BOX} x{BOX}{BOX}"),
        ("שלום", "שלום"),
    ],
)
def test_what_the_font_lacks_is_replaced(written, drawn):
    assert printable(written) == drawn


def test_a_name_with_a_picture_does_not_break_the_file(write):
    document = write("#par(data.name)", name="Hội 😀\U0010ffff", title="Hội 😀", author="汉")
    assert whole_text(document) == f"Hội {BOX}{BOX}"
    assert (document.metadata.title, document.metadata.author) == ("Hội 😀", "汉")


def test_the_file_says_what_it_is(write):
    document = write("= Một", title="Báo cáo {{ 7*7 }}\x00", author="A & B")
    root = document.trailer["/Root"]
    assert (document.metadata.title, document.metadata.author) == ("Báo cáo {{ 7*7 }}", "A & B")
    assert root["/Lang"] == "vi-VN"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    statement = root["/Metadata"].get_data().decode()
    for part in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert part in statement
    assert document.metadata.creation_date.microsecond == 0


def test_the_letters_are_in_the_file_and_of_one_font(write):
    files = font_files(write("đứng #emph[nghiêng] #strong[đậm] #strong[#emph[cả hai]]"))
    assert {name.split("+")[1] for name in files} == {
        "LiberationSerif",
        "LiberationSerif-Italic",
        "LiberationSerif-Bold",
        "LiberationSerif-BoldItalic",
    }
    assert all(files.values())


@pytest.mark.parametrize("path", ["../secret.txt", "/../secret.txt", "/etc/passwd"])
def test_a_template_reads_nothing_outside_its_root(write, tmp_path, path):
    (tmp_path.parent / "secret.txt").write_text("bí mật")
    with pytest.raises(typst.TypstError):
        write(f'#read("{path}")')


def test_no_template_fetches_a_package():
    for template in (settings.BASE_DIR / "templates").rglob("*.typ"):
        sources = re.findall(r'#?(?:import|include) "([^"]*)"', template.read_text(encoding="utf-8"))
        assert not [source for source in sources if "@" in source], template


def test_only_plain_data_reaches_a_template(write):
    with pytest.raises(TypeError, match="plain data"):
        write("#data.a", a=[object()])


def test_page_numbers_stand_from_the_second_page_on_and_begin_again_in_an_annex(write):
    body = "một#pagebreak()hai#pagebreak()ba\n#show: annexed.with(flipped: true)\nbốn#pagebreak()năm"
    document = write(f'#import "/includes/official_annex.typ": *\n{body}')
    assert page_texts(document) == ["một", "2 hai", "3 ba", "bốn", "2 năm"]
    assert page_sizes(document) == [(210, 297)] * 3 + [(297, 210)] * 2
    assert document.page_labels == ["1", "2", "3", "1", "2"]
    left, _, height, _ = places(document.pages[1])[0]
    assert (round(left), round(height)) == (109, 283)


def test_a_table_repeats_its_head_and_names_its_head_cells(write):
    document = write_table(write, [[f"Dòng {number}", str(number)] for number in range(70)])
    assert len(document.pages) == 2
    assert all("Chỉ tiêu Toàn tỉnh" in text for text in page_texts(document))
    found = tags(document)
    assert (found.count("Table"), found.count("TH"), found.count("TR"), found.count("TD")) == (1, 2, 71, 140)


@pytest.mark.parametrize("above", range(150, 230, 3))
@pytest.mark.parametrize(("rows", "kept"), [(8, [8]), (12, range(2, 9))])
def test_the_first_rows_stay_with_the_head_and_the_last_together(write, above, rows, kept):
    texts = page_texts(write_table(write, [[f"Dòng {number}", ""] for number in range(rows)], above=above))
    counts = [text.count("Dòng") for text in texts if "Dòng" in text]
    assert counts in ([rows], *([first, rows - first] for first in kept))
    assert "Biểu Chỉ tiêu" in next(text for text in texts if "Dòng 0" in text)


def test_rows_too_long_to_stay_together_lose_nothing(write):
    long = " ".join(f"chữ{number}" for number in range(900))
    document = write_table(write, [[long, "1"]] * 3, width=35)
    assert letters(whole_text(document)).count("chữ899") == 3
    assert all(height > 20 for page in document.pages for _, _, height, _ in places(page))


def test_a_signature_longer_than_a_page_loses_nothing(write):
    body = "#together(signature(data.names, data.names, data.names.last()))"
    names = [f"Nơi {number}" for number in range(90)]
    assert "Nơi 89" in page_texts(write(body, names=names))[1]
    assert whole_text(write("#v(200mm)" + body, names=names[:8])).count("Nơi 7") == 3
    assert page_texts(write("#v(200mm)" + body, names=names[:8]))[0] == ""
