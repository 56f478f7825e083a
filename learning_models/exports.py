"""The registers of learning models, with the columns of their spreadsheet."""

from django import forms
from django.db.models import CharField, IntegerField, Value

from core.sheets import Choice, Code, Column, Day, Text, WholeNumber, Year
from learning_models.models import LearningModel, Rank, Registration, RegistrationCount, Status
from learning_models.permissions import CHANGE, VIEW
from learning_models.register_filters import STATUSES, WITHDRAWN, YearField, year_choices
from organizations.exporting import Export

COLUMNS = (
    Column("organization_code", "Mã đơn vị", Code(), required=True),
    Column("model", "Mô hình", Choice(LearningModel), required=True),
    Column("year", "Năm", Year(), required=True),
    Column("registrant", "Tên", Text(200)),
    Column("count", "Số lượng", WholeNumber()),
    Column("registered_on", "Ngày đăng ký", Day()),
    Column("code", "Mã", Code()),
    Column("address", "Địa chỉ", Text(200)),
    Column("people", "Số người", WholeNumber()),
    Column("rank", "Cấp quản lý", Choice(Rank)),
    Column("status", "Tình trạng", Choice(Status)),
    Column("score", "Điểm", WholeNumber()),
    Column("level", "Mức", WholeNumber()),
    Column("decision_number", "Số quyết định", Text(50)),
    Column("decision_date", "Ngày quyết định", Day()),
)
SAME = ("model", "year", "registered_on", "status", "decision_number")
NO_TEXT, NO_NUMBER = Value("", output_field=CharField()), Value(None, output_field=IntegerField())
FIELDS = {
    "model": forms.ChoiceField(label="Mô hình", choices=[("", "mọi mô hình"), *LearningModel.choices]),
    "year": YearField(choices=lambda: [("", "mọi năm"), *year_choices()]),
    "status": forms.ChoiceField(label="Tình trạng", choices=STATUSES),
}


class YearExport(Export):
    """What the two lists share: model, year and status."""

    permission = VIEW
    columns = COLUMNS
    fields = FIELDS
    paths = {name: name for name in SAME} | {
        "organization_code": "organization__code",
        "decision_date": "recognised_on",
    }

    def narrow(self, rows):
        for name in ("model", "year"):
            if value := self.choices.get(name):
                rows = rows.filter(**{name: value})
        status = self.choices.get("status")
        if status == WITHDRAWN:
            return self.withdrawn(rows)
        return rows.filter(status=status) if status else rows

    def withdrawn(self, rows):
        return rows.none()

    def describe(self):
        words = []
        if model := self.choices.get("model"):
            words.append(LearningModel(model).label)
        if year := self.choices.get("year"):
            words.append(f"năm {year}")
        if status := self.choices.get("status"):
            words.append(dict(STATUSES)[status])
        return words


class RegistrationExport(YearExport):
    """One row per registrant and year."""

    code = "registrations"
    label = "Đăng ký mô hình học tập"
    lead = "Mỗi đối tượng của mỗi năm một dòng, theo danh sách tên."
    # Without a name a row says nothing; where people live and how many they are is for those who keep the register.
    personal = frozenset({"address", "people"})
    personal_permission = CHANGE
    paths = {
        **YearExport.paths,
        **{name: f"registrant__{name}" for name in ("code", "address", "people", "rank")},
        "registrant": "registrant__name",
        "count": "no_count",
        "score": "score",
        "level": "level",
    }

    def rows(self):
        rows = Registration.objects.annotate(no_count=NO_NUMBER)
        return rows.order_by("organization_id", "model", "year", "registrant__sort_key", "pk")

    def withdrawn(self, rows):
        return rows.filter(withdrawn_on__isnull=False)


class RegistrationCountExport(YearExport):
    """One row per number without names."""

    code = "registration_counts"
    label = "Số đếm đăng ký mô hình học tập"
    lead = "Số lượng của những nơi không giữ danh sách tên; cộng với danh sách là số của báo cáo."
    paths = {
        **YearExport.paths,
        "count": "count",
        **dict.fromkeys(("registrant", "code", "address", "rank"), "no_text"),
        **dict.fromkeys(("people", "score", "level"), "no_number"),
    }

    def rows(self):
        rows = RegistrationCount.objects.annotate(no_text=NO_TEXT, no_number=NO_NUMBER)
        return rows.order_by("organization_id", "model", "year", "pk")


EXPORTS = [RegistrationExport, RegistrationCountExport]
