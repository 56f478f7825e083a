"""Which of the awards that were handed over a page shows; what is not understood filters nothing."""

from django import forms
from django.utils import timezone

from core.periods import FIRST_YEAR, LAST_YEAR, Quarter
from core.vietnamese import date_to_text
from funds.models import Award, AwardKind, Fund, Programme
from funds.permissions import VIEW, VIEW_AWARD

ONLY, AWARDS = "only", "awards"
KINDS = [("", "tất cả"), (AWARDS, "khen thưởng (không kể học bổng)"), *AwardKind.choices]
QUARTERS = (("", "cả năm"), ("1", "quý I"), ("2", "quý II"), ("3", "quý III"), ("4", "quý IV"))
YEAR = {"inputmode": "numeric", "autocomplete": "off"}


class YearForm(forms.Form):
    """A year, this one unless told, and perhaps one fund; ``unit`` is kept in the address."""

    unit = forms.CharField(required=False, widget=forms.HiddenInput)
    fund = forms.CharField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(
        label="Năm trao", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.TextInput(attrs=YEAR)
    )

    def __init__(self, data, *, user, unit_code: str):
        data = data.copy()
        data["unit"] = unit_code
        data.setdefault("year", str(timezone.localdate().year))
        super().__init__(data)
        self.user = user
        self.full_clean()

    @property
    def year_shown(self) -> int | None:
        return self.cleaned_data.get("year")

    def find_fund(self) -> Fund | None:
        code = (self.cleaned_data.get("fund") or "").replace("\0", "")
        return Fund.objects.allowed(self.user, VIEW).filter(code=code).first() if code else None

    def narrow(self, awards, inside: list[int] | None):
        """Those that the units gave; ``inside`` are their keys, None for every unit."""
        if inside is not None:
            awards = awards.filter(organization__in=inside)
        self.fund_shown = self.find_fund()
        if self.fund_shown is not None:
            awards = awards.filter(fund=self.fund_shown)
        return awards


class AwardFilterForm(YearForm):
    """Also a quarter, a kind, a programme."""

    quarter = forms.ChoiceField(label="Quý", required=False, choices=QUARTERS)
    kind = forms.ChoiceField(label="Đối tượng", required=False, choices=KINDS)
    programme = forms.IntegerField(required=False, widget=forms.HiddenInput)
    own = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["year", "quarter", "kind"]

    def find_programme(self) -> Programme | None:
        key = self.cleaned_data.get("programme")
        if not key or key >= 2**63:
            return None
        return Programme.objects.offered(self.user, VIEW_AWARD).filter(pk=key).first()

    def narrow(self, awards, inside):
        awards = super().narrow(awards, inside)
        self.programme_shown = self.find_programme()
        if self.programme_shown is not None:
            awards = awards.filter(programme=self.programme_shown)
        chosen = self.cleaned_data
        if self.year_shown:
            awards = awards.filter(handed_on__year=self.year_shown)
        if self.year_shown and chosen.get("quarter"):
            awards = awards.filter(handed_on__quarter=int(chosen["quarter"]))
        if (kind := chosen.get("kind")) == AWARDS:
            awards = awards.exclude(kind=AwardKind.SCHOLARSHIP)
        elif kind:
            awards = awards.filter(kind=kind)
        return awards

    @property
    def paper_query(self) -> dict[str, str]:
        """The same awards on the list for printing; it knows one programme, one kind, and days."""
        chosen, year = self.cleaned_data, self.year_shown
        query = {"unit": chosen.get("unit") or "", "kind": chosen.get("kind") or "", "programme": ""}
        if query["kind"] == AWARDS:
            query["kind"] = ""
        if self.programme_shown:
            query["programme"] = str(self.programme_shown.pk)
        if year:
            quarters = [int(chosen["quarter"])] if chosen.get("quarter") else [1, 4]
            days = Quarter(year, quarters[0]).first_day, Quarter(year, quarters[-1]).last_day
            query |= {"first": date_to_text(days[0]), "last": date_to_text(days[1])}
        return query


def handed_over(user):
    """What was handed over within the user's reach."""
    return Award.objects.allowed(user, VIEW_AWARD).paid()
