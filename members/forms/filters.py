"""Finding members: every condition may be left out, and what was asked stands in the address."""

from django import forms

from core.forms import QuarterField
from members.models import Membership, Occupation, Sex
from organizations.models import Organization

ANY = ("", "tất cả")
YES_NO = [ANY, ("yes", "có"), ("no", "không")]
STATUSES = [("active", "đang sinh hoạt"), ("left", "đã thôi"), ("all", "tất cả")]


class MemberFilterForm(forms.Form):
    """``unit`` (chosen by the view) and the ids of it and everything below it narrow the list first."""

    q = forms.CharField(
        label="Tìm theo họ tên, số thẻ",
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.CharField(label="Đơn vị", required=False, max_length=32, widget=forms.Select)
    status = forms.ChoiceField(label="Tình trạng", choices=STATUSES, required=False)
    joined = QuarterField(
        label="Kết nạp mới trong quý", required=False, widget=forms.TextInput(attrs={"placeholder": "quý I/2022"})
    )
    sex = forms.ChoiceField(label="Giới tính", choices=[ANY, *Sex.choices], required=False)
    occupation = forms.ChoiceField(label="Nghề nghiệp", choices=[ANY, *Occupation.choices], required=False)
    party_member = forms.ChoiceField(label="Đảng viên", choices=YES_NO, required=False)
    card = forms.ChoiceField(label="Có thẻ", choices=YES_NO, required=False)

    MORE = ["status", "joined", "sex", "occupation", "party_member", "card"]

    def __init__(self, data, *, unit: Organization | None, units: list[Organization], personal: bool):
        data = data.copy()
        if unit is not None:
            data["unit"] = unit.code
        super().__init__(data)
        self.unit, self.personal = unit, personal
        top = min((each.depth for each in units), default=0)
        self.fields["unit"].widget.choices = [
            (each.code, f"{'– ' * (each.depth - top)}{each.short_name}") for each in units
        ]
        if personal:
            self.fields["q"].label = "Tìm theo họ tên, điện thoại, số thẻ"
        else:
            del self.fields["party_member"]
        self.full_clean()

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE if name in self.fields]

    @property
    def more_open(self) -> bool:
        """Whether a condition beyond unit and words is set."""
        return any(self.errors.get(name) or self.data.get(name) for name in self.MORE if name in self.fields)

    @property
    def text(self) -> str:
        return (self.cleaned_data.get("q") or "").replace("\0", "")

    def filter(self, members, unit_ids: list[int] | None):
        """The members asked for; ``unit_ids`` None: every unit of the scope."""
        values = self.cleaned_data
        if unit_ids is not None:
            members = members.filter(organization__in=unit_ids)
        status = values.get("status") or "active"
        if status != "all":
            members = members.filter(active=status == "active")
        if self.text:
            members = members.search(self.text) if self.personal else members.search_public(self.text)
        if quarter := values.get("joined"):
            members = members.filter(pk__in=joined_within(quarter, unit_ids))
        for name in ("sex", "occupation"):
            if values.get(name):
                members = members.filter(**{name: values[name]})
        if values.get("party_member"):
            members = members.filter(party_member=values["party_member"] == "yes")
        if values.get("card"):
            members = members.filter(card_number__isnull=values["card"] == "no")
        return members

    def in_words(self) -> list[str]:
        """What the list was narrowed by, for the printed page."""
        values = {name: self.cleaned_data.get(name) for name in ("q", *self.MORE)}
        words = [f"{self.fields[name].label}: {self.shown(name, value)}" for name, value in values.items() if value]
        return [self.unit.name, *words] if self.unit else words

    def shown(self, name: str, value) -> str:
        choices = dict(getattr(self.fields[name], "choices", []))
        return value.label if name == "joined" else str(choices.get(value, value))


def joined_within(quarter, unit_ids: list[int] | None):
    """Keys of the persons who became members in the quarter, in one of the units."""
    spells = Membership.objects.filter(
        joined_reason=Membership.Reason.NEW, joined_on__gte=quarter.first_day, joined_on__lte=quarter.last_day
    )
    if unit_ids is not None:
        spells = spells.filter(organization__in=unit_ids)
    return spells.order_by().values("member_id")


def chosen_keys(members, keys: list[str], *, everybody: bool, most: int) -> list[int] | None:
    """The keys that were ticked, or of everybody that was found; None when they are more than ``most``."""
    if everybody:
        found = list(members.order_by().values_list("pk", flat=True)[: most + 1])
    else:
        found = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    return found if len(found) <= most else None
