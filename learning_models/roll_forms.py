"""What is asked before last year's registrants are registered again."""

from datetime import date

from django.core.exceptions import PermissionDenied

from core.service_forms import ServiceForm
from learning_models.models import Registrant
from learning_models.permissions import CHANGE
from learning_models.rolling import Choice, RollPlan, plan_roll, roll_unit, roll_units
from organizations.forms import PastDateField
from organizations.models import Organization

MOST_KEYS = 1000


def read_keys(values: list[str]) -> frozenset[int]:
    """The keys out of what a form sent; anything else is left out."""
    return frozenset(int(each) for each in values[:MOST_KEYS] if each.isascii() and each.isdigit() and len(each) < 19)


class RollForm(ServiceForm):
    """The day, for one or several units of ``reach``."""

    registered_on = PastDateField(label="Ngày đăng ký")

    def __init__(self, *args, model: str, year: int, reach, **kwargs):
        super().__init__(*args, **kwargs)
        self.model, self.year, self.reach = model, year, reach

    def check_reach(self, organizations: list[Organization]) -> None:
        """Ask again inside the transaction: an appointment may have ended meanwhile."""
        keys = {organization.pk for organization in organizations}
        if self.reach.filter(pk__in=keys).count() != len(keys):
            raise PermissionDenied


class RollUnitForm(RollForm):
    """The list of one unit: who is left out, who moved away, and until when they were there."""

    gone_on = PastDateField(label="Người đã rời đi: còn ở đây đến hết ngày", required=False)

    def __init__(self, *args, organization: Organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.ticked = {name: frozenset() for name in ("shown", "skip", "gone")}
        if self.is_bound:
            self.ticked = {name: read_keys(self.data.getlist(name)) for name in self.ticked}

    @property
    def choice(self) -> Choice:
        ticked = self.ticked
        return Choice(ticked["shown"], ticked["skip"], ticked["gone"], self.cleaned_data.get("gone_on"))

    def clean(self):
        values = super().clean()
        if self.ticked["gone"] and not values.get("gone_on") and "gone_on" not in self.errors:
            self.add_error("gone_on", "Có người được đánh dấu đã rời đi: hãy ghi ngày cuối cùng còn ở đây.")
        return values

    def plan(self) -> RollPlan:
        day: date = self.cleaned_data["registered_on"]
        return plan_roll(
            self.choice, organization=self.organization, model=self.model, year=self.year, registered_on=day
        )

    def carry_out(self, values):
        self.check_reach([self.organization])
        return roll_unit(
            self.choice,
            organization=self.organization,
            model=self.model,
            year=self.year,
            registered_on=values["registered_on"],
            reach=Registrant.objects.allowed(self.user, CHANGE),
            user=self.user,
        )


class RollUnitsForm(RollForm):
    """Whole units at once, those that were ticked."""

    def __init__(self, *args, units: list[Organization], **kwargs):
        super().__init__(*args, **kwargs)
        codes = set(self.data.getlist("roll")) if self.is_bound else set()
        self.chosen = [unit for unit in units if unit.code in codes]

    def clean(self):
        if not self.chosen:
            self.add_error(None, "Chưa chọn đơn vị nào. Hãy đánh dấu ít nhất một đơn vị.")
        return super().clean()

    def carry_out(self, values):
        self.check_reach(self.chosen)
        return roll_units(
            self.chosen, model=self.model, year=self.year, registered_on=values["registered_on"], user=self.user
        )
