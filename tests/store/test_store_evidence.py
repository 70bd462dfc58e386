"""Small pictures lie beside the store, once, whole, and a finding says where they are not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.cli import main
from avaudit.configuration import configure
from avaudit.ingest.discover import discover
from avaudit.settings import Settings, load_settings
from avaudit.store import read
from avaudit.store.evidence import write_pictures
from avaudit.store.places import evidence_folder
from support.cameras import Camera, clean, sensor
from support.forge import Audio, Picture, make, tone
from support.scenes import encode


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of black in a recording of eight."""
    camera = Camera(seconds=8.0, width=320, height=176, seed=5)
    pictures = [
        np.zeros_like(picture) if 75 <= number < 100 else picture
        for number, picture in enumerate(sensor(clean(camera), camera))
    ]
    return encode(tmp_path_factory.mktemp("black") / "black.mp4", pictures, options={"g": "25"})


def audited(recording: Path, folder: Path) -> Settings:
    settings = load_settings(db=folder / "avaudit.duckdb", speech_model="none")
    with Auditor(configure(settings, None)) as auditor:
        run_batch(auditor, auditor.pending(discover([recording]).recordings), Watcher())
        auditor.finish()
    return settings


def covered(settings: Settings) -> read.FindingDetail:
    (row,) = read.findings(settings.db, read.FindingFilter(rule="quality.covered"), 5.0)
    return read.finding(settings.db, str(row["finding_id"]), 5.0)


def test_a_finding_has_its_small_picture(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = audited(recording, tmp_path)
    finding = covered(settings).finding
    name = finding["evidence"]["picture"]
    file = evidence_folder(settings.db) / name
    shown = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    assert shown.shape[1] <= 320
    thirds = [float(third.mean()) for third in np.array_split(shown, 3, axis=1)]
    assert thirds[1] < 20 < min(thirds[0], thirds[2])  # before, black, after
    assert file.stat().st_size < 16_384
    assert main(["explain", str(finding["finding_id"]), "--db", str(settings.db)]) == 0
    assert name in "".join(capsys.readouterr().out.split())
    first = {f.name: f.stat().st_mtime_ns for f in evidence_folder(settings.db).iterdir()}
    audited(recording, tmp_path)
    assert {f.name: f.stat().st_mtime_ns for f in evidence_folder(settings.db).iterdir()} == first


def test_a_finding_says_why_it_has_no_picture(recording: Path, tmp_path: Path) -> None:
    evidence_folder(tmp_path / "avaudit.duckdb").write_text("in the way")
    evidence = covered(audited(recording, tmp_path)).finding["evidence"]
    assert evidence["picture"] is None
    assert evidence["picture_missing"]


def test_pictures_are_written_once(tmp_path: Path) -> None:
    db = tmp_path / "avaudit.duckdb"
    assert write_pictures(db, {"a.jpg": b"one", "b.jpg": b"two"}) == {}
    written = evidence_folder(db) / "a.jpg"
    before = written.stat().st_mtime_ns, written.stat().st_ino
    assert write_pictures(db, {"a.jpg": b"one"}) == {}
    assert (written.stat().st_mtime_ns, written.stat().st_ino) == before
    assert write_pictures(db, {"a.jpg": b"other"}) == {}
    assert written.read_bytes() == b"other"
    assert sorted(f.name for f in evidence_folder(db).iterdir()) == ["a.jpg", "b.jpg"]


def test_a_muted_stretch_has_a_plot(tmp_path: Path) -> None:
    """Its level over time: high before and after, at the bottom within, where it is shaded."""
    sound = tone(20.0, 8000)
    sound[..., 8 * 8000 : 11 * 8000] = 0
    made = make(tmp_path / "muted.mp4", Picture(20.0, fps=5), Audio(sound, 8000))
    settings = audited(made.path, tmp_path)
    (row,) = read.findings(settings.db, read.FindingFilter(rule="quality.no_audio"), 5.0)
    finding = read.finding(settings.db, str(row["finding_id"]), 5.0).finding
    file = evidence_folder(settings.db) / finding["evidence"]["picture"]
    shown = cv2.imread(str(file), cv2.IMREAD_COLOR)
    assert shown is not None
    assert file.stat().st_size < 16_384
    plot = shown[8:-18, 36:-2].astype(int)  # within the axes
    height, width = plot.shape[:2]
    loud = plot[: height // 2]  # down to -50 dB
    aside, within = loud[:, : width // 4], loud[:, width // 2 - 40 : width // 2 + 40]
    assert aside.min() < 130  # the level's line, before it
    assert within.min() > 130  # nothing but the shade within
    assert within[:, :, 0].mean() + 20 < within[:, :, 2].mean()
