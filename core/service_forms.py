"""Forms that hand their work to a service, and own its refusal."""

from typing import ClassVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction


class ServiceForm(forms.Form):
    """Asks for one thing and has a service carry it out, in one transaction.

    ``save()`` says whether it was done; the reasons of a refusal then stand beside the fields they name, and ``saved``
    is what the service answered. ``aliases``: names of the service → fields of the form.
    """

    aliases: ClassVar[dict[str, str]] = {}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.saved = None

    def carry_out(self, values: dict):
        raise NotImplementedError

    def save(self) -> bool:
        try:
            with transaction.atomic():
                self.saved = self.carry_out(self.cleaned_data)
        except ValidationError as error:
            self.show_refusal(error)
        return not self.errors

    def show_refusal(self, error: ValidationError) -> None:
        reasons = error.error_dict if hasattr(error, "error_dict") else {None: error}
        for name, reason in reasons.items():
            name = self.aliases.get(name, name)
            self.add_error(name if name in self.fields else None, reason)


class ScopedServiceForm(ServiceForm):
    """``reach`` holds the rows that the user may do it with; it is asked again in the same transaction."""

    def __init__(self, *args, reach, **kwargs):
        super().__init__(*args, **kwargs)
        self.reach = reach

    def hold(self, row):
        """The row as it is now, when the user may still change it."""
        found = self.reach.filter(pk=row.pk).first()
        if found is None:
            raise PermissionDenied
        return found
