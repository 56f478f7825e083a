"""Which units a form offers."""

from organizations.models import Organization
from organizations.unit_fields import units_around
from tests.conftest import plant


def test_the_widest_branch_that_a_list_can_hold_is_offered(tree, monkeypatch):
    everything = Organization.objects.filter(code__startswith="A")
    assert units_around(everything, tree.branch)[0] == tree.province
    monkeypatch.setattr("organizations.unit_fields.UNITS_SHOWN", 2)
    assert units_around(everything, tree.branch) == [tree.first, tree.branch]
    plant("A.D.1.2", "Chi hội bản Suối", "branch", tree.first)
    assert [unit.code for unit in units_around(everything, tree.first)] == ["A.D.1", "A.D.1.1"]
