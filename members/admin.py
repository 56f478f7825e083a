"""The administrator's view of members and officers; what services decide is read-only here."""

from django.contrib import admin

from core.admin import HistoryAdmin, ReadOnlyAdmin, UnchangingAdmin
from members.models import (
    DifferentPeople,
    DuesCollection,
    DuesLine,
    DuesRate,
    HeadCount,
    IdNumberReading,
    Member,
    Membership,
    Merging,
    Officer,
    OutsidePost,
    Term,
)


class WordSearchMixin:
    """Searches by the index of words instead of scanning the table."""

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        return queryset.search(search_term), False


class SealedNumberMixin:
    """Lists leave the encrypted number of a person in the database; ``person_paths`` lead from the row to people."""

    person_paths = ("member__",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*(f"{path}id_number" for path in self.person_paths))


@admin.register(Member)
class MemberAdmin(WordSearchMixin, SealedNumberMixin, ReadOnlyAdmin):
    """Written by the services, which keep memberships and branch in step; the ID number is shown masked."""

    list_display = ["full_name", "number", "birth_year", "organization", "active"]
    list_select_related = ["organization"]
    search_fields = ["search"]
    list_filter = ["active", "sex", "occupation"]
    person_paths = ("",)
    exclude = ["id_number"]
    readonly_fields = ["id_masked"]

    @admin.display(description="số căn cước")
    def id_masked(self, member):
        return member.id_masked or "–"


@admin.register(Membership)
class MembershipAdmin(SealedNumberMixin, ReadOnlyAdmin):
    list_display = ["member", "organization", "joined_on", "left_on", "left_reason"]
    list_select_related = ["member", "organization"]
    search_fields = ["member__card_number", "organization__code"]


@admin.register(IdNumberReading)
class IdNumberReadingAdmin(SealedNumberMixin, UnchangingAdmin):
    list_display = ["read_at", "user", "member", "member_key"]
    list_select_related = ["user", "member"]
    search_fields = ["user__username", "=member_key"]


@admin.register(HeadCount)
class HeadCountAdmin(HistoryAdmin):
    list_display = ["organization", "date", "members", "women", "party_members", "carded"]
    list_select_related = ["organization"]
    search_fields = ["organization__code", "organization__folded"]
    autocomplete_fields = ["organization"]


@admin.register(Term)
class TermAdmin(HistoryAdmin):
    list_display = ["organization", "number", "starts_on", "ends_on", "prolonged_to"]
    list_select_related = ["organization"]
    search_fields = ["organization__code", "organization__folded"]
    autocomplete_fields = ["organization"]


class OutsidePostInline(admin.TabularInline):
    model = OutsidePost
    extra = 0


@admin.register(Officer)
class OfficerAdmin(WordSearchMixin, HistoryAdmin):
    list_display = ["full_name", "post", "organization", "from_date", "to_date", "full_time"]
    list_select_related = ["organization"]
    search_fields = ["search"]
    list_filter = ["post", "full_time"]
    autocomplete_fields = ["organization", "member", "term"]
    inlines = [OutsidePostInline]


@admin.register(OutsidePost)
class OutsidePostAdmin(HistoryAdmin):
    list_display = ["officer", "kind", "title"]
    list_select_related = ["officer"]
    search_fields = ["officer__full_name", "title"]
    autocomplete_fields = ["officer"]


@admin.register(DifferentPeople)
class DifferentPeopleAdmin(SealedNumberMixin, ReadOnlyAdmin):
    person_paths = ("first__", "second__")
    list_display = ["first", "second"]
    list_select_related = ["first", "second"]
    search_fields = ["first__full_name", "second__full_name"]


@admin.register(Merging)
class MergingAdmin(SealedNumberMixin, ReadOnlyAdmin):
    person_paths = ("kept__",)
    list_display = ["merged_name", "merged_id", "kept"]
    list_select_related = ["kept"]
    search_fields = ["merged_name", "kept__full_name"]


@admin.register(DuesRate)
class DuesRateAdmin(HistoryAdmin):
    list_display = ["organization", "valid_from", "yearly_amount"]
    list_select_related = ["organization"]
    search_fields = ["organization__code", "organization__folded", "act"]
    autocomplete_fields = ["organization"]


@admin.register(DuesCollection)
class DuesCollectionAdmin(ReadOnlyAdmin):
    list_display = ["organization", "year", "number", "handed_over", "collected_on", "confirmed_at", "booked_at"]
    list_select_related = ["organization"]
    search_fields = ["organization__code", "organization__folded", "booked_as"]


@admin.register(DuesLine)
class DuesLineAdmin(SealedNumberMixin, ReadOnlyAdmin):
    list_display = ["member", "collection", "amount"]
    list_select_related = ["member", "collection__organization"]
    search_fields = ["member__card_number"]
