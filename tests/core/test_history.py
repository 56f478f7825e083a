"""Histories that are written by the thousand are indexed by what is asked of them, and by nothing else."""

import pytest

from members.models import Member, Membership


@pytest.mark.parametrize(("model", "asked"), [(Member, {"id", "batch_id"}), (Membership, {"id", "member", "batch_id"})])
def test_a_bulk_history_has_few_indexes(model, asked):
    options = model.history.model._meta
    assert {field.name for field in options.fields if field.db_index and not field.primary_key} == asked
    assert not options.indexes
