"""Papers with long lists: asked for, made by a job, and fetched as long as the register says the same."""

from datetime import date
from io import BytesIO

import docx
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pypdf import PdfReader

from jobs import kept_files
from jobs.models import Job
from jobs.registry import Progress
from jobs.services import claim_job, run_job
from learning_models.decisions import list_registrations, open_decision, unlist_registrations
from learning_models.documents import proposal
from learning_models.models import RecognitionDecision, Registration
from learning_models.paper_files import about, decision_source, minutes_source, paper_of, write_paper
from learning_models.year_places import YearPlace
from tests.learning_models.register import add_meeting, add_registration, review

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def long_lists(monkeypatch, settings, tmp_path):
    """Any list is long."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("learning_models.views.papers.AT_ONCE", 0)


@pytest.fixture
def decision(cast, long_lists):
    rows = [add_registration(cast.branch, name=name) for name in ("Lò An", "Cà Bình")]
    review(*rows)
    opened = open_decision(organization=cast.first, model="family", year=2022, user=None)
    reach = Registration.objects.all()
    list_registrations(decision=opened, keys=[row.pk for row in rows], reach=reach, user=None)
    return RecognitionDecision.objects.get(pk=opened.pk)


def addresses(decision, paper, ending):
    arguments = [decision.pk, paper, ending]
    return [reverse(f"learning_models:{name}", args=arguments) for name in ("decision_paper", "decision_paper_page")]


def text_of(answer):
    return answer.content.decode()


def test_a_long_paper_is_asked_for_made_and_fetched(decision, cast, client):
    client.force_login(cast.viewer, backend=BACKEND)
    file, page = addresses(decision, "proposal", "pdf")
    assert client.get(file).url == page
    assert "Danh sách có 2 hộ" in text_of(client.get(page))
    client.post(page)
    client.post(page)
    assert Job.objects.count() == 1
    assert "đang chờ đến lượt" in text_of(client.get(page))
    assert "<html" not in text_of(client.get(page, headers={"HX-Request": "true"}))
    job = run_job(claim_job(), beating=False)
    assert (job.done, job.total, job.result["number"]) == (2, 2, 2)
    assert "Tải tờ trình (PDF)" in text_of(client.get(page))
    pdf = PdfReader(BytesIO(client.get(file).getvalue()))
    assert "Cà Bình" in pdf.pages[-1].extract_text()


def test_the_file_of_a_list_that_has_changed_is_not_handed_out(decision, cast, client):
    client.force_login(cast.viewer, backend=BACKEND)
    file, page = addresses(decision, "decision", "docx")
    client.post(page)
    run_job(claim_job(), beating=False)
    assert docx.Document(BytesIO(client.get(file).getvalue())).tables
    unlist_registrations(decision=decision, keys=[decision.registrations.first().pk], user=None)
    assert client.get(file).url == page
    assert "Làm tệp quyết định (DOCX)" in text_of(client.get(page))


def test_a_job_does_not_write_another_list_than_was_asked_for(decision):
    source = decision_source(decision, "proposal")
    asked = about(source, "pdf", proposal(decision))
    unlist_registrations(decision=decision, keys=[decision.registrations.first().pk], user=None)
    with pytest.raises(ValidationError, match="đã thay đổi"):
        write_paper(asked, progress=Progress())
    assert not kept_files.folder().exists()


def test_a_short_paper_needs_no_job(decision, cast, client, monkeypatch):
    monkeypatch.setattr("learning_models.views.papers.AT_ONCE", 2)
    client.force_login(cast.viewer, backend=BACKEND)
    file, _ = addresses(decision, "proposal", "pdf")
    assert client.get(file).content.startswith(b"%PDF-")


@pytest.mark.parametrize("wrong", [("letter", "pdf"), ("proposal", "xlsx")])
def test_an_unknown_paper_or_format_is_not_found(decision, cast, client, wrong):
    client.force_login(cast.viewer, backend=BACKEND)
    for url in addresses(decision, *wrong):
        assert client.get(url).status_code == 404


def test_long_minutes_are_made_as_well(cast, client, long_lists):
    rows = [add_registration(cast.first, name=name) for name in ("Lò An", "Cà Bình")]
    review(*rows)
    arguments = [cast.first.code, "family", 2022, "docx"]
    file = reverse("learning_models:meeting_minutes", args=arguments)
    page = reverse("learning_models:meeting_minutes_page", args=arguments)
    client.force_login(cast.viewer, backend=BACKEND)
    assert {client.get(url).status_code for url in (file, page)} == {404}
    add_meeting(cast.first)
    assert client.get(file).url == page
    client.post(page)
    run_job(claim_job(), beating=False)
    assert "Tải biên bản (DOCX)" in text_of(client.get(page))
    table = docx.Document(BytesIO(client.get(file).getvalue())).tables[-1]
    assert {row.cells[1].text for row in table.rows[1:]} == {"Lò An", "Cà Bình"}


def test_a_source_whose_rows_are_gone_names_no_paper(cast):
    place = YearPlace(cast.first, "family", 2022)
    assert paper_of(minutes_source(place)) is None
    meeting = add_meeting(cast.first, held_on=date(2022, 12, 1))
    assert paper_of(minutes_source(place)).document_type == "BIÊN BẢN"
    meeting.delete()
    assert paper_of(minutes_source(place)) is None
    assert paper_of({"decision": 0, "paper": "proposal"}) is None
