"""Rolling last year forward in the browser: ticked, shown, confirmed once."""

import pytest
from django.urls import reverse

from learning_models.models import Registrant, Registration
from tests.learning_models.register import add_registration

UNITS = f"{reverse('learning_models:roll_forward')}?unit=A.D.1&model=family&year=2023"
UNIT = f"{reverse('learning_models:roll_forward_unit')}?unit=A.D.1.1&model=family&year=2023"


@pytest.fixture
def families(cast):
    rows = [add_registration(cast.branch, name=f"Hộ {letter}") for letter in "ABCD"]
    add_registration(cast.first, name="Hộ trực thuộc")
    return [row.registrant for row in rows]


def sent(families, **data):
    shown = [row.pk for row in families]
    return {"shown": shown, "registered_on": "10/01/2023", "gone_on": "31/12/2022"} | data


def rolled():
    return set(Registration.objects.filter(year=2023).values_list("registrant__name", flat=True))


def test_a_commune_sees_numbers_by_unit_and_rolls_what_is_ticked(visit, families):
    page = visit(UNITS)
    assert [(row.unit.code, row.open, row.registered) for row in page.context["rows"]] == [
        ("A.D.1", 1, 0),
        ("A.D.1.1", 4, 0),
    ]
    ticked = {"roll": ["A.D.1.1"], "registered_on": "10/01/2023"}
    summary = visit(UNITS, **ticked).content.decode()
    assert "4 hộ sẽ được đăng ký lại cho năm 2023" in summary
    assert not rolled()
    assert visit(UNITS, **ticked, confirm="1").status_code == 302
    assert rolled() == {"Hộ A", "Hộ B", "Hộ C", "Hộ D"}
    page = visit(visit(UNITS, **ticked, confirm="1").url).content.decode()
    assert "việc này đã làm từ trước" in page
    assert len(rolled()) == 4


def test_nothing_ticked_is_said(visit, families):
    assert "Chưa chọn đơn vị nào" in visit(UNITS, registered_on="10/01/2023").content.decode()


def test_a_unit_without_units_below_leads_to_its_list(visit, families):
    address = UNITS.replace("A.D.1&", "A.D.1.1&")
    assert visit(address).url == UNIT


def test_exceptions_are_ticked_shown_and_kept_out(visit, families):
    page = visit(UNIT)
    assert [row.name for row in page.context["page_obj"]] == ["Hộ A", "Hộ B", "Hộ C", "Hộ D"]
    ticks = sent(families, skip=[families[0].pk], gone=[families[1].pk])
    summary = visit(UNIT, **ticks).content.decode()
    assert "2 hộ được đăng ký lại" in summary
    assert "để lại, năm nay không đăng ký: Hộ A" in summary
    assert "đến hết ngày 31/12/2022: Hộ B" in summary
    assert not rolled()
    again = visit(UNIT, **ticks, again="1")
    assert again.content.decode().count("checked") == 2
    done = visit(UNIT, **ticks, confirm="1")
    assert rolled() == {"Hộ C", "Hộ D"}
    assert Registrant.objects.get(name="Hộ B").to_date.isoformat() == "2022-12-31"
    words = visit(done.url).content.decode()
    assert "Đã đăng ký lại 2 hộ, ghi 1 hộ đã rời đi." in words
    visit(UNIT, **ticks, confirm="1")
    assert len(rolled()) == 2


def test_the_summary_asks_why_and_what_was_said_is_kept(visit, families):
    ticks = sent(families, skip=[families[0].pk], gone=[families[1].pk])
    why = f"w{families[1].pk}"
    summary = visit(UNIT, **ticks)
    assert [field.name for field in summary.context["gone_whys"]] == [why]
    assert "Hộ B: vì sao" in summary.content.decode()
    again = visit(UNIT, **ticks, **{why: "Chuyển đi nơi khác"}, again="1")
    assert f'name="{why}" value="Chuyển đi nơi khác"' in again.content.decode()
    long = visit(UNIT, **ticks, **{why: "x" * 71}, confirm="1")
    assert why in long.context["form"].errors
    assert not rolled()
    visit(UNIT, **ticks, **{why: "Chuyển đi nơi khác"}, confirm="1")
    page = visit(reverse("learning_models:registrant_detail", args=[families[1].pk])).content.decode()
    assert "Đã rời đi: Chuyển đi nơi khác" in page


def test_the_last_day_offered_is_the_last_of_the_year_before(visit, families):
    assert visit(UNIT).context["form"]["gone_on"].value() == "31/12/2022"


def test_a_missing_last_day_is_said_and_the_ticks_stay(visit, families):
    page = visit(UNIT, **sent(families, gone=[families[1].pk], gone_on=""))
    assert "gone_on" in page.context["form"].errors
    assert page.content.decode().count("checked") == 1


def test_a_long_list_goes_on_with_the_next_page(visit, families, monkeypatch):
    monkeypatch.setattr("learning_models.views.rolling.ROWS", 3)
    page = visit(UNIT)
    following = page.context["following"]
    assert following
    done = visit(UNIT, **sent(families[:3], skip=[families[0].pk], following=following, confirm="1"))
    page = visit(done.url)
    assert [row.name for row in page.context["page_obj"]] == ["Hộ D"]
    assert rolled() == {"Hộ B", "Hộ C"}


def test_keys_of_others_are_not_taken(visit, cast, families):
    stranger = add_registration(cast.second, name="Hộ xã khác").registrant
    visit(UNIT, **sent([stranger], gone=[stranger.pk]), confirm="1")
    stranger.refresh_from_db()
    assert stranger.to_date is None
    assert not rolled()
    assert visit(UNIT.replace("A.D.1.1", "A.D.2"), **sent([stranger], confirm="1")).status_code == 404


def test_a_wide_unit_leads_down(visit, families, monkeypatch):
    monkeypatch.setattr("learning_models.views.rolling.MOST_UNITS", 1)
    page = visit(UNITS)
    assert [unit.code for unit in page.context["narrower"]] == ["A.D.1.1"]


def test_the_last_day_of_those_who_left_is_that_of_last_year_and_is_checked_before_the_summary(visit, families):
    assert visit(UNIT).context["form"].initial["gone_on"] == "31/12/2022"
    ticks = sent(families, gone=[families[1].pk], gone_on="01/01/2022")
    registered = families[1].registrations.get().registered_on
    page = visit(UNIT, **ticks).content.decode()
    assert f"đăng ký ngày {registered:%d/%m/%Y}, sau ngày này. Hãy ghi ngày cuối cùng còn ở đây" in page
    assert "được đăng ký lại</strong>" not in page
