"""How a unit's code is read from an address."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class OrganizationCodeConverter(StringConverter):
    """What a unit's code may look like: nothing else reaches the database."""

    regex = r"[A-Za-z0-9._-]{1,32}"


register_converter(OrganizationCodeConverter, "organization_code")
