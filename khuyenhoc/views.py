from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.models import Organization
from organizations.scoping import holds
from organizations.workplace import Workplace
from reports.overview import round_overviews


@login_not_required
def healthz(request):
    """For monitors: 200 and "ok" when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def home(request):
    """The first page after sign-in: the quarter in work for the unit I work for."""
    organization = Workplace(request).organization
    context = {
        "organization": organization,
        "rounds": round_overviews(organization)[:2] if organization else [],
        "is_empty": not Organization.objects.exists(),
        "may_import": holds(request.user, "reports.change_figure"),
    }
    return render(request, "khuyenhoc/home.html", context)
