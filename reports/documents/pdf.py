"""The quarterly summary in PDF."""

from dataclasses import asdict

from django.conf import settings

from core.documents import contained, pdf_from_template
from reports.builders.summary import QuarterlySummary
from reports.documents.annex import annex
from reports.documents.frame import document_title, frame

TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "documents" / "quarterly_summary.typ"


def quarterly_summary_pdf(summary: QuarterlySummary) -> bytes:
    """The report that `quarterly_summary_docx` writes, word for word, for reading, printing and keeping."""
    summary = contained(summary)
    context = {"report": frame(summary).as_context(), "annex": asdict(annex(summary))}
    return pdf_from_template(TEMPLATE, context, title=document_title(summary), author=summary.organization.name)
