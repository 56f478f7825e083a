"""Speed as ratios against a floor measured in the same run, on SQLite and on PostgreSQL: `make benchmark`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
START = "import django, runpy; django.setup(); runpy.run_path({!r}, run_name='__main__')"


def main(chosen: list[str]) -> None:
    """Run the jobs in a process per database; DATABASE_URL names the PostgreSQL.

    ``chosen``: these scripts instead, each of which makes what it needs (`funds.py`).
    """
    scripts = chosen or ["jobs.py"]
    with tempfile.TemporaryDirectory() as folder:
        waiting = [] if chosen else [(f"sqlite:///{folder}/nearly-empty.sqlite3", "waiting.py")]
        urls = (f"sqlite:///{folder}/benchmark.sqlite3", os.environ["DATABASE_URL"])
        for url, script in (*waiting, *((url, script) for url in urls for script in scripts)):
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
