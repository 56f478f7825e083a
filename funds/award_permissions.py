"""The permissions around awards, as khuyenhoc/roles.py grants them."""

VIEW_AWARD = "funds.view_award"
VIEW_PARTY = "funds.view_party"
CHANGE_PROGRAMME = "funds.change_programme"
NOMINATE = "funds.nominate_award"
APPROVE = "funds.approve_award"
PAY = "funds.pay_award"
