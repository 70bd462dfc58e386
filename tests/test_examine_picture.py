"""What is found in pictures of a made-up camera, against the same recording left as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from avaudit import codec
from avaudit.checks._run import Judged, Subject, bind, run
from avaudit.compose import signals_of
from avaudit.domain.examination import ExamineRequest
from avaudit.domain.media import MediaKind
from avaudit.domain.picture import Picture
from avaudit.examine import examine
from avaudit.kept import as_values
from avaudit.rules.load import load_rulebook
from support.cameras import Camera, Floats, clean, sensor
from support.forge import Audio, make, tone
from support.scenes import Gray, encode

_RULES = {
    f"quality.{name}"
    for name in ("covered", "frozen", "dark", "blurred", "shaking", "orientation", "frame_rate")
}
_HELD = Camera(seconds=8.0, width=320, height=176, seed=21)
_FIXED = Camera(seconds=8.0, width=320, height=176, seed=22, held=False, clock=True)
_ONSET, _OFFSET = 3.2, 4.2

#: Suffix, codec, options, bit rate.
_ENCODERS: dict[str, tuple[str, str, dict[str, str], int | None]] = {
    "h264": ("mp4", "libx264", {"preset": "veryfast", "g": "25", "bf": "0"}, 500_000),
    "h264_b": ("mkv", "libx264", {"preset": "veryfast", "g": "250", "bf": "3"}, None),
    "cbr": (
        "ts", "libx264",
        {"preset": "veryfast", "g": "25", "bf": "0",
         "x264-params": "nal-hrd=cbr:vbv-maxrate=700:vbv-bufsize=700:force-cfr=1"}, 700_000,
    ),
    "hevc": ("mp4", "libx265", {"preset": "ultrafast", "x265-params": "log-level=none"}, None),
    "mpeg4": ("avi", "mpeg4", {"g": "25"}, 500_000),
    "mjpeg": ("avi", "mjpeg", {"qmin": "4", "qmax": "8"}, 4_000_000),
}  # fmt: skip


def taken(camera: Camera) -> list[Floats]:
    return list(clean(camera))


def inside(number: int, camera: Camera) -> bool:
    return round(_ONSET * camera.fps) <= number < round(_OFFSET * camera.fps)


def black(camera: Camera) -> list[Gray]:
    pictures = list(sensor(iter(taken(camera)), camera))
    return [np.zeros_like(p) if inside(n, camera) else p for n, p in enumerate(pictures)]


def covered(camera: Camera) -> list[Gray]:
    """A hand comes from one side; what little light is left has the sensor's noise."""
    views = taken(camera)
    first = round(_ONSET * camera.fps)
    for number, view in enumerate(views):
        if inside(number, camera):
            view[:] = 20.0
        elif 0 < first - number <= 3:
            view[:, : camera.width * (4 - first + number) // 4] = 20.0
    return list(sensor(iter(views), camera))


def frozen(camera: Camera) -> list[Gray]:
    pictures = list(sensor(iter(taken(camera)), camera))
    stands = pictures[round(_ONSET * camera.fps)]
    return [stands if inside(n, camera) else p for n, p in enumerate(pictures)]


def untouched(camera: Camera) -> list[Gray]:
    return list(sensor(iter(taken(camera)), camera))


def lights_out(camera: Camera) -> list[Gray]:
    views = [v * np.float32(0.1) if inside(n, camera) else v for n, v in enumerate(taken(camera))]
    return list(sensor(iter(views), camera))


def night(camera: Camera) -> list[Gray]:
    return list(sensor((view * np.float32(0.12) for view in taken(camera)), camera))


def laid_down(camera: Camera) -> list[Gray]:
    """The camera rests, its sensor does not; then it is taken up from where it lay."""
    views = taken(camera)
    first, last = round(_ONSET * camera.fps), round(_OFFSET * camera.fps)
    order = [*range(first), *[first] * (last - first)]
    order += range(first, first + len(views) - len(order))
    return list(sensor((views[n] for n in order), camera))


def fade(camera: Camera) -> list[Gray]:
    middle = round(4.0 * camera.fps)
    views = [
        view * np.float32(np.clip((abs(n - middle) - 0.5 * camera.fps) / (1.2 * camera.fps), 0, 1))
        for n, view in enumerate(taken(camera))
    ]
    return list(sensor(iter(views), camera))


def written(folder: Path, pictures: list[Gray], encoder: str) -> Path:
    suffix, codec_name, options, bit_rate = _ENCODERS[encoder]
    return encode(
        folder / f"{encoder}.{suffix}", pictures, codec=codec_name, options=options,
        bit_rate=bit_rate,
    )  # fmt: skip


def judged(path: Path) -> Judged:
    examination = examine(ExamineRequest(os.fsencode(path).hex()))
    signals = as_values(signals_of(examination))
    bound = [one for one in bind(load_rulebook("qingyang")) if one.rule.id in _RULES]
    return run(bound, Subject("run", "recording", MediaKind.VIDEO, signals, {}))


def found(path: Path, *rules: str) -> list[tuple[str, float | None, float | None, str]]:
    wanted = rules or ("quality.covered", "quality.frozen")
    return [
        (finding.code, finding.start_s, finding.end_s, str(finding.outcome))
        for finding in judged(path).findings
        if finding.rule_id in wanted
    ]


@pytest.mark.parametrize("encoder", _ENCODERS)
@pytest.mark.parametrize(
    ("change", "codes"),
    [(black, {"black"}), (covered, {"covered", "black"}), (frozen, {"frozen"})],
)
def test_a_second_is_found_to_the_frame(
    change: Callable[[Camera], list[Gray]], codes: set[str], encoder: str, tmp_path: Path
) -> None:
    ((code, start_s, end_s, outcome),) = found(written(tmp_path, change(_HELD), encoder))
    assert (code in codes, outcome) == (True, "fail")
    assert [start_s, end_s] == pytest.approx([_ONSET, _OFFSET], abs=0.1)


@pytest.mark.parametrize("encoder", _ENCODERS)
@pytest.mark.parametrize("camera", [_HELD, _FIXED], ids=["held", "fixed"])
def test_the_same_left_alone_has_nothing(camera: Camera, encoder: str, tmp_path: Path) -> None:
    assert found(written(tmp_path, untouched(camera), encoder), *_RULES) == []


@pytest.mark.parametrize("encoder", ["h264", "h264_b", "mpeg4", "mjpeg"])
@pytest.mark.parametrize("change", [lights_out, night, laid_down, fade])
def test_what_is_innocent_never_fails(
    change: Callable[[Camera], list[Gray]], encoder: str, tmp_path: Path
) -> None:
    outcomes = {seen[3] for seen in found(written(tmp_path, change(_HELD), encoder), *_RULES)}
    assert "fail" not in outcomes


def test_a_long_freeze_is_one_stretch(tmp_path: Path) -> None:
    pictures = untouched(Camera(seconds=40.0, width=320, height=176, seed=23))
    pictures[100:900] = [pictures[100]] * 800
    ((code, start_s, end_s, outcome),) = found(written(tmp_path, pictures, "h264"))
    assert (code, outcome) == ("frozen", "fail")
    assert [start_s, end_s] == pytest.approx([4.0, 36.0], abs=0.1)


def test_signal_is_small_and_kept_whole(tmp_path: Path) -> None:
    examination = examine(
        ExamineRequest(os.fsencode(written(tmp_path, frozen(_HELD), "h264")).hex())
    )
    body = examination.signals[Picture.NAME]
    picture = codec.from_plain(Picture, body)
    assert codec.to_plain(picture) == body
    assert len(codec.to_json(picture)) < 60_000
    assert {strip.of for strip in picture.strips} == {"overview", "darkest", "softest", "stretch"}


def test_sound_alone_has_no_picture(tmp_path: Path) -> None:
    made = make(tmp_path / "sound.m4a", Audio(tone(2.0, 16_000), 16_000))
    examination = examine(ExamineRequest(os.fsencode(made.path).hex()))
    assert Picture.NAME not in examination.signals
    assert (Picture.NAME, "no_picture") in {(m.name, m.cause) for m in examination.missing}
