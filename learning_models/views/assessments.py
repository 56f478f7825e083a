"""Entering self-assessments, for a whole branch or one registrant, taking a step back, and the papers to fill in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View

from core.documents import PDF_TYPE
from jobs.views import attachment
from learning_models.assessing import why_not_back
from learning_models.assessment_days import why_not_moved
from learning_models.documents import MOST_FORMS, assessment_forms_pdf
from learning_models.entries import WholeEntry, result_words
from learning_models.grids import SelfGrid
from learning_models.models import Registration, Status
from learning_models.scoring import most_points
from learning_models.sheet_forms import AssessmentDayForm, SheetsForm, StepBackForm, sent_keys
from learning_models.views.year_places import YearMixin, place_url, read_day
from learning_models.year_places import YearPlace
from organizations.scoping import holds_at

MAY_SAY_AREA = "organizations.change_organization"
BLANK_FORMS = (1, 10, 50)


def saved_words(form: SheetsForm, place: YearPlace) -> str:
    if not form.saved:
        return "Không có dòng nào thay đổi, nên không có gì để lưu."
    return f"Đã lưu {len(form.saved)} {place.noun}."


class GridMixin(YearMixin):
    """A grid and its form; a subclass says ``make_grid(**kwargs)`` and its ``address``."""

    form_class = SheetsForm
    address: str

    @cached_property
    def grid(self):
        sent = sent_keys(self.request.POST) if self.request.method == "POST" else None
        grid = self.make_grid(keys=sent)
        grid.cursors = {name: self.request.GET.get(name) for name in ("after", "before")}
        return grid

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user, "grid": self.grid}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, saved_words(form, self.place))
        return redirect(self.next_address())

    def next_address(self) -> str:
        """Where the pressed button leads; without another, the same page again."""
        page, pressed = self.grid.page, self.request.POST
        kept = {name: value for name, value in self.request.GET.items() if name in ("day", "by")}
        if "next" in pressed and page.next_cursor:
            return place_url(self.address, self.place, **kept, after=page.next_cursor)
        if "previous" in pressed and page.previous_cursor:
            return place_url(self.address, self.place, **kept, before=page.previous_cursor)
        return self.request.get_full_path()

    def get_context_data(self, **kwargs):
        place, criteria_set = self.place, self.grid.criteria_set
        mark = place.pass_mark(criteria_set)
        facts = {"grid": self.grid, "criteria_set": criteria_set, "pass_mark": None if mark is None else str(mark)}
        facts["most"] = str(most_points(criteria_set)) if mark is not None else ""
        facts["may_say_area"] = holds_at(self.request.user, MAY_SAY_AREA, place.organization)
        return super().get_context_data(**facts | kwargs)


class AssessmentGridView(GridMixin, FormView):
    """Self-assessments of a whole branch, a page at a time; ``?by=sum``: only what they come to."""

    template_name = "learning_models/assessment_grid.html"
    address = "assessment_grid"

    def make_grid(self, **kwargs):
        whole = self.request.GET.get("by") == "sum"
        return SelfGrid(self.place, reach=self.reach, day=self.day, whole=whole, **kwargs)

    def get_context_data(self, **kwargs):
        criteria_set = self.grid.criteria_set
        several = criteria_set is not None and len(criteria_set.criteria.all()) > 1
        crumbs = self.crumbs((f"Tự đánh giá {self.place.year}", ""))
        whole = isinstance(self.grid.entry, WholeEntry)
        waiting = self.place.rows(self.reach).filter(status=Status.REGISTERED).count()
        return super().get_context_data(crumbs=crumbs, may_choose=several, whole=whole, waiting=waiting, **kwargs)


class RegistrationMixin(YearMixin):
    """One registration out of the address, within reach."""

    @cached_property
    def registration(self) -> Registration:
        rows = self.reach.select_related("registrant", "organization", "criteria_set")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def place(self) -> YearPlace:
        row = self.registration
        return YearPlace(row.organization, row.model, row.year)


class AssessmentDetailView(RegistrationMixin, GridMixin, FormView):
    """The self-assessment of one registrant: the criteria one under another, in full."""

    template_name = "learning_models/assessment_detail.html"
    address = "assessment_grid"

    @property
    def day(self):
        """That of the sheet, where there is one: what is put right in it keeps its day."""
        asked = read_day(self.request.GET.get("day", ""))
        return asked or self.registration.assessed_on or super().day

    def make_grid(self, **kwargs):
        keys = [self.registration.pk]
        return SelfGrid(self.place, reach=self.reach, day=self.day, **kwargs | {"keys": keys})

    def next_address(self):
        if "next" in self.request.POST and (following := self.next_row):
            return reverse("learning_models:assessment_detail", args=[following.pk])
        return place_url("assessment_grid", self.place)

    @cached_property
    def next_row(self) -> Registration | None:
        """The next one by name that nobody has assessed."""
        key = self.registration.registrant.sort_key
        waiting = self.place.rows(self.reach).filter(status=Status.REGISTERED).exclude(pk=self.registration.pk)
        return waiting.filter(registrant__sort_key__gte=key).first() or waiting.first()

    def get_context_data(self, **kwargs):
        row = self.registration
        grid_url = place_url("assessment_grid", self.place)
        crumbs = self.crumbs((f"Tự đánh giá {row.year}", grid_url), (row.registrant.name, ""))
        return super().get_context_data(
            registration=row,
            crumbs=crumbs,
            grid_url=grid_url,
            next_row=self.next_row,
            may_move=not why_not_moved(row),
            **kwargs,
        )


class AssessmentDayView(RegistrationMixin, FormView):
    """Puts the day of a self-assessment right, and nothing else of it."""

    form_class = AssessmentDayForm
    template_name = "generic/form.html"

    @cached_property
    def registration(self) -> Registration:
        row = super().registration
        if row.assessed_on is None:
            raise Http404
        return row

    def get_form_kwargs(self):
        facts = {"registration": self.registration, "noun": self.place.noun}
        return super().get_form_kwargs() | facts | {"reach": self.reach, "user": self.request.user}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã sửa ngày tự đánh giá của {len(form.saved)} {self.place.noun}.")
        return redirect("learning_models:assessment_detail", self.registration.pk)

    def get_context_data(self, **kwargs):
        row, title = self.registration, "Sửa ngày tự đánh giá"
        back = reverse("learning_models:assessment_detail", args=[row.pk])
        return super().get_context_data(
            title=f"{title}: {row.registrant.name}",
            lead=why_not_moved(row),
            submit_label="Lưu ngày",
            cancel_url=back,
            crumbs=self.crumbs((row.registrant.name, back), (title, "")),
            **kwargs,
        )


class StepBackView(RegistrationMixin, FormView):
    """Asks before the last step of one registration is taken back."""

    form_class = StepBackForm
    template_name = "generic/confirm.html"

    def get_form_kwargs(self):
        facts = {"reach": self.reach, "user": self.request.user, "registration": self.registration}
        return super().get_form_kwargs() | facts

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        (row,) = form.saved
        messages.success(self.request, f"{row.registrant.name}: đã lùi về bước “{row.get_status_display()}”.")
        return redirect(self.back_url)

    @property
    def back_url(self) -> str:
        judged = self.registration.status in (Status.REVIEWED, Status.NOT_RECOGNISED)
        return place_url("meeting_results" if judged else "assessment_grid", self.place)

    def get_context_data(self, **kwargs):
        row = self.registration
        why_not = why_not_back(row)
        words = {
            "title": f"Lùi một bước: {row.registrant.name}?",
            "text": why_not or f"Hiện nay: {row.get_status_display()}; {result_words(row) or 'chưa đánh giá'}.",
            "consequences": [] if why_not else consequences_of(row),
            "submit_label": "Lùi một bước",
            "cancel_url": self.back_url,
            "crumbs": self.crumbs((row.registrant.name, "")),
            "danger": True,
        }
        return super().get_context_data(**words | kwargs)


def consequences_of(row: Registration) -> list[str]:
    """What a step back does to it, in words."""
    kept = "Lịch sử vẫn ghi ai đã làm gì, ngày nào."
    if row.status == Status.NOT_RECOGNISED and row.reviewed_on:
        return ["Bỏ kết luận “không được công nhận”; kết quả bình xét giữ nguyên.", kept]
    if row.status == Status.REVIEWED and row.assessed_on:
        return ["Kết quả bình xét bị bỏ; phiếu tự đánh giá giữ nguyên.", kept]
    return ["Điểm, kết quả và ngày của bước này bị bỏ; đăng ký giữ nguyên.", kept]


class AssessmentFormsView(YearMixin, TemplateView):
    """What may be printed: a paper for each registrant, some hundred at a time, and empty ones."""

    template_name = "learning_models/assessment_forms.html"

    def get_context_data(self, **kwargs):
        number = self.place.rows(self.reach).count()
        starts = range(0, number, MOST_FORMS)
        parts = [(place, start + 1, min(start + MOST_FORMS, number)) for place, start in enumerate(starts, start=1)]
        return super().get_context_data(
            number=number,
            parts=parts,
            blanks=BLANK_FORMS,
            day=self.day,
            criteria_set=self.place.criteria_set(self.day),
            grid_url=place_url("assessment_grid", self.place),
            crumbs=self.crumbs(("In phiếu tự đánh giá", "")),
            **kwargs,
        )


class AssessmentFormsPdfView(YearMixin, View):
    """``?part=2``: the second file of registrants; ``?blank=10``: as many papers without a name."""

    def get(self, request, code, model, year):
        blank, part = (read_number(request.GET.get(name, "")) for name in ("blank", "part"))
        if blank is not None and blank not in BLANK_FORMS:
            raise Http404
        first = ((part or 1) - 1) * MOST_FORMS
        rows = [] if blank else list(self.place.rows(self.reach)[first : first + MOST_FORMS])
        if not rows and not blank:
            raise Http404
        content = assessment_forms_pdf(self.place, rows, day=self.day, blank=blank or 0)
        name = f"phieu-tu-danh-gia-{self.place.organization.code}-{model}-{year}.pdf"
        return attachment(content, PDF_TYPE, name)


def read_number(text: str) -> int | None:
    """A small number of an address; 404 for anything else that stands there."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:5]) < 1000 or len(text) > 4:
        raise Http404
    return int(text)
