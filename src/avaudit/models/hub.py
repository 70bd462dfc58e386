"""Source 2: the Hugging Face hub, or a mirror that answers the same addresses.

Addresses are `{hub}/{source}/resolve/{revision}/{file}`, with Range requests (RFC 9110, 14) to
take up an interrupted download.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from avaudit.models.place import BLOCK_BYTES, Progress, SourceFailed, finish, part_size, write
from avaudit.models.registry import Model, ModelFile

DEFAULT_HUB = "https://huggingface.co"

# Where only PyPI answers, the hub must be given up soon.
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
PAUSE_S = 0.5

_NO_CONNECTION = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def address(hub: str) -> str:
    """The hub as it may be shown: without a password or a path."""
    try:
        url = httpx.URL(hub)
    except httpx.InvalidURL:
        return "models_mirror"
    return f"{url.scheme}://{url.netloc.decode('ascii')}" if url.host else "models_mirror"


def download(
    model: Model, files: Sequence[ModelFile], hub: str, folder: Path, progress: Progress
) -> None:
    """Download files one after another. Raises `SourceFailed` at the first that cannot be had."""
    timeout = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    with httpx.Client(timeout=timeout, follow_redirects=True) as client:
        for file in files:
            url = f"{hub.rstrip('/')}/{model.source}/resolve/{model.revision}/{file.name}"
            _Download(client, url, folder, file, progress).run()


@dataclass(frozen=True, slots=True)
class _Download:
    """One file's way from an address into a folder."""

    client: httpx.Client
    url: str
    folder: Path
    file: ModelFile
    progress: Progress

    def run(self) -> None:
        resumed = self._had() > 0
        self._pull()
        try:
            finish(self.folder, self.file)
        except SourceFailed:
            if not resumed:
                raise
            # The beginning is from an earlier fetch (another mirror, or a power cut damaged it)
            # and is deleted by now: the whole is taken anew, once.
            self._pull()
            finish(self.folder, self.file)

    def _had(self) -> int:
        return part_size(self.folder, self.file)

    def _pull(self) -> None:
        """Gather all bytes; go on after a break as long as each attempt brings some."""
        while (had := self._had()) < self.file.size_bytes:
            broken = self._attempt(had)
            got = self._had()
            if got <= had:
                raise self._stuck(got, broken) from broken
            if got < self.file.size_bytes:
                time.sleep(PAUSE_S)  # a hub that broke off wants a moment

    def _attempt(self, had: int) -> httpx.HTTPError | None:
        """Ask for the bytes after the first `had`; what broke the answer off, if anything did."""
        try:
            self._request(had)
        except _NO_CONNECTION as error:
            raise SourceFailed("models.reason_connect", reason=_said(error)) from error
        except httpx.HTTPError as error:
            return error
        return None

    def _request(self, had: int) -> None:
        # Ranges count bytes as stored, so the server must not compress them.
        headers = {"Accept-Encoding": "identity"}
        if had:
            headers["Range"] = f"bytes={had}-"
        with self.client.stream("GET", self.url, headers=headers) as answer:
            status = answer.status_code
            partial = status == httpx.codes.PARTIAL_CONTENT
            fits = answer.headers.get("Content-Range", "").startswith(f"bytes {had}-")
            if status != httpx.codes.OK and not (partial and fits):
                raise SourceFailed("models.reason_http", file=self.file.name, status=status)
            # A server that knows no ranges answers 200 with the whole file.
            start = had if partial else 0
            blocks = answer.iter_raw(BLOCK_BYTES)
            write(self.folder, self.file, blocks, self.progress, start=start)

    def _stuck(self, got: int, broken: httpx.HTTPError | None) -> SourceFailed:
        at = {"file": self.file.name, "done": got, "expected": self.file.size_bytes}
        if broken is None:
            return SourceFailed("models.reason_short", **at)
        return SourceFailed("models.reason_dropped", **at, reason=_said(broken))


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
