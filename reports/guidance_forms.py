from django import forms

from core.attachments import AttachmentField
from core.forms import QuarterField
from core.service_forms import ScopedServiceForm
from reports.guidance import publish_guidance, withdraw_guidance
from reports.models import Guidance


class GuidanceForm(ScopedServiceForm):
    """``reach`` holds the units that the user may write for. Saved: the guidance."""

    organization = forms.ChoiceField(label="Đơn vị hướng dẫn")
    title = forms.CharField(label="Tiêu đề", max_length=200, help_text="Ví dụ: Cách báo cáo quý II.")
    text = forms.CharField(
        label="Nội dung", max_length=5000, widget=forms.Textarea(attrs={"rows": 8}), help_text="Viết ngắn, rõ việc."
    )
    quarter = QuarterField(label="Về quý", required=False, help_text="Ví dụ quý II/2026; để trống nếu nói chung.")
    file = AttachmentField(label="Tệp kèm theo", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in self.reach}
        self.fields["organization"].choices = [(code, unit.name) for code, unit in self.units.items()]
        if len(self.units) == 1:
            del self.fields["organization"]

    def carry_out(self, values):
        chosen = values.pop("organization", None) or next(iter(self.units))
        return publish_guidance(organization=self.hold(self.units[chosen]), user=self.user, **values)


class WithdrawForm(ScopedServiceForm):
    def __init__(self, *args, guidance: Guidance, **kwargs):
        super().__init__(*args, **kwargs)
        self.guidance = guidance

    def carry_out(self, values):
        return withdraw_guidance(guidance=self.hold(self.guidance), user=self.user)
