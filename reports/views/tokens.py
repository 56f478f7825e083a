"""Read tokens: issued, revoked, and used instead of a session."""

from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.debug import sensitive_variables
from django.views.generic import ListView, View

from core.paginator import KeysetListMixin
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from organizations.workplace import Workplace
from reports.models import ReadToken
from reports.token_forms import RevokeForm, TokenForm
from reports.tokens import find_token
from reports.views.forms import ServiceFormView

PERMISSION = "reports.change_readtoken"
REFUSED = "Khoá đọc số liệu không đúng, đã hết hạn hoặc đã thu hồi. Hãy xin khoá mới ở đơn vị đã cấp."
NOT_FOUND = "Không có số liệu này trong phạm vi của khoá: xem lại mã đơn vị và kỳ báo cáo."


class TokenListView(ScopedMixin, KeysetListMixin, ListView):
    permission_required = PERMISSION
    queryset = ReadToken.objects.select_related("organization", "created_by").order_by("-created_at", "-pk")
    template_name = "reports/token_list.html"
    paginate_by = 50


class TokenCreateView(ServiceFormView):
    """The secret is part of the answer to the form, and of nothing else: no address shows it again."""

    permission_required = PERMISSION
    form_class = TokenForm
    title = "Cấp khoá đọc số liệu"
    submit_label = "Cấp khoá"

    def get_queryset(self):
        return Organization.objects.allowed(self.request.user, self.permission_required)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organization": Workplace(self.request).organization}

    @method_decorator(sensitive_variables("secret", "context"))
    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        token, secret = form.saved
        example = reverse("reports:summary_json", args=[token.organization.code, "2026-Q1"])
        address = self.request.build_absolute_uri(example)
        context = {"token": token, "secret": secret, "address": address}
        return self.response_class(self.request, "reports/token_issued.html", context, using=self.template_engine)

    def get_context_data(self, **kwargs):
        back = reverse("reports:token_list")
        return super().get_context_data(
            lead="Phần mềm khác dùng khoá để đọc bản tổng hợp dạng JSON, không cần tài khoản. Khoá không sửa được gì.",
            crumbs=[("Khoá đọc số liệu", back), (self.title, "")],
            cancel_url=back,
            **kwargs,
        )


class TokenRevokeView(ServiceFormView):
    permission_required = PERMISSION
    form_class = RevokeForm
    template_name = "generic/confirm.html"
    submit_label = "Thu hồi khoá"

    def get_queryset(self):
        return ReadToken.objects.allowed(self.request.user, self.permission_required).select_related("organization")

    @cached_property
    def token(self) -> ReadToken:
        found = self.get_queryset().filter(pk=self.kwargs["pk"], revoked_at=None).first()
        if found is None:
            raise Http404("Không có khoá này.")
        return found

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"token": self.token}

    def tell(self, form):
        return f"Đã thu hồi khoá “{self.token.label}”."

    def get_success_url(self):
        return reverse("reports:token_list")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=f"Thu hồi khoá “{self.token.label}”?",
            consequences=[
                f"Khoá của {self.token.organization.name} không đọc được số liệu nữa, ngay lập tức.",
                "Phần mềm đang dùng khoá này sẽ dừng nhận số liệu cho đến khi có khoá mới.",
                "Khoá đã thu hồi không dùng lại được.",
            ],
            cancel_url=reverse("reports:token_list"),
            danger=True,
            **kwargs,
        )


def bearer(request) -> str | None:
    """The secret that the request carries; None when it carries none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


class TokenMixin:
    """Lets a token in instead of a session: put it before ScopedMixin.

    A request with a token is answered for the token alone, whoever is signed in: its subtree, and in JSON.
    """

    token: ReadToken | None = None

    def dispatch(self, request, *args, **kwargs):
        secret = bearer(request)
        if secret is None:
            return super().dispatch(request, *args, **kwargs)
        self.token = find_token(secret)
        if self.token is None:
            return self.answer(REFUSED, 401)
        try:
            # Past ScopedMixin: the token is what is asked about, not the user.
            response = View.dispatch(self, request, *args, **kwargs)
        except Http404:
            return self.answer(NOT_FOUND, 404)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def get_queryset(self):
        if self.token is None:
            return super().get_queryset()
        return Organization.objects.within(Organization.objects.filter(pk=self.token.organization_id))

    @staticmethod
    def answer(error: str, status: int) -> JsonResponse:
        headers = {"Cache-Control": "private, no-store"}
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="khuyenhoc"'
        return JsonResponse({"error": error}, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})
