"""The fuzz target over made files with some bytes changed: an answer each time."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz.fuzz_structure import one_input
from support.forge import Audio, Picture, make, mutated_bytes, tone


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "ts", "avi", "wav"])
def test_changed_files_end_in_an_answer(tmp_path: Path, ending: str) -> None:
    sound = Audio(tone(0.5, 48000), 48000, "pcm_s16le" if ending == "wav" else "aac")
    path = tmp_path / f"a.{ending}"
    make(path, *(() if ending == "wav" else (Picture(0.5),)), sound)
    data, chance = path.read_bytes(), random.Random(ending)
    one_input(data)
    heads = [at for at in range(len(data) - 4) if data[at : at + 4] in _MARKS] or [0]
    for _ in range(150):
        places = [chance.choice(heads) + chance.randrange(-8, 24) for _ in range(3)]
        places += [chance.randrange(len(data))]
        changes = [
            (max(0, at), chance.choice((b"\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x7f", b"\x80")))
            for at in places
        ]
        one_input(mutated_bytes(data, changes)[: chance.choice((len(data), len(data) // 2))])


_MARKS = {b"moov", b"trak", b"stsz", b"stco", b"stts", b"stsc", b"elst", b"udta", b"meta", b"ilst",
          b"LIST", b"idx1", b"hdrl", b"RIFF", b"\x1f\x43\xb6\x75", b"\x15\x49\xa9\x66"}  # fmt: skip
