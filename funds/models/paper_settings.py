"""What a fund's vouchers and books carry beside the figures: form codes, address, who signs."""

from django.db import models
from simple_history.models import HistoricalRecords

from funds.models.funds import Fund
from organizations.scoping import ScopedQuerySet

CIRCULAR = "Ban hành theo Thông tư số 133/2016/TT-BTC ngày 26/8/2016 của Bộ Tài chính"


class PaperSettingsQuerySet(ScopedQuerySet):
    scope_path = "fund__organization"


class PaperSettings(models.Model):
    """The accounting forms that a fund follows; without a row those of Thông tư 133/2016/TT-BTC stand.

    An empty form code leaves code and circular off that paper; an empty ledger code or name leaves dots for the pen.
    """

    fund = models.OneToOneField(Fund, models.CASCADE, related_name="paper_settings", verbose_name="quỹ")
    address = models.CharField("địa chỉ in trên chứng từ", max_length=200, blank=True)
    circular = models.CharField("căn cứ của mẫu", max_length=200, blank=True, default=CIRCULAR)
    receipt_form = models.CharField("mẫu phiếu thu", max_length=20, blank=True, default="01-TT")
    payment_form = models.CharField("mẫu phiếu chi", max_length=20, blank=True, default="02-TT")
    cash_book_form = models.CharField("mẫu sổ quỹ tiền mặt", max_length=20, blank=True, default="S04a-DNN")
    bank_book_form = models.CharField("mẫu sổ tiền gửi", max_length=20, blank=True, default="S05-DNN")
    cash_code = models.CharField("số hiệu tài khoản tiền mặt", max_length=10, blank=True, default="111")
    bank_code = models.CharField("số hiệu tài khoản tiền gửi", max_length=10, blank=True, default="112")
    head_post = models.CharField("chức vụ người đứng đầu", max_length=60, default="Chủ tịch")
    head_name = models.CharField("họ tên người đứng đầu", max_length=100, blank=True)
    accountant_post = models.CharField("chức vụ người phụ trách kế toán", max_length=60, default="Kế toán trưởng")
    accountant_name = models.CharField("họ tên người phụ trách kế toán", max_length=100, blank=True)
    treasurer_name = models.CharField("họ tên thủ quỹ", max_length=100, blank=True)

    objects = PaperSettingsQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "mẫu chứng từ, sổ của quỹ"
        verbose_name_plural = "mẫu chứng từ, sổ của các quỹ"
        ordering = ["fund"]

    def __str__(self):
        return f"Mẫu chứng từ, sổ của {self.fund}"


def paper_settings_of(fund: Fund) -> PaperSettings:
    """Those of the fund, or the ones that hold without any. One query."""
    return PaperSettings.objects.filter(fund=fund).first() or PaperSettings(fund=fund)
