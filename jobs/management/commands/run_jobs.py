from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from jobs.models import STALE_AFTER
from jobs.services import release_jobs
from jobs.worker import Worker, end_with_parent, stop_on_signals


class Command(BaseCommand):
    help = "Chạy các việc nền (kiểm tra và ghi tệp lớn): một hoặc nhiều tiến trình bên cạnh máy chủ web."

    def add_arguments(self, parser):
        parser.add_argument("--until-empty", action="store_true", help="dừng khi không còn việc nào")
        parser.add_argument("--alone", action="store_true", help="không có tiến trình nào khác: chạy lại ngay việc dở")
        parser.add_argument("--with-parent", action="store_true", help="dừng cùng tiến trình đã gọi (stdin đóng)")
        parser.add_argument("--stale", type=int, default=int(STALE_AFTER.total_seconds()), help="giây không phản hồi")

    def handle(self, *, until_empty, alone, with_parent, stale, **options):
        if stale < 1:
            raise CommandError("--stale phải từ 1 giây.")
        worker = Worker(stale_after=timedelta(seconds=stale))
        stop_on_signals(worker)
        if with_parent:
            end_with_parent()
        if alone:
            release_jobs()
        number = worker.run(until_empty=until_empty)
        self.stdout.write(f"Đã chạy {number} việc.")
