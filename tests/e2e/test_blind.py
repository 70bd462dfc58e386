"""The transcriber is blind to the register, and nothing is heard where nobody speaks.

Real recordings, the real model, the whole audit: once with the right register, once with one in
which every name, place, cause and target is a decoy.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.forge import Audio, Sound, make, noise, tone
from support.night import CLI, ask, environment, run

_FILES = (
    "DSJ-A3_0001234_20261118_093000.mp4",
    "REC_20261119_100000.wav",
)
_DECOYS = {
    "地点": ["桃花坪茶场", "火车站货场", "龙泉湖码头", "电影院广场"],
    "执法人员": ["欧阳俊;蔡春生", "戴国栋;夏荷花", "钟振东;姜玉梅", "熊大海;石敬山"],
    "案由": ["盗伐林木", "虚假宣传", "毁坏古树", "私拉电线"],
    "执法对象": ["窦金花", "巩有德", "龙腾网吧", "单春和"],
    "执法证号": ["990001;990002", "990003;990004", "990005;990006", "990007;990008"],
    "执法环节": ["听证", "抽样取证", "代履行", "公告送达"],
}
_RATE = 16000


def _with_decoys(register: Path, to: Path) -> Path:
    with register.open(encoding="gb18030", newline="") as source:
        rows = list(csv.DictReader(source))
    for number, row in enumerate(rows):
        row.update({name: values[number % len(values)] for name, values in _DECOYS.items()})
    with to.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return to


def _audited(folder: Path, db: Path, models_dir: Path, *arguments: str | Path) -> Path:
    env = environment(AVAUDIT_SPEECH_MODEL="whisper-base", AVAUDIT_MODELS_DIR=models_dir)
    done = run((*CLI, "audit", folder, *arguments, "--db", db), env, db.parent)
    assert done.returncode == 0, done.stderr
    return db


def _elements(db: Path) -> dict[tuple[str, str], dict[str, Any]]:
    rows = ask(db, "SELECT parse_filename(path), element, match, value, quote, outcome "
                   "FROM statement_elements JOIN recordings USING (recording_id)")  # fmt: skip
    names = ("match", "value", "quote", "outcome")
    return {(row[0], row[1]): dict(zip(names, row[2:], strict=True)) for row in rows}


@pytest.fixture(scope="module")
def stores(
    samples: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The store of an audit with the right register, and of one with decoys."""
    folder = tmp_path_factory.mktemp("blind")
    recordings = folder / "recordings"
    recordings.mkdir()
    for name in _FILES:
        (recordings / name).write_bytes((samples / name).read_bytes())
    right = samples / "register.csv"
    decoys = _with_decoys(right, folder / "decoys.csv")
    return (
        _audited(recordings, folder / "right.duckdb", models_dir, "--register", right),
        _audited(recordings, folder / "decoys.duckdb", models_dir, "--register", decoys),
    )


def test_a_register_changes_no_word_of_the_transcript(stores: tuple[Path, Path]) -> None:
    wanted = (
        "SELECT parse_filename(path), position, start_s, end_s, text, words, mean_log_probability "
        "FROM transcript_segments JOIN recordings USING (recording_id) ORDER BY 1, 2"
    )
    right, decoys = (ask(db, wanted) for db in stores)
    assert len({row[0] for row in right}) == len(_FILES)
    assert right == decoys


def test_what_the_register_has_is_confirmed(stores: tuple[Path, Path]) -> None:
    found = _elements(stores[0])
    first = {element: row for (name, element), row in found.items() if name == _FILES[0]}
    assert {e: row["match"] for e, row in first.items()} == {
        "time": "confirmed", "place": "confirmed", "officers": "confirmed", "cause": "confirmed",
        "target": "confirmed", "stage": "confirmed", "notice": "said",
    }  # fmt: skip
    assert first["officers"]["value"] == "李晓红、王建国"
    assert first["place"]["quote"] != first["place"]["value"], "heard as it sounds"
    assert all(row["quote"] for row in first.values())


def test_no_decoy_is_ever_confirmed(stores: tuple[Path, Path]) -> None:
    found = _elements(stores[1])
    assert len(found) == 7 * len(_FILES)
    for (name, element), row in found.items():
        if element in ("place", "officers", "cause", "target"):
            assert row["match"] not in ("confirmed", "said", "ambiguous"), (name, element, row)
        decoys = {
            part for value in _DECOYS.get(_COLUMN.get(element, ""), ()) for part in value.split(";")
        }
        assert not decoys & set((row["value"] or "").split("、")), (name, element, row)


_COLUMN = {"place": "地点", "officers": "执法人员", "cause": "案由", "target": "执法对象"}


def _wind(seconds: float) -> Sound:
    rng = np.random.default_rng(3)
    gusts = np.interp(np.arange(int(seconds * _RATE)) / _RATE, np.arange(0, seconds + 1, 1.5),
                      rng.random(len(np.arange(0, seconds + 1, 1.5))))  # fmt: skip
    rumble = np.cumsum(rng.standard_normal(int(seconds * _RATE)))
    rumble -= np.convolve(rumble, np.ones(800) / 800, "same")
    sound: Sound = (0.3 * gusts * rumble / np.abs(rumble).max()).astype(np.float32)
    return sound


def _engine(seconds: float) -> Sound:
    hums = sum(tone(seconds, _RATE, 28.0 * n, 0.15 / n) for n in range(1, 12))
    return np.asarray(hums + noise(seconds, _RATE, -35), np.float32)


def _music(seconds: float) -> Sound:
    notes = [262.0, 330.0, 392.0, 523.0, 440.0, 349.0]
    beats = [tone(0.5, _RATE, notes[n % 6], 0.2) + tone(0.5, _RATE, notes[(n + 2) % 6], 0.1)
             for n in range(int(seconds * 2))]  # fmt: skip
    return np.concatenate(beats).astype(np.float32)


def test_nothing_is_heard_where_nobody_speaks(tmp_path: Path, models_dir: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    sounds = {
        "wind": _wind(30), "engine": _engine(30), "music": _music(30),
        "hiss": noise(30, _RATE, -25), "quiet": noise(30, _RATE, -75),
    }  # fmt: skip
    for name, sound in sounds.items():
        make(folder / f"{name}.wav", Audio(sound, _RATE, "pcm_s16le"))
    db = _audited(folder, tmp_path / "s.duckdb", models_dir)
    trusted = "SELECT count(*) FROM transcript_segments WHERE trusted"
    assert ask(db, trusted) == [(0,)]
    found = _elements(db)
    assert {name for name, _ in found} == {f"{name}.wav" for name in sounds}
    for at, row in found.items():
        assert row["match"] in ("absent", None), (at, row)
        assert not row["quote"], (at, row)
