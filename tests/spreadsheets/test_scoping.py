"""Who takes home what of an uploaded file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from organizations.models import Role
from spreadsheets.services import upload_spreadsheet
from tests.conftest import appoint

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def batch(cast):
    """A file of the manager's for A.D.1, of which every row is refused."""
    file = SimpleUploadedFile("ds.csv", "organization_code,full_name,id_number\nX,Lò Văn Ân,014060001234\n".encode())
    return upload_spreadsheet(kind="members", file=file, name="ds.csv", user=cast.manager, organization=cast.first)


def test_refused_rows_with_id_numbers_go_to_their_sender_and_to_whoever_may_see_the_numbers(client, cast, batch):
    chief = appoint("chief", cast.first, Role.MANAGER)
    url = reverse("spreadsheets:batch_refused", args=[batch.pk])
    for person, status in ((cast.manager, 200), (chief, 200), (cast.administrator, 200), (cast.secretary, 404)):
        client.force_login(person, backend=BACKEND)
        page = client.get(batch.get_absolute_url()).content.decode()
        assert "014060001234" not in page
        assert (url in page) == (status == 200), person
        assert client.get(url).status_code == status, person


def test_refused_rows_that_have_vanished_are_told(client, cast, batch):
    client.force_login(cast.manager, backend=BACKEND)
    batch.refused_file.storage.delete(batch.refused_file.name)
    page = client.get(reverse("spreadsheets:batch_refused", args=[batch.pk]), follow=True)
    assert "không còn nguyên vẹn" in page.content.decode()
