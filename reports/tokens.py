"""Keys by which another system reads the summaries of a unit and everything below it."""

import secrets
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from organizations.models import Organization
from reports.models import ReadToken

PREFIX = "kh_"
SECRET_BYTES = 32


def digest_of(secret: str) -> str:
    # No salt and no slow hash: the secret itself is 256 random bits.
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(
    *, organization: Organization, label: str, user, expires_on: date | None = None
) -> tuple[ReadToken, str]:
    """A new token and its secret, which is nowhere kept: shown once. Raises ValidationError for a day that passed."""
    if expires_on is not None and expires_on < timezone.localdate():
        raise ValidationError({"expires_on": "Ngày này đã qua. Hãy chọn từ hôm nay trở đi, hoặc để trống."})
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ReadToken(
        organization=organization, label=label, digest=digest_of(secret), created_by=user, expires_on=expires_on
    )
    because(token, user=user, reason="Cấp khoá đọc số liệu").save()
    return token, secret


@transaction.atomic
def revoke_token(*, token: ReadToken, user) -> ReadToken:
    """End it at once and for ever. Raises ValidationError the second time."""
    token = ReadToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at:
        raise ValidationError("Khoá này đã thu hồi rồi.")
    token.revoked_at = timezone.now()
    because(token, user=user, reason="Thu hồi khoá đọc số liệu").save()
    return token


def find_token(secret: str) -> ReadToken | None:
    """The token of a secret that opens today, marked as used today; at most one write a day."""
    today = timezone.localdate()
    tokens = ReadToken.objects.usable().filter(digest=digest_of(secret))
    token = tokens.first()
    if token is not None and token.last_used_on != today:
        # No history: it is about the use and not about the token.
        ReadToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token
