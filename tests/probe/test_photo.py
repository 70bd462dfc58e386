"""Photos: their size as stored, whether they can be read, and nothing of a duration."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from avaudit.domain.media import MediaFacts, MediaKind
from avaudit.errors import Unexaminable
from avaudit.probe.photo import photo_facts


def photo(path: Path) -> MediaFacts:
    fd = os.open(path, os.O_RDONLY)
    try:
        return photo_facts(fd)
    finally:
        os.close(fd)


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "webp", "tiff"])
def test_a_photo_has_its_size_and_no_duration(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"p.{suffix}"
    assert cv2.imwrite(str(path), np.full((120, 160, 3), 90, np.uint8))
    found = photo(path)
    assert found.kind is MediaKind.PHOTO
    picture = found.first("video")
    assert picture
    assert (picture.width, picture.height) == (160, 120)
    assert found.duration_s is found.declared_duration_s is None


def test_the_size_is_that_of_the_file_however_the_camera_was_held(tmp_path: Path) -> None:
    path = tmp_path / "upright.jpg"
    cv2.imwrite(str(path), np.full((120, 160, 3), 90, np.uint8))
    # An Exif block that says: turn by 90 degrees (orientation 6).
    tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    block = b"Exif\0\0" + tiff
    data = path.read_bytes()
    path.write_bytes(
        data[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + data[2:]
    )
    turned = cv2.imread(str(path))
    assert turned is not None
    assert turned.shape[:2] == (160, 120)
    picture = photo(path).first("video")
    assert picture
    assert (picture.width, picture.height) == (160, 120)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0" + b"\0" * 100, b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_decoded_is_damaged(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.jpg"
    path.write_bytes(data)
    with pytest.raises(Unexaminable) as caught:
        photo(path)
    assert caught.value.key == "damaged"


def test_a_file_too_large_for_a_photo_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    with path.open("wb") as file:
        file.truncate((256 << 20) + 1)
    with pytest.raises(Unexaminable) as caught:
        photo(path)
    assert caught.value.key == "too_large"
