"""Entering self-assessments: by criterion, by sum, by ticks, without a set; two people at once; the papers."""

import re
from datetime import date

import pytest
from django.urls import reverse

from learning_models.models import Area, AreaOfUnit, Assessment, CriteriaSet, Criterion, PassMark, Registration, Status
from tests.learning_models.register import add_registration, make_points_set, review
from tests.opened_pdf import open_pdf, page_texts

pytestmark = pytest.mark.django_db
DAY = "01/12/2022"


def url(name="assessment_grid", unit="A.D.1.1", model="family", year=2022, **query):
    return reverse(f"learning_models:{name}", args=[unit, model, year], query=query or None)


@pytest.fixture
def secretary(client, cast):
    client.force_login(cast.secretary)
    return client


def fresh(row):
    return Registration.objects.get(pk=row.pk)


def inputs_of(response) -> dict:
    """What a browser would send of the page's form without touching anything."""
    form = response.context["form"]
    data = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if isinstance(value, bool):
            data |= {name: "on"} if value else {}
        else:
            data[name] = "" if value is None else str(value)
    data |= dict(re.findall(r'name="(v\d+)"\s+value="([^"]+)"', response.content.decode()))
    open_lines = {line.line.key for line in form.lines if line.is_open}
    assert {int(name[1:]) for name in data if name[0] == "v"} == open_lines
    return data


def cell(row, criterion):
    return f"c{row.pk}-{criterion.pk}"


def test_a_branch_is_entered_criterion_by_criterion(secretary, cast):
    made = make_points_set(most=(60, 40), pass_mark=60)
    first, second = made.criteria.all()
    good, bad, later = (add_registration(cast.branch, name=f"Lò Văn {name}") for name in ("An", "Bình", "Cường"))
    page = secretary.get(url())
    assert "Đạt từ 60/100 điểm" in page.content.decode()
    data = inputs_of(page) | {"on": DAY}
    data |= {cell(good, first): "60", cell(good, second): "0", cell(bad, first): "10", cell(bad, second): "20"}
    response = secretary.post(url(), data, follow=True)
    assert "Đã lưu 2 hộ" in response.content.decode()
    assert (fresh(good).score, fresh(good).passed, fresh(good).assessed_on) == (60, True, date(2022, 12, 1))
    assert (fresh(bad).score, fresh(bad).passed) == (30, False)
    assert fresh(later).status == Status.REGISTERED
    assert Assessment.objects.get(registration=good).answers == {"1": 60, "2": 0}
    assert good.history.first().history_user == cast.secretary


def test_an_error_stands_beside_its_cell_and_nothing_typed_is_lost(secretary, cast):
    made = make_points_set(most=(60, 40))
    first, second = made.criteria.all()
    row, other = add_registration(cast.branch, name="Lò Văn An"), add_registration(cast.branch, name="Lò Văn Bình")
    data = inputs_of(secretary.get(url())) | {"on": DAY, cell(row, first): "61", cell(row, second): "7"}
    data |= {cell(other, first): "55"}
    response = secretary.post(url(), data)
    form = response.context["form"]
    assert list(form.errors) == [cell(row, first), cell(other, second)]
    assert "Không có điểm thì ghi 0" in form.errors[cell(other, second)][0]
    content = response.content.decode()
    assert 'value="61"' in content
    assert 'value="55"' in content
    assert f'href="#id_{cell(row, first)}"' in content
    assert not Assessment.objects.exists()


def test_only_the_sum_may_be_entered_but_not_over_a_sheet(secretary, cast):
    first, second = make_points_set(most=(60, 40)).criteria.all()
    by_sum, by_sheet = add_registration(cast.branch), add_registration(cast.branch)
    data = inputs_of(secretary.get(url())) | {"on": DAY, cell(by_sheet, first): "50", cell(by_sheet, second): "10"}
    secretary.post(url(), data)
    page = secretary.get(url(by="sum"))
    assert f"s{by_sheet.pk}" not in page.content.decode()
    secretary.post(url(by="sum"), inputs_of(page) | {"on": DAY, f"s{by_sum.pk}": "77"})
    assert (fresh(by_sum).score, fresh(by_sheet).score) == (77, 60)
    assert Assessment.objects.get(registration=by_sheet).answers == {"1": 50, "2": 10}


def test_a_check_list_is_ticked_and_none_met_can_be_said(secretary, cast):
    made = CriteriaSet.objects.create(
        model="community", name="Bộ", act="–", kind="checklist", valid_from=date(2021, 1, 1)
    )
    one, two = (
        Criterion.objects.create(criteria_set=made, number=str(level), position=level, text="–", level=level)
        for level in (1, 2)
    )
    met, none, untouched = (add_registration(cast.branch, "community") for _ in range(3))
    data = inputs_of(secretary.get(url(model="community"))) | {"on": DAY}
    data |= {cell(met, one): "on", cell(met, two): "on", f"d{none.pk}": "on"}
    secretary.post(url(model="community"), data)
    assert (fresh(met).level, fresh(none).level, fresh(none).passed) == (2, 0, False)
    assert fresh(untouched).status == Status.REGISTERED


def test_without_a_set_one_tick_passes_all_who_are_left(secretary, cast):
    rows = [add_registration(cast.branch, "clan") for _ in range(3)]
    data = inputs_of(secretary.get(url(model="clan"))) | {"on": DAY, f"s{rows[0].pk}": "0", "everybody": "on"}
    secretary.post(url(model="clan"), data)
    assert [fresh(row).passed for row in rows] == [False, True, True]


def test_what_was_reviewed_is_shown_and_not_entered(secretary, cast):
    row = add_registration(cast.branch, "clan", name="Họ Lò")
    review(row)
    page = secretary.get(url(model="clan"))
    assert "đã bình xét" in page.content.decode()
    assert f"s{row.pk}" not in page.content.decode()
    secretary.post(url(model="clan"), {"on": DAY, f"v{row.pk}": "x", f"s{row.pk}": "0"})
    assert (fresh(row).status, fresh(row).passed) == (Status.REVIEWED, True)


def test_the_second_to_save_is_told_and_keeps_what_was_typed(secretary, cast):
    row, quiet = add_registration(cast.branch, "clan", name="Họ Lò"), add_registration(cast.branch, "clan")
    mine = theirs = inputs_of(secretary.get(url(model="clan"))) | {"on": DAY}
    secretary.post(url(model="clan"), theirs | {f"s{row.pk}": "1"})
    response = secretary.post(url(model="clan"), mine | {f"s{row.pk}": "0", f"s{quiet.pk}": "1"})
    content = response.content.decode()
    assert "Họ Lò: người khác vừa lưu “đạt”" in content
    assert (fresh(row).passed, fresh(quiet).status) == (True, Status.REGISTERED)
    again = mine | dict(re.findall(r'name="(v\d+)"\s+value="([^"]+)"', content))
    assert response.context["form"][f"s{row.pk}"].value() == "0"
    secretary.post(url(model="clan"), again | {f"s{row.pk}": "0", f"s{quiet.pk}": "1"})
    assert (fresh(row).passed, fresh(quiet).passed) == (False, True)


def test_two_people_who_touch_different_rows_do_not_disturb_each_other(secretary, cast):
    one, two = add_registration(cast.branch, "clan"), add_registration(cast.branch, "clan")
    shown = inputs_of(secretary.get(url(model="clan"))) | {"on": DAY}
    assert secretary.post(url(model="clan"), shown | {f"s{one.pk}": "1"}).status_code == 302
    assert secretary.post(url(model="clan"), shown | {f"s{two.pk}": "0"}).status_code == 302
    assert (fresh(one).passed, fresh(two).passed) == (True, False)


def test_an_error_elsewhere_does_not_hide_that_somebody_saved(secretary, cast):
    made = make_points_set(most=(100,))
    (only,) = made.criteria.all()
    row, wrong = add_registration(cast.branch, name="Lò Văn An"), add_registration(cast.branch)
    shown = inputs_of(secretary.get(url())) | {"on": DAY}
    secretary.post(url(), shown | {cell(row, only): "90"})
    response = secretary.post(url(), shown | {cell(row, only): "10", cell(wrong, only): "500"})
    assert "người khác vừa lưu “90 điểm, đạt”" in response.content.decode()
    assert fresh(row).score == 90


def test_a_row_reviewed_meanwhile_shows_what_was_typed_for_it(secretary, cast):
    row = add_registration(cast.branch, "clan", name="Họ Lò")
    shown = inputs_of(secretary.get(url(model="clan"))) | {"on": DAY}
    review(row)
    response = secretary.post(url(model="clan"), shown | {f"s{row.pk}": "0"})
    assert "Ông/bà đã nhập: 0" in response.content.decode()
    assert (fresh(row).status, fresh(row).passed) == (Status.REVIEWED, True)


def test_a_registration_cancelled_meanwhile_is_told(secretary, cast):
    gone, stays = add_registration(cast.branch, "clan"), add_registration(cast.branch, "clan")
    shown = inputs_of(secretary.get(url(model="clan"))) | {"on": DAY}
    gone.delete()
    response = secretary.post(url(model="clan"), shown | {f"s{stays.pk}": "1"})
    assert "1 hộ không còn" in response.content.decode() or "1 dòng họ không còn" in response.content.decode()
    assert response.context["form"][f"s{stays.pk}"].value() == "1"


def test_another_units_rows_cannot_be_sent_into_the_grid(secretary, cast):
    mine, foreign = add_registration(cast.branch, "clan"), add_registration(cast.foreign, "clan")
    data = inputs_of(secretary.get(url(model="clan"))) | {"on": DAY, f"v{foreign.pk}": "registered.x"}
    secretary.post(url(model="clan"), data | {f"s{foreign.pk}": "1", f"s{mine.pk}": "1"})
    assert fresh(foreign).status == Status.REGISTERED


def test_a_day_of_another_set_is_refused_and_leads_there(secretary, cast):
    old = make_points_set(most=(100,), valid_to=date(2022, 11, 30))
    CriteriaSet.objects.create(
        model="family", name="Mới", act="–", kind="points", pass_mark=1, valid_from=date(2022, 12, 1)
    )
    row = add_registration(cast.branch)
    page = secretary.get(url(day="2022-11-15"))
    data = inputs_of(page) | {cell(row, old.criteria.get()): "70", "on": DAY}
    response = secretary.post(url(day="2022-11-15"), data)
    assert "theo bộ tiêu chí khác" in response.content.decode()
    assert 'href="?day=2022-12-01"' in response.content.decode()
    secretary.post(url(day="2022-11-15"), data | {"on": "30/11/2022"})
    assert fresh(row).criteria_set == old


def test_the_area_of_the_unit_decides_and_is_shown(secretary, cast):
    made = make_points_set(most=(100,), pass_mark=80)
    PassMark.objects.create(criteria_set=made, area=Area.HARDSHIP, points=50)
    AreaOfUnit.objects.create(organization=cast.east, area=Area.HARDSHIP)
    row = add_registration(cast.branch)
    page = secretary.get(url())
    content = " ".join(page.content.decode().split())
    assert "Đạt từ 50/100 điểm" in content
    assert "đặc biệt khó khăn (theo Hội Khuyến học huyện Đông Sơn)" in content
    secretary.post(url(), inputs_of(page) | {"on": DAY, cell(row, made.criteria.get()): "50"})
    assert fresh(row).passed


def test_a_long_branch_has_pages_and_saves_on_the_way(secretary, cast):
    rows = [add_registration(cast.branch, "clan", name=f"Họ {number:03d}") for number in range(53)]
    page = secretary.get(url(model="clan"))
    assert len(page.context["form"].lines) == 50
    data = inputs_of(page) | {"on": DAY, f"s{rows[0].pk}": "1", "next": ""}
    response = secretary.post(url(model="clan"), data, follow=True)
    assert [line.line.key for line in response.context["form"].lines] == [row.pk for row in rows[50:]]
    assert fresh(rows[0]).passed


def test_the_number_of_queries_does_not_grow(secretary, cast, django_assert_max_num_queries):
    make_points_set()
    add_registration(cast.branch)
    secretary.get(url())  # what the frame remembers from then on
    with django_assert_max_num_queries(40) as one:
        secretary.get(url())
    for _ in range(10):
        add_registration(cast.branch)
    with django_assert_max_num_queries(40) as many:
        secretary.get(url())
    assert len(many) == len(one)


def test_one_registrant_is_entered_with_the_criteria_in_full(secretary, cast):
    made = make_points_set(most=(60, 40))
    first, second = made.criteria.all()
    row, following = add_registration(cast.branch, name="Lò Văn An"), add_registration(cast.branch, name="Lò Văn Bình")
    address = reverse("learning_models:assessment_detail", args=[row.pk])
    page = secretary.get(address)
    assert "Tiêu chí 1. Tiêu chí 1 (đến 60 điểm)" in page.content.decode()
    data = inputs_of(page) | {"on": DAY, cell(row, first): "60", cell(row, second): "30", "next": ""}
    response = secretary.post(address, data)
    assert response.url == reverse("learning_models:assessment_detail", args=[following.pk])
    assert fresh(row).score == 90


def test_a_step_is_taken_back_after_a_question_and_only_once(secretary, cast):
    row = add_registration(cast.branch, "clan", name="Họ Lò")
    shown = inputs_of(secretary.get(url(model="clan"))) | {"on": DAY}
    secretary.post(url(model="clan"), shown | {f"s{row.pk}": "1"})
    review(row, passed=False, reason="–")
    address = reverse("learning_models:step_back", args=[row.pk])
    page = secretary.get(address)
    assert "Kết quả bình xét bị bỏ" in page.content.decode()
    assert fresh(row).status == Status.REVIEWED
    data = {"seen": "reviewed"}
    assert secretary.post(address, data).status_code == 302
    assert (fresh(row).status, fresh(row).passed) == (Status.ASSESSED, True)
    assert "Người khác vừa đổi" in secretary.post(address, data).content.decode()
    assert fresh(row).status == Status.ASSESSED


def test_papers_carry_name_address_criteria_and_the_mark(secretary, cast):
    make_points_set(most=(60, 40))
    for name in ("Lò Văn An", "Lò Thị Bình"):
        add_registration(cast.branch, name=name, address="Bản Đồi")
    texts = page_texts(open_pdf(secretary.get(url("assessment_forms_pdf")).content))
    assert len(texts) == 2
    assert "Lò Văn An" in texts[0]
    assert all(words in texts[0] for words in ("Bản Đồi", "Tiêu chí 2", "CHƯA ĐỐI CHIẾU", "đạt từ 60 điểm", "CHỦ HỘ"))
    blank = page_texts(open_pdf(secretary.get(url("assessment_forms_pdf", blank="10")).content))
    assert len(blank) == 10
    assert "Lò" not in blank[0]
    for wrong in ({"part": "2"}, {"part": "x"}, {"blank": "3"}, {"blank": "-1"}):
        assert secretary.get(url("assessment_forms_pdf", **wrong)).status_code == 404


def test_an_unknown_model_or_year_is_404(secretary, cast):
    assert secretary.get(url(model="nothing")).status_code == 404
    assert secretary.get(url(year=1000)).status_code == 404
    assert secretary.get(url(unit="B.1")).status_code == 404


def test_the_next_step_is_said_and_a_year_is_no_number_of_thousands(secretary, cast):
    add_registration(cast.branch)
    text = " ".join(secretary.get(url("assessment_grid")).content.decode().split())
    assert "Còn 1 hộ chưa tự đánh giá. Họp rồi thì sang bước bình xét:" in text
    assert "2.022" not in secretary.get(url("assessment_forms")).content.decode()
