"""Awards and scholarships, from the nomination to the hand-over; those given without nominations begin at its end."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from core.history import BatchHistory
from funds.models.entries import LARGEST, Entry
from funds.models.funds import Fund
from funds.models.parties import Party
from funds.models.programmes import AwardKind, Programme
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet

BY_KIND = {
    AwardKind.STUDENT: Party.Kind.CHILD,
    AwardKind.SCHOLARSHIP: Party.Kind.CHILD,
    AwardKind.TEACHER: Party.Kind.PERSON,
    AwardKind.ADULT: Party.Kind.PERSON,
    AwardKind.COLLECTIVE: Party.Kind.GROUP,
}


class AwardQuerySet(ScopedQuerySet):
    # Whoever reaches the unit that gives reaches the units below it, where the nominations come from.
    scope_path = "origin"

    def paid(self):
        return self.filter(state=Award.State.PAID)

    def standing(self):
        """Neither refused nor given up."""
        return self.exclude(state__in=(Award.State.REFUSED, Award.State.GIVEN_UP))

    def waiting_at(self, unit):
        """Nominations about which the unit decides next."""
        return self.filter(state=Award.State.NOMINATED, at=unit)

    def in_list_order(self):
        """By unit, then by name as Vietnamese lists are."""
        return self.order_by("origin__sort_key", "recipient__sort_key", "pk")


class Award(models.Model):
    """What ``organization`` gives to a recipient, nominated by ``origin``, a unit at or below it.

    A nomination lies ``at`` the unit that decides next. ``amount`` is that of all portions, in đồng; None of either is
    no data, which only rows without a programme may have. ``entry`` is the payment in the ledger, where there is one.
    """

    class State(models.TextChoices):
        NOMINATED = "nominated", "đã đề cử"
        APPROVED = "approved", "đã duyệt"
        PAID = "paid", "đã trao"
        REFUSED = "refused", "không duyệt"
        GIVEN_UP = "given_up", "thôi nhận"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="awards", verbose_name="đơn vị trao")
    origin = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="đơn vị đề cử")
    at = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="đang ở đơn vị")
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="awards", verbose_name="chương trình"
    )
    kind = models.CharField("đối tượng", max_length=11, choices=AwardKind)
    state = models.CharField("tình trạng", max_length=9, choices=State, default=State.NOMINATED)
    recipient = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="awards", verbose_name="người nhận"
    )
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    school_or_workplace = models.CharField("trường, nơi làm việc", max_length=200, blank=True)
    portions = models.PositiveIntegerField("số suất", null=True, blank=True)
    amount = models.PositiveBigIntegerField("số tiền", null=True, blank=True)
    reference = models.CharField("mã, số quyết định", max_length=50, blank=True)
    occasion = models.CharField("dịp trao", max_length=200, blank=True)
    decision = models.CharField("số, ngày quyết định", max_length=100, blank=True)
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, blank=True, related_name="awards", verbose_name="chi từ quỹ"
    )
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người đề cử"
    )
    nominated_at = models.DateTimeField("đề cử lúc", null=True, blank=True)
    first_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt 1"
    )
    first_approved_at = models.DateTimeField("duyệt lần 1 lúc", null=True, blank=True)
    second_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt 2"
    )
    second_approved_at = models.DateTimeField("duyệt lần 2 lúc", null=True, blank=True)
    reason = models.CharField("lý do", max_length=300, blank=True)
    handed_on = models.DateField("ngày trao", null=True, blank=True)
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="awards", verbose_name="bút toán chi"
    )

    objects = AwardQuerySet.as_manager()
    history = HistoricalRecords(bases=[BatchHistory])

    class Meta:
        verbose_name = "khen thưởng, học bổng"
        verbose_name_plural = "khen thưởng, học bổng"
        ordering = ["-handed_on", "-pk"]
        indexes = [
            models.Index(fields=["handed_on", "organization", "kind"], condition=Q(state="paid"), name="award_counted"),
            models.Index(fields=["programme", "state", "at"], name="award_of_programme"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="paid", handed_on__isnull=False)
                | (~Q(state="paid") & Q(handed_on__isnull=True, entry__isnull=True)),
                name="award_paid_on_a_day",
                violation_error_message="Đã trao thì phải có ngày trao.",
            ),
            models.CheckConstraint(
                condition=(Q(portions__isnull=True) | Q(portions__gte=1))
                & (Q(amount__isnull=True) | Q(amount__lte=LARGEST)),
                name="award_numbers_plausible",
                violation_error_message="Số suất phải từ 1 trở lên; số tiền không quá một triệu tỷ đồng.",
            ),
            models.CheckConstraint(
                condition=Q(programme__isnull=True, state__in=("paid", "given_up"))
                | Q(programme__isnull=False, portions__isnull=False, amount__isnull=False, recipient__isnull=False),
                name="award_of_programme_whole",
                violation_error_message="Đề cử theo chương trình phải có người nhận, số suất và số tiền.",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", reason__gt="") | ~Q(state="refused"),
                name="award_refused_with_reason",
                violation_error_message="Hãy ghi lý do không duyệt.",
            ),
            models.CheckConstraint(
                condition=Q(first_approved_by__isnull=True)
                | Q(nominated_by__isnull=True)
                | ~Q(first_approved_by=F("nominated_by")),
                name="award_first_is_not_nominator",
                violation_error_message="Người đề cử không duyệt chính đề cử của mình.",
            ),
            models.CheckConstraint(
                condition=Q(second_approved_by__isnull=True)
                | (
                    Q(first_approved_by__isnull=False)
                    & ~Q(second_approved_by=F("first_approved_by"))
                    & (Q(nominated_by__isnull=True) | ~Q(second_approved_by=F("nominated_by")))
                ),
                name="award_two_approve",
                violation_error_message="Phải có hai người khác nhau duyệt, không kể người đề cử.",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(second_approved_by__isnull=False),
                name="award_approved_by_two",
                violation_error_message="Phải có hai người duyệt.",
            ),
            models.UniqueConstraint(
                fields=["organization", "reference"],
                condition=~Q(reference=""),
                name="award_reference_once",
                violation_error_message="Đơn vị đã có khoản trao mang mã này.",
            ),
        ]

    def __str__(self):
        # No name: it may be a child's.
        return f"{self.get_kind_display()}, {self.title}" if self.title else self.get_kind_display()

    @property
    def title(self) -> str:
        """For what; queries the programme unless it is at hand."""
        return self.programme.name if self.programme_id else self.occasion

    @property
    def is_half_approved(self) -> bool:
        return self.state == self.State.NOMINATED and self.first_approved_by_id is not None
