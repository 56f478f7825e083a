from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.periods import Quarter
from core.vietnamese import date_to_text, text_to_date
from organizations.models import Organization
from reports.services import open_round


class Command(BaseCommand):
    help = "Mở kỳ báo cáo của một quý cho hội cấp tỉnh (mọi tỉnh nếu không nêu --organization)."

    def add_arguments(self, parser):
        parser.add_argument("quarter", help="ví dụ 2022-Q1")
        parser.add_argument("--due", required=True, help="hạn nộp, dd/mm/yyyy hoặc yyyy-mm-dd")
        parser.add_argument("--organization", help="mã của hội cấp tỉnh")

    def handle(self, *args, quarter, due, organization, **options):
        try:
            quarter, due_on = Quarter.parse(quarter), text_to_date(due)
        except ValueError as error:
            raise CommandError(str(error)) from error
        roots = list(Organization.objects.filter(parent=None).alive(quarter.last_day).order_by("sort_key"))
        if organization:
            roots = list(Organization.objects.filter(code=organization))
        if not roots:
            raise CommandError(
                f"Không có đơn vị mã “{organization}”."
                if organization
                else "Chưa có hội cấp tỉnh nào hoạt động quý này."
            )
        try:
            with transaction.atomic():
                opened = [open_round(root=root, quarter=quarter, due_on=due_on, user=None) for root in roots]
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for round_, added in opened:
            self.stdout.write(
                f"{round_.root.code}: {quarter.label}, hạn {date_to_text(due_on)}, "
                f"{round_.reports.count()} báo cáo ({added} mới)."
            )
