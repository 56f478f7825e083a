"""A registrant's year: registered, assessed, reviewed, recognised or not; and years of which only numbers are known."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from core.history import BulkHistory
from core.periods import FIRST_YEAR, LAST_YEAR
from learning_models.models.criteria import CriteriaSet, LearningModel
from learning_models.models.decisions import RecognitionDecision
from learning_models.models.registrants import Registrant
from organizations.models import Organization
from organizations.models.organizations import tree_order
from organizations.scoping import ScopedQuerySet

DECIDED = "Đã có quyết định công nhận nên giữ nguyên. Muốn thay đổi, hãy lập quyết định tiếp theo."
WITHDRAWN = "Danh hiệu đã bị thu hồi nên giữ nguyên. Muốn công nhận lại, hãy lập quyết định tiếp theo."
# What a later decision does to a title that an earlier one gave; a withdrawal in its turn is final.
AFTER_DECISION = frozenset({"title_to", "withdrawn_on", "withdrawal", "withdrawn_reason"})
AFTER_WITHDRAWAL = frozenset({"title_to"})


class Status(models.TextChoices):
    """In the order of the year; withdrawn and expired titles stay "recognised", their last day says the rest."""

    REGISTERED = "registered", "đã đăng ký"
    ASSESSED = "assessed", "đã tự đánh giá"
    REVIEWED = "reviewed", "đã bình xét"
    RECOGNISED = "recognised", "được công nhận"
    NOT_RECOGNISED = "not_recognised", "không được công nhận"


def plausible_year(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
        name=f"{name}_year_known",
        violation_error_message=f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.",
    )


def title_when_recognised(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(status="recognised", recognised_on__isnull=False)
        | Q(~Q(status="recognised"), recognised_on__isnull=True, title_to__isnull=True),
        name=f"{name}_day_of_recognition",
        violation_error_message="Được công nhận thì phải có ngày quyết định; chưa được thì để trống.",
    )


class TitleQuerySet(ScopedQuerySet):
    """Rows with a day of recognition and a last day of the title: names and numbers alike."""

    def registered_by(self, day, *, year: int):
        """Registered for the year, as of the day."""
        return self.filter(year=year, registered_on__lte=day)

    def in_force(self, day):
        """Titles that hold on the day; the last day counts."""
        return self.filter(Q(title_to__isnull=True) | Q(title_to__gte=day), recognised_on__lte=day)


class RegistrationQuerySet(TitleQuerySet):
    def succeeded(self, day, *, year: int):
        """Recognised among the year's registrations as of the day, and not withdrawn by then."""
        return self.registered_by(day, year=year).filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day), recognised_on__lte=day
        )

    def update(self, **values):
        if not values.keys() <= AFTER_DECISION and self.decided().exists():
            raise ValidationError(DECIDED)
        if not values.keys() <= AFTER_WITHDRAWAL and self.filter(withdrawn_on__isnull=False).exists():
            raise ValidationError(WITHDRAWN)
        return super().update(**values)

    def delete(self):
        if self.decided().exists():
            raise ValidationError(DECIDED)
        return super().delete()

    def decided(self):
        """Rows that an issued decision has settled, giving their title or taking it."""
        return self.filter(Q(decision__status=RecognitionDecision.Status.ISSUED) | Q(withdrawn_on__isnull=False))

    def filed_titles(self):
        """Titles that came by file, of decisions that nobody issued here; those withdrawn or listed for it left out."""
        free = self.filter(decision__isnull=True, withdrawal__isnull=True, withdrawn_on__isnull=True)
        return free.filter(status=Status.RECOGNISED)

    def failed(self):
        """Reviewed, not passed, and neither refused nor listed yet."""
        return self.filter(status=Status.REVIEWED, passed=False, decision__isnull=True)

    def passed(self):
        """Reviewed, passed, and on no list yet."""
        return self.filter(status=Status.REVIEWED, passed=True, decision__isnull=True)

    def by_place(self):
        """In the order of the tree, then of names."""
        return self.order_by(*tree_order("organization"), "registrant__sort_key", "pk")


class Registration(models.Model):
    """One registrant in one year, at ``organization``, where the registrant was then.

    A title holds from ``recognised_on`` to ``title_to`` (both included; empty: until withdrawn): that is ``valid_to``,
    fixed with the decision, or earlier where a withdrawal or the registrant's next title cut it (`titles.settle`).
    """

    registrant = models.ForeignKey(
        Registrant, models.PROTECT, related_name="registrations", verbose_name="đối tượng đăng ký", db_index=False
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="registrations", verbose_name="đơn vị", db_index=False
    )
    model = models.CharField("mô hình", max_length=9, choices=LearningModel)
    year = models.PositiveSmallIntegerField("năm")
    registered_on = models.DateField("ngày đăng ký")
    status = models.CharField("tình trạng", max_length=14, choices=Status, default=Status.REGISTERED)
    criteria_set = models.ForeignKey(
        CriteriaSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="bộ tiêu chí",
        db_index=False,
    )
    score = models.PositiveSmallIntegerField("điểm", null=True, blank=True)
    level = models.PositiveSmallIntegerField("mức", null=True, blank=True)
    passed = models.BooleanField("đạt", null=True, blank=True)
    assessed_on = models.DateField("ngày tự đánh giá", null=True, blank=True)
    reviewed_on = models.DateField("ngày bình xét", null=True, blank=True)
    decision = models.ForeignKey(
        RecognitionDecision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="quyết định",
        db_index=False,
    )
    decision_number = models.CharField("số quyết định", max_length=50, blank=True)
    recognised_on = models.DateField("ngày công nhận", null=True, blank=True)
    valid_to = models.DateField("có giá trị theo quy định đến hết ngày", null=True, blank=True)
    title_to = models.DateField("danh hiệu có giá trị đến hết ngày", null=True, blank=True, editable=False)
    reason = models.CharField("lý do không được công nhận", max_length=200, blank=True)
    withdrawn_on = models.DateField("ngày thu hồi danh hiệu", null=True, blank=True)
    withdrawn_reason = models.CharField("lý do thu hồi", max_length=200, blank=True)
    withdrawal = models.ForeignKey(
        RecognitionDecision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawn_registrations",
        verbose_name="quyết định thu hồi",
        db_index=False,
    )

    objects = RegistrationQuerySet.as_manager()
    history = BulkHistory(asked_by=("registrant",))

    class Meta:
        verbose_name = "lượt đăng ký"
        verbose_name_plural = "lượt đăng ký"
        ordering = ["-year", "pk"]
        indexes = [
            # All that a quarter's count reads: the rows themselves need not be fetched.
            models.Index(
                fields=["organization", "model", "year", "registered_on", "recognised_on", "title_to", "withdrawn_on"],
                name="registration_unit_year",
            ),
            models.Index(fields=["criteria_set"], name="registration_set", condition=Q(criteria_set__isnull=False)),
            models.Index(fields=["decision"], name="registration_decision", condition=Q(decision__isnull=False)),
            models.Index(fields=["withdrawal"], name="registration_withdrawal", condition=Q(withdrawal__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["registrant", "year"],
                name="registration_once_a_year",
                violation_error_message="Đã đăng ký mô hình này trong năm rồi.",
            ),
            plausible_year("registration"),
            title_when_recognised("registration"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values, model__in=LearningModel.values),
                name="registration_known_status",
                violation_error_message="Tình trạng hoặc mô hình không có trong danh mục.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True)
                | Q(status="recognised", withdrawn_on__gte=F("recognised_on"), title_to__lt=F("withdrawn_on")),
                name="registration_withdrawn_title",
                violation_error_message="Chỉ thu hồi danh hiệu đã công nhận, từ ngày công nhận trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__in=[0, 1, 2]),
                name="registration_known_level",
                violation_error_message="Mức là 1 hoặc 2; 0 là chưa đạt.",
            ),
        ]

    def __str__(self):
        return f"{self.registrant}, {self.year}"

    def save(self, *args, update_fields=None, **kwargs):
        """Refuses what an issued decision has settled, save for what a later one may change; one query more."""
        if update_fields is None or not set(update_fields) <= AFTER_DECISION:
            self.check_not_decided()
        elif not set(update_fields) <= AFTER_WITHDRAWAL:
            self.check_not_withdrawn()
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        self.check_not_decided()
        return super().delete(*args, **kwargs)

    def check_not_decided(self) -> None:
        # The database is asked: the instance may be older than the decision.
        if self.pk and Registration.objects.decided().filter(pk=self.pk).exists():
            raise ValidationError(DECIDED)

    def check_not_withdrawn(self) -> None:
        if self.pk and Registration.objects.filter(pk=self.pk, withdrawn_on__isnull=False).exists():
            raise ValidationError(WITHDRAWN)

    def title_state(self, day: date) -> str:
        """ "", "in_force", "withdrawn" or "expired" on the day."""
        if self.recognised_on is None or self.recognised_on > day:
            return ""
        if self.title_to is None or self.title_to >= day:
            return "in_force"
        return "withdrawn" if self.withdrawn_on else "expired"


class RegistrationCount(models.Model):
    """So many registrants of a unit, registered on a day and now at a status; their names are not kept.

    The numbers of all rows of a unit and year add up, beside those whose names are in the register.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="registration_counts", verbose_name="đơn vị", db_index=False
    )
    model = models.CharField("mô hình", max_length=9, choices=LearningModel)
    year = models.PositiveSmallIntegerField("năm")
    registered_on = models.DateField("ngày đăng ký")
    status = models.CharField("tình trạng", max_length=14, choices=Status, default=Status.REGISTERED)
    count = models.PositiveIntegerField("số lượng")
    decision_number = models.CharField("số quyết định", max_length=50, blank=True)
    recognised_on = models.DateField("ngày công nhận", null=True, blank=True)
    title_to = models.DateField("danh hiệu có giá trị đến hết ngày", null=True, blank=True)

    objects = TitleQuerySet.as_manager()
    history = BulkHistory(asked_by=("organization",))

    class Meta:
        verbose_name = "số đếm đăng ký"
        verbose_name_plural = "số đếm đăng ký"
        ordering = ["-year", "organization", "model", "registered_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "model", "year", "registered_on", "status"],
                name="registration_count_once",
                violation_error_message="Đã có số đếm của đơn vị, mô hình, năm, ngày đăng ký và tình trạng này.",
            ),
            plausible_year("registration_count"),
            title_when_recognised("registration_count"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values, model__in=LearningModel.values),
                name="registration_count_known_status",
                violation_error_message="Tình trạng hoặc mô hình không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.get_model_display()} {self.year}: {self.count}"
