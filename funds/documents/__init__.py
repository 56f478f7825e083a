from funds.documents.golden_board import SHEETS, GoldenBoard, golden_board, golden_board_docx, golden_board_pdf
from funds.documents.hand_over import hand_over_docx, hand_over_list, hand_over_pdf
from funds.documents.thanks import Letters, thank_you_letters, thanks_docx, thanks_pdf

__all__ = [
    "GoldenBoard",
    "Letters",
    "SHEETS",
    "golden_board",
    "golden_board_docx",
    "golden_board_pdf",
    "hand_over_docx",
    "hand_over_list",
    "hand_over_pdf",
    "thank_you_letters",
    "thanks_docx",
    "thanks_pdf",
]
