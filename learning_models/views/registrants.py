"""The page of one registrant, and what changes it."""

from itertools import chain

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import DetailView, FormView
from django.views.generic.detail import SingleObjectMixin

from learning_models.models import RecognitionDecision, Registrant, Registration, Status
from learning_models.permissions import CHANGE, DECIDE, VIEW
from learning_models.registrant_forms import (
    RegistrantEditForm,
    RegistrantLeaveForm,
    RegistrantTransferForm,
    RegistrationCancelForm,
)
from learning_models.views.places import list_address, make_crumbs
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds, holds_at

HISTORY_SHOWN = 30
TITLE_WORDS = {"in_force": "còn giá trị", "withdrawn": "đã thu hồi", "expired": "đã hết giá trị", "": ""}


def crumbs_of(registrant: Registrant, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return make_crumbs(registrant.organization, (registrant.name, registrant.get_absolute_url()), *rest)


class RegistrantDetailView(ScopedMixin, DetailView):
    """Facts, years and titles with the decisions behind them, and what was changed by whom."""

    permission_required = VIEW
    queryset = Registrant.objects.select_related("organization", "member")
    context_object_name = "registrant"
    template_name = "learning_models/registrant_detail.html"

    def get_context_data(self, **kwargs):
        registrant, today = self.object, timezone.localdate()
        years = registrant.registrations.select_related("organization", "decision", "withdrawal").order_by("-year")
        may_change = holds_at(self.request.user, CHANGE, registrant.organization)
        cancellable = years.allowed(self.request.user, CHANGE).filter(status=Status.REGISTERED) if may_change else []
        may_decide = holds(self.request.user, DECIDE)
        filed = years.allowed(self.request.user, DECIDE).filed_titles() if may_decide else []
        return super().get_context_data(
            crumbs=crumbs_of(registrant),
            years=[(row, TITLE_WORDS[row.title_state(today)]) for row in years],
            cancellable={row.pk for row in cancellable},
            readable=self.readable(years),
            filed={row.pk for row in filed},
            may_change=may_change,
            history=self.read_history(),
            **kwargs,
        )

    def readable(self, years) -> set[int]:
        """Decisions are the unit's above most often, so the head of a branch may see a title but not open its list."""
        asked = {row.decision_id for row in years if row.decision_id}
        decisions = RecognitionDecision.objects.allowed(self.request.user, self.permission_required)
        return set(decisions.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()

    def read_history(self) -> list:
        """What happened to the registrant and to the years, the newest first; two queries."""
        own = self.object.history.select_related("history_user")
        years = Registration.history.filter(registrant_id=self.object.pk).select_related("history_user")
        newest = (rows.order_by("-history_date")[:HISTORY_SHOWN] for rows in (own, years))
        return sorted(chain(*newest), key=lambda row: row.history_date, reverse=True)[:HISTORY_SHOWN]


class RegistrantChangeView(ScopedMixin, SingleObjectMixin, FormView):
    """One change of one registrant; a subclass says its form, its words and what to tell when it is done."""

    permission_required = CHANGE
    queryset = Registrant.objects.select_related("organization", "member__organization")
    context_object_name = "registrant"
    template_name = "generic/form.html"
    title = submit_label = done = ""
    lead = ""

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        if "find" in request.POST:
            # Only searching: nothing is checked yet, and what was typed stays.
            kept = self.get_form_kwargs() | {"data": None, "files": None, "initial": request.POST.dict()}
            return self.render_to_response(self.get_context_data(form=self.form_class(**kept)))
        form = self.get_form()
        if form.is_valid() and form.save():
            messages.success(request, self.done.format(registrant=self.registrant))
            return redirect(self.get_success_url())
        return self.render_to_response(self.get_context_data(form=form))

    @property
    def registrant(self) -> Registrant:
        return self.object

    def get_success_url(self):
        return self.registrant.get_absolute_url()

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"user": self.request.user, "registrant": self.object}
        return kwargs | {"reach": Registrant.objects.allowed(self.request.user, CHANGE)}

    def get_context_data(self, **kwargs):
        registrant = self.registrant
        words = {"title": self.title.format(registrant=registrant), "submit_label": self.submit_label}
        words["lead"] = self.lead.format(unit=registrant.organization.name)
        crumbs = crumbs_of(registrant, (self.submit_label, ""))
        return super().get_context_data(**words, crumbs=crumbs, cancel_url=registrant.get_absolute_url(), **kwargs)


class RegistrantEditView(RegistrantChangeView):
    form_class = RegistrantEditForm
    template_name = "learning_models/registrant_edit.html"
    title = "Sửa thông tin {registrant}"
    submit_label = "Lưu thông tin"
    done = "Đã lưu thông tin của {registrant}."


class RegistrantLeaveView(RegistrantChangeView):
    form_class = RegistrantLeaveForm
    title = "{registrant} đã rời đi"
    lead = "Từ năm sau không còn trong danh sách chuyển đăng ký của {unit}. Các năm và danh hiệu đã có được giữ nguyên."
    submit_label = "Ghi ngày rời đi"
    done = "Đã ghi ngày của {registrant}."


class RegistrantTransferView(RegistrantChangeView):
    form_class = RegistrantTransferForm
    template_name = "generic/destination_form.html"
    title = "Chuyển {registrant} sang đơn vị khác"
    lead = "Hiện ở {unit}. Các năm đã đăng ký vẫn tính cho đơn vị cũ; từ lần đăng ký sau tính cho đơn vị mới."
    submit_label = "Chuyển đơn vị"
    done = "Đã chuyển {registrant}."

    def get_form_kwargs(self):
        reach = Organization.objects.allowed(self.request.user, CHANGE)
        kwargs = super().get_form_kwargs()
        return kwargs | {"registrants": kwargs["reach"], "reach": reach, "near": self.object.organization}


class RegistrationCancelView(RegistrantChangeView):
    """Takes a registration back; both it and its registrant's page lie within the scope."""

    queryset = Registration.objects.select_related("registrant__organization", "organization")
    context_object_name = "registration"
    form_class = RegistrationCancelForm
    template_name = "generic/confirm.html"
    submit_label = "Huỷ đăng ký"

    @property
    def title(self) -> str:
        return f"Huỷ đăng ký năm {self.object.year} của {self.registrant}?"

    @property
    def done(self) -> str:
        return f"Đã huỷ đăng ký năm {self.object.year} của {self.registrant}."

    @property
    def registrant(self) -> Registrant:
        return self.object.registrant

    def get_queryset(self):
        registrants = Registrant.objects.allowed(self.request.user, CHANGE)
        return super().get_queryset().filter(registrant__in=registrants.order_by().values("pk"))

    def get_form_kwargs(self):
        kwargs = {name: value for name, value in super().get_form_kwargs().items() if name != "registrant"}
        reach = Registration.objects.allowed(self.request.user, CHANGE)
        return kwargs | {"registration": self.object, "reach": reach}

    def get_success_url(self):
        query = {"model": self.registrant.model, "year": self.object.year}
        return list_address(self.object.organization, **query)

    def get_context_data(self, **kwargs):
        kept = f"{self.registrant} vẫn còn trong sổ; chỉ lượt đăng ký của năm này bị xoá, lịch sử được giữ."
        return super().get_context_data(consequences=[kept], danger=True, **kwargs)
