"""The empty, migrated database: made once in a test run; every process, and every office of its own, gets a copy."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

# The first process of the run sets it, those that it starts inherit it.
FOLDER = "KHUYENHOC_TEST_FOLDER"


@contextlib.contextmanager
def folder_of_the_run(blocker):
    """The folder that all processes of a run share; removed, with the mould, by the one that made it."""
    if FOLDER in os.environ:
        yield
        return
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="khuyenhoc-test-")
    try:
        yield
    finally:
        mould = Mould()
        if mould.note.exists():
            with blocker.unblock():
                mould.drop(mould.note.read_text())
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


class Mould:
    def __init__(self):
        self.folder = Path(os.environ[FOLDER])
        self.note = self.folder / "mould"

    def name(self) -> str:
        """The mould's database; whoever asks first migrates it, the others wait."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.note.exists():
                if connection.vendor == "sqlite":
                    connection.settings_dict["TEST"]["NAME"] = str(self.folder / "mould.sqlite3")
                name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                connection.close()
                self.note.write_text(name)
        return self.note.read_text()

    def copy(self, name: str, source: str | None = None) -> str:
        """Another database that begins as the mould, or as ``source``, stands; answers its name."""
        source = source or self.name()
        if connection.vendor == "sqlite":
            return str(shutil.copy(source, self.folder / f"{name}.sqlite3"))
        name = f"{self.name()}_{name}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return name

    def drop(self, name: str) -> None:
        if connection.vendor == "sqlite":
            for end in ("", "-wal", "-shm"):
                Path(name + end).unlink(missing_ok=True)
            return
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """DATABASE_URL for a process that works on that database."""
        if connection.vendor == "sqlite":
            return f"sqlite:///{name}"
        facts = connection.settings_dict
        return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{name}"

    def embedded(self, path: Path) -> str:
        """DATABASE_URL of a migrated SQLite database at ``path``, whatever the tests themselves run on."""
        url = f"sqlite:///{path}"
        if connection.vendor == "sqlite":
            shutil.copy(self.name(), path)
        else:
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ | {"DATABASE_URL": url}, check=True)
        return url


def work_on(name: str) -> None:
    """Let this process use that database from now on."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
