"""Heat map, several lines, tile map: nothing missing looks like a value, everything is escaped, links lead on."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.charts import (
    MISSING,
    WIDTH,
    MapTile,
    Mark,
    Series,
    bar_ranking,
    heat_map,
    line_comparison,
    sparkline,
    tile_map,
)
from core.charts.heat import HeatCell, HeatRow
from core.charts.tiles import SHADES, shade, steps

MARKS = {"done": Mark("đã nộp", "M4 12l5 5", "#d6e4f4", "#1f5fa8"), "late": Mark("quá hạn", "M12 3v11", "#fff", "#a00")}
BAD = '<script>alert("1")</script>&"\''


def parse(svg):
    return etree.fromstring(f'<all xmlns:svg="http://www.w3.org/2000/svg">{svg}</all>'.encode())


def by_class(root, name):
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


def texts(root, name):
    return ["".join(element.itertext()) for element in by_class(root, name)]


def lines(series, **options):
    usual = {"title": "Hội viên", "periods": ["I/2021", "II/2021", "III/2021"], "unit": "người"}
    return line_comparison(**usual | {"series": series} | options)


def heat(rows, columns=(("I", "2022"),), **options):
    return heat_map(title="Ai đã nộp", columns=list(columns), rows=rows, marks=MARKS, **options)


def tiles(*values, **options):
    places = [MapTile(f"Xã {number}", value, f"/x/{number}/") for number, value in enumerate(values)]
    return tile_map(**{"title": "Tỷ lệ", "groups": [("Huyện A", places)], "unit": "%"} | options)


def test_every_line_has_its_own_colour_dash_and_shape_and_its_name_at_the_end():
    chart = lines([Series(f"Huyện {number}", (1, 2, number)) for number in range(5)])
    root = parse(chart.svg)
    drawn = by_class(root, "line")
    assert len({line.get("stroke") for line in drawn}) == 5
    assert len({line.get("stroke-dasharray") for line in drawn}) == 5
    assert len({mark.get("d") for mark in by_class(root, "mark")}) == 5
    assert texts(root, "chart-end") == [f"Huyện {number}" for number in range(5)]


def test_a_line_breaks_where_a_value_is_missing():
    chart = lines([Series("A", (1, None, 3)), Series("B", (2, 2, None))])
    root = parse(chart.svg)
    assert len(by_class(root, "line")) == 1
    assert MISSING in " ".join(texts(root, "chart-quiet"))
    assert chart.rows == (("I/2021", "1", "2"), ("II/2021", MISSING, "2"), ("III/2021", "3", MISSING))
    # The last value that is known says of when it is.
    assert "2 (II/2021)" in texts(root, "chart-value")


def test_six_lines_are_too_many_and_negative_ones_are_none():
    with pytest.raises(ValueError, match="5 đường"):
        lines([Series(str(number), (1, 1, 1)) for number in range(6)])
    with pytest.raises(ValueError, match="từ 0"):
        lines([Series("A", (1, -1, 1))])


@given(st.lists(st.lists(st.none() | st.integers(0, 10**12), min_size=20, max_size=20), min_size=1, max_size=5))
def test_labels_never_cover_each_other_and_stay_inside(values):
    series = [Series(f"Trường Cao đẳng Sơn La {number}", tuple(each)) for number, each in enumerate(values)]
    root = parse(lines(series, periods=[str(number) for number in range(20)]).svg)
    height = float(root[0].get("viewBox").split()[3])
    places = sorted(float(text.get("y")) for name in ("chart-value", "chart-end") for text in by_class(root, name))
    assert all(after - before >= 15 for before, after in zip(places, places[1:], strict=False))
    assert all(10 <= place <= height for place in places)


def test_a_target_is_a_dashed_line_with_its_name():
    root = parse(lines([Series("A", (50, 60, 70))], unit="%", target=Decimal(65)).svg)
    assert len(by_class(root, "target")) == 1
    assert "Mục tiêu 65%" in texts(root, "target-label")[0]


def test_a_line_without_words_needs_two_values():
    assert sparkline(title="A", values=[None, 3]) is None
    root = parse(sparkline(title="A", values=[1, None, 3], target=2))
    assert len(by_class(root, "point")) == 2
    assert by_class(root, "series") == []
    assert texts(root, "chart-value") == []


def test_a_cell_is_a_colour_with_an_icon_and_the_legend_says_its_word():
    rows = [HeatRow("Huyện A", (HeatCell("done", "2/3", 2 / 3),), "/a/"), HeatRow("Huyện B", (None,))]
    chart = heat(rows)
    root = parse(chart.svg)
    assert chart.rows == (("Huyện A", "đã nộp, 2/3"), ("Huyện B", "không phải báo cáo"))
    assert chart.headers == ("Đơn vị", "I/2022")
    assert len(by_class(root, "heat-icon")) == 2
    assert "đã nộp" in texts(root, "chart-label")
    assert "quá hạn" not in texts(root, "chart-label")
    share, cell = by_class(root, "heat-share")[0], by_class(root, "heat-cell")[0]
    assert float(share.get("width")) == pytest.approx(float(cell.get("width")) * 2 / 3, abs=0.01)


def test_a_drawing_with_links_is_no_picture_and_its_cells_are_hidden_from_readers():
    root = parse(heat([HeatRow("Huyện A", (HeatCell("late"),), "/a/")]).svg)
    assert root[0].get("role") == "group"
    link = next(element for element in root.iter() if element.tag.endswith("}a"))
    assert link.get("href") == "/a/"
    assert [part.get("aria-hidden") for part in link if part.tag.endswith("}g")] == ["true"]


def test_tiles_are_grouped_linked_and_carry_name_and_value():
    chart = tiles(Decimal("10.5"), None, Decimal(90))
    root = parse(chart.svg)
    assert texts(root, "map-group") == ["Huyện A"]
    assert texts(root, "map-value") == ["10,5%", "90%"]
    assert [element.get("href") for element in root.iter() if element.tag.endswith("}a")] == ["/x/0/", "/x/1/", "/x/2/"]
    assert chart.rows == (("Xã 0", "Huyện A", "10,5%"), ("Xã 1", "Huyện A", MISSING), ("Xã 2", "Huyện A", "90%"))
    assert MISSING in texts(root, "map-light")


def test_without_any_value_the_legend_only_says_missing():
    root = parse(tiles(None, None).svg)
    assert texts(root, "chart-label") == [MISSING]


def test_dark_tiles_carry_white_letters():
    root = parse(tiles(0, 100).svg)
    assert [text.get("fill") for text in by_class(root, "map-dark")] == ["#ffffff"] * 2


values = st.lists(st.decimals(0, 10**9, places=2), min_size=1, max_size=40)


@given(values)
def test_steps_are_few_round_and_part_the_values(found):
    bounds = steps(found)
    assert len(bounds) <= 4
    assert bounds == sorted(set(bounds))
    for value in found:
        assert 0 <= shade(value, bounds) < len(SHADES)
    if min(found) != max(found):
        assert shade(min(found), bounds) == 0
        assert shade(max(found), bounds) == len(SHADES) - 1


@given(values, values)
def test_more_is_never_lighter(found, more):
    bounds = steps(found)
    ordered = sorted(more)
    shades = [shade(value, bounds) for value in ordered]
    assert shades == sorted(shades)


def test_a_value_on_a_bound_belongs_above_it():
    assert steps([50, 90]) == [Decimal(60), Decimal(70), Decimal(80)]
    assert shade(60, [Decimal(60), Decimal(70), Decimal(80)]) == shade(65, [Decimal(60), Decimal(70), Decimal(80)])


@pytest.mark.parametrize(
    "svg",
    [
        lines([Series(BAD, (1, 2, 3))], title=BAD).svg,
        heat([HeatRow(BAD, (HeatCell("done", BAD),), BAD)], columns=[(BAD, BAD)]).svg,
        tile_map(title=BAD, groups=[(BAD, [MapTile(BAD, 1, BAD)])], unit="%").svg,
        sparkline(title=BAD, values=[1, 2]),
    ],
    ids=["lines", "heat", "tiles", "spark"],
)
def test_everything_is_escaped_and_nothing_carries_a_style(svg):
    root = parse(svg)
    assert not [element for element in root.iter() if str(element.tag).endswith("script")]
    assert " style=" not in svg
    assert not re.search(r"\son[a-z]+=", svg)


def test_the_lowest_may_come_first():
    chart = bar_ranking(title="A", items=[("A", 5), ("B", None), ("C", 2)], unit="người", lowest_first=True)
    assert [row[0] for row in chart.rows] == ["C", "A", "B"]
    assert "Thấp nhất: C, 2. Cao nhất: A, 5." in chart.svg
    assert f'viewBox="0 0 {WIDTH} ' in chart.svg
