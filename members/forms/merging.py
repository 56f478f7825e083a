"""Two rows of one person: which says what is right."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from core.service_forms import ServiceForm
from core.sheets import show
from core.vietnamese import date_to_text
from members.corrections import version_of
from members.merging import differing_fields, merge_members, preferred
from members.models import Member

KEPT, MERGED = "kept", "merged"
STALE = "Trong lúc ông/bà xem, một trong hai dòng vừa được sửa. Hãy xem lại rồi gộp lần nữa."


class MergeForm(ServiceForm):
    """One choice for every field in which the rows differ; ``seen`` names the states that were shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args, kept: Member, merged: Member, reach, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept, self.merged, self.reach = kept, merged, reach
        self.initial["seen"] = self.state()
        for name in differing_fields(kept, merged):
            choices = [(KEPT, words(kept, name)), (MERGED, words(merged, name))]
            self.fields[name] = forms.ChoiceField(
                label=Member._meta.get_field(name).verbose_name.capitalize(),
                choices=choices,
                initial=MERGED if preferred(kept, merged, name) else KEPT,
                widget=forms.RadioSelect,
            )

    def state(self) -> str:
        return f"{version_of(self.kept)}-{version_of(self.merged)}"

    def carry_out(self, values):
        if values.pop("seen") != self.state():
            self.data = self.data.copy()
            self.data["seen"] = self.state()
            raise ValidationError(STALE)
        take = {name for name, choice in values.items() if choice == MERGED}
        member = merge_members(kept=self.kept, merged=self.merged, take=take, user=self.user)
        if not self.reach.filter(pk=member.pk).exists():
            raise PermissionDenied
        return member


def words(member: Member, name: str) -> str:
    """What a row says, as people read it; the ID number only by its last digits."""
    if name == "id_number":
        return member.id_masked or show("")
    value = getattr(member, name)
    if name in ("sex", "occupation"):
        return getattr(member, f"get_{name}_display")() or show("")
    if name == "birth_year":
        return str(value or show(""))
    return date_to_text(value) if name == "birth_date" and value else show(value)
