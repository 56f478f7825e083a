"""What the register of officers shows on a unit's page and on a member's page."""

from django.template.loader import render_to_string
from django.utils import timezone

from members.models import BRANCH_POSTS, KEY_POSTS, Officer, Term
from members.officers import posts_of
from members.terms import state_of, time_in_words
from members.vacancies import missing_posts, with_vacancies
from organizations.models import Organization
from organizations.scoping import holds

PERMISSION = "members.view_officer"


def officer_panel(request, organization) -> str | None:
    """Leaders, empty posts and term of the unit; constantly many queries. None for whoever may not see officers."""
    if not holds(request.user, PERMISSION):
        return None
    reach = Organization.objects.allowed(request.user, PERMISSION).filter(pk=organization.pk)
    today = timezone.localdate()
    unit = with_vacancies(reach, today).first()
    if unit is None:
        return None
    officers = Officer.objects.serving(today).filter(organization=unit, post__in=[*KEY_POSTS, *BRANCH_POSTS])
    term = Term.objects.filter(organization=unit, starts_on__lte=today).order_by("-starts_on").first()
    context = {
        "organization": unit,
        "officers": officers.by_rank(),
        "missing": [] if unit.is_dissolved else missing_posts(unit),
        "is_recorded": unit.is_recorded,
        "term": term,
        "state": state_of(term, today) if term else "",
        "words": time_in_words(term.final_day, today) if term else "",
    }
    return render_to_string("members/partials/officer_panel.html", context, request)


def posts_panel(request, member) -> str | None:
    """All posts of a member, as far as the user may see them; None where there is none."""
    posts = list(posts_of(member, request.user)) if holds(request.user, PERMISSION) else []
    return render_to_string("members/partials/posts_panel.html", {"posts": posts}, request) if posts else None
