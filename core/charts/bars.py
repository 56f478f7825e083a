"""A ranking as horizontal bars."""

from collections.abc import Iterable

from core.charts.drawing import (
    BAR,
    BAR_HEIGHT,
    CHARACTER,
    HEAD,
    INK,
    MISSING,
    ROW_GAP,
    TARGET,
    WIDTH,
    Chart,
    Drawing,
    Format,
    Item,
    Value,
    clean,
    known_values,
    plain_format,
    value_heading,
)


def bar_ranking(
    *,
    title: str,
    items: Iterable[Item],
    unit: str,
    target: Value | None = None,
    label_format: Format | None = None,
    heading: str = "Đơn vị",
    lowest_first: bool = False,
) -> Chart:
    """Horizontal bars, the greatest (or the lowest) first; items without a value stand at the end.

    ``unit`` names the values ("%", "người"). Raises ValueError for a negative value or target.
    """
    write = label_format or plain_format(unit)
    sign = 1 if lowest_first else -1
    items = sorted(items, key=lambda item: (item[1] is None, sign * (item[1] or 0)))
    known, highest = known_values(items, target)
    rows = tuple((clean(label), MISSING if value is None else write(value)) for label, value in items)
    longest = max((len(text) for _, text in rows[: len(known)]), default=0)
    scale = (WIDTH - CHARACTER * longest - 8) / highest
    drawing = Drawing(title, rows)
    top = head = HEAD if target is not None else 0
    for (_, value), (label, text) in zip(items, rows, strict=True):
        top = drawing.name_above(label, top)
        if value is None:
            drawing.missing_mark(top)
        else:
            width = float(value) * scale
            drawing.rect("bar", 0, top, width, BAR_HEIGHT, BAR)
            drawing.text("chart-value", width + 6, top + 12, text, font_weight=600)
        top += BAR_HEIGHT + ROW_GAP
    bottom = top - ROW_GAP
    if known:
        drawing.line("baseline", 0.5, head, 0.5, bottom, INK)
    if target is not None:
        x = float(target) * scale
        drawing.line("target", x, head - 6, x, bottom, TARGET, stroke_width=2, stroke_dasharray="5 3")
        drawing.target_label(x, head - 12, f"Mục tiêu {write(target)}")
    svg = drawing.svg(bottom + 2, ranking_in_words(rows, len(known), lowest_first=lowest_first))
    return Chart(clean(title), svg, (heading, value_heading(unit)), rows)


def ranking_in_words(rows: tuple[tuple[str, str], ...], known: int, *, lowest_first: bool) -> str:
    first, last = ("Thấp nhất", "Cao nhất") if lowest_first else ("Cao nhất", "Thấp nhất")
    sentences = []
    if known:
        sentences.append("{}: {}, {}.".format(first, *rows[0]))
    if known > 1:
        sentences.append("{}: {}, {}.".format(last, *rows[known - 1]))
    if known < len(rows):
        sentences.append(f"{len(rows) - known} đơn vị {MISSING}.")
    return " ".join(sentences)
