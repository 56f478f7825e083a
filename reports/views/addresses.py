"""What the addresses of reports have in common."""

from django.http import Http404

from core.periods import Quarter


def quarter_or_404(kwargs: dict) -> Quarter:
    """The quarter that the address names."""
    try:
        return Quarter.parse(kwargs["period"])
    except ValueError as error:
        raise Http404(str(error)) from error
