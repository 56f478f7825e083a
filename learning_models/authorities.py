"""Who recognises, and what the head of their paper says: suggested from the settings and from the last decision."""

from dataclasses import dataclass, replace
from datetime import date

from learning_models.models import RecognisingAuthority, RecognitionDecision
from organizations.letterheads import LINE_LENGTH, head_lines
from organizations.models import Level, Organization

# The last word of an authority's name → the level of the unit whose area is meant.
AREAS = {"xã": Level.COMMUNE, "huyện": Level.DISTRICT, "tỉnh": Level.PROVINCE}
KINDS_OF_AREA = ("xã", "phường", "thị trấn", "đặc khu", "huyện", "quận", "thị xã", "thành phố", "tỉnh")
CHAIR = "Chủ tịch "
NO_SETTING = "Chưa có thiết lập thẩm quyền cho mô hình này: ông/bà tự ghi, hoặc nhờ người quản trị thiết lập."


@dataclass(frozen=True)
class Authority:
    """``source`` tells the user where the name comes from."""

    name: str = ""
    body: str = ""
    place: str = ""
    signing: str = ""
    signer: str = ""
    source: str = NO_SETTING


def suggest(decision: RecognitionDecision, *, day: date, ranks: set[str] = frozenset()) -> Authority:
    """Who decides on the day, for a list of units of these ranks; three queries at most.

    What the last issued decision of the same authority said of its paper is taken over.
    """
    rank = next(iter(ranks)) if len(ranks) == 1 else ""
    setting = RecognisingAuthority.objects.for_model(decision.model, rank, day)
    if setting is None:
        return Authority()
    area = area_of(setting.name, decision.organization)
    name, body = (with_area(text, area) for text in (setting.name, setting.body or setting.name.removeprefix(CHAIR)))
    post = CHAIR.strip().upper() if setting.name.startswith(CHAIR) else ""
    found = Authority(name, body[:1].upper() + body[1:], place_of(area), post, "", source_of(setting))
    last = RecognitionDecision.objects.issued().filter(organization=decision.organization, authority=name)
    last = last.exclude(body="").order_by("-issued_at").first()
    if last is None:
        return found
    return replace(found, body=last.body, place=last.place, signing=last.signing, signer=last.signer)


def source_of(setting: RecognisingAuthority) -> str:
    since = f", từ ngày {setting.valid_from:%d/%m/%Y}" if setting.valid_from else ""
    act = f", theo {setting.act}" if setting.act else ""
    return f"Điền sẵn theo thiết lập thẩm quyền công nhận: “{setting.name}”{since}{act}. Không đúng thì ông/bà sửa lại."


def area_of(name: str, organization: Organization) -> str:
    """The area that the last word of the name means, "xã Chiềng Đen"; "" where it means none. One query."""
    kind = name.rpartition(" ")[2]
    if kind not in AREAS:
        return ""
    line = Organization.objects.above(organization).filter(level=AREAS[kind])
    unit = line.last()
    if unit is None:
        return ""
    return area_name(unit) or f"{kind} {unit.short_name}"


def area_name(unit: Organization) -> str:
    """ "xã Chiềng Đen"; "" for a unit that is not called after an area."""
    short = unit.short_name[:1].lower() + unit.short_name[1:]
    return short if short.startswith(tuple(f"{kind} " for kind in KINDS_OF_AREA)) else ""


def with_area(name: str, area: str) -> str:
    return f"{name.rpartition(' ')[0]} {area}" if area and name.rpartition(" ")[2] in AREAS else name


def place_of(area: str) -> str:
    """ "xã Chiềng Đen" → "Chiềng Đen", as it stands before the date."""
    kind = next((kind for kind in KINDS_OF_AREA if area.startswith(f"{kind} ")), "")
    return area[len(kind) :].strip()


def head_of(body: str) -> tuple[str, ...]:
    """The name of the authority's office in capitals, its area on a line of its own where both are too long for one."""
    found = [body.find(f" {kind} ") for kind in KINDS_OF_AREA if f" {kind} " in body]
    if len(body) <= LINE_LENGTH or not found:
        return head_lines(body)
    return body[: min(found)].upper(), body[min(found) + 1 :].upper()
