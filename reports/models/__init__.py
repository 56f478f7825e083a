from reports.models.indicators import Indicator, Target
from reports.models.rounds import Figure, Narrative, Report, ReportingRound

__all__ = ["Figure", "Indicator", "Narrative", "Report", "ReportingRound", "Target"]
