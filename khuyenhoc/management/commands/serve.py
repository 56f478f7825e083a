import subprocess
import sys
from contextlib import contextmanager

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.template.loader import render_to_string
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

from khuyenhoc import first_run

# Above the limit of one file, so that the page itself refuses most of what is too large.
LARGEST_BODY = max(64, 2 * settings.MAX_UPLOAD_MB) * 2**20
WORKER = ["run_jobs", "--alone", "--with-parent"]


class RefusalTask(ErrorTask):
    """What waitress refuses by itself, before Django sees it: a body that is too large is told in Vietnamese."""

    def execute(self):
        if not isinstance(self.request.error, RequestEntityTooLarge):
            super().execute()
            return
        page = render_to_string("413.html", {"largest": settings.MAX_UPLOAD_MB}).encode()
        self.status = "413 Request Entity Too Large"
        self.response_headers += [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'"),
        ]
        self.set_close_on_finish()
        self.content_length = len(page)
        self.write(page)


@contextmanager
def worker_beside():
    """On the embedded database the jobs run in a process of their own, which ends with this one.

    In production `run_jobs` is a service by itself.
    """
    if not settings.DATABASE["ENGINE"].endswith("sqlite3"):
        yield
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *WORKER]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        yield
    finally:
        worker.stdin.close()
        worker.terminate()
        worker.wait()


class Command(BaseCommand):
    help = "Chạy ứng dụng: máy chủ web cho một văn phòng, không cần cài gì thêm."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args, host, port, threads, **options):
        if not 0 < port < 65536:
            raise CommandError("Cổng phải từ 1 đến 65535.")
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        HTTPChannel.error_task_class = RefusalTask
        address = f"http://{host}:{port}/"
        try:
            server = waitress.create_server(
                get_wsgi_application(),
                host=host,
                port=port,
                threads=threads,
                ident=None,
                max_request_body_size=LARGEST_BODY,
            )
        except OSError as error:
            raise CommandError(f"Không mở được cổng {port}: {error.strerror}. Thử --port khác.") from error
        self.stdout.write(f"Địa chỉ: {address}  (dừng bằng Ctrl+C)")
        if first_run.next_step() == "account":
            code = first_run.setup_code()
            # In production people come by the site's own name, not by this address.
            where = f"{address}first-run/?code={code}" if settings.DEBUG else "mở trang đăng nhập của phần mềm"
            self.stdout.write(f"Thiết lập lần đầu: {where}  (mã thiết lập {code})")
        try:
            with worker_beside():
                server.run()
        except KeyboardInterrupt:
            self.stdout.write("Đã dừng.")
