"""`manage.py serve` as a province runs it: DEBUG=0, a fresh folder for static files."""

import os
import re
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(address, **headers):
    with urlopen(Request(address, headers=headers), timeout=5) as response:
        return response.headers, response.read()


@pytest.fixture
def office(tmp_path, mould):
    """The address of a server in production settings on an empty SQLite database."""
    port = free_port()
    environment = os.environ | {
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": mould.embedded(tmp_path / "office.sqlite3"),
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": "only-for-this-test",
        "STATIC_ROOT": str(tmp_path / "static"),
    }
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    server = subprocess.Popen([*manage, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            fetch(f"{address}/healthz")
            break
        except URLError:
            time.sleep(0.2)
    yield address
    server.terminate()
    server.wait(10)


def test_the_first_start_serves_compressed_files_under_lasting_names(office):
    _, page = fetch(f"{office}/accounts/login/")
    names = re.findall(r'(?:href|src)="(/static/[^"#]+)', page.decode())
    hashed = [name for name in names if re.search(r"\.[0-9a-f]{12}\.(css|js)$", name)]
    assert len(hashed) >= 3
    for name in hashed:
        headers, _ = fetch(f"{office}{name}", **{"Accept-Encoding": "gzip"})
        assert headers["Content-Encoding"] == "gzip", name
        assert "immutable" in headers["Cache-Control"], name
    assert "Tài khoản trình diễn" not in page.decode()


@pytest.mark.parametrize("port", [0, 99999, -1])
def test_an_impossible_port_is_refused(port):
    with pytest.raises(CommandError, match="65535"):
        call_command("serve", port=port)


def test_a_taken_port_is_refused_in_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="Không mở được cổng"):
            call_command("serve", port=taken.getsockname()[1])
