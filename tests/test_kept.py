"""What is kept of a file examined before, and when it has to be measured anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avaudit import codec
from avaudit.domain.bitstream import Bitstream
from avaudit.domain.examination import ExamineRequest
from avaudit.domain.media import FileFacts
from avaudit.domain.pace import Pace
from avaudit.domain.signal import Readability
from avaudit.domain.structure import Structure
from avaudit.examine import examine
from avaudit.kept import current_signals, examination_from, versioned
from support.forge import Audio, Picture, make, tone


def _kept(path: Path) -> tuple[dict[str, tuple[int, str]], FileFacts]:
    """What a store would hold of a file: version and JSON of each signal."""
    done = examine(ExamineRequest(os.fsencode(path).hex()))
    assert done.file
    assert done.media
    signals: dict[str, Any] = dict(done.signals)
    signals |= {"media": codec.to_plain(done.media), "readability": codec.to_plain(Readability())}
    marked: dict[str, Any] = versioned(signals)
    kept = {name: (one["version"], json.dumps(one["body"])) for name, one in marked.items()}
    return kept, done.file


@pytest.mark.parametrize("missing", [Structure.NAME, Pace.NAME, Bitstream.NAME])
def test_files_examined_before_are_measured_for_how_they_are_built(
    tmp_path: Path, missing: str
) -> None:
    sound = Audio(tone(1.0, 48000), 48000)
    kept, file = _kept(make(tmp_path / "a.mp4", Picture(1.0, "libx264"), sound).path)
    assert examination_from(current_signals(kept, None), file, None)
    older = {name: one for name, one in kept.items() if name != missing}
    assert examination_from(current_signals(older, None), file, None) is None
    renewed = kept | {missing: (kept[missing][0] - 1, kept[missing][1])}
    assert examination_from(current_signals(renewed, None), file, None) is None


def test_codecs_that_are_not_read_are_said_to_be_so(tmp_path: Path) -> None:
    sound = Audio(tone(1.0, 44100), 44100)
    kept, file = _kept(make(tmp_path / "a.flv", Picture(1.0, "flv"), sound).path)
    assert Bitstream.NAME not in kept
    found = examination_from(current_signals(kept, None), file, None)
    assert found
    assert "codec_not_read" in {missing.cause for missing in found.missing}
