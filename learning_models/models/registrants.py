"""Who registers for a learning model: households, clans, villages, units, communes, citizens."""

import hashlib
from datetime import date
from functools import lru_cache

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.history import BulkHistory
from core.search import SearchField, words_of
from core.vietnamese import person_name_key, sort_key
from learning_models.models.criteria import LearningModel
from members.models import Member
from organizations.models import Organization
from organizations.models.organizations import alive_on
from organizations.scoping import ScopedQuerySet

# Their names are names of people, in the order of people.
NAMED_AFTER_PEOPLE = (LearningModel.FAMILY, LearningModel.CITIZEN)
IDENTITY_LENGTH = 32
# A part of a long file asks several times for each of its rows.
REMEMBERED = 10_000


class UnitKind(models.TextChoices):
    AGENCY = "agency", "cơ quan"
    SCHOOL = "school", "trường học"
    ENTERPRISE = "enterprise", "doanh nghiệp"


class Rank(models.TextChoices):
    """By whom a unit is managed, which decides who recognises it."""

    PROVINCE = "province", "cấp tỉnh quản lý"
    DISTRICT = "district", "cấp huyện quản lý"
    COMMUNE = "commune", "cấp xã quản lý"


def name_key(model: str, name: str) -> str:
    """By what registrants of the model are put in order; case and the place of the tone do not count."""
    return person_name_key(name) if model in NAMED_AFTER_PEOPLE else sort_key(name)


@lru_cache(maxsize=REMEMBERED)
def identity_of(model: str, name: str, address: str) -> str:
    """What two registrants of one unit and model share when name and address are the same words."""
    words = f"{name_key(model, name)}|{sort_key(address)}"
    return hashlib.blake2b(words.encode(), digest_size=IDENTITY_LENGTH // 2).hexdigest()


def registrant_words(name: str, address: str, code: str) -> str:
    return words_of(name, code, address)


class RegistrantQuerySet(ScopedQuerySet):
    def active(self, day):
        """Registrants who are there on the day."""
        return self.filter(*alive_on(day, starts="from_date", ends="to_date"))

    def search(self, text: str):
        """Registrants where every word of ``text`` begins a word of the name, the address or the code."""
        return self.filter(search__words=text)


class Registrant(models.Model):
    """A household (by its head), clan, village, unit, commune or citizen, in a unit of the association.

    There from ``from_date`` to ``to_date`` (both included; empty: without limit). No more is kept of people than
    name, address, how many they are, and for citizens who are members, which.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="registrants", verbose_name="đơn vị", db_index=False
    )
    model = models.CharField("mô hình", max_length=9, choices=LearningModel)
    name = models.CharField("tên", max_length=200)
    code = models.CharField("mã", max_length=32, blank=True)
    address = models.CharField("địa chỉ", max_length=200, blank=True)
    people = models.PositiveSmallIntegerField("số người", null=True, blank=True)
    unit_kind = models.CharField("loại đơn vị", max_length=10, choices=UnitKind, blank=True)
    rank = models.CharField("cấp quản lý", max_length=8, choices=Rank, blank=True)
    member = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="registrants",
        verbose_name="hội viên",
        db_index=False,
    )
    from_date = models.DateField("từ ngày", null=True, blank=True)
    to_date = models.DateField("đến hết ngày", null=True, blank=True)
    identity = models.CharField("dấu của tên và địa chỉ", max_length=IDENTITY_LENGTH, editable=False)
    search = SearchField("từ để tìm")
    sort_key = models.CharField("khoá sắp xếp", max_length=600, editable=False)

    objects = RegistrantQuerySet.as_manager()
    history = BulkHistory(excluded_fields=["identity", "search", "sort_key"])

    class Meta:
        verbose_name = "đối tượng đăng ký"
        verbose_name_plural = "đối tượng đăng ký"
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["organization", "model", "sort_key"], name="registrant_branch_order"),
            # The way through a province's list without sorting it.
            models.Index(fields=["model", "sort_key", "id"], name="registrant_order"),
            models.Index(fields=["organization", "model", "identity"], name="registrant_identity"),
            models.Index(fields=["member"], name="registrant_member", condition=Q(member__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "model", "code"],
                condition=~Q(code=""),
                name="registrant_code_once",
                violation_error_message="Mã này đã có trong đơn vị.",
            ),
            models.UniqueConstraint(
                fields=["organization", "model", "identity"],
                condition=Q(code=""),
                name="registrant_name_once",
                violation_error_message="Đơn vị đã có tên và địa chỉ này. Hãy ghi địa chỉ rõ hơn, hoặc thêm mã.",
            ),
            models.CheckConstraint(
                condition=Q(from_date__isnull=True) | Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="registrant_in_order",
                violation_error_message="Ngày cuối phải từ ngày đầu trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(model__in=LearningModel.values),
                name="registrant_known_model",
                violation_error_message="Mô hình không có trong danh mục.",
            ),
            models.CheckConstraint(
                condition=Q(unit_kind="", rank="") | Q(model="unit"),
                name="registrant_rank_of_units",
                violation_error_message="Loại đơn vị và cấp quản lý chỉ ghi cho đơn vị học tập.",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(model="citizen"),
                name="registrant_member_of_citizens",
                violation_error_message="Chỉ công dân học tập được nối với hội viên.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Keep what is derived from the rest; with ``update_fields`` name those fields as well."""
        self.derive()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("learning_models:registrant_detail", args=[self.pk])

    def is_there(self, day: date) -> bool:
        """`RegistrantQuerySet.active` of one row."""
        return (self.from_date is None or self.from_date <= day) and (self.to_date is None or day <= self.to_date)

    def derive(self) -> None:
        """Fill in what follows from the other fields; work in bulk calls it for every row."""
        self.identity = identity_of(self.model, self.name, self.address)
        self.search = registrant_words(self.name, self.address, self.code)
        self.sort_key = name_key(self.model, self.name)[:600]
