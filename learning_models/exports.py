"""The list of registrations, with the columns of its spreadsheet: names first, then what is only counted."""

from collections.abc import Iterator

from django import forms
from django.db.models import Case, CharField, QuerySet, Value, When
from django.db.models.functions import Concat

from learning_models.models import LearningModel, Rank, Registration, RegistrationCount, UnitKind
from learning_models.permissions import CHANGE, VIEW
from learning_models.register_filters import STATUSES, WITHDRAWN, YearField, year_choices
from learning_models.resources import RegistrationSheet
from organizations import exporting
from organizations.models import Organization

# What a number without names has; its other cells stay empty.
OF_NUMBERS = {
    "organization_code": "organization__code",
    "model": "model",
    "year": "year",
    "count": "count",
    "registered_on": "registered_on",
    "status": "status",
    "decision_number": "decision_number",
    "decision_date": "recognised_on",
}


def labelled(field: str, choices) -> Case:
    """The words of a choice in the database; "" for none."""
    words = [When(**{field: value}, then=Value(str(label))) for value, label in choices.choices]
    return Case(*words, default=Value(""), output_field=CharField())


class RegistrationExport(exporting.Export):
    """One row per registration, and one per number where names are not kept."""

    code = "registrations"
    label = "Đăng ký mô hình học tập"
    lead = "Mỗi đối tượng đăng ký trong năm là một dòng; nơi không giữ danh sách tên thì mỗi số lượng là một dòng."
    permission = VIEW
    columns = RegistrationSheet.columns
    paths = {
        **{column.code: column.code for column in RegistrationSheet.columns},
        **OF_NUMBERS,
        "registrant": "registrant__name",
        "count": "no_count",
        "code": "registrant__code",
        "address": "registrant__address",
        "people": "registrant__people",
        "rank": "kind_and_rank",
    }
    # Without a name a row says nothing; where people live and how many they are is for those who keep the register.
    personal = frozenset({"address", "people"})
    personal_permission = CHANGE
    fields = {
        "model": forms.ChoiceField(label="Mô hình", choices=[("", "mọi mô hình"), *LearningModel.choices]),
        "year": YearField(choices=lambda: [("", "mọi năm"), *year_choices()]),
        "status": forms.ChoiceField(label="Tình trạng", choices=STATUSES),
    }

    def rows(self) -> QuerySet:
        kind, rank = labelled("registrant__unit_kind", UnitKind), labelled("registrant__rank", Rank)
        both = Concat(kind, Value(", "), rank)
        said = Case(
            When(registrant__unit_kind="", then=rank),
            When(registrant__rank="", then=kind),
            default=both,
            output_field=CharField(),
        )
        nothing = Value(None, output_field=CharField())
        registrations = Registration.objects.annotate(kind_and_rank=said, no_count=nothing)
        return registrations.order_by("organization_id", "model", "year", "registrant__sort_key", "pk")

    def narrow(self, rows: QuerySet) -> QuerySet:
        for name in ("year", "model"):
            if value := self.choices.get(name):
                rows = rows.filter(**{name: value})
        status = self.choices.get("status")
        if status == WITHDRAWN:
            return rows.filter(withdrawn_on__isnull=False) if rows.model is Registration else rows.none()
        return rows.filter(status=status) if status else rows

    def numbers(self) -> QuerySet:
        """What is only counted, narrowed as the names are."""
        rows = RegistrationCount.objects.order_by("organization_id", "model", "year", "registered_on", "status")
        rows = rows.allowed(self.user, self.permission)
        if self.organization is not None:
            below = self.within(Organization.objects.all()).order_by().values("pk")
            rows = rows.filter(organization__in=below)
        return self.narrow(rows)

    def values(self) -> Iterator[list[exporting.Value]]:
        yield from super().values()
        converters = self.converters()
        places = {column.code: place for place, column in enumerate(self.given)}
        found = self.numbers().values_list(*OF_NUMBERS.values())
        for row in found.iterator(chunk_size=exporting.READ_AT_ONCE):
            cells: list[exporting.Value] = [None] * len(self.given)
            for code, value in zip(OF_NUMBERS, row, strict=True):
                cells[places[code]] = value
            for place, convert in converters:
                cells[place] = convert(cells[place])
            yield cells

    def describe(self) -> list[str]:
        year, model, status = (self.choices.get(name) for name in ("year", "model", "status"))
        words = [str(LearningModel(model).label) if model else "mọi mô hình", f"năm {year}" if year else "mọi năm"]
        return [*words, dict(STATUSES)[status]] if status else words


EXPORTS = [RegistrationExport]
