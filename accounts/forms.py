from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Says in words what to do; never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và gõ lại; "
        "quên mật khẩu thì gọi cấp trên để được đặt lại.",
        "inactive": "Tài khoản này đã ngừng hoạt động. Hãy gọi cấp trên.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Tên đăng nhập"
        self.fields["password"].label = "Mật khẩu"
