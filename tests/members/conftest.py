"""Officers and terms of the cast's units."""

from datetime import date

import pytest

from members.models import Officer, Term
from members.officers import save_post
from members.terms import save_term
from tests.spreadsheets.conftest import workbook

__all__ = ["workbook"]


@pytest.fixture
def hold(db):
    """hold(unit, "Lò Thị Hà", "chair") is a post; facts as in the model, ``outside`` a list of kinds."""

    def hold(unit, name, post, *, outside=(), **facts):
        officer = Officer(organization=unit, full_name=name, post=post, **facts)
        return save_post(officer=officer, outside=dict.fromkeys(outside, ""), user=None, reason="thử")

    return hold


@pytest.fixture
def serve(db):
    """serve(unit, 5, "2021-01-01", "2026-01-01") is a term."""

    def serve(unit, number, starts_on, ends_on, **facts):
        days = {"starts_on": date.fromisoformat(starts_on), "ends_on": date.fromisoformat(ends_on)}
        return save_term(term=Term(organization=unit, number=number, **days, **facts), user=None, reason="thử")

    return serve
