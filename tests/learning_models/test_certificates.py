"""The file with all certificates of a decision, and the page on which anybody checks one."""

import zipfile
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.throttle import WINDOW
from jobs import kept_files
from jobs.kept_files import path_of
from jobs.models import Job
from jobs.registry import Progress
from jobs.services import claim_job, run_job
from learning_models import certificates
from learning_models.certificates import ask_for_certificates, certificates_job, write_certificates
from learning_models.documents import certificates_of
from learning_models.models import Certificate, RecognitionDecision, read_code, shown_code
from learning_models.models.decisions import CODE_SIGNS, new_code
from learning_models.views.checks import MOST_A_MINUTE
from tests.learning_models.register import add_registration, make_points_set, recognise, review, withdraw

pytestmark = pytest.mark.django_db
SITE = "https://khuyenhoc.example.vn"
# What no page may tell beyond model, name, year, unit and validity.
SECRETS = ("Bản Đồi, số 5", "12/QĐ-UBND", "Chủ tịch", "0001")


@pytest.fixture
def decision(tree, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rows = [add_registration(tree.branch, name=name, address="Bản Đồi, số 5") for name in ("Lò An", "Cà Bình", "Vì Hà")]
    review(*rows)
    recognise(*rows, organization=tree.first)
    return RecognitionDecision.objects.get()


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(certificates, "PART", 2)
    monkeypatch.setattr("learning_models.views.decision_papers.AT_ONCE", 0)


def pages_of(archive):
    return {name: len(PdfReader(BytesIO(archive.read(name))).pages) for name in archive.namelist()}


def test_the_file_holds_every_certificate_in_parts(decision, small_parts):
    progress = Progress()
    result = write_certificates(decision, site=SITE, progress=progress)
    assert (progress.done, progress.total, result["number"]) == (3, 3, 3)
    with zipfile.ZipFile(kept_files.folder() / result["file"]) as archive:
        assert pages_of(archive) == {"giay-chung-nhan-00001-00002.pdf": 2, "giay-chung-nhan-00003-00003.pdf": 1}


def test_the_page_asks_for_the_file_and_hands_it_out(decision, cast, client, small_parts):
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("learning_models:decision_certificates", args=[decision.pk])
    assert "Làm tệp giấy chứng nhận" in client.get(url).content.decode()
    client.post(url)
    client.post(url)
    assert Job.objects.count() == 1
    assert "đang chờ đến lượt" in client.get(url).content.decode()
    run_job(claim_job(), beating=False)
    text = client.get(url).content.decode()
    assert "Tải cả 3 giấy" in text
    assert "<html" not in client.get(url, headers={"HX-Request": "true"}).content.decode()
    file = client.get(reverse("learning_models:decision_certificates_file", args=[decision.pk]))
    with zipfile.ZipFile(BytesIO(file.getvalue())) as archive:
        assert sum(pages_of(archive).values()) == 3


def test_few_certificates_and_single_ones_come_at_once(decision, cast, client):
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    whole = client.get(reverse("learning_models:decision_certificates_file", args=[decision.pk]))
    assert len(PdfReader(BytesIO(whole.content)).pages) == 3
    one = client.get(reverse("learning_models:certificate_pdf", args=[Certificate.objects.first().pk]))
    assert len(PdfReader(BytesIO(one.content)).pages) == 1


def test_a_broken_attempt_leaves_no_file_and_old_files_go(decision, small_parts):
    with (
        patch("learning_models.certificates.certificates_pdf", side_effect=[b"%PDF-", OSError("disk full")]),
        pytest.raises(OSError, match="disk full"),
    ):
        write_certificates(decision, site=SITE, progress=Progress())
    assert list(kept_files.folder().iterdir()) == []
    job = ask_for_certificates(decision=decision, site=SITE, user=None)
    run_job(claim_job(), beating=False)
    assert path_of(certificates_job(decision)).is_file()
    later = timezone.now() + kept_files.KEPT_FOR + timedelta(hours=1)
    with patch("jobs.kept_files.timezone.now", return_value=later):
        assert path_of(certificates_job(decision)) is None
        call_command("remove_made_files", verbosity=0)
    assert list(kept_files.folder().iterdir()) == []
    job.refresh_from_db()
    assert path_of(job) is None


def test_certificates_of_another_version_keep_their_template(decision, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "learning_models.documents.certificates.pdf_from_template",
        lambda path, context, **facts: drawn.append((path.name, len(context["people"]))) or b"%PDF-",
    )
    rows = list(certificates_of(decision))
    rows[1].template = "v2"
    with patch.object(certificates, "certificates_of", return_value=Numbered(rows)):
        write_certificates(decision, site=SITE, progress=Progress())
    assert drawn == [("certificate_v1.typ", 1), ("certificate_v2.typ", 1), ("certificate_v1.typ", 1)]


class Numbered(list):
    """Rows in memory that can be asked like a queryset."""

    def count(self):
        return len(self)

    def filter(self, number__gt):
        return Numbered(row for row in self if row.number > number__gt)


def test_codes_are_of_128_bits_and_read_as_people_copy_them():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {26}
    assert set("".join(codes)) == set(CODE_SIGNS)
    code = "0" + "1ABCDEFGHJKMNPQRSTVWXYZ23"
    assert shown_code(code) == "01AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-23"
    for typed in (shown_code(code), code.lower(), " ".join(code), "oLABCDEFGHJKMNPQRSTVWXYZ23", f" {code}\n"):
        assert read_code(typed.strip()) == code
    for typed in ("", code[:-1], code + "0", "Ư" * 26, "U" * 26, "0" * 5000):
        assert read_code(typed) == ""


def check(client, code):
    return client.get(reverse("certificates:certificate_check", args=[code]))


def test_the_page_confirms_what_it_may_and_nothing_more(decision, client):
    answer = check(client, Certificate.objects.get(number=1).code)
    text = answer.content.decode()
    for words in ("còn giá trị", "Gia đình học tập", "Lò An", "2022", "Chi hội bản Đồi, Hội Khuyến học xã Ánh Dương"):
        assert words in text
    for words in (*SECRETS, "Cà Bình"):
        assert words not in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_withdrawn_and_expired_titles_say_so(tree, decision, client):
    row = Certificate.objects.get(number=1).registration
    withdraw(decision, row, decided_on=decision.decided_on + timedelta(days=30))
    assert "đã bị thu hồi" in check(client, row.certificate.code).content.decode()
    make_points_set(model="clan", validity_months=1)
    clan = add_registration(tree.branch, model="clan", name="Dòng họ Lò")
    type(clan).objects.filter(pk=clan.pk).update(status="reviewed", passed=True, reviewed_on="2022-12-10")
    recognise(clan, number="9/QĐ")
    text = check(client, clan.certificate.code).content.decode()
    assert "đã hết giá trị" in text
    assert "đến hết ngày 19/01/2023" in text


@pytest.mark.parametrize("code", ["0" * 26, "abc", "x" * 3000, "%00", "..%2F", "Ư"])
def test_an_unknown_code_gets_the_same_status_headers_and_page(decision, client, code):
    known, unknown = check(client, Certificate.objects.first().code), check(client, code)
    assert unknown.status_code == known.status_code == 200
    assert "Không có giấy chứng nhận nào mang mã này" in unknown.content.decode()
    assert [each.name for each in unknown.templates] == [each.name for each in known.templates]
    assert {*unknown.headers} == {*known.headers}
    for words in (*SECRETS, "Lò An", "Ánh Dương"):
        assert words not in unknown.content.decode()


def test_an_unknown_code_costs_the_same_queries(decision, client, django_assert_num_queries):
    statements = []
    check(client, "0")  # the first one of a minute clears the minutes before
    for code in (Certificate.objects.last().code, "0" * 26, "abc"):
        with django_assert_num_queries(4) as asked:
            check(client, code)
        statements.append([query["sql"].split(" WHERE ")[0] for query in asked.captured_queries])
    assert statements[0] == statements[1] == statements[2]


def test_a_code_may_be_typed(decision, client):
    certificate = Certificate.objects.first()
    form = reverse("certificates:certificate_form")
    assert client.get(form).status_code == 200
    answer = client.get(form, {"code": shown_code(certificate.code).lower()})
    assert answer.url == reverse("certificates:certificate_check", args=[certificate.code])
    answer = client.get(form, {"code": "K7QF"})
    assert "thiếu hoặc thừa ký tự" in answer.content.decode()
    assert "K7QF" in answer.content.decode()
    assert client.post(form).status_code in (403, 405)


def test_whoever_tries_codes_is_slowed_down(decision, client, settings):
    code = Certificate.objects.first().code
    with patch("accounts.throttle.time.time", return_value=1_000_000.0):
        for _ in range(MOST_A_MINUTE):
            assert check(client, "0" * 26).status_code == 200
        answer = check(client, code)
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= WINDOW
        assert "Lò An" not in answer.content.decode()
        assert check_from(client, code, "203.0.113.9").status_code == 200
    with patch("accounts.throttle.time.time", return_value=1_000_000.0 + WINDOW):
        assert check(client, code).status_code == 200


def check_from(client, code, address, **headers):
    url = reverse("certificates:certificate_check", args=[code])
    return client.get(url, REMOTE_ADDR=address, headers=headers)


@pytest.mark.parametrize(("behind", "answers"), [(True, {200}), (False, {200, 429})])
def test_behind_a_proxy_visitors_are_told_apart_by_what_the_proxy_says(decision, client, settings, behind, answers):
    settings.BEHIND_PROXY = behind
    with patch("accounts.throttle.time.time", return_value=1_000_000.0):
        found = {
            check_from(client, "0", "10.0.0.1", x_forwarded_for=f"1.2.3.4, 203.0.113.{place}").status_code
            for place in range(MOST_A_MINUTE + 1)
        }
    assert found == answers


def test_what_a_visitor_claims_before_the_proxy_is_worth_nothing(decision, client, settings):
    settings.BEHIND_PROXY = True
    with patch("accounts.throttle.time.time", return_value=1_000_000.0):
        found = [
            check_from(client, "0", "10.0.0.1", x_forwarded_for=f"1.2.3.{place}, 203.0.113.7").status_code
            for place in range(MOST_A_MINUTE + 1)
        ]
    assert found[-1] == 429
