from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from core.documents import XLSX_TYPE
from funds.tasks import fund_tasks
from khuyenhoc import first_run
from khuyenhoc.forms import FORMS, CodeForm, UnitsForm
from organizations.models import Organization
from organizations.workplace import Workplace
from reports.guidance import unread_guidance
from reports.overview import round_overviews
from reports.tasks import tasks_for

NEXT = "Việc tiếp theo: phân công thư ký các đơn vị và số liệu địa bàn, ở mục Nhập từ Excel."


@login_not_required
def healthz(request):
    """For monitors: 200 and "ok" when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def service_worker(request):
    """The script that opens forms without a network; only from here does its reach cover every page."""
    script = (settings.BASE_DIR / "static" / "js" / "service-worker.js").read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
def home(request):
    """The first page after sign-in: what this person has to do."""
    organization = Workplace(request).organization
    context = {
        "organization": organization,
        "guidance": list(unread_guidance(request.user, organization)),
        "tasks": [*tasks_for(request.user), *fund_tasks(request.user)] if organization else [],
        "newest": next(iter(round_overviews(organization)), None) if organization else None,
        "is_empty": not Organization.objects.exists(),
        "first_run_step": first_run.STEPS.get(first_run.next_step()) if request.user.is_superuser else None,
    }
    return render(request, "khuyenhoc/home.html", context)


@method_decorator([login_not_required, sensitive_post_parameters()], name="dispatch")
class FirstRunView(FormView):
    """Sets a province up, one form per step; the step follows from what is there, so it can be left and taken up.

    Before there is any account the visitor shows the code that the console printed; afterwards it is for
    administrators.
    """

    template_name = "khuyenhoc/first_run.html"

    def dispatch(self, request, *args, **kwargs):
        self.step = first_run.next_step()
        if self.step == "account":
            if first_run.is_setup_code(request.GET.get("code", "")):
                request.session["setup_code"] = True
                return redirect("first_run")
            return super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        if not request.user.is_superuser:
            raise PermissionDenied
        return redirect("home") if self.step is None else super().dispatch(request, *args, **kwargs)

    def get_form_class(self):
        if self.step == "account" and not self.request.session.get("setup_code"):
            return CodeForm
        return FORMS[self.step]

    def form_valid(self, form):
        if isinstance(form, CodeForm):
            self.request.session["setup_code"] = True
            return redirect("first_run")
        if isinstance(form, UnitsForm) and form.is_other:
            return redirect(f"{reverse('spreadsheets:batch_create')}?kind=organizations")
        if isinstance(form, UnitsForm) and not form.cleaned_data["confirmed"]:
            return self.render_to_response(self.get_context_data(form=form, plan=form.plan))
        try:
            done = form.carry_out(self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return self.go_on(done)

    def go_on(self, done):
        if self.step == "account":
            login(self.request, done, backend="django.contrib.auth.backends.ModelBackend")
        if self.step == "round":
            messages.success(self.request, f"Đã thiết lập xong và mở {done[0].quarter.label}. {NEXT}")
            return redirect("home")
        messages.success(self.request, f"Xong bước “{first_run.STEPS[self.step]}”.")
        return redirect("first_run")

    def get_context_data(self, **kwargs):
        steps = list(first_run.STEPS)
        here = steps.index(self.step)
        context = super().get_context_data(
            title="Thiết lập ban đầu",
            steps=[(label, place - here) for place, label in enumerate(first_run.STEPS.values())],
            **kwargs,
        )
        return context | {name: getattr(context["form"], name) for name in ("lead", "submit_label")}


def first_run_units(request):
    """The proposed units as a spreadsheet; the address carries what the form was sent."""
    if not request.user.is_superuser:
        raise PermissionDenied
    form = UnitsForm(request.GET)
    if not form.is_valid() or form.is_other:
        raise Http404
    content = first_run.units_workbook(form.plan)
    headers = {"Content-Disposition": f'attachment; filename="don-vi-{form.plan.units[0].code}.xlsx"'}
    return HttpResponse(content, content_type=XLSX_TYPE, headers=headers)
