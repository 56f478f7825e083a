"""The lists of members, head counts and officers, with the columns of their spreadsheets."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from core.forms import DateTextField
from core.vietnamese import date_to_text
from members.models import HeadCount, Member, Membership, Officer, OutsidePost
from members.resources import HeadCountSheet, MemberSheet, OfficerSheet
from organizations.exporting import Export


def member_number(path: str = "") -> Case:
    """`Member.number` in the database: the code, else "M" and the key; nothing where there is no member."""
    by_key = Concat(Value("M"), Cast(f"{path}pk", CharField()), output_field=CharField())
    # Concat takes an absent key for an empty text.
    return Case(When(Q(**{f"{path}pk__isnull": False}), then=Coalesce(F(f"{path}code"), by_key)))


def last_spell() -> Subquery:
    """The key of a member's open membership, else of the last one."""
    spells = Membership.objects.filter(member=OuterRef("pk")).order_by(
        F("left_on").desc(nulls_first=True), F("joined_on").desc(nulls_last=True), "-pk"
    )
    return Subquery(spells.values("pk")[:1])


class MemberExport(Export):
    """One row per person, with the present membership or the last one."""

    code = "members"
    label = "Hội viên"
    lead = "Mỗi hội viên một dòng, kèm thời gian sinh hoạt hiện tại hoặc cuối cùng."
    permission = "members.view_member"
    columns = MemberSheet.columns
    paths = {
        **{column.code: column.code for column in MemberSheet.columns},
        "organization_code": "organization__code",
        "member_code": "member_number",
        "joined_on": "spell__joined_on",
        "left_on": "spell__left_on",
        "reason": "spell_reason",
    }
    # The year of birth stays: without it two people of one name cannot be told apart.
    personal = frozenset({"birth_date", "phone", "party_member", "household", "note"})
    personal_permission = "members.view_personaldata"
    on_request = {"id_number": "members.view_idnumber"}
    fields = {
        "status": forms.ChoiceField(
            label="Lấy",
            choices=[
                ("active", "Hội viên đang sinh hoạt"),
                ("former", "Người đã thôi sinh hoạt"),
                ("all", "Cả hai"),
            ],
        ),
        "joined_from": DateTextField(label="Vào từ ngày", required=False),
        "joined_to": DateTextField(label="Vào đến hết ngày", required=False),
        "q": forms.CharField(
            label="Chỉ người có tên, mã, số thẻ",
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            help_text="Để trống: mọi người.",
        ),
    }
    WORDS = {"active": "đang sinh hoạt", "former": "đã thôi sinh hoạt", "all": "cả người đã thôi sinh hoạt"}

    @classmethod
    def check(cls, choices):
        first, last = choices.get("joined_from"), choices.get("joined_to")
        if first and last and last < first:
            raise ValidationError({"joined_to": f"Ngày này phải từ {date_to_text(first)} trở đi."})

    def rows(self):
        spell = FilteredRelation("memberships", condition=Q(memberships__pk=last_spell()))
        reason = Case(When(spell__left_on__isnull=True, then="spell__joined_reason"), default="spell__left_reason")
        members = Member.objects.annotate(member_number=member_number(), spell=spell, spell_reason=reason)
        # As the index holds them: sorting a province by the tree would take half of the memory that an export may.
        return members.order_by("organization_id", "sort_key", "pk")

    def narrow(self, rows):
        status = self.choices.get("status") or "active"
        if status != "all":
            rows = rows.filter(active=status == "active")
        if first := self.choices.get("joined_from"):
            rows = rows.filter(spell__joined_on__gte=first)
        if last := self.choices.get("joined_to"):
            rows = rows.filter(spell__joined_on__lte=last)
        if text := self.choices.get("q"):
            # Whoever may not see telephones must not find by them either, digit by digit.
            return rows.search(text) if self.covers(self.personal_permission) else rows.search_public(text)
        return rows

    def describe(self):
        words = [self.WORDS[self.choices.get("status") or "active"]]
        if first := self.choices.get("joined_from"):
            words.append(f"vào từ ngày {date_to_text(first)}")
        if last := self.choices.get("joined_to"):
            words.append(f"vào đến hết ngày {date_to_text(last)}")
        if text := self.choices.get("q"):
            words.append(f"tìm “{text}”")
        return words


class HeadCountExport(Export):
    code = "head_counts"
    label = "Số đếm hội viên"
    lead = "Số hội viên mà đơn vị đếm được, từng ngày. Ô trống nghĩa là chưa có số liệu, không phải 0."
    permission = "members.view_headcount"
    columns = HeadCountSheet.columns
    paths = {
        **{column.code: column.code for column in HeadCountSheet.columns},
        "organization_code": "organization__code",
    }
    fields = {
        "which": forms.ChoiceField(
            label="Lấy", choices=[("newest", "Lần đếm mới nhất của mỗi đơn vị"), ("all", "Mọi lần đếm")]
        )
    }

    def rows(self):
        return HeadCount.objects.order_by("organization", "-date")

    def narrow(self, rows):
        if self.choices.get("which") == "all":
            return rows
        newest = HeadCount.objects.filter(organization=OuterRef("organization")).order_by("-date")
        return rows.filter(pk=Subquery(newest.values("pk")[:1]))

    def describe(self):
        return ["mọi lần đếm" if self.choices.get("which") == "all" else "lần đếm mới nhất của mỗi đơn vị"]


class OfficerExport(Export):
    """One row per post held, by rank."""

    code = "officers"
    label = "Cán bộ Hội"
    lead = "Mỗi chức vụ của một người là một dòng."
    permission = "members.view_officer"
    columns = OfficerSheet.columns
    paths = {
        **{column.code: column.code for column in OfficerSheet.columns},
        "organization_code": "organization__code",
        "member_code": "member_number",
        "term": "term__number",
        "outside_posts": "pk",
    }
    fields = {
        "status": forms.ChoiceField(
            label="Lấy", choices=[("current", "Người đang giữ chức hôm nay"), ("all", "Cả người đã thôi giữ chức")]
        )
    }

    def rows(self):
        return Officer.objects.annotate(member_number=member_number("member__")).by_rank()

    def narrow(self, rows):
        return rows if self.choices.get("status") == "all" else rows.on(timezone.localdate())

    def describe(self):
        return ["cả người đã thôi giữ chức" if self.choices.get("status") == "all" else "đang giữ chức"]

    def converter(self, column):
        return self.outside_posts().get if column.code == "outside_posts" else super().converter(column)

    def outside_posts(self) -> dict[int, str]:
        """Officer's key → codes of the posts held elsewhere; few officers hold any, so one query reads them all."""
        officers = self.queryset().order_by().values("pk")
        posts = OutsidePost.objects.filter(officer__in=officers).order_by("officer_id", "kind")
        found: dict[int, str] = {}
        for officer, kind in posts.values_list("officer_id", "kind"):
            found[officer] = f"{found[officer]}, {kind}" if officer in found else kind
        return found


EXPORTS = [MemberExport, HeadCountExport, OfficerExport]
