"""What is done to a list as a whole: proposed, issued, followed by a withdrawal, given up."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from core.numbers import number_to_text
from learning_models.authorities import Authority, suggest
from learning_models.decision_forms import DiscardForm, FiledWithdrawForm, IssueForm, ProposeForm, WithdrawForm
from learning_models.decisions import check_not_empty
from learning_models.documents import ranks_of
from learning_models.models import Given, Registration
from learning_models.permissions import DECIDE
from learning_models.views.decisions import DecisionMixin, decision_crumbs
from organizations.models import Organization
from organizations.scoping import ScopedMixin


def may_decide_at(user):
    """The units that may make a list, the user having the say there."""
    return Organization.objects.allowed(user, DECIDE).alive()


class DecisionQuestionView(DecisionMixin, FormView):
    """One question about one decision; a subclass says the form, the words and where to go on."""

    permission_required = DECIDE
    state = "drafts"
    template_name = "generic/confirm.html"
    title = submit_label = ""
    needs_names = False

    def get(self, request, *args, **kwargs):
        if self.needs_names:
            try:
                check_not_empty(self.decision)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                return redirect("learning_models:decision_candidates", self.decision.pk)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        facts = {"reach": self.reach, "user": self.request.user, "decision": self.decision}
        return super().get_form_kwargs() | facts

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, self.tell(form))
        return redirect(self.next_address(form))

    def next_address(self, form) -> str:
        return self.decision.get_absolute_url()

    def get_context_data(self, **kwargs):
        decision = self.decision
        words = {
            "title": self.title,
            "submit_label": self.submit_label,
            "cancel_url": decision.get_absolute_url(),
            "crumbs": decision_crumbs(decision, (self.submit_label, "")),
        }
        return super().get_context_data(**words | self.words() | kwargs)

    @property
    def names(self) -> str:
        return f"{number_to_text(self.decision.names)} {self.decision.counted_in}"

    @property
    def subject(self) -> str:
        decision = self.decision
        return f"{decision.organization.name}, {decision.get_model_display()} năm {decision.year}: {self.names}."


class DecisionProposeView(DecisionQuestionView):
    form_class = ProposeForm
    title, submit_label = "Ghi đề nghị với cấp có thẩm quyền", "Ghi đã đề nghị"
    needs_names = True

    def tell(self, form):
        return "Đã ghi đề nghị. In tờ trình và danh sách gửi đi; có quyết định thì ghi số và ngày."

    def words(self):
        return {
            "text": self.subject,
            "consequences": ["Danh sách vẫn sửa được cho đến khi ghi ban hành quyết định."],
        }


class DecisionIssueView(DecisionQuestionView):
    form_class = IssueForm
    submit_label = "Ghi ban hành"
    needs_names = True

    @cached_property
    def authority(self) -> Authority:
        return suggest(self.decision, day=timezone.localdate(), ranks=ranks_of(self.decision))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"authority": self.authority}

    def tell(self, form):
        done = "thu hồi" if self.decision.is_withdrawal else "công nhận"
        return f"Đã ghi ban hành: {done} {self.names}."

    def words(self):
        decision = self.decision
        if decision.is_withdrawal:
            title = "Ghi ban hành quyết định thu hồi"
            first = f"{self.names} mất danh hiệu kể từ ngày quyết định"
            first += "; trang kiểm tra nói rõ đã thu hồi." if decision.follows_id else "."
        else:
            title = "Ghi ban hành quyết định công nhận"
            first = (
                f"{self.names} được công nhận kể từ ngày quyết định; mỗi {decision.counted_in} có một giấy chứng nhận."
            )
        return {
            "title": title,
            "text": self.subject,
            "consequences": [
                first,
                "Ghi xong thì quyết định, danh sách và giấy chứng nhận giữ nguyên, không ai sửa hay xoá được nữa.",
                "Có sai sót về sau thì lập quyết định tiếp theo để thu hồi, rồi công nhận lại.",
            ],
        }


class DecisionWithdrawView(DecisionQuestionView):
    state = "issued"
    form_class = WithdrawForm
    title, submit_label = "Lập danh sách thu hồi danh hiệu", "Lập rồi chọn tên"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"units": may_decide_at(self.request.user)}

    def tell(self, form):
        return "Đã lập danh sách thu hồi. Ông/bà chọn những tên bị thu hồi."

    def next_address(self, form):
        return reverse("learning_models:decision_candidates", args=[form.saved.pk])

    def words(self):
        return {
            "text": f"Thu hồi theo {str(self.decision)[:1].lower()}{str(self.decision)[1:]}.",
            "consequences": ["Quyết định cũ giữ nguyên. Danh hiệu chỉ mất khi quyết định thu hồi được ghi ban hành."],
        }


class FiledWithdrawView(ScopedMixin, FormView):
    """A title that came by file, with the number and day of its decision, is withdrawn like any other."""

    permission_required = DECIDE
    form_class = FiledWithdrawForm
    template_name = "generic/confirm.html"

    @property
    def reach(self):
        return Registration.objects.allowed(self.request.user, self.permission_required)

    @cached_property
    def registration(self) -> Registration:
        rows = self.reach.filed_titles().select_related("registrant", "organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        facts = {"registration": self.registration, "reach": self.reach, "units": may_decide_at(self.request.user)}
        return super().get_form_kwargs() | facts | {"user": self.request.user}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, "Đã lập danh sách thu hồi với tên này; bấm “Thêm tên” nếu còn tên khác.")
        return redirect(form.saved)

    def get_context_data(self, **kwargs):
        row, page = self.registration, self.registration.registrant.get_absolute_url()
        given = Given(row.decision_number, row.recognised_on)
        return super().get_context_data(
            title=f"Thu hồi danh hiệu năm {row.year} của {row.registrant.name}",
            text=f"{row.get_model_display()}, {given}, nhập từ tệp.",
            consequences=["Danh hiệu chỉ mất khi quyết định thu hồi, có số và ngày, được ghi ban hành."],
            submit_label="Lập danh sách thu hồi",
            cancel_url=page,
            crumbs=[(row.registrant.name, page), ("Thu hồi danh hiệu", "")],
            **kwargs,
        )


class DecisionDiscardView(DecisionQuestionView):
    form_class = DiscardForm
    title, submit_label = "Bỏ danh sách này?", "Bỏ danh sách"

    def tell(self, form):
        return "Đã bỏ danh sách. Những tên trong đó chọn lại được vào danh sách khác."

    def next_address(self, form):
        return f"{reverse('learning_models:decision_list')}?unit={self.decision.organization.code}"

    def words(self):
        kept = "Kết quả bình xét không mất: những tên trong danh sách trở lại chờ đề nghị."
        if self.decision.is_withdrawal:
            kept = "Danh hiệu của những tên trong danh sách giữ nguyên."
        return {"text": self.subject, "consequences": [kept], "danger": True}
