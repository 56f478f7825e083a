"""Texts that must not lie open in the database or its backups: AES-GCM with a key version, and a keyed hash to find by.

The keys come from ``settings.PERSONAL_DATA_KEYS``, "version:secret" with the newest first: new texts take the first
key, old ones are read with the key of their version. Without any, one is derived from SECRET_KEY.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12
UNREADABLE = "Không giải mã được: thiếu khoá đã dùng khi ghi."


class DecryptionError(ValueError):
    """The key that the text was written with is missing, or the text was tampered with."""


@lru_cache(maxsize=8)
def read_keys(entries: tuple[str, ...], secret: str) -> dict[str, bytes]:
    """Version → secret bytes, the newest first."""
    keys = {}
    for entry in entries or (f"0:{secret}",):
        version, colon, text = entry.partition(":")
        if not (version.isascii() and version.isdigit() and colon and text) or version in keys:
            raise ImproperlyConfigured("PERSONAL_DATA_KEYS is a list of version:secret, each version once.")
        keys[version] = text.encode()
    return keys


def keys() -> dict[str, bytes]:
    return read_keys(tuple(settings.PERSONAL_DATA_KEYS), settings.SECRET_KEY)


@lru_cache(maxsize=32)
def derived(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, so that no two uses share one."""
    return hmac.new(secret, f"khuyenhoc {purpose}".encode(), hashlib.sha256).digest()


def encrypt(text: str, *, purpose: str) -> str:
    """``version:base64``; the same text never gives the same answer twice. An empty text stays empty."""
    if not text:
        return ""
    version, secret = next(iter(keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived(secret, purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return f"{version}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, purpose: str) -> str:
    """The text of `encrypt`; raises DecryptionError."""
    if not stored:
        return ""
    version, _, packed = stored.partition(":")
    try:
        raw = base64.b64decode(packed, validate=True)
        aead = AESGCM(derived(keys()[version], purpose))
        return aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
    except (KeyError, binascii.Error, InvalidTag, ValueError) as error:
        raise DecryptionError(UNREADABLE) from error


def blind_index(text: str, *, purpose: str) -> str:
    """A keyed hash, 64 hexadecimal digits: equal texts have equal hashes, and without the key nobody can try texts out.

    It is made with the oldest key, so that a new key does not hide the rows written before.
    """
    if not text:
        return ""
    secret = list(keys().values())[-1]
    return hmac.new(derived(secret, f"{purpose} index"), text.encode(), hashlib.sha256).hexdigest()


class EncryptedField(models.TextField):
    """A short text that is encrypted on its way into the database and decrypted on its way out.

    It can be read but not searched: keep a `blind_index` beside it. What cannot be decrypted raises DecryptionError
    on reading, so leave the column out (``defer``) wherever the text is not needed.
    """

    def __init__(self, *args, purpose: str, **kwargs):
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"purpose": self.purpose}

    def from_db_value(self, value, expression, connection):
        return value if value is None else decrypt(value, purpose=self.purpose)

    def get_db_prep_save(self, value, connection):
        return value if value is None else encrypt(str(value), purpose=self.purpose)

    def get_lookup(self, lookup_name):
        # Every encryption differs, so a comparison would silently find nothing.
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
