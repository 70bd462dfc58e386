"""What a container declares is reported as declared, and no more."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from avaudit import codec
from avaudit.domain.media import MediaFacts, MediaKind
from avaudit.media.open import open_descriptor, open_input
from avaudit.probe.container import media_facts
from support.forge import HEIGHT, WIDTH, Audio, Picture, make, tone


def facts(path: Path) -> MediaFacts:
    fd = open_descriptor(os.fsencode(path))
    try:
        with open_input(fd) as container:
            return media_facts(container)
    finally:
        os.close(fd)


def test_a_film(tmp_path: Path) -> None:
    made = make(
        tmp_path / "film.mp4",
        Picture(2.0, codec="libx264"),
        Audio(np.stack([tone(2, 44100)] * 2), 44100),
    )
    found = facts(made.path)
    assert found.kind is MediaKind.VIDEO
    assert "mp4" in found.container
    assert found.duration_s is None
    assert found.declared_duration_s == pytest.approx(2.0, abs=0.05)
    picture, sound = found.first("video"), found.first("audio")
    assert picture
    assert (picture.codec, picture.width, picture.height) == ("h264", WIDTH, HEIGHT)
    assert picture.frame_rate == pytest.approx(25)
    assert picture.pixel_format == "yuv420p"
    assert sound
    assert (sound.codec, sound.sample_rate, sound.channels) == ("aac", 44100, 2)


@pytest.mark.parametrize(
    ("name", "declares"),
    [("a.mp4", True), ("a.mkv", True), ("a.avi", True), ("a.flv", True), ("a.ts", False)],
)
def test_only_headers_that_declare_a_length_are_believed(
    tmp_path: Path, name: str, declares: bool
) -> None:
    codec_ = "flv" if name == "a.flv" else "mpeg4"
    found = facts(make(tmp_path / name, Picture(2.0, codec=codec_)).path)
    if declares:
        assert found.declared_duration_s == pytest.approx(2.0, abs=0.05)
    else:
        assert found.declared_duration_s is None


def test_sound_alone(tmp_path: Path) -> None:
    for name, codec_ in (("s.mp3", "libmp3lame"), ("s.wav", "pcm_s16le")):
        found = facts(make(tmp_path / name, Audio(tone(1, 44100), 44100, codec_)).path)
        assert found.kind is MediaKind.AUDIO
        assert found.first("video") is None
        assert (found.declared_duration_s is None) is (name == "s.mp3")


def test_tags_are_kept_as_they_are_and_bounded(tmp_path: Path) -> None:
    tags = {
        "title": "执法\n\x1b[31m",
        "comment": "长" * 2000,
        "creation_time": "2026-11-18T01:30:00Z",
    }
    found = facts(make(tmp_path / "t.mkv", Picture(0.4), tags=tags).path)
    kept = {name.lower(): value for name, value in found.tags.items()}
    assert kept["comment"] == "长" * 512
    assert kept["creation_time"].startswith("2026-11-18T01:30:00")
    assert kept["title"].startswith("执法")


def test_many_tags_are_cut_to_a_bound(tmp_path: Path) -> None:
    tags = {f"tag{number:03d}": "x" for number in range(200)}
    found = facts(make(tmp_path / "t.mkv", Picture(0.4), tags=tags).path)
    assert len(found.tags) == 64


def test_tags_that_are_no_utf8_are_readable_and_can_be_stored(tmp_path: Path) -> None:
    path = make(tmp_path / "t.mkv", Picture(0.4), tags={"title": "XXXXXXXX"}).path
    path.write_bytes(path.read_bytes().replace(b"XXXXXXXX", "标题".encode("gb18030") + b"YYYY"))
    found = facts(path)
    title = next(value for name, value in found.tags.items() if name.lower() == "title")
    assert title.endswith("YYYY")
    assert codec.from_json(MediaFacts, codec.to_json(found)) == found


def test_a_cover_picture_makes_no_film(tmp_path: Path) -> None:
    """An ID3 tag with a picture in it, as phones put on their voice memos."""
    path = make(tmp_path / "s.mp3", Audio(tone(1, 44100), 44100, "libmp3lame")).path
    photo = make(tmp_path / "p.jpg", Picture(0.04, codec="mjpeg"), container="image2").path
    body = b"\0image/jpeg\0\x03\0" + photo.read_bytes()
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\0\0" + body
    size = len(frame)
    syncsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    sound = path.read_bytes()
    start = sound.index(b"\xff\xfb")
    path.write_bytes(b"ID3\x03\0\0" + syncsafe + frame + sound[start:])
    found = facts(path)
    assert found.kind is MediaKind.AUDIO
    assert [stream.attached_picture for stream in found.streams if stream.kind == "video"] == [True]
    assert found.first("video") is None
