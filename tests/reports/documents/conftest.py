import pytest

from core.periods import Quarter
from reports.builders.quarterly_summary import build
from reports.models import Narrative, Report


@pytest.fixture
def summary(opened, tree, write, area):
    """A province with two districts, one of which has no figure of the learning models, and words in every section."""
    for unit in (tree.east, tree.west):
        area(unit, households=10_000, population=4_000_000)
        write(unit, {"members.total": 1_234_567}, total=True)
    write(tree.east, {"learning_models.family.registered": 6720}, total=True)
    write(tree.west, {"learning_models.family.registered": None})
    write(tree.province, {"funds.raised": 6_100_000_000, "activities.bulletin.copies": 700})
    report = Report.objects.get(organization=tree.province)
    for section in ("results", "advantages", "difficulties", "next_tasks"):
        Narrative.objects.create(report=report, section=section, text="Câu một.\n\nCâu hai.")
    return build(organization=tree.province, period=Quarter(2022, 1))
