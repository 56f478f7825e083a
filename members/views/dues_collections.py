"""Collections of dues: the list, entering a draft, confirming, correcting, and the receipt."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView, View

from core.documents import PDF_TYPE
from core.money import money_to_text, money_to_words
from core.paginator import KeysetListMixin
from members.documents.dues import receipt_name, receipt_of, receipt_pdf
from members.dues import check_money
from members.dues_forms import (
    CollectionCreateForm,
    CollectionEditForm,
    CollectionFilterForm,
    ConfirmForm,
    CorrectForm,
    DropForm,
    filled_in,
)
from members.dues_grid import Balance, Grid
from members.models import DuesCollection, DuesLine
from members.views.dues import CHANGE, VIEW, crumbs_to, may, unit_or_404
from organizations.models import Organization
from organizations.scoping import ScopedMixin


def detail_url(collection: DuesCollection) -> str:
    return reverse("members:dues_collection_detail", args=[collection.pk])


def edit_url(collection: DuesCollection, **query) -> str:
    return reverse("members:dues_collection_edit", args=[collection.pk], query=query or None)


class CollectionListView(ScopedMixin, KeysetListMixin, ListView):
    """The collections of a unit and everything below it, the newest first."""

    permission_required = VIEW
    model = DuesCollection
    template_name = "members/dues_collection_list.html"
    paginate_by = 50

    @cached_property
    def organization(self) -> Organization:
        return unit_or_404(self.request.user, self.permission_required, self.kwargs["code"])

    def get_queryset(self):
        self.filters = CollectionFilterForm(self.request.GET)
        inside = Organization.objects.within(Organization.objects.filter(pk=self.organization.pk))
        below = super().get_queryset().filter(organization__in=inside.order_by().values("pk"))
        return self.filters.filter(below).with_sums().select_related("organization").order_by("-collected_on", "-pk")

    def get_context_data(self, **kwargs):
        year = int(self.filters.cleaned_data.get("year") or 0)
        crumbs = crumbs_to(self.request.user, self.organization, year or None, ("Các đợt nộp", ""))
        facts = {"organization": self.organization, "filters": self.filters, "crumbs": crumbs}
        return super().get_context_data(**facts, **kwargs)


class CollectionMixin(ScopedMixin):
    """One collection within reach; ``state`` says whether drafts or confirmed ones only are found here."""

    state = None

    def dispatch(self, request, *args, **kwargs):
        # The browser's arrow leads back to the draft of what is confirmed by now.
        comes_back = request.method == "GET" and self.state == "drafts"
        if comes_back and (confirmed := self.all_in_reach.confirmed().filter(pk=kwargs["pk"]).first()):
            messages.info(request, "Đợt nộp này đã chốt nên không sửa được nữa. Có sai sót thì lập đợt điều chỉnh.")
            return redirect(detail_url(confirmed))
        return super().dispatch(request, *args, **kwargs)

    @property
    def all_in_reach(self):
        return DuesCollection.objects.allowed(self.request.user, self.permission_required)

    @property
    def reach(self):
        rows = self.all_in_reach
        return getattr(rows, self.state)() if self.state else rows

    @cached_property
    def collection(self) -> DuesCollection:
        rows = self.reach.with_sums().select_related("organization", "confirmed_by", "rate")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def crumbs(self, *more: tuple[str, str]) -> list[tuple[str, str]]:
        collection = self.collection
        words = f"Biên nhận số {collection.receipt_number}" if collection.is_confirmed else "Đợt nộp đang nhập"
        here = (words, detail_url(collection))
        return crumbs_to(self.request.user, collection.organization, collection.year, here, *more)


class CollectionDetailView(CollectionMixin, KeysetListMixin, ListView):
    """Who paid what; confirmed, it is the receipt, for the screen and for paper."""

    permission_required = VIEW
    template_name = "members/dues_collection_detail.html"
    paginate_by = 100

    def get_queryset(self):
        lines = DuesLine.objects.filter(collection=self.collection).select_related("member")
        return lines.defer("member__id_number", "member__note").order_by("member__sort_key", "pk")

    def get_context_data(self, **kwargs):
        collection = self.collection
        return super().get_context_data(
            collection=collection,
            year=str(collection.year),
            balance=Balance(total=collection.total, counted=collection.handed_over),
            receipt=receipt_of(collection) if collection.is_confirmed else None,
            may_change=may(self.request.user, CHANGE, collection.organization),
            crumbs=self.crumbs(),
            **kwargs,
        )


class CollectionCreateView(ScopedMixin, FormView):
    permission_required = CHANGE
    form_class = CollectionCreateForm
    template_name = "generic/form.html"

    @cached_property
    def organization(self) -> Organization:
        return unit_or_404(self.request.user, self.permission_required, self.kwargs["code"])

    def get_form_kwargs(self):
        reach = Organization.objects.allowed(self.request.user, self.permission_required)
        facts = {"reach": reach, "user": self.request.user, "organization": self.organization}
        return super().get_form_kwargs() | facts

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        return redirect(edit_url(form.saved))

    def get_context_data(self, **kwargs):
        organization = self.organization
        back = reverse("members:dues_detail", args=[organization.code])
        words = {"title": f"Thu hội phí của {organization.name}", "submit_label": "Mở danh sách để nhập"}
        crumbs = crumbs_to(self.request.user, organization, None, ("Thu hội phí", ""))
        return super().get_context_data(**words, crumbs=crumbs, cancel_url=back, **kwargs)


class CollectionEditView(CollectionMixin, FormView):
    """The grid of a draft. Its buttons: save, fill in what is owed (shown, not saved), go on to another page."""

    permission_required = CHANGE
    state = "drafts"
    form_class = CollectionEditForm
    template_name = "members/dues_collection_edit.html"

    @cached_property
    def grid(self) -> Grid:
        after, before = (self.request.GET.get(name) for name in ("after", "before"))
        return Grid(self.collection, after=after, before=before)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reach": self.reach, "user": self.request.user, "grid": self.grid}

    def post(self, request, *args, **kwargs):
        if "fill" not in request.POST:
            return super().post(request, *args, **kwargs)
        # Only filled in: nothing is checked or saved yet, and what was typed stays.
        initial = filled_in(request.POST.dict(), self.grid)
        form = self.form_class(**self.get_form_kwargs() | {"data": None, "files": None, "initial": initial})
        return self.render_to_response(self.get_context_data(form=form, filled=True))

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, "Đã lưu. Đợt nộp chưa chốt.")
        return redirect(self.next_address())

    def next_address(self) -> str:
        """Where the pressed button leads; without another, the same page again."""
        collection, page, pressed = self.collection, self.grid.page, self.request.POST
        if "confirm" in pressed:
            return reverse("members:dues_collection_confirm", args=[collection.pk])
        if "next" in pressed and page.next_cursor:
            return edit_url(collection, after=page.next_cursor)
        if "previous" in pressed and page.previous_cursor:
            return edit_url(collection, before=page.previous_cursor)
        return self.request.get_full_path()

    def get_context_data(self, **kwargs):
        collection = self.collection
        facts = {"collection": collection, "grid": self.grid, "year": str(collection.year)}
        return super().get_context_data(**facts, crumbs=self.crumbs(("Nhập danh sách nộp", "")), **kwargs)


class CollectionQuestionView(CollectionMixin, FormView):
    """One question about one collection; a subclass says the form, the words and where to go on."""

    permission_required = CHANGE
    template_name = "generic/confirm.html"

    def get_form_kwargs(self):
        facts = {"reach": self.reach, "user": self.request.user, "collection": self.collection}
        return super().get_form_kwargs() | facts

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, self.tell(form))
        return redirect(self.next_address(form))

    def get_context_data(self, **kwargs):
        words = {"cancel_url": detail_url(self.collection), "crumbs": self.crumbs((self.submit_label, ""))}
        return super().get_context_data(**words | {"submit_label": self.submit_label} | self.words() | kwargs)


class CollectionConfirmView(CollectionQuestionView):
    state = "drafts"
    form_class = ConfirmForm
    submit_label = "Chốt đợt nộp"

    def get(self, request, *args, **kwargs):
        try:
            check_money(self.collection, list(self.collection.lines.select_related("member")))
        except ValidationError as error:
            for words in error.messages:
                messages.error(request, words)
            return redirect(edit_url(self.collection))
        return super().get(request, *args, **kwargs)

    def form_invalid(self, form):
        # What speaks against it is put right in the grid.
        for words in form.non_field_errors():
            messages.error(self.request, words)
        return redirect(edit_url(self.collection))

    def tell(self, form):
        return f"Đã chốt đợt nộp, biên nhận số {form.saved.receipt_number}."

    def next_address(self, form):
        return detail_url(form.saved)

    def words(self):
        collection = self.collection
        money = collection.handed_over or 0
        return {
            "title": "Chốt đợt nộp hội phí?",
            "text": f"{collection.organization.name}, hội phí năm {collection.year}: "
            f"{money_to_text(money)} ({money_to_words(money)}), {collection.lines.count()} người.",
            "consequences": [
                "Đợt nộp được cấp số biên nhận kế tiếp và giữ nguyên từ đó.",
                "Có sai sót về sau thì lập đợt điều chỉnh với số tiền âm, không sửa được đợt này.",
            ],
            "cancel_url": edit_url(collection),
        }


class CollectionCorrectView(CollectionQuestionView):
    state = "confirmed"
    form_class = CorrectForm
    submit_label = "Lập đợt điều chỉnh"

    def tell(self, form):
        return "Đã lập đợt điều chỉnh. Hãy chỉ giữ những dòng ghi sai, ghi rõ lý do rồi chốt."

    def next_address(self, form):
        return edit_url(form.saved)

    def words(self):
        return {
            "title": f"Điều chỉnh biên nhận số {self.collection.receipt_number}?",
            "consequences": [
                "Biên nhận đã chốt giữ nguyên. Một đợt mới mở ra với mọi dòng của biên nhận này mang dấu âm.",
                "Ông/bà bỏ những dòng đúng, sửa số ở dòng sai, ghi lý do rồi chốt như một đợt nộp thường.",
            ],
        }


class CollectionDropView(CollectionQuestionView):
    state = "drafts"
    form_class = DropForm
    submit_label = "Bỏ đợt nộp"

    def tell(self, form):
        return "Đã bỏ đợt nộp đang nhập."

    def next_address(self, form):
        return reverse("members:dues_collection_list", args=[self.collection.organization.code])

    def words(self):
        return {
            "title": "Bỏ đợt nộp đang nhập?",
            "consequences": ["Các số đã nhập của đợt này mất khỏi danh sách. Biên nhận đã chốt không đổi."],
            "danger": True,
        }


class ReceiptPdfView(CollectionMixin, View):
    permission_required = VIEW
    state = "confirmed"

    def get(self, request, pk):
        collection = self.collection
        headers = {"Content-Disposition": f'inline; filename="{receipt_name(collection)}"'}
        return HttpResponse(receipt_pdf(collection), content_type=PDF_TYPE, headers=headers)
