"""The burned-in clock of real, encoded recordings: found, read, and compared with their time."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from avaudit import codec
from avaudit.domain.osd import OsdClock
from avaudit.domain.signal import Missing
from avaudit.domain.time import Span
from avaudit.examine_clock import measure_clock
from avaudit.examine_picture import picture_reel
from avaudit.gathered import Gathered
from avaudit.media.open import open_input
from avaudit.probe import container as container_probe
from avaudit.probe import packets as packet_probe
from support.clocks import Film, Osd, Scene, make_film
from support.forge import Audio, make, mutated_bytes, tone

_FPS, _FRAME_S = 5, 0.2


def _read(path: Path) -> Gathered:
    """As a worker reads it."""
    fd = os.open(path, os.O_RDONLY)
    gathered = Gathered()
    try:
        with open_input(fd) as container:
            gathered.media = container_probe.media_facts(container)
            table = packet_probe.read_packets(container)
        with picture_reel(fd, gathered, table) or nullcontext() as reel:
            measure_clock(reel, gathered, table)
    finally:
        os.close(fd)
    return gathered


def _clock(folder: Path, film: Film) -> OsdClock:
    found = _read(make_film(folder / "film.mp4", film)).signals[OsdClock.NAME]
    assert isinstance(found, OsdClock)
    assert codec.from_json(OsdClock, codec.to_json(found)) == found
    return found


@pytest.mark.parametrize("form", ["zh_weekday", "am_pm", "two_lines"])
def test_formats_are_read_with_what_stands_beside_them(tmp_path: Path, form: str) -> None:
    beside = "警号 012345" if form == "zh_weekday" else "DSJ-A3_0001234"
    clock = _clock(tmp_path, Film(8, fps=_FPS, osd=Osd(form=form, beside=beside)))
    assert clock.found
    assert clock.days == ("2026-11-20",)
    assert clock.readable_share == 1.0
    assert [run.slope_error < 0.3 for run in clock.runs] == [True]
    assert clock.start_clock_s == pytest.approx(9 * 3600 + 30 * 60 + 5.4, abs=0.5)
    labels = {label.text.replace(" ", "").replace("_", "") for label in clock.labels}
    assert beside.replace(" ", "").replace("_", "") in labels


@pytest.mark.parametrize(
    ("by", "size", "form"), [(5, (1280, 720), "zh"), (-60, (704, 576), "slash")]
)
def test_a_step_is_located_to_the_frame(
    tmp_path: Path, by: int, size: tuple[int, int], form: str
) -> None:
    at = 8.6
    osd = Osd(form=form, place=("right", "bottom"), font="uni",
              clock=lambda s: s + (by if s >= at - 1e-6 else 0))  # fmt: skip
    clock = _clock(tmp_path, Film(15, size, _FPS, osd=osd, bit_rate=1_500_000))
    (step,) = clock.steps
    assert step.to_the_frame
    assert step.span == Span(round(at - _FRAME_S, 3), at)
    assert step.step_s == pytest.approx(by, abs=0.6)


def test_what_stops_runs_fast_or_is_lost_is_told(tmp_path: Path) -> None:
    def clock_of(at_s: float) -> float | None:
        if at_s < 10:
            return 1.5 * at_s
        return None if at_s < 16 else 50.0

    clock = _clock(tmp_path, Film(24, fps=_FPS, osd=Osd(colour=(0, 255, 255), clock=clock_of)))
    fast, still = clock.runs
    assert fast.slope == pytest.approx(1.5, abs=fast.slope_error)
    assert still.slope == 0
    (lost,) = clock.unread
    assert lost.span.onset_s == pytest.approx(10, abs=2.1)
    assert lost.span.offset_s == pytest.approx(16, abs=2.1)


def test_a_date_on_a_poster_is_no_clock(tmp_path: Path) -> None:
    scene = Scene(poster="2026-11-20 09:30:05")
    assert _clock(tmp_path, Film(8, fps=_FPS, osd=None, scene=scene)).cause == "no_clock"
    both = _clock(tmp_path, Film(8, fps=_FPS, osd=Osd(form="time"), scene=scene))
    assert (both.form, both.days) == ("h:m:s", ())


@pytest.mark.parametrize(
    ("film", "cause"),
    [(Film(3, fps=_FPS, osd=None), "no_clock"), (Film(2, size=(160, 120)), "too_small")],
)
def test_recordings_without_a_readable_clock_say_so(tmp_path: Path, film: Film, cause: str) -> None:
    clock = _clock(tmp_path, film)
    assert (clock.found, clock.cause, clock.runs) == (False, cause, ())


def test_sound_has_no_picture(tmp_path: Path) -> None:
    made = make(tmp_path / "a.m4a", Audio(tone(1, 8000), 8000))
    assert _read(made.path).signals == {}


def test_rare_keyframes_are_no_hindrance(tmp_path: Path) -> None:
    clock = _clock(tmp_path, Film(12, fps=_FPS, keyframe_s=60))
    assert clock.readable_share == 1.0
    assert clock.sampled >= 10


@pytest.mark.parametrize("seed", [1, 2])
def test_damaged_pictures_make_no_step(tmp_path: Path, seed: int) -> None:
    film = make_film(tmp_path / "film.mp4", Film(8, fps=_FPS))
    data = film.read_bytes()
    changes = [(k * len(data) // 40 + seed * 991, bytes([seed * 37] * 40)) for k in range(4, 34)]
    film.write_bytes(mutated_bytes(data, [c for c in changes if c[0] < 0.8 * len(data)]))
    clock = _read(film).signals[OsdClock.NAME]
    assert isinstance(clock, OsdClock)
    assert not clock.steps


_OFFLINE = """
import socket, sys
def refused(*given, **named):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
import numpy as np
from avaudit.signals.text_reader import text_reader
reader = text_reader()
for model in (reader._finder, reader._recogniser):
    for part in (model.cfg.Det.model_path, model.cfg.Rec.model_path):
        assert "rapidocr" in str(part) and str(part).endswith(".onnx"), part
reader.find(np.zeros((96, 320), np.uint8))
reader.read(np.zeros((32, 96), np.uint8))
print("done")
"""


def test_models_come_from_the_wheel_without_a_network_and_without_a_word() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", _OFFLINE],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_a_reader_that_cannot_be_had_is_missing_and_not_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import rapidocr

    from avaudit.signals import text_reader

    text_reader.text_reader.cache_clear()
    monkeypatch.setattr(rapidocr, "__file__", str(tmp_path / "none" / "__init__.py"))
    gathered = _read(make_film(tmp_path / "film.mp4", Film(2)))
    text_reader.text_reader.cache_clear()
    (missing,) = gathered.missing
    assert isinstance(missing, Missing)
    assert (missing.name, missing.cause) == (OsdClock.NAME, "no_reader")
