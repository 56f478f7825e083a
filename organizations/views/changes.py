"""What changes a unit: each page is one form that hands its work to the tree service."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.generic import FormView
from django.views.generic.detail import SingleObjectMixin

from organizations.forms import CreateForm, DissolveForm, EditForm, MoveForm, RenameForm
from organizations.models import Organization
from organizations.scoping import ScopedMixin, governed
from organizations.views.detail import make_crumbs


class OrganizationChangeView(ScopedMixin, SingleObjectMixin, FormView):
    """One change of one unit; a subclass says its form, its words and what to tell when it is done."""

    model = Organization
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"
    template_name = "generic/form.html"
    title = submit_label = done = ""
    lead = None

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form = self.get_form()
        if form.is_valid() and form.save():
            messages.success(request, self.done.format(organization=form.saved))
            return redirect(form.saved)
        return self.render_to_response(self.get_context_data(form=form))

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return kwargs | {"organization": self.object, "reach": self.get_queryset(), "user": self.request.user}

    def get_context_data(self, **kwargs):
        seen = Organization.objects.allowed(self.request.user, "organizations.view_organization")
        title = self.title.format(organization=self.object)
        words = {"title": title, "submit_label": self.submit_label, "lead": self.lead}
        crumbs = [*make_crumbs(seen, self.object), (self.submit_label, "")]
        return super().get_context_data(**words, crumbs=crumbs, cancel_url=self.object.get_absolute_url(), **kwargs)


class GovernedMixin:
    """A change that belongs to the level above: the user must hold the permission at the unit's parent."""

    def get_queryset(self):
        return governed(self.request.user, self.permission_required).select_related("parent")


class OrganizationCreateView(OrganizationChangeView):
    permission_required = "organizations.add_organization"
    form_class = CreateForm
    title = "Thêm đơn vị cấp dưới của {organization}"
    submit_label = "Thêm đơn vị"
    done = "Đã thêm {organization}."


class OrganizationEditView(OrganizationChangeView):
    permission_required = "organizations.change_organization"
    form_class = EditForm
    title = "Sửa thông tin {organization}"
    lead = "Sửa chỗ ghi sai hoặc đã cũ. Đổi tên, chuyển và giải thể theo quyết định có trang riêng."
    submit_label = "Lưu thông tin"
    done = "Đã lưu thông tin của {organization}."

    def get_form_kwargs(self):
        governs = governed(self.request.user, self.permission_required).filter(pk=self.object.pk).exists()
        return super().get_form_kwargs() | {"governs": governs}


class OrganizationRenameView(GovernedMixin, OrganizationChangeView):
    permission_required = "organizations.change_organization"
    form_class = RenameForm
    title = "Đổi tên {organization}"
    lead = "Các quý trước ngày có hiệu lực vẫn giữ tên cũ."
    submit_label = "Đổi tên"
    done = "Đã đổi tên thành {organization}."


class OrganizationMoveView(GovernedMixin, OrganizationChangeView):
    permission_required = "organizations.change_organization"
    form_class = MoveForm
    template_name = "organizations/organization_move.html"
    title = "Chuyển {organization}"
    lead = "Các đơn vị cấp dưới chuyển theo. Các quý trước ngày có hiệu lực vẫn tính ở đơn vị cấp trên cũ."
    submit_label = "Chuyển đơn vị"
    done = "Đã chuyển {organization} vào {organization.parent}."

    def post(self, request, *args, **kwargs):
        if "find" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.object = self.get_object()
        # Only searching: nothing is checked yet, and what was typed stays.
        form = self.form_class(**self.get_form_kwargs() | {"data": None, "files": None, "initial": request.POST.dict()})
        return self.render_to_response(self.get_context_data(form=form))


class OrganizationDissolveView(GovernedMixin, OrganizationChangeView):
    permission_required = "organizations.change_organization"
    form_class = DissolveForm
    template_name = "generic/confirm.html"
    title = "Giải thể {organization}?"
    submit_label = "Giải thể đơn vị"
    done = "{organization} đã giải thể. Số liệu các quý trước được giữ nguyên."

    def get_context_data(self, **kwargs):
        below = Organization.objects.filter(parent=self.object).alive().count()
        consequences = [
            "Sau ngày cuối cùng, đơn vị không còn trong cây tổ chức và không phải báo cáo nữa.",
            "Báo cáo và số liệu các quý trước được giữ nguyên, vẫn mang tên đơn vị.",
            "Việc này không tự đảo lại được: muốn khôi phục phải nhờ người quản trị.",
        ]
        if below:
            consequences.insert(
                0, f"Đơn vị còn {below} đơn vị cấp dưới: phải chuyển đi hoặc giải thể những đơn vị ấy trước."
            )
        return super().get_context_data(consequences=consequences, danger=True, **kwargs)
