"""Head counts, and which units keep the register of members since when."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from core.paginator import KeysetListMixin
from members.forms import HeadCountCreateForm, HeadCountForm, RegisterUseForm
from members.models import HeadCount
from members.names import compare
from members.permissions import CHANGE, CHANGE_HEAD_COUNT, VIEW_HEAD_COUNT
from members.views.places import member_tabs
from members.views.units import CHANGE as CHANGE_OFFICER
from members.views.units import TABS as OFFICER_TABS
from organizations.models import Organization, RegisterUse
from organizations.registers import register_in_use
from organizations.scoping import ScopedMixin, holds
from organizations.views.places import NearMixin, UnitMixin

HISTORY_SHOWN = 20


@dataclass(frozen=True)
class KeptRegister:
    """A register that a unit may say it keeps: ``noun``, whose names it holds; ``effect``, what changes then."""

    register: str
    noun: str
    effect: str
    list_address: str
    use_address: str


MEMBERS = KeptRegister(
    RegisterUse.Register.MEMBERS,
    "hội viên",
    "báo cáo quý lấy số hội viên từ danh sách tên thay cho số đếm",
    "members:register_list",
    "members:register_use",
)
OFFICERS = KeptRegister(
    RegisterUse.Register.OFFICERS,
    "cán bộ Hội",
    "báo cáo quý lấy số cán bộ từ danh sách tên",
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


class RegisterListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """The reporting units, each with the day from which it keeps the register."""

    permission_required = CHANGE
    kept = MEMBERS
    model = Organization
    template_name = "members/register_list.html"
    paginate_by = 50

    def get_queryset(self):
        kept = RegisterUse.objects.filter(register=self.kept.register)
        units = super().get_queryset().alive().filter(reports_quarterly=True)
        if self.unit:
            units = units.within(Organization.objects.filter(pk=self.unit.pk))
        return units.order_by("sort_key", "pk").prefetch_related(Prefetch("registers", kept, to_attr="kept"))

    def get_context_data(self, **kwargs):
        shown = {"unit": self.unit, "units": self.units, "kept": self.kept}
        return super().get_context_data(tabs=self.get_tabs(), **shown, **kwargs)

    def get_tabs(self):
        return member_tabs(self.request)


class OfficerRegisterListView(RegisterListView):
    permission_required = CHANGE_OFFICER
    kept = OFFICERS

    def get_tabs(self):
        return [(label, reverse(name), name == self.kept.list_address) for label, name in OFFICER_TABS]


class RegisterUseView(ScopedMixin, SingleObjectMixin, FormView):
    """Say from which day the unit keeps the register, correct that day, or take it back."""

    permission_required = CHANGE
    queryset = Organization.objects.filter(reports_quarterly=True)
    slug_field = slug_url_kwarg = "code"
    form_class = RegisterUseForm
    template_name = "members/register_use.html"
    kept = MEMBERS

    @cached_property
    def object(self):
        return self.get_object()

    @cached_property
    def use(self) -> RegisterUse | None:
        return register_in_use(self.object, self.kept.register)

    def get_initial(self):
        return {"used_from": self.use.used_from} if self.use else {}

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if "stop" in request.POST:
            form.stop()
            messages.success(request, f"{self.object.short_name} thôi dùng sổ {self.kept.noun}.")
            return redirect(self.kept.list_address)
        if form.is_valid() and form.save():
            day = form["used_from"].value()
            messages.success(request, f"{self.object.short_name} dùng sổ {self.kept.noun} từ {day}.")
            return redirect(self.kept.list_address)
        return self.form_invalid(form)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "organization": self.object,
            "kept": self.kept,
            "user": self.request.user,
        }

    def get_context_data(self, **kwargs):
        title = f"Dùng sổ {self.kept.noun}"
        crumbs = [(title, reverse(self.kept.list_address)), (self.object.short_name, "")]
        history = RegisterUse.history.filter(organization_id=self.object.pk, register=self.kept.register)
        history = history.select_related("history_user")
        return super().get_context_data(
            crumbs=crumbs,
            kept=self.kept,
            use=self.use,
            history=history.order_by("-history_date", "-history_id")[:HISTORY_SHOWN],
            **kwargs,
        )


class OfficerRegisterUseView(RegisterUseView):
    permission_required = CHANGE_OFFICER
    kept = OFFICERS
