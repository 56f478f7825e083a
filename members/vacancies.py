"""Which posts that must be held stand empty today; one query for a page of units, whatever their number."""

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from members.models import REQUIRED_POSTS, Officer
from organizations.models import Form

LABELS = {
    Form.HOI: {"chair": "Chủ tịch", "vice_chair": "Phó Chủ tịch"},
    Form.CHI_HOI: {"head": "Chi hội trưởng"},
    Form.BAN: {"head": "Trưởng ban"},
    Form.TO_HOI: {"head": "Tổ trưởng"},
}
NAMES = ("chair", "vice_chair", "head")


def with_vacancies(units, day):
    """Adds ``lacks_chair``, ``lacks_vice_chair``, ``lacks_head`` and ``is_recorded`` to organizations.

    A unit without any officer in the register is not ``is_recorded``: its posts are unknown rather than vacant.
    """
    held = Officer.objects.on(day).filter(organization=OuterRef("pk")).order_by()
    lacking = {}
    for name in NAMES:
        cases = [
            When(Q(form=form) & ~Exists(held.filter(post__in=posts[name])), then=Value(True))
            for form, posts in REQUIRED_POSTS.items()
            if name in posts
        ]
        lacking[f"lacks_{name}"] = Case(*cases, default=Value(False))
    recorded = Exists(Officer.objects.filter(organization=OuterRef("pk")).order_by())
    return units.annotate(**lacking, is_recorded=recorded)


def vacant_units(units, day):
    """The organizations, alive on the day, where a post that must be held is empty."""
    lacking = Q(*(Q(**{f"lacks_{name}": True}) for name in NAMES), _connector=Q.OR)
    return with_vacancies(units.alive(day), day).filter(lacking)


def missing_posts(unit) -> list[str]:
    """What is empty at a unit that came from `vacant_units`, in words."""
    return [label for name, label in LABELS[unit.form].items() if getattr(unit, f"lacks_{name}")]
