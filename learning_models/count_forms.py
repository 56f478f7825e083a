"""Numbers of registrants without names: entered, corrected, taken away."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError

from core.forms import CountField, DateTextField, LineField
from core.service_forms import ScopedServiceForm
from learning_models.counts import delete_count, save_count
from learning_models.models import LearningModel, RegistrationCount, Status
from learning_models.register_filters import YearField, year_choices
from organizations.forms import PastDateField, ReasonField
from organizations.models import Organization
from organizations.unit_fields import UnitField, units_around

FACTS = ("model", "year", "registered_on", "status", "count", "decision_number", "recognised_on", "title_to")
MOST = 10_000_000


class CountForm(ScopedServiceForm):
    """A number of one unit, model, year, day and status; ``reach`` are the units where it may stand."""

    # What the model refuses for the row as a whole is a second number of the same kind.
    aliases = {NON_FIELD_ERRORS: "count"}

    organization = UnitField(label="Đơn vị")
    model = forms.ChoiceField(label="Mô hình", choices=LearningModel.choices)
    year = YearField()
    count = CountField(label="Số lượng (hộ, dòng họ, người …)", max_value=MOST)
    registered_on = PastDateField(label="Ngày đăng ký", help_text="Mỗi ngày và mỗi tình trạng một số; các số cộng lại.")
    status = forms.ChoiceField(label="Đến nay", choices=Status.choices)
    recognised_on = PastDateField(
        label="Ngày quyết định công nhận", required=False, help_text="Chỉ ghi khi đã được công nhận."
    )
    decision_number = LineField(label="Số quyết định", max_length=50, required=False)
    title_to = DateTextField(
        label="Danh hiệu có giá trị đến hết ngày", required=False, help_text="Để trống nếu không có thời hạn."
    )
    reason = ReasonField(label="Nguồn số liệu, lý do", required=False)

    field_order = [
        "organization",
        "model",
        "year",
        "count",
        "registered_on",
        "status",
        "recognised_on",
        "decision_number",
        "title_to",
        "reason",
    ]

    def __init__(self, *args, count: RegistrationCount, near: Organization | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = count
        self.fields["year"].choices = year_choices(count.year or self.initial.get("year"))
        if count.pk:
            del self.fields["organization"]
            self.initial = {name: getattr(count, name) for name in FACTS} | self.initial
        else:
            units = units_around(self.reach, near)
            self.fields["organization"].offer(self.reach, units, empty=None if near in units else "Chọn đơn vị")

    def carry_out(self, values):
        count = self.count
        organization = count.organization if count.pk else values["organization"]
        if not self.reach.filter(pk=organization.pk).exists():
            raise PermissionDenied
        if count.pk:
            count = RegistrationCount.objects.select_for_update().filter(pk=count.pk).first()
            if count is None:
                raise ValidationError("Người khác vừa xoá số đếm này. Hãy ghi số mới.")
        count.organization = organization
        for name in FACTS:
            setattr(count, name, values[name])
        return save_count(count=count, user=self.user, reason=values["reason"])


class CountDeleteForm(ScopedServiceForm):
    reason = ReasonField(label="Lý do", required=False)

    def __init__(self, *args, count: RegistrationCount, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = count

    def carry_out(self, values):
        count = RegistrationCount.objects.select_for_update().filter(pk=self.hold(self.count).pk).first()
        if count is None:
            raise ValidationError("Người khác vừa xoá số đếm này.")
        delete_count(count=count, user=self.user, reason=values["reason"])
