"""Who is meant by a typed name: one whom the unit knows, or somebody new."""

from django import forms
from django.core.exceptions import ValidationError

from core.forms import LineField
from funds.models import Party
from funds.parties import alike, as_choices, enter_party, is_called
from funds.proper_names import likely_kind
from organizations.models import Organization

NEW = "new"
PLAIN = {"autocomplete": "off"}
SAME = "Trong sổ đã có tên giống tên này. Hãy xem rồi bấm ghi lần nữa."
ALIKE = "Trong sổ có tên gần giống tên này. Hãy chọn một dòng rồi bấm ghi lần nữa."


class PartyNameField(LineField):
    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs=PLAIN | {"autocapitalize": "words"})
        super().__init__(max_length=200, widget=widget, **kwargs)


class PartyChoiceField(forms.ChoiceField):
    def __init__(self):
        super().__init__(label="Là ai trong sổ?", required=False, widget=forms.RadioSelect)


class PartyKindField(forms.ChoiceField):
    """Left alone, the name says it: a letter of thanks speaks otherwise to a firm than to a person."""

    def __init__(self):
        super().__init__(
            label="Người mới này là",
            choices=[("", "theo tên vừa ghi"), *Party.Kind.choices],
            required=False,
            help_text="Tên bắt đầu bằng “Công ty”, “Trường”, “Hội” … thì được ghi là tổ chức.",
        )


class NamesParty:
    """For a form with ``party_name``, ``party``, ``party_kind``, ``party_address`` and ``anonymous``; ``known`` are
    those who look like the typed one.
    """

    known: list[Party]

    def find_parties(self, unit: Organization) -> list[Party]:
        """Those of the unit who look like the one that was typed; the choice among them stands in the form."""
        name = str((self.data if self.is_bound else self.initial).get("party_name") or "").replace("\0", "").strip()
        known = alike(unit, name[:200]) if name else []
        choices = [*as_choices(known), (NEW, "Người khác, ghi tên mới")] if known else []
        self.fields["party"].choices = choices
        if self.is_bound and self.data.get("party") not in dict(choices):
            # The name was changed since: what was chosen for another one does not count.
            self.data = self.data.copy()
            self.data["party"] = ""
        return known

    def find_or_enter(self, values, unit: Organization) -> Party | None:
        """The chosen one, or a new one where nobody looks like it or it was said to be another."""
        if not values["party_name"]:
            return None
        if self.known and not values["party"]:
            if not is_called(self.known[0], values["party_name"]):
                raise ValidationError({"party": ALIKE})
            # The same name is offered first: a second press takes it.
            self.data = self.data.copy()
            self.data["party"] = str(self.known[0].pk)
            raise ValidationError({"party": SAME})
        if values["party"] and values["party"] != NEW:
            return next(party for party in self.known if str(party.pk) == values["party"])
        return enter_party(
            organization=unit,
            name=values["party_name"],
            kind=values["party_kind"] or likely_kind(values["party_name"]),
            address=values["party_address"],
            anonymous=values["anonymous"],
            user=self.user,
        )
