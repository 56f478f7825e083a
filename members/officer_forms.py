"""Forms about officers: finding them, and recording, ending and striking out their posts."""

from django import forms
from django.utils import timezone

from core.forms import DateTextField, LineField
from core.service_forms import ServiceForm
from core.vietnamese import date_to_text
from members.models import USUAL_BODY, Body, Member, Officer, OutsidePostKind, Post, Term
from members.officers import (
    CORRECTED,
    ENDED,
    RECORDED,
    delete_post,
    end_post,
    find_rivals,
    may_give_way,
    save_post,
)
from members.unit_filters import UnitFilterForm
from organizations.forms import ReasonField
from organizations.models import Level, Organization

CANDIDATES_SHOWN = 20
FULL_TIME, CONCURRENT, UNKNOWN = "full_time", "concurrent", "unknown"
TIMES = {FULL_TIME: True, CONCURRENT: False, UNKNOWN: None}
TIME_CHOICES = [(FULL_TIME, "chuyên trách"), (CONCURRENT, "kiêm nhiệm"), (UNKNOWN, "chưa rõ")]
ANY = [("", "Tất cả")]


class OfficerFilterForm(UnitFilterForm):
    q = forms.CharField(
        label="Họ và tên", required=False, max_length=150, widget=forms.SearchInput(attrs={"autocomplete": "off"})
    )
    date = DateTextField(label="Tính đến ngày", required=False)
    post = forms.ChoiceField(label="Chức vụ", required=False, choices=[*ANY, *Post.choices])
    body = forms.ChoiceField(label="Trong ban", required=False, choices=[*ANY, *Body.choices])
    level = forms.ChoiceField(label="Cấp của đơn vị", required=False, choices=[*ANY, *Level.choices])
    time = forms.ChoiceField(label="Chuyên trách", required=False, choices=[*ANY, *TIME_CHOICES])

    MORE = ("body", "level", "time")
    field_order = ["q", "unit", "date", "post", *MORE]

    def __init__(self, data, **kwargs):
        super().__init__(data, **kwargs)
        # The day that the list is of stands in the field, also when it is today.
        self.data.setdefault("date", date_to_text(timezone.localdate()))

    @property
    def day(self):
        return self.cleaned_data.get("date") or timezone.localdate()

    @property
    def first_fields(self):
        return [field for field in self if field.name not in self.MORE]

    @property
    def more_fields(self):
        return [self[name] for name in self.MORE]

    @property
    def is_narrowed_more(self) -> bool:
        return any(self.data.get(name) for name in self.MORE)

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "post", *self.MORE))

    def found(self, officers):
        """Who held which post on the day, as the filter says; nobody while something in it is wrong."""
        values = self.cleaned_data
        if self.errors:
            return officers.none()
        officers = officers.serving(self.day).filter(organization__in=self.units.order_by().values("pk"))
        if values["q"]:
            officers = officers.search(values["q"])
        narrowing = {"post": values["post"], "body": values["body"], "organization__level": values["level"]}
        officers = officers.filter(**{field: value for field, value in narrowing.items() if value})
        return officers.filter(full_time=TIMES[values["time"]]) if values["time"] else officers


class MemberChoice(forms.ModelChoiceField):
    """Members of the scope; only a few of them are offered."""

    def label_from_instance(self, member):
        born = f", sinh {member.birth_year}" if member.birth_year else ""
        return f"{member.full_name}{born}, {member.organization.short_name} ({member.number})"

    def offer(self, members) -> None:
        offered = [(member.pk, self.label_from_instance(member)) for member in members]
        self.choices = [("", "Không chọn ai: ghi theo họ tên đã gõ"), *offered]


class OfficerForm(ServiceForm):
    """A post of a unit. Whoever is in the register of members is found by name and chosen."""

    full_name = LineField(
        label="Họ và tên",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Bấm “Tìm trong sổ hội viên” để chọn đúng người; người không có trong sổ thì ghi theo tên đã gõ.",
    )
    member = MemberChoice(
        label="Hội viên trong sổ",
        queryset=Member.objects.none(),
        required=False,
        blank=True,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Hội viên này không có trong phạm vi của ông/bà. Hãy tìm lại."},
    )
    post = forms.ChoiceField(label="Chức vụ", choices=[("", "Chọn chức vụ"), *Post.choices])
    give_way = forms.TypedMultipleChoiceField(
        label="Người đang giữ chức",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nếu đúng là có người kế nhiệm thì đánh dấu rồi gửi lại; không thì sửa các ngày.",
    )
    body = forms.ChoiceField(label="Trong ban", required=False, choices=[("", "Theo chức vụ"), *Body.choices])
    term = forms.ModelChoiceField(
        label="Nhiệm kỳ", queryset=Term.objects.none(), required=False, empty_label="Không ghi"
    )
    full_time = forms.ChoiceField(
        label="Chuyên trách hay kiêm nhiệm", choices=TIME_CHOICES, initial=UNKNOWN, widget=forms.RadioSelect
    )
    ex_officio = forms.BooleanField(label="Đương nhiên theo chức vụ khác", required=False)
    from_date = DateTextField(label="Từ ngày", required=False, help_text="Để trống nếu không còn biết.")
    to_date = DateTextField(label="Đến hết ngày", required=False, help_text="Để trống nếu đang giữ chức.")
    decision_number = LineField(label="Số quyết định", max_length=50, required=False)
    phone = LineField(label="Điện thoại", max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    outside_posts = forms.MultipleChoiceField(
        label="Chức vụ ngoài Hội",
        required=False,
        choices=OutsidePostKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    outside_title = LineField(
        label="Chức vụ khác ngoài Hội", max_length=150, required=False, help_text="Ví dụ: Bí thư chi bộ bản Đồi."
    )
    reason = ReasonField(label="Lý do sửa", required=False)

    def __init__(self, *args, officer: Officer, finding: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.officer = officer
        if officer.pk is None:
            del self.fields["reason"]
        self.fields["term"].queryset = Term.objects.filter(organization=officer.organization_id).order_by("-starts_on")
        self.candidates: list[Member] = []
        self.prepare_members(finding)
        self.offer_rivals(self.named_rivals())

    def value(self, name: str):
        return (self.data if self.is_bound else self.initial).get(name) or ""

    def prepare_members(self, finding: bool) -> None:
        """Offer what the name finds and who is chosen already; any member of the scope may be chosen."""
        field = self.fields["member"]
        field.queryset = Member.objects.allowed(self.user, "members.view_member").for_list()
        text = str(self.value("full_name")).replace("\0", "").strip()[:150]
        if finding and text:
            found = field.queryset.search_public(text).order_by("sort_key", "pk")
            self.candidates = list(found[: CANDIDATES_SHOWN + 1])
        if len(self.candidates) > CANDIDATES_SHOWN:
            field.help_text = f"Chỉ hiện {CANDIDATES_SHOWN} người đầu tiên: hãy gõ thêm chữ để thu hẹp."
        self.found_nobody = finding and not self.candidates
        chosen = str(self.value("member"))
        keys = {int(chosen)} if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else set()
        keys |= {self.officer.member_id} - {None}
        known = self.candidates[:CANDIDATES_SHOWN]
        offered = [*field.queryset.filter(pk__in=keys - {member.pk for member in known}), *known]
        if offered or (chosen and not self.officer.member_id):
            field.offer(offered)
        else:  # nobody to choose, or a member out of reach, who is neither shown nor taken away
            del self.fields["member"]

    def named_rivals(self) -> list[Officer]:
        """The holders whom the sent form names as giving way."""
        sent = self.data.getlist("give_way") if hasattr(self.data, "getlist") else []
        keys = [int(key) for key in sent[:10] if key.isascii() and key.isdigit() and len(key) < 19]
        return list(Officer.objects.filter(organization=self.officer.organization_id, pk__in=keys)) if keys else []

    def offer_rivals(self, rivals: list[Officer]) -> None:
        label = "Ghi ông/bà {} thôi giữ chức vào hôm trước ngày bắt đầu của người này"
        self.fields["give_way"].choices = [(rival.pk, label.format(rival.full_name)) for rival in rivals]

    @property
    def offers_rivals(self) -> bool:
        return bool(self.fields["give_way"].choices)

    def clean(self):
        values = super().clean()
        if values.get("member"):
            values["full_name"] = values["member"].full_name
        elif not values.get("full_name") and "full_name" not in self.errors:
            self.add_error("full_name", "Hãy gõ họ và tên, hoặc tìm và chọn người trong sổ hội viên.")
        return values

    def outside(self, values: dict) -> dict[str, str]:
        """Kind → title; a title is typed for other posts only, the titles of those that stay are kept."""
        known = {row.kind: row.title for row in self.officer.outside_posts.all()} if self.officer.pk else {}
        outside = {kind: known.get(kind, "") for kind in values["outside_posts"]}
        if values["outside_title"] or OutsidePostKind.OTHER in outside:
            outside[OutsidePostKind.OTHER] = values["outside_title"]
        return outside

    def carry_out(self, values):
        officer = self.officer
        for name in ("full_name", "post", "term", "ex_officio", "from_date", "to_date", "decision_number", "phone"):
            setattr(officer, name, values[name])
        if "member" in self.fields:
            officer.member = values.get("member")
        officer.body = values["body"] or USUAL_BODY[Post(values["post"])]
        officer.full_time = TIMES[values["full_time"]]
        reason = values.get("reason") or (CORRECTED if officer.pk else RECORDED)
        save_post(
            officer=officer,
            outside=self.outside(values),
            user=self.user,
            reason=reason,
            give_way=values["give_way"],
        )

    def show_refusal(self, error):
        """Where ending the former holder helps, offer just that."""
        if "post" in getattr(error, "error_dict", {}):
            rivals = list(find_rivals(self.officer))
            if all(may_give_way(rival, self.officer) for rival in rivals):
                self.offer_rivals(rivals)
        super().show_refusal(error)

    @staticmethod
    def initial_of(officer: Officer) -> dict:
        """What the form of a stored post begins with."""
        names = ("full_name", "post", "body", "ex_officio", "from_date", "to_date", "decision_number", "phone")
        rows = list(officer.outside_posts.all())
        return {name: getattr(officer, name) for name in names} | {
            "member": officer.member_id,
            "term": officer.term_id,
            "full_time": next(word for word, value in TIMES.items() if value is officer.full_time),
            "outside_posts": [row.kind for row in rows],
            "outside_title": next((row.title for row in rows if row.kind == OutsidePostKind.OTHER), ""),
        }

    @staticmethod
    def initial_for(organization: Organization) -> dict:
        """A new post begins in the term that is running."""
        today = timezone.localdate()
        terms = Term.objects.filter(organization=organization, starts_on__lte=today).with_last_day()
        return {"term": terms.filter(last_day__gte=today).order_by("-starts_on").values_list("pk", flat=True).first()}


class EndPostForm(ServiceForm):
    to_date = DateTextField(label="Giữ chức đến hết ngày")
    reason = ReasonField(label="Căn cứ (số quyết định, lý do)", required=False)

    def __init__(self, *args, officer: Officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.officer = officer

    def carry_out(self, values):
        reason = f"{ENDED}: {values['reason']}" if values["reason"] else ENDED
        end_post(officer=self.officer, to_date=values["to_date"], user=self.user, reason=reason)


class DeletePostForm(ServiceForm):
    reason = ReasonField(label="Vì sao dòng này là ghi nhầm")

    def __init__(self, *args, officer: Officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.officer = officer

    def carry_out(self, values):
        delete_post(officer=self.officer, user=self.user, reason=values["reason"])
