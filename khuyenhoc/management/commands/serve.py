import subprocess
import sys
from contextlib import contextmanager

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application

from khuyenhoc import first_run

WORKER = ["run_jobs", "--alone", "--with-parent"]


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
        address = f"http://{host}:{port}/"
        try:
            server = waitress.create_server(
                get_wsgi_application(),
                host=host,
                port=port,
                threads=threads,
                ident=None,
                max_request_body_size=64 * 2**20,
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
