"""What a unit's documents carry around their text, in the layout of Nghị định 30/2020/NĐ-CP, appendix I."""

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from organizations.models.organizations import Organization
from organizations.scoping import ScopedQuerySet

LINES_HELP = "Mỗi dòng một hàng trên giấy."


class DocumentSettings(models.Model):
    """Head lines, symbol, place, signing formula and recipients of a unit; what is empty follows from the unit."""

    organization = models.OneToOneField(
        Organization, models.CASCADE, related_name="document_settings", verbose_name="đơn vị"
    )
    parent_lines = models.TextField(
        "tên cơ quan cấp trên", blank=True, max_length=600, help_text=f"{LINES_HELP} Để trống: tên đơn vị cấp trên."
    )
    own_lines = models.TextField(
        "tên đơn vị ban hành", blank=True, max_length=600, help_text=f"{LINES_HELP} Để trống: tên đơn vị."
    )
    symbol = models.CharField(
        "ký hiệu báo cáo",
        max_length=30,
        default="BC-HKH",
        help_text="Phần sau dấu gạch chéo của “Số: 15/BC-HKH”.",
        validators=[RegexValidator(r"\A\w[\w&.,+-]*\Z", "Ký hiệu viết liền, không có dấu cách và dấu gạch chéo.")],
    )
    place = models.CharField(
        "địa danh", blank=True, max_length=100, help_text="Đứng trước ngày, ví dụ Sơn La. Để trống: tên địa bàn."
    )
    signing = models.TextField(
        "thẩm quyền và chức vụ người ký",
        max_length=300,
        default="TM. BAN THƯỜNG VỤ\nCHỦ TỊCH",
        help_text=f"{LINES_HELP} Ví dụ TM. BAN THƯỜNG VỤ, KT. CHỦ TỊCH, PHÓ CHỦ TỊCH.",
    )
    signatory = models.CharField("họ và tên người ký", blank=True, max_length=150)
    recipients = models.TextField(
        "nơi nhận",
        blank=True,
        max_length=3000,
        help_text="Mỗi dòng một nơi, ví dụ: Uỷ ban nhân dân tỉnh (để báo cáo). Để trống: đơn vị cấp trên và Lưu: VT.",
    )

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "thể thức văn bản"
        verbose_name_plural = "thể thức văn bản"
        ordering = ["organization"]

    def __str__(self):
        return f"Thể thức văn bản của {self.organization}"
