from funds.documents.book import cash_book
from funds.documents.hand_over import hand_over_docx, hand_over_list, hand_over_pdf
from funds.documents.listing import Listing
from funds.documents.lists import award_list, donor_list
from funds.documents.poster import poster_pdf
from funds.documents.statement import statement_paper
from funds.documents.vouchers import NAMED, VoucherBatch, vouchers_of

__all__ = [
    "NAMED",
    "Listing",
    "VoucherBatch",
    "award_list",
    "cash_book",
    "donor_list",
    "hand_over_docx",
    "hand_over_list",
    "hand_over_pdf",
    "poster_pdf",
    "statement_paper",
    "vouchers_of",
]
