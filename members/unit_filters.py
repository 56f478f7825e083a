"""The filter by unit that the lists of officers, vacancies and terms share."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from organizations.models import Organization

MOST_UNITS = 50


class UnitFilterForm(forms.Form):
    """A unit by code or words of its name, and everything below it; begins with the unit in work.

    An emptied field means the whole scope. With an error nothing is listed.
    """

    unit = forms.CharField(
        label="Đơn vị (tên hoặc mã)",
        required=False,
        max_length=200,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data, *, reach, workplace: Organization | None):
        self.reach = reach
        given = data.dict()
        if "unit" not in given and workplace is not None:
            given["unit"] = workplace.code
        super().__init__(given)
        self.full_clean()

    @property
    def single(self) -> Organization | None:
        """The one unit that was asked for."""
        return self.roots[0] if len(self.roots) == 1 else None

    @property
    def roots(self) -> list[Organization]:
        return self.cleaned_data.get("unit") or []

    def clean_unit(self) -> list[Organization]:
        """The units that the text names, each standing for what is below it too."""
        text = self.cleaned_data["unit"].replace("\0", "").strip()
        if not text:
            return []
        found = list(self.reach.filter(code=text))
        found = found or list(self.reach.search(text).order_by("sort_key", "pk")[: MOST_UNITS + 1])
        if not found:
            raise ValidationError("Không có đơn vị nào như vậy trong phạm vi của ông/bà. Hãy gõ ít chữ hơn.")
        if len(found) > MOST_UNITS:
            raise ValidationError(f"Hơn {MOST_UNITS} đơn vị có những chữ này. Hãy gõ thêm chữ hoặc gõ mã.")
        return found

    @cached_property
    def units(self):
        """The organizations to list: those named and everything below them, within the scope."""
        if self.errors:
            return self.reach.none()
        if not self.roots:
            return self.reach
        return self.reach.within(Organization.objects.filter(pk__in=[unit.pk for unit in self.roots]))

    @property
    def in_words(self) -> str:
        """Of what the page is a list."""
        if self.errors:
            return ""
        if self.single:
            return f"{self.single.name} và các đơn vị cấp dưới"
        if self.roots:
            return f"{len(self.roots)} đơn vị có chữ “{self.data['unit']}” và các đơn vị cấp dưới"
        return "Mọi đơn vị trong phạm vi của ông/bà"
