"""Every address with what it asks of the user, and the rows that its arguments name (made by `tests.test_access`)."""

from dataclasses import dataclass

PUBLIC, SIGNED_IN, ANYWHERE, UNIT = "public", "signed in", "a role anywhere", "a role at the unit"
ADMINISTRATOR = "an administrator"


@dataclass(frozen=True)
class Address:
    """Who may open it: ``weak`` lacks the permission, ``strong`` holds it (at the first commune's district)."""

    needs: str
    weak: str | None = None
    strong: str = "manager"
    arguments: tuple = ()
    posts: bool = False
    opens: int = 200


UNIT_PAGE = ("A.D.1",)
SUMMARY = ("A.D.1", "2022-Q1")
ROUND = ("A", "2022-Q1")
CLOSED = ("A.D.1", "2021-Q4")
TARGET = ("A.D.1", 2022, "members.total")
REVISION = ("A.D.1", "2022-Q1", 1)
BATCH = ("a batch of the manager's",)
GUIDANCE = ("the district's guidance",)
TOKEN = ("a token of the first commune",)
OFFICER = ("an officer of the first commune",)
TERM = ("a term of the first commune",)
DUES_DRAFT = ("a draft of dues of the first commune's branch",)
DUES_RECEIPT = ("a receipt of dues of the first commune's branch",)
DUES_RATE = ("a rate of dues of the first commune",)
MEMBER = ("a member of the first commune's branch",)
PAIR = ("a member and another of that branch",)
MEMBERSHIP = ("that member's time in the branch",)
HEAD_COUNT = ("a head count of the first commune",)
REGISTRANT = ("a family of the first commune's branch",)
REGISTRATION = ("its registration of a year",)
NUMBER = ("a number of families of the first commune",)
DECISION_DRAFT = ("a list of the first commune",)
DECISION_ISSUED = ("a decision of the first commune",)
CERTIFICATE = ("a certificate of that decision",)
YEAR_PLACE = ("A.D.1", "family", 2022)
ASSESSED = ("a self-assessment of the first commune",)
FILED = ("a title of the first commune's branch that came by file",)
MINUTES = (*YEAR_PLACE, "docx")
BRANCH_CERTIFICATES = ("A.D.1.1", "family", 2022, 1)
GIVEN = ("an award of the first commune, decided on paper",)
PROGRAMME = ("a programme of the first commune",)
REVIEWED = ("a registration of the first commune, reviewed in a meeting",)
FUND = ("A.D.1-KH",)
ENTRY = ("a receipt of that fund",)
FUND_ACCOUNT = ("its cash box",)
CLOSING = ("its first month, closed",)
PARTY = ("a donor of the first commune",)
PARTY_PAIR = ("a donor and another of that commune",)
CAMPAIGN = ("a campaign of that fund",)
PLEDGE = ("a promise to that fund",)
FILE = "code,name,level,parent_code\nA.D.7,Xã Mới,commune,A.D\n,Thiếu mã,commune,A.D\n".encode()
ADDRESSES = {
    "home": Address(SIGNED_IN),
    "healthz": Address(PUBLIC),
    "first_run": Address(ADMINISTRATOR, weak="manager", strong="administrator", opens=302),
    "first_run_units": Address(ADMINISTRATOR, weak="manager", strong="administrator", opens=404),
    "accounts:login": Address(PUBLIC),
    "accounts:logout": Address(SIGNED_IN, posts=True, opens=302),
    "accounts:password_change": Address(SIGNED_IN),
    "accounts:password_change_done": Address(SIGNED_IN),
    "organizations:organization_list": Address(ANYWHERE, strong="viewer"),
    "organizations:switch": Address(SIGNED_IN, posts=True, opens=404),
    "organizations:organization_detail": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "organizations:organization_children": Address(UNIT, strong="viewer", arguments=UNIT_PAGE, opens=302),
    "organizations:organization_create": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_edit": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_rename": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_move": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_dissolve": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:document_settings": Address(UNIT, weak="viewer", arguments=UNIT_PAGE),
    "members:member_list": Address(ANYWHERE, strong="viewer"),
    "members:member_create": Address(ANYWHERE, weak="viewer"),
    "members:members_transfer": Address(ANYWHERE, weak="viewer", opens=302),
    "members:members_change": Address(ANYWHERE, weak="viewer", opens=302),
    "members:member_detail": Address(UNIT, strong="viewer", arguments=MEMBER),
    "members:member_edit": Address(UNIT, weak="viewer", arguments=MEMBER),
    "members:member_transfer": Address(UNIT, weak="viewer", arguments=MEMBER),
    "members:member_leave": Address(UNIT, weak="viewer", arguments=MEMBER),
    "members:member_rejoin": Address(UNIT, weak="viewer", arguments=MEMBER),
    "members:member_id_number": Address(UNIT, weak="secretary", arguments=MEMBER, posts=True),
    "members:papers": Address(ANYWHERE, strong="viewer"),
    "members:duplicate_list": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "members:member_merge": Address(UNIT, weak="viewer", strong="secretary", arguments=PAIR),
    "members:member_different": Address(UNIT, weak="viewer", strong="secretary", arguments=PAIR, posts=True, opens=302),
    "members:membership_edit": Address(UNIT, weak="viewer", arguments=MEMBERSHIP),
    "members:head_count_list": Address(ANYWHERE, strong="viewer"),
    "members:head_count_create": Address(ANYWHERE, weak="viewer"),
    "members:head_count_edit": Address(UNIT, weak="viewer", arguments=HEAD_COUNT),
    "members:officer_register_list": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "members:officer_register_use": Address(UNIT, weak="viewer", strong="secretary", arguments=UNIT_PAGE),
    "members:register_list": Address(ANYWHERE, weak="viewer"),
    "members:register_use": Address(UNIT, weak="viewer", arguments=UNIT_PAGE),
    "spreadsheets:batch_list": Address(ANYWHERE, weak="viewer"),
    "spreadsheets:batch_create": Address(ANYWHERE, weak="viewer"),
    "spreadsheets:batch_detail": Address(UNIT, weak="viewer", arguments=BATCH),
    "spreadsheets:batch_apply": Address(UNIT, weak="viewer", arguments=BATCH, posts=True, opens=302),
    "spreadsheets:batch_progress": Address(UNIT, weak="viewer", arguments=BATCH),
    "spreadsheets:batch_columns": Address(UNIT, weak="viewer", arguments=BATCH),
    "spreadsheets:batch_undo": Address(UNIT, weak="viewer", arguments=BATCH, opens=302),
    "spreadsheets:batch_refused": Address(UNIT, weak="viewer", arguments=BATCH),
    "spreadsheets:kind_template": Address(ANYWHERE, weak="secretary", arguments=("organizations",)),
    "spreadsheets:export_list": Address(ANYWHERE, strong="viewer"),
    "spreadsheets:export_create": Address(ANYWHERE, strong="viewer", arguments=("members",)),
    "service_worker": Address(PUBLIC),
    "members:dues_home": Address(ANYWHERE, weak="viewer", strong="secretary", opens=302),
    "members:dues_detail": Address(UNIT, weak="viewer", strong="secretary", arguments=UNIT_PAGE),
    "members:dues_arrears": Address(UNIT, weak="viewer", strong="secretary", arguments=UNIT_PAGE),
    "members:dues_rate_list": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "members:dues_rate_create": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "members:dues_rate_edit": Address(UNIT, weak="secretary", arguments=DUES_RATE),
    "members:dues_collection_list": Address(UNIT, weak="viewer", strong="reviewer", arguments=UNIT_PAGE),
    "members:dues_collection_create": Address(UNIT, weak="reviewer", strong="secretary", arguments=UNIT_PAGE),
    "members:dues_collection_detail": Address(UNIT, weak="viewer", strong="reviewer", arguments=DUES_DRAFT),
    "members:dues_collection_edit": Address(UNIT, weak="reviewer", strong="secretary", arguments=DUES_DRAFT),
    "members:dues_collection_confirm": Address(UNIT, weak="reviewer", strong="secretary", arguments=DUES_DRAFT),
    "members:dues_collection_drop": Address(UNIT, weak="reviewer", strong="secretary", arguments=DUES_DRAFT),
    "members:dues_collection_correct": Address(UNIT, weak="reviewer", strong="secretary", arguments=DUES_RECEIPT),
    "members:dues_receipt_pdf": Address(UNIT, weak="viewer", strong="reviewer", arguments=DUES_RECEIPT),
    "reports:report_list": Address(ANYWHERE, strong="viewer"),
    "reports:review_list": Address(ANYWHERE, weak="manager", strong="reviewer"),
    "reports:report_form": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:report_save": Address(UNIT, weak="viewer", arguments=SUMMARY),
    "reports:report_words": Address(UNIT, weak="viewer", arguments=(*SUMMARY, "results")),
    "reports:report_check": Address(UNIT, weak="viewer", arguments=SUMMARY),
    "reports:report_receipt": Address(UNIT, strong="viewer", arguments=SUMMARY, opens=302),
    "reports:report_review": Address(UNIT, weak="manager", strong="reviewer", arguments=SUMMARY),
    "reports:report_reopen": Address(UNIT, weak="manager", strong="reviewer", arguments=SUMMARY, opens=404),
    "reports:remark_create": Address(UNIT, weak="viewer", arguments=SUMMARY),
    "reports:round_list": Address(ANYWHERE, weak="secretary"),
    "reports:round_open": Address(ANYWHERE, weak="secretary"),
    "reports:round_detail": Address(UNIT, weak="secretary", arguments=ROUND),
    "reports:round_due_dates": Address(UNIT, weak="secretary", arguments=ROUND),
    "reports:round_close": Address(UNIT, weak="secretary", arguments=ROUND),
    "reports:guidance_list": Address(ANYWHERE, strong="viewer"),
    "reports:guidance_create": Address(ANYWHERE, weak="secretary"),
    "reports:guidance_detail": Address(UNIT, strong="viewer", arguments=GUIDANCE),
    "reports:guidance_read": Address(UNIT, strong="viewer", arguments=GUIDANCE, posts=True, opens=302),
    "reports:guidance_file": Address(UNIT, strong="viewer", arguments=GUIDANCE),
    "reports:guidance_withdraw": Address(UNIT, weak="secretary", arguments=GUIDANCE),
    "reports:token_list": Address(ANYWHERE, weak="secretary"),
    "reports:token_create": Address(ANYWHERE, weak="secretary"),
    "reports:token_revoke": Address(UNIT, weak="secretary", arguments=TOKEN),
    "reports:late_list": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:report_exception": Address(UNIT, weak="secretary", arguments=CLOSED),
    "reports:target_home": Address(ANYWHERE, strong="viewer", opens=302),
    "reports:target_list": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "reports:target_change": Address(UNIT, weak="secretary", arguments=TARGET),
    "reports:target_hand_down": Address(UNIT, weak="secretary", arguments=TARGET, opens=302),
    "reports:summary": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:form_file": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:form_upload": Address(UNIT, weak="viewer", arguments=SUMMARY),
    "reports:trail": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:revision_detail": Address(UNIT, strong="viewer", arguments=REVISION),
    "reports:document_number": Address(UNIT, weak="viewer", arguments=SUMMARY),
    "reports:summary_json": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:summary_docx": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:summary_xlsx": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:summary_pdf": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "dashboard:dashboard": Address(ANYWHERE, strong="viewer", opens=302),
    "dashboard:overview": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:ranking": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:trend": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:pivot": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:pivot_xlsx": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:map": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "members:officer_list": Address(ANYWHERE, strong="viewer"),
    "members:vacancy_list": Address(ANYWHERE, strong="viewer"),
    "members:officer_detail": Address(UNIT, strong="viewer", arguments=OFFICER),
    "members:officer_create": Address(UNIT, weak="viewer", arguments=UNIT_PAGE),
    "members:officer_edit": Address(UNIT, weak="viewer", arguments=OFFICER),
    "members:officer_end": Address(UNIT, weak="viewer", arguments=OFFICER),
    "members:officer_delete": Address(UNIT, weak="viewer", arguments=OFFICER),
    "members:term_list": Address(ANYWHERE, strong="viewer"),
    "members:term_ending": Address(ANYWHERE, strong="viewer"),
    "members:term_create": Address(UNIT, weak="viewer", arguments=UNIT_PAGE),
    "members:term_edit": Address(UNIT, weak="viewer", arguments=TERM),
    "members:term_prolong": Address(UNIT, weak="viewer", arguments=TERM),
    # The register of learning models.
    "learning_models:registration_list": Address(ANYWHERE, strong="viewer"),
    "learning_models:registration_enter": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "learning_models:registration_cancel": Address(UNIT, weak="viewer", strong="secretary", arguments=REGISTRATION),
    "learning_models:roll_forward": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "learning_models:roll_forward_unit": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "learning_models:registrant_detail": Address(UNIT, strong="viewer", arguments=REGISTRANT),
    "learning_models:registrant_edit": Address(UNIT, weak="viewer", strong="secretary", arguments=REGISTRANT),
    "learning_models:registrant_leave": Address(UNIT, weak="viewer", strong="secretary", arguments=REGISTRANT),
    "learning_models:registrant_transfer": Address(UNIT, weak="viewer", strong="secretary", arguments=REGISTRANT),
    "learning_models:count_list": Address(ANYWHERE, strong="viewer"),
    "learning_models:count_create": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "learning_models:count_edit": Address(UNIT, weak="viewer", strong="secretary", arguments=NUMBER),
    "learning_models:count_delete": Address(UNIT, weak="viewer", strong="secretary", arguments=NUMBER),
    "learning_models:register_list": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "learning_models:register_use": Address(UNIT, weak="viewer", strong="secretary", arguments=UNIT_PAGE),
    "learning_years:unit_years": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "learning_models:decision_list": Address(ANYWHERE, strong="viewer"),
    "learning_models:decision_create": Address(ANYWHERE, weak="viewer"),
    "learning_models:decision_detail": Address(UNIT, strong="viewer", arguments=DECISION_DRAFT),
    "learning_models:decision_candidates": Address(UNIT, weak="viewer", arguments=DECISION_DRAFT),
    "learning_models:decision_unlist": Address(UNIT, weak="viewer", arguments=DECISION_DRAFT, posts=True, opens=302),
    "learning_models:decision_propose": Address(UNIT, weak="viewer", arguments=DECISION_DRAFT),
    "learning_models:decision_issue": Address(UNIT, weak="viewer", arguments=DECISION_DRAFT),
    "learning_models:decision_discard": Address(UNIT, weak="viewer", arguments=DECISION_DRAFT),
    "learning_models:decision_withdraw": Address(UNIT, weak="viewer", arguments=DECISION_ISSUED),
    "learning_models:filed_withdraw": Address(UNIT, weak="viewer", strong="secretary", arguments=FILED),
    "learning_models:decision_paper": Address(UNIT, strong="viewer", arguments=(*DECISION_DRAFT, "decision", "pdf")),
    "learning_models:decision_paper_page": Address(
        UNIT, strong="viewer", arguments=(*DECISION_DRAFT, "decision", "pdf")
    ),
    "learning_models:decision_certificates": Address(UNIT, strong="viewer", arguments=DECISION_ISSUED),
    "learning_models:decision_certificates_file": Address(UNIT, strong="viewer", arguments=DECISION_ISSUED),
    "learning_models:certificate_pdf": Address(UNIT, strong="viewer", arguments=CERTIFICATE),
    "certificates:certificate_form": Address(PUBLIC),
    "certificates:certificate_check": Address(PUBLIC, arguments=("0123456789ABCDEFGHJKMNPQRS",)),
    "learning_models:year_overview": Address(ANYWHERE, strong="viewer"),
    "learning_models:unit_area": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "learning_models:assessment_grid": Address(UNIT, weak="viewer", strong="secretary", arguments=YEAR_PLACE),
    "learning_models:assessment_forms": Address(UNIT, weak="viewer", strong="secretary", arguments=YEAR_PLACE),
    "learning_models:assessment_forms_pdf": Address(UNIT, weak="viewer", strong="secretary", arguments=YEAR_PLACE),
    "learning_models:assessment_detail": Address(UNIT, weak="viewer", strong="secretary", arguments=REVIEWED),
    "learning_models:assessment_day": Address(UNIT, weak="viewer", strong="secretary", arguments=ASSESSED),
    "learning_models:step_back": Address(UNIT, weak="viewer", strong="secretary", arguments=REVIEWED),
    "learning_models:meeting_edit": Address(UNIT, weak="viewer", strong="secretary", arguments=YEAR_PLACE),
    "learning_models:meeting_results": Address(UNIT, weak="viewer", strong="secretary", arguments=YEAR_PLACE),
    "learning_models:refusals": Address(UNIT, weak="viewer", strong="secretary", arguments=YEAR_PLACE),
    "learning_models:branch_certificates": Address(UNIT, strong="viewer", arguments=YEAR_PLACE),
    "learning_models:branch_certificates_pdf": Address(UNIT, strong="viewer", arguments=BRANCH_CERTIFICATES),
    # Awards and scholarships.
    "awards:award_list": Address(ANYWHERE, strong="viewer"),
    "awards:award_results": Address(ANYWHERE, strong="viewer"),
    "awards:award_record": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "awards:award_withdraw": Address(UNIT, weak="viewer", strong="secretary", arguments=GIVEN),
    "awards:programme_list": Address(ANYWHERE, strong="viewer"),
    "awards:programme_create": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "awards:programme_detail": Address(UNIT, strong="viewer", arguments=PROGRAMME),
    "awards:programme_edit": Address(UNIT, weak="viewer", strong="secretary", arguments=PROGRAMME),
    "awards:programme_quotas": Address(UNIT, weak="viewer", strong="secretary", arguments=PROGRAMME),
    "awards:nominate": Address(UNIT, weak="viewer", strong="secretary", arguments=PROGRAMME),
    "awards:award_step": Address(UNIT, strong="viewer", arguments=PROGRAMME, posts=True),
    "awards:hand_over": Address(UNIT, weak="secretary", arguments=PROGRAMME),
    "awards:hand_over_paper": Address(UNIT, strong="viewer", arguments=(*PROGRAMME, "docx")),
    "learning_models:meeting_minutes": Address(UNIT, strong="viewer", arguments=MINUTES),
    "learning_models:meeting_minutes_page": Address(UNIT, strong="viewer", arguments=MINUTES),
    # Funds; who may reopen stands at the level above.
    # Papers of funds and of awards; a short one needs no page to be asked for.
    "funds:voucher_file": Address(UNIT, strong="viewer", arguments=ENTRY),
    "funds:statement": Address(ANYWHERE, strong="viewer"),
    "funds:statement_file": Address(ANYWHERE, strong="viewer", arguments=("pdf",)),
    "funds:donor_list": Address(ANYWHERE, strong="viewer"),
    "funds:donor_list_file": Address(ANYWHERE, strong="viewer", arguments=("xlsx",)),
    "funds:donor_list_page": Address(ANYWHERE, strong="viewer", arguments=("pdf",), opens=302),
    "funds:book_file": Address(UNIT, strong="viewer", arguments=(*FUND, "xlsx")),
    "funds:book_file_page": Address(UNIT, strong="viewer", arguments=(*FUND, "pdf"), opens=302),
    "funds:voucher_batch": Address(UNIT, strong="viewer", arguments=FUND),
    "funds:voucher_batch_file": Address(UNIT, strong="viewer", arguments=(*FUND, "pdf")),
    "funds:voucher_batch_page": Address(UNIT, strong="viewer", arguments=(*FUND, "pdf"), opens=302),
    "funds:paper_settings": Address(UNIT, weak="secretary", arguments=FUND),
    "awards:given_list": Address(ANYWHERE, strong="viewer"),
    "awards:given_list_file": Address(ANYWHERE, strong="viewer", arguments=("pdf",)),
    "awards:given_list_page": Address(ANYWHERE, strong="viewer", arguments=("xlsx",), opens=302),
    "funds:fund_list": Address(ANYWHERE, strong="viewer"),
    "funds:fund_create": Address(ANYWHERE, weak="secretary"),
    "funds:fund_detail": Address(UNIT, strong="viewer", arguments=FUND),
    "funds:fund_edit": Address(UNIT, weak="secretary", arguments=FUND),
    "funds:fund_opening": Address(UNIT, weak="secretary", arguments=FUND),
    "funds:account_create": Address(UNIT, weak="secretary", arguments=FUND),
    "funds:account_edit": Address(UNIT, weak="secretary", arguments=FUND_ACCOUNT),
    "funds:cash_book": Address(UNIT, strong="viewer", arguments=FUND),
    "funds:entry_create": Address(UNIT, weak="secretary", arguments=(*FUND, "in")),
    "funds:entry_list": Address(ANYWHERE, strong="viewer"),
    "funds:entry_detail": Address(UNIT, strong="viewer", arguments=ENTRY),
    "funds:entry_reverse": Address(UNIT, weak="secretary", arguments=ENTRY),
    "funds:transfer": Address(UNIT, weak="secretary", arguments=FUND),
    "funds:dues_book": Address(UNIT, weak="secretary", arguments=FUND),
    "funds:closing_list": Address(UNIT, strong="viewer", arguments=FUND),
    "funds:closing_detail": Address(UNIT, strong="viewer", arguments=CLOSING),
    "funds:closing_reopen": Address(UNIT, weak="secretary", arguments=CLOSING),
    "funds:month_close": Address(UNIT, weak="secretary", arguments=FUND),
    "funds:year_close": Address(UNIT, weak="secretary", arguments=FUND, opens=302),
    # The public page of a fund.
    "funds:fund_publish": Address(UNIT, weak="secretary", arguments=FUND),
    "funds:public_poster": Address(UNIT, strong="viewer", arguments=FUND),
    "public_funds:public_fund_list": Address(PUBLIC),
    "public_funds:public_fund": Address(PUBLIC, arguments=FUND, opens=404),
    "funds:register_list": Address(ANYWHERE, weak="secretary"),
    "funds:register_use": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "funds:party_list": Address(ANYWHERE, weak="viewer", strong="secretary"),
    "funds:party_detail": Address(UNIT, weak="viewer", strong="secretary", arguments=PARTY),
    "funds:party_edit": Address(UNIT, weak="reviewer", strong="secretary", arguments=PARTY),
    # Donors: adding and merging them, campaigns, promises, thanks.
    "funds:party_create": Address(ANYWHERE, weak="reviewer", strong="secretary"),
    "funds:party_duplicates": Address(ANYWHERE, weak="reviewer", strong="secretary"),
    "funds:party_merge": Address(UNIT, weak="reviewer", strong="secretary", arguments=PARTY_PAIR),
    "funds:party_different": Address(
        UNIT, weak="reviewer", strong="secretary", arguments=PARTY_PAIR, posts=True, opens=302
    ),
    "funds:campaign_list": Address(ANYWHERE, strong="viewer"),
    "funds:campaign_detail": Address(UNIT, strong="viewer", arguments=CAMPAIGN),
    "funds:campaign_create": Address(UNIT, weak="reviewer", strong="secretary", arguments=FUND),
    "funds:campaign_edit": Address(UNIT, weak="reviewer", strong="secretary", arguments=CAMPAIGN),
    "funds:pledge_list": Address(ANYWHERE, weak="viewer", strong="reviewer"),
    "funds:pledge_detail": Address(UNIT, weak="viewer", strong="reviewer", arguments=PLEDGE),
    "funds:pledge_create": Address(UNIT, weak="reviewer", strong="secretary", arguments=FUND),
    "funds:pledge_edit": Address(UNIT, weak="reviewer", strong="secretary", arguments=PLEDGE),
    "funds:pledge_give_up": Address(UNIT, weak="reviewer", strong="secretary", arguments=PLEDGE),
    "funds:pledge_resume": Address(UNIT, weak="reviewer", strong="secretary", arguments=PLEDGE, posts=True, opens=302),
    "funds:gratitude": Address(UNIT, weak="viewer", strong="reviewer", arguments=FUND),
    "funds:gratitude_paper": Address(UNIT, weak="viewer", strong="reviewer", arguments=(*FUND, "letters", "docx")),
    "funds:gratitude_paper_page": Address(UNIT, weak="viewer", strong="reviewer", arguments=(*FUND, "board", "docx")),
}
