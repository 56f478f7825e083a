"""The printed documents of the reports: the quarterly summary in Word, Excel and PDF.

They render what the builder returned and ask the database nothing.
"""

from reports.documents.frame import document_name
from reports.documents.pdf import quarterly_summary_pdf
from reports.documents.word import quarterly_summary_docx
from reports.documents.workbook import quarterly_summary_xlsx

__all__ = ["document_name", "quarterly_summary_docx", "quarterly_summary_pdf", "quarterly_summary_xlsx"]
