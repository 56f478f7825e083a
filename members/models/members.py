"""People and the time they spend in branches."""

import re
from datetime import date
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.encryption import UNREADABLE, DecryptionError, EncryptedField, blind_index
from core.history import BulkHistory
from core.search import SearchField, words_of
from core.vietnamese import fold, person_name_key, search_words
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet

ID_PURPOSE = "members.id_number"
# What `Member.number` makes of the key.
KEY_NUMBER = re.compile(r"[Mm]([0-9]{1,18})")
# M and digits is what `number` makes of the key for whoever has no code.
CODE_PATTERN = re.compile(r"\A(?![Mm][0-9]+\Z)[A-Za-z0-9._/-]{1,32}\Z")


class Sex(models.TextChoices):
    FEMALE = "female", "nữ"
    MALE = "male", "nam"


class Occupation(models.TextChoices):
    PUPIL = "pupil", "học sinh"
    STUDENT = "student", "sinh viên"
    TEACHER = "teacher", "giáo viên"
    OFFICIAL = "official", "cán bộ, công chức, viên chức"
    WORKER = "worker", "công nhân, người lao động"
    FARMER = "farmer", "nông dân"
    ARMED_FORCES = "armed_forces", "lực lượng vũ trang"
    BUSINESS = "business", "kinh doanh, buôn bán"
    RETIRED = "retired", "hưu trí"
    OTHER = "other", "khác"


def person_words(full_name: str, *numbers: str | None) -> str:
    """What a person is found by: each word of the name; codes and telephones by their parts and written together."""
    together = ["".join(search_words(number)) for number in numbers if number]
    return words_of(full_name, *(number or "" for number in numbers), *together)


class MemberQuerySet(ScopedQuerySet):
    def active(self):
        """Members who belong to a branch today."""
        return self.filter(active=True)

    def search(self, text: str):
        """Members where every word of ``text`` begins a word of the name, the card, the code or the telephone."""
        if number := KEY_NUMBER.fullmatch(text.strip()):
            return self.filter(Q(search__words=text) | Q(pk=int(number[1])))
        return self.filter(search__words=text)

    def search_public(self, text: str):
        """As `search`, for whoever may not see telephones: words with digits count in cards and codes alone."""
        found = self.search(text)
        if KEY_NUMBER.fullmatch(text.strip()):
            return found
        for word in search_words(text):
            if any(char.isdigit() for char in word):
                found = found.filter(Q(card_number__icontains=word) | Q(code__icontains=word))
        return found

    def for_list(self):
        """What a list shows, in Vietnamese order; the encrypted number stays in the database."""
        return self.defer("id_number", "id_hash", "note").select_related("organization")


class Member(models.Model):
    """A person. Where the person belongs, and since when, is in ``memberships``.

    ``organization`` is the branch of today, or the last one, kept here for lists and for the scope; ``active`` says
    whether a membership is open. Both are written by ``members/services.py`` alone.
    """

    code = models.CharField(
        "mã hội viên",
        max_length=32,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": "Mã hội viên này đã có người mang."},
        validators=[
            RegexValidator(
                CODE_PATTERN.pattern,
                "Mã gồm chữ không dấu, số và . _ - / (tối đa 32); dạng M123 là do phần mềm đặt.",
            )
        ],
    )
    # member_branch_order begins with it.
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="members", verbose_name="chi hội", db_index=False
    )
    full_name = models.CharField("họ và tên", max_length=150)
    birth_date = models.DateField("ngày sinh", null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    sex = models.CharField("giới tính", max_length=6, choices=Sex, blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    card_number = models.CharField(
        "số thẻ",
        max_length=32,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": "Số thẻ này đã có người mang."},
    )
    occupation = models.CharField("nghề nghiệp", max_length=12, choices=Occupation, blank=True)
    party_member = models.BooleanField("đảng viên", null=True, blank=True)
    household = models.CharField("hộ gia đình", max_length=100, blank=True)
    id_number = EncryptedField("số căn cước", purpose=ID_PURPOSE, blank=True, default="")
    id_hash = models.CharField("dấu của số căn cước", max_length=64, blank=True, default="", editable=False)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    active = models.BooleanField("đang sinh hoạt", default=True, editable=False)
    folded = models.CharField("họ tên không dấu", max_length=150, editable=False)
    search = SearchField("từ để tìm")
    sort_key = models.CharField("khoá sắp xếp", max_length=600, editable=False)

    # What `derive` fills in.
    DERIVED: ClassVar = ("folded", "search", "sort_key", "birth_year", "id_hash")

    objects = MemberQuerySet.as_manager()
    history = BulkHistory(excluded_fields=["folded", "search", "sort_key"])

    class Meta:
        verbose_name = "hội viên"
        verbose_name_plural = "hội viên"
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="member_order"),
            models.Index(fields=["organization", "sort_key"], name="member_branch_order"),
            models.Index(fields=["id_hash"], name="member_id_hash", condition=~Q(id_hash="")),
            # Those who left are few and stand far apart in the order of all.
            models.Index(fields=["sort_key", "id"], name="member_former_order", condition=Q(active=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__gte=1900, birth_year__lte=2100),
                name="member_birth_year_known",
                violation_error_message="Năm sinh phải từ 1900 đến 2100.",
            ),
            models.CheckConstraint(
                condition=Q(sex__in=["", *Sex.values]),
                name="member_known_sex",
                violation_error_message="Giới tính không có trong danh mục.",
            ),
            models.CheckConstraint(
                condition=Q(occupation__in=["", *Occupation.values]),
                name="member_known_occupation",
                violation_error_message="Nghề nghiệp không có trong danh mục.",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(card_number=""),
                name="member_no_empty_codes",
                violation_error_message="Mã và số thẻ để trống hẳn, không ghi chuỗi rỗng.",
            ),
        ]

    def __str__(self):
        return self.full_name

    def save(self, *args, **kwargs):
        """Keep what is derived from the rest; with ``update_fields`` name those fields as well."""
        self.derive()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("members:member_detail", args=[self.pk])

    def derive(self) -> None:
        """Fill in what follows from the other fields; work in bulk calls it for every row."""
        self.folded = fold(self.full_name)[:150]
        self.search = person_words(self.full_name, self.code, self.card_number, self.phone)
        self.sort_key = person_name_key(self.full_name)[:600]
        if isinstance(self.birth_date, date):
            self.birth_year = self.birth_date.year
        # A deferred number was not touched.
        if "id_number" not in self.get_deferred_fields():
            self.id_hash = blind_index(self.id_number, purpose=ID_PURPOSE)

    @property
    def id_masked(self) -> str:
        """The ID number as everybody may see it: its last three digits; a sentence where the key to it is missing."""
        try:
            number = self.id_number
        except DecryptionError:
            return UNREADABLE
        return f"{'•' * (len(number) - 3)}{number[-3:]}" if number else ""

    @property
    def last_spell(self) -> "Membership | None":
        """The present time in a branch, else the last one; reads ``memberships``, which a list prefetches."""
        spells = list(self.memberships.all())
        return max(spells, key=lambda spell: (spell.left_on is None, spell.left_on or date.min, spell.pk), default=None)

    @property
    def number(self) -> str:
        """What names the member in lists and spreadsheets: the association's own code, else "M" and the key."""
        return self.code or f"M{self.pk}"


class MembershipQuerySet(ScopedQuerySet):
    def open(self):
        return self.filter(left_on__isnull=True)

    def on(self, day):
        """Memberships that hold on the day: whoever left on it belongs no more, whoever joined on it does."""
        return self.filter(
            Q(joined_on__isnull=True) | Q(joined_on__lte=day), Q(left_on__isnull=True) | Q(left_on__gt=day)
        )


class Membership(models.Model):
    """A spell in a branch, from ``joined_on`` (empty: before every date) until the day before ``left_on``.

    The spells of a person never overlap; one moved to another branch leaves and joins on the same day.
    """

    class Reason(models.TextChoices):
        NEW = "new", "kết nạp mới"
        TRANSFERRED = "transferred", "chuyển sinh hoạt"
        RESIGNED = "resigned", "thôi tham gia"
        DECEASED = "deceased", "qua đời"
        REMOVED = "removed", "xoá tên"

    JOINING: ClassVar = (Reason.NEW, Reason.TRANSFERRED)
    LEAVING: ClassVar = (Reason.TRANSFERRED, Reason.RESIGNED, Reason.DECEASED, Reason.REMOVED)

    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships", verbose_name="hội viên")
    # membership_branch_time begins with it.
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name="chi hội", db_index=False
    )
    joined_on = models.DateField("vào ngày", null=True, blank=True)
    joined_reason = models.CharField("lý do vào", max_length=11, choices=Reason, default=Reason.NEW)
    left_on = models.DateField("ra ngày", null=True, blank=True)
    left_reason = models.CharField("lý do ra", max_length=11, choices=Reason, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = BulkHistory(asked_by=("member",))

    class Meta:
        verbose_name = "thời gian sinh hoạt"
        verbose_name_plural = "thời gian sinh hoạt"
        ordering = ["member", F("joined_on").asc(nulls_first=True)]
        indexes = [
            # All that a quarter's count reads of a spell: the rows themselves need not be fetched.
            models.Index(
                fields=["organization", "left_on", "joined_on", "joined_reason", "left_reason", "member"],
                name="membership_branch_time",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(joined_on__isnull=True) | Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="membership_in_order",
                violation_error_message="Ngày ra phải từ ngày vào trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_reason="")
                | Q(left_on__isnull=False, left_reason__in=["transferred", "resigned", "deceased", "removed"]),
                name="membership_reason_of_leaving",
                violation_error_message="Ra thì ghi cả ngày và lý do; còn sinh hoạt thì để trống cả hai.",
            ),
            models.CheckConstraint(
                condition=Q(joined_reason__in=["new", "transferred"]),
                name="membership_reason_of_joining",
                violation_error_message="Lý do vào không có trong danh mục.",
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(left_on__isnull=True),
                name="membership_one_open",
                violation_error_message="Hội viên đang sinh hoạt ở một chi hội khác.",
            ),
            models.UniqueConstraint(
                fields=["member", "joined_on"],
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("joined_on")),
                name="membership_start_once",
                violation_error_message="Hai thời gian sinh hoạt không thể bắt đầu cùng ngày.",
            ),
        ]

    def __str__(self):
        return f"{self.member}: {self.organization}"
