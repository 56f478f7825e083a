"""Units that may be chosen in a form."""

from django import forms
from django.core.exceptions import PermissionDenied

from core.service_forms import ServiceForm
from organizations.models import Organization

UNITS_SHOWN = 200
FOUND_SHOWN = 30


class UnitField(forms.ModelChoiceField):
    """A unit out of ``reach``; `offer` says which of them stand in the list, all are accepted."""

    default_error_messages = {
        "required": "Hãy chọn một đơn vị.",
        "invalid_choice": "Không có đơn vị này trong phạm vi của ông/bà. Hãy chọn lại.",
    }

    def __init__(self, **kwargs):
        super().__init__(queryset=Organization.objects.none(), to_field_name="code", **kwargs)

    def offer(self, reach, units: list[Organization], *, empty: str | None = None) -> None:
        self.queryset = reach
        choices = [("", empty)] if empty is not None else []
        top = min((unit.depth for unit in units), default=0)
        choices += [(unit.code, f"{'– ' * (unit.depth - top)}{unit.short_name}") for unit in units]
        self.widget.choices = choices


def units_around(reach, unit: Organization | None) -> list[Organization]:
    """The widest branch of the tree around the unit, within ``reach``, that a list can hold, in the tree's order."""
    if unit is None:
        return list(reach[:UNITS_SHOWN])
    for top in reach.above(unit):
        branch = reach.within(Organization.objects.filter(pk=top.pk))
        units = list(branch[: UNITS_SHOWN + 1])
        if len(units) <= UNITS_SHOWN:
            return units
    return list(reach.filter(pk=unit.pk)) + list(reach.filter(parent=unit)[: UNITS_SHOWN - 1])


class DestinationForm(ServiceForm):
    """Asks for a unit: one nearby out of a list, any other by a search that fills the list."""

    destination = UnitField(label="Đến đơn vị")
    query = forms.CharField(
        label="Tìm đơn vị khác (tên hoặc mã)",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Gõ vài chữ trong tên rồi bấm Tìm: danh sách bên dưới chỉ còn những đơn vị tìm thấy.",
    )

    def __init__(self, *args, reach, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.reach = reach.alive()
        typed = self.data.get("query") if self.is_bound else self.initial.get("query")
        self.text = str(typed or "").replace("\0", "").strip()[:200]
        self.found = list(self.reach.search(self.text).order_by("sort_key")[:FOUND_SHOWN]) if self.text else []
        units = self.found if self.text else units_around(self.reach, near)
        empty = None if len(self.found) == 1 else "Chọn đơn vị"
        self.fields["destination"].offer(self.reach, units, empty=empty)

    def check_reach(self, organization: Organization) -> None:
        """Ask again inside the transaction: an appointment may have ended meanwhile."""
        if not self.reach.filter(pk=organization.pk).exists():
            raise PermissionDenied
