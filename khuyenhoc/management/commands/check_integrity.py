from django.core.management.base import BaseCommand, CommandError

from members import integrity as members
from organizations import soundness
from reports import integrity as reports


class Command(BaseCommand):
    help = "Kiểm tra cây đơn vị, sổ hội viên và các báo cáo đã duyệt; thấy sai thì nói rõ và kết thúc với mã 1."

    def handle(self, *args, **options):
        faults = [*soundness.find_faults(), *members.find_faults(), *reports.find_faults()]
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"Thấy {len(faults)} chỗ sai.")
        self.stdout.write("Cây đơn vị, sổ hội viên và các báo cáo đã duyệt đều nguyên vẹn.")
