"""Every frame looked at: jumps, insertions and loops lie where they were made, flashes do not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from avaudit import codec
from avaudit.compose import signals_of
from avaudit.domain.examination import ExamineRequest
from avaudit.domain.media import FileFacts
from avaudit.domain.picture_seams import PictureSeams
from avaudit.domain.signal import FileRead
from avaudit.examine import examine
from avaudit.examine_deep import measure_deep
from avaudit.gathered import Gathered
from avaudit.integrity.pixel import cues
from avaudit.kept import examination_from
from avaudit.media.open import open_descriptor, open_input
from avaudit.media.reel import Reel
from avaudit.probe.container import media_facts
from avaudit.signals.seams_picture import PictureSeamsMeter
from support.cameras import Camera, clean, sensor
from support.forge import Picture, make
from support.scenes import Gray, encode

_CODED = {"preset": "veryfast", "g": "40", "bf": "0", "crf": "24"}
_FPS = 25


@cache
def _taken(seed: int, held: bool, seconds: float = 10.0) -> list[Gray]:
    camera = Camera(seconds=seconds, width=320, height=176, held=held, seed=seed)
    return list(sensor(clean(camera), camera))


def _seams(path: Path) -> PictureSeams:
    """All of a file, without its other measurements."""
    fd, gathered = open_descriptor(os.fsencode(path)), Gathered()
    try:
        with open_input(fd) as container:
            gathered.media = media_facts(container)
        with Reel(fd, 0, 0.0) as reel:
            measure_deep(ExamineRequest("", deep=True), reel, gathered)
    finally:
        os.close(fd)
    found: PictureSeams = gathered.signals[PictureSeams.NAME]
    return found


def _of(folder: Path, frames: Sequence[Gray]) -> PictureSeams:
    return _seams(encode(folder / "p.mp4", frames, options=_CODED))


def _most(found: PictureSeams, *kinds: str) -> float:
    return max((cue.value for cue in cues(found) if cue.kind in kinds), default=0.0)


@pytest.mark.parametrize("held", [True, False])
def test_a_trim_is_the_strongest_jump_to_the_frame(tmp_path: Path, held: bool) -> None:
    frames = _taken(71, held)
    found = _of(tmp_path, frames[:130] + frames[155:])
    strongest = max(cues(found), key=lambda cue: cue.value)
    assert strongest.span is not None
    assert strongest.span.offset_s == pytest.approx(130 / _FPS, abs=1e-3)
    assert strongest.value > 1.2 * _most(_of(tmp_path, frames), "jump", "insertion")


def test_an_insertion_has_two_ends(tmp_path: Path) -> None:
    frames, other = _taken(72, held=True), _taken(73, held=True, seconds=2.0)
    found = _of(tmp_path, frames[:100] + other + frames[100:])
    found_at = {round(cue.span.offset_s * _FPS) for cue in cues(found) if cue.span}
    assert {100, 150} <= found_at
    (begin,) = (cue for cue in cues(found) if cue.kind == "insertion" and cue.value > 3)
    assert begin.facts["back_s"] == pytest.approx(2.0, abs=0.1)


def test_a_loop_is_shown_twice(tmp_path: Path) -> None:
    frames = _taken(74, held=True)
    found = _of(tmp_path, frames[:180] + frames[60:120] + frames[180:])
    best = found.loops[0]
    assert best.second.onset_s - best.first.onset_s == pytest.approx(120 / _FPS, abs=0.05)
    assert best.second.length_s == pytest.approx(60 / _FPS, abs=0.5)
    assert best.likeness > 0.5 > _most(_of(tmp_path, frames), "loop")


def test_flashes_are_no_jumps(tmp_path: Path) -> None:
    frames = list(_taken(75, held=True))
    for at in range(20, len(frames) - 3, 30):  # as the lights of a vehicle
        for n in (at, at + 1):
            frames[n] = np.clip(frames[n].astype(np.int32) * 2 + 30, 0, 255).astype(np.uint8)
    frames[150:] = [np.clip(f.astype(np.int32) // 2, 0, 255).astype(np.uint8) for f in frames[150:]]
    lit, usual = _of(tmp_path, frames), _of(tmp_path, _taken(75, held=True))
    assert _most(lit, "jump") < 1.5 * max(2.0, _most(usual, "jump"))


def test_what_stands_still_is_no_loop_and_does_not_jump(tmp_path: Path) -> None:
    found = _of(tmp_path, [_taken(76, held=False)[0]] * 60)
    assert found.repeated > 30
    assert found.loops == ()
    assert PictureSeamsMeter().seams(3) == PictureSeams(None, undecodable=3)
    assert _of(tmp_path, _taken(76, held=False)[:3]).jumps == ()


def test_a_deep_signal_is_measured_when_asked_for_and_missing(tmp_path: Path) -> None:
    path = encode(tmp_path / "p.mp4", _taken(71, held=True)[:60], options=_CODED)
    plainly = ExamineRequest(os.fsencode(path).hex())
    shallow, deep = examine(plainly), examine(replace(plainly, deep=True))
    assert PictureSeams.NAME not in shallow.signals
    seams = codec.from_plain(PictureSeams, deep.signals[PictureSeams.NAME])
    assert seams.frames == 60
    again = replace(plainly, deep=True, have=(PictureSeams.NAME,))
    assert PictureSeams.NAME not in examine(again).signals
    file = deep.file
    assert isinstance(file, FileFacts)
    assert FileRead.NAME in shallow.signals
    enough = examination_from(signals_of(shallow), file, None)
    assert enough is not None
    assert examination_from(signals_of(shallow), file, None, deep=True) is None
    assert examination_from(signals_of(deep), file, None, deep=True) is not None


def test_a_damaged_picture_ends_in_an_answer(tmp_path: Path) -> None:
    data = bytearray(make(tmp_path / "d.ts", Picture(3.0)).path.read_bytes())
    for at in range(4000, len(data) - 200, 1500):
        data[at : at + 60] = bytes(60)
    (tmp_path / "d.ts").write_bytes(data)
    done = examine(replace(ExamineRequest(os.fsencode(tmp_path / "d.ts").hex()), deep=True))
    if done.media and done.media.first("video"):
        assert codec.from_plain(PictureSeams, done.signals[PictureSeams.NAME]).frames <= 75


def test_a_picture_that_begins_late_is_looked_at_from_its_first_frame(tmp_path: Path) -> None:
    late = encode(
        tmp_path / "l.mkv", _taken(71, held=True)[:50], options=_CODED,
        times=[0.6 + n / _FPS for n in range(50)],
    )  # fmt: skip
    assert _seams(late).frames == 50
