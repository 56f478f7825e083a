from members.documents.papers import MOST_PEOPLE, attendance_sheet_pdf, member_cards_pdf

__all__ = ["MOST_PEOPLE", "attendance_sheet_pdf", "member_cards_pdf"]
