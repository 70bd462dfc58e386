"""A Prefect server of the tests' own, started as an administrator would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from support.night import environment


@dataclass(frozen=True)
class Server:
    """Where a server listens, and the environment that leads to it."""

    url: str
    home: Path

    def environment(self, **settings: str | Path) -> dict[str, str]:
        """The environment of whoever uses the server."""
        return environment(
            PREFECT_API_URL=self.url,
            PREFECT_HOME=self.home,
            DO_NOT_TRACK="1",
            PREFECT_SERVER_ANALYTICS_ENABLED="false",
            **settings,
        )

    def ask(self, what: str, **body: Any) -> Any:
        """The answer to a query of its API."""
        with httpx.Client(trust_env=False, timeout=30.0) as client:
            answer = client.post(f"{self.url}/{what}", json=body)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def server(home: Path) -> Iterator[Server]:
    """A server with everything it keeps in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Server(f"http://127.0.0.1:{port}/api", home)
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui",
               "--host", "127.0.0.1", "--port", str(port)]  # fmt: skip
    env = made.environment() | {"PREFECT_API_URL": ""}
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            _wait_for(made.url, process)
            yield made
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(f"{url}/health").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise TimeoutError("the Prefect server did not come up")
