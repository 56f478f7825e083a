from learning_models.documents.assessment_forms import MOST_FORMS, assessment_forms_pdf
from learning_models.documents.building import authority_of, official_decision, ordered_rows, proposal, ranks_of
from learning_models.documents.certificates import certificates_of, certificates_pdf, unit_line
from learning_models.documents.listed import Listed, facts_at_issue, listed_rows, names_on
from learning_models.documents.minutes import minutes_of
from learning_models.documents.papers import Paper, paper_docx, paper_pdf

__all__ = [
    "MOST_FORMS",
    "Listed",
    "Paper",
    "assessment_forms_pdf",
    "authority_of",
    "certificates_of",
    "certificates_pdf",
    "facts_at_issue",
    "listed_rows",
    "minutes_of",
    "names_on",
    "official_decision",
    "ordered_rows",
    "paper_docx",
    "paper_pdf",
    "proposal",
    "ranks_of",
    "unit_line",
]
