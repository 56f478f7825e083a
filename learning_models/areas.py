"""In what kind of area a unit lies: said of the unit itself, or left to the nearest unit above."""

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import because
from learning_models.models import Area, AreaOfUnit
from organizations.models import Organization

SAID, UNSAID = "Ghi loại địa bàn", "Bỏ loại địa bàn riêng, theo đơn vị cấp trên"


@transaction.atomic
def set_area(*, organization: Organization, area: str, user) -> AreaOfUnit | None:
    """Say it of the unit and everything below that says nothing else; with "" it follows the unit above again."""
    if area and area not in Area.values:
        raise ValidationError({"area": "Loại địa bàn không có trong danh mục."})
    # Two people at once: the second one changes what the first one wrote.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    said = AreaOfUnit.objects.filter(organization=organization).first()
    if not area:
        if said is not None:
            because(said, user=user, reason=UNSAID).delete()
        return None
    said = said or AreaOfUnit(organization=organization)
    if said.area != area:
        said.area = area
        because(said, user=user, reason=SAID).save()
    return said
