"""The switch that says that a register is kept."""

from core.service_forms import ServiceForm
from organizations.forms import PastDateField, ReasonField
from organizations.models import Organization
from organizations.registers import stop_register, use_register


class RegisterUseForm(ServiceForm):
    """From which day the unit keeps the register ``kept``."""

    used_from = PastDateField(label="Dùng sổ từ ngày")
    reason = ReasonField(label="Lý do", required=False)

    def __init__(self, *args, organization: Organization, kept, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization, self.register = organization, kept.register
        self.fields["used_from"].label = f"Dùng sổ {kept.noun} từ ngày"
        self.fields["used_from"].help_text = f"Từ ngày này {kept.promise}."

    def carry_out(self, values):
        return use_register(
            organization=self.organization,
            register=self.register,
            used_from=values["used_from"],
            user=self.user,
            reason=values["reason"],
        )

    def stop(self) -> None:
        """Take the switch back."""
        stop_register(organization=self.organization, register=self.register, user=self.user)
