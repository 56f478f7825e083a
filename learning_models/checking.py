"""Whether a certificate is what it says: the public answer to a code, and the same work for one that nobody has."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from core.vietnamese import date_to_text
from learning_models.documents import listed_rows, unit_line
from learning_models.models import Certificate, read_code

UNKNOWN = "unknown"
WORDS = {
    "in_force": "Giấy chứng nhận đúng, danh hiệu còn giá trị",
    "expired": "Giấy chứng nhận đúng, nhưng danh hiệu đã hết giá trị",
    "withdrawn": "Danh hiệu này đã bị thu hồi",
    UNKNOWN: "Không có giấy chứng nhận nào mang mã này",
}


@dataclass(frozen=True)
class Answer:
    """``facts`` (label, value) of what is confirmed: model, name, year, unit, validity and nothing more."""

    state: str
    words: str
    facts: tuple[tuple[str, str], ...]


def check_certificate(text: str, *, day: date) -> Answer:
    """What the register says of a code on the day. An unknown code costs the same queries and the same sentences.

    It is worked out for some certificate of the register, whose facts are then thrown away.
    """
    code = read_code(text)
    keys = Certificate.objects.order_by("pk").values("pk")
    paths = ("registration__registrant", "registration__organization", "registration__criteria_set")
    rows = Certificate.objects.select_related(*paths, "registration__decision__organization")
    # Asked for together: whether the code is somebody's decides nothing about what is done.
    certificate = rows.filter(pk=Coalesce(Subquery(keys.filter(code=code)[:1]), Subquery(keys[:1]))).first()
    if certificate is None:
        return Answer(UNKNOWN, WORDS[UNKNOWN], ())
    answer = confirm(certificate, day=day)
    return answer if certificate.code == code else Answer(UNKNOWN, WORDS[UNKNOWN], ())


def confirm(certificate: Certificate, *, day: date) -> Answer:
    """The facts of one certificate; two queries for what they were called on the day of the decision."""
    registration = certificate.registration
    decision = registration.decision
    (row,) = listed_rows(decision, [registration])
    # Dated tomorrow it holds from then on; nobody but the authority could have such a paper.
    state = registration.title_state(day) or "in_force"
    facts = (
        ("Danh hiệu", decision.get_model_display()),
        ("Tên", row.name),
        ("Năm", str(decision.year)),
        ("Đơn vị", unit_line(row.unit, decision.organization.name)),
        ("Giá trị", validity(registration, state)),
    )
    return Answer(state, WORDS[state], facts)


def validity(registration, state: str) -> str:
    since = f"từ ngày {date_to_text(registration.recognised_on)}"
    if state == "withdrawn":
        return f"{since}, bị thu hồi ngày {date_to_text(registration.withdrawn_on)}"
    if registration.title_to is None:
        return f"{since}, đến nay còn giá trị"
    return f"{since} đến hết ngày {date_to_text(registration.title_to)}"
