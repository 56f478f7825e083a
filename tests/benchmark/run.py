"""Speed as ratios against a floor measured in the same run, on SQLite and on PostgreSQL: `make benchmark`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
START = "import django, runpy; django.setup(); runpy.run_path({!r}, run_name='__main__')"


def main(chosen: list[str]) -> None:
    """Run the jobs in a process per database; DATABASE_URL names the PostgreSQL. ``chosen``: only these scripts."""
    with tempfile.TemporaryDirectory() as folder:
        for url, script in (
            (f"sqlite:///{folder}/nearly-empty.sqlite3", "waiting.py"),
            (f"sqlite:///{folder}/benchmark.sqlite3", "jobs.py"),
            (os.environ["DATABASE_URL"], "jobs.py"),
            (f"sqlite:///{folder}/funds.sqlite3", "funds.py"),
            (os.environ["DATABASE_URL"], "funds.py"),
        ):
            if chosen and script not in chosen:
                continue
            environment = os.environ | {
                "ALLOWED_HOSTS": "localhost",
                "DATABASE_URL": url,
                "DEBUG": "0",
                "DJANGO_SETTINGS_MODULE": "khuyenhoc.settings",
                "MEDIA_ROOT": folder,
                "PYTHONPATH": str(FOLDER.parent.parent),
                "SECRET_KEY": "only-for-the-benchmark",
            }
            command = [sys.executable, "-c", START.format(str(FOLDER / script))]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
