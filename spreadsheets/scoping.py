"""Who may take home what of an uploaded file."""

from organizations.models import Organization
from spreadsheets.kinds import all_kinds
from spreadsheets.models import ImportBatch


def may_take_refused(user, batch: ImportBatch) -> bool:
    """Whether the refused rows may be given to the user: they stand as they were sent, secret columns too.

    The sender knows them already; a colleague at the batch's unit needs the permission of every such column there.
    """
    if user.is_superuser or batch.user_id == user.pk:
        return True
    kind = all_kinds().get(batch.kind)
    permissions = set(kind.secrets.values()) if kind else set()
    unit = Organization.objects.filter(pk=batch.organization_id)
    return all(unit.allowed(user, permission).exists() for permission in permissions)
