from funds.models.awards import Award
from funds.models.campaigns import Campaign, Pledge
from funds.models.closings import Closing, ClosingBalance
from funds.models.entries import Category, Direction, Entry
from funds.models.funds import Account, Fund
from funds.models.holdings import Holding
from funds.models.paper_settings import PaperSettings, paper_settings_of
from funds.models.parties import DifferentParties, Party
from funds.models.programmes import AwardKind, Programme, ProgrammeQuota
from funds.models.saved import SavedForm

__all__ = [
    "Account",
    "Award",
    "AwardKind",
    "Campaign",
    "Category",
    "Closing",
    "ClosingBalance",
    "DifferentParties",
    "Direction",
    "Entry",
    "Fund",
    "PaperSettings",
    "Holding",
    "Party",
    "Pledge",
    "SavedForm",
    "Programme",
    "ProgrammeQuota",
    "paper_settings_of",
]
