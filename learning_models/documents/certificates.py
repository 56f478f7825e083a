"""Certificates of one decision as PDF, A4 across, one to a page, from the template of their version."""

from collections.abc import Sequence

from django.urls import reverse

from core.documents import contained, pdf_from_template
from core.documents.qr import qr_svg
from core.vietnamese import date_in_words, date_to_text
from learning_models.documents.listed import listed_rows
from learning_models.documents.papers import BLANK, FOLDER
from learning_models.models import Certificate, LearningModel, RecognitionDecision, shown_code
from learning_models.year_places import model_name
from organizations.letterheads import lines

# What stands above the name.
ABOUT = {
    LearningModel.FAMILY: "Gia đình ông/bà",
    LearningModel.CLAN: "Dòng họ",
    LearningModel.COMMUNITY: "Cộng đồng",
    LearningModel.COMMUNE: "Xã, phường, thị trấn",
    LearningModel.UNIT: "Đơn vị",
    LearningModel.CITIZEN: "Ông/bà",
}
LABEL = "Kiểm tra giấy chứng nhận"


def certificates_of(decision: RecognitionDecision):
    """The certificates of the decision with all that is printed, in the order of their numbers."""
    rows = Certificate.objects.filter(registration__decision=decision).order_by("number")
    return rows.select_related("registration__registrant", "registration__organization", "registration__criteria_set")


def certificates_pdf(decision: RecognitionDecision, certificates: Sequence[Certificate], *, site: str) -> bytes:
    """One page for each; ``site`` is the address of this server, "https://khuyenhoc.example.vn".

    All of one version: the template that they were issued with.
    """
    (template,) = {certificate.template for certificate in certificates}
    rows = listed_rows(decision, [certificate.registration for certificate in certificates])
    people = [
        {
            "number": f"{certificate.number:04d}/{decision.year}",
            "name": row.name,
            "about": ABOUT[LearningModel(decision.model)],
            "address": row.address,
            "unit": unit_line(row.unit, decision.organization.name),
            "validity": validity_of(certificate),
            "code": shown_code(certificate.code),
            "qr": qr_svg(f"{site}{check_address(certificate.code)}", label=LABEL),
        }
        for certificate, row in zip(certificates, rows, strict=True)
    ]
    context = {"sheet": sheet_of(decision, site), "people": contained(tuple(people))}
    title = f"Giấy chứng nhận {model_name(decision.model)} năm {decision.year}"
    return pdf_from_template(
        FOLDER / f"certificate_{template}.typ", context, title=title, author=decision.organization.name
    )


def check_address(code: str) -> str:
    return reverse("certificates:certificate_check", args=[code])


def sheet_of(decision: RecognitionDecision, site: str) -> dict:
    """What is the same on all pages."""
    day = date_in_words(decision.decided_on)
    return contained(
        {
            "authority": decision.authority.upper(),
            "model": model_name(decision.model),
            "year": str(decision.year),
            "decision": f"số {decision.number} {day}",
            "place_and_date": f"{decision.place or BLANK}, {day}",
            "signing": list(lines(decision.signing)),
            "signatory": decision.signer,
            "checked_at": site.partition("://")[2] + reverse("certificates:certificate_form"),
        }
    )


def unit_line(unit: str, above: str) -> str:
    """The unit of the registrant, and the association that proposed, where that is another."""
    return unit if unit == above else f"{unit}, {above}"


def validity_of(certificate: Certificate) -> str:
    """As the decision gave it: what happened since is asked at the public page."""
    registration = certificate.registration
    since = f"từ ngày {date_to_text(registration.recognised_on)}"
    if registration.valid_to is None:
        return since
    return f"{since} đến hết ngày {date_to_text(registration.valid_to)}"
