"""Workers reach no network, whatever a recording makes of what runs in them."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('localhost', 80)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "socket.socket().bind(('127.0.0.1', 0))",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_an_attempt_is_refused(attempt: str) -> None:
    program = (
        "import socket\nfrom avaudit.worker import _stay_offline\n_stay_offline()\n"
        f"try:\n    {attempt}\nexcept OSError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert "workers reach no network" in done.stdout, done.stderr
