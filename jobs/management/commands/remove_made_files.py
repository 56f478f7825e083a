from django.core.management.base import BaseCommand

from jobs.kept_files import KEPT_FOR, remove_old_files


class Command(BaseCommand):
    help = f"Xoá các tệp làm ở phía sau đã quá {KEPT_FOR.days} ngày; cần thì làm lại được bất cứ lúc nào."

    def handle(self, **options):
        self.stdout.write(f"Đã xoá {remove_old_files()} tệp.")
