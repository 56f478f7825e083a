"""One unit, one model, one year: what a grid, a meeting and its papers are about."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from learning_models.models import (
    COUNTED_IN,
    AreaOfUnit,
    CriteriaSet,
    LearningModel,
    Registration,
    ReviewMeeting,
)
from learning_models.scoring import pass_mark_of
from organizations.models import Organization


def model_name(model: str) -> str:
    """Without what only tells the models apart in lists: "Cộng đồng học tập"."""
    return LearningModel(model).label.partition(" (")[0]


def usual_day(year: int) -> date:
    """The day that most of a year's sheets carry: today, once the year is over its last day."""
    return min(timezone.localdate(), date(year, 12, 31))


@dataclass(frozen=True)
class YearPlace:
    organization: Organization
    model: str
    year: int

    @property
    def name(self) -> str:
        return model_name(self.model)

    @property
    def noun(self) -> str:
        """ "hộ"."""
        return COUNTED_IN[LearningModel(self.model)]

    @property
    def address(self) -> dict:
        """For `reverse`."""
        return {"code": self.organization.code, "model": self.model, "year": self.year}

    def rows(self, reach):
        """The registrations of the place within ``reach``, in the order of names."""
        found = reach.filter(organization=self.organization, model=self.model, year=self.year)
        return found.select_related("registrant").order_by("registrant__sort_key", "pk")

    @property
    def all_rows(self):
        return self.rows(Registration.objects.all())

    @cached_property
    def meeting(self) -> ReviewMeeting | None:
        meetings = ReviewMeeting.objects.filter(organization=self.organization, model=self.model, year=self.year)
        return meetings.first()

    def criteria_set(self, day: date) -> CriteriaSet | None:
        return CriteriaSet.objects.for_model(self.model, day)

    @cached_property
    def area_word(self) -> AreaOfUnit | None:
        """Who said in what kind of area the unit lies: itself, else the nearest above; one query."""
        line = Organization.objects.enclosing(Organization.objects.filter(pk=self.organization.pk))
        said = AreaOfUnit.objects.filter(organization__in=line.order_by().values("pk"))
        return said.select_related("organization").order_by("-organization__depth").first()

    @property
    def area(self) -> str:
        return self.area_word.area if self.area_word else ""

    def pass_mark(self, criteria_set: CriteriaSet | None) -> int | None:
        """The points that are asked here; None for a check-list and without a set."""
        if criteria_set is None or criteria_set.kind != CriteriaSet.Kind.POINTS:
            return None
        return pass_mark_of(criteria_set, self.area)
