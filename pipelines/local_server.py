"""A Prefect server of one's own for a run where nobody has set one up: quiet, private, short-lived.

Prefect's own ephemeral server prints what goes wrong in it, tracebacks of its shutdown among them,
on the terminal of whoever runs a flow, and shares one database with every other one. This one
writes to a log, is stopped only when all events have been delivered, never shares, and does not
outlive a flow that is killed.
"""

from __future__ import annotations

import os

# Before Prefect is imported: it reads these once. Nothing is reported to anybody.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

import fcntl
import logging
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from prefect.events.worker import EventsWorker
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from avaudit.errors import WorkerUnavailable

_START_S, _STOP_S = 180.0, 15.0
_DRAIN_S = 30.0
_GUARD = Path(__file__).with_name("guard.py")


@contextmanager
def prefect_server(home: Path) -> Iterator[None]:
    """Have a Prefect server: the configured one where there is one, else a private one.

    `home` keeps the private server's database, so that only the first start has to build it. A
    second flow at the same time gets a temporary one. Raises `WorkerUnavailable` where the private
    server does not come up.
    """
    if PREFECT_API_URL.value():
        yield
        return
    with ExitStack() as stack:
        folder = stack.enter_context(_own_folder(home))
        url = stack.enter_context(_running(folder))
        settings = {PREFECT_API_URL: url, PREFECT_LOGGING_TO_API_ENABLED: False}
        stack.enter_context(temporary_settings(settings))
        for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
            # The flow tells its users itself what they need to know, in their language.
            logging.getLogger(name).setLevel(logging.CRITICAL)
        yield
        # The server must outlive the last event, or both ends complain.
        EventsWorker.drain_all(timeout=_DRAIN_S)


@contextmanager
def _own_folder(home: Path) -> Iterator[Path]:
    """`home` where nobody else uses it now, else a temporary folder."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "in_use.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            temporary = Path(tempfile.mkdtemp(prefix="avaudit-prefect-"))
            try:
                yield temporary
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
        else:
            yield home


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    """A server process with its database and log in a folder; gives its API address."""
    port = _free_port()
    environment = {
        **os.environ,
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_API_URL": "",
    }
    lifeline_read, lifeline = os.pipe()
    command = [sys.executable, str(_GUARD), str(lifeline_read),
               sys.executable, "-m", "prefect", "server", "start", "--no-ui",
               "--host", "127.0.0.1", "--port", str(port)]  # fmt: skip
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=[lifeline_read],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the flow, which then stops the server
        )
        os.close(lifeline_read)
        try:
            url = f"http://127.0.0.1:{port}/api"
            _wait_for(url, process, log)
            yield url
        finally:
            _stop(process)
            os.close(lifeline)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    with httpx.Client(timeout=5.0, trust_env=False) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(f"{url}/health").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)  # not listening yet
    raise WorkerUnavailable("flow.no_server", log=str(log))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and what it started: politely, then not."""
    for how, wait_s in ((signal.SIGINT, _STOP_S), (signal.SIGKILL, _STOP_S)):
        if process.poll() is None:
            os.killpg(process.pid, how)
            try:
                process.wait(wait_s)
            except subprocess.TimeoutExpired:
                continue
