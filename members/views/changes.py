"""What changes one person: each page is one form that hands its work to a service."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.detail import SingleObjectMixin

from core.vietnamese import date_to_text
from members.forms import LeaveForm, MemberCreateForm, MemberEditForm, MembershipForm, RejoinForm, TransferForm
from members.models import Member, Membership
from members.permissions import CHANGE
from members.views.places import make_crumbs
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from organizations.views.places import NearMixin


class MemberCreateView(ScopedMixin, NearMixin, FormView):
    """``?organization=CODE`` presets the unit, ``?joined_on=`` the day, as they were for the person before."""

    permission_required = CHANGE
    form_class = MemberCreateForm
    template_name = "members/member_create.html"

    def get_initial(self):
        return {
            "organization": self.near.code if self.near else "",
            "joined_on": self.request.GET.get("joined_on") or date_to_text(timezone.localdate()),
        }

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        member = form.saved
        messages.success(self.request, f"Đã ghi {member.full_name} vào {member.organization.short_name}.")
        if "next" in self.request.POST:
            kept = {"organization": member.organization.code, "joined_on": form["joined_on"].value() or ""}
            return redirect(reverse("members:member_create", query=kept))
        return redirect(f"{member.get_absolute_url()}?saved=1")

    def get_context_data(self, **kwargs):
        crumbs = [("Hội viên", reverse("members:member_list")), ("Thêm hội viên", "")]
        return super().get_context_data(crumbs=crumbs, cancel_url=reverse("members:member_list"), **kwargs)


class MemberChangeView(ScopedMixin, SingleObjectMixin, FormView):
    """One change of one person; a subclass says its form, its words and what to tell when it is done."""

    permission_required = CHANGE
    queryset = Member.objects.select_related("organization").defer("id_number")
    context_object_name = "member"
    template_name = "generic/form.html"
    title = submit_label = done = ""
    # The last crumb, where the button does not name the page.
    crumb = ""
    lead = None

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
            messages.success(request, self.done.format(member=self.person))
            return redirect(self.person)
        return self.render_to_response(self.get_context_data(form=form))

    @property
    def person(self) -> Member:
        return self.object

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"member": self.object, "user": self.request.user}

    def get_context_data(self, **kwargs):
        person = self.person
        crumbs = make_crumbs(
            person.organization, (person.full_name, person.get_absolute_url()), (self.crumb or self.submit_label, "")
        )
        words = {"title": self.title.format(member=person), "submit_label": self.submit_label, "lead": self.lead}
        return super().get_context_data(**words, crumbs=crumbs, cancel_url=person.get_absolute_url(), **kwargs)


class MemberEditView(MemberChangeView):
    form_class = MemberEditForm
    template_name = "members/member_edit.html"
    title = "Sửa thông tin {member}"
    submit_label = "Lưu thông tin"
    crumb = "Sửa thông tin"
    done = "Đã lưu thông tin của {member}."


class DestinationView(MemberChangeView):
    """A change that asks for a unit."""

    template_name = "generic/destination_form.html"

    def get_form_kwargs(self):
        reach = Organization.objects.allowed(self.request.user, self.permission_required)
        return super().get_form_kwargs() | {"reach": reach, "near": self.object.organization}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"lead": self.lead.format(unit=self.object.organization.name)}


class MemberTransferView(DestinationView):
    form_class = TransferForm
    title = "Chuyển sinh hoạt của {member}"
    lead = "Hiện sinh hoạt tại {unit}. Thời gian ở đó được giữ lại; chuyển nội bộ không tính là kết nạp mới."
    submit_label = "Chuyển sinh hoạt"
    done = "Đã chuyển sinh hoạt của {member}."


class MemberRejoinView(DestinationView):
    form_class = RejoinForm
    title = "{member} trở lại sinh hoạt"
    lead = "Trước đây sinh hoạt tại {unit}."
    submit_label = "Trở lại sinh hoạt"
    done = "Đã ghi {member} trở lại sinh hoạt."

    def get_initial(self):
        return {"destination": self.object.organization.code}


class MemberLeaveView(MemberChangeView):
    form_class = LeaveForm
    template_name = "generic/confirm.html"
    title = "{member} thôi sinh hoạt?"
    submit_label = "Ghi thôi sinh hoạt"
    done = "Đã ghi {member} thôi sinh hoạt."

    def get_context_data(self, **kwargs):
        consequences = [
            "Hội viên không còn trong danh sách đang sinh hoạt từ ngày này; vẫn xem được ở “đã thôi”.",
            "Thời gian đã sinh hoạt và số liệu các quý trước được giữ nguyên.",
        ]
        return super().get_context_data(consequences=consequences, danger=True, **kwargs)


class MembershipEditView(MemberChangeView):
    """The dates of one spell: both it and the person must be within the scope."""

    queryset = Membership.objects.select_related("member__organization", "organization")
    context_object_name = "membership"
    form_class = MembershipForm
    title = "Sửa thời gian sinh hoạt của {member}"
    submit_label = "Lưu thời gian"
    crumb = "Sửa thời gian"
    done = "Đã sửa thời gian sinh hoạt của {member}."

    def get_queryset(self):
        members = Member.objects.allowed(self.request.user, self.permission_required)
        return super().get_queryset().filter(member__in=members.order_by().values("pk"))

    @property
    def person(self) -> Member:
        return self.object.member

    @property
    def lead(self) -> str:
        return f"Thời gian ở {self.object.organization.name}. Hai thời gian nối nhau bằng lần chuyển thì đổi cùng nhau."

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {name: value for name, value in kwargs.items() if name != "member"} | {"membership": self.object}
