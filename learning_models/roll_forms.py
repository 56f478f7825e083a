"""What is asked before last year's registrants are registered again."""

from datetime import date

from django import forms
from django.core.exceptions import PermissionDenied

from core.forms import LineField
from core.service_forms import ServiceForm
from core.vietnamese import date_to_text
from learning_models.models import Registrant
from learning_models.permissions import CHANGE
from learning_models.rolling import (
    WHY_LENGTH,
    Choice,
    RollPlan,
    plan_roll,
    registered_after,
    roll_unit,
    roll_units,
)
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
    """The list of one unit: who is left out, who moved away, until when they were there, and why."""

    gone_on = PastDateField(label="Người đã rời đi: còn ở đây đến hết ngày", required=False)

    def __init__(self, *args, organization: Organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.ticked = {name: frozenset() for name in ("shown", "skip", "gone")}
        if self.is_bound:
            self.ticked = {name: read_keys(self.data.getlist(name)) for name in self.ticked}
        exceptions = self.ticked["shown"] & (self.ticked["skip"] | self.ticked["gone"])
        self.whys = {key: f"w{key}" for key in sorted(exceptions)}
        for name in self.whys.values():
            self.fields[name] = LineField(label="Vì sao", max_length=WHY_LENGTH, required=False)

    @property
    def choice(self) -> Choice:
        ticked, values = self.ticked, self.cleaned_data
        whys = {key: values[name] for key, name in self.whys.items() if values.get(name)}
        return Choice(ticked["shown"], ticked["skip"], ticked["gone"], values.get("gone_on"), whys)

    @property
    def days(self) -> list[forms.BoundField]:
        return [self["registered_on"], self["gone_on"]]

    @property
    def kept_whys(self) -> list[forms.BoundField]:
        """What was said of the exceptions, for a page that asks for something else."""
        return [self[name] for name in self.whys.values()]

    def asked_whys(self, rows: list[Registrant], *, usual: str) -> list[forms.BoundField]:
        """The inputs about these; ``usual`` is the list of the page that offers what people often say."""
        asked = [self[self.whys[row.pk]] for row in rows]
        for row, field in zip(rows, asked, strict=True):
            field.label = f"{row}: vì sao"
            field.field.widget.attrs |= {"list": usual, "autocomplete": "off"}
        return asked

    def clean(self):
        values = super().clean()
        if self.ticked["gone"] and not values.get("gone_on") and "gone_on" not in self.errors:
            self.add_error("gone_on", "Có người được đánh dấu đã rời đi: hãy ghi ngày cuối cùng còn ở đây.")
        self.check_gone_on(values.get("gone_on"))
        return values

    def check_gone_on(self, day: date | None) -> None:
        """Said before the preview, beside the day that it is about."""
        gone = self.ticked["gone"] & self.ticked["shown"]
        if day and gone and (late := registered_after(day, gone, unit=self.organization)):
            registered = f"{late.registrant} đăng ký ngày {date_to_text(late.registered_on)}"
            self.add_error(
                "gone_on", f"{registered}, sau ngày này. Hãy ghi ngày cuối cùng còn ở đây từ ngày ấy trở đi."
            )

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
