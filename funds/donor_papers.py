"""Letters of thanks and golden boards as files: long ones are made in the background, and fetched as long as the books
say the same.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property

from core.documents import DOCX_TYPE, PDF_TYPE
from core.vietnamese import date_to_text, text_to_date
from funds.documents import (
    GoldenBoard,
    Letters,
    golden_board,
    golden_board_docx,
    golden_board_pdf,
    thank_you_letters,
    thanks_docx,
    thanks_pdf,
)
from funds.forms.gratitude import GratitudeForm, asked
from funds.gifts import Choice, DonorSum, gifts_by_donor, parties_of, sum_gifts
from funds.models import Fund, Party
from jobs.kept_files import new_file
from jobs.registry import Progress

KIND = "funds.donor_papers"
LETTERS, BOARD = "letters", "board"
WRITERS = {
    (LETTERS, "pdf"): (thanks_pdf, PDF_TYPE),
    (LETTERS, "docx"): (thanks_docx, DOCX_TYPE),
    (BOARD, "pdf"): (golden_board_pdf, PDF_TYPE),
    (BOARD, "docx"): (golden_board_docx, DOCX_TYPE),
}
# So many are set while the user waits: a letter is a page, a name is a line.
AT_ONCE = {LETTERS: 50, BOARD: 1000}
CHANGED = "Sổ quỹ đã thay đổi từ lúc yêu cầu tệp này. Ông/bà yêu cầu lại."


@dataclass(frozen=True)
class DonorPaper:
    """One paper for a choice of gifts, as it reads on a day."""

    paper: str
    ending: str
    choice: Choice
    day: date
    sheet: str = "a4"

    @cached_property
    def gifts(self):
        return sum_gifts(self.choice)

    @cached_property
    def parties(self) -> dict[int, Party]:
        return parties_of(donor.key for donor in self.gifts.donors)

    @cached_property
    def addressees(self) -> list[tuple[DonorSum, Party]]:
        """Whom a letter is written to: all but those who do not want to be known."""
        rows = [(donor, self.parties[donor.key]) for donor in self.gifts.donors]
        return [(donor, party) for donor, party in rows if not party.anonymous and party.anonymised_at is None]

    @property
    def left_out(self) -> int:
        return len(self.gifts.donors) - len(self.addressees)

    @property
    def number(self) -> int:
        """Letters, or names on the board."""
        if self.paper == LETTERS:
            return len(self.addressees)
        return sum(self.parties[donor.key].may_be_shown(self.day) for donor in self.gifts.donors)

    @property
    def is_long(self) -> bool:
        return self.number > AT_ONCE[self.paper]

    @cached_property
    def content(self) -> Letters | GoldenBoard:
        """All texts of the paper."""
        if self.paper == BOARD:
            return golden_board(self.choice, self.gifts, self.parties, day=self.day, sheet=self.sheet)
        gifts = gifts_by_donor(self.choice, [donor for donor, _ in self.addressees])
        return thank_you_letters(self.choice, self.addressees, gifts, day=self.day)

    @property
    def about(self) -> dict:
        """What names the file of the paper as it reads now: after a change in the books it is another file."""
        words = sha256(repr(self.content).encode()).hexdigest()
        source = {"fund": self.choice.fund.pk, "asked": urlencode(asked(self.choice)), "sheet": self.sheet}
        return source | {"paper": self.paper, "ending": self.ending, "day": date_to_text(self.day), "words": words}

    def write(self) -> bytes:
        write, _ = WRITERS[self.paper, self.ending]
        return write(self.content, author=self.choice.fund.organization.name)


def write_paper(about: dict, *, progress: Progress) -> dict:
    """Write the file that `DonorPaper.about` names. Raises ValidationError when the books say something else by now."""
    fund = Fund.objects.select_related("organization__parent").filter(pk=about["fund"]).first()
    form = GratitudeForm(QueryDict(about["asked"]), fund=fund) if fund else None
    if form is None or not form.is_valid():
        raise ValidationError(CHANGED)
    paper = DonorPaper(about["paper"], about["ending"], form.choice, text_to_date(about["day"]), about["sheet"])
    if paper.about != about:
        raise ValidationError(CHANGED)
    progress.total = paper.number
    content = paper.write()
    with new_file(paper.ending) as (name, file):
        file.write(content)
    progress.at(progress.total)
    return {"file": name, "number": progress.done}
