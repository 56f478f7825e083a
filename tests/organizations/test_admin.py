"""The administrator's pages: the tree only through its service, history with reasons, files in and out."""

from datetime import date
from html import unescape

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from organizations.models import (
    AdministrativeSuccession,
    AdministrativeUnit,
    Appointment,
    AreaStatistics,
    DocumentSettings,
    Organization,
    OrganizationSpell,
    RegisterUse,
)
from organizations.soundness import find_faults
from organizations.tree import rename_organization

MODELS = [
    AdministrativeSuccession,
    AdministrativeUnit,
    Appointment,
    AreaStatistics,
    DocumentSettings,
    Organization,
    OrganizationSpell,
    RegisterUse,
]
READ_ONLY = [OrganizationSpell]


@pytest.fixture
def office(client, cast):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def rows(cast):
    state = {"name": "Phường Tô Hiệu", "tier": "commune"}
    before = AdministrativeUnit.objects.create(code="99901", valid_to=date(2025, 6, 30), **state)
    after = AdministrativeUnit.objects.create(code="99902", valid_from=date(2025, 7, 1), **state)
    return {
        AdministrativeSuccession: AdministrativeSuccession.objects.create(predecessor=before, successor=after),
        AdministrativeUnit: after,
        Appointment: Appointment.objects.first(),
        AreaStatistics: AreaStatistics.objects.create(organization=cast.first, year=2022, population=10),
        DocumentSettings: DocumentSettings.objects.create(organization=cast.first),
        Organization: cast.first,
        OrganizationSpell: cast.first.spells.get(),
        RegisterUse: RegisterUse.objects.create(
            organization=cast.first, register="members", used_from=date(2024, 1, 1)
        ),
    }


def address(model, page, *arguments):
    return reverse(f"admin:organizations_{model._meta.model_name}_{page}", args=arguments)


def text(response):
    return unescape(response.content.decode())


def typed(**facts):
    return {
        "code": "A.D.9", "name": "Hội Khuyến học xã Mới", "level": "commune", "form": "", "kind": "territorial",
        "established_on": "05/04/2023", "dissolved_on": "", "territory": "", "reports_quarterly": "on",
        "contact_name": "", "contact_phone": "", "change_reason": "QĐ 9",
    } | facts  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_page_opens_and_is_searchable(office, rows, model):
    row = rows[model]
    assert office.get(address(model, "changelist"), {"q": "to hieu"}).status_code == 200
    assert office.get(address(model, "changelist"), {"q": "Ánh"}).status_code == 200
    assert office.get(address(model, "change", row.pk)).status_code == 200
    assert office.get(address(model, "history", row.pk)).status_code == 200
    version = row.history.first().history_id
    assert office.get(address(model, "simple_history", row.pk, version)).status_code == 200
    if model not in READ_ONLY:
        assert office.get(address(model, "add")).status_code == 200


def test_every_model_of_the_app_is_in_the_admin(db):
    assert {model for model in admin.site._registry if model._meta.app_label == "organizations"} == set(MODELS)


def test_only_staff_enter(client, cast):
    client.force_login(cast.manager)
    assert client.get(address(Organization, "changelist")).status_code == 302


def test_the_policy_is_relaxed_for_the_admin_only(office, cast):
    policy = office.get(address(AreaStatistics, "changelist"))["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "unsafe-inline" not in office.get("/organizations/")["Content-Security-Policy"]


# The tree.


def test_a_new_unit_goes_through_the_tree_service(office, cast):
    response = office.post(address(Organization, "add"), typed(parent=cast.east.pk))
    assert response.status_code == 302, response.context["adminform"].form.errors
    unit = Organization.objects.get(code="A.D.9")
    assert (unit.parent, unit.form, unit.established_on) == (cast.east, "hoi", date(2023, 4, 5))
    assert unit.spells.get().valid_from == date(2023, 4, 5)
    [entry] = unit.history.all()
    assert (entry.history_user, entry.history_change_reason) == (cast.administrator, "QĐ 9")
    assert find_faults() == []


def test_a_new_province_needs_no_parent(office, cast):
    response = office.post(address(Organization, "add"), typed(parent="", code="C", level="province"))
    assert response.status_code == 302
    assert Organization.objects.get(code="C").spells.count() == 1


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"parent": ""}, "parent", "phải có đơn vị cấp trên"),
        ({"code": "A.D.1"}, "code", "Đã có"),
        ({"code": "xã"}, "code", "Mã chỉ gồm"),
        ({"dissolved_on": "01/01/2020"}, "__all__", "giải thể phải từ"),
        ({"established_on": "31/02/2023"}, "established_on", "không có trong lịch"),
        ({"level": "province"}, "parent", "không thể ở trên"),
    ],
)
def test_what_the_service_refuses_stands_in_the_form(office, cast, facts, field, words):
    response = office.post(address(Organization, "add"), typed(parent=cast.east.pk) | facts)
    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert list(errors) == [field]
    assert len(errors[field]) == 1
    assert words in errors[field][0]
    assert "Hội Khuyến học xã Mới" in text(response)
    assert Organization.objects.count() == 10
    assert Organization.history.count() == 10


def test_a_correction_goes_through_the_tree_service(office, cast):
    facts = typed(parent=cast.west.pk, form="hoi", established_on="", name="Hội Khuyến học xã Khác")
    assert office.post(address(Organization, "change", cast.first.pk), facts).status_code == 302
    cast.first.refresh_from_db()
    assert (cast.first.code, cast.first.parent, cast.first.name) == ("A.D.1", cast.west, "Hội Khuyến học xã Khác")
    [spell] = cast.first.spells.all()
    assert (spell.parent, spell.name) == (cast.west, "Hội Khuyến học xã Khác")
    assert find_faults() == []
    assert "QĐ 9" in text(office.get(address(Organization, "history", cast.first.pk)))


def test_a_correction_that_breaks_the_tree_is_refused(office, cast):
    facts = typed(parent=cast.branch.pk, form="hoi", established_on="")
    response = office.post(address(Organization, "change", cast.first.pk), facts)
    assert "dưới chính nó" in response.context["adminform"].form.errors["parent"][0]
    assert find_faults() == []
    assert cast.first.history.count() == 1


def test_no_unit_is_deleted(office, cast):
    assert office.post(address(Organization, "delete", cast.foreign.pk), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [cast.foreign.pk], "post": "yes"}
    office.post(address(Organization, "changelist"), data)
    assert Organization.objects.filter(pk=cast.foreign.pk).exists()


def test_units_are_found_with_or_without_accents_and_by_code(office, cast):
    for words in ("dong son", "ĐÔNG", "A.D"):
        response = office.get(address(Organization, "changelist"), {"q": words})
        assert cast.east in response.context["cl"].queryset
    lookup = {
        "app_label": "organizations",
        "model_name": "areastatistics",
        "field_name": "organization",
        "term": "tay ho",
    }
    results = office.get(reverse("admin:autocomplete"), lookup).json()["results"]
    assert [result["text"] for result in results] == ["Hội Khuyến học huyện Tây Hồ"]


def test_spells_are_read_only(office, cast):
    spell = cast.first.spells.get()
    assert office.get(address(OrganizationSpell, "add")).status_code == 403
    assert office.post(address(OrganizationSpell, "change", spell.pk), {"name": "x"}).status_code == 403
    assert office.post(address(OrganizationSpell, "delete", spell.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Organization, OrganizationSpell])
def test_an_old_version_cannot_be_posted_over_the_present(office, cast, model):
    rename_organization(
        organization=cast.first, name="Hội Khuyến học xã Khác", on=date(2023, 5, 1), user=None, reason="QĐ"
    )
    row = cast.first if model is Organization else cast.first.spells.last()
    row.refresh_from_db()
    old = row.history.last().history_id
    response = office.post(address(model, "simple_history", row.pk, old), typed(parent=cast.east.pk, form="hoi"))
    assert response.status_code == 403
    row.refresh_from_db()
    assert row.name == "Hội Khuyến học xã Khác"


# Everything else.


def test_dates_are_typed_day_first_and_the_reason_is_kept(office, cast):
    facts = {"user": cast.nobody.pk, "organization": cast.first.pk, "role": "viewer", "valid_from": "3/4/2025"}
    response = office.post(address(Appointment, "add"), facts | {"valid_to": "", "change_reason": "QĐ 3"})
    assert response.status_code == 302, response.context["adminform"].form.errors
    appointment = Appointment.objects.get(user=cast.nobody)
    assert appointment.valid_from == date(2025, 4, 3)
    entry = appointment.history.get()
    assert (entry.history_change_reason, entry.history_user) == ("QĐ 3", cast.administrator)
    assert "QĐ 3" in text(office.get(address(Appointment, "history", appointment.pk)))


def bring_in(office, model, content):
    upload = SimpleUploadedFile("tep.csv", content.encode())
    preview = office.post(address(model, "import"), {"import_file": upload, "format": "0", "resource": ""})
    assert preview.status_code == 200
    result = preview.context["result"]
    if result.has_errors() or result.has_validation_errors():
        return result
    confirm = preview.context["confirm_form"].initial
    response = office.post(address(model, "process_import"), confirm)
    assert response.status_code == 302
    return result


def test_administrative_units_come_and_go_as_a_file(office, cast):
    AdministrativeUnit.objects.create(code="12", name="Tỉnh Lai Châu", tier="province")
    content = (
        "code,name,tier,parent_code,valid_from,valid_to\n"
        "03388,Phường Đoàn Kết,commune,12,01/07/2025,\n"
        "105,Thành phố Lai Châu,district,12,,30/06/2025\n"
    )
    assert bring_in(office, AdministrativeUnit, content).totals["new"] == 2
    assert bring_in(office, AdministrativeUnit, content).totals["skip"] == 2
    ward, city = AdministrativeUnit.objects.filter(parent__code="12").order_by("code")
    assert (ward.name, ward.valid_from, ward.valid_to) == ("Phường Đoàn Kết", date(2025, 7, 1), None)
    assert (city.valid_from, city.valid_to) == (None, date(2025, 6, 30))
    assert [entry.history_change_reason for entry in ward.history.all()] == ["Nhập tệp ở trang quản trị"]
    response = office.post(
        address(AdministrativeUnit, "export"),
        {
            "format": "0",
            "resource": "",
            **{f"administrativeunitresource_{name}": "on" for name in ("code", "valid_from")},
        },
    )
    assert "03388,01/07/2025" in text(response)


def test_a_file_with_an_unknown_code_is_refused(office, cast):
    content = "code,name,tier,parent_code,valid_from,valid_to\n99901,Phường Tô Hiệu,commune,99,,\n"
    result = bring_in(office, AdministrativeUnit, content)
    assert result.has_errors() or result.has_validation_errors()
    assert not AdministrativeUnit.objects.filter(code="99901").exists()


def inline_forms(*, successors):
    forms = {"successor_links": successors, "predecessor_links": 0}
    totals = {f"{prefix}-TOTAL_FORMS": total for prefix, total in forms.items()}
    return totals | {f"{prefix}-INITIAL_FORMS": 0 for prefix in forms}


def test_a_unit_of_the_state_shows_what_came_before_and_after_it(office):
    old = AdministrativeUnit.objects.get(code="03646", valid_from=None)
    page = text(office.get(address(AdministrativeUnit, "change", old.pk)))
    assert "Phường Tô Hiệu" in page
    page = text(office.get(address(AdministrativeUnit, "change", old.successors.get().pk)))
    assert all(name in page for name in ("Phường Chiềng Lề", "Phường Quyết Thắng", "Phường Quyết Tâm"))
    assert "Phường Chiềng Lề (03646, đến hết 30/06/2025)" in page
    response = office.get(address(AdministrativeSuccession, "changelist"), {"q": "Quyết Thắng"})
    assert [str(link) for link in response.context["cl"].queryset] == ["Phường Quyết Thắng → Phường Tô Hiệu"]


@pytest.mark.parametrize(
    ("code", "words"), [("14", "phải cùng cấp"), ("03649", None), ("03703", "không có vào ngày 01/02/2025")]
)
def test_a_successor_written_by_hand_must_fit(office, code, words):
    old = AdministrativeUnit.objects.get(code="03751")
    successor = AdministrativeUnit.objects.filter(code=code).first()
    facts = {"code": old.code, "name": old.name, "tier": old.tier, "parent": old.parent_id, "valid_from": ""}
    facts |= {"valid_to": "31/01/2025", "change_reason": "QĐ 9", **inline_forms(successors=1)}
    facts |= {"successor_links-0-predecessor": old.pk, "successor_links-0-successor": successor.pk}
    response = office.post(address(AdministrativeUnit, "change", old.pk), facts)
    if words is None:
        assert response.status_code == 302, response.context["errors"]
        assert old.successors.filter(pk=successor.pk).exists()
    else:
        assert words in text(response)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"code": "03650", "parent": "03649"}, "xã trực thuộc huyện hoặc tỉnh"),
        ({"code": "03650", "parent": "116"}, "không được lâu hơn"),
        ({"code": "03650", "parent": ""}, "Chỉ đơn vị cấp tỉnh"),
        ({"code": "03649", "parent": "14", "valid_from": "01/01/2024"}, "trong cùng thời gian"),
    ],
)
def test_a_unit_of_the_state_written_by_hand_must_fit(office, facts, words):
    parent = AdministrativeUnit.objects.filter(code=facts["parent"]).first()
    values = {"name": "Xã Mới", "tier": "commune", "valid_from": "", "valid_to": "", "change_reason": ""} | facts
    values |= inline_forms(successors=0) | {"parent": parent.pk if parent else ""}
    response = office.post(address(AdministrativeUnit, "add"), values)
    assert response.status_code == 200
    assert words in text(response)


def test_area_statistics_come_as_a_file_and_an_empty_cell_is_no_data(office, cast):
    content = "organization_code,year,population,households,source\nA.D.1,2022,4100,,NGTK\n"
    bring_in(office, AreaStatistics, content)
    area = AreaStatistics.objects.get()
    assert (area.organization, area.population, area.households, area.adults) == (cast.first, 4100, None, None)


def test_area_statistics_of_an_impossible_year_are_refused(office, cast):
    result = bring_in(office, AreaStatistics, "organization_code,year,population\nA.D.1,22,4100\n")
    assert result.has_errors() or result.has_validation_errors()


def test_staff_without_django_permissions_see_nothing(client, cast):
    staff = User.objects.create_user("staff", password=None, is_staff=True)
    client.force_login(staff)
    assert client.get(address(Organization, "changelist")).status_code == 403
