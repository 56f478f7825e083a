"""An invented set of criteria for families, plainly marked: the real one is copied from its act by the province."""

from datetime import date

from core.history import because
from learning_models.models import CriteriaSet, Criterion

TEXTS = [
    (30, "Người lớn trong gia đình học thường xuyên (minh hoạ)"),
    (30, "Trẻ em được đi học, không ai bỏ học (minh hoạ)"),
    (20, "Gia đình tham gia học tập ở thôn, bản (minh hoạ)"),
    (20, "Gia đình hoà thuận, giúp nhau học (minh hoạ)"),
]


def install_criteria(*, user, reason: str) -> None:
    """Points out of 100 from 2021 on; a title holds for twelve months."""
    made = CriteriaSet(
        model="family",
        name="Gia đình học tập từ 2021 (minh hoạ)",
        act="Bộ tiêu chí minh hoạ, không chép từ văn bản nào",
        kind=CriteriaSet.Kind.POINTS,
        valid_from=date(2021, 1, 1),
        pass_mark=60,
        validity_months=12,
        note="Số minh hoạ: mọi lời, mọi điểm ở đây đều được đặt ra để trình diễn.",
    )
    because(made, user=user, reason=reason).save()
    for position, (most, text) in enumerate(TEXTS, start=1):
        line = Criterion(criteria_set=made, number=str(position), position=position, text=text, most=most)
        because(line, user=user, reason=reason).save()
