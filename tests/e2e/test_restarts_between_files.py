"""A reason between two files is heard in the later one, by the real model; silence gives none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.configuration import configure
from avaudit.ingest.discover import discover
from avaudit.ingest.register import read_register
from avaudit.settings import load_settings
from support.forge import Audio, Sound, make, noise, tone
from support.night import ask

_RATE = 16000
#: Where the sample says why it was interrupted, in seconds of its sound (see truth.yaml).
_SAMPLE, _SAID = "DSJ-A3_0001234_20261120_090000.mp4", (36.5, 43.0)


def _said(sample: Path) -> Sound:
    """The stretch of a sample in which the reason is said."""
    import av

    with av.open(str(sample)) as file:
        shaped = av.AudioResampler(format="flt", layout="mono", rate=_RATE)
        kept = [
            one.to_ndarray()[0]
            for frame in file.decode(audio=0)
            if frame.time is not None and _SAID[0] <= frame.time < _SAID[1]
            for one in shaped.resample(frame)
        ]
    return np.concatenate(kept).astype(np.float32)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory, samples: Path, models_dir: Path) -> Path:
    tmp_path = tmp_path_factory.mktemp("restarts")
    folder = tmp_path / "recordings"
    folder.mkdir()
    reason = np.concatenate([noise(1.0, _RATE, -60.0), _said(samples / _SAMPLE)])
    quiet = noise(8.0, _RATE, -60.0)
    for device, sound in ((1, reason), (2, quiet)):
        first = Audio(tone(4.0, _RATE, 300.0 + device), _RATE, "pcm_s16le")
        make(folder / f"DSJ-A3_000000{device}_20261118_093000.wav", first)
        later = Audio(sound.astype(np.float32), _RATE, "pcm_s16le")
        make(folder / f"DSJ-A3_000000{device}_20261118_093500.wav", later)
    register = tmp_path / "register.csv"
    register.write_text(
        "activity_id,started_at,ended_at,device_ids\n"
        "A1,2026-11-18 09:30:00,2026-11-18 09:36:00,DSJ-A3 0000001\n"
        "A2,2026-11-18 09:30:00,2026-11-18 09:36:00,DSJ-A3 0000002\n",
        encoding="utf-8",
    )
    settings = load_settings(db=tmp_path / "s.duckdb", models_dir=models_dir, jobs=1)
    with Auditor(configure(settings, read_register(register))) as auditor:
        waiting = auditor.pending(discover([folder]).recordings)
        auditor.note_register()
        assert not run_batch(auditor, waiting, Watcher()).failed
        auditor.finish()
    return settings.db


def _found(db: Path, activity: str) -> list[tuple[str, str, str]]:
    return ask(
        db,
        "SELECT code, outcome, evidence ->> '$.quote' FROM v_present_finding "
        "WHERE rule_id = 'continuity.between_files' AND activity_id = ?",
        activity,
    )


def test_the_reason_is_heard_in_the_next_file(db: Path) -> None:
    ((code, outcome, quote),) = _found(db, "A1")
    assert (code, outcome) == ("explained_aloud", "pass")
    assert "刚才" in quote
    ((explanation, kept),) = ask(
        db, "SELECT explanation, quote FROM v_gap WHERE kind = 'between_files' AND quote <> ''"
    )
    assert (explanation, kept) == ("aloud:device", quote)


def test_where_nobody_says_a_word_there_is_none(db: Path) -> None:
    ((code, outcome, _),) = _found(db, "A2")
    assert (code, outcome) == ("unexplained", "fail")
