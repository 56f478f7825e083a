"""Cells that only funds have."""

from core.money import money_to_text, text_to_money
from core.sheets import Cell, WholeNumber, plain, show
from core.vietnamese import excerpt
from funds.models.entries import LARGEST


class Amount(WholeNumber):
    """Whole đồng, as people write them."""

    hint = "số tiền, ví dụ 6.100.000.000 hoặc 6,1 tỷ"

    def __call__(self, cell: Cell) -> int:
        amount = super().__call__(text_to_money(plain(cell)) if isinstance(cell, str) else cell)
        if amount > LARGEST:
            raise ValueError(f"{excerpt(plain(cell))}: số tiền quá lớn. Hãy xem có thừa chữ số không.")
        return amount

    def show(self, value: int | None) -> str:
        return show(None) if value is None else money_to_text(value)


def same_name(text: str | None) -> str:
    """What two ways to write one name have in common: white space and case do not count, accents do."""
    return plain(text or "").casefold()
