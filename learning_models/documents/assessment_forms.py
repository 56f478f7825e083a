"""Papers on which registrants assess themselves by hand, a page for each (more where the criteria fill more)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.conf import settings

from core.documents import pdf_from_template
from learning_models.models import CriteriaSet, LearningModel, Registration
from learning_models.year_places import YearPlace
from organizations.letterheads import letterhead

TEMPLATE = settings.BASE_DIR / "templates" / "learning_models" / "documents" / "assessment_forms.typ"
# Setting a paper takes half a megabyte of memory, so that a file of these takes less than a report; more go in parts.
MOST_FORMS = 250
NAMED = {
    LearningModel.FAMILY: "Họ và tên chủ hộ",
    LearningModel.CLAN: "Tên dòng họ",
    LearningModel.COMMUNITY: "Tên cộng đồng",
    LearningModel.COMMUNE: "Tên xã, phường, thị trấn",
    LearningModel.UNIT: "Tên đơn vị",
    LearningModel.CITIZEN: "Họ và tên",
}
SIGNS = {
    LearningModel.FAMILY: "CHỦ HỘ",
    LearningModel.CLAN: "TRƯỞNG DÒNG HỌ",
    LearningModel.COMMUNITY: "ĐẠI DIỆN CỘNG ĐỒNG",
    LearningModel.COMMUNE: "ĐẠI DIỆN XÃ",
    LearningModel.UNIT: "THỦ TRƯỞNG ĐƠN VỊ",
    LearningModel.CITIZEN: "NGƯỜI TỰ ĐÁNH GIÁ",
}
UNCONFIRMED = "BỘ TIÊU CHÍ CHƯA ĐỐI CHIẾU VỚI VĂN BẢN GỐC"


def assessment_forms_pdf(place: YearPlace, rows: Sequence[Registration], *, day: date, blank: int = 0) -> bytes:
    """A paper for each of ``rows`` (with registrant), then ``blank`` ones without a name; by the set of the day."""
    criteria_set = place.criteria_set(day)
    people = [{"name": row.registrant.name, "address": row.registrant.address} for row in rows]
    model = LearningModel(place.model)
    mark = place.pass_mark(criteria_set)
    context = {
        "head": asdict(letterhead(place.organization)),
        "subject": f"{place.name} năm {place.year}",
        "named": NAMED[model],
        "signs": SIGNS[model],
        "unit": place.organization.name,
        "people": people + [{"name": "", "address": ""}] * blank,
        "kind": criteria_set.kind if criteria_set else "",
        "criteria": criteria_of(criteria_set),
        "act": criteria_set.act if criteria_set else "",
        "mark": UNCONFIRMED if criteria_set and not criteria_set.confirmed else "",
        "pass_mark": "" if mark is None else str(mark),
        "most": str(sum(each.most or 0 for each in criteria_set.criteria.all())) if criteria_set else "",
    }
    title = f"Phiếu tự đánh giá {place.name} {place.year}"
    return pdf_from_template(TEMPLATE, context, title=title, author=place.organization.name)


def criteria_of(criteria_set: CriteriaSet | None) -> list[list[str]]:
    """Number, text, and the most points or the level."""
    if criteria_set is None:
        return []
    return [
        [each.number, each.text, str(each.most) if each.most is not None else f"Mức {each.level}"]
        for each in criteria_set.criteria.all()
    ]
