"""What encoders say of themselves in user data (ITU-T H.264, D.1.7 and H.265, D.2.7)."""

from __future__ import annotations

import re

from avaudit.probe.bits import unescaped

USER_DATA = 5
_MAX_MESSAGES, _MAX_BYTES, _MAX_OPTIONS = 32, 4096, 64
_OPTION = re.compile(r"(?:^|\s)([a-z][a-z0-9_-]{0,30})=(\S{1,40})")


def user_data(nal: bytes, head: int) -> list[tuple[str, str]]:
    """Unregistered user data in an SEI unit with its `head` bytes: `(UUID in hex, text)`.

    Text is what can be shown of the data; binary data gives an empty text.
    """
    data = unescaped(nal[head:_MAX_BYTES])
    at, found = 0, []
    for _ in range(_MAX_MESSAGES):
        kind, at = _coded(data, at)
        size, at = _coded(data, at)
        if at >= len(data) or not size:
            break
        body = data[at : at + size]
        if kind == USER_DATA and len(body) >= 16:
            found.append((body[:16].hex(), _text(body[16:])))
        at += size
    return found


def _coded(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(data) and data[at] == 0xFF:
        value, at = value + 255, at + 1
    return (value + data[at], at + 1) if at < len(data) else (value, at)


def _text(body: bytes) -> str:
    raw = body.rstrip(b"\0\x80")
    shown = sum(32 <= byte < 127 for byte in raw)
    return raw.decode("ascii", "replace") if raw and shown >= 0.9 * len(raw) else ""


def options_of(text: str) -> dict[str, str]:
    """Options as x264 and x265 write them (`keyint=250`), bounded."""
    if "x264" not in text and "x265" not in text:
        return {}
    return dict(_OPTION.findall(text)[:_MAX_OPTIONS])
