"""A branch's certificates: only its own, in files of some, without those that were withdrawn."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from organizations.models import Role
from tests.conftest import appoint
from tests.learning_models.register import add_registration, recognise, review, withdraw

PLACE = ["A.D.1.1", "family", 2022]
PAGE = reverse("learning_models:branch_certificates", args=PLACE)


@pytest.fixture
def decision(cast):
    """Five titles of the branch and one of the commune itself, by one decision of the commune; one by a later one."""
    cast.head = appoint("head", cast.branch, Role.SECRETARY)
    cast.rows = [add_registration(cast.branch, name=f"Hộ {letter}", address="Bản Đồi") for letter in "ABCDE"]
    cast.later, outside = add_registration(cast.branch, name="Hộ muộn"), add_registration(cast.first, name="Hộ xã")
    review(*cast.rows, cast.later, outside)
    decision = recognise(*cast.rows, outside, organization=cast.first)
    recognise(cast.later, organization=cast.first, number="15/QĐ-UBND")
    return decision


def file_of(visit, part):
    return visit(reverse("learning_models:branch_certificates_pdf", args=[*PLACE, part]), "head")


def texts(response):
    return [page.extract_text() for page in PdfReader(BytesIO(response.content)).pages]


def test_the_head_of_a_branch_gets_its_certificates_and_no_others(visit, cast, decision):
    assert visit(decision.get_absolute_url(), "head").status_code == 404
    page = visit(PAGE, "head")
    assert [len(part.keys) for _, part, _ in page.context["parts"]] == [5, 1]
    pages = texts(file_of(visit, 1))
    assert len(pages) == 5
    assert all("Bản Đồi" in text for text in pages)
    assert not any("Hộ xã" in text for text in pages)
    assert "15/QĐ-UBND" in texts(file_of(visit, 2))[0]
    assert [file_of(visit, part).status_code for part in (0, 3)] == [404, 404]


def test_the_page_of_a_family_links_no_decision_that_the_head_may_not_open(visit, cast, decision):
    url = cast.rows[0].registrant.get_absolute_url()
    assert decision.get_absolute_url() in visit(url).content.decode()
    page = visit(url, "head").content.decode()
    assert "12/QĐ-UBND" in page
    assert decision.get_absolute_url() not in page


def test_many_come_in_several_files(visit, cast, decision, monkeypatch):
    monkeypatch.setattr("learning_models.certificates.AT_ONCE", 2)
    page = visit(PAGE, "head")
    assert [len(part.keys) for _, part, _ in page.context["parts"]] == [2, 2, 1, 1]
    assert sum(len(texts(file_of(visit, part))) for part in range(1, 5)) == 6


def test_a_withdrawn_title_is_not_handed_out(visit, cast, decision):
    withdraw(decision, cast.rows[0], decided_on=decision.decided_on)
    page = visit(PAGE, "head")
    assert [len(part.keys) for _, part, _ in page.context["parts"]] == [4, 1]
    assert len(texts(file_of(visit, 1))) == 4


def test_as_many_queries_for_one_certificate_as_for_many(visit, cast, django_assert_max_num_queries, decision):
    add = [add_registration(cast.branch) for _ in range(10)]
    review(*add)
    with django_assert_max_num_queries(100) as few:
        visit(PAGE, "head")
    recognise(*add, organization=cast.first, number="16/QĐ-UBND")
    with django_assert_max_num_queries(len(few)):
        visit(PAGE, "head")


def test_without_a_decision_the_page_says_so_and_the_progress_leads_to_it(visit, cast):
    row = add_registration(cast.branch)
    assert "Chưa có giấy chứng nhận" in visit(PAGE).content.decode()
    overview = reverse("learning_models:year_overview", query={"unit": "A.D.1.1", "year": 2022})
    assert PAGE not in visit(overview).content.decode()
    review(row)
    recognise(row, organization=cast.first)
    assert PAGE in visit(overview).content.decode()
