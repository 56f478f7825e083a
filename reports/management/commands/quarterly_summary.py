import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.periods import parse_period
from organizations.models import Organization
from reports.builders.contract import summary_to_json
from reports.documents import quarterly_summary_docx, quarterly_summary_pdf, quarterly_summary_xlsx
from reports.revisions import summary_of


def as_json(summary) -> bytes:
    return (json.dumps(summary_to_json(summary), ensure_ascii=False, indent=1) + "\n").encode()


class Command(BaseCommand):
    help = "In bản tổng hợp của một đơn vị và mọi cấp dưới cho một quý, 6 tháng, 9 tháng hoặc cả năm."
    formats = {
        "json": as_json,
        "docx": quarterly_summary_docx,
        "xlsx": quarterly_summary_xlsx,
        "pdf": quarterly_summary_pdf,
    }

    def add_arguments(self, parser):
        parser.add_argument("code", help="mã đơn vị")
        parser.add_argument("period", help="ví dụ 2022-Q1, 2022-H1, 2022-9M, 2022")
        parser.add_argument("--format", choices=list(self.formats), default="json")
        parser.add_argument("--output", type=Path, help="tệp ghi ra; không nêu thì in ra màn hình")
        parser.add_argument("--accepted-only", action="store_true", help="chỉ tính báo cáo đã duyệt")

    def handle(self, *args, code, period, output, accepted_only, **options):
        organization = Organization.objects.filter(code=code).first()
        if organization is None:
            raise CommandError(f"Không có đơn vị mã “{code}”.")
        try:
            period = parse_period(period)
            summary = summary_of(organization=organization, period=period, accepted_only=accepted_only)
        except ValueError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        content = self.formats[options["format"]](summary)
        if output is None:
            self.write(content, binary=options["format"] != "json")
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            advice = "Hãy xem thư mục có chưa và có quyền ghi không."
            raise CommandError(f"Không ghi được tệp {output}. {advice}") from error

    def write(self, content: bytes, *, binary: bool) -> None:
        """JSON goes out as text, a document as bytes; a terminal is spared the latter."""
        if not binary:
            self.stdout.write(content.decode(), ending="")
        elif self.stdout.isatty():
            raise CommandError("Hãy nêu --output TỆP để ghi văn bản ra tệp.")
        else:
            self.stdout.flush()
            self.stdout._out.buffer.write(content)
