import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from core.encryption import DecryptionError, blind_index, decrypt, encrypt
from members.models import Member


@given(st.text(min_size=1, max_size=50).filter(lambda text: text.isprintable()))
def test_what_is_encrypted_can_be_read_again_and_is_different_every_time(text):
    first, second = encrypt(text, purpose="a"), encrypt(text, purpose="a")
    assert first != second
    assert text not in first or len(text) < 3
    assert decrypt(first, purpose="a") == decrypt(second, purpose="a") == text


def test_another_purpose_or_a_changed_letter_is_refused():
    sealed = encrypt("012345678901", purpose="a")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for stored, purpose in ((sealed, "b"), (changed, "a"), ("9:AAAA", "a"), ("không phải", "a")):
        with pytest.raises(DecryptionError):
            decrypt(stored, purpose=purpose)


def test_old_keys_still_read_and_the_newest_one_writes(settings):
    settings.PERSONAL_DATA_KEYS = ["1:cu"]
    old, found_by = encrypt("012345678901", purpose="a"), blind_index("012345678901", purpose="a")
    settings.PERSONAL_DATA_KEYS = ["2:moi", "1:cu"]
    assert decrypt(old, purpose="a") == "012345678901"
    assert encrypt("012345678901", purpose="a").startswith("2:")
    assert blind_index("012345678901", purpose="a") == found_by
    settings.PERSONAL_DATA_KEYS = ["2:moi"]
    with pytest.raises(DecryptionError):
        decrypt(old, purpose="a")


@pytest.mark.parametrize("entries", [["khong-co-so"], ["1:"], ["x:abc"], ["1:a", "1:b"]])
def test_keys_that_are_written_wrongly_are_refused(settings, entries):
    settings.PERSONAL_DATA_KEYS = entries
    with pytest.raises(ImproperlyConfigured):
        encrypt("1", purpose="a")


def test_nothing_is_found_by_an_encrypted_column():
    with pytest.raises(FieldError):
        Member.objects.filter(id_number="012345678901")
