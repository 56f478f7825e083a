"""Who may do what, at a unit and everything below it: one table, role × permission.

The columns are viewer, secretary, treasurer, reviewer, manager; an x grants the permission.
"""

ROLES = {
    "viewer": "Người xem",
    "secretary": "Thư ký",
    "treasurer": "Thủ quỹ",
    "reviewer": "Người duyệt",
    "manager": "Người quản lý",
}

TABLE = """
organizations.view_organization         x x x x x
organizations.add_organization          - - - - x
organizations.change_organization       - - - - x
organizations.view_areastatistics       x x x x x
organizations.change_areastatistics     - x - - x
organizations.change_documentsettings   - x - - x
organizations.view_appointment          - - - - x
organizations.add_appointment           - - - - x
members.view_member                     x x x x x
members.change_member                   - x - - x
members.view_personaldata               - x - - x
members.view_idnumber                   - - - - x
members.view_headcount                  x x x x x
members.change_headcount                - x - - x
members.view_officer                    x x x x x
members.change_officer                  - x - - x
members.view_dues                       - x x x x
members.change_dues                     - x x - x
members.change_duesrate                 - - - - x
learning_models.view_registration       x x x x x
learning_models.change_registration     - x - - x
learning_models.change_recognitiondecision - x - - x
funds.view_fund                         x x x x x
funds.add_entry                         - - x - x
funds.change_fund                       - - - - x
funds.close_fund                        - - x - x
funds.reopen_fund                       - - - - x
funds.overdraw_account                  - - - - x
funds.view_party                        - x x x x
funds.change_party                      - x x - x
funds.change_campaign                   - x x - x
funds.change_pledge                     - x x - x
funds.view_award                        x x x x x
funds.add_award                         - x x - x
funds.change_programme                  - x - - x
funds.nominate_award                    - x - - x
funds.approve_award                     - - - x x
funds.pay_award                         - - x - x
reports.view_report                     x x x x x
reports.change_figure                   - x - - x
reports.submit_report                   - x - - x
reports.accept_report                   - - - x -
reports.change_reportinground           - - - - x
reports.change_guidance                 - - - - x
reports.change_readtoken                - - - - x
reports.change_target                   - - - - x
reports.change_documentnumber           - x - - x
spreadsheets.view_importbatch           - x x - x
spreadsheets.add_importbatch            - x x - x
spreadsheets.view_exportlog             - - - - x
spreadsheets.add_exportlog              x x x x x
"""

# Only a superuser: no role reaches beyond its own subtree.
SUPERUSER_PERMISSIONS = frozenset({"organizations.add_root", "organizations.change_administrativeunit"})

# May appoint: a role at a unit may hand out these roles there and below.
MAY_APPOINT = {
    "viewer": frozenset(),
    "secretary": frozenset(),
    "treasurer": frozenset(),
    "reviewer": frozenset(),
    "manager": frozenset(ROLES),
}


def read_table(table: str) -> dict[str, frozenset[str]]:
    """Role → permissions it grants, out of the text table above."""
    granted: dict[str, set[str]] = {role: set() for role in ROLES}
    for line in table.strip().splitlines():
        permission, *marks = line.split()
        for role, mark in zip(ROLES, marks, strict=True):
            if mark == "x":
                granted[role].add(permission)
    return {role: frozenset(permissions) for role, permissions in granted.items()}


ROLE_PERMISSIONS = read_table(TABLE)
