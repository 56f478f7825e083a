"""The page of one person."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods
from django.views.generic import DetailView

from core.encryption import UNREADABLE, DecryptionError
from members.models import DuesLine, IdNumberReading, Member, Merging
from members.officer_panels import posts_panel
from members.permissions import CHANGE, ID_NUMBER, VIEW, VIEW_DUES, rights_at
from members.trail import read_trail
from members.views.places import make_crumbs
from organizations.models import RegisterUse
from organizations.registers import register_in_use, reporting_unit
from organizations.scoping import ScopedMixin, require

DUES_SHOWN = 20


class MemberDetailView(ScopedMixin, DetailView):
    permission_required = VIEW
    queryset = Member.objects.select_related("organization").defer("id_number")
    context_object_name = "member"
    template_name = "members/member_detail.html"

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            # A row that went into another's: old addresses lead to the one that was kept.
            mergings = Merging.objects.allowed(request.user, VIEW).select_related("kept")
            return redirect(get_object_or_404(mergings, merged_id=kwargs["pk"]).kept)

    def get_context_data(self, **kwargs):
        member = self.object
        rights = rights_at(self.request.user, member.organization)
        dues = (
            DuesLine.objects.allowed(self.request.user, VIEW_DUES)
            .filter(member=member)
            .select_related("collection")
            .order_by("-collection__year", "-pk")
        )
        saved = self.request.GET.get("saved") == "1" and rights["change"]
        return super().get_context_data(
            crumbs=make_crumbs(member.organization, (member.full_name, "")),
            rights=rights,
            spells=member.memberships.select_related("organization"),
            correctable=self.correctable(rights),
            posts=posts_panel(self.request, member),
            dues=dues[:DUES_SHOWN] if rights["dues"] else None,
            id_masked=member.id_masked,
            trail=read_trail(member, personal=rights["personal"]),
            saved=saved,
            unkept=unkept_register(member) if saved else None,
            **kwargs,
        )

    def correctable(self, rights: dict[str, bool]) -> set[int]:
        """The ids of the spells whose dates the user may correct."""
        if not rights["change"]:
            return set()
        return set(self.object.memberships.allowed(self.request.user, CHANGE).values_list("pk", flat=True))


def unkept_register(member: Member):
    """The reporting unit above the member's branch if it does not say yet that it keeps the register."""
    unit = reporting_unit(member.organization)
    return unit if unit and register_in_use(unit, RegisterUse.Register.MEMBERS) is None else None


@require_http_methods(["GET", "POST"])
def member_id_number(request, pk):
    """Show the whole ID number once; that it was looked at is written first."""
    require(request.user, ID_NUMBER)
    members = Member.objects.allowed(request.user, ID_NUMBER).select_related("organization").defer("id_number")
    member = get_object_or_404(members, pk=pk)
    if request.method == "GET" or not (number := read_id_number(request, member)):
        return redirect(member)
    IdNumberReading(member=member, user=request.user).save()
    crumbs = make_crumbs(member.organization, (member.full_name, member.get_absolute_url()), ("Số căn cước", ""))
    context = {"member": member, "number": number, "crumbs": crumbs}
    response = render(request, "members/member_id_number.html", context)
    add_never_cache_headers(response)
    return response


def read_id_number(request, member: Member) -> str:
    """The number; empty where there is none, or, with a message, where its key is missing."""
    try:
        return member.id_number
    except DecryptionError:
        messages.error(request, UNREADABLE)
        return ""
