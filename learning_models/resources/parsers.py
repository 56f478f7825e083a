"""Cells that only registrations have: names of all sorts, ranks, statuses, and numbers that a table can hold."""

from django.db import models

from core.numbers import number_to_text
from core.sheets import Cell, Choice, Parser, Text, WholeNumber, plain, show
from core.vietnamese import excerpt, fold, search_words
from learning_models.models import LearningModel, Rank, Status, UnitKind

LARGEST_COUNT = 2**31 - 1
MOST_PEOPLE, MOST_POINTS, HIGHEST_LEVEL = 32_767, 1000, 2


class Words(Choice):
    """A choice that also takes the ``others``, as people write them in lists of their own."""

    def __init__(self, choices: type[models.TextChoices], others: dict[str, str]):
        super().__init__(choices)
        self.words |= {fold(word): value for word, value in others.items()}


class ModelWord(Words):
    def __init__(self):
        others = {
            "gia đình": LearningModel.FAMILY,
            "dòng họ": LearningModel.CLAN,
            "cộng đồng": LearningModel.COMMUNITY,
            "cộng đồng học tập": LearningModel.COMMUNITY,
            "xã": LearningModel.COMMUNE,
            "cộng đồng học tập cấp xã": LearningModel.COMMUNE,
            "đơn vị": LearningModel.UNIT,
            "công dân": LearningModel.CITIZEN,
        }
        super().__init__(LearningModel, {word: value.value for word, value in others.items()})


class StatusWord(Words):
    def __init__(self):
        others = {
            "đăng ký": Status.REGISTERED,
            "tự đánh giá": Status.ASSESSED,
            "bình xét": Status.REVIEWED,
            "công nhận": Status.RECOGNISED,
            "đã công nhận": Status.RECOGNISED,
            "đã được công nhận": Status.RECOGNISED,
            "không công nhận": Status.NOT_RECOGNISED,
        }
        super().__init__(Status, {word: value.value for word, value in others.items()})


class RegistrantName(Text):
    hint = "tên chủ hộ, dòng họ, thôn bản, đơn vị, xã hoặc người"

    def __init__(self):
        super().__init__(200)

    def __call__(self, cell: Cell) -> str:
        text = super().__call__(cell)
        if not isinstance(cell, str) or not any(word.isalpha() for word in search_words(text)):
            raise ValueError(f"{excerpt(text)} không phải là tên. Hãy gõ lại.")
        return text


class UpTo(WholeNumber):
    """A whole number that is plausible up to ``most``."""

    def __init__(self, most: int, hint: str):
        self.most, self.hint = most, hint

    def __call__(self, cell: Cell) -> int:
        number = super().__call__(cell)
        if number > self.most:
            raise ValueError(f"{excerpt(plain(cell))}: ở đây nhiều nhất là {number_to_text(self.most)}.")
        return number


class UnitRank(Parser):
    """Kind of unit and by whom it is managed, one or both with a comma: (kind, rank), "" for what is not said."""

    def __init__(self):
        self.kinds = {fold(word): value for value, label in UnitKind.choices for word in (value, label)}
        self.ranks = {fold(word): value for value, label in Rank.choices for word in (value, label)}
        for value, label in Rank.choices:
            managed = fold(str(label)).removesuffix(" quan ly")
            self.ranks |= {managed: value, managed.removeprefix("cap "): value}
        self.labels = dict(UnitKind.choices) | dict(Rank.choices)
        self.hint = "; ".join(f"{value} ({label})" for value, label in self.labels.items()) + "; cả hai thì có dấu phẩy"

    def __call__(self, cell: Cell) -> tuple[str, str]:
        kind = rank = ""
        for piece in plain(cell).replace(";", ",").split(","):
            word = fold(piece)
            if not word:
                continue
            is_kind = word in self.kinds
            if not is_kind and word not in self.ranks:
                raise ValueError(f"{excerpt(piece)} không có trong danh mục. Hãy dùng: {self.hint}.")
            if kind if is_kind else rank:
                raise ValueError(f"{excerpt(plain(cell))}: chỉ ghi một loại đơn vị và một cấp quản lý.")
            kind, rank = (self.kinds[word], rank) if is_kind else (kind, self.ranks[word])
        return kind, rank

    def show(self, value: tuple[str, str] | None) -> str:
        return show(", ".join(str(self.labels[each]) for each in value or () if each))
