"""The unit's side of a fund's public page: looked at first, then switched on or off; and a poster to hang up."""

from django.utils.functional import cached_property
from django.views.generic import View

from core.documents import PDF_TYPE
from funds.documents import poster_pdf
from funds.forms import PublishForm
from funds.models import Fund
from funds.permissions import CHANGE
from funds.public.figures import with_stamps
from funds.public.pages import page_of, public_address, site_of
from funds.views.places import FundFormView, FundMixin, fund_url
from jobs.kept_pages import attachment


class FundPublishView(FundFormView):
    """Shows what the page says, or would say, to anybody."""

    permission_required = CHANGE
    form_class = PublishForm
    template_name = "funds/fund_publish.html"
    title = crumb = "Trang công khai"

    def tell(self, form):
        if form.saved.published_on:
            return "Trang công khai đã mở: ai có địa chỉ hoặc mã QR cũng xem được."
        return "Đã ngừng công khai. Máy nào vừa mở trang có thể còn giữ bản cũ tối đa một phút."

    def next_address(self, form):
        return fund_url(self.fund, "fund_publish")

    def get_context_data(self, **kwargs):
        fund = with_stamps(Fund.objects.filter(pk=self.fund.pk)).get()
        shown = page_of(fund, site=site_of(self.request))
        return super().get_context_data(shown=shown, **kwargs)


class PublicPosterView(FundMixin, View):
    """One A4 page with the QR code; it can be looked at before the page is published."""

    @cached_property
    def address(self) -> str:
        return public_address(self.fund, site_of(self.request))

    def get(self, request, code):
        content = poster_pdf(self.fund, address=self.address)
        return attachment(content, PDF_TYPE, f"trang-cong-khai-{self.fund.code}.pdf")
