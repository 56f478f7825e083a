"""Papers with long lists as files: made in the background, and fetched as long as the register says the same."""

from hashlib import sha256

from django.core.exceptions import ValidationError

from core.documents import DOCX_TYPE, PDF_TYPE
from jobs.kept_files import new_file
from jobs.registry import Progress
from learning_models.documents import Paper, minutes_of, official_decision, paper_docx, paper_pdf, proposal
from learning_models.models import RecognitionDecision
from learning_models.year_places import YearPlace
from organizations.models import Organization

KIND = "learning_models.paper"
# So many names are set while the user waits: with them a PDF takes 0,8 s and 130 MB, with 5,000 names 3 s and 500 MB.
AT_ONCE = 1000
WRITERS = {"docx": (paper_docx, DOCX_TYPE), "pdf": (paper_pdf, PDF_TYPE)}
# Paper of a decision → who writes its words, and the name of its file.
DECISION_PAPERS = {"proposal": (proposal, "to-trinh"), "decision": (official_decision, "quyet-dinh")}
CHANGED = "Danh sách đã thay đổi từ lúc yêu cầu tệp này. Ông/bà yêu cầu lại."


def about(source: dict, ending: str, paper: Paper) -> dict:
    """What names the file of the paper as it reads now: after a change in the register it is another file."""
    return source | {"ending": ending, "words": sha256(repr(paper).encode()).hexdigest()}


def decision_source(decision: RecognitionDecision, paper: str) -> dict:
    return {"decision": decision.pk, "paper": paper}


def minutes_source(place: YearPlace) -> dict:
    return {"organization": place.organization.pk, "model": place.model, "year": place.year}


def paper_of(asked: dict) -> Paper | None:
    """The paper that a source names; None where it is gone."""
    if "decision" in asked:
        decisions = RecognitionDecision.objects.select_related("organization", "follows")
        decision = decisions.filter(pk=asked["decision"]).first()
        return DECISION_PAPERS[asked["paper"]][0](decision) if decision else None
    unit = Organization.objects.filter(pk=asked["organization"]).first()
    place = YearPlace(unit, asked["model"], asked["year"]) if unit else None
    return minutes_of(place) if place and place.meeting else None


def write_paper(asked: dict, *, progress: Progress) -> dict:
    """Write the file that `about` names. Raises ValidationError when the register says something else by now."""
    paper = paper_of(asked)
    if paper is None or about(asked, asked["ending"], paper) != asked:
        raise ValidationError(CHANGED)
    progress.total = len(paper.table.rows)
    write, _ = WRITERS[asked["ending"]]
    content = write(paper)
    with new_file(asked["ending"]) as (name, file):
        file.write(content)
    progress.at(progress.total)
    return {"file": name, "number": progress.done}
