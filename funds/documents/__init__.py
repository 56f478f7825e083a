from funds.documents.book import cash_book
from funds.documents.golden_board import SHEETS, GoldenBoard, golden_board, golden_board_docx, golden_board_pdf
from funds.documents.hand_over import hand_over_docx, hand_over_list, hand_over_pdf
from funds.documents.listing import Listing
from funds.documents.lists import award_list, donor_list
from funds.documents.poster import poster_pdf
from funds.documents.statement import statement_paper
from funds.documents.thanks import Letters, thank_you_letters, thanks_docx, thanks_pdf
from funds.documents.vouchers import NAMED, VoucherBatch, vouchers_of

__all__ = [
    "GoldenBoard",
    "Letters",
    "Listing",
    "NAMED",
    "SHEETS",
    "VoucherBatch",
    "award_list",
    "cash_book",
    "donor_list",
    "golden_board",
    "golden_board_docx",
    "golden_board_pdf",
    "hand_over_docx",
    "hand_over_list",
    "hand_over_pdf",
    "poster_pdf",
    "statement_paper",
    "thank_you_letters",
    "thanks_docx",
    "thanks_pdf",
    "vouchers_of",
]
