"""The grid of nominations, ten people at once; and how many each unit may pass on."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import FormView

from funds.awards.forms import NominateForm
from funds.awards.quota_forms import QuotaForm
from funds.awards.views.filling import FillMixin
from funds.awards.views.places import address_of, make_crumbs
from funds.awards.views.programmes import ProgrammeMixin
from funds.models import Programme
from funds.permissions import CHANGE_PROGRAMME, NOMINATE
from organizations.scoping import ScopedMixin
from organizations.views.places import NearMixin


class NominateView(ScopedMixin, ProgrammeMixin, NearMixin, FillMixin, FormView):
    """``?organization=CODE`` presets the unit that nominates."""

    permission_required = NOMINATE
    form_class = NominateForm
    template_name = "funds/nominate.html"

    def get_initial(self):
        return {"organization": self.near.code if self.near else ""}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"programme": self.programme}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        is_here = form.cleaned_data["organization"].pk == self.programme.organization_id
        then = "Chờ hai người duyệt." if is_here else "Khi đã đủ thì chuyển lên cấp trên."
        messages.success(self.request, f"Đã đề cử {len(form.saved)} dòng. {then}")
        return redirect(address_of(self.programme))

    def get_context_data(self, **kwargs):
        crumbs = make_crumbs(self.programme, ("Đề cử", ""))
        return super().get_context_data(programme=self.programme, crumbs=crumbs, **kwargs)


class QuotaView(ScopedMixin, FormView):
    """How many portions each unit directly below may pass on."""

    permission_required = CHANGE_PROGRAMME
    form_class = QuotaForm
    template_name = "generic/form.html"

    @cached_property
    def own(self):
        return Programme.objects.allowed(self.request.user, CHANGE_PROGRAMME)

    @cached_property
    def programme(self) -> Programme:
        return get_object_or_404(self.own.select_related("organization"), pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        facts = {"programme": self.programme, "reach": self.own, "user": self.request.user}
        return super().get_form_kwargs() | facts

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, "Đã giao chỉ tiêu.")
        return redirect(address_of(self.programme))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=f"Chỉ tiêu đề cử: {self.programme}",
            lead="Số suất mỗi đơn vị được chuyển lên, kể cả của các đơn vị bên dưới. Để trống: không giới hạn.",
            crumbs=make_crumbs(self.programme, ("Chỉ tiêu", "")),
            cancel_url=address_of(self.programme),
            **kwargs,
        )
