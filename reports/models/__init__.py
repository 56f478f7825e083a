from reports.models.documents import DocumentNumber
from reports.models.indicators import Indicator, Target
from reports.models.rounds import Figure, Narrative, Report, ReportingRound

__all__ = ["DocumentNumber", "Figure", "Indicator", "Narrative", "Report", "ReportingRound", "Target"]
