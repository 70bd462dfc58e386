"""A bounded part of the mutants: none takes the night, or more than its share, with it."""

from __future__ import annotations

from pathlib import Path

from fuzz.mutants import boxes, mutant, originals, run

_NUMBER = 60


def test_mutants_are_answers_and_nothing_else() -> None:
    tally = run(_NUMBER, jobs=2)
    assert tally.number == _NUMBER
    assert set(tally.outcomes) <= {"examined", "partial", "unexaminable"}
    assert len(tally.outcomes) > 1
    assert tally.peak_mb < 1024


def test_a_mutant_can_be_made_again(tmp_path: Path) -> None:
    files = originals(tmp_path)
    made = [mutant(files, 7, number) for number in range(200)]
    assert made == [mutant(files, 7, number) for number in range(200)]
    assert made != [mutant(files, 8, number) for number in range(200)]
    assert sum(data == files[n % len(files)] for n, (_, data) in enumerate(made)) < 20


def test_boxes_of_a_file_are_found(tmp_path: Path) -> None:
    mp4 = next(data for data in originals(tmp_path) if data[4:8] == b"ftyp")
    kinds = [mp4[at + 4 : at + 8] for at in boxes(mp4)]
    assert {b"ftyp", b"mdat", b"moov", b"trak", b"stsz"} <= set(kinds)
