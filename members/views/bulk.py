"""One change for many: asked, shown as a summary, carried out by one more press."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from core.numbers import number_to_text
from members.bulk import MOST_MEMBERS
from members.forms import BulkChangeForm, BulkTransferForm, chosen_keys
from members.models import Member
from members.permissions import CHANGE, VIEW
from members.views.lists import FilteredMembersMixin
from organizations.models import Organization
from organizations.scoping import ScopedMixin

NAMES_SHOWN = 100


class BulkView(ScopedMixin, FilteredMembersMixin, FormView):
    """GET takes the ticks of the list (or its filter, for everybody found), POST shows and then carries out."""

    permission_required = CHANGE
    unit_permission = VIEW  # the list that was ticked may be wider than what may be changed
    template_name = "members/members_form.html"
    title = submit_label = done = ""

    def get(self, request, *args, **kwargs):
        everybody = request.GET.get("all") == "1"
        found = self.find_members() if everybody else None
        keys = chosen_keys(found, request.GET.getlist("member"), everybody=everybody, most=MOST_MEMBERS)
        if not keys:
            return self.back_to_list(keys)
        self.initial = {"members": ",".join(map(str, keys))}
        return super().get(request, *args, **kwargs)

    def back_to_list(self, keys):
        """The list as it was filtered, and what to do there: ``keys`` is None when there are too many."""
        most = number_to_text(MOST_MEMBERS)
        words = (
            "Chưa chọn hội viên nào. Hãy đánh dấu ô “Chọn” của từng người, rồi bấm lại nút ở cuối danh sách."
            if keys == []
            else f"Mỗi lần sửa được nhiều nhất {most} người: hãy lọc hẹp lại."
        )
        messages.error(self.request, words)
        asked = {name: values for name, values in self.request.GET.lists() if name not in ("member", "all")}
        return redirect(reverse("members:member_list", query=asked or None))

    def post(self, request, *args, **kwargs):
        if "find" in request.POST:
            # Only searching: nothing is checked yet, and what was typed stays.
            kept = self.get_form_kwargs() | {"data": None, "files": None, "initial": request.POST.dict()}
            return self.render_to_response(self.get_context_data(form=self.form_class(**kept)))
        form = self.get_form()
        if not form.is_valid() or "again" in request.POST:
            return self.form_invalid(form)
        if "confirm" in request.POST and form.save():
            changed = number_to_text(len(form.saved.steps))
            messages.success(request, self.done.format(number=changed, form=form))
            return redirect(self.get_success_url(form))
        stale = form.non_field_errors()
        return self.summarize(form, stale) if form.prepare() else self.form_invalid(form)

    def summarize(self, form, stale):
        context = {"form": form, "plan": form.plan, "stale": stale, "shown": NAMES_SHOWN}
        return self.response_class(
            self.request, "members/members_summary.html", self.get_context_data(**context), using=self.template_engine
        )

    def get_form_kwargs(self):
        members = Member.objects.allowed(self.request.user, CHANGE)
        return super().get_form_kwargs() | {"reachable_members": members, "user": self.request.user}

    def get_success_url(self, form):
        return reverse("members:member_list")

    def get_context_data(self, **kwargs):
        form = kwargs.setdefault("form", self.get_form())
        keys = str(form["members"].value() or "").split(",")
        crumbs = [("Hội viên", reverse("members:member_list")), (self.title, "")]
        words = {"title": self.title, "submit_label": self.submit_label, "number": len(keys)}
        return super().get_context_data(crumbs=crumbs, **words, **kwargs)


class MembersTransferView(BulkView):
    form_class = BulkTransferForm
    title = "Chuyển sinh hoạt nhiều hội viên"
    submit_label = "Chuyển sinh hoạt"
    done = "Đã chuyển {number} hội viên."

    def get_form_kwargs(self):
        reach = Organization.objects.allowed(self.request.user, CHANGE)
        return super().get_form_kwargs() | {"reach": reach, "near": self.unit}

    def get_success_url(self, form):
        return f"{super().get_success_url(form)}?unit={form.cleaned_data['destination'].code}"


class MembersChangeView(BulkView):
    form_class = BulkChangeForm
    title = "Sửa hàng loạt"
    submit_label = "Ghi thay đổi"
    done = "Đã sửa {number} hội viên."
