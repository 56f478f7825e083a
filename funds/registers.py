"""Which units keep the register of their funds: only with them does an empty ledger mean zero."""

from core.periods import Quarter
from organizations.models import RegisterUse
from organizations.spells import UnitOfDay


def registers_in_use(quarter: Quarter, units: dict[int, UnitOfDay]) -> set[int]:
    """Keys of those of ``units`` that keep it by the quarter's last day. One query."""
    in_use = RegisterUse.objects.filter(register=RegisterUse.Register.FUNDS, used_from__lte=quarter.last_day)
    return {pk for pk in in_use.order_by().values_list("organization_id", flat=True) if pk in units}
