"""Those whom money comes from and goes to. The ledger points to them and holds no personal text itself."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from core.search import SearchField, words_of
from core.vietnamese import person_name_key, sort_key
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet


class PartyQuerySet(ScopedQuerySet):
    def search(self, text: str):
        """Parties where every word of ``text`` begins a word of the name, the address or the telephone."""
        return self.filter(search__words=text)

    def current(self):
        """Without those that were found to be another one written twice."""
        return self.filter(merged_into__isnull=True)

    def named_in_public(self, day):
        """Those who had agreed to be named by the day and still do, children by their guardians."""
        return self.current().filter(anonymous=False, anonymised_at__isnull=True, consents_on__lte=day)


class Party(models.Model):
    """A donor or a recipient, kept by one unit.

    ``consents_on``: the day on which the person, for a child its guardian, agreed to be named in public. A donor who
    does not want to be known is ``anonymous`` everywhere outside the unit's own books.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "cá nhân"
        CHILD = "child", "trẻ em"
        ORGANIZATION = "organization", "tổ chức, doanh nghiệp"
        GROUP = "group", "tập thể"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="parties", verbose_name="đơn vị")
    kind = models.CharField("loại", max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField("tên", max_length=200)
    address = models.CharField("địa chỉ, trường, nơi làm việc", max_length=300, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    anonymous = models.BooleanField("không muốn nêu tên", default=False)
    consents_on = models.DateField("đồng ý nêu tên từ ngày", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged", verbose_name="gộp vào"
    )
    anonymised_at = models.DateTimeField("xóa tên lúc", null=True, blank=True, editable=False)
    search = SearchField("từ để tìm")
    sort_key = models.CharField("khoá sắp xếp", max_length=600, editable=False)

    objects = PartyQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search", "sort_key"])

    class Meta:
        verbose_name = "người ủng hộ, người nhận"
        verbose_name_plural = "người ủng hộ, người nhận"
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["organization", "sort_key", "id"], name="party_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(consents_on__isnull=True),
                name="party_named_or_anonymous",
                violation_error_message="Đã không muốn nêu tên thì không có ngày đồng ý nêu tên.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, update_fields=None, **kwargs):
        self.derive()
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "sort_key", "search"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def derive(self) -> None:
        """Order and words to find it by, out of what was written."""
        is_person = self.kind in (self.Kind.PERSON, self.Kind.CHILD)
        self.sort_key = (person_name_key if is_person else sort_key)(self.name)[:600]
        self.search = words_of(self.name, self.address, self.phone)

    @property
    def current(self) -> "Party":
        """The one that is meant: itself, or the one that it was merged into."""
        return self.merged_into or self

    def may_be_shown(self, day: date) -> bool:
        """Whether the name may stand where everybody reads it: agreement is recorded, for a child its guardian's."""
        agreed = self.consents_on is not None and self.consents_on <= day
        return agreed and not self.anonymous and self.anonymised_at is None


class DifferentPartiesQuerySet(ScopedQuerySet):
    scope_path = "first__organization"


class DifferentParties(models.Model):
    """Two rows that somebody looked at and found to be two donors or recipients: not shown as duplicates again."""

    first = models.ForeignKey(Party, models.CASCADE, related_name="+", verbose_name="dòng thứ nhất")
    second = models.ForeignKey(Party, models.CASCADE, related_name="+", verbose_name="dòng thứ hai")

    objects = DifferentPartiesQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "hai người ủng hộ khác nhau"
        verbose_name_plural = "hai người ủng hộ khác nhau"
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="different_parties_in_order",
                violation_error_message="Hai dòng phải khác nhau, dòng có số nhỏ hơn đứng trước.",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="different_parties_once",
                violation_error_message="Hai dòng này đã được ghi là khác nhau.",
            ),
        ]

    def __str__(self):
        return f"{self.first} ≠ {self.second}"
