from django.conf import settings
from django.contrib.auth import views
from django.urls import reverse_lazy
from django.utils.module_loading import import_string

from accounts.forms import SignInForm
from accounts.models import User


class SignInView(views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        demo = import_string(settings.DEMO_ACCOUNTS)() if settings.DEBUG else []
        return super().get_context_data(demo_accounts=demo, is_first_run=not User.objects.exists(), **kwargs)


class SignOutView(views.LogoutView):
    http_method_names = ["post", "options"]


class PasswordChange(views.PasswordChangeView):
    template_name = "accounts/password_change_form.html"
    success_url = reverse_lazy("accounts:password_change_done")


class PasswordChangeDone(views.PasswordChangeDoneView):
    template_name = "accounts/password_change_done.html"
