"""A small part of the continuity set, made, audited and compared: what it labels is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import alike
import av
import devices
import edits
import numpy as np
import pytest
import sessions
import yaml
from make_continuity import make, parser
from measure import audit, evaluate
from recorders import DEVICES, OTHERS, Device
from sounds import RATE, scene_sound

from avaudit.rules.load import load_rulebook

#: Quick to make, and each of another sort: picture, sound, packets, nothing, sessions.
_KINDS = ("black", "mute", "sound_deleted", "picture_dropped", "untouched", "midnight",
          "late_start")  # fmt: skip


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("continuity") / "set"
    words = ["--out", str(folder), "--clips", "1", "--seconds", "10", "--kinds", *_KINDS]
    truth = make(parser().parse_args(words))
    db = folder.with_name("store.duckdb")
    audit(folder, db)
    return evaluate(truth, db)


def test_every_label_is_found_and_nothing_else(figures: dict[str, Any]) -> None:
    """Of the rules that the book has: labels of others say what it lacks."""
    book = load_rulebook("qingyang")
    judged = [rule for rule in figures["overall"]["rules"] if book.rule(rule["rule"])]
    assert {"quality.no_audio", "continuity.gap", "coverage.late_start"} <= {
        rule["rule"] for rule in judged
    }
    for rule in judged:
        assert rule["recall"]["n"] == rule["recall"]["of"], rule["rule"]
        assert rule["false_alarms"] == 0, rule["rule"]
        assert not rule["span_error"] or rule["span_error"]["largest_s"] <= 0.5, rule["rule"]
    assert set(figures["groups"]) == {*_KINDS, "in_midnight", "in_late_start"}
    assert not figures["missing"]
    assert not figures["unlabelled"]


@pytest.mark.parametrize("device", [*DEVICES, *OTHERS], ids=lambda device: device.name)
def test_every_device_records(device: Device, tmp_path: Path) -> None:
    """Its codecs go into its container, and what is left out of a stream is missing there."""
    chance = np.random.default_rng(3)
    frames = [chance.integers(0, 255, (64, 96, 3)).astype(np.uint8) for _ in range(30)]
    sound = scene_sound(4.0, chance)[: 2 * RATE]
    path = tmp_path / f"d.{device.suffix}"
    times = [number / 15 for number in range(30)]
    written = devices.write(path, device, frames, times, sound, 15, None, {"audio": (0.5, 1.0)})
    ((begin, end),) = written.holes["audio"]
    expected = (1.5, 2.0) if devices._counted(device) else (0.5, 1.0)
    assert (begin, end) == pytest.approx(expected, abs=0.1)
    with av.open(str(path)) as container:
        kinds = sorted(stream.type for stream in container.streams)
        pictures = sum(1 for _ in container.decode(video=0))
    assert kinds == ["audio", "video"]
    assert pictures == 30


def test_kinds_have_names_of_their_own() -> None:
    names = [edit.__name__ for edit in (*edits.FAULTS, *alike.NEGATIVES)]
    assert len(set(names) | set(sessions.KINDS)) == len(names) + len(sessions.KINDS)


def test_the_same_seed_makes_the_same_labels(tmp_path: Path) -> None:
    def made(folder: str, seed: int) -> Any:
        words = ["--out", str(tmp_path / folder), "--clips", "1", "--seconds", "9", "--kinds",
                 "frozen_1s", "--seed", str(seed)]  # fmt: skip
        (one,) = yaml.safe_load(make(parser().parse_args(words)).read_text("utf-8"))["files"]
        return one["expected"]

    first = made("a", 1)
    assert first == made("b", 1)
    assert first != made("c", 2)
    label = first[0]
    assert label["end_s"] - label["start_s"] == pytest.approx(1.0, abs=0.01)
