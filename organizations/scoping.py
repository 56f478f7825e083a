"""Which rows a user may see or change: every query starts from ``allowed(user, permission)``."""

from django.apps import apps
from django.conf import settings
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.utils.module_loading import import_string


def role_permissions() -> dict[str, frozenset[str]]:
    """Role code → permissions ("app_label.action_model"), from the project's table of roles."""
    return import_string(settings.ROLE_PERMISSIONS)


def roles_granting(permission: str) -> list[str]:
    """The roles that carry ``permission``; raises when no role does, because that is a typing mistake."""
    roles = [role for role, permissions in role_permissions().items() if permission in permissions]
    if not roles and permission not in import_string(settings.SUPERUSER_PERMISSIONS):
        raise ImproperlyConfigured(f"No role grants {permission!r}: add it to khuyenhoc/roles.py.")
    return roles


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to an organization; ``scope_path`` leads from the row to it."""

    scope_path = "organization"

    def allowed(self, user, permission: str):
        """The rows of the organizations at or below those where ``user`` holds ``permission``."""
        if user.is_superuser:
            return self.all()
        reachable = apps.get_model("organizations", "Organization").objects.allowed(user, permission)
        return self.filter(**{f"{self.scope_path}__in": reachable.order_by().values("pk")})


class ScopedMixin(AccessMixin):
    """A class view over rows within the user's scope; ``permission_required`` must be declared.

    Someone without any role that grants the permission gets 403, a row out of reach is 404.
    """

    permission_required: str | None = None

    def dispatch(self, request, *args, **kwargs):
        if not self.permission_required:
            raise ImproperlyConfigured(f"{type(self).__name__} must declare permission_required.")
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        require(request.user, self.permission_required)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().allowed(self.request.user, self.permission_required)


def holds(user, permission: str) -> bool:
    """Whether the user holds the permission anywhere; remembered on the user for the request."""
    if user.is_superuser:
        return True
    if not hasattr(user, "_held_roles"):
        appointments = user.appointments.model.objects
        user._held_roles = frozenset(appointments.in_force().filter(user=user).values_list("role", flat=True))
    return not user._held_roles.isdisjoint(roles_granting(permission))


def holds_at(user, permission: str, organization) -> bool:
    """Whether the user holds the permission at the unit (None: every unit), and so for everybody in it and below."""
    if organization is None:
        return user.is_superuser
    if not holds(user, permission):
        return False
    organizations = apps.get_model("organizations", "Organization").objects
    return organizations.allowed(user, permission).filter(pk=organization.pk).exists()


def require(user, permission: str) -> None:
    """Raise PermissionDenied (403) when the user holds the permission nowhere."""
    if not holds(user, permission):
        raise PermissionDenied


def governed(user, permission: str):
    """The organizations whose name, place and life the user decides: those whose parent they hold ``permission`` at.

    Changing these belongs to the level above, so the top of one's own scope is left out; a root is a superuser's.
    """
    organizations = apps.get_model("organizations", "Organization").objects
    if user.is_superuser:
        return organizations.all()
    return organizations.filter(parent__in=organizations.allowed(user, permission).order_by().values("pk"))
