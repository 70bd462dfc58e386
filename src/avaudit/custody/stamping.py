"""Time stamps (RFC 3161) of the custody chain's head: a service elsewhere says what was there when.

A stamp is two files: `head-N.json`, the head of a chain of N events, and `head-N.tsr`, the
service's answer about those bytes. They lie beside the heads that are kept elsewhere, or in the
chain's folder, and anybody can check them without this program:

    openssl ts -verify -data head-N.json -in head-N.tsr -CAfile CA.pem
"""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from avaudit.codec import plain_to_json, to_plain
from avaudit.domain.custody import Head
from avaudit.errors import ConfigError
from avaudit.i18n import printable
from avaudit.settings import Settings
from avaudit.store import chain
from avaudit.store.disk import refusals_of, replace_whole
from avaudit.store.places import custody_folder

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

_CONNECT_S, _READ_S, _WHOLE_S = 5.0, 15.0, 30.0
#: An answer with a chain of certificates is a few thousand bytes long.
_MOST_BYTES = 1 << 18
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_GRANTED = 0


@dataclass(frozen=True, slots=True)
class Stamped:
    """What came of asking for a stamp tonight. `at` is the service's time, None without a stamp.

    `trouble` says why there is none; it is "" where none was asked for as well. `ahead_s` is how
    far this machine's clock was ahead of the service's.
    """

    at: datetime | None = None
    trouble: str = ""
    ahead_s: float = 0.0


@dataclass(frozen=True, slots=True)
class StampProof:
    """What the kept stamps are: `heads` are those that they, or their files, bear witness to.

    `verified` were checked against the service's certificate, `unchecked` could not be (no
    certificate is set). `spoilt` are (file, reason) of those that are no stamp of their head.
    """

    heads: tuple[Head, ...] = ()
    verified: int = 0
    unchecked: int = 0
    spoilt: tuple[tuple[str, str], ...] = ()
    last_at: datetime | None = None


class _Unfit(Exception):
    """An answer that is no stamp of what was asked. Says why."""


def stamps_folder(settings: Settings) -> Path:
    """Where stamps are written: beside the heads that are kept elsewhere, else with the chain."""
    heads = settings.custody_heads
    return heads.with_name(f"{heads.stem}.stamps") if heads else _own_folder(settings)


def _own_folder(settings: Settings) -> Path:
    return custody_folder(settings.db) / "stamps"


def stamp_head(settings: Settings, head: Head | None) -> Stamped:
    """Have the head stamped, where a service is set and this head has no stamp yet.

    A service that does not answer, or not as it should, is trouble and no error: the next night's
    head binds all that this one does. Raises `ConfigError` for certificates that cannot be read,
    `StoreError` where the stamp cannot be written.
    """
    if head is None or not settings.custody_tsa:
        return Stamped()
    kept = stamps_folder(settings) / f"head-{head.position}.json"
    data = (plain_to_json(to_plain(head)) + "\n").encode()
    if _is(kept, data) and kept.with_suffix(".tsr").exists():
        return Stamped()
    try:
        answer, at = _ask(settings, data)
    except (httpx.HTTPError, httpx.InvalidURL, _Unfit) as error:
        return Stamped(trouble=printable(str(error) or type(error).__name__))
    with refusals_of(kept):
        kept.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(kept, data)  # first: a stamp without its head is nothing
        replace_whole(kept.with_suffix(".tsr"), answer)
    return Stamped(at, ahead_s=(datetime.now(UTC) - at).total_seconds())


def _is(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except OSError:
        return False


def _ask(settings: Settings, data: bytes) -> tuple[bytes, datetime]:
    """The service's answer about data, and its time. Raises what httpx does, and `_Unfit`."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415  (see below)

    roots = _roots(settings)
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = _post(settings.custody_tsa, request.as_bytes())
    return answer, _checked(answer, data, roots, request)


def _post(url: str, query: bytes) -> bytes:
    deadline = time.monotonic() + _WHOLE_S
    timeout = httpx.Timeout(_READ_S, connect=_CONNECT_S)
    headers = {"Content-Type": _QUERY, "Accept": _REPLY}
    received = bytearray()
    with httpx.stream("POST", url, content=query, headers=headers, timeout=timeout) as response:
        if response.status_code != httpx.codes.OK:
            raise _Unfit(f"HTTP {response.status_code}")
        for piece in response.iter_bytes():
            received += piece
            if len(received) > _MOST_BYTES or time.monotonic() > deadline:
                raise _Unfit("the answer does not end")
    return bytes(received)


def check_stamps(settings: Settings) -> StampProof:
    """Check every stamp that is kept. Raises `ConfigError` for certificates that cannot be read."""
    roots = _roots(settings)
    heads: list[Head] = []
    spoilt: list[tuple[str, str]] = []
    times: list[datetime] = []
    for file in _kept(settings):
        stamp = file.with_suffix(".tsr")
        with refusals_of(stamp):
            data, answer = file.read_bytes(), stamp.read_bytes()[:_MOST_BYTES]
        try:
            times.append(_checked(answer, data, roots))
        except _Unfit as error:
            spoilt.append((str(stamp), printable(str(error))))
            continue
        heads += chain.read_heads(file)
    verified = len(times) if roots else 0
    last_at = max(times, default=None)
    return StampProof(tuple(heads), verified, len(times) - verified, tuple(spoilt), last_at)


def _kept(settings: Settings) -> Iterator[Path]:
    """Heads that have a stamp, where stamps are written now and where they were without heads."""
    for folder in dict.fromkeys((_own_folder(settings), stamps_folder(settings))):
        for file in sorted(folder.glob("head-*.json")):
            if file.with_suffix(".tsr").exists():
                yield file


def _roots(settings: Settings) -> list[Certificate]:
    """The certificates that stamps are checked against; none where none are set."""
    file = settings.custody_tsa_ca
    if file is None:
        return []
    # cryptography takes a tenth of a second to import: only where there are stamps.
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        reason = printable(str(error))
        raise ConfigError("keeping.stamp_ca", file=str(file), reason=reason) from error


def _checked(
    answer: bytes, data: bytes, roots: list[Certificate], request: TimeStampRequest | None = None
) -> datetime:
    """The time of a stamp that is one of this data. Raises `_Unfit` where it is not.

    Without certificates only what it says is compared, not who says it.
    """
    from rfc3161_client import (  # noqa: PLC0415
        VerificationError,
        VerifierBuilder,
        decode_timestamp_response,
    )

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of certificates that are oddly made: for programmers
            response = decode_timestamp_response(in_order(answer))
            _compare(response, data, request)
            if roots:
                VerifierBuilder(roots=roots).build().verify_message(response, data)
            return response.tst_info.gen_time.replace(tzinfo=UTC)
    except (ValueError, VerificationError) as error:
        raise _Unfit(str(error) or type(error).__name__) from error


def _compare(response: TimeStampResponse, data: bytes, request: TimeStampRequest | None) -> None:
    if response.status != _GRANTED:
        raise _Unfit("; ".join(response.status_string) or f"status {response.status}")
    if response.tst_info.message_imprint.message != hashlib.sha256(data).digest():
        raise _Unfit("it is a stamp of something else")
    if request is not None and response.tst_info.nonce != request.nonce:
        raise _Unfit("it is an answer to another request")


def in_order(answer: bytes) -> bytes:
    """An answer with its certificates in the order of DER (X.690, 11.6), as the decoder wants them.

    Many services keep another (OpenSSL's among them). The signature does not cover them, and what
    is kept is what was sent. Raises `ValueError` where it is not built as RFC 3161 says.
    """
    at = _content(answer, 0)  # the whole answer
    token = _end(answer, at)  # after its status
    if token == len(answer):
        return answer  # a refusal
    at = _content(answer, token)
    at = _content(answer, _end(answer, at))  # after the token's type: what is signed, in a wrapper
    at = _content(answer, at)
    for _ in range(3):  # version, digest algorithms, the time stamp itself
        at = _end(answer, at)
    if answer[at : at + 1] != b"\xa0":
        return answer  # no certificates
    begin, end = _content(answer, at), _end(answer, at)
    parts, at = [], begin
    while at < end:
        parts.append(answer[at : _end(answer, at)])
        at = _end(answer, at)
    return answer[:begin] + b"".join(sorted(parts)) + answer[end:]


def _content(data: bytes, at: int) -> int:
    """Where the content of a DER element begins. Raises `ValueError`."""
    first = data[at + 1 : at + 2]
    if not first or first == b"\x80":
        raise ValueError("not DER")
    return at + 2 + (first[0] & 0x7F if first[0] & 0x80 else 0)


def _end(data: bytes, at: int) -> int:
    """Where a DER element ends. Raises `ValueError`."""
    begin = _content(data, at)
    length = data[at + 1] if begin == at + 2 else int.from_bytes(data[at + 2 : begin], "big")
    if begin + length > len(data):
        raise ValueError("an answer that is cut off")
    return begin + length
