from reports.management.chain import ChainCommand
from reports.services import accept_report


class Command(ChainCommand):
    help = "Duyệt báo cáo quý đã nộp của một đơn vị (với hội cấp tỉnh: ban hành)."

    def carry_out(self, report, user, **options):
        revision = accept_report(report=report, user=user)
        return f"{report}: đã duyệt, bản {revision.number}."
