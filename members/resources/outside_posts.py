"""The column of a spreadsheet that holds an officer's posts outside the association."""

from core.sheets import Parser, plain, show
from core.vietnamese import excerpt, fold
from members.models import OutsidePostKind


class OutsidePosts(Parser):
    """Several kinds in one cell, by code or label, between commas; one label has a comma of its own."""

    def __init__(self):
        self.words = {fold(word): value for value, label in OutsidePostKind.choices for word in (value, label)}
        self.hint = "; ".join(f"{value} ({label})" for value, label in OutsidePostKind.choices)

    def __call__(self, cell) -> tuple[str, ...]:
        pieces = [piece.strip() for piece in plain(cell).replace(";", ",").split(",") if piece.strip()]
        kinds = []
        while pieces:
            for length in range(len(pieces), 0, -1):
                if kind := self.words.get(fold(", ".join(pieces[:length]))):
                    kinds.append(kind)
                    del pieces[:length]
                    break
            else:
                raise ValueError(f"{excerpt(pieces[0])} không có trong danh mục. Hãy dùng: {self.hint}.")
        return tuple(sorted(set(kinds), key=OutsidePostKind.values.index))

    def show(self, value: tuple[str, ...] | None) -> str:
        return show(", ".join(str(OutsidePostKind(kind).label) for kind in value or ()))
