"""Forms about units: finding them, and changing them through the tree service."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from core.forms import DateTextField
from core.history import REASON_LENGTH
from organizations.models import DocumentSettings, Form, Kind, Level, Organization
from organizations.models.organizations import LEVEL_ORDER
from organizations.tree import (
    correct_organization,
    create_organization,
    dissolve_organization,
    lock,
    move_organization,
    rename_organization,
)

CANDIDATES_SHOWN = 20


class OrganizationSearchForm(forms.Form):
    q = forms.CharField(
        label="Tìm đơn vị theo tên hoặc mã",
        required=False,
        max_length=200,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    dissolved = forms.BooleanField(label="Hiện cả đơn vị đã giải thể", required=False)

    open = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.full_clean()

    @property
    def text(self) -> str:
        """What is looked for; empty when the tree is asked for."""
        return self.cleaned_data.get("q") or ""

    @property
    def opened(self) -> str:
        """The code of the unit where the tree is opened."""
        return self.cleaned_data.get("open") or ""

    @property
    def dissolved_too(self) -> bool:
        return self.cleaned_data.get("dissolved", False)

    def found(self, organizations):
        """The matching organizations in order of level and name; none when nothing is looked for."""
        if not self.text:
            return organizations.none()
        living = organizations if self.dissolved_too else organizations.alive()
        return living.search(self.text).select_related("parent").with_counts().order_by("sort_key", "pk")


class PastDateField(DateTextField):
    """A day that has come: the tree is not changed ahead of time."""

    def validate(self, value):
        super().validate(value)
        if value is not None and value > timezone.localdate():
            raise ValidationError("Ngày này không được sau hôm nay.", code="future")


class ReasonField(forms.CharField):
    """Why, as the history keeps it."""

    def __init__(self, *, label="Căn cứ (số quyết định, lý do)", **kwargs):
        super().__init__(label=label, max_length=REASON_LENGTH, **kwargs)


class TreeForm(forms.Form):
    """Asks for one change of one unit and has the tree service carry it out.

    ``reach`` holds the units that the user may change so; it is asked again behind the lock. ``save()``
    returns the unit, or None when the service refuses: its reasons then stand beside their fields.
    """

    def __init__(self, *args, organization: Organization, reach, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization, self.reach, self.user = organization, reach, user
        self.saved: Organization | None = None

    def carry_out(self, values: dict) -> Organization:
        raise NotImplementedError

    def save(self) -> Organization | None:
        try:
            with transaction.atomic():
                lock()
                if not self.reach.filter(pk=self.organization.pk).exists():
                    raise PermissionDenied
                self.saved = self.carry_out(self.cleaned_data)
        except ValidationError as error:
            self.show_refusal(error)
        return self.saved

    def show_refusal(self, error: ValidationError) -> None:
        """Put the service's reasons beside the fields they name, the rest on top."""
        reasons = error.error_dict if hasattr(error, "error_dict") else {None: error}
        for name, reason in reasons.items():
            self.add_error(name if name in self.fields else None, reason)


class FactsForm(TreeForm):
    """What is recorded of a unit beside its name and place."""

    kind = forms.ChoiceField(label="Loại", choices=Kind.choices, initial=Kind.TERRITORIAL)
    established_on = PastDateField(
        label="Ngày thành lập", required=False, help_text="Để trống nếu đã có từ trước các quý được báo cáo."
    )
    contact_name = forms.CharField(label="Người liên hệ", max_length=150, required=False)
    contact_phone = forms.CharField(
        label="Điện thoại liên hệ", max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    reason = ReasonField(required=False)


class CreateForm(FactsForm):
    """A new unit below ``organization``."""

    name = forms.CharField(label="Tên đầy đủ", max_length=300, help_text="Ví dụ: Hội Khuyến học xã Chiềng Đen.")
    code = forms.CharField(
        label="Mã",
        max_length=32,
        help_text="Do Hội đặt, không đổi về sau: chữ không dấu, số và dấu . _ -",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    level = forms.ChoiceField(label="Cấp")
    form = forms.ChoiceField(
        label="Hình thức",
        required=False,
        choices=[("", "Theo cấp (chi hội ở cấp chi hội, còn lại là hội)"), *Form.choices],
    )
    reports_quarterly = forms.ChoiceField(
        label="Báo cáo hằng quý",
        required=False,
        choices=[("", "Theo cấp (chi hội thì không, còn lại thì có)"), ("yes", "Có"), ("no", "Không")],
    )

    field_order = ["name", "code", "level", "form", "kind", "established_on", "reports_quarterly"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        here = self.organization.level
        self.fields["level"].choices = [
            (level.value, level.label)
            for level in Level
            if LEVEL_ORDER[here] < LEVEL_ORDER[level] or here == level == Level.BRANCH
        ]

    def carry_out(self, values):
        facts = {name: values[name] for name in (*FactsForm.base_fields, "code", "name", "level", "form")}
        facts["reason"] = values["reason"] or "Thêm đơn vị"
        if values["reports_quarterly"]:
            facts["reports_quarterly"] = values["reports_quarterly"] == "yes"
        return create_organization(parent=self.organization, user=self.user, **facts)


class EditForm(FactsForm):
    """Corrections; who does not decide about the unit corrects only whom to call."""

    form = forms.ChoiceField(label="Hình thức", choices=Form.choices)
    reports_quarterly = forms.BooleanField(label="Báo cáo hằng quý", required=False)

    field_order = ["contact_name", "contact_phone", "form", "kind", "established_on", "reports_quarterly", "reason"]
    DECIDED_ABOVE = ["form", "kind", "established_on", "reports_quarterly"]

    def __init__(self, *args, organization, governs: bool, **kwargs):
        super().__init__(*args, organization=organization, **kwargs)
        if not governs:
            for name in self.DECIDED_ABOVE:
                del self.fields[name]
        self.initial = {name: getattr(organization, name) for name in self.fields if name != "reason"}

    def carry_out(self, values):
        changes = {name: values[name] for name in self.changed_data if name != "reason"}
        if not changes:
            return self.organization
        reason = values["reason"] or "Sửa thông tin"
        return correct_organization(organization=self.organization, user=self.user, reason=reason, **changes)


class DatedForm(TreeForm):
    """A change from a day on, by a decision."""

    on = PastDateField(label="Ngày có hiệu lực", help_text="Ngày đầu tiên của tình trạng mới, ví dụ 01/07/2025.")
    reason = ReasonField(help_text="Ví dụ: QĐ 15/QĐ-HKH ngày 20/06/2025.")


class RenameForm(DatedForm):
    name = forms.CharField(label="Tên mới", max_length=300)

    field_order = ["name", "on", "reason"]

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, organization=organization, **kwargs)
        self.initial.setdefault("name", organization.name)

    def clean_name(self):
        if self.cleaned_data["name"] == self.organization.name:
            raise ValidationError("Tên mới phải khác tên hiện nay.")
        return self.cleaned_data["name"]

    def carry_out(self, values):
        return rename_organization(organization=self.organization, user=self.user, **values)


class CandidateField(forms.ModelChoiceField):
    def label_from_instance(self, organization):
        above = f", thuộc {organization.parent.short_name}" if organization.parent else ""
        return f"{organization.name} ({organization.code}){above}"


class MoveForm(DatedForm):
    """Another parent: typed as a code, or searched by name and chosen from what was found."""

    query = forms.CharField(
        label="Đơn vị cấp trên mới (tên hoặc mã)",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Gõ vài chữ trong tên rồi bấm Tìm, hoặc gõ đúng mã.",
    )
    parent = CandidateField(
        label="Chọn một đơn vị",
        queryset=Organization.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=None,
        blank=True,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Đơn vị này không có trong kết quả tìm. Hãy chọn lại."},
    )

    field_order = ["query", "parent", "on", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.text = (
            ((self.data.get("query") if self.is_bound else self.initial.get("query")) or "")
            .replace("\0", "")
            .strip()[:200]
        )
        self.candidates = self.find_candidates() if self.text else []
        if not self.candidates:
            del self.fields["parent"]
            return
        shown = [candidate.pk for candidate in self.candidates[:CANDIDATES_SHOWN]]
        field = self.fields["parent"]
        field.queryset = Organization.objects.filter(pk__in=shown).select_related("parent").order_by("sort_key")
        if len(self.candidates) > CANDIDATES_SHOWN:
            field.help_text = f"Chỉ hiện {CANDIDATES_SHOWN} đơn vị đầu tiên: hãy gõ thêm chữ để thu hẹp."

    def find_candidates(self) -> list[Organization]:
        """Units in the user's scope that may stand above this one and match what was typed."""
        here = self.organization
        higher = [level for level in Level if LEVEL_ORDER[level] < LEVEL_ORDER[here.level]]
        if here.level == Level.BRANCH:
            higher.append(Level.BRANCH)
        own = Organization.objects.within(Organization.objects.filter(pk=here.pk)).order_by().values("pk")
        reach = Organization.objects.allowed(self.user, "organizations.change_organization")
        places = reach.alive().filter(level__in=higher).exclude(pk__in=own).exclude(pk=here.parent_id)
        return list(places.search(self.text).order_by("sort_key")[: CANDIDATES_SHOWN + 1])

    def clean(self):
        values = super().clean()
        if self.errors.keys() & {"query", "parent"} or values.get("parent"):
            return values
        exact = [candidate for candidate in self.candidates if candidate.code.lower() == self.text.lower()]
        if exact:
            values["parent"] = exact[0]
        elif self.candidates:
            self.add_error("parent", "Hãy chọn một trong các đơn vị tìm thấy.")
        else:
            self.add_error("query", "Không tìm thấy đơn vị nào trong phạm vi của ông/bà có thể nhận đơn vị này.")
        return values

    def carry_out(self, values):
        reach = Organization.objects.allowed(self.user, "organizations.change_organization")
        if not reach.filter(pk=values["parent"].pk).exists():
            raise PermissionDenied
        return move_organization(
            organization=self.organization,
            parent=values["parent"],
            on=values["on"],
            user=self.user,
            reason=values["reason"],
        )


class DissolveForm(DatedForm):
    on = PastDateField(label="Ngày cuối cùng hoạt động", help_text="Đơn vị hoạt động đến hết ngày này.")

    def carry_out(self, values):
        return dissolve_organization(organization=self.organization, user=self.user, **values)


class DocumentSettingsForm(forms.ModelForm):
    """Saved over whatever someone else saved meanwhile: there is one row per unit."""

    class Meta:
        model = DocumentSettings
        fields = ["parent_lines", "own_lines", "symbol", "place", "signing", "signatory", "recipients"]
        widgets = {
            **dict.fromkeys(["parent_lines", "own_lines", "signing"], forms.Textarea(attrs={"rows": 3})),
            "recipients": forms.Textarea(attrs={"rows": 6}),
        }

    def save(self, commit=True):
        unit = self.instance.organization
        return DocumentSettings.objects.update_or_create(organization=unit, defaults=self.cleaned_data)[0]
