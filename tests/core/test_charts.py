from decimal import Decimal

import pytest
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.charts import MISSING, WIDTH, bar_ranking, line_series

SVG = "{http://www.w3.org/2000/svg}"
ITEMS = [("Sông Mã", 12), ("Quỳnh Nhai", None), ("Mộc Châu", 84.7), ("Yên Châu", 40)]


def parse(chart):
    return etree.fromstring(chart.svg.encode())


def by_class(root, name):
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


def texts(root, name):
    return [element.text for element in by_class(root, name)]


def ranking(items=ITEMS, **options):
    return bar_ranking(**{"title": "Mộc Châu dẫn đầu", "items": items, "unit": "%"} | options)


def series(points, **options):
    return line_series(**{"title": "Hội viên qua các quý", "points": points, "unit": "người"} | options)


def test_bars_stand_in_descending_order_with_missing_at_the_end():
    labels = texts(parse(ranking()), "chart-label")
    assert labels == ["Mộc Châu", "Yên Châu", "Sông Mã", "Quỳnh Nhai"]


def test_equal_values_keep_their_order():
    labels = texts(parse(ranking([("B", 1), ("A", 1)])), "chart-label")
    assert labels == ["B", "A"]


def test_a_missing_value_has_words_and_a_hatch_but_no_bar():
    root = parse(ranking([("A", None), ("B", 3)]))
    assert len(by_class(root, "bar")) == 1
    assert len(by_class(root, "missing")) == 1
    assert texts(root, "chart-quiet") == [MISSING]


def test_zero_is_a_value_and_not_missing():
    root = parse(ranking([("A", 0)]))
    assert by_class(root, "bar")[0].get("width") == "0"
    assert texts(root, "chart-value") == ["0%"]
    assert not by_class(root, "missing")


def test_values_are_written_as_vietnamese_people_do():
    assert texts(parse(ranking()), "chart-value") == ["84,7%", "40%", "12%"]
    root = parse(ranking([("A", 346036), ("B", Decimal("19.505"))], unit="người"))
    assert texts(root, "chart-value") == ["346.036", "19,51"]


def test_a_format_of_ones_own_is_used_in_the_drawing_and_in_the_table():
    chart = ranking([("A", 6_600_000_000)], unit="đồng", label_format=lambda value: "6,6 tỷ")
    assert texts(parse(chart), "chart-value") == ["6,6 tỷ"]
    assert chart.rows == (("A", "6,6 tỷ"),)


def test_the_table_says_the_same():
    chart = ranking()
    assert chart.headers == ("Đơn vị", "Tỷ lệ (%)")
    assert chart.rows == (
        ("Mộc Châu", "84,7%"),
        ("Yên Châu", "40%"),
        ("Sông Mã", "12%"),
        ("Quỳnh Nhai", MISSING),
    )


def test_the_target_is_a_line_with_its_label():
    root = parse(ranking(target=70))
    line = by_class(root, "target")[0]
    assert line.get("x1") == line.get("x2")
    assert texts(root, "target-label") == ["Mục tiêu 70%"]
    bars = [float(bar.get("width")) for bar in by_class(root, "bar")]
    assert bars[1] < float(line.get("x1")) < bars[0]


def test_a_target_beyond_every_value_stays_inside():
    line = by_class(parse(ranking([("A", 1)], target=100)), "target")[0]
    assert 0 < float(line.get("x1")) <= WIDTH


def test_a_long_name_takes_two_lines_above_its_bar():
    name = "Hội Khuyến học Bộ Chỉ huy Bộ đội Biên phòng tỉnh Sơn La"
    root = parse(ranking([(name, 5)]))
    labels = by_class(root, "chart-label")
    assert " ".join(label.text for label in labels) == name
    assert len(labels) == 2
    assert float(labels[-1].get("y")) <= float(by_class(root, "bar")[0].get("y"))


def test_an_empty_or_wholly_missing_ranking_is_still_a_picture():
    assert not by_class(parse(ranking([])), "bar")
    root = parse(ranking([("A", None)], target=5))
    assert not by_class(root, "bar")
    assert by_class(root, "missing")


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_what_cannot_be_drawn_is_refused(value):
    with pytest.raises(ValueError, match="từ 0 trở lên"):
        ranking([("A", value)])


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=30))
def test_widths_are_proportional_to_values_and_end_inside(values):
    root = parse(ranking([(f"Xã {i}", value) for i, value in enumerate(values)], unit="người"))
    widths = [float(bar.get("width")) for bar in by_class(root, "bar")]
    ordered = sorted(values, reverse=True)
    assert len(widths) == len(values)
    for width, value in zip(widths, ordered, strict=True):
        assert width == pytest.approx(widths[0] * value / (ordered[0] or 1), abs=0.02)
    assert max(widths) < WIDTH


def test_a_missing_point_breaks_the_line_and_is_hatched():
    root = parse(series([("I", 1), ("II", 2), ("III", None), ("IV", 4), ("V", 5)]))
    assert [len(line.get("points").split()) for line in by_class(root, "series")] == [2, 2]
    assert len(by_class(root, "point")) == 4
    assert len(by_class(root, "missing")) == 2  # the gap, and its key below
    assert MISSING in texts(root, "chart-quiet")


def test_a_point_between_two_gaps_is_a_dot():
    root = parse(series([("I", None), ("II", 2), ("III", None)]))
    assert not by_class(root, "series")
    assert len(by_class(root, "point")) == 1


def test_nothing_is_hatched_when_nothing_is_missing():
    assert not by_class(parse(series([("I", 1), ("II", 0)])), "missing")


def test_heights_start_from_zero():
    points = by_class(parse(series([("I", 0), ("II", 50), ("III", 100)])), "point")
    zero, middle, high = (float(point.get("cy")) for point in points)
    assert zero - middle == pytest.approx(middle - high)


def test_periods_keep_their_order_in_the_table():
    chart = series([("Quý I/2022", 1214), ("Quý II/2022", None)])
    assert chart.rows == (("Quý I/2022", "1.214"), ("Quý II/2022", MISSING))


def test_written_values_never_touch_and_the_last_is_always_there():
    root = parse(series([(f"Quý {i}/2022", 340_000 + i) for i in range(20)]))
    labels = sorted(by_class(root, "chart-value"), key=lambda label: float(label.get("x")))
    assert "340.019" in [label.text for label in labels]
    gaps = [float(b.get("x")) - float(a.get("x")) for a, b in zip(labels, labels[1:], strict=False)]
    assert all(gap > 7 * 8 for gap in gaps)


def test_the_target_is_a_level_line():
    line = by_class(parse(series([("I", 1)], target=2)), "target")[0]
    assert line.get("y1") == line.get("y2")


def test_no_points_at_all_is_still_a_picture():
    assert not by_class(parse(series([])), "point")


HOSTILE = ["A & B < C", "</svg><script>alert(1)</script>", '" onload="x', "null\x00byte\ufffe", "x\ny"]


@pytest.mark.parametrize("text", [*HOSTILE, mark_safe("</title><script>")])
@pytest.mark.parametrize("make", [ranking, series])
def test_every_text_is_escaped(make, text):
    chart = make([(text, 1), (text, None)], title=text, unit=text, label_format=lambda value: text, target=1)
    root = parse(chart)
    allowed = {
        "svg",
        "title",
        "desc",
        "defs",
        "pattern",
        "path",
        "rect",
        "line",
        "circle",
        "polyline",
        "text",
    }
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


@given(st.text(), st.text())
def test_any_text_gives_well_formed_svg(title, label):
    parse(ranking([(label, 1)], title=title))
    parse(series([(label, None)], title=title))


@pytest.mark.parametrize("make", [ranking, series])
def test_a_drawing_obeys_a_strict_content_policy_and_names_itself(make):
    root = parse(make([("A", 1), ("B", None)], title="Một câu"))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Một câu"
    assert root.find(f"{SVG}desc").text
    assert root.get("viewBox").startswith(f"0 0 {WIDTH} ")
    assert not [element for element in root.iter() if element.tag == f"{SVG}style" or element.get("style")]


def test_hatch_ids_differ_between_charts_and_stay_the_same_between_requests():
    def hatch(chart):
        return parse(chart).find(f".//{SVG}pattern").get("id")

    first, second = ranking([("A", None)]), ranking([("B", None)])
    assert hatch(first) != hatch(second)
    assert hatch(first) == hatch(ranking([("A", None)]))
    assert f"url(#{hatch(first)})" in first.svg
