"""The meeting that reviews: its facts, its results in one grid, whom it refuses, and its minutes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import FormView

from learning_models.documents import minutes_of
from learning_models.grids import ReviewGrid
from learning_models.meeting_forms import MeetingForm, RefusalForm
from learning_models.meetings import results_of
from learning_models.models import Registration
from learning_models.paper_files import minutes_source
from learning_models.permissions import CHANGE, VIEW
from learning_models.views.assessments import GridMixin
from learning_models.views.papers import PaperFileView, PaperPageView
from learning_models.views.year_places import YearMixin, place_url, step_url
from organizations.models import Organization

REFUSED_AT_ONCE = 100


class MeetingEditView(YearMixin, FormView):
    """Where and when the meeting was held, and who was there."""

    form_class = MeetingForm
    template_name = "learning_models/meeting_edit.html"

    def get_form_kwargs(self):
        units = Organization.objects.allowed(self.request.user, CHANGE)
        return super().get_form_kwargs() | {"reach": units, "user": self.request.user, "place": self.place}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, "Đã lưu cuộc họp bình xét.")
        return redirect(place_url("meeting_results", self.place))

    def get_context_data(self, **kwargs):
        place = self.place
        results = place_url("meeting_results", place) if place.meeting else ""
        crumbs = self.crumbs((f"Họp bình xét {place.year}", ""))
        return super().get_context_data(crumbs=crumbs, results_url=results, meeting=place.meeting, **kwargs)


class MeetingResultsView(GridMixin, FormView):
    """What the meeting decided for each, preset from the self-assessments."""

    template_name = "learning_models/meeting_results.html"
    address = "meeting_results"

    def get(self, request, *args, **kwargs):
        # Results carry the day of the meeting, so that one comes first.
        if self.place.meeting is None:
            messages.info(request, "Hãy ghi ngày họp trước, rồi nhập kết quả.")
            return redirect(place_url("meeting_edit", self.place))
        return super().get(request, *args, **kwargs)

    def make_grid(self, **kwargs):
        if self.place.meeting is None:
            raise Http404
        return ReviewGrid(self.place, reach=self.reach, day=self.place.meeting.held_on, **kwargs)

    def get_context_data(self, **kwargs):
        place, rows = self.place, self.place.rows(self.reach)
        facts = {"failed": rows.failed().count(), "passed": rows.passed().count(), "meeting": place.meeting}
        facts["decisions_url"] = step_url("decision_list", place)
        crumbs = self.crumbs((f"Kết quả bình xét {place.year}", ""))
        return super().get_context_data(crumbs=crumbs, **facts, **kwargs)


class RefusalsView(YearMixin, FormView):
    """Closes those who failed at the review as not recognised, each with a reason."""

    form_class = RefusalForm
    template_name = "learning_models/refusals.html"

    @cached_property
    def rows(self) -> list[Registration]:
        """Those on the page; of a form that was sent, those that were sent."""
        rows = self.place.rows(self.reach).failed()
        if self.request.method == "POST":
            sent = [name[1:] for name in self.request.POST if name[:1] == "r" and name[1:].isdecimal()]
            rows = rows.filter(pk__in=[int(key) for key in sent if len(key) < 19])
        return list(rows[:REFUSED_AT_ONCE])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reach": self.reach, "user": self.request.user, "rows": self.rows}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã ghi không công nhận {form.saved} {self.place.noun}, kèm lý do.")
        return redirect(place_url("meeting_results", self.place))

    def get_context_data(self, **kwargs):
        crumbs = self.crumbs(("Không công nhận", ""))
        results = place_url("meeting_results", self.place)
        return super().get_context_data(crumbs=crumbs, results_url=results, **kwargs)


class MinutesMixin(YearMixin):
    """The minutes with the list of results."""

    permission_required = VIEW
    page_address, file_address = "learning_models:meeting_minutes_page", "learning_models:meeting_minutes"
    paper_name = "biên bản"

    @property
    def source(self):
        return minutes_source(self.place)

    @cached_property
    def names(self) -> int:
        if self.place.meeting is None:
            raise Http404
        return results_of(self.place.meeting).count()

    @property
    def counted_in(self):
        return self.place.noun

    def build(self):
        return minutes_of(self.place)

    @property
    def stem(self):
        place = self.place
        return f"bien-ban-binh-xet-{place.organization.code}-{place.model}-{place.year}"


class MinutesView(MinutesMixin, PaperFileView):
    """The file."""


class MinutesPageView(MinutesMixin, PaperPageView):
    """Where long ones are asked for."""

    def get_context_data(self, **kwargs):
        results = place_url("meeting_results", self.place)
        crumbs = self.crumbs((f"Kết quả bình xét {self.place.year}", results), ("Biên bản", ""))
        return super().get_context_data(crumbs=crumbs, **kwargs)
