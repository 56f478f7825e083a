"""The list of awards that were handed over, with the columns of its spreadsheet."""

from django import forms
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from core.periods import FIRST_YEAR, LAST_YEAR
from funds.models import Award
from funds.permissions import VIEW_AWARD, VIEW_PARTY
from funds.resources import AwardSheet
from organizations.exporting import Export


class AwardExport(Export):
    """Names are left out for whoever may not read them: most of those who are rewarded are children."""

    code = AwardSheet.code
    label = AwardSheet.label
    lead = "Mỗi lần trao là một dòng. Ô trống nghĩa là chưa có số liệu, không phải 0."
    permission = VIEW_AWARD
    columns = AwardSheet.columns
    paths = {
        **{column.code: column.code for column in AwardSheet.columns},
        "organization_code": "organization__code",
        "date": "handed_on",
        "category": "kind",
        "fund_code": "fund__code",
        "programme": "said",
        "recipient": "recipient__name",
    }
    personal = frozenset({"recipient"})
    personal_permission = VIEW_PARTY
    fields = {
        "year": forms.IntegerField(
            label="Chỉ năm",
            required=False,
            min_value=FIRST_YEAR,
            max_value=LAST_YEAR,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            help_text="Năm trao. Để trống: mọi năm.",
        )
    }

    def rows(self):
        said = Coalesce(F("programme__name"), F("occasion"), Value(""))
        return Award.objects.paid().annotate(said=said).order_by("organization_id", "handed_on", "pk")

    def narrow(self, rows):
        return rows.filter(handed_on__year=self.choices["year"]) if self.choices.get("year") else rows

    def describe(self):
        return [f"năm {self.choices['year']}"] if self.choices.get("year") else []
