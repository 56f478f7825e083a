"""The file with all certificates of a decision: made in the background, in parts."""

import zipfile
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from jobs.kept_files import ask_for_file, latest_job, new_file
from jobs.models import Job
from jobs.registry import Progress
from learning_models.documents import certificates_of, certificates_pdf
from learning_models.models import Certificate, RecognitionDecision
from learning_models.year_places import YearPlace

KIND = "learning_models.certificates"
# So many are made while the user waits; more are made in the background.
AT_ONCE = 50
# One PDF holds so many: a file that every printer takes, and memory that does not grow with the decision.
PART = 250


def file_name(decision: RecognitionDecision, ending: str) -> str:
    """``giay-chung-nhan-family-2022-12.zip``."""
    return f"giay-chung-nhan-{decision.model}-{decision.year}-{decision.pk}.{ending}"


def certificates_job(decision: RecognitionDecision) -> Job | None:
    return latest_job(KIND, {"decision": decision.pk})


@transaction.atomic
def ask_for_certificates(*, decision: RecognitionDecision, site: str, user) -> Job:
    """The job that makes the file: one that is under way, else a new one, however many ask at once."""
    RecognitionDecision.objects.select_for_update().get(pk=decision.pk)
    return ask_for_file(kind=KIND, about={"decision": decision.pk}, user=user, site=site)


def write_certificates(decision: RecognitionDecision, *, site: str, progress: Progress) -> dict:
    """Write the ZIP of PDF files, ``PART`` certificates in each; whole, or not at all."""
    rows = certificates_of(decision)
    progress.total = rows.count()
    # PDF is compressed already.
    with new_file("zip") as (name, file), zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for part in parts_of(rows):
            first, last = part[0].number, part[-1].number
            content = certificates_pdf(decision, part, site=site)
            archive.writestr(f"giay-chung-nhan-{first:05d}-{last:05d}.pdf", content)
            progress.at(progress.done + len(part))
    return {"file": name, "number": progress.done}


def parts_of(rows):
    """Lists of up to ``PART`` certificates of one template, by their numbers."""
    last = 0
    while part := list(rows.filter(number__gt=last)[:PART]):
        same = [certificate for certificate in part if certificate.template == part[0].template]
        part = part[: len(same)] if part[: len(same)] == same else part[:1]
        yield part
        last = part[-1].number


@dataclass(frozen=True)
class PlacePart:
    """Certificates of one place that go into one file: of one decision, of one template."""

    decision: int
    first: int
    last: int
    keys: tuple[int, ...]


def parts_of_place(place: YearPlace) -> list[PlacePart]:
    """What a branch hands out: the titles of its year that were not withdrawn, ``AT_ONCE`` to a file; one query."""
    rows = Certificate.objects.filter(
        registration__organization=place.organization,
        registration__model=place.model,
        registration__year=place.year,
        registration__withdrawn_on__isnull=True,
    )
    columns = ("registration__decision_id", "template", "number", "pk")
    found = rows.order_by("registration__decision__decided_on", "registration__decision_id", "number")
    parts = []
    for (decision, _), group in groupby(found.values_list(*columns), key=lambda row: row[:2]):
        numbered = [row[2:] for row in group]
        for start in range(0, len(numbered), AT_ONCE):
            numbers, keys = zip(*numbered[start : start + AT_ONCE], strict=True)
            parts.append(PlacePart(decision, numbers[0], numbers[-1], keys))
    return parts
