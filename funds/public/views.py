"""Pages that anybody may open: the published funds, and each of them. The same for everybody, whoever is signed in."""

from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.throttle import throttled
from core.paginator import KeysetPaginator
from funds.models import Fund
from funds.public.figures import with_stamps
from funds.public.pages import page_of, site_of
from organizations.domains import narrowing_ids
from organizations.models import Organization

# A school class or an office may look from one address.
MOST_A_MINUTE = 60
SECONDS_KEPT = 60
FUNDS_SHOWN = 100
# Names of donors stand here as long as they and the unit agree: a search engine would keep them longer.
NO_ROBOTS = {"X-Robots-Tag": "noindex, noarchive"}


@login_not_required
@require_safe
@throttled("public_funds", most=MOST_A_MINUTE)
def public_fund(request, code):
    """A code that nobody has and a fund that is not published get the same page."""
    fund = with_stamps(Fund.objects.published().filter(code=code)).first()
    if fund is None:
        return missing()
    html = render_to_string("funds/public/public_fund.html", {"shown": page_of(fund, site=site_of(request))})
    return kept(request, html)


@login_not_required
@require_safe
@throttled("public_funds", most=MOST_A_MINUTE)
def public_fund_list(request):
    """``?unit=CODE``: only those of the unit and below it."""
    unit, code = None, request.GET.get("unit", "").replace("\0", "")
    funds = Fund.objects.published().select_related("organization")
    if code:
        unit = Organization.objects.filter(code=code).first()
        if unit is None:
            return missing()
        if (inside := narrowing_ids(unit)) is not None:
            funds = funds.filter(organization__in=inside)
    paginator = KeysetPaginator(funds.order_by("organization__sort_key", "organization_id", "name"), FUNDS_SHOWN)
    page = paginator.page(after=request.GET.get("after"))
    html = render_to_string("funds/public/public_fund_list.html", {"funds": page, "unit": unit})
    return kept(request, html)


def kept(request, html: str) -> HttpResponse:
    """An answer that browsers and proxies may keep for a minute, and ask after by its mark afterwards."""
    response = HttpResponse(html, headers={"Cache-Control": f"public, max-age={SECONDS_KEPT}", **NO_ROBOTS})
    response["ETag"] = f'"{sha256(html.encode()).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response)


def missing() -> HttpResponse:
    html = render_to_string("funds/public/public_fund_missing.html")
    return HttpResponse(html, status=404, headers={"Cache-Control": "no-store", **NO_ROBOTS})
