"""Awards decided on paper: what the lines have in common, and up to a hundred lines."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.forms import CountField, LineField, MoneyField
from core.service_forms import ScopedServiceForm, ServiceForm
from core.vietnamese import date_to_text
from funds.awards.line_forms import MOST_PORTIONS, LinesMixin, NomineeForm
from funds.awards.nominations import Nominee
from funds.awards.recording import Given, Occasion, record_awards, withdraw_award
from funds.awards.repeats import awards_around, recipient_from
from funds.awards.writing import written_with
from funds.forms.entries import MarkField
from funds.models import Account, Award, AwardKind, Programme
from funds.models.entries import LARGEST
from funds.once import key_of, new_mark
from funds.permissions import PAY
from organizations.forms import PastDateField, ReasonField
from organizations.models import Organization
from organizations.unit_fields import UnitField, units_around

PROGRAMMES_SHOWN = 100


class GivenLineForm(NomineeForm):
    """One line; without a name it says only how many portions."""

    portions = CountField(label="Số suất", required=False, min_value=1, max_value=100 * MOST_PORTIONS)
    amount = MoneyField(label="Số tiền của dòng (đồng)", required=False, min_value=1, max_value=LARGEST)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].label = "Họ và tên (hoặc tên tập thể)"

    def clean(self):
        values = super().clean()
        if (
            self.has_changed()
            and not values.get("name")
            and not values.get("portions")
            and "portions" not in self.errors
        ):
            self.add_error("portions", "Dòng không có tên thì phải có số suất.")
        return values

    def given(self, portion: int | None) -> Given:
        """``portion``: đồng of one, where the line says no sum."""
        values = self.cleaned_data
        portions = values["portions"] or (1 if values["name"] else None)
        amount = values["amount"] or (portion * portions if portion and portions else None)
        nominee = Nominee(values["name"], values["birth_year"], values["school"]) if values["name"] else None
        return Given(nominee, portions, amount)


class RecordForm(LinesMixin, ServiceForm):
    """``reach`` are the units for which the user may record. Saved: the awards and their payment, or None."""

    line_form = GivenLineForm

    organization = UnitField(label="Đơn vị trao")
    kind = forms.ChoiceField(label="Đối tượng", choices=AwardKind.choices)
    date = PastDateField(label="Ngày trao")
    words = LineField(
        label="Dịp trao",
        max_length=200,
        required=False,
        help_text="Không theo chương trình nào thì phải ghi. Ví dụ: tổng kết năm học 2025-2026.",
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Chương trình", required=False, empty_label="không theo chương trình nào"
    )
    decision = LineField(
        label="Số, ngày quyết định",
        max_length=100,
        required=False,
        help_text="Ví dụ: 12/QĐ-HKH ngày 05/06/2026. Chi từ quỹ thì phải ghi.",
    )
    account = forms.ModelChoiceField(
        Account.objects.none(), label="Tiền từ đâu", required=False, empty_label="nơi khác chi, không qua sổ quỹ"
    )
    portion_amount = MoneyField(
        label="Mức một suất (đồng)",
        required=False,
        min_value=1,
        max_value=LARGEST,
        help_text="Dòng không ghi số tiền thì lấy số suất nhân với mức này.",
    )
    confirmed = forms.BooleanField(label="Đã xem, vẫn ghi những người này", required=False)
    mark = MarkField()

    main_names = ("organization", "kind", "date", "words", "programme", "decision", "account", "portion_amount")

    def __init__(self, *args, reach, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.initial = {"date": date_to_text(timezone.localdate()), "mark": new_mark()} | self.initial
        self.fields["organization"].offer(reach, units_around(reach, near))
        self.offer_programmes()
        self.offer_accounts()
        self.set_up_lines()
        self.repeats: list[tuple[GivenLineForm, list[Award]]] = []
        if not (self.is_bound and self.data.get("asked")):
            self.fields["confirmed"].widget = forms.HiddenInput()

    def offer_programmes(self) -> None:
        field = self.fields["programme"]
        units = self.reach.order_by().values("pk")
        field.queryset = Programme.objects.filter(organization__in=units).exclude(awards__nominated_at__isnull=False)
        shown = field.queryset.select_related("organization").order_by("-year", "name", "pk")[:PROGRAMMES_SHOWN]
        names = [(each.pk, f"{each}, {each.get_kind_display()} ({each.organization.short_name})") for each in shown]
        field.widget.choices = [("", field.empty_label), *names]

    def offer_accounts(self) -> None:
        field = self.fields["account"]
        accounts = Account.objects.allowed(self.user, PAY).in_use().filter(kind__in=Account.MONEY, fund__closed_on=None)
        field.queryset = accounts.select_related("fund").order_by("fund__name", "pk")
        field.label_from_instance = lambda account: f"{account.fund.name}: {account.name}"

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.main_names]

    def clean(self):
        values = super().clean()
        self.filled = [line for line in self.lines if line.has_changed() and not line.errors]
        if not any(line.has_changed() for line in self.lines):
            self.add_error(None, "Chưa có dòng nào được điền. Hãy ghi ít nhất một dòng.")
        elif not values.get("confirmed") and values.get("organization") and values.get("kind") and values.get("date"):
            self.ask_about_repeats(values)
        return values

    def ask_about_repeats(self, values) -> None:
        if written_with(values["organization"], self.key(values)):
            # Pressed twice: these are its own.
            return
        named = [line for line in self.filled if line.cleaned_data["name"]]
        people = [recipient_from(line.given(None).nominee, values["kind"]) for line in named]
        found = awards_around(values["organization"].pk, values["date"].year, people) if people else []
        self.repeats = [(line, awards) for line, awards in zip(named, found, strict=True) if awards]
        if self.repeats:
            self.fields["confirmed"].widget = forms.CheckboxInput()
            self.add_error("confirmed", "Có người đã nhận hoặc đang được đề cử. Hãy xem lại, rồi đánh dấu nếu vẫn ghi.")

    def key(self, values):
        """Of the form's mark and of all that was typed, the lines among it."""
        if not values.get("mark"):
            return None
        typed = {name: values[name] for name in self.main_names if name in values}
        typed |= {f"{line.prefix}-{name}": value for line in self.filled for name, value in line.cleaned_data.items()}
        return key_of(values["mark"], typed)

    def carry_out(self, values):
        organization, programme = values["organization"], values["programme"]
        if not self.reach.filter(pk=organization.pk).exists():
            raise PermissionDenied
        occasion = Occasion(
            organization, values["kind"], values["date"], programme, values["words"], values["decision"]
        )
        portion = values["portion_amount"] or (programme.portion_amount if programme else None)
        lines = [line.given(portion) for line in self.filled]
        return record_awards(
            occasion=occasion, lines=lines, account=values["account"], key=self.key(values), user=self.user
        )


class WithdrawForm(ScopedServiceForm):
    """``reach`` are the awards that the user may take back."""

    reason = ReasonField(label="Lý do")

    def __init__(self, *args, award: Award, **kwargs):
        super().__init__(*args, **kwargs)
        self.award = award

    def carry_out(self, values):
        withdraw_award(award=self.hold(self.award), reason=values["reason"], user=self.user)
        return self.award
