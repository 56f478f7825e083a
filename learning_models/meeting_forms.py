"""Forms of the review: the meeting's facts, whom it does not recognise and why, and the kind of area of a unit."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from core.forms import CountField, DateTextField, LineField
from core.service_forms import ScopedServiceForm
from learning_models.areas import set_area
from learning_models.decisions import refuse_registrations
from learning_models.entries import result_words
from learning_models.meetings import late_sheets, save_meeting
from learning_models.models import Area, AreaOfUnit, Registration, ReviewMeeting
from learning_models.year_places import YearPlace

FACTS = ("held_on", "place", "chair", "secretary", "invited", "present", "conclusion")
MOST_PEOPLE = 100_000
SHEETS = [
    ("before", "Phiếu đã có trước cuộc họp: ghi ngày tự đánh giá là ngày họp"),
    ("after", "Để nguyên: những phiếu ấy nộp sau, không bình xét ở cuộc họp này"),
]
REASON_LENGTH = Registration._meta.get_field("reason").max_length


def length_of(name: str) -> int:
    return ReviewMeeting._meta.get_field(name).max_length


class MeetingForm(ScopedServiceForm):
    """``reach`` holds the units where the user may hold a meeting. Saved: the meeting."""

    held_on = DateTextField(label="Ngày họp", help_text="Ví dụ 05/12/2026.")
    sheets = forms.ChoiceField(
        label="Phiếu tự đánh giá ghi ngày sau cuộc họp", choices=SHEETS, required=False, widget=forms.RadioSelect
    )
    place = LineField(label="Nơi họp", max_length=length_of("place"), required=False)
    chair = LineField(label="Chủ trì", max_length=length_of("chair"), required=False)
    secretary = LineField(label="Thư ký cuộc họp", max_length=length_of("secretary"), required=False)
    invited = CountField(label="Số người được mời", max_value=MOST_PEOPLE, required=False)
    present = CountField(label="Số người dự", max_value=MOST_PEOPLE, required=False)
    conclusion = forms.CharField(
        label="Kết luận",
        max_length=length_of("conclusion"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In ở cuối biên bản. Danh sách và số đạt, chưa đạt tự in theo kết quả đã nhập.",
    )

    def __init__(self, *args, place: YearPlace, **kwargs):
        super().__init__(*args, **kwargs)
        self.year_place = place
        if place.meeting:
            self.initial = {name: getattr(place.meeting, name) for name in FACTS} | self.initial
        if not self.is_bound:
            self.ask_about_sheets(place.meeting and place.meeting.held_on)

    def ask_about_sheets(self, held_on) -> int:
        """How many self-assessments carry a day after the meeting; without any there is no question."""
        place = self.year_place
        late = late_sheets(place.organization, place.model, place.year, held_on).count() if held_on else 0
        # Only now: what was sent has been read, and an empty answer gets words of its own.
        self.fields["sheets"].required = bool(late)
        if not late:
            del self.fields["sheets"]
        return late

    def clean(self):
        values = super().clean()
        invited, present = values.get("invited"), values.get("present")
        if invited is not None and present is not None and present > invited:
            self.add_error("present", "Số người dự không thể nhiều hơn số người được mời.")
        late = self.ask_about_sheets(values.get("held_on"))
        if late and not values.get("sheets"):
            words = f"{late} {self.year_place.noun} tự đánh giá sau ngày họp này. Hãy chọn một cách, hoặc sửa ngày họp."
            self.add_error("sheets", words)
        return values

    def carry_out(self, values):
        place = self.year_place
        if not self.reach.filter(pk=place.organization.pk).exists():
            raise PermissionDenied
        meeting = place.meeting or ReviewMeeting(
            organization=place.organization, model=place.model, year=place.year, held_on=values["held_on"]
        )
        for name in FACTS:
            setattr(meeting, name, values[name])
        return save_meeting(meeting=meeting, sheets_before=values.get("sheets") == "before", user=self.user)


class RefusalForm(ScopedServiceForm):
    """The reviewed registrations of a place that failed: each that is ticked is closed with its reason."""

    def __init__(self, *args, rows: list[Registration], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            name = row.registrant.name
            tick = forms.BooleanField(label=f"{name}: không công nhận", required=False, initial=True)
            reason = LineField(
                label=f"{name}, lý do", required=False, max_length=REASON_LENGTH, initial=usual_reason(row)
            )
            reason.widget.attrs["aria-label"] = reason.label
            tick.widget.attrs["aria-label"] = tick.label
            self.fields |= {f"k{row.pk}": tick, f"r{row.pk}": reason}

    @property
    def lines(self) -> list[tuple]:
        return [(row, self[f"k{row.pk}"], self[f"r{row.pk}"], result_words(row)) for row in self.rows]

    def clean(self):
        values = super().clean()
        self.reasons = {row.pk: values.get(f"r{row.pk}") or "" for row in self.rows if values.get(f"k{row.pk}")}
        for key, reason in self.reasons.items():
            if not reason and f"r{key}" not in self.errors:
                self.add_error(f"r{key}", "Hãy ghi lý do không công nhận.")
        if not self.reasons:
            raise ValidationError("Chưa đánh dấu ai. Hãy đánh dấu những người không được công nhận.")
        return values

    def carry_out(self, values):
        return refuse_registrations(reasons=self.reasons, reach=self.reach, user=self.user)

    def show_refusal(self, error):
        for name, faults in error.error_dict.items() if hasattr(error, "error_dict") else [(None, error.error_list)]:
            self.add_error(f"r{name}" if f"r{name}" in self.fields else None, faults)


def usual_reason(row: Registration) -> str:
    """What the meeting wrote, else what the result says."""
    return row.reason or f"Bình xét: {result_words(row)}"


class AreaForm(ScopedServiceForm):
    """``reach`` holds the units that the user manages; ``above``: what the unit follows without a word of its own."""

    area = forms.ChoiceField(label="Loại địa bàn", required=False, widget=forms.RadioSelect)

    def __init__(self, *args, organization, above: AreaOfUnit | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        follows = f"theo {above.organization.name}: {above.get_area_display()}" if above else "chưa ghi ở cấp trên"
        self.fields["area"].choices = [("", f"Không ghi riêng ({follows})"), *Area.choices]
        said = AreaOfUnit.objects.filter(organization=organization).first()
        self.initial.setdefault("area", said.area if said else "")

    def carry_out(self, values):
        return set_area(organization=self.hold(self.organization), area=values["area"], user=self.user)
