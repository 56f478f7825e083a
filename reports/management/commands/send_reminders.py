from django.core.management.base import BaseCommand, CommandError

from reports.reminders import due_reminders, missing_settings, send_reminder

SHOWN = 10


class Command(BaseCommand):
    help = "Gửi thư nhắc thư ký các đơn vị chưa nộp báo cáo: một lần trước hạn, một lần khi quá hạn."

    def add_arguments(self, parser):
        parser.add_argument("--before", type=int, default=3, metavar="N", help="nhắc khi còn không quá N ngày (3)")
        parser.add_argument("--after", type=int, default=1, metavar="N", help="nhắc khi đã quá hạn N ngày (1)")
        parser.add_argument(
            "--until", type=int, default=30, metavar="N", help="thôi không nhắc khi đã quá hạn hơn N ngày (30)"
        )

    def handle(self, *args, before, after, until, **options):
        if before < 0 or after < 1 or until < after:
            raise CommandError("Cần --before từ 0, --after từ 1 và --until không nhỏ hơn --after.")
        if missing := missing_settings():
            self.stdout.write(f"Chưa cấu hình gửi thư (thiếu {', '.join(missing)}): không gửi thư nào.")
            return
        reminders, unreachable = due_reminders(before=before, after=after, until=until)
        failures = [failure for reminder in reminders if (failure := send_reminder(reminder))]
        self.stdout.write(f"Đã gửi {len(reminders) - len(failures)} thư nhắc.")
        if unreachable:
            names = ", ".join(organization.code for organization in unreachable[:SHOWN])
            more = f" và {len(unreachable) - SHOWN} đơn vị khác" if len(unreachable) > SHOWN else ""
            self.stdout.write(f"Chưa có thư ký nào có địa chỉ thư: {names}{more}. Hãy gọi điện.")
        if failures:
            raise CommandError("\n".join([f"{len(failures)} thư không gửi được, lần chạy sau gửi lại:", *failures]))
