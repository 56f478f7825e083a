from reports.models.documents import DocumentNumber
from reports.models.guidance import Guidance, GuidanceReading, SentReminder
from reports.models.indicators import Indicator, Target
from reports.models.reviews import Remark, SavedEdit
from reports.models.revisions import Revision, RevisionFigure
from reports.models.rounds import Figure, Narrative, Report, ReportingRound
from reports.models.tokens import ReadToken

__all__ = [
    "DocumentNumber",
    "Figure",
    "Guidance",
    "GuidanceReading",
    "Indicator",
    "Narrative",
    "ReadToken",
    "Remark",
    "Report",
    "ReportingRound",
    "Revision",
    "RevisionFigure",
    "SavedEdit",
    "SentReminder",
    "Target",
]
