"""Units of the association: today's tree (MPTT) and their life in time (spells)."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from mptt.models import MPTTModel, TreeForeignKey, TreeManager
from mptt.querysets import TreeQuerySet
from simple_history.models import HistoricalRecords

from core.vietnamese import fold, search_words, sort_key

NAME_PREFIX = re.compile(r"^hội khuyến học\s+", re.IGNORECASE)


class Level(models.TextChoices):
    PROVINCE = "province", "cấp tỉnh"
    DISTRICT = "district", "cấp huyện"
    COMMUNE = "commune", "cấp xã"
    AFFILIATED = "affiliated", "đơn vị trực thuộc"
    BRANCH = "branch", "chi hội, ban, tổ"


# A parent stands higher: its number is smaller, except that branches may hold branches.
LEVEL_ORDER = {
    Level.PROVINCE: 0,
    Level.DISTRICT: 1,
    Level.COMMUNE: 2,
    Level.AFFILIATED: 2,
    Level.BRANCH: 3,
}


class Form(models.TextChoices):
    HOI = "hoi", "hội"
    CHI_HOI = "chi_hoi", "chi hội"
    BAN = "ban", "ban khuyến học"
    TO_HOI = "to_hoi", "tổ hội"


class Kind(models.TextChoices):
    TERRITORIAL = "territorial", "theo địa bàn"
    VILLAGE = "village", "thôn, bản, tổ dân phố"
    SCHOOL = "school", "trường học"
    AGENCY = "agency", "cơ quan"
    ENTERPRISE = "enterprise", "doanh nghiệp"
    ARMED_FORCES = "armed_forces", "lực lượng vũ trang"
    CLAN = "clan", "dòng họ"
    RELIGIOUS = "religious", "cơ sở tôn giáo"
    OTHER = "other", "khác"


def alive_on(day, *, starts: str = "established_on", ends: str = "dissolved_on") -> Q:
    """Condition: alive on ``day``; both ends count, an empty start is before every date."""
    return Q(**{f"{starts}__isnull": True}) | Q(**{f"{starts}__lte": day}), Q(**{f"{ends}__isnull": True}) | Q(
        **{f"{ends}__gte": day}
    )


def tree_order(path: str) -> list[str]:
    """The ordering of rows by the place in today's tree of the unit that ``path`` leads to."""
    return [f"{path}__tree_id", f"{path}__lft"]


class OrganizationQuerySet(TreeQuerySet):
    def within(self, roots):
        """The given organizations and everything below them."""
        above = roots.order_by().filter(
            tree_id=OuterRef("tree_id"), lft__lte=OuterRef("lft"), rght__gte=OuterRef("rght")
        )
        return self.filter(Exists(above))

    def enclosing(self, units):
        """The given organizations and everything above them."""
        below = units.order_by().filter(
            tree_id=OuterRef("tree_id"), lft__gte=OuterRef("lft"), rght__lte=OuterRef("rght")
        )
        return self.filter(Exists(below))

    def above(self, organization):
        """The line of parents from the root down to the organization itself, as the database knows it now."""
        place = self.model.objects.filter(pk=organization.pk)
        return self.filter(
            Exists(place.filter(tree_id=OuterRef("tree_id"), lft__gte=OuterRef("lft"), rght__lte=OuterRef("rght")))
        ).order_by("lft")

    def allowed(self, user, permission):
        """Where the user holds a role that grants the permission, and below."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.all()
        granting = user.appointments.model.objects.granting(user, permission)
        return self.within(self.model.objects.filter(appointments__in=granting))

    def working_places(self, user):
        """The units at which the user is appointed today; an administrator without appointments works as the roots."""
        appointed = self.filter(appointments__in=user.appointments.in_force())
        if user.is_superuser and not user.appointments.in_force().exists():
            return self.filter(parent=None)
        return appointed.distinct()

    def alive(self, day=None):
        """Units that exist on the day (today when left out)."""
        return self.filter(*alive_on(day or timezone.localdate()))

    def search(self, text: str):
        """Units where every word of ``text`` begins a word of the name or the code, with or without accents."""
        found = self
        for token in fold(text).split():
            words = [Q(folded__contains=f" {word}") for word in search_words(token)]
            found = found.filter(Q(folded__startswith=token) | (Q(*words) if words else Q(pk=None)))
        return found

    def with_counts(self):
        """Adds ``child_count``: living units directly below."""
        today = timezone.localdate()
        living = self.model.objects.filter(*alive_on(today), parent=OuterRef("pk")).order_by()
        counted = living.values("parent").annotate(number=models.Count("pk")).values("number")
        return self.annotate(child_count=models.functions.Coalesce(models.Subquery(counted), 0))


class OrganizationManager(TreeManager.from_queryset(OrganizationQuerySet)):
    pass


class Organization(MPTTModel):
    """A unit of the association as it stands today; written only through ``organizations/tree.py``."""

    code = models.CharField(
        "mã",
        max_length=32,
        unique=True,
        # "." and ".." cannot stand in an address; "switch", "rounds" and "targets" are addresses already.
        validators=[
            RegexValidator(
                r"\A(?!(?:\.{1,2}|switch|rounds|targets)\Z)[A-Za-z0-9._-]{1,32}\Z",
                "Mã chỉ gồm chữ không dấu, số và . _ - (tối đa 32).",
            )
        ],
    )
    name = models.CharField("tên", max_length=300)
    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="đơn vị cấp trên"
    )
    level = models.CharField("cấp", max_length=12, choices=Level)
    form = models.CharField("hình thức", max_length=8, choices=Form)
    kind = models.CharField("loại", max_length=12, choices=Kind, default=Kind.TERRITORIAL)
    established_on = models.DateField("ngày thành lập", null=True, blank=True)
    dissolved_on = models.DateField("ngày cuối cùng hoạt động", null=True, blank=True)
    territory = models.ForeignKey(
        "organizations.AdministrativeUnit", models.PROTECT, null=True, blank=True, verbose_name="đơn vị hành chính"
    )
    reports_quarterly = models.BooleanField("báo cáo hằng quý", default=True)
    contact_name = models.CharField("người liên hệ", max_length=150, blank=True)
    contact_phone = models.CharField("điện thoại liên hệ", max_length=30, blank=True)
    folded = models.CharField("tên không dấu", max_length=400, editable=False)
    sort_key = models.CharField("khoá sắp xếp", max_length=1000, editable=False)

    objects = OrganizationManager()
    history = HistoricalRecords(excluded_fields=["lft", "rght", "tree_id", "depth", "folded", "sort_key"])

    class MPTTMeta:
        level_attr = "depth"
        order_insertion_by = ["sort_key"]

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["tree_id", "lft"]
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="organization_tree"),
            models.Index(fields=["sort_key"], name="organization_sort_key"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(established_on__isnull=True)
                | Q(dissolved_on__isnull=True)
                | Q(dissolved_on__gte=F("established_on")),
                name="organization_life_in_order",
                violation_error_message="Ngày giải thể phải từ ngày thành lập trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(level=Level.PROVINCE),
                name="organization_root_is_province",
                violation_error_message="Chỉ hội cấp tỉnh không có đơn vị cấp trên.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values) & Q(form__in=Form.values) & Q(kind__in=Kind.values),
                name="organization_known_choices",
                violation_error_message="Cấp, hình thức hoặc loại không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("organizations:organization_detail", args=[self.code])

    def fill_keys(self):
        """Work out the columns that searching and sorting use; the tree service calls it before writing."""
        self.folded = f"{fold(self.code)} {' '.join(search_words(self.name))}"[:400]
        self.sort_key = (str(Level.values.index(self.level)) + sort_key(self.short_name))[:1000]

    @property
    def short_name(self) -> str:
        """The name without "Hội Khuyến học", as tables and menus show it."""
        short = NAME_PREFIX.sub("", self.name)
        return short[:1].upper() + short[1:]

    @property
    def has_territory(self) -> bool:
        """Whether the unit answers for an area of the State (population, households …)."""
        return self.kind == Kind.TERRITORIAL and self.level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)

    @property
    def is_dissolved(self) -> bool:
        return self.dissolved_on is not None and self.dissolved_on < timezone.localdate()


class OrganizationSpellQuerySet(models.QuerySet):
    def on(self, day):
        """The spells that hold on the day."""
        return self.between(day, day)

    def between(self, first, last):
        """The spells that hold on any day from ``first`` to ``last``."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=last), Q(valid_to__isnull=True) | Q(valid_to__gte=first)
        )


class OrganizationSpell(models.Model):
    """What a unit was called and where it stood from one day to another (both included)."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="spells", verbose_name="đơn vị")
    parent = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="child_spells", verbose_name="đơn vị cấp trên"
    )
    name = models.CharField("tên", max_length=300)
    level = models.CharField("cấp", max_length=12, choices=Level)
    kind = models.CharField("loại", max_length=12, choices=Kind)
    form = models.CharField("hình thức", max_length=8, choices=Form)
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = OrganizationSpellQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "giai đoạn của đơn vị"
        verbose_name_plural = "giai đoạn của đơn vị"
        ordering = ["organization", F("valid_from").asc(nulls_first=True)]
        indexes = [models.Index(fields=["parent", "valid_to"], name="spell_parent_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="spell_in_order",
                violation_error_message="Giai đoạn phải kết thúc sau khi bắt đầu.",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(valid_from__isnull=True),
                name="spell_one_first",
                violation_error_message="Đơn vị chỉ có một giai đoạn đầu tiên.",
            ),
            models.UniqueConstraint(
                fields=["organization", "valid_from"],
                name="spell_start_once",
                violation_error_message="Hai giai đoạn không thể bắt đầu cùng ngày.",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(valid_to__isnull=True),
                name="spell_one_open",
                violation_error_message="Đơn vị chỉ có một giai đoạn đang mở.",
            ),
        ]

    def __str__(self):
        return self.name
