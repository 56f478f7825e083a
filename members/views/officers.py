"""Who holds what: the list, the page of one person, and the changes of one post."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView, FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from members.models import Officer
from members.officer_forms import DeletePostForm, EndPostForm, OfficerFilterForm, OfficerForm
from members.officers import is_unusual, unusual_words
from members.views.units import CHANGE, VIEW, UnitListMixin, changeable
from organizations.models import Organization
from organizations.scoping import ScopedMixin


def list_address(organization: Organization) -> str:
    """The officers of one unit and all below it."""
    return reverse("members:officer_list", query={"unit": organization.code})


def make_crumbs(organization: Organization, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    officers = ("Cán bộ Hội", reverse("members:officer_list"))
    return [officers, (organization.short_name, list_address(organization)), *rest]


class OfficerListView(UnitListMixin, ListView):
    """Who holds what in a unit and everything below it, today or on any day."""

    model = Officer
    template_name = "members/officer_list.html"
    filter_class = OfficerFilterForm

    def get_queryset(self):
        found = self.filters.found(super().get_queryset())
        return found.select_related("organization").prefetch_related("outside_posts").by_rank()

    def get_context_data(self, **kwargs):
        day = self.filters.day
        return super().get_context_data(day=day, is_today=day == timezone.localdate(), **kwargs)


class OfficerDetailView(ScopedMixin, DetailView):
    """One post, and all posts of the same person as far as they may be seen."""

    permission_required = VIEW
    queryset = Officer.objects.select_related("organization", "term", "member__organization")
    context_object_name = "officer"
    template_name = "members/officer_detail.html"

    def get_context_data(self, **kwargs):
        officer, user = self.object, self.request.user
        posts = Officer.objects.allowed(user, self.permission_required).of_person(officer)
        return super().get_context_data(
            crumbs=make_crumbs(officer.organization, (officer.full_name, "")),
            posts=posts.select_related("organization", "term").newest_first(),
            outside=officer.outside_posts.all(),
            may_change=officer.organization_id in changeable(user, [officer.organization_id]),
            history=officer.history.select_related("history_user")[:30],
            **kwargs,
        )


class PostChangeView(ScopedMixin, SingleObjectMixin, FormView):
    """One change of one post; a subclass says its form and its words."""

    permission_required = CHANGE
    queryset = Officer.objects.select_related("organization")
    title = submit_label = done = ""
    # The last crumb, where the button does not name the page.
    crumb = ""

    def dispatch(self, request, *args, **kwargs):
        self.object = None
        return super().dispatch(request, *args, **kwargs)

    @property
    def officer(self) -> Officer:
        if self.object is None:
            self.object = self.get_object()
        return self.object

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"officer": self.officer, "user": self.request.user}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, self.done.format(officer=self.officer))
        return redirect(self.get_success_url())

    def get_success_url(self):
        return reverse("members:officer_detail", args=[self.officer.pk])

    def get_context_data(self, **kwargs):
        officer = self.officer
        return super().get_context_data(
            officer=officer,
            title=self.title.format(officer=officer),
            submit_label=self.submit_label,
            crumbs=make_crumbs(officer.organization, (self.crumb or self.submit_label, "")),
            cancel_url=self.get_success_url() if officer.pk else list_address(officer.organization),
            **kwargs,
        )


class OfficerFormView(PostChangeView):
    """A post as it is typed; “find” only searches the register of members and loses nothing."""

    form_class = OfficerForm
    template_name = "members/officer_form.html"

    def post(self, request, *args, **kwargs):
        if "find" not in request.POST:
            return super().post(request, *args, **kwargs)
        typed = request.POST.dict() | {"outside_posts": request.POST.getlist("outside_posts")}
        kwargs = self.get_form_kwargs() | {"data": None, "files": None, "initial": typed, "finding": True}
        return self.render_to_response(self.get_context_data(form=self.form_class(**kwargs)))

    def form_valid(self, form):
        response = super().form_valid(form)
        if not form.errors and is_unusual(self.officer.post, self.officer.organization):
            messages.warning(self.request, unusual_words(self.officer.post, self.officer.organization))
        return response


class OfficerCreateView(OfficerFormView):
    title = "Ghi cán bộ của {officer.organization.name}"
    submit_label = "Ghi cán bộ"
    done = "Đã ghi {officer}."
    queryset = Organization.objects.all()
    slug_field = slug_url_kwarg = "code"

    @property
    def officer(self) -> Officer:
        if self.object is None:
            self.object = Officer(organization=self.get_object())
        return self.object

    def get_initial(self):
        return OfficerForm.initial_for(self.officer.organization)


class OfficerEditView(OfficerFormView):
    title = "Sửa chức vụ của {officer.full_name}"
    submit_label = "Lưu chức vụ"
    crumb = "Sửa chức vụ"
    done = "Đã lưu {officer}."

    def get_initial(self):
        return OfficerForm.initial_of(self.officer)


class OfficerEndView(PostChangeView):
    form_class = EndPostForm
    template_name = "generic/form.html"
    title = "Thôi giữ chức: {officer}"
    submit_label = "Ghi thôi giữ chức"
    done = "Đã ghi {officer.full_name} thôi giữ chức. Người này vẫn còn trong danh sách của những ngày trước."

    def get_initial(self):
        return {"to_date": timezone.localdate()}


class OfficerDeleteView(PostChangeView):
    form_class = DeletePostForm
    template_name = "generic/confirm.html"
    title = "Xoá dòng ghi nhầm: {officer}?"
    submit_label = "Xoá dòng này"
    done = "Đã xoá dòng ghi nhầm: {officer}."

    def get_success_url(self):
        return list_address(self.officer.organization)

    def get_context_data(self, **kwargs):
        text = "Chỉ xoá dòng ghi nhầm. Người đã thôi giữ chức thì ghi ngày thôi, không xoá."
        return super().get_context_data(text=text, danger=True, **kwargs)
