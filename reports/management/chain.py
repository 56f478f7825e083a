"""What the commands of the reporting chain share: who, whose report, and errors in words."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.periods import Quarter
from reports.models import Report


class ChainCommand(BaseCommand):
    """A step of one report by one person: ``carry_out`` does it and returns what to print."""

    def add_arguments(self, parser):
        parser.add_argument("code", help="mã đơn vị")
        parser.add_argument("quarter", help="ví dụ 2022-Q1")
        parser.add_argument("--user", required=True, help="tên đăng nhập của người làm")

    def handle(self, *args, code, quarter, user, **options):
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"Không có tài khoản “{user}” đang dùng.")
        try:
            quarter = Quarter.parse(quarter)
        except ValueError as error:
            raise CommandError(str(error)) from error
        reports = Report.objects.allowed(person, "reports.view_report").select_related("round", "organization")
        report = reports.filter(organization__code=code, round__quarter=quarter).first()
        if report is None:
            raise CommandError(f"Không có báo cáo {quarter.label} của đơn vị mã “{code}” trong phạm vi của “{user}”.")
        try:
            self.stdout.write(self.carry_out(report, person, **options))
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error

    def carry_out(self, report: Report, user: User, **options) -> str:
        raise NotImplementedError
