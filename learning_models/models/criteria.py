"""By which criteria a model is judged, who recognises it, and in what kind of area a unit lies: all dated data."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from core.vietnamese import date_to_text
from organizations.models import Organization
from organizations.models.areas import CatalogueQuerySet
from organizations.models.organizations import alive_on
from organizations.scoping import ScopedQuerySet

IN_USE = "Bộ tiêu chí này đã dùng để đánh giá nên giữ nguyên. Hãy sao thành bộ mới, sửa ở bộ mới và đặt ngày hiệu lực."
# What may still be said of a set in use: that it has been compared with the act, and when another replaced it.
STAYS_OPEN = frozenset({"confirmed", "valid_to", "note"})


class LearningModel(models.TextChoices):
    """The six learning models, in the order in which reports name them."""

    FAMILY = "family", "Gia đình học tập"
    CLAN = "clan", "Dòng họ học tập"
    COMMUNITY = "community", "Cộng đồng học tập (thôn, bản, tổ)"
    COMMUNE = "commune", "Cộng đồng học tập cấp xã"
    UNIT = "unit", "Đơn vị học tập"
    CITIZEN = "citizen", "Công dân học tập"


# What one registrant is called in sentences: "30 hộ".
COUNTED_IN = {
    LearningModel.FAMILY: "hộ",
    LearningModel.CLAN: "dòng họ",
    LearningModel.COMMUNITY: "cộng đồng",
    LearningModel.COMMUNE: "xã",
    LearningModel.UNIT: "đơn vị",
    LearningModel.CITIZEN: "người",
}


class Area(models.TextChoices):
    """Kinds of area for which a set may ask a pass mark of its own."""

    URBAN = "urban", "thành thị"
    LOWLAND = "lowland", "đồng bằng, trung du"
    MOUNTAIN = "mountain", "miền núi"
    HARDSHIP = "hardship", "đặc biệt khó khăn"


class CriteriaSetQuerySet(CatalogueQuerySet):
    def update(self, **values):
        if not values.keys() <= STAYS_OPEN and self.filter(registrations__isnull=False).exists():
            raise ValidationError(IN_USE)
        return super().update(**values)

    def valid_on(self, day: date):
        return self.filter(*alive_on(day, starts="valid_from", ends="valid_to"))

    def for_model(self, model: str, day: date) -> "CriteriaSet | None":
        """The set by which ``model`` is judged on the day, criteria fetched with it; None where none is known."""
        found = self.valid_on(day).filter(model=model).order_by(F("valid_from").desc(nulls_last=True))
        return found.prefetch_related("criteria", "pass_marks").first()


class CriteriaSet(models.Model):
    """Criteria of one model, valid from a day to a day (both included; an empty start is before every date).

    ``points``: every criterion gives up to its ``most``, and the sum must reach the pass mark of the area.
    ``checklist``: every criterion is met or not; a level is reached where all criteria up to it are met.
    ``validity_months``: how long a title holds from the day of the decision; empty: until it is withdrawn.
    """

    class Kind(models.TextChoices):
        POINTS = "points", "chấm điểm"
        CHECKLIST = "checklist", "danh mục chỉ tiêu theo mức"

    model = models.CharField("mô hình", max_length=9, choices=LearningModel)
    name = models.CharField("tên bộ tiêu chí", max_length=200)
    act = models.CharField("văn bản", max_length=200)
    kind = models.CharField("cách đánh giá", max_length=9, choices=Kind)
    valid_from = models.DateField("hiệu lực từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    pass_mark = models.PositiveSmallIntegerField("điểm đạt", null=True, blank=True)
    validity_months = models.PositiveSmallIntegerField("danh hiệu có giá trị (tháng)", null=True, blank=True)
    confirmed = models.BooleanField("đã đối chiếu với văn bản gốc", default=False)
    note = models.CharField("ghi chú", max_length=300, blank=True)

    objects = CriteriaSetQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "bộ tiêu chí"
        verbose_name_plural = "bộ tiêu chí"
        ordering = ["model", F("valid_from").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "valid_from"],
                name="criteria_set_start_once",
                violation_error_message="Mô hình đã có bộ tiêu chí hiệu lực từ ngày này.",
            ),
            models.UniqueConstraint(
                fields=["model"],
                condition=Q(valid_from__isnull=True),
                name="criteria_set_one_first",
                violation_error_message="Mô hình chỉ có một bộ tiêu chí đầu tiên.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="criteria_set_in_order",
                violation_error_message="Ngày hết hiệu lực phải từ ngày có hiệu lực trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(kind="points", pass_mark__gte=1) | Q(kind="checklist", pass_mark__isnull=True),
                name="criteria_set_pass_mark",
                violation_error_message="Chấm điểm thì cần điểm đạt; danh mục chỉ tiêu thì không có điểm đạt.",
            ),
            models.CheckConstraint(
                condition=Q(validity_months__isnull=True) | Q(validity_months__gte=1, validity_months__lte=240),
                name="criteria_set_validity",
                violation_error_message="Thời gian có giá trị từ 1 đến 240 tháng; để trống là đến khi bị thu hồi.",
            ),
            models.CheckConstraint(
                condition=Q(model__in=LearningModel.values),
                name="criteria_set_known_model",
                violation_error_message="Mô hình không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, update_fields=None, **kwargs):
        """Refuses a change of a set in use, save for what `STAYS_OPEN` names (one query, two for a set in use)."""
        self.check_open()
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        if self.in_use:
            raise ValidationError(IN_USE)
        return super().delete(*args, **kwargs)

    def clean(self):
        """Refuse two sets of one model on one day (one query)."""
        self.check_open()
        others = CriteriaSet.objects.filter(model=self.model).exclude(pk=self.pk)
        if self.valid_to:
            others = others.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=self.valid_to))
        if self.valid_from:
            others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from))
        if other := others.first():
            end = f" đến hết {date_to_text(other.valid_to)}" if other.valid_to else ""
            raise ValidationError(
                {"valid_from": f"“{other}” cũng có hiệu lực trong thời gian này{end}. Hãy đặt ngày kết thúc cho bộ cũ."}
            )

    def check_open(self) -> None:
        if not self.pk or not self.in_use:
            return
        stored = CriteriaSet.objects.get(pk=self.pk)
        fields = (field.attname for field in self._meta.concrete_fields if field.name not in STAYS_OPEN)
        if any(getattr(stored, name) != getattr(self, name) for name in fields):
            raise ValidationError(IN_USE)

    @property
    def in_use(self) -> bool:
        """Whether anybody was judged by it; one query."""
        return self.registrations.exists()


class PartQuerySet(CatalogueQuerySet):
    def update(self, **values):
        self.check_open()
        return super().update(**values)

    def delete(self):
        self.check_open()
        return super().delete()

    def check_open(self) -> None:
        if self.filter(criteria_set__registrations__isnull=False).exists():
            raise ValidationError(IN_USE)


class PartOfSet(models.Model):
    """What may change only as long as the set is not in use."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.check_open()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self.check_open()
        return super().delete(*args, **kwargs)

    def clean(self):
        if self.criteria_set_id:
            self.check_open()

    def check_open(self) -> None:
        """Neither the set where it stands may be in use, nor the one where it is to stand."""
        if self.criteria_set.in_use:
            raise ValidationError(IN_USE)
        if self.pk:
            type(self).objects.filter(pk=self.pk).check_open()


class Criterion(PartOfSet):
    """One line of a set: ``most`` points, or the ``level`` for which it must be met. Kept by number."""

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="criteria", verbose_name="bộ tiêu chí", db_index=False
    )
    number = models.CharField("số", max_length=8)
    position = models.PositiveSmallIntegerField("thứ tự")
    text = models.CharField("nội dung", max_length=500)
    most = models.PositiveSmallIntegerField("điểm tối đa", null=True, blank=True)
    level = models.PositiveSmallIntegerField("mức", null=True, blank=True)

    objects = PartQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "tiêu chí"
        verbose_name_plural = "tiêu chí"
        ordering = ["criteria_set", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "number"],
                name="criterion_number_once",
                violation_error_message="Bộ tiêu chí đã có tiêu chí mang số này.",
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True, level__in=[1, 2]) | Q(level__isnull=True, most__gte=1, most__lte=1000),
                name="criterion_points_or_level",
                violation_error_message="Ghi điểm tối đa (chấm điểm), hoặc mức 1, mức 2 (danh mục chỉ tiêu).",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.text}"

    def clean(self):
        """Points in a set of points, levels in a check-list: of the other kind nobody could be judged."""
        super().clean()
        # Not kept yet, a set has no key.
        kind = getattr(getattr(self, "criteria_set", None), "kind", "")
        if kind == CriteriaSet.Kind.POINTS and self.most is None:
            raise ValidationError({"most": "Bộ này chấm điểm: hãy ghi điểm tối đa, để trống ô mức."})
        if kind == CriteriaSet.Kind.CHECKLIST and self.level is None:
            raise ValidationError({"level": "Bộ này là danh mục chỉ tiêu: hãy ghi mức 1 hoặc 2, để trống ô điểm."})


class PassMark(PartOfSet):
    """The points that a set asks in one kind of area, where they differ from those of the set."""

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="pass_marks", verbose_name="bộ tiêu chí", db_index=False
    )
    area = models.CharField("loại địa bàn", max_length=8, choices=Area)
    points = models.PositiveSmallIntegerField("điểm đạt")

    objects = PartQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "điểm đạt theo địa bàn"
        verbose_name_plural = "điểm đạt theo địa bàn"
        ordering = ["criteria_set", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "area"],
                name="pass_mark_once",
                violation_error_message="Bộ tiêu chí đã có điểm đạt của loại địa bàn này.",
            ),
            models.CheckConstraint(
                condition=Q(area__in=Area.values, points__gte=1),
                name="pass_mark_known",
                violation_error_message="Loại địa bàn phải có trong danh mục và điểm đạt từ 1.",
            ),
        ]

    def __str__(self):
        return f"{self.get_area_display()}: {self.points}"


class AreaOfUnit(models.Model):
    """In what kind of area a unit lies, and everything below it that says nothing else."""

    organization = models.OneToOneField(
        Organization, models.CASCADE, related_name="learning_area", verbose_name="đơn vị"
    )
    area = models.CharField("loại địa bàn", max_length=8, choices=Area)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "loại địa bàn của đơn vị"
        verbose_name_plural = "loại địa bàn của đơn vị"
        ordering = ["organization"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__in=Area.values),
                name="area_of_unit_known",
                violation_error_message="Loại địa bàn không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}: {self.get_area_display()}"


class RecognisingAuthorityQuerySet(CatalogueQuerySet):
    def for_model(self, model: str, rank: str, day: date) -> "RecognisingAuthority | None":
        """Who recognises on the day: by the rank where one is set for it, else for every rank."""
        held = self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day), model=model, rank__in={"", rank})
        return held.order_by("-rank", F("valid_from").desc(nulls_last=True)).first()


class RecognisingAuthority(models.Model):
    """Who recognises a model (for units: of a rank) from a day on, until a later row."""

    model = models.CharField("mô hình", max_length=9, choices=LearningModel)
    rank = models.CharField("cấp quản lý", max_length=8, blank=True)
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    name = models.CharField(
        "người có thẩm quyền công nhận",
        max_length=150,
        help_text="Kết thúc bằng xã, huyện hoặc tỉnh thì phần mềm điền tên địa bàn, ví dụ “… xã Chiềng Đen”.",
    )
    body = models.CharField(
        "cơ quan ban hành",
        max_length=150,
        blank=True,
        help_text="In ở đầu quyết định. Để trống: như người có thẩm quyền, bỏ chữ “Chủ tịch”.",
    )
    act = models.CharField("văn bản", max_length=200, blank=True)

    objects = RecognisingAuthorityQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "thẩm quyền công nhận"
        verbose_name_plural = "thẩm quyền công nhận"
        ordering = ["model", "rank", F("valid_from").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "rank", "valid_from"],
                name="recognising_authority_start_once",
                violation_error_message="Đã có thẩm quyền công nhận của mô hình này từ ngày đó.",
            ),
            models.UniqueConstraint(
                fields=["model", "rank"],
                condition=Q(valid_from__isnull=True),
                name="recognising_authority_one_first",
                violation_error_message="Đã có thẩm quyền công nhận đầu tiên của mô hình này.",
            ),
        ]

    def __str__(self):
        return self.name
