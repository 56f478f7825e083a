from django.core.management.base import BaseCommand, CommandError

from funds import integrity as funds
from learning_models import integrity as learning_models
from members import integrity as members
from organizations import soundness
from reports import integrity as reports

PARTS = (soundness, members, learning_models, funds, reports)


class Command(BaseCommand):
    help = "Kiểm tra cây đơn vị, các sổ và báo cáo đã duyệt; thấy sai thì nói rõ và kết thúc với mã 1."

    def handle(self, *args, **options):
        faults = [fault for part in PARTS for fault in part.find_faults()]
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"Thấy {len(faults)} chỗ sai.")
        self.stdout.write("Cây đơn vị, sổ hội viên, sổ mô hình học tập, sổ quỹ và các báo cáo đã duyệt đều nguyên vẹn.")
