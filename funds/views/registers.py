"""From which day on a unit's money and awards all stand in its ledgers: only then does an empty ledger mean zero."""

from funds.permissions import ADD_ENTRY
from funds.views.places import list_tabs
from organizations.models import RegisterUse
from organizations.views.registers import KeptRegister, RegisterListView, RegisterUseView

FUNDS = KeptRegister(
    RegisterUse.Register.FUNDS,
    "quỹ",
    "báo cáo quý lấy số tiền vận động, chi, số dư, hội phí và số khen thưởng, học bổng từ sổ",
    "mọi khoản thu chi, khen thưởng, học bổng của đơn vị đều có trong sổ",
    "funds:register_list",
    "funds:register_use",
    empty="sổ trống",
)


class FundRegisterListView(RegisterListView):
    permission_required = ADD_ENTRY
    kept = FUNDS

    def get_tabs(self):
        return list_tabs(self.request)


class FundRegisterUseView(RegisterUseView):
    permission_required = ADD_ENTRY
    kept = FUNDS
