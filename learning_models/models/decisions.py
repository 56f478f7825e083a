"""Decisions of recognition and of withdrawal, the certificates that follow, and the meetings that come before."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from core.periods import FIRST_YEAR, LAST_YEAR
from core.vietnamese import date_to_text
from learning_models.models.criteria import COUNTED_IN, LearningModel
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet

ISSUED = "Quyết định đã ban hành thì giữ nguyên. Có sai sót, hãy lập quyết định tiếp theo."
# 128 bits: whoever tries a thousand million codes a second needs longer than the world has stood.
CODE_BITS, CODE_LENGTH = 128, 26
# Crockford's base 32: no letter that is taken for a digit, and none that needs the shift key.
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("OIL", "011", " -._")


def new_code() -> str:
    """128 random bits as 26 capital letters and digits, which people can copy by hand from paper."""
    number = secrets.randbits(CODE_BITS)
    return "".join(CODE_SIGNS[number >> shift & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5))


def read_code(text: str) -> str:
    """What somebody typed as a code is stored: "k7qf-2m9d …" → "K7QF2M9D…"; "" for what cannot be one."""
    code = text[:100].upper().translate(READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_SIGNS) else ""


def shown_code(code: str) -> str:
    """In groups of four, as it stands on paper."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


@dataclass(frozen=True)
class Given:
    """The decision that gave titles, of this application or known from a file only."""

    number: str
    decided_on: date
    authority: str = ""

    def __str__(self):
        number = f"số {self.number}" if self.number else "chưa ghi số"
        return f"Quyết định công nhận {number} ngày {date_to_text(self.decided_on)}"


class RecognitionDecisionQuerySet(ScopedQuerySet):
    def update(self, **values):
        if self.issued().exists():
            raise ValidationError(ISSUED)
        return super().update(**values)

    def delete(self):
        if self.issued().exists():
            raise ValidationError(ISSUED)
        return super().delete()

    def with_names(self):
        """Adds ``names``: how many rows the list holds."""
        listed = apps.get_model("learning_models", "Registration").objects.order_by()
        counts = [
            Coalesce(
                Subquery(listed.filter(**{path: OuterRef("pk")}).values(path).annotate(n=Count("pk")).values("n")), 0
            )
            for path in ("decision", "withdrawal")
        ]
        return self.annotate(names=counts[0] + counts[1])

    def issued(self):
        return self.filter(status=RecognitionDecision.Status.ISSUED)

    def with_certificates(self):
        """Issued, and not to take titles away."""
        return self.issued().filter(kind=RecognitionDecision.Kind.RECOGNITION)

    def drafts(self):
        return self.exclude(status=RecognitionDecision.Status.ISSUED)


class RecognitionDecision(models.Model):
    """A list that a unit of the association puts before the authority, and the decision that came of it.

    Its rows are ``registrations`` (of a withdrawal: ``withdrawn_registrations``). Issued, it takes no change: what
    has to change afterwards is another decision, which names this one in ``follows``. Titles that came by file have
    no decision here: their withdrawal names number, day and authority in ``given_…``.
    """

    class Kind(models.TextChoices):
        RECOGNITION = "recognition", "công nhận"
        WITHDRAWAL = "withdrawal", "thu hồi"

    class Status(models.TextChoices):
        DRAFT = "draft", "đang lập danh sách"
        PROPOSED = "proposed", "đã đề nghị"
        ISSUED = "issued", "đã ban hành"

    WHOLE: ClassVar = ("number", "decided_on", "authority")

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="recognition_decisions", verbose_name="hội đề nghị"
    )
    model = models.CharField("mô hình", max_length=9, choices=LearningModel)
    year = models.PositiveSmallIntegerField("năm")
    kind = models.CharField("loại", max_length=11, choices=Kind, default=Kind.RECOGNITION)
    status = models.CharField("tình trạng", max_length=8, choices=Status, default=Status.DRAFT, editable=False)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", verbose_name="tiếp theo quyết định"
    )
    proposal_number = models.CharField("số tờ trình", max_length=50, blank=True)
    proposed_on = models.DateField("ngày đề nghị", null=True, blank=True)
    number = models.CharField("số quyết định", max_length=50, blank=True)
    decided_on = models.DateField("ngày quyết định", null=True, blank=True)
    authority = models.CharField("người có thẩm quyền công nhận", max_length=150, blank=True)
    signer = models.CharField("người ký", max_length=150, blank=True)
    body = models.CharField("cơ quan ban hành", max_length=150, blank=True)
    place = models.CharField("địa danh", max_length=100, blank=True)
    signing = models.CharField("chức vụ người ký", max_length=200, blank=True)
    given_number = models.CharField("số quyết định đã công nhận", max_length=50, blank=True)
    given_on = models.DateField("ngày quyết định đã công nhận", null=True, blank=True)
    given_by = models.CharField("người đã công nhận", max_length=150, blank=True)
    grounds = models.CharField("lý do thu hồi", max_length=200, blank=True)
    issued_at = models.DateTimeField("ban hành lúc", null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="người ghi ban hành",
    )

    objects = RecognitionDecisionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "quyết định công nhận"
        verbose_name_plural = "quyết định công nhận"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "number", "decided_on"],
                condition=~Q(number=""),
                name="recognition_decision_number_once",
                violation_error_message="Đã có quyết định mang số này trong cùng ngày.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="recognition_decision_year_known",
                violation_error_message=f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.",
            ),
            models.CheckConstraint(
                condition=~Q(status="issued")
                | (Q(decided_on__isnull=False, issued_at__isnull=False) & ~Q(number="") & ~Q(authority="")),
                name="recognition_decision_whole",
                violation_error_message="Ban hành thì phải có số, ngày và người có thẩm quyền công nhận.",
            ),
            models.CheckConstraint(
                condition=Q(kind="recognition") | Q(follows__isnull=False) | Q(given_on__isnull=False),
                name="recognition_decision_follows",
                violation_error_message="Quyết định thu hồi phải ghi quyết định công nhận trước đó.",
            ),
        ]

    def __str__(self):
        name = f"Quyết định {self.get_kind_display()}"
        return f"{name} số {self.number}" if self.number else f"{name} ({self.get_status_display()})"

    def save(self, *args, **kwargs):
        """Refuses an issued decision; one query more."""
        self.check_not_issued()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("learning_models:decision_detail", args=[self.pk])

    def delete(self, *args, **kwargs):
        self.check_not_issued()
        return super().delete(*args, **kwargs)

    def check_not_issued(self) -> None:
        # The database is asked: the instance may be older than the issue.
        if self.pk and RecognitionDecision.objects.issued().filter(pk=self.pk).exists():
            raise ValidationError(ISSUED)

    @property
    def is_issued(self) -> bool:
        return self.status == self.Status.ISSUED

    @property
    def counted_in(self) -> str:
        """What one row of the list is called: "hộ"."""
        return COUNTED_IN[LearningModel(self.model)]

    @property
    def given(self) -> Given | None:
        """Whose titles a withdrawal takes."""
        if self.follows_id:
            return Given(self.follows.number, self.follows.decided_on, self.follows.authority)
        return Given(self.given_number, self.given_on, self.given_by) if self.given_on else None

    @property
    def is_withdrawal(self) -> bool:
        return self.kind == self.Kind.WITHDRAWAL


class CertificateQuerySet(ScopedQuerySet):
    scope_path = "registration__organization"

    def update(self, **values):
        raise ValidationError(ISSUED)

    def delete(self):
        raise ValidationError(ISSUED)


class Certificate(models.Model):
    """The paper of one title, written once with the decision; whether the title holds is asked when it is checked.

    ``code`` cannot be guessed: it leads to the public page and stands in the QR code.
    """

    registration = models.OneToOneField(
        "learning_models.Registration", models.PROTECT, related_name="certificate", verbose_name="lượt đăng ký"
    )
    number = models.PositiveIntegerField("số giấy chứng nhận")
    code = models.CharField("mã kiểm tra", max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    template = models.CharField("mẫu", max_length=20)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "giấy chứng nhận"
        verbose_name_plural = "giấy chứng nhận"
        ordering = ["registration__decision", "number"]

    def __str__(self):
        return f"{self.number}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError(ISSUED)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError(ISSUED)


class ReviewMeeting(models.Model):
    """A meeting of a unit that reviewed the year's registrants of one model (họp bình xét); its minutes are printed."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="review_meetings", verbose_name="đơn vị", db_index=False
    )
    model = models.CharField("mô hình", max_length=9, choices=LearningModel)
    year = models.PositiveSmallIntegerField("năm")
    held_on = models.DateField("ngày họp")
    place = models.CharField("nơi họp", max_length=200, blank=True)
    chair = models.CharField("chủ trì", max_length=150, blank=True)
    secretary = models.CharField("thư ký cuộc họp", max_length=150, blank=True)
    invited = models.PositiveIntegerField("số người được mời", null=True, blank=True)
    present = models.PositiveIntegerField("số người dự", null=True, blank=True)
    conclusion = models.TextField("kết luận", max_length=2000, blank=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "cuộc họp bình xét"
        verbose_name_plural = "cuộc họp bình xét"
        ordering = ["-year", "organization", "model"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "model", "year"],
                name="review_meeting_once_a_year",
                violation_error_message="Đơn vị đã có cuộc họp bình xét của mô hình này trong năm.",
            ),
            models.CheckConstraint(
                condition=Q(invited__isnull=True) | Q(present__isnull=True) | Q(present__lte=models.F("invited")),
                name="review_meeting_present_invited",
                violation_error_message="Số người dự không thể nhiều hơn số người được mời.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.get_model_display()} {self.year}"
