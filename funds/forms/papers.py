"""What a paper is about: period, funds, whose awards; and which forms a fund's papers follow."""

from datetime import date

from django import forms
from django.utils import timezone

from core.forms import DateTextField, LineField
from core.history import because
from core.service_forms import ScopedServiceForm
from core.vietnamese import date_to_text
from funds.ledger import lock_funds
from funds.models import AwardKind, Campaign, Direction, Fund, PaperSettings, Programme, paper_settings_of

SETTINGS_SAVED = "Ghi mẫu chứng từ, sổ"


class PeriodForm(forms.Form):
    """From day to day; without any from the first of the year, or of the month where ``monthly``, to today."""

    first = DateTextField(label="Từ ngày", required=False)
    last = DateTextField(label="Đến hết ngày", required=False)
    monthly = False

    def __init__(self, data):
        data, today = data.copy(), timezone.localdate()
        if not data.get("first") and not data.get("last"):
            start = today.replace(day=1) if self.monthly else today.replace(month=1, day=1)
            data["first"], data["last"] = date_to_text(start), date_to_text(today)
        super().__init__(data)

    def clean(self):
        values = super().clean()
        if not self.errors and self.last_day < self.first_day:
            self.add_error("last", f"Ngày này phải từ {date_to_text(self.first_day)} trở đi.")
        return values

    @property
    def last_day(self) -> date:
        return self.cleaned_data.get("last") or timezone.localdate()

    @property
    def first_day(self) -> date:
        return self.cleaned_data.get("first") or self.last_day.replace(month=1, day=1)

    @property
    def days(self) -> dict[str, str]:
        """As a source holds them; of what was not understood the default."""
        return {"first": self.first_day.isoformat(), "last": max(self.first_day, self.last_day).isoformat()}


class SelectionForm(PeriodForm):
    """The funds of ``unit``, one of them, or those below it as well."""

    fund = forms.ChoiceField(label="Quỹ", required=False)
    below = forms.BooleanField(label="Cả các đơn vị bên dưới", required=False)

    field_order = ["fund", "first", "last", "below"]

    def __init__(self, data, *, unit):
        super().__init__(data)
        self.unit = unit
        self.funds = list(Fund.objects.filter(organization=unit).order_by("name", "pk"))
        names = [(fund.code, fund.name) for fund in self.funds]
        self.fields["fund"].choices = [("", "Tất cả quỹ của đơn vị"), *names]
        self.prepare()
        self.full_clean()

    def prepare(self) -> None:
        """What else the form asks."""

    @property
    def fund_shown(self) -> Fund | None:
        code = self.cleaned_data.get("fund")
        return next((fund for fund in self.funds if fund.code == code), None)

    def source(self) -> dict:
        fund = self.fund_shown
        below = bool(self.cleaned_data.get("below")) and fund is None
        return {"unit": self.unit.pk, "fund": fund.pk if fund else "", "below": below, **self.days}


class DonorListForm(SelectionForm):
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label="Đợt vận động", required=False, empty_label="Mọi đợt"
    )
    public = forms.BooleanField(label="Bản để công bố: không nêu tên người không muốn", required=False)

    def prepare(self):
        self.fields["campaign"].queryset = Campaign.objects.filter(fund__in=self.funds).order_by("-starts_on", "pk")

    def source(self):
        campaign = self.cleaned_data.get("campaign")
        more = {"campaign": campaign.pk if campaign else "", "public": bool(self.cleaned_data.get("public"))}
        return super().source() | more


class GivenForm(PeriodForm):
    """Awards that were handed over, at and below ``unit``."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Chương trình", required=False, empty_label="Mọi chương trình"
    )
    kind = forms.ChoiceField(label="Đối tượng", required=False, choices=[("", "Mọi đối tượng"), *AwardKind.choices])
    public = forms.BooleanField(label="Bản để công bố: không nêu tên trẻ em chưa có đồng ý", required=False)

    field_order = ["programme", "kind", "first", "last", "public"]

    def __init__(self, data, *, unit, programmes):
        super().__init__(data)
        self.unit = unit
        self.fields["programme"].queryset = programmes
        self.full_clean()

    def source(self) -> dict:
        programme = self.cleaned_data.get("programme")
        return {
            "unit": self.unit.pk,
            "programme": programme.pk if programme else "",
            "kind": self.cleaned_data.get("kind") or "",
            "public": bool(self.cleaned_data.get("public")),
            **self.days,
        }


class VoucherBatchForm(PeriodForm):
    """Which vouchers of a fund are printed together."""

    direction = forms.ChoiceField(
        label="Loại phiếu",
        required=False,
        choices=[("", "Phiếu thu và phiếu chi"), (Direction.IN, "Phiếu thu"), (Direction.OUT, "Phiếu chi")],
    )
    copies = forms.ChoiceField(
        label="Số liên mỗi phiếu", required=False, choices=[("1", "1 liên"), ("2", "2 liên trên một trang")]
    )
    monthly = True

    def __init__(self, data, *, fund: Fund):
        super().__init__(data)
        self.fund = fund
        self.full_clean()

    def source(self) -> dict:
        copies = int(self.cleaned_data.get("copies") or 1)
        direction = self.cleaned_data.get("direction") or ""
        return {"fund": self.fund.pk, "direction": direction, "copies": copies, **self.days}


class PaperSettingsForm(ScopedServiceForm):
    """``reach`` are the funds whose papers the user may change."""

    address = LineField(label="Địa chỉ in trên chứng từ, sổ", max_length=200, required=False)
    receipt_form = LineField(
        label="Mẫu số phiếu thu",
        max_length=20,
        required=False,
        help_text="01-TT theo Thông tư 133/2016/TT-BTC. Để trống thì phiếu không in mẫu số.",
    )
    payment_form = LineField(label="Mẫu số phiếu chi", max_length=20, required=False)
    cash_book_form = LineField(label="Mẫu số sổ quỹ tiền mặt", max_length=20, required=False)
    bank_book_form = LineField(label="Mẫu số sổ tiền gửi ngân hàng", max_length=20, required=False)
    circular = LineField(
        label="Căn cứ của mẫu",
        max_length=200,
        required=False,
        help_text="In dưới mẫu số. Quỹ theo chế độ kế toán khác thì ghi mẫu số và căn cứ của chế độ ấy.",
    )
    cash_code = LineField(label="Số hiệu tài khoản tiền mặt", max_length=10, required=False)
    bank_code = LineField(label="Số hiệu tài khoản tiền gửi", max_length=10, required=False)
    head_post = LineField(label="Chức vụ người đứng đầu", max_length=60)
    head_name = LineField(label="Họ và tên người đứng đầu", max_length=100, required=False)
    accountant_post = LineField(label="Chức vụ người phụ trách kế toán", max_length=60)
    accountant_name = LineField(label="Họ và tên người phụ trách kế toán", max_length=100, required=False)
    treasurer_name = LineField(label="Họ và tên thủ quỹ", max_length=100, required=False)

    def __init__(self, *args, fund: Fund, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund = fund
        following = paper_settings_of(fund)
        self.initial = {name: getattr(following, name) for name in self.fields} | self.initial

    def carry_out(self, values) -> PaperSettings:
        fund = self.hold(self.fund)
        lock_funds([fund.pk])
        following = paper_settings_of(fund)
        for name, value in values.items():
            setattr(following, name, value)
        following.full_clean()
        because(following, user=self.user, reason=SETTINGS_SAVED).save()
        return following
