"""A bounded part of the mutants: none takes the night, or more than its share, with it."""

from __future__ import annotations

import pytest

from fuzz.mutants import Mutants, run
from fuzz.places import places
from fuzz.specimens import Specimen, specimens

_NUMBER = 40


@pytest.fixture(scope="module")
def files() -> list[Specimen]:
    return specimens()


def test_mutants_are_answers_and_nothing_else(files: list[Specimen]) -> None:
    half = Mutants(files).planned
    for first in (0, half):  # through parts of files, and anywhere
        tally = run(first + _NUMBER // 2, first=first, jobs=2, files=files)
        assert tally.number == _NUMBER // 2
        assert set(tally.outcomes) <= {"examined", "partial", "unexaminable"}
        assert len(tally.outcomes) > 1
        assert tally.peak_mb < 1024


def test_a_mutant_can_be_made_again(files: list[Specimen]) -> None:
    again, other = specimens(), Mutants(files, 8)
    mutants = Mutants(files, 7)
    numbers = [*range(100), *range(mutants.planned, mutants.planned + 100)]
    made = [mutants.make(number) for number in numbers]
    assert made == [Mutants(again, 7).make(number) for number in numbers]
    assert made[:100] == [other.make(number) for number in numbers[:100]]
    assert made[100:] != [other.make(number) for number in numbers[100:]]
    assert sum(data == file.data for file, _, data in made) < 20


def test_parts_of_files_are_found(files: list[Specimen]) -> None:
    found = {one.name: [(p, one.data) for p in places(one.data)] for one in files}
    kinds = {
        name: {data[p.start : p.start + 8] for p, data in told} for name, told in found.items()
    }
    assert {b"ftyp", b"mdat", b"moov", b"trak", b"stsz"} <= {k[4:] for k in kinds["a.mp4"]}
    assert {b"RIFF", b"LIST", b"avih", b"idx1"} <= {k[:4] for k in kinds["a.avi"]}
    assert b"\x18\x53\x80\x67" in {k[:4] for k in kinds["a.mkv"]}
    assert b"\x1f\x43\xb6\x75" in {k[:4] for k in kinds["a.mkv"]}  # a cluster
    (wmv,) = (name for name in found if name.endswith(".wmv") and name.startswith("begin"))
    assert len(kinds[wmv]) > 5


def test_lengths_are_set_where_containers_have_them(files: list[Specimen]) -> None:
    for one in files:
        for place in places(one.data)[:20]:
            for length in (0, 1, 1 << 31, 1 << 63):
                mutant = place.with_length(one.data, length)
                assert len(mutant) == len(one.data)
                changed = [
                    i for i, (a, b) in enumerate(zip(one.data, mutant, strict=True)) if a != b
                ]
                assert not changed or place.start <= changed[0] <= changed[-1] < place.start + 24
