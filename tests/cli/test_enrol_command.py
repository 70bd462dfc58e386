"""`avaudit enrol`: from files to a reference, with what was refused named."""

from __future__ import annotations

from pathlib import Path

import pytest

from avaudit.cli import main
from avaudit.ingest.references import read_references
from support.forge import Audio, Picture, make, tone


def test_files_are_enrolled_once_and_broken_ones_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = make(tmp_path / "DSJ-A3_0001234_20261120_090000.mp4", Picture(1.0),
                Audio(tone(1.0, 48000), 48000)).path  # fmt: skip
    command = ["enrol", str(made), "--device", "DSJ-A3", "--firmware", "1.2", "--lang", "en"]
    for _ in range(2):
        assert main(command) == 0
        (reference,) = read_references(tmp_path / "references")
        assert (reference.model, reference.firmware, reference.files) == ("DSJ-A3", "1.2", 1)
        assert reference.counts["container.format"] == {"mp4": 1}
    assert "enrolled 0 files" in capsys.readouterr().err
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(made.read_bytes()[:300])
    assert main([*command[:1], str(broken), *command[2:]]) == 1
    assert "not enrolled" in capsys.readouterr().err
    assert read_references(tmp_path / "references")[0].files == 1
