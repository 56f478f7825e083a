"""Head counts."""

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied

from core.forms import CountField
from core.history import because
from core.service_forms import ServiceForm
from members.models import HeadCount
from organizations.forms import PastDateField, ReasonField
from organizations.models import Organization
from organizations.unit_fields import UnitField, units_around

COUNTED = "Ghi số đếm hội viên"
COUNTS = ("members", "women", "party_members", "carded")


class HeadCountForm(ServiceForm):
    """A count of one day; an empty part is no data."""

    # What the model refuses for the row as a whole is a second count of the day.
    aliases = {NON_FIELD_ERRORS: "date"}

    date = PastDateField(label="Ngày đếm")
    members = CountField(label="Tổng số hội viên", max_value=10_000_000)
    women = CountField(label="Trong đó nữ", required=False, help_text="Chưa có số thì để trống, không ghi 0.")
    party_members = CountField(label="Trong đó đảng viên", required=False)
    carded = CountField(label="Trong đó có thẻ", required=False)
    reason = ReasonField(label="Nguồn số liệu, lý do", required=False)

    def __init__(self, *args, head_count: HeadCount, **kwargs):
        super().__init__(*args, **kwargs)
        self.head_count = head_count
        if head_count.pk:
            self.initial = {name: getattr(head_count, name) for name in ("date", *COUNTS)}

    def clean(self):
        values = super().clean()
        for name in COUNTS[1:]:
            if values.get(name) is not None and values[name] > values.get("members", values[name]):
                self.add_error(name, "Nhiều hơn tổng số hội viên. Hãy kiểm tra lại hai số.")
        return values

    def carry_out(self, values):
        for name in ("date", *COUNTS):
            setattr(self.head_count, name, values[name])
        self.head_count.full_clean()
        because(self.head_count, user=self.user, reason=values["reason"] or COUNTED).save()
        return self.head_count


class HeadCountCreateForm(HeadCountForm):
    organization = UnitField(label="Đơn vị")

    field_order = ["organization", "date", *COUNTS, "reason"]

    def __init__(self, *args, reach, near: Organization | None, **kwargs):
        super().__init__(*args, head_count=HeadCount(), **kwargs)
        self.reach = reach
        units = units_around(reach, near)
        self.fields["organization"].offer(reach, units, empty=None if near in units else "Chọn đơn vị")

    def carry_out(self, values):
        if not self.reach.filter(pk=values["organization"].pk).exists():
            raise PermissionDenied
        self.head_count = HeadCount(organization=values["organization"])
        return super().carry_out(values)
