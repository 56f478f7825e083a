"""The demonstration of Sơn La at quarter I/2022: spreadsheets that go in by the same way as a province's own.

The rows marked "Số công bố" were published; the rest is invented and says so.
"""

from pathlib import Path

from accounts.models import User

FOLDER = Path(__file__).parent
PASSWORD = "khuyen-hoc-son-la"  # noqa: S105 (printed on the sign-in page; never created when DEBUG=0)
ACCOUNTS = {
    "tinh": "Văn phòng Tỉnh hội",
    "huyen": "Hội Khuyến học thành phố Sơn La",
    "xa": "Hội Khuyến học xã Chiềng Đen",
}


def accounts() -> list[tuple[str, str, str]]:
    """(label, user name, password) of the demonstration accounts that exist and still have their password."""
    existing = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS, is_active=True)}
    return [(label, name, PASSWORD) for name, label in ACCOUNTS.items() if name in existing]
