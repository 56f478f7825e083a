"""What happened to a report, and what each accepted revision changed."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import DetailView

from core.periods import parse_period
from organizations.scoping import ScopedMixin
from reports.models import Revision
from reports.revision_pages import RevisionPage
from reports.trail import KINDS, read_trail
from reports.views.quarters import ReportMixin


class TrailView(ReportMixin, DetailView):
    permission_required = "reports.view_report"
    template_name = "reports/trail.html"

    def get_context_data(self, **kwargs):
        query = self.request.GET
        kind = query.get("kind", "")
        kind = kind if kind in KINDS else ""
        return super().get_context_data(
            organization=self.object.organization,
            quarter=self.object.round.quarter,
            kind=kind,
            kinds=KINDS,
            trail=read_trail(self.object, kind=kind, after=query.get("after", "")),
            is_first=not query.get("after"),
            **kwargs,
        )


class RevisionDetailView(ScopedMixin, DetailView):
    """A revision of a quarter or of a span, against the one before it."""

    permission_required = "reports.view_report"
    queryset = Revision.objects.select_related("organization", "accepted_by", "report__round", "report__organization")
    context_object_name = "revision"
    template_name = "reports/revision_detail.html"

    def get_object(self, queryset=None) -> Revision:
        try:
            self.period = parse_period(self.kwargs["period"])
        except ValueError as error:
            raise Http404(str(error)) from error
        key = {"organization__code": self.kwargs["code"], "period": self.period.code, "number": self.kwargs["number"]}
        return get_object_or_404(self.get_queryset(), **key)

    def get_context_data(self, **kwargs):
        revision = self.object
        others = Revision.objects.filter(organization=revision.organization, period=revision.period)
        numbers = list(others.order_by("number").values_list("number", flat=True))
        report = revision.report
        return super().get_context_data(
            page=RevisionPage(revision, others.filter(number=revision.number - 1).first()),
            period=self.period,
            numbers=numbers,
            trail_url=reverse("reports:trail", args=[report.organization.code, report.round.quarter.code]),
            **kwargs,
        )
