"""Read tokens: shown once, kept as a digest, one subtree, JSON only, until revoked."""

import json
from datetime import date, timedelta
from hashlib import sha256
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations.models import Appointment
from organizations.tree import move_organization
from reports.models import ReadToken
from reports.tokens import issue_token, revoke_token

LIST, CREATE = "/reports/tokens/", "/reports/tokens/create/"
JSON = "/reports/{}/2022-Q1/summary.json"


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def issued(cast, opened):
    """A token of the district A.D and its secret."""
    return issue_token(organization=cast.east, label="Cổng thông tin", user=cast.district_manager)


def read(client, secret, code="A.D", method="get", scheme="Bearer"):
    return getattr(client, method)(JSON.format(code), headers={"authorization": f"{scheme} {secret}"})


def words(response):
    return " ".join(unescape(response.content.decode()).split())


# Issuing.


def test_the_secret_is_shown_once_and_only_its_digest_is_kept(as_, cast):
    client = as_("manager")
    answer = client.post(CREATE, {"code": "a.d", "label": "Cổng thông tin", "expires_on": ""})
    secret = answer.context["secret"]
    assert secret.startswith("kh_")
    assert len(secret) >= 3 + 43
    assert secret in words(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    token = ReadToken.objects.get()
    assert token.digest == sha256(secret.encode()).hexdigest()
    assert (token.organization, token.created_by, token.expires_on) == (cast.east, cast.manager, None)
    assert secret not in words(client.get(LIST))
    assert secret not in str(list(ReadToken.objects.values())) + str(list(ReadToken.history.values()))
    assert not hasattr(token.history.first(), "digest")


def test_two_tokens_are_never_alike(cast):
    secrets = {issue_token(organization=cast.east, label="x", user=None)[1] for _ in range(20)}
    assert len(secrets) == 20


@pytest.mark.parametrize("code", ["A", "A.T", "B", "KHONG", ""])
def test_a_manager_issues_for_their_own_units_only(as_, cast, code):
    answer = as_("district_manager").post(CREATE, {"code": code, "label": "x"})
    assert "field-invalid" in words(answer)
    assert not ReadToken.objects.exists()


def test_a_last_day_that_has_passed_is_refused(as_, cast):
    answer = as_("manager").post(CREATE, {"code": "A", "label": "x", "expires_on": "01/01/2020"})
    assert "Ngày này đã qua" in words(answer)
    assert not ReadToken.objects.exists()


# Reading.


def test_a_token_reads_its_subtree_without_a_session(client, issued):
    _, secret = issued
    for code in ("A.D", "A.D.1", "A.D.2"):
        answer = read(client, secret, code)
        assert (answer.status_code, answer.json()["organization"]["code"]) == (200, code)
        assert not answer.cookies


@pytest.mark.parametrize("code", ["A", "A.T", "A.T.1", "A.CA", "B", "KHONG"])
def test_anything_else_is_404_in_json(client, issued, code):
    answer = read(client, issued[1], code)
    assert answer.status_code == 404
    assert "Không có số liệu này" in answer.json()["error"]


def test_another_quarter_is_404_in_json(client, issued):
    for period in ("2021-Q1", "abc", "2022-Q9"):
        answer = client.get(f"/reports/A.D/{period}/summary.json", headers={"authorization": f"Bearer {issued[1]}"})
        assert (answer.status_code, list(answer.json())) == (404, ["error"])


@pytest.mark.parametrize("wrong", ["", "kh_sai", "kh_", "é", "x" * 5000, "kh_a b"])
def test_a_wrong_token_is_401_in_json(client, issued, wrong):
    answer = read(client, wrong)
    assert answer.status_code == 401
    assert "Khoá đọc số liệu không đúng" in answer.json()["error"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert b"\\u" not in answer.content


def test_the_digest_is_no_key(client, issued):
    assert read(client, issued[0].digest).status_code == 401


def test_an_expired_token_is_401_from_the_day_after(client, issued):
    token, secret = issued
    today = timezone.localdate()
    for last, status in ((today, 200), (today - timedelta(days=1), 401)):
        ReadToken.objects.filter(pk=token.pk).update(expires_on=last)
        assert read(client, secret).status_code == status


def test_a_revoked_token_is_401_at_once(client, issued):
    revoke_token(token=issued[0], user=None)
    assert read(client, issued[1]).status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "head"])
def test_nothing_but_get(client, issued, method):
    assert read(client, issued[1], method=method).status_code == 405


def test_a_token_counts_alone_whoever_is_signed_in(as_, cast, issued):
    client = as_("manager")
    assert client.get(JSON.format("A.T")).status_code == 200
    assert read(client, issued[1], "A.T").status_code == 404
    assert read(client, "kh_sai", "A.T").status_code == 401


def test_another_scheme_is_no_token(client, issued):
    assert read(client, issued[1], scheme="Basic").status_code == 302
    assert read(client, issued[1], scheme="bearer").status_code == 200


def test_the_session_still_reads_as_before(as_, cast, opened):
    client = as_("district_viewer")
    assert json.loads(client.get(JSON.format("A.D")).content)["period"] == "2022-Q1"
    assert client.get(JSON.format("A")).status_code == 404
    assert as_("nobody").get(JSON.format("A.D")).status_code == 403


def test_a_token_belongs_to_the_unit_and_not_to_who_issued_it(client, cast, issued):
    Appointment.objects.filter(user=cast.district_manager).delete()
    cast.district_manager.is_active = False
    cast.district_manager.save()
    assert read(client, issued[1]).status_code == 200


def test_a_token_follows_the_tree_of_today(client, cast, issued):
    move_organization(organization=cast.second, parent=cast.west, on=date(2025, 7, 1), user=None, reason="QĐ")
    assert read(client, issued[1], "A.D.2").status_code == 404


# The last use.


def test_the_last_use_is_written_once_a_day(client, issued):
    token, secret = issued
    today = timezone.localdate()

    def writes():
        with CaptureQueriesContext(connection) as captured:
            read(client, secret)
        return sum(query["sql"].startswith("UPDATE") for query in captured)

    assert (writes(), writes()) == (1, 0)
    token.refresh_from_db()
    assert token.last_used_on == today
    ReadToken.objects.filter(pk=token.pk).update(last_used_on=today - timedelta(days=1))
    assert writes() == 1
    assert token.history.count() == 1


def test_a_refused_token_is_not_marked_as_used(client, issued):
    revoke_token(token=issued[0], user=None)
    read(client, issued[1])
    assert ReadToken.objects.get().last_used_on is None


# The list, and revoking.


def test_the_list_shows_the_tokens_of_ones_own_units(as_, cast, issued):
    issue_token(organization=cast.province, label="Của tỉnh", user=None)
    assert [token.label for token in as_("manager").get(LIST).context["object_list"]] == ["Của tỉnh", "Cổng thông tin"]
    assert [token.label for token in as_("district_manager").get(LIST).context["object_list"]] == ["Cổng thông tin"]
    assert not as_("stranger").get(LIST).context["object_list"]


def test_revoking_asks_first_and_is_for_managers_above(as_, cast, issued):
    token, _ = issued
    address = f"{LIST}{token.pk}/revoke/"
    assert as_("stranger").post(address).status_code == 404
    assert as_("secretary").post(address).status_code == 403
    assert "không dùng lại được" in words(as_("manager").get(address))
    token.refresh_from_db()
    assert token.is_usable
    assert "Đã thu hồi" in words(as_("manager").post(address, follow=True))
    token.refresh_from_db()
    assert not token.is_usable
    assert token.history.first().history_user == cast.manager
    assert as_("manager").post(address).status_code == 404


def test_eleven_tokens_ask_no_more_than_one(as_, cast, issued):
    client = as_("manager")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    queries()
    one = queries()
    for unit in (cast.first, cast.second, cast.third, cast.west, cast.police) * 2:
        issue_token(organization=unit, label="x", user=cast.administrator)
    assert queries() == one
