"""Vietnamese text and dates as people write them: folding for search, alphabetical order, day-first dates.

Numbers are in ``core.numbers``, money in ``core.money``, quarters in ``core.periods``.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

# Old Vietnamese fonts and keyboards left Ð (Icelandic eth) and Ɖ (African d) where Đ was meant.
D_WITH_STROKE = str.maketrans("ðɖ", "đđ")
BREVE, CIRCUMFLEX, HORN = "\u0306", "\u0302", "\u031b"
# Marks that make another letter of the alphabet; every other mark is a tone or a foreign accent.
LETTERS_WITH_MARK = {
    ("a", BREVE): "ă",
    ("a", CIRCUMFLEX): "â",
    ("e", CIRCUMFLEX): "ê",
    ("o", CIRCUMFLEX): "ô",
    ("o", HORN): "ơ",
    ("u", HORN): "ư",
}
# Huyền, hỏi, ngã, sắc, nặng; no tone comes before them all.
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
FOREIGN_ACCENT = "6"

WORD_END = "0"
NUMBER = "10"
FOREIGN_LETTER = "99"
# Two digits a letter, from 20 on, so that a word's end sorts before a number and a number before a letter.
LETTER_CODES = {letter: f"{code:02d}" for code, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=20)}
LONGEST_NUMBER = 99
LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
# The words of names repeat: a province's 300,000 members carry a few thousand.
REMEMBERED_WORDS = 20_000

DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
SHORT_YEAR = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{2})")
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def excerpt(text: str) -> str:
    """What was typed, in quotes, short enough for an error message."""
    text = text.strip()
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def decompose(text: str) -> str:
    """Lower case in compatibility form, every accent a character of its own, invisible characters gone."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    lowered = unicodedata.normalize("NFKD", visible).casefold().translate(D_WITH_STROKE)
    return unicodedata.normalize("NFKD", lowered)


def fold(text: str) -> str:
    """Lower case without accents, ``đ`` as ``d``, white space collapsed: ``"  Đặng  Ân "`` → ``"dang an"``.

    Text in any Unicode normal form gives the same result; folding twice changes nothing.
    """
    return " ".join(part for word in text.split() for part in _bare_parts(word))


@lru_cache(maxsize=REMEMBERED_WORDS)
def _bare_parts(word: str) -> tuple[str, ...]:
    """A word without accents; a sign that stands for a space and something parts it."""
    bare = "".join(char for char in decompose(word) if unicodedata.category(char) != "Mn")
    return tuple(bare.replace("đ", "d").split())


def search_words(text: str) -> list[str]:
    """The folded words of a text, without punctuation: ``"H'Mông (2)"`` → ``["h", "mong", "2"]``."""
    if text.isascii():
        return LETTERS_AND_DIGITS.findall(text.lower())
    return [each for word in text.split() for each in _folded_word(word)]


@lru_cache(maxsize=REMEMBERED_WORDS)
def _folded_word(word: str) -> tuple[str, ...]:
    return tuple(LETTERS_AND_DIGITS.findall(fold(word)))


def sort_key(text: str) -> str:
    """A string of digits whose plain order is the alphabetical order of Vietnamese texts, regardless of case.

    The order is that of printed dictionaries (Hoàng Phê, *Từ điển tiếng Việt*): words are compared one
    after another, each first by letters (a ă â b c d đ e ê …) and then by tone (none, huyền, hỏi, ngã, sắc,
    nặng), so "ba ba" < "bà" < "bà ba". Letters and tones are ordered as in ICU's ``vi``, which differs in
    one point: it compares the tones of the whole text last ("bà" < "ba ba").

    The place of the tone does not count ("hoà" equals "hòa"), nor does punctuation; numbers come before
    letters and go by value ("Chi hội 2" < "Chi hội 10"). Only the characters 0-9 occur, so every collation
    of every database agrees. Vietnamese of n characters takes at most about 4n; other scripts take 9n.
    """
    return "".join(_word_key(word) for word in re.findall(r"(?:[^\W_]|[\u0300-\u036f])+", decompose(text)))


def _word_key(word: str) -> str:
    letters, tones = [], ""
    for digits, letter, marks in re.findall(r"([0-9]+)|([^\W_])([\u0300-\u036f]*)", word):
        if digits:
            value = digits.lstrip("0") or "0"
            letters.append(f"{NUMBER}{min(len(value), LONGEST_NUMBER):02d}{value}")
            continue
        base = letter
        for mark in marks:
            if (letter, mark) in LETTERS_WITH_MARK:
                base = LETTERS_WITH_MARK[letter, mark]
            else:
                tones += TONES.get(mark, FOREIGN_ACCENT)
        letters.append(LETTER_CODES.get(base) or f"{FOREIGN_LETTER}{ord(base):07d}")
    if not letters:
        return ""
    return "".join(letters) + WORD_END + tones + WORD_END


def person_name_key(full_name: str) -> str:
    """The order of people: by given name (the last word), then by the other words from the family name on.

    Made of ``sort_key``, with its alphabet: "Trần Thị An" < "Lê Văn Ân" < "Bùi Bình".
    """
    words = [key for word in full_name.split() if (key := _name_word_key(word))]
    return "".join(words[-1:] + words[:-1])


@lru_cache(maxsize=REMEMBERED_WORDS)
def _name_word_key(word: str) -> str:
    return sort_key(word)


def date_to_text(day: date) -> str:
    """``05/04/2022``."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def text_to_date(text: str) -> date:
    """Read 5/4/2022, 05-04-2022, 05.04.2022 (the day first) or 2022-04-05.

    Raises ValueError with a Vietnamese sentence for anything else: a year of two digits, a day that the
    calendar does not have.
    """
    typed = text.strip()
    if found := DAY_FIRST.fullmatch(typed):
        day, month, year = (int(found[group]) for group in (1, 3, 4))
    elif found := ISO_DATE.fullmatch(typed):
        year, month, day = (int(group) for group in found.groups())
    elif not typed:
        raise ValueError("Chưa nhập ngày. Hãy nhập ngày/tháng/năm, ví dụ 05/04/2022.")
    elif SHORT_YEAR.fullmatch(typed):
        raise ValueError(f"{excerpt(text)}: năm phải đủ bốn chữ số, ví dụ 05/04/2022.")
    else:
        raise ValueError(f"{excerpt(text)} không phải là ngày. Hãy nhập ngày/tháng/năm, ví dụ 05/04/2022.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{typed} không có trong lịch. Hãy nhập ngày trước, tháng sau, rồi đến năm.") from None


def date_in_words(day: date) -> str:
    """``ngày 05 tháng 4 năm 2022``, as official documents write it.

    Days below 10 and the months 1 and 2 take a leading zero (Nghị định 30/2020/NĐ-CP, phụ lục I, "địa danh
    và thời gian ban hành văn bản").
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
