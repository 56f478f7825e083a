"""Head counts, and which units keep the register of members since when."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from core.paginator import KeysetListMixin
from members.forms import HeadCountCreateForm, HeadCountForm
from members.models import HeadCount
from members.names import compare
from members.permissions import CHANGE, CHANGE_HEAD_COUNT, VIEW_HEAD_COUNT
from members.views.places import member_tabs
from members.views.units import CHANGE as CHANGE_OFFICER
from members.views.units import TABS as OFFICER_TABS
from organizations.models import RegisterUse
from organizations.scoping import ScopedMixin, holds
from organizations.views.places import NearMixin, UnitMixin
from organizations.views.registers import KeptRegister, RegisterListView, RegisterUseView

HISTORY_SHOWN = 20


MEMBERS = KeptRegister(
    RegisterUse.Register.MEMBERS,
    "hội viên",
    "báo cáo quý lấy số hội viên từ danh sách tên thay cho số đếm",
    "mọi hội viên của đơn vị đều có tên trong sổ",
    "members:register_list",
    "members:register_use",
)
OFFICERS = KeptRegister(
    RegisterUse.Register.OFFICERS,
    "cán bộ Hội",
    "báo cáo quý lấy số cán bộ từ danh sách tên",
    "mọi cán bộ Hội của đơn vị đều có tên trong sổ",
    "members:officer_register_list",
    "members:officer_register_use",
)


class HeadCountListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """The newest counts first, each beside the names of its day."""

    permission_required = VIEW_HEAD_COUNT
    queryset = HeadCount.objects.select_related("organization").order_by("-date", "-pk")
    template_name = "members/head_count_list.html"
    paginate_by = 20

    def get_queryset(self):
        counts = self.queryset.all()
        return counts if self.unit_ids is None else counts.filter(organization__in=self.unit_ids)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        may_change = holds(self.request.user, CHANGE_HEAD_COUNT)
        rows = compare(list(context["object_list"]))
        return context | {
            "rows": rows,
            "may_change": may_change,
            "tabs": member_tabs(self.request),
            "unit": self.unit,
            "units": self.units,
        }


class HeadCountFormMixin:
    """What entering and correcting a head count share."""

    template_name = "members/head_count_form.html"
    lead = "Đếm cả những đơn vị bên dưới không tự báo cáo. Có danh sách tên thì hai số được đặt cạnh nhau."
    title = "Ghi số đếm hội viên"

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã ghi số đếm của {form.saved.organization.short_name}.")
        return redirect(f"{reverse('members:head_count_list')}?unit={form.saved.organization.code}")

    def get_context_data(self, **kwargs):
        counts = reverse("members:head_count_list")
        crumbs = [("Hội viên", reverse("members:member_list")), ("Số đếm", counts), (self.title, "")]
        words = {"title": self.title, "lead": self.lead, "submit_label": "Lưu số đếm"}
        return super().get_context_data(**words, crumbs=crumbs, cancel_url=counts, **kwargs)


class HeadCountCreateView(ScopedMixin, HeadCountFormMixin, NearMixin, FormView):
    permission_required = CHANGE_HEAD_COUNT
    form_class = HeadCountCreateForm

    def get_initial(self):
        return {"organization": self.near.code if self.near else ""}


class HeadCountEditView(ScopedMixin, HeadCountFormMixin, SingleObjectMixin, FormView):
    permission_required = CHANGE_HEAD_COUNT
    queryset = HeadCount.objects.select_related("organization")
    form_class = HeadCountForm

    @cached_property
    def object(self):
        return self.get_object()

    @property
    def title(self) -> str:
        return f"Sửa số đếm của {self.object.organization.short_name}"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"head_count": self.object, "user": self.request.user}

    def get_context_data(self, **kwargs):
        history = self.object.history.select_related("history_user")[:HISTORY_SHOWN]
        return super().get_context_data(history=history, **kwargs)


class MemberRegisterListView(RegisterListView):
    permission_required = CHANGE
    kept = MEMBERS

    def get_tabs(self):
        return member_tabs(self.request)


class OfficerRegisterListView(RegisterListView):
    permission_required = CHANGE_OFFICER
    kept = OFFICERS

    def get_tabs(self):
        return [(label, reverse(name), name == self.kept.list_address) for label, name in OFFICER_TABS]


class MemberRegisterUseView(RegisterUseView):
    permission_required = CHANGE
    kept = MEMBERS


class OfficerRegisterUseView(RegisterUseView):
    permission_required = CHANGE_OFFICER
    kept = OFFICERS
