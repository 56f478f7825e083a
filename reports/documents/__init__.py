"""The printed documents of the reports: the quarterly summary in Word, Excel and PDF.

They render what the builder returned and ask the database nothing.
"""

from reports.documents.frame import document_name
from reports.documents.word import quarterly_summary_docx

__all__ = ["document_name", "quarterly_summary_docx"]
