"""Content says what a file is; its name only where content is mute."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.media.sniff import HEAD_BYTES, Sniffed, read_head, sniff
from support.forge import Audio, Picture, make, tone

_SECOND = tone(0.5, 48000)
_MADE: dict[str, tuple[Picture | Audio]] = {
    "a.mp4": (Picture(0.2),), "a.mov": (Picture(0.2),), "a.mkv": (Picture(0.2),),
    "a.ts": (Picture(0.2),), "a.avi": (Picture(0.2, codec="mjpeg"),),
    "a.flv": (Picture(0.2, codec="flv"),), "a.mpg": (Picture(0.2, codec="mpeg1video"),),
    "a.wmv": (Picture(0.2, codec="wmv2"),), "a.m2ts": (Picture(0.2, codec="libx264"),),
    "a.264": (Picture(0.2, codec="libx264"),),
    "a.3gp": (Audio(tone(0.5, 8000), 8000, "libopencore_amrnb"),),
    "a.amr": (Audio(tone(0.5, 8000), 8000, "libopencore_amrnb"),),
    "a.mp3": (Audio(_SECOND, 48000, "libmp3lame"),), "a.wav": (Audio(_SECOND, 48000, "pcm_s16le"),),
    "a.ogg": (Audio(_SECOND, 48000, "libopus"),), "a.flac": (Audio(_SECOND, 48000, "flac"),),
    "a.aac": (Audio(_SECOND, 48000, "aac"),), "a.m4a": (Audio(_SECOND, 48000, "aac"),),
    "a.caf": (Audio(_SECOND, 48000, "pcm_s16le"),),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(_MADE))
def test_a_recording_is_one_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    container = "mpegts" if name == "a.m2ts" else None
    options = {"mpegts_m2ts_mode": "1"} if name == "a.m2ts" else {}
    path = make(tmp_path / name, *_MADE[name], container=container, options=options).path
    head = path.read_bytes()[:HEAD_BYTES]
    for called in ("x", "x.txt", "x.jpg", "x.pdf", "x.bin", name):
        assert sniff(head, called) is Sniffed.MEDIA, called


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\xff\xd8\xff\xe0....JFIF", Sniffed.PHOTO), (b"\x89PNG\r\n\x1a\n", Sniffed.PHOTO),
        (b"RIFF\0\0\0\0WEBPVP8 ", Sniffed.PHOTO), (b"\0\0\0\x18ftypheic", Sniffed.PHOTO),
        (b"RIFF\0\0\0\0WAVEfmt ", Sniffed.MEDIA), (b"\0\0\0\x18ftypqt  ", Sniffed.MEDIA),
        (b"%PDF-1.7", Sniffed.OTHER), (b"PK\x03\x04docx", Sniffed.OTHER),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sniffed.OTHER), (b'{"a": 1}', Sniffed.OTHER),
        ("执法台账\n一，二".encode(), Sniffed.OTHER),
        (b"activity_id,case_no\r\n1,2\r\n", Sniffed.OTHER),
        (b"", Sniffed.OTHER), (bytes(range(256)), Sniffed.UNKNOWN), (b"\0" * 64, Sniffed.UNKNOWN),
        (b"MZ\x90\0\x03\0", Sniffed.UNKNOWN),
    ],
)  # fmt: skip
def test_content_without_a_telling_name(head: bytes, what: Sniffed) -> None:
    assert sniff(head, "x") is what


@pytest.mark.parametrize("head", [b"%PDF-1.7", b"just some words\n", b"\0" * 64, bytes(range(256))])
@pytest.mark.parametrize("name", ["x.mp4", "X.MP4", "x.dav", "x.a.TS"])
def test_what_is_called_a_recording_is_not_passed_over(head: bytes, name: str) -> None:
    assert sniff(head, name) is Sniffed.MEDIA


def test_nothing_in_a_recording_or_photo_is_empty_and_in_a_document_is_nothing() -> None:
    assert sniff(b"", "x.mp4") is Sniffed.EMPTY
    assert sniff(b"", "x.JPG") is Sniffed.EMPTY
    assert sniff(b"", "x.txt") is Sniffed.OTHER
    assert sniff(b"\0" * 64, "x.jpeg") is Sniffed.PHOTO


@given(st.binary(max_size=HEAD_BYTES), st.text(max_size=20))
def test_any_content_under_any_name_is_something(head: bytes, name: str) -> None:
    assert sniff(head, name) in Sniffed
    # A name that says recording is never passed over, whatever the content.
    assert sniff(head, name + ".mp4") in (Sniffed.MEDIA, Sniffed.PHOTO, Sniffed.EMPTY)


def test_reading_the_head_leaves_the_position_alone(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(bytes(range(256)) * 8)
    with path.open("rb") as file:
        file.seek(100)
        assert read_head(file.fileno()) == (bytes(range(256)) * 8)[:HEAD_BYTES]
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 100
