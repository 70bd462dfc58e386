"""Weights follow the counts, never exceed them, and rise with the value."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.rule import Outcome
from avaudit.evaluate.truth import FileTruth, Label
from forge import calibrate
from forge.calibrate import Trials, learn, steps
from forge.curve import curve
from forge.labels import EDITED, PROCESSED

_FILM = ("h264", "mp4")
_VALUES = st.lists(st.floats(0.01, 100), max_size=40)


def _trials(edited: Mapping[str, tuple[int, list[float]]], genuine: list[float], clips: int
            ) -> Trials:  # fmt: skip
    """By way of editing: how many files, and the values of those that had any."""
    trials = Trials(counts=Counter({(way, _FILM): count for way, (count, _) in edited.items()}))
    for way, (_, values) in edited.items():
        trials.edited[way]["k"] = values
    trials.genuine["k"], trials.of = genuine, {"k": "seen"}
    trials.files["seen", _FILM] = trials.clips["seen", _FILM] = clips
    return trials


@given(_VALUES, _VALUES)
def test_weights_rise_with_the_value_and_never_exceed_the_files(
    edited: list[float], genuine: list[float]
) -> None:
    found = steps("k", _trials({"cut": (40, edited)}, genuine, 40))
    assert [value for value, _ in found] == sorted({value for value, _ in found})
    assert [weight for _, weight in found] == sorted({weight for _, weight in found})
    assert all(0 < weight <= math.log(41) for _, weight in found)


def test_what_genuine_files_have_as_often_weighs_nothing() -> None:
    assert steps("k", _trials({"cut": (40, [5.0] * 20)}, [5.0] * 20, 40)) == []
    assert steps("k", _trials({"cut": (40, [5.0] * 2)}, [], 40)) == []
    ((value, weight),) = steps("k", _trials({"cut": (40, [5.0] * 20)}, [], 80))
    assert value == 2.5
    assert weight == pytest.approx(min(math.log(81), math.log(20.5 / 41 * 81 / 0.5)), abs=0.02)


def test_a_weight_holds_from_halfway_down_to_what_genuine_files_have() -> None:
    """Shorter files than those that were learnt from have lower values of the same trace."""
    ((value, _),) = steps("k", _trials({"cut": (40, [5.0] * 20)}, [1.0, 4.0, 9.0], 80))
    assert value == 4.5
    found = steps("k", _trials({"cut": (40, [5.0] * 20 + [8.0] * 10)}, [1.0, 4.0, 6.0, 6.0], 80))
    assert [at for at, _ in found] == [4.5, 7.0]


def test_what_a_genuine_file_has_never_decides_alone() -> None:
    """However seldom: a recording of an hour has 180 stretches in which it may turn up again."""
    once = _trials({"cut": (40, [5.0] * 40)}, [5.0], 9000)
    assert [weight for _, weight in steps("k", once)] == [4.5]
    never = _trials({"cut": (40, [5.0] * 40)}, [2.0], 9000)
    assert max(weight for _, weight in steps("k", never)) > 4.6


def test_a_trace_is_no_weaker_for_what_other_edits_leave() -> None:
    alone = steps("k", _trials({"cut": (20, [5.0] * 10)}, [5.0], 300))
    among = steps("k", _trials({"cut": (20, [5.0] * 10), "mute": (90, [])}, [5.0], 300))
    assert among == alone
    assert alone != []


def test_files_that_cannot_have_a_cue_do_not_count() -> None:
    """Neither the edited ones, which make it rarer, nor the genuine ones, which make it surer."""
    alone = _trials({"cut": (20, [5.0] * 10)}, [5.0], 90)
    among = _trials({"cut": (20, [5.0] * 10)}, [5.0], 90)
    among.counts["cut", ("mjpeg", "avi")] = 70
    among.files["seen", ("mjpeg", "avi")] = among.clips["seen", ("mjpeg", "avi")] = 900
    assert steps("k", among) != steps("k", alone)
    among.able = {"k": {_FILM}}
    assert steps("k", among) == steps("k", alone)


def test_who_can_have_a_cue_is_told_by_those_that_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "_length_s", lambda _: 20.0)
    codecs = ("h264", "mjpeg")
    genuine = [FileTruth(f"{c}{n}.mp4", (Label(EDITED, Outcome.PASS),))
               for c in codecs for n in range(40)]  # fmt: skip
    cut = (Label(EDITED, Outcome.FAIL, 1.0, 1.0),)
    edited = [FileTruth(f"e{c}{n}.mp4", cut) for c in codecs for n in range(20)]
    lines = [{**_header(t.path, "bitstream"), "codec": _codec(t)} for t in (*genuine, *edited)]
    lines += [{**_line(t.path, 3.0, 0.1), "group": "bitstream", "measured": "bitstream",
               "codec": "h264"} for t in edited if _codec(t) == "h264"]  # fmt: skip
    found = learn([*genuine, *edited], lines)["weights"]["bitstream.seen"]
    assert found["genuine"] == 40
    assert found["steps"][0][1] == pytest.approx(math.log(41), abs=0.02)


def _codec(truth: FileTruth) -> str:
    return "h264" if "h264" in truth.path else "mjpeg"


def test_a_long_genuine_file_is_as_many_trials_as_it_has_clips(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calibrate, "_length_s", lambda _: 200.0)
    genuine = [FileTruth(f"g{n}.mp4", (Label(EDITED, Outcome.PASS),)) for n in range(9)]
    edited = [FileTruth(f"e{n}.mp4", (Label(EDITED, Outcome.FAIL, 1.0, 1.0),)) for n in range(9)]
    lines = [_line(t.path, 3.0, 0.1) for t in (*genuine, *edited)]
    lines += [_header(t.path) for t in (*genuine, *edited)]
    ((_, weight),) = learn([*genuine, *edited], lines)["weights"]["clock.seen"]["steps"]
    rate = 9.5 / 91  # of ninety clips, nine have one
    assert weight == pytest.approx(math.log(9.5 / 10 / rate), abs=0.02)


def _line(path: str, value: float, nearest_s: float | None, cue: str = "seen") -> dict[str, Any]:
    placed = nearest_s is not None
    return {
        "path": path, "group": "clock", "cue": cue, "value": value, "inside": False,
        "start_s": 1.0 if placed else None, "nearest_s": nearest_s, "measured": "clock",
    }  # fmt: skip


def _header(path: str, *measured: str) -> dict[str, Any]:
    return {"path": Path(path).name, "cue": None, "measured": list(measured or ("clock",))}


def test_a_genuine_file_counts_for_what_looked_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long recordings whose sound says nothing make no cue of the sound rarer."""
    monkeypatch.setattr(calibrate, "_length_s", lambda _: 20.0)
    passes = (Label(EDITED, Outcome.PASS),)
    genuine = [FileTruth(f"g{n}.mp4", passes) for n in range(40)]
    edited = [FileTruth(f"e{n}.mp4", (Label(EDITED, Outcome.FAIL, 1.0, 1.0),)) for n in range(20)]
    lines = [_header(t.path) for t in (*genuine[:10], *edited)]
    lines += [_header(t.path, "sound") for t in genuine[10:]]
    lines += [_line(truth.path, 3.0, 0.1) for truth in edited]
    ((_, weight),) = learn([*genuine, *edited], lines)["weights"]["clock.seen"]["steps"]
    assert weight == pytest.approx(math.log(11), abs=0.02)  # as many as ten files can carry


def test_an_older_weight_stays_where_more_files_stand_behind_it() -> None:
    weight = {"steps": [[1.0, 2.0]], "genuine": 50, "edited": 9}
    older = {"genuine_hours": 1.0, "weights": dict.fromkeys(("a.x", "a.y", "b.z", "c.n"), weight)}
    new = {"steps": [[1.0, 3.0]], "genuine": 80, "edited": 9}
    fewer = {**new, "genuine": 20}
    told = {
        "genuine_hours": 0.5, "weights": {"a.x": new, "b.z": fewer, "b.new": fewer},
        "silent": {"a.y": 30},
    }  # fmt: skip
    found = calibrate.kept(older, told)
    assert found["genuine_hours"] == 1.0
    assert found["weights"] == {"a.x": new, "b.z": weight, "b.new": fewer, "c.n": weight}
    assert calibrate.kept(older, told, ("a.x",))["weights"]["a.x"] == weight


def test_kinds_that_few_files_can_have_hold_as_learnt_last() -> None:
    weight = {"steps": [[1.0, 2.0]], "genuine": 500, "edited": 9}
    new = {"steps": [[1.0, 3.0]], "genuine": 80, "edited": 9}
    older = {"genuine_hours": 1.0, "weights": dict.fromkeys(("bitstream.a", "bitstream.b"), weight)}
    told = {"genuine_hours": 0.5, "weights": {"bitstream.a": new}, "silent": {}}
    assert calibrate.kept(older, told)["weights"] == {"bitstream.a": new, "bitstream.b": weight}


def test_what_lies_between_is_no_surer_than_what_lies_there() -> None:
    """Genuine trials below most edited ones say what is worth little, however rare they are."""
    found = curve([20.0] * 20 + [1.0] * 3, 40, [17.0, 7.0], 400)
    top, weight = found[-1]
    assert top == pytest.approx(18.5)
    assert weight == pytest.approx(math.log(20.5 / 41 * 401 / 0.5))
    assert all(one < weight - 2 for at, one in found if at < top)


def test_only_cues_at_a_seam_speak_for_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "_length_s", lambda _: 360.0)
    passes = (Label(EDITED, Outcome.PASS), Label(PROCESSED, Outcome.PASS))
    edits = (Label(EDITED, Outcome.FAIL, 1.0, 1.0),)
    genuine = [FileTruth(f"g{n}.mp4", passes) for n in range(20)]
    edited = [FileTruth(f"e{n}.mp4", edits) for n in range(10)]
    lines = [_header(t.path) for t in (*genuine, *edited)]
    lines += [_line(truth.path, 3.0, 0.1) for truth in edited]
    lines += [_line(truth.path, 9.0, 4.0, "far") for truth in edited]
    found = learn([*genuine, *edited], lines)
    assert found["genuine_hours"] == 2.0
    assert list(found["weights"]) == ["clock.seen"]
    assert found["weights"]["clock.seen"]["genuine"] == 20
