"""Rows that were copied out of Excel, as the lines of a form."""

from core.vietnamese import fold

COLUMNS = ("name", "birth_year", "school", "portions", "amount")
HEADS = ("ho va ten", "ho ten", "ten", "nguoi nhan", "name")
ORDINALS = ("stt", "tt", "so tt")


def lines_from(text: str) -> list[dict[str, str]]:
    """One dict of texts for each row, by `COLUMNS`; a row of headings, and a first column that counts, are left out."""
    rows = [[cell.strip() for cell in row.split("\t" if "\t" in text else ";")] for row in text.splitlines()]
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    heads = {fold(cell) for cell in rows[0]}
    has_heads = not heads.isdisjoint({*HEADS, *ORDINALS})
    body = rows[1:] if has_heads else rows
    counts = len(body) > 0 and all(row[0] == str(place) for place, row in enumerate(body, start=1))
    if fold(rows[0][0]) in ORDINALS or counts:
        body = [row[1:] for row in body]
    return [dict(zip(COLUMNS, row, strict=False)) for row in body if any(row)]
