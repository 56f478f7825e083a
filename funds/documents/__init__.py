from funds.documents.hand_over import hand_over_docx, hand_over_list, hand_over_pdf
from funds.documents.poster import poster_pdf

__all__ = ["hand_over_docx", "hand_over_list", "hand_over_pdf", "poster_pdf"]
