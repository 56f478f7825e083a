"""How many portions each unit directly below may pass on."""

from django.core.exceptions import PermissionDenied, ValidationError

from core.forms import CountField
from core.history import because
from core.numbers import number_to_text
from core.service_forms import ServiceForm
from funds.awards.nominations import portions_passed_on
from funds.awards.writing import lock_programme
from funds.models import Programme, ProgrammeQuota
from organizations.models import Organization

MOST_PORTIONS = 1_000_000


class QuotaForm(ServiceForm):
    """One field for each unit below; left empty the unit passes on as many as it likes."""

    def __init__(self, *args, programme: Programme, reach, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme, self.reach = programme, reach
        self.units = {
            f"u{unit.pk}": unit for unit in Organization.objects.alive().filter(parent=programme.organization_id)
        }
        held = dict(ProgrammeQuota.objects.filter(programme=programme).values_list("organization_id", "portions"))
        for name, unit in self.units.items():
            label = unit.short_name
            self.fields[name] = CountField(label=label, required=False, max_value=MOST_PORTIONS)
            self.initial.setdefault(name, held.get(unit.pk))

    def carry_out(self, values):
        if not self.reach.filter(pk=self.programme.pk).exists():
            raise PermissionDenied
        programme = lock_programme(self.programme)
        held = {quota.organization_id: quota for quota in ProgrammeQuota.objects.filter(programme=programme)}
        for name, unit in self.units.items():
            quota, portions = held.get(unit.pk), values[name]
            if portions is not None and portions < (passed := portions_passed_on(programme, unit)):
                words = f"Đơn vị đã chuyển {number_to_text(passed)} suất: chỉ tiêu không ít hơn số đó."
                raise ValidationError({name: words})
            if portions is None:
                if quota is not None:
                    because(quota, user=self.user, reason="Bỏ chỉ tiêu").delete()
            elif quota is None or quota.portions != portions:
                quota = quota or ProgrammeQuota(programme=programme, organization=unit)
                quota.portions = portions
                because(quota, user=self.user, reason="Giao chỉ tiêu").save()
        return programme
