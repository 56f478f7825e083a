"""What a name tells by itself: the proper part of it, and whether it is a person's."""

import re
from unicodedata import normalize

from core.vietnamese import fold
from funds.models import Party

PEOPLE = (Party.Kind.PERSON, Party.Kind.CHILD)
# What is written in full at one time and left out at another; folded.
LEGAL_FORM = re.compile(
    r"\b(?:cong ty|cty|trach nhiem huu han|tnhh|mot thanh vien|mtv|co phan|cp|doanh nghiep tu nhan|dntn)\b"
)
TITLE = re.compile(r"\A(?:gia dinh )?(?:ong |ba |anh |chi )?(?=\S+ \S)")
# How bodies are called, with accents: without them "trường" is the family name Trương and "đoàn" always was one.
BODY = re.compile(
    r"\A(?:công ty|cty|tổng công ty|tập đoàn|doanh nghiệp|dntn|xí nghiệp|hợp tác xã|htx|hộ kinh doanh|cửa hàng|"
    r"nhà (?:máy|hàng|xe|sách|thuốc)|khách sạn|ngân hàng|kho bạc|bưu điện|trường|phòng|sở|cục|chi cục|viện|trung tâm|"
    r"bệnh viện|trạm|văn phòng|cơ quan|tổ chức|ubnd|uỷ ban|ủy ban|hđnd|mttq|mặt trận|hội|chi hội|đảng (?:uỷ|ủy|bộ)|"
    r"chi bộ|(?:huyện|tỉnh|thành) (?:uỷ|ủy)|đoàn (?:thanh|tncs|trường|xã|phường)|công đoàn|"
    r"liên đoàn|công an|bộ chỉ huy|bộ đội|đồn|quỹ|ban)\b"
)
COLLECTIVE = re.compile(r"\A(?:tập thể|nhóm|lớp|dòng họ|câu lạc bộ|clb|chi đoàn)\b")


def plain(name: str) -> str:
    return " ".join(fold(name).replace(".", " ").replace(",", " ").split())


def core_of(name: str, kind: str) -> str:
    """The folded name without legal form or form of address; the whole of it where nothing else is left.

    A firm that was entered as a person is still a firm here.
    """
    words = plain(name)
    core = (TITLE if kind in PEOPLE and not LEGAL_FORM.match(words) else LEGAL_FORM).sub("", words)
    return " ".join(core.split()) or words


def likely_kind(name: str) -> str:
    """Of somebody new, where nobody said what it is: whoever is not called like a body is a person."""
    words = " ".join(normalize("NFC", name).casefold().split())
    if COLLECTIVE.match(words):
        return Party.Kind.GROUP
    return Party.Kind.ORGANIZATION if BODY.match(words) else Party.Kind.PERSON
