"""Proves the register of learning models: titles settled, units alive, certificates of issued decisions, recounts."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

from django.db.models import F, Q

from core.periods import Quarter
from core.vietnamese import date_to_text
from learning_models.models import Certificate, RecognitionDecision, Registration
from learning_models.statistics import COUNTED, count_names
from learning_models.titles import Title, last_days

CHUNK = 5000
TITLE = ("pk", "year", "recognised_on", "valid_to", "withdrawn_on", "title_to")


def find_faults() -> Iterator[str]:
    """What is wrong, in words; a linear pass over all titles, and one recount of the newest year's last quarter."""
    yield from unsettled_titles()
    yield from out_of_place()
    yield from stray_certificates()
    yield from stray_withdrawals()
    yield from miscounted()


def unsettled_titles() -> Iterator[str]:
    """Titles whose last day is not what decisions, withdrawals and the next title make of it."""
    found = Registration.objects.filter(recognised_on__isnull=False).order_by("registrant_id", "pk")
    rows = found.values_list("registrant_id", *TITLE).iterator(chunk_size=CHUNK)
    for registrant, group in groupby(rows, key=lambda row: row[0]):
        titles = [Title(*values) for _, *values in group]
        ends = last_days(titles)
        for title in titles:
            if ends[title.key] != title.title_to:
                yield f"Đối tượng {registrant}, năm {title.year}: ngày hết giá trị của danh hiệu không khớp."


def out_of_place() -> Iterator[str]:
    """Registrations on a day when their unit did not live, or of another model than their registrant's."""
    registrations = Registration.objects.filter(
        Q(organization__established_on__gt=F("registered_on"))
        | Q(organization__dissolved_on__lt=F("registered_on"))
        | ~Q(model=F("registrant__model"))
    )
    columns = ("pk", "registered_on", "organization__code", "model", "registrant__model")
    for key, day, unit, model, own in registrations.order_by("pk").values_list(*columns).iterator(chunk_size=CHUNK):
        if model != own:
            yield f"Lượt đăng ký {key}: mô hình không khớp đối tượng đăng ký."
        else:
            yield f"Lượt đăng ký {key}: đơn vị mã {unit} không hoạt động ngày {date_to_text(day)}."


def stray_certificates() -> Iterator[str]:
    """Certificates without an issued decision of recognition, and issued decisions' titles without a certificate."""
    issued = Q(
        registration__decision__status=RecognitionDecision.Status.ISSUED,
        registration__decision__kind=RecognitionDecision.Kind.RECOGNITION,
        registration__recognised_on=F("registration__decision__decided_on"),
    )
    for key in Certificate.objects.exclude(issued).order_by("pk").values_list("registration_id", flat=True):
        yield f"Giấy chứng nhận của lượt đăng ký {key}: không thuộc quyết định đã ban hành."
    without = Registration.objects.filter(decision__status=RecognitionDecision.Status.ISSUED, certificate=None)
    for key in without.order_by("pk").values_list("pk", flat=True):
        yield f"Lượt đăng ký {key}: có quyết định đã ban hành nhưng không có giấy chứng nhận."


def stray_withdrawals() -> Iterator[str]:
    """Titles withdrawn on another day than their decision says or without one, and decisions that took nothing."""
    issued = Q(withdrawal__status=RecognitionDecision.Status.ISSUED, withdrawn_on=F("withdrawal__decided_on"))
    withdrawn = Registration.objects.filter(withdrawn_on__isnull=False).exclude(issued)
    for key in withdrawn.order_by("pk").values_list("pk", flat=True):
        yield f"Lượt đăng ký {key}: danh hiệu bị thu hồi không theo quyết định nào đã ban hành."
    kept = Registration.objects.filter(withdrawn_on=None, withdrawal__status=RecognitionDecision.Status.ISSUED)
    for key in kept.order_by("pk").values_list("pk", flat=True):
        yield f"Lượt đăng ký {key}: có quyết định thu hồi đã ban hành nhưng danh hiệu chưa bị thu hồi."


def miscounted() -> Iterator[str]:
    """Counts of the newest year's last quarter that a recount row by row does not confirm."""
    newest = Registration.objects.order_by("-year").values_list("year", flat=True).first()
    if newest is None:
        return
    quarter = Quarter(newest, 4)
    expected = recount(quarter)
    names = count_names([quarter])[quarter]
    counted = {key: dict(zip(COUNTED, values, strict=True)) for key, values in names.items()}
    for unit, model in sorted(expected.keys() | counted.keys()):
        right, given = expected.get((unit, model), Counter()), counted.get((unit, model), {})
        if any(right[name] != given.get(name, 0) for name in COUNTED):
            yield f"Đơn vị {unit}, mô hình {model}: số đếm {quarter.code} không khớp danh sách."


def recount(quarter: Quarter) -> dict[tuple[int, str], Counter]:
    """(unit, model) → how many of each of COUNTED, one row after another."""
    day, found = quarter.last_day, defaultdict(Counter)
    columns = ("organization_id", "model", "year", "registered_on", "recognised_on", "title_to", "withdrawn_on")
    for unit, model, year, registered, recognised, last, withdrawn in (
        Registration.objects.order_by().values_list(*columns).iterator(chunk_size=CHUNK)
    ):
        numbers, of_year = found[unit, model], year == quarter.year and registered <= day
        holds = recognised is not None and recognised <= day
        numbers["registered"] += of_year
        numbers["recognised"] += holds and (last is None or last >= day)
        numbers["succeeded"] += of_year and holds and (withdrawn is None or withdrawn > day)
    return found
