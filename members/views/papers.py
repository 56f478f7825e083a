"""Cards and attendance sheets for the members of the list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from core.documents import PDF_TYPE
from core.numbers import number_to_text
from members.documents import MOST_PEOPLE, attendance_sheet_pdf, member_cards_pdf
from members.forms import PapersForm, chosen_keys
from members.models import Member, Membership
from members.permissions import VIEW
from members.views.lists import FilteredMembersMixin
from organizations.scoping import ScopedMixin


class PapersView(ScopedMixin, FilteredMembersMixin, FormView):
    """GET takes the ticks of the list, or everybody found where nobody is ticked; POST answers with the PDF."""

    permission_required = VIEW
    form_class = PapersForm
    template_name = "members/papers.html"

    def get(self, request, *args, **kwargs):
        ticks = request.GET.getlist("member")
        everybody = request.GET.get("all") == "1" or not ticks
        found = self.find_members() if everybody else None
        keys = chosen_keys(found, ticks, everybody=everybody, most=MOST_PEOPLE)
        if keys is None:
            most = number_to_text(MOST_PEOPLE)
            messages.error(request, f"Mỗi lần in được nhiều nhất {most} người: hãy chọn một đơn vị hẹp hơn.")
            return redirect(f"{reverse('members:member_list')}?{request.GET.urlencode()}")
        self.initial = {"members": ",".join(map(str, keys)), "unit": self.unit.code if self.unit else ""}
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        values = form.cleaned_data
        reach = Member.objects.allowed(self.request.user, VIEW)
        members = list(reach.filter(pk__in=values["members"]).for_list())
        unit = self.reach.filter(code=values["unit"]).first() or self.unit
        if values["paper"] == PapersForm.CARDS:
            spells = Membership.objects.open().filter(member__in=values["members"])
            joined = dict(spells.values_list("member_id", "joined_on"))
            content, name = member_cards_pdf(unit, members, joined=joined), "the-hoi-vien"
        else:
            content = attendance_sheet_pdf(unit, members, subject=values["subject"], day=values["day"])
            name = "diem-danh"
        headers = {"Content-Disposition": f'attachment; filename="{name}-{unit.code}.pdf"'}
        return HttpResponse(content, content_type=PDF_TYPE, headers=headers)

    def get_context_data(self, **kwargs):
        form = kwargs.setdefault("form", self.get_form())
        keys = [key for key in str(form["members"].value() or "").split(",") if key]
        crumbs = [("Hội viên", reverse("members:member_list")), ("In thẻ, danh sách", "")]
        return super().get_context_data(number=len(keys), crumbs=crumbs, **kwargs)
