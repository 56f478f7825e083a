"""What goes out as a spreadsheet comes back and changes nothing, whatever people have typed."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning_models.exports import RegistrationExport
from learning_models.models import LearningModel, Rank, RegistrationCount, UnitKind
from spreadsheets.exporting import write_export
from spreadsheets.models import ExportLog
from spreadsheets.services import check_spreadsheet
from tests.learning_models.register import add_registration, recognise, review

pytestmark = pytest.mark.django_db
LETTERS = st.characters(whitelist_categories=("Lu", "Ll", "Nd", "Po", "Zs"), max_codepoint=0x1EF9)
TEXTS = st.text(LETTERS, min_size=1, max_size=20).map(lambda text: " ".join(text.split()))
NAMES = st.one_of(
    TEXTS.map(lambda text: f"Lò {text}".strip()),
    st.sampled_from(
        ["'Nháy Lò", "=cmd|' /C calc'!A0", "Lò  Hai Cách", "Lo\u0300 Ghép", "Lò “Bé”, 'Ba'", "Lò 😀", "Lò An", "LÒ AN"]
    ),
)
RANKS = st.tuples(st.sampled_from(["", *UnitKind]), st.sampled_from(["", *Rank]))
ROWS = st.fixed_dictionaries(
    {
        "model": st.sampled_from(LearningModel.values),
        "year": st.sampled_from([2020, 2021, 2022]),
        "name": NAMES,
        "code": st.one_of(st.just(""), st.sampled_from(["007", "1E5", "H-1", "-5", "2022"])),
        "address": st.one_of(st.just(""), TEXTS),
        "people": st.one_of(st.none(), st.integers(0, 32_767)),
    }
)


def sent_back(user, ending, **choices):
    """What the file of the export would do."""
    file = io.BytesIO()
    rows = write_export(RegistrationExport(user=user, choices=choices), file, file_format=ending)
    file.seek(0)
    checked = check_spreadsheet(kind="registrations", file=file, name=f"a.{ending}", user=user)
    assert checked.counts == {"rows": rows, "new": 0, "changed": 0, "unchanged": rows, "refused": 0, "warnings": 0}, [
        *checked.errors(),
        *checked.sample("changed", 5),
    ]
    return rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, min_size=1, max_size=5),
    unit=st.tuples(st.sampled_from(["", *UnitKind]), st.sampled_from(["", *Rank])),
)
def test_export_then_import_changes_nothing(cast, rows, unit):
    with transaction.atomic():
        made = 0
        for facts in rows:
            more = dict(zip(("unit_kind", "rank"), unit, strict=True)) if facts["model"] == "unit" else {}
            try:
                with transaction.atomic():
                    add_registration(cast.first, **facts, **more)
            except ValidationError:
                continue  # the same registrant twice
            made += 1
        for ending in ExportLog.Format:
            assert sent_back(cast.manager, ending) == made
        transaction.set_rollback(True)


@pytest.mark.parametrize("ending", ExportLog.Format)
def test_every_step_of_the_year_and_numbers_come_back(cast, ending):
    rows = [add_registration(cast.first, "clan", name=f"Họ {name}") for name in ("Lò", "Cà", "Bạc")]
    review(rows[0], rows[1])
    review(rows[2], passed=False, reason="Thiếu")
    recognise(rows[0])
    gone = add_registration(cast.second, name="Lò Văn Ân", year=2021)
    gone.registrant.organization = cast.first
    gone.registrant.save()
    for day in (1, 2):
        RegistrationCount.objects.create(
            organization=cast.first, model="clan", year=2022, registered_on=date(2022, 1, day), count=day
        )
    RegistrationCount.objects.create(
        organization=cast.second,
        model="clan",
        year=2022,
        registered_on=date(2022, 1, 1),
        count=0,
        status="recognised",
        recognised_on=date(2022, 12, 20),
        decision_number="1/QĐ",
    )
    assert sent_back(cast.manager, ending) == 7
    assert sent_back(cast.manager, ending, year=2022, model="clan") == 6
    assert sent_back(cast.secretary, ending, year=2022) == 5
    assert sent_back(cast.manager, ending, model="family") == 1
