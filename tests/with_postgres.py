"""Run a command with DATABASE_URL set: the given one, else a throw-away PostgreSQL cluster of its own.

python tests/with_postgres.py .venv/bin/python -m pytest
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def program(name: str) -> str:
    """PostgreSQL's server programs stand outside PATH on Debian."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = str(places[0]) if places else shutil.which(name)
    if not found:
        sys.exit(f"Không thấy {name}: cài PostgreSQL (gói postgresql) hoặc đặt DATABASE_URL.")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def cluster():
    """A cluster in a temporary folder, stopped and removed at the end; yields its DATABASE_URL."""
    # PostgreSQL refuses to run as root: hand the folder to its own account, or to nobody's.
    runner = []
    folder = Path(tempfile.mkdtemp(prefix="khuyenhoc-postgres-"))
    if os.getuid() == 0:
        accounts = Path("/etc/passwd").read_text(encoding="utf-8")
        account = "postgres" if "\npostgres:" in accounts else "nobody"
        shutil.chown(folder, account)
        runner = ["runuser", "-u", account, "--"]
    data, port = folder / "data", free_port()
    # Durability is no concern of a cluster that lives for one test run.
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([*runner, program("initdb"), "-D", data, "-U", "khuyenhoc", "-A", "trust", "-E", "UTF8"], **quiet)
    control = [*runner, program("pg_ctl"), "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], **quiet)
    try:
        yield f"postgres://khuyenhoc@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(cluster())
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
