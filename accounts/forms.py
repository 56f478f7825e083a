from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxLengthValidator

from accounts.models import User


class SignInForm(AuthenticationForm):
    """Says in words what to do; never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và gõ lại; "
        "quên mật khẩu thì gọi cấp trên để được đặt lại.",
        "inactive": "Tài khoản này đã ngừng hoạt động. Hãy gọi cấp trên.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = "Tên đăng nhập"
        # Django sets the length on the widget only; the throttle's own table holds 255 characters.
        username.validators.append(MaxLengthValidator(User._meta.get_field("username").max_length))
        self.fields["password"].label = "Mật khẩu"
