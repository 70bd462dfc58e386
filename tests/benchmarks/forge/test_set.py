"""The set as a whole: its truth file, its parts, and how it is measured by."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yaml
from scenes import LOOKS, part_of

from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, PacketTimeline
from avaudit.domain.time import Span
from avaudit.evaluate.truth import FileTruth, Label, read_truth
from forge import cues, measure, peers, profiles, sources
from forge.labels import EDITED, PROCESSED, RULES
from forge.make import EDITS, KINDS, arguments, make
from forge.negatives import LATER, NEGATIVES

_SHORT = ("--seconds", "6", "--fps", "5", "--jobs", "1", "--each", "1")
#: What the first device (H.264 in MP4, AAC) does not allow.
_NOT_FOR_MP4 = {"power_loss", "resolution_switch", "packets_concealed"}


def _made(folder: Path, *words: str) -> dict[str, Any]:
    truth = make(arguments(["--out", str(folder), *_SHORT, *words]))
    book: dict[str, Any] = yaml.safe_load(truth.read_text("utf-8"))
    return book


def test_every_kind_is_made_and_can_be_looked_at(tmp_path: Path) -> None:
    """One drawn source, every kind: a file with pictures, and labels within it."""
    book = _made(tmp_path, "--sources", "1")
    made = {one["kind"] for one in book["files"]} | {one["kind"] for one in book["sessions"]}
    assert set(KINDS) - made == _NOT_FOR_MP4
    for entry in book["files"]:
        with av.open(str(tmp_path / entry["path"])) as given:
            length_s = float(given.duration or 0) / 1e6
            assert given.streams.video[0].width > 0, entry["path"]
        labels = {one["rule"]: one for one in entry["expected"]}
        assert set(labels) == set(RULES), entry["kind"]
        for one in entry["expected"]:
            assert one["start_s"] is None or 0 <= one["start_s"] <= one["end_s"] <= length_s + 0.2
        negative = entry["sort"] == "negative"
        assert labels[EDITED]["outcome"] == "pass" or not negative, entry["kind"]
    truths = read_truth(tmp_path / "truth.yaml")
    assert {truth.groups["sort"] for truth in truths if not truth.members} == {"edit", "negative"}
    assert all(truth.frame_s for truth in truths if not truth.members)


def test_the_same_seed_makes_the_same_labels(tmp_path: Path) -> None:
    only = ("--sources", "1", "--only", "cut_gops_odd", "mute", "renamed")
    first, again = (_made(tmp_path / name, *only)["files"] for name in "ab")
    assert first == again
    other = _made(tmp_path / "c", *only, "--seed", "8")["files"]
    assert [one["expected"] for one in other] != [one["expected"] for one in first]


def test_what_is_asked_for_is_made_and_nothing_else(tmp_path: Path) -> None:
    book = _made(
        tmp_path, "--sources", "3", "--part", "report", "--only", "tags_stripped", "untouched"
    )
    assert [one["kind"] for one in book["files"]] == ["tags_stripped", "untouched"]
    assert {one["part"] for one in book["files"]} == {"report"}
    with pytest.raises(SystemExit):
        arguments(["--out", str(tmp_path), "--only", "nothing_of_the_kind"])


def test_recordings_of_ones_own_are_edited_as_they_are(tmp_path: Path) -> None:
    own = tmp_path / "own" / "camera"
    own.mkdir(parents=True)
    given = sources.draw(0, 6.0, 8, 3, own).original
    book = _made(tmp_path / "set", "--sources", str(own.parent), "--only", "untouched",
                 "cut_gops_even", "stealth", "flash", "segmented")  # fmt: skip
    kinds = {one["kind"]: one for one in book["files"]}
    # Nothing can be done before an encoder that is not ours.
    assert set(kinds) == {"untouched", "cut_gops_even", "stealth"}
    twin = tmp_path / "set" / kinds["untouched"]["path"]
    assert twin.read_bytes() == given.read_bytes()
    assert twin.name == given.name
    assert not [folder for folder in (tmp_path / "set").iterdir() if "flash" in folder.name]


def test_the_parts_have_nothing_in_common() -> None:
    every = (profiles.DEVICES, profiles.EDITORS, profiles.WORKSTATIONS, profiles.PLATFORMS)
    for group in every:
        names = [{one.name for one in profiles.of_part(group, part)} for part in ("tune", "report")]
        assert all(names)
        assert not names[0] & names[1]
    looks = {part_of(n): LOOKS[n].name for n in range(len(LOOKS))}
    assert set(looks) == {"tune", "report"}


def test_kinds_have_names_and_words_of_their_own() -> None:
    assert len(set(KINDS)) == len(KINDS)
    assert all(one.__doc__ for one in (*EDITS, *NEGATIVES, *LATER))
    readme = (Path(__file__).parent / "README.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in readme] == []


def test_events_of_other_programs_are_read_and_held_against_labels() -> None:
    words = """[scdet @ 0x1] lavfi.scd.score: 11.2, lavfi.scd.time: 4.5
[freezedetect @ 0x2] lavfi.freezedetect.freeze_start: 2.5
[freezedetect @ 0x2] lavfi.freezedetect.freeze_end: 5.5
[blackdetect @ 0x3] black_start:1 black_end:2.5 black_duration:1.5
[silencedetect @ 0x4] silence_start: 7.25"""
    found = peers.heard(words, 9.0)
    assert found["ffmpeg scdet"] == ((4.5, 4.5),)
    assert found["ffmpeg freezedetect"] == ((2.5, 5.5),)
    assert found["ffmpeg blackdetect"] == ((1.0, 2.5),)
    assert found["ffmpeg silencedetect"] == ((7.25, 9.0),)
    cut, clean, throughout = (
        FileTruth(f"/{name}", expected, groups={"kind": name, "sort": "x"}, frame_s=0.04)
        for name, expected in (
            ("cut", (Label(EDITED, Outcome.FAIL, 4.53, 4.53), Label(PROCESSED, Outcome.PASS))),
            ("clean", (Label(EDITED, Outcome.PASS),)),
            ("dub", (Label(EDITED, Outcome.REVIEW),)),
        )
    )
    events = {Path(f"/{name}"): ((4.5, 4.5),) for name in ("cut", "clean", "dub")}
    lengths = {f"/{name}": 3600.0 for name in ("cut", "clean", "dub")}
    told = measure.compared((cut, clean, throughout), lengths, {"peer": events})
    everything = told["all"]["peer"]
    assert (everything["recall"]["n"], everything["recall"]["of"]) == (1, 1)
    assert (everything["precision"]["n"], everything["precision"]["of"]) == (1, 2)
    assert everything["false_alarms"] == 1
    assert everything["span_error"]["within_frame"]["n"] == 1
    assert told["clean"]["peer"]["false_alarms"] == 1
    shown = list(measure.rows({"all": []}, told))
    assert shown[0][:3] == ("all", "peer", "1/1")


def test_functions_of_cues_get_the_signals_that_they_name() -> None:
    def both(times: PacketTimeline, silence: DigitalSilence | None = None) -> tuple[Cue, ...]:
        return ()

    times = PacketTimeline((), 1.0, "")
    silence = DigitalSilence.__new__(DigitalSilence)
    assert cues.asked(both, {PacketTimeline: times}) == [times, None]
    assert cues.asked(both, {PacketTimeline: times, DigitalSilence: silence}) == [times, silence]
    assert cues.asked(both, {DigitalSilence: silence}) is None


def test_cues_are_told_beside_the_nearest_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(tmp_path, "--sources", "1", "--only", "cut_gops_even")
    (truth,) = read_truth(tmp_path / "truth.yaml")
    seam = next(one.start_s for one in truth.expected if one.rule == EDITED) or 0.0

    def step(times: PacketTimeline) -> tuple[Cue, ...]:
        assert times.streams
        return (Cue(CueGroup.TIMELINE, "step", Span(seam + 0.5, seam + 0.7), 2.0, {"a": 1.0}),
                Cue(CueGroup.CONTAINER, "brand", None, 1.0))  # fmt: skip

    monkeypatch.setattr(cues, "modules", lambda: {"timeline": step})
    to = io.StringIO()
    cues.dump([truth], to)
    whole, near, far = (json.loads(line) for line in to.getvalue().splitlines())
    assert (whole["cue"], whole["cues"], whole["measured"]) == (None, 2, ["timeline"])
    assert near["nearest_s"] == pytest.approx(0.5, abs=0.001)
    assert (near["kind"], near["cue"], near["facts"]) == ("cut_gops_even", "step", {"a": 1.0})
    assert far["nearest_s"] is None
    assert not near["inside"]


def test_sources_of_one_place_are_alike_and_those_of_others_are_not() -> None:
    first, again, other = (sources.drawn_clip(n, 2.0, 8, 7) for n in (0, 0, 3))
    assert np.array_equal(first.at(3), again.at(3))
    assert not np.array_equal(first.at(3), other.at(3))
    assert first.clock
