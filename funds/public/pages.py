"""The public page of a fund, put together out of its figures, the names that may be said, chart and QR code."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from core.charts import Chart, Series, line_comparison
from core.documents.qr import LONGEST, qr_svg
from core.money import money_short
from funds.models import Fund, Party
from funds.public.figures import FundFigures, figures_of
from funds.public.sums import YearSums

QR_LABEL = "Mã QR của trang công khai này"
YEARS_DRAWN = 12


@dataclass(frozen=True)
class PublicPage:
    """``others``: donors who are not named; ``qr`` is "" where the address is too long for one."""

    fund: Fund
    figures: FundFigures
    names: tuple[str, ...]
    others: int
    chart: Chart | None
    address: str
    qr: SafeString


def site_of(request) -> str:
    """Where this server is found, as it stands on papers: "https://khuyenhoc.example.vn"."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def page_of(fund: Fund, *, site: str) -> PublicPage:
    """``fund`` comes from `funds.public.figures.with_stamps`."""
    day = timezone.localdate()
    figures = figures_of(fund, day)
    # Asked anew every time: whoever takes the consent back is gone with the next page.
    donors = Party.objects.named_in_public(day).filter(pk__in=figures.donors.named)
    names = tuple(donors.order_by("sort_key", "pk").values_list("name", flat=True))
    address = public_address(fund, site)
    others = figures.donors.number - len(names)
    return PublicPage(fund, figures, names, others, chart_of(figures.years), address, qr_of(address))


def public_address(fund: Fund, site: str) -> str:
    return site + reverse("public_funds:public_fund", args=[fund.code])


@lru_cache(maxsize=256)
def qr_of(address: str) -> SafeString:
    if len(address.encode()) > LONGEST:
        return mark_safe("")
    return mark_safe(qr_svg(address, label=QR_LABEL))  # noqa: S308 (our own drawing, without any text of others)


def chart_of(years: tuple[YearSums, ...]) -> Chart | None:
    """Two lines over the years; none of a single year, or with one that corrections of earlier ones made negative."""
    years = years[-YEARS_DRAWN:]
    if len(years) < 2 or any(min(each.raised, each.spent) < 0 for each in years):
        return None
    last = years[-1]
    return line_comparison(
        title=f"Năm {last.year} vận động được {money_short(last.raised)}, chi {money_short(last.spent)}",
        periods=[str(each.year) for each in years],
        series=[
            Series("Vận động được", tuple(each.raised for each in years)),
            Series("Đã chi", tuple(each.spent for each in years)),
        ],
        unit="đồng",
        label_format=lambda amount: money_short(round(amount)),
        heading="Năm",
    )
