from django.contrib import messages
from django.shortcuts import redirect
from django.views.generic import UpdateView

from organizations.forms import DocumentSettingsForm
from organizations.models import DocumentSettings, Organization
from organizations.scoping import ScopedMixin
from organizations.views.detail import make_crumbs


class DocumentSettingsView(ScopedMixin, UpdateView):
    """What the unit's documents carry around their text."""

    permission_required = "organizations.change_documentsettings"
    model = Organization
    slug_field = slug_url_kwarg = "code"
    form_class = DocumentSettingsForm
    template_name = "generic/form.html"

    def get_object(self, queryset=None):
        self.organization = super().get_object(queryset)
        found = DocumentSettings.objects.filter(organization=self.organization).first()
        return found or DocumentSettings(organization=self.organization)

    def form_valid(self, form):
        form.save()
        messages.success(self.request, "Đã lưu thể thức văn bản. Báo cáo tải về từ giờ dùng thể thức này.")
        return redirect(self.organization)

    def get_context_data(self, **kwargs):
        seen = Organization.objects.allowed(self.request.user, "organizations.view_organization")
        return super().get_context_data(
            title=f"Thể thức văn bản của {self.organization}",
            lead="In ở đầu và cuối báo cáo gửi đi (Nghị định 30/2020/NĐ-CP). Số và ngày ghi ở từng báo cáo.",
            submit_label="Lưu thể thức văn bản",
            crumbs=[*make_crumbs(seen, self.organization), ("Thể thức văn bản", "")],
            cancel_url=self.organization.get_absolute_url(),
            **kwargs,
        )
