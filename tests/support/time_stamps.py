"""A time-stamp service (RFC 3161) of the tests' own on loopback: OpenSSL makes its answers."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = service
[service]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[stamping]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
basicConstraints = critical, CA:false
"""


def can_stamp() -> bool:
    """Whether there is an `openssl` to run the service with."""
    return shutil.which("openssl") is not None


class Service:
    """A service with a root of its own. `mood`: well, refusing (HTTP), rejecting (RFC 3161),
    silent, other (about other data), replay (its first answer again), endless, garbage."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.mood, self.asked = "well", 0
        self.url = ""
        self.released = threading.Event()
        self._first: bytes | None = None
        self._certify()

    @property
    def root(self) -> Path:
        """The certificate that its stamps are checked against."""
        return self._folder / "ca.pem"

    def _openssl(self, *arguments: str, given: bytes | None = None) -> bytes:
        done = subprocess.run(
            ["openssl", *arguments], input=given, capture_output=True, cwd=self._folder, check=True
        )
        return done.stdout

    def _certify(self) -> None:
        (self._folder / "tsa.cnf").write_text(_CONFIG.format(folder=self._folder))
        (self._folder / "serial").write_text("01\n")
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self._openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
                      "-subj", "/CN=root")  # fmt: skip
        self._openssl("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=stamps")
        self._openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                      "-CAcreateserial", "-out", "tsa.pem", "-days", "30", "-extfile", "tsa.cnf",
                      "-extensions", "stamping")  # fmt: skip

    def answer(self, query: bytes) -> bytes:
        """The answer to a request, as its mood has it."""
        self.asked += 1
        if self.mood == "garbage":
            return b"<html>log in first</html>"
        if self.mood == "replay" and self._first:
            return self._first
        if self.mood in ("other", "rejecting"):  # about other data, or by a digest not accepted
            digest = ("00" * 32, "-sha256") if self.mood == "other" else ("00" * 48, "-sha384")
            return self._reply(self._openssl("ts", "-query", "-digest", *digest, "-cert"))
        made = self._reply(query)
        self._first = self._first or made
        return made

    def _reply(self, query: bytes) -> bytes:
        (self._folder / "query.tsq").write_bytes(query)
        self._openssl("ts", "-reply", "-config", "tsa.cnf", "-section", "service",
                      "-queryfile", "query.tsq", "-out", "reply.tsr")  # fmt: skip
        return (self._folder / "reply.tsr").read_bytes()

    def attests(self, data: Path, stamp: Path) -> bool:
        """Whether OpenSSL, which knows nothing of avaudit, takes a stamp for one of that file."""
        command = ["openssl", "ts", "-verify", "-data", str(data), "-in", str(stamp),
                   "-CAfile", str(self.root)]  # fmt: skip
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        service = self.service
        if service.mood == "silent":
            service.released.wait(60)
            return
        if service.mood == "refusing":
            self.send_error(503)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        if service.mood == "endless":
            while not service.released.is_set():
                try:
                    self.wfile.write(bytes(1 << 16))
                except OSError:
                    return
            return
        self.wfile.write(service.answer(query))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """A service that listens while the block runs."""
    made = Service(folder)
    handler = type("Handler", (_Handler,), {"service": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        made.url = f"http://127.0.0.1:{listening.server_address[1]}/tsa"
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.released.set()
            listening.shutdown()
            thread.join()
