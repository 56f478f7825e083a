"""Terms of office, and who holds which post from when to when."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from simple_history.models import HistoricalRecords

from core.history import BatchHistory
from core.search import SearchField, words_of
from core.vietnamese import person_name_key
from members.models.members import Member
from organizations.models import Form, Organization
from organizations.models.organizations import alive_on, tree_order
from organizations.scoping import ScopedQuerySet


class Body(models.TextChoices):
    """Bodies of a unit of the association (Điều lệ Hội Khuyến học Việt Nam)."""

    STANDING_BOARD = "standing_board", "Thường trực"
    STANDING_COMMITTEE = "standing_committee", "Ban Thường vụ"
    EXECUTIVE_COMMITTEE = "executive_committee", "Ban Chấp hành"
    INSPECTION_COMMITTEE = "inspection_committee", "Ban Kiểm tra"
    OFFICE = "office", "Văn phòng"
    BRANCH = "branch", "Chi hội, ban, tổ"


class Post(models.TextChoices):
    """In the order of rank in which lists are printed."""

    CHAIR = "chair", "Chủ tịch"
    STANDING_VICE_CHAIR = "standing_vice_chair", "Phó Chủ tịch thường trực"
    VICE_CHAIR = "vice_chair", "Phó Chủ tịch"
    SECRETARY = "secretary", "Uỷ viên thư ký"
    STANDING_MEMBER = "standing_member", "Uỷ viên Ban Thường vụ"
    INSPECTION_HEAD = "inspection_head", "Trưởng ban Kiểm tra"
    MEMBER = "member", "Uỷ viên Ban Chấp hành"
    INSPECTION_MEMBER = "inspection_member", "Uỷ viên Ban Kiểm tra"
    OFFICE_HEAD = "office_head", "Chánh Văn phòng"
    TREASURER = "treasurer", "Thủ quỹ"
    ACCOUNTANT = "accountant", "Kế toán"
    STAFF = "staff", "Cán bộ văn phòng"
    BRANCH_HEAD = "branch_head", "Chi hội trưởng, Trưởng ban"
    BRANCH_VICE_HEAD = "branch_vice_head", "Chi hội phó, Phó trưởng ban"
    GROUP_HEAD = "group_head", "Tổ trưởng"


RANK = {post: place for place, post in enumerate(Post.values)}

# The "cán bộ chủ chốt" of the quarterly statistics: the leaders of a unit and its secretary.
KEY_POSTS = (Post.CHAIR, Post.STANDING_VICE_CHAIR, Post.VICE_CHAIR, Post.SECRETARY)
# Held by one person of a unit at a time.
SINGLE_POSTS = (Post.CHAIR, Post.STANDING_VICE_CHAIR)
# Posts of a chi hội, ban or tổ hội; all others are a hội's.
BRANCH_POSTS = (Post.BRANCH_HEAD, Post.BRANCH_VICE_HEAD, Post.GROUP_HEAD)
# What must never stand empty: by form of the unit, each a name for people and the posts of which one must be held.
REQUIRED_POSTS = {
    Form.HOI: {"chair": (Post.CHAIR,), "vice_chair": (Post.STANDING_VICE_CHAIR, Post.VICE_CHAIR)},
    Form.CHI_HOI: {"head": (Post.BRANCH_HEAD,)},
    Form.BAN: {"head": (Post.BRANCH_HEAD,)},
    Form.TO_HOI: {"head": (Post.GROUP_HEAD,)},
}
# The body in which a post is usually held.
USUAL_BODY = {
    Post.CHAIR: Body.STANDING_BOARD,
    Post.STANDING_VICE_CHAIR: Body.STANDING_BOARD,
    Post.VICE_CHAIR: Body.STANDING_BOARD,
    Post.SECRETARY: Body.STANDING_COMMITTEE,
    Post.STANDING_MEMBER: Body.STANDING_COMMITTEE,
    Post.INSPECTION_HEAD: Body.INSPECTION_COMMITTEE,
    Post.MEMBER: Body.EXECUTIVE_COMMITTEE,
    Post.INSPECTION_MEMBER: Body.INSPECTION_COMMITTEE,
    Post.OFFICE_HEAD: Body.OFFICE,
    Post.TREASURER: Body.OFFICE,
    Post.ACCOUNTANT: Body.OFFICE,
    Post.STAFF: Body.OFFICE,
    Post.BRANCH_HEAD: Body.BRANCH,
    Post.BRANCH_VICE_HEAD: Body.BRANCH,
    Post.GROUP_HEAD: Body.BRANCH,
}


class OutsidePostKind(models.TextChoices):
    FORMER_TEACHERS = "former_teachers_association", "BCH Hội Cựu giáo chức"
    ELDERLY = "elderly_association", "uỷ viên Hội Người cao tuổi"
    EDUCATION_OFFICE = "education_office", "Sở, Phòng Giáo dục và Đào tạo"
    SCHOOL_HEAD = "school_head", "lãnh đạo trường học"
    PARTY_COMMITTEE = "party_committee", "cấp uỷ"
    PEOPLES_COMMITTEE = "peoples_committee", "Uỷ ban nhân dân"
    FATHERLAND_FRONT = "fatherland_front", "Mặt trận Tổ quốc"
    VETERANS = "veterans_association", "Hội Cựu chiến binh"
    WOMEN = "womens_union", "Hội Phụ nữ"
    FARMERS = "farmers_union", "Hội Nông dân"
    YOUTH = "youth_union", "Đoàn Thanh niên"
    OTHER = "other", "khác"


UNIT_LIFE = {"starts": "organization__established_on", "ends": "organization__dissolved_on"}


class TermQuerySet(ScopedQuerySet):
    def with_last_day(self):
        """Adds ``last_day``: the planned end, or the day to which the term was prolonged."""
        return self.annotate(last_day=Coalesce("prolonged_to", "ends_on"))

    def ending_by(self, day):
        """Terms that hold today and whose last day is not after ``day``."""
        today = timezone.localdate()
        return self.with_last_day().filter(last_day__gte=today, last_day__lte=day)

    def to_renew_by(self, day):
        """Terms that are over by ``day``, or long since, of living units that have recorded no later one."""
        later = self.model.objects.filter(organization=OuterRef("organization"), starts_on__gt=OuterRef("starts_on"))
        living = alive_on(timezone.localdate(), **UNIT_LIFE)
        return self.with_last_day().filter(~Exists(later.order_by()), *living, last_day__lte=day)


class Term(models.Model):
    """A term of office of one unit: numbered there, not aligned with other units, perhaps prolonged."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="terms", verbose_name="đơn vị")
    number = models.PositiveSmallIntegerField("khoá")
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày")
    prolonged_to = models.DateField("kéo dài đến hết ngày", null=True, blank=True)
    decision_number = models.CharField("số quyết định", max_length=50, blank=True)

    objects = TermQuerySet.as_manager()
    history = HistoricalRecords(bases=[BatchHistory])

    class Meta:
        verbose_name = "nhiệm kỳ"
        verbose_name_plural = "nhiệm kỳ"
        ordering = ["organization", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "number"],
                name="term_number_once",
                violation_error_message="Đơn vị đã có khoá mang số này.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=100),
                name="term_number_known",
                violation_error_message="Khoá là một số từ 1 đến 100.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="term_in_order",
                violation_error_message="Nhiệm kỳ phải kết thúc sau khi bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(prolonged_to__isnull=True) | Q(prolonged_to__gt=F("ends_on")),
                name="term_prolonged_beyond_its_end",
                violation_error_message="Ngày kéo dài phải sau ngày kết thúc nhiệm kỳ.",
            ),
        ]

    def __str__(self):
        return f"Khoá {self.number} ({self.starts_on.year}–{self.ends_on.year})"

    @property
    def final_day(self):
        """The day to which the term was prolonged, else the planned end."""
        return self.prolonged_to or self.ends_on


class OfficerQuerySet(ScopedQuerySet):
    def on(self, day):
        """Posts held on the day; both ends count."""
        return self.filter(*alive_on(day, starts="from_date", ends="to_date"))

    def serving(self, day):
        """Posts held on the day in units that lived that day: a dissolved unit has no officers left."""
        return self.on(day).filter(*alive_on(day, **UNIT_LIFE))

    def overlapping(self, first, last):
        """Posts held on any day from ``first`` to ``last``; None is without limit."""
        begun = Q() if last is None else Q(from_date__isnull=True) | Q(from_date__lte=last)
        lasting = Q() if first is None else Q(to_date__isnull=True) | Q(to_date__gte=first)
        return self.filter(begun, lasting)

    def of_person(self, officer):
        """All posts of the same person: by the register of members, else by name within the unit."""
        if officer.member_id:
            return self.filter(member=officer.member_id)
        return self.filter(organization=officer.organization_id, member=None, search=officer.search)

    def newest_first(self):
        return self.order_by(F("from_date").desc(nulls_last=True), "-pk")

    def by_rank(self):
        """In the order in which lists of officers are printed: the unit's place, rank of the post, name."""
        rank = Case(*(When(post=post, then=Value(place)) for post, place in RANK.items()), default=Value(len(RANK)))
        return self.annotate(rank=rank).order_by(*tree_order("organization"), "rank", "sort_key", "pk")

    def search(self, text: str):
        return self.filter(search__words=text)


class Officer(models.Model):
    """One post held by one person in one unit, from a day to a day (both included; empty: without limit).

    ``member`` is filled where the person's name is in the register of members. ``full_time`` empty: not known.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="officers", verbose_name="đơn vị")
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="hội viên"
    )
    full_name = models.CharField("họ và tên", max_length=150)
    post = models.CharField("chức vụ", max_length=20, choices=Post)
    body = models.CharField("trong ban", max_length=20, choices=Body, blank=True)
    term = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="officers", verbose_name="nhiệm kỳ"
    )
    full_time = models.BooleanField("chuyên trách", null=True, blank=True)
    ex_officio = models.BooleanField("đương nhiên theo chức vụ khác", default=False)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    from_date = models.DateField("từ ngày", null=True, blank=True)
    to_date = models.DateField("đến hết ngày", null=True, blank=True)
    decision_number = models.CharField("số quyết định", max_length=50, blank=True)
    search = SearchField("từ để tìm")
    sort_key = models.CharField("khoá sắp xếp", max_length=600, editable=False)

    objects = OfficerQuerySet.as_manager()
    history = HistoricalRecords(bases=[BatchHistory], excluded_fields=["search", "sort_key"])

    class Meta:
        verbose_name = "cán bộ Hội"
        verbose_name_plural = "cán bộ Hội"
        ordering = ["organization", "sort_key", "pk"]
        indexes = [models.Index(fields=["organization", "post"], name="officer_unit_post")]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_date__isnull=True) | Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="officer_in_order",
                violation_error_message="Ngày thôi giữ chức phải từ ngày bắt đầu trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(post__in=Post.values),
                name="officer_known_post",
                violation_error_message="Chức vụ không có trong danh mục.",
            ),
            models.CheckConstraint(
                condition=Q(body__in=["", *Body.values]),
                name="officer_known_body",
                violation_error_message="Ban không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return f"{self.full_name}, {self.get_post_display()}"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Fill in what follows from the name; work in bulk calls it for every row."""
        self.search = words_of(self.full_name)
        self.sort_key = person_name_key(self.full_name)[:600]


class OutsidePostQuerySet(ScopedQuerySet):
    scope_path = "officer__organization"


class OutsidePost(models.Model):
    """A post that an officer holds elsewhere; these overlap and are never added up."""

    # The kinds that the catalogue of indicators counts.
    COUNTED: ClassVar = (OutsidePostKind.FORMER_TEACHERS, OutsidePostKind.ELDERLY)

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="outside_posts", verbose_name="cán bộ")
    kind = models.CharField("nơi giữ chức", max_length=30, choices=OutsidePostKind)
    title = models.CharField("chức danh", max_length=150, blank=True)

    objects = OutsidePostQuerySet.as_manager()
    history = HistoricalRecords(bases=[BatchHistory])

    class Meta:
        verbose_name = "chức vụ ngoài Hội"
        verbose_name_plural = "chức vụ ngoài Hội"
        ordering = ["officer", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind"],
                name="outside_post_once",
                violation_error_message="Chức vụ ngoài Hội này đã được ghi.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OutsidePostKind.values),
                name="outside_post_known",
                violation_error_message="Chức vụ ngoài Hội không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return self.title or self.get_kind_display()
