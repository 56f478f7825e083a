from django.utils import timezone

from core.vietnamese import date_to_text
from reports.management.chain import ChainCommand
from reports.services import submit_report


class Command(ChainCommand):
    help = "Nộp báo cáo quý của một đơn vị."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--confirm-warnings", action="store_true", help="xác nhận mọi cảnh báo và ô trống thay cho từng lý do"
        )

    def carry_out(self, report, user, *, confirm_warnings, **options):
        report = submit_report(report=report, user=user, warnings_confirmed=confirm_warnings)
        return f"{report}: đã nộp ngày {date_to_text(timezone.localdate(report.submitted_at))}."
