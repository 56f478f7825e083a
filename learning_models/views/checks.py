"""The public page that says whether a certificate is what it says; anybody may open it, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.throttle import throttled
from learning_models.checking import check_certificate
from learning_models.decision_forms import CodeForm
from learning_models.models import read_code

# A whole office may look from one address; whoever tries codes one after another gets nowhere with this.
MOST_A_MINUTE = 30
# Never in a search engine, and nowhere on the way.
HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@login_not_required
@require_safe
@throttled("certificates", most=MOST_A_MINUTE)
def certificate_form(request):
    """Asks for the code of a certificate, for whoever cannot scan it."""
    form = CodeForm(request.GET or None)
    if form.is_valid():
        if code := read_code(form.cleaned_data["code"]):
            return redirect("certificates:certificate_check", code)
        form.add_error("code", "Mã gồm 26 chữ và số. Ông/bà xem lại trên giấy: có thể thiếu hoặc thừa ký tự.")
    return private(render(request, "learning_models/certificate_form.html", {"form": form}))


@login_not_required
@require_safe
@throttled("certificates", most=MOST_A_MINUTE)
def certificate_check(request, code):
    """Confirms model, name, year, unit and validity; a code that nobody has gets the same page and status."""
    today = timezone.localdate()
    context = {"answer": check_certificate(code, day=today), "today": today}
    return private(render(request, "learning_models/certificate_check.html", context))


def private(response):
    for name, value in HEADERS.items():
        response[name] = value
    return response
