from reports.management.chain import ChainCommand
from reports.services import prepare_report


class Command(ChainCommand):
    help = "Lấy số từ các sổ vào báo cáo đang nhập của một đơn vị; số đã khai giữ nguyên."

    def carry_out(self, report, user, **options):
        cells = prepare_report(report=report, user=user).values()
        filled = sum(cell.value is not None for cell in cells)
        counted = sum(cell.register is not None for cell in cells)
        blank = sum(cell.is_blank for cell in cells)
        return f"{report}: {filled}/{len(cells)} chỉ tiêu có số liệu ({counted} theo sổ), {blank} ô trống."
