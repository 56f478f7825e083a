"""The filter of the list of vacancies."""

from django import forms
from django.db.models import Count, Q

from members.officer_forms import ANY
from members.unit_filters import UnitFilterForm
from members.vacancies import NAMES
from organizations.models import Level

POSTS = [("chair", "Chủ tịch"), ("vice_chair", "Phó Chủ tịch"), ("head", "Chi hội trưởng, Trưởng ban, Tổ trưởng")]
RECORDED, UNRECORDED = "recorded", "unrecorded"


class VacancyFilterForm(UnitFilterForm):
    post = forms.ChoiceField(label="Chức danh", required=False, choices=[*ANY, *POSTS])
    level = forms.ChoiceField(label="Cấp của đơn vị", required=False, choices=[*ANY, *Level.choices])
    state = forms.ChoiceField(
        label="Sổ cán bộ của đơn vị",
        required=False,
        choices=[*ANY, (RECORDED, "đã ghi người khác, chức này còn khuyết"), (UNRECORDED, "chưa ghi ai")],
    )

    def found(self, units):
        """Those of the units from `vacant_units` that the filter asks for."""
        values = self.cleaned_data
        if self.errors:
            return units.none()
        if values["post"] in NAMES:
            units = units.filter(**{f"lacks_{values['post']}": True})
        if values["level"]:
            units = units.filter(level=values["level"])
        return units.filter(is_recorded=values["state"] == RECORDED) if values["state"] else units

    @staticmethod
    def count(units) -> dict[str, int]:
        """How many units there are, and how many of them have nobody in the register; one query."""
        return units.order_by().aggregate(all=Count("pk"), unrecorded=Count("pk", filter=Q(is_recorded=False)))
