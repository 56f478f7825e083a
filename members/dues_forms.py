"""Forms about dues: rates, a collection's head and lines, and the questions before what is not taken back."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.utils import timezone

from core.forms import CountField, DateTextField, MoneyField
from core.history import because
from core.money import text_to_money
from core.periods import FIRST_YEAR, LAST_YEAR
from core.service_forms import ScopedServiceForm
from members.dues import (
    ENTERED,
    confirm_collection,
    correct_collection,
    drop_draft,
    refusal,
    save_lines,
    version_of,
)
from members.dues_grid import Balance, Grid, Row
from members.dues_members import in_year
from members.dues_rates import SHARES, save_rate
from members.models import DuesCollection, DuesRate, Membership
from organizations.forms import ReasonField
from organizations.models import Organization

YEARS_BACK = 9
LARGEST_AMOUNT = 10**9


def years_shown() -> list[int]:
    """Next year, for rates and money given ahead, and the last ones."""
    this_year = timezone.localdate().year
    return list(range(this_year + 1, this_year - YEARS_BACK - 1, -1))


def year_choices() -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in years_shown()]


class YearForm(forms.Form):
    """The year that a page is about; any other text means this year."""

    year = forms.ChoiceField(label="Năm", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        years = sorted({*years_shown(), self.chosen_year}, reverse=True)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]
        # Shown as it was understood, not as it was asked.
        self.initial["year"], self.is_bound = str(self.chosen_year), False

    @property
    def chosen_year(self) -> int:
        text = str(self.data.get("year", ""))
        asked = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
        return asked if FIRST_YEAR <= asked <= LAST_YEAR else timezone.localdate().year


class CollectionFilterForm(forms.Form):
    """Which collections a list shows; what is not understood filters nothing."""

    DRAFT, CONFIRMED, UNBOOKED = "draft", "confirmed", "unbooked"

    year = forms.ChoiceField(label="Hội phí của năm", required=False)
    state = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[
            ("", "Tất cả"),
            (DRAFT, "Đang nhập"),
            (CONFIRMED, "Đã chốt"),
            (UNBOOKED, "Đã chốt, chưa vào sổ quỹ"),
        ],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "Mọi năm"), *year_choices()]
        self.full_clean()

    def filter(self, collections):
        year, state = self.cleaned_data.get("year"), self.cleaned_data.get("state")
        if year:
            collections = collections.filter(year=int(year))
        narrowed = {
            self.DRAFT: collections.drafts,
            self.CONFIRMED: collections.confirmed,
            self.UNBOOKED: collections.unbooked,
        }
        return narrowed[state]() if state else collections


class RateForm(ScopedServiceForm):
    """``rate``: a row to correct, or a new one of its organization."""

    yearly_amount = MoneyField(label="Mức đóng một năm (đồng)", max_value=LARGEST_AMOUNT, help_text="Ví dụ 20.000.")
    valid_from = DateTextField(
        label="Áp dụng từ ngày",
        help_text="Thường là 01/01. Mỗi năm lấy mức có hiệu lực ngày 01/01; chưa có thì mức đầu tiên trong năm.",
    )
    branch_share = CountField(label="Chi hội giữ lại (%)", max_value=100)
    commune_share = CountField(label="Nộp cấp xã (%)", max_value=100)
    district_share = CountField(label="Nộp cấp huyện (%)", max_value=100)
    province_share = CountField(label="Nộp cấp tỉnh (%)", max_value=100)
    act = forms.CharField(label="Văn bản quy định", max_length=200, required=False)
    reason = ReasonField(label="Lý do sửa", required=False)

    def __init__(self, *args, rate: DuesRate, **kwargs):
        super().__init__(*args, **kwargs)
        self.rate = rate
        if rate.pk:
            self.initial = {name: getattr(rate, name) for name in self.fields if name != "reason"} | self.initial
        else:
            del self.fields["reason"]

    def clean(self):
        values = super().clean()
        shares = [values.get(name) for name in SHARES.values()]
        if None not in shares and sum(shares) != 100:
            raise ValidationError(f"Bốn phần cộng lại là {sum(shares)}%, phải đúng 100%. Cấp không hưởng thì ghi 0.")
        return values

    def carry_out(self, values):
        if self.rate.pk:
            rate = self.hold(self.rate)
        else:
            units = Organization.objects.allowed(self.user, "members.change_duesrate")
            if not units.filter(pk=self.rate.organization_id).exists():
                raise PermissionDenied
            rate = DuesRate(organization_id=self.rate.organization_id)
        reason = values.pop("reason", "") or "Ghi mức hội phí"
        for name, value in values.items():
            setattr(rate, name, value)
        return save_rate(rate=rate, user=self.user, reason=reason)


class CollectionCreateForm(ScopedServiceForm):
    """``reach`` holds the units, ``organization`` is one of them. Saved: the new draft."""

    year = forms.ChoiceField(label="Thu hội phí của năm", choices=year_choices)
    collected_on = DateTextField(label="Ngày nộp")

    def __init__(self, *args, organization: Organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        today = timezone.localdate()
        self.initial = {"year": str(today.year), "collected_on": today} | self.initial

    def clean_year(self):
        return int(self.cleaned_data["year"])

    def carry_out(self, values):
        organization = self.hold(self.organization)
        if not in_year(Membership.objects.filter(organization=organization), values["year"]).exists():
            raise ValidationError(
                {
                    "year": "Đơn vị chưa có tên hội viên nào trong năm này. Hội phí thu theo tên: "
                    "hãy ghi danh sách hội viên trước."
                }
            )
        draft = DuesCollection(organization=organization, **values)
        draft.full_clean()
        because(draft, user=self.user, reason=ENTERED).save()
        return draft


class CollectionEditForm(ScopedServiceForm):
    """The lines of one page of the grid, and the money as counted."""

    collected_on = DateTextField(label="Ngày nộp")
    handed_over = MoneyField(
        label="Số tiền đã đếm (đồng)",
        required=False,
        min_value=-(10**12),
        max_value=10**12,
        help_text="Đếm tiền rồi nhập; chưa đếm thì để trống. Điều chỉnh mà trả lại tiền thì ghi số âm.",
    )
    note = forms.CharField(
        label="Ghi chú",
        max_length=300,
        required=False,
        help_text="Đợt điều chỉnh thì ghi điều chỉnh biên nhận số nào, vì sao.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, grid: Grid, **kwargs):
        super().__init__(*args, **kwargs)
        self.grid = grid
        head = {name: getattr(grid.collection, name) for name in ("collected_on", "handed_over", "note")}
        self.initial = head | {name_of(row): row.amount for row in grid.rows} | self.initial
        for row in grid.rows:
            self.fields[name_of(row)] = MoneyField(
                label=row.name, required=False, min_value=-LARGEST_AMOUNT, max_value=LARGEST_AMOUNT
            )

    @property
    def lines(self) -> list["TypedLine"]:
        return [TypedLine(row, self[name_of(row)], self.is_conflict) for row in self.grid.rows]

    @property
    def balance(self) -> Balance:
        """Over all pages, with what stands in the inputs of this one."""
        total = self.grid.elsewhere + sum(line.amount or 0 for line in self.lines)
        return Balance(total=total, counted=typed_money(self["handed_over"]))

    @property
    def version(self) -> str:
        """The version as it is now: a second press after a conflict means it."""
        return version_of(self.grid.collection)

    @property
    def is_conflict(self) -> bool:
        return self.has_error(NON_FIELD_ERRORS, code="conflict")

    def clean(self):
        values = super().clean()
        for row in self.grid.rows:
            amount = values.get(name_of(row))
            if amount and (reason := refusal(amount, row.paid, row.limit)):
                self.add_error(name_of(row), reason[:1].upper() + reason[1:])
        return values

    def carry_out(self, values):
        collection = self.hold(self.grid.collection)
        amounts = {row.member.pk: values[name_of(row)] for row in self.grid.rows}
        head = {name: values[name] for name in ("collected_on", "handed_over", "note")}
        return save_lines(collection=collection, amounts=amounts, user=self.user, seen=values["seen"], **head)


def typed_money(field) -> int | None:
    """What stands in an input for money; None where it is empty or no number."""
    value = field.value()
    try:
        return text_to_money(value) if isinstance(value, str) and value.strip() else value if value != "" else None
    except ValueError:
        return None


class TypedLine:
    """A row of the grid with its input, and what follows from what stands in it."""

    def __init__(self, row: Row, field, is_conflict: bool):
        self.row, self.field, self.amount = row, field, typed_money(field)
        # What somebody else saved meanwhile, where it is not what stands here.
        differs = is_conflict and (row.amount or 0) != (self.amount or 0)
        self.other = (row.amount or 0) if differs else None
        self.open = 0 if row.owed is None else row.owed - row.paid
        self.remaining = None if row.owed is None else self.open - (self.amount or 0)
        self.excess = max(-(self.remaining or 0), 0)


def name_of(row: Row) -> str:
    return f"a-{row.member.pk}"


def filled_in(data: dict, grid: Grid) -> dict:
    """What was typed, and in every empty input of the page what the member still owes."""
    filled = dict(data)
    for row in grid.rows:
        if not str(filled.get(name_of(row)) or "").strip() and row.open_before:
            filled[name_of(row)] = row.open_before
    return filled


class CollectionForm(ScopedServiceForm):
    """A question about one collection."""

    def __init__(self, *args, collection: DuesCollection, **kwargs):
        super().__init__(*args, **kwargs)
        self.collection = collection


class ConfirmForm(CollectionForm):
    """Confirms what was seen: anything else by now is shown first."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = version_of(self.collection)

    def carry_out(self, values):
        return confirm_collection(collection=self.hold(self.collection), user=self.user, seen=values["seen"])


class CorrectForm(CollectionForm):
    def carry_out(self, values):
        return correct_collection(collection=self.hold(self.collection), user=self.user)


class DropForm(CollectionForm):
    def carry_out(self, values):
        return drop_draft(collection=self.hold(self.collection), user=self.user)
