"""Signing in: words, throttle, idle time, Argon2."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

PASSWORD = "mat-khau-rat-dai"
LOGIN = "/accounts/login/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def secretary(db):
    return User.objects.create_user("thu-ky", password=PASSWORD, full_name="Lò Thị Minh Hoạ")


def sign_in(client, username="thu-ky", password=PASSWORD, address="10.0.0.1"):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


def test_the_right_password_leads_to_the_first_page(client, secretary):
    response = sign_in(client)
    assert (response.status_code, response.url) == (302, reverse("home"))


def test_passwords_are_kept_with_argon2(secretary):
    assert secretary.password.startswith("argon2$argon2id$")


def test_a_wrong_password_does_not_tell_whether_the_account_exists(client, secretary):
    wrong = sign_in(client, password="sai").content.decode()
    unknown = sign_in(client, username="khong-co", password="sai").content.decode()
    for page in (wrong, unknown):
        assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in page


def test_five_wrong_passwords_shut_that_address_out_and_no_other(client, secretary):
    for _ in range(5):
        sign_in(client, password="sai")
    response = sign_in(client)
    assert response.status_code == 429
    assert "15 phút" in response.content.decode()
    assert sign_in(client, address="10.0.0.2").status_code == 302


def test_a_session_ends_after_twelve_idle_hours_and_is_renewed_by_use(client, secretary):
    sign_in(client)
    session = Session.objects.get()
    left = session.expire_date - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    client.get("/")
    before = Session.objects.get().expire_date
    client.get("/")
    assert Session.objects.get().expire_date == before, "a reader is no writer"
    store = client.session
    store["renewed_at"] -= 11 * 60
    store.save()
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    client.get("/")
    assert Session.objects.get().expire_date - timezone.now() > timedelta(hours=11)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").status_code == 302


def test_a_very_long_user_name_is_an_ordinary_mistake(client, db):
    response = sign_in(client, username="a" * 5000)
    assert response.status_code == 200
    assert "150" in response.content.decode()


def test_a_nul_character_in_an_address_breaks_nothing(client, db):
    client.force_login(User.objects.create_superuser("admin", "admin@example.vn", None), backend=BACKEND)
    for address, status in {
        "/organizations/?q=%00": 200,
        "/reports/%00/2022-Q1/summary/": 404,
        "/reports/A/2022%00/summary/": 404,
        "/admin/organizations/organization/?level=%00": 400,
    }.items():
        assert client.get(address).status_code == status, address


def test_pages_of_a_signed_in_person_are_not_kept(client, secretary):
    sign_in(client)
    assert "no-store" in client.get("/").headers["Cache-Control"]


def test_signing_out_needs_a_post(client, secretary):
    sign_in(client)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_a_next_address_elsewhere_is_not_followed(client, secretary):
    response = client.post(
        LOGIN + "?next=https://example.com/",
        {"username": "thu-ky", "password": PASSWORD, "next": "https://example.com/"},
    )
    assert response.url == reverse("home")


def test_the_password_can_be_changed(client, secretary):
    sign_in(client)
    new = "mot-mat-khau-khac"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/accounts/password/", data).status_code == 302
    secretary.refresh_from_db()
    assert secretary.check_password(new)


def test_a_short_password_is_refused_in_vietnamese(client, secretary):
    sign_in(client)
    data = {"old_password": PASSWORD, "new_password1": "ngan", "new_password2": "ngan"}
    page = client.post("/accounts/password/", data).content.decode()
    assert "10 ký tự" in page
    assert "This password" not in page


def test_people_are_listed_by_given_name(db):
    for username, name in (("a", "Trần Văn Bình"), ("b", "Lê Thị Ánh"), ("c", "Nguyễn Đức An")):
        User.objects.create_user(username, full_name=name)
    assert [user.full_name.split()[-1] for user in User.objects.order_by("sort_key")] == ["An", "Ánh", "Bình"]


def test_a_name_changed_by_a_partial_save_is_sorted_anew(secretary):
    before = secretary.sort_key
    secretary.full_name = "Trần Văn Yên"
    secretary.save(update_fields=["full_name"])
    secretary.refresh_from_db()
    assert secretary.sort_key != before


def test_the_first_administrator_is_made_as_the_contract_says(db):
    call_command("createsuperuser", interactive=False, username="admin", email="admin@example.vn", verbosity=0)
    assert User.objects.get(username="admin").is_superuser


def test_signing_in_writes_no_history(client, secretary):
    before = secretary.history.count()
    client.force_login(secretary, backend="django.contrib.auth.backends.ModelBackend")
    secretary.refresh_from_db()
    assert secretary.last_login
    assert secretary.history.count() == before
    secretary.phone = "0212 000 000"
    secretary.save()
    assert secretary.history.count() == before + 1


def test_the_history_of_an_account_holds_no_password(secretary):
    assert "password" not in {field.name for field in User.history.model._meta.fields}
    assert secretary.history.count() == 1


def test_demonstration_accounts_are_shown_only_in_a_demonstration(client, db, settings):
    assert "khuyen-hoc-son-la" not in client.get(LOGIN).content.decode()
    User.objects.create_user("tinh", password="x")
    settings.DEBUG = True
    assert "khuyen-hoc-son-la" in client.get(LOGIN).content.decode()
    settings.DEBUG = False
    assert "khuyen-hoc-son-la" not in client.get(LOGIN).content.decode()
