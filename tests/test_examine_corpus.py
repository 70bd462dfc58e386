"""Damaged recordings by the dozen: each ends in an answer, and no byte of one is changed."""

from __future__ import annotations

import hashlib
import random
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from avaudit.domain.examination import Examination
from avaudit.domain.signal import FileRead
from avaudit.errors import Unexaminable
from avaudit.isolate import WorkerPool
from support.forge import Audio, Picture, make, mutated_bytes, tone
from support.workers import request

_LIMIT_S = 20.0
_SIZES = (0, 1, 7, 8, 2**31, 2**32 - 1)
_LARGE_SIZES = (0, 15, 2**63 - 1, 2**64 - 1)
#: What a worker may answer about a damaged file without an examination.
_DIED = {"timeout", "memory", "crashed"}

Mutants = dict[str, bytes]


def _originals(folder: Path) -> dict[str, bytes]:
    picture, sound = Picture(2.0), tone(2.0, 48000)
    for name in ("c.mp4", "c.mkv", "c.ts", "c.avi"):
        make(folder / name, picture, Audio(sound, 48000))
    make(folder / "c.flv", Picture(2.0, codec="flv"), Audio(tone(2.0, 44100), 44100))
    make(folder / "c.3gp", picture, Audio(tone(2.0, 8000), 8000, "libopencore_amrnb"))
    make(folder / "c.wav", Audio(sound, 48000, "pcm_s16le"))
    make(folder / "c.mp3", Audio(sound, 48000, "libmp3lame"))
    make(folder / "c.jpg", Picture(0.04, codec="mjpeg"), container="image2")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _cut(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for at in (1, 4, 8, 11, 33, *(chance.randrange(40, len(data)) for _ in range(4))):
        yield f"cut{at}", data[:at]


def _flipped(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for flips in (1, 30, 1000):
        places = [chance.randrange(len(data)) for _ in range(flips)]
        yield (
            f"flip{flips}",
            mutated_bytes(
                data, ((at, bytes([data[at] ^ 1 << chance.randrange(8)])) for at in places)
            ),
        )
    at_head = [chance.randrange(min(200, len(data))) for _ in range(8)]
    yield "head", mutated_bytes(data, ((at, bytes([chance.randrange(256)])) for at in at_head))


def _overwritten(data: bytes) -> Iterator[tuple[str, bytes]]:
    third, half = len(data) // 3, len(data) // 2
    yield "zeros", data[:third] + bytes(third) + data[2 * third :]
    yield "swapped", data[half:] + data[:half]
    yield "doubled", data + data


def _boxes(data: bytes) -> Iterator[int]:
    """Where the boxes of an MP4 begin that hold others or tables, found by their names."""
    for kind in (b"ftyp", b"mdat", b"moov", b"trak", b"stsz", b"stts", b"stsd", b"edts"):
        at = data.find(kind)
        if at >= 4:
            yield at - 4


def _wrong_lengths(data: bytes) -> Iterator[tuple[str, bytes]]:
    for number, at in enumerate(_boxes(data)):
        size = _SIZES[number % len(_SIZES)]
        yield f"box{at}={size}", mutated_bytes(data, [(at, struct.pack(">I", size))])
        large = _LARGE_SIZES[number % len(_LARGE_SIZES)]
        head = struct.pack(">I4sQ", 1, data[at + 4 : at + 8], large)
        yield f"box{at}=64:{large}", mutated_bytes(data, [(at, head)])
    for kind in (b"stsz", b"stts", b"stco", b"stsc"):  # how many entries a table says it has
        at = data.find(kind) + 8
        yield f"entries{kind.decode()}", mutated_bytes(data, [(at, b"\x7f\xff\xff\xff" * 2)])


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> Mutants:
    """File name -> content. The seed is fixed: a failure can be looked at again."""
    chance = random.Random(20261118)
    found: Mutants = {}
    for name, data in _originals(tmp_path_factory.mktemp("whole")).items():
        changed = [*_cut(data, chance), *_flipped(data, chance), *_overwritten(data)]
        if name.endswith((".mp4", ".3gp")):
            changed += _wrong_lengths(data)
        for what, mutant in changed:
            found[f"{what}-{name}"] = mutant
    return found


def _ask(pool: WorkerPool, path: Path) -> tuple[Examination | Unexaminable, float]:
    begun = time.monotonic()
    try:
        return pool.examine(request(path)), time.monotonic() - begun
    except Unexaminable as error:
        return error, time.monotonic() - begun


@pytest.fixture(scope="module")
def answers(
    mutants: Mutants, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, tuple[Examination | Unexaminable, float]]]]:
    folder = tmp_path_factory.mktemp("mutants")
    for name, data in mutants.items():
        (folder / name).write_bytes(data)
    with WorkerPool(2, _LIMIT_S, 4096) as pool, ThreadPoolExecutor(2) as threads:
        asked = threads.map(lambda name: (name, _ask(pool, folder / name)), mutants)
        yield folder, dict(asked)


def test_the_corpus_is_of_a_size_worth_running(mutants: Mutants) -> None:
    assert 140 <= len(mutants) <= 200


def test_every_damaged_file_ends_in_an_answer_in_time(
    answers: tuple[Path, dict[str, tuple[Examination | Unexaminable, float]]], mutants: Mutants
) -> None:
    _, given = answers
    assert given.keys() == mutants.keys()
    for name, (answer, wall_s) in given.items():
        assert wall_s < _LIMIT_S + 5, name
        if isinstance(answer, Unexaminable):
            assert answer.key in _DIED, name
            continue
        # Either something was measured, or it is said why not: never neither.
        assert answer.failures or "packets" in answer.signals or answer.media, name
        assert answer.signals[FileRead.NAME]["stable"] is True, name


def test_every_examined_file_has_the_digest_of_its_bytes(
    answers: tuple[Path, dict[str, tuple[Examination | Unexaminable, float]]], mutants: Mutants
) -> None:
    _, given = answers
    for name, (answer, _) in given.items():
        if isinstance(answer, Examination):
            expected = hashlib.sha256(mutants[name]).hexdigest()
            assert answer.signals[FileRead.NAME]["sha256"] == expected, name


def test_no_file_was_changed(
    answers: tuple[Path, dict[str, tuple[Examination | Unexaminable, float]]], mutants: Mutants
) -> None:
    folder, _ = answers
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == mutants


def test_hardly_any_of_them_cost_a_worker(
    answers: tuple[Path, dict[str, tuple[Examination | Unexaminable, float]]],
) -> None:
    """A worker's death is the last resort: damage should be said, not died of."""
    _, given = answers
    died = {name: str(a) for name, (a, _) in given.items() if isinstance(a, Unexaminable)}
    assert not died
