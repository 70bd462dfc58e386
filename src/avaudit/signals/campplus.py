"""CAM++: which voice is this? A network that turns speech into a point; near points, same voice.

Source: H. Wang, S. Zheng, Y. Chen, L. Cheng, Q. Chen, "CAM++: A Fast and Efficient Network for
Speaker Verification Using Context-Aware Masking", Interspeech 2023. Sizes and names of the layers
are those of the published weights (3D-Speaker, Apache-2.0), so that these load as they are.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from pyannote.audio import Model
from torch import nn
from torch.nn import functional
from torchaudio.compliance import kaldi

RATE_HZ = 16000
_MEL_BINS, _HEAD_CHANNELS, _FIRST_CHANNELS = 80, 32, 128
_GROWTH, _BOTTLENECK, _DIMENSION = 32, 128, 192
#: Layers and dilation of the three densely connected blocks.
_BLOCKS = ((12, 1), (24, 2), (16, 2))
#: Context is averaged over so many frames of 20 ms.
_CONTEXT_FRAMES = 100
#: Less than this tells nothing of a voice: no embedding.
SHORTEST_S = 0.4
#: More than this costs time and tells little more.
_LONGEST_S = 5.0


def _normalised(channels: int, *, affine: bool = True, relu: bool = True) -> nn.Sequential:
    steps: list[tuple[str, Any]] = [("batchnorm", nn.BatchNorm1d(channels, affine=affine))]
    return nn.Sequential(OrderedDict([*steps, ("relu", nn.ReLU())] if relu else steps))


class _Residual(nn.Module):
    """Two convolutions over time and frequency, and the way around them."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        wide = _HEAD_CHANNELS
        self.conv1 = nn.Conv2d(wide, wide, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.shortcut = nn.Sequential()
        if stride > 1:
            narrowed = nn.Conv2d(wide, wide, 1, stride=(stride, 1), bias=False)
            self.shortcut = nn.Sequential(narrowed, nn.BatchNorm2d(wide))

    def forward(self, x: Any) -> Any:
        inner = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(inner)) + self.shortcut(x))


class _Head(nn.Module):
    """From `(batch, mel, frames)` to `(batch, channels x mel / 8, frames)`."""

    def __init__(self) -> None:
        super().__init__()
        wide = _HEAD_CHANNELS
        self.conv1 = nn.Conv2d(1, wide, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.layer1 = nn.Sequential(_Residual(2), _Residual(1))
        self.layer2 = nn.Sequential(_Residual(2), _Residual(1))
        self.conv2 = nn.Conv2d(wide, wide, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)

    def forward(self, x: Any) -> Any:
        x = functional.relu(self.bn1(self.conv1(x.unsqueeze(1))))
        x = functional.relu(self.bn2(self.conv2(self.layer2(self.layer1(x)))))
        return x.flatten(1, 2)


class _Convolved(nn.Module):
    """The first convolution over time: halves the frames."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, _FIRST_CHANNELS, 5, stride=2, padding=2, bias=False)
        self.nonlinear = _normalised(_FIRST_CHANNELS)

    def forward(self, x: Any) -> Any:
        return self.nonlinear(self.linear(x))


class _ContextMasking(nn.Module):
    """A convolution whose output is weighed by what is said before and after."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(
            _BOTTLENECK, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False
        )
        self.linear1 = nn.Conv1d(_BOTTLENECK, _BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(_BOTTLENECK // 2, _GROWTH, 1)

    def forward(self, x: Any) -> Any:
        frames = x.shape[-1]
        near = functional.avg_pool1d(x, _CONTEXT_FRAMES, _CONTEXT_FRAMES, ceil_mode=True)
        near = near.repeat_interleave(_CONTEXT_FRAMES, dim=-1)[..., :frames]
        context = x.mean(-1, keepdim=True) + near
        mask = torch.sigmoid(self.linear2(functional.relu(self.linear1(context))))
        return self.linear_local(x) * mask


class _Dense(nn.Module):
    """One layer of a block: what it finds is added to what is known."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _normalised(channels)
        self.linear1 = nn.Conv1d(channels, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _normalised(_BOTTLENECK)
        self.cam_layer = _ContextMasking(dilation)

    def forward(self, x: Any) -> Any:
        found = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))
        return torch.cat([x, found], dim=1)


class _Halved(nn.Module):
    """Half as many channels after each block."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = _normalised(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, x: Any) -> Any:
        return self.linear(self.nonlinear(x))


class _Pooled(nn.Module):
    """Mean and standard deviation over time."""

    def forward(self, x: Any) -> Any:
        return torch.cat([x.mean(-1), x.std(-1)], dim=-1)


class _Embedded(nn.Module):
    """The last layer: a point of 192 dimensions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, _DIMENSION, 1, bias=False)
        self.nonlinear = _normalised(_DIMENSION, affine=False, relu=False)

    def forward(self, x: Any) -> Any:
        return self.nonlinear(self.linear(x.unsqueeze(-1)).squeeze(-1))


def _network() -> nn.Sequential:
    channels = _FIRST_CHANNELS
    steps: list[tuple[str, Any]] = [("tdnn", _Convolved(_HEAD_CHANNELS * _MEL_BINS // 8))]
    for number, (layers, dilation) in enumerate(_BLOCKS, 1):
        widths = range(channels, channels + layers * _GROWTH, _GROWTH)
        dense = ((f"tdnnd{n}", _Dense(w, dilation)) for n, w in enumerate(widths, 1))
        channels += layers * _GROWTH
        steps.append((f"block{number}", nn.Sequential(OrderedDict(dense))))
        steps.append((f"transit{number}", _Halved(channels)))
        channels //= 2
    steps += [("out_nonlinear", _normalised(channels)), ("stats", _Pooled())]
    steps.append(("dense", _Embedded(2 * channels)))
    body = nn.Sequential(OrderedDict(steps))
    return nn.Sequential(OrderedDict([("head", _Head()), ("xvector", body)]))


class CamPlusPlus(Model):
    """CAM++ as pyannote's pipelines take an embedding: sound and frame weights in, points out."""

    dimension = _DIMENSION

    def __init__(self, weights: Path) -> None:
        """Load the weights. Only tensors are read from the file: no code of it runs."""
        super().__init__(sample_rate=RATE_HZ, num_channels=1)
        self.network = _network()
        self.network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))

    def forward(self, waveforms: Any, weights: Any = None) -> Any:
        """Points `(batch, 192)` of sound `(batch, 1, samples)`; NaN where too little is said.

        `weights`, `(batch, frames)` of 0 and 1, says where the speaker in question speaks alone:
        only that sound is heard.
        """
        heard = [wave[0] for wave in waveforms]
        if weights is not None:
            heard = [_where(wave, mask) for wave, mask in zip(heard, weights, strict=True)]
        return torch.stack([self._point(wave) for wave in heard])

    def _point(self, sound: Any) -> Any:
        if len(sound) < SHORTEST_S * RATE_HZ:
            return torch.full((_DIMENSION,), torch.nan)
        bands = kaldi.fbank(
            sound[None, : round(_LONGEST_S * RATE_HZ)],
            num_mel_bins=_MEL_BINS,
            sample_frequency=RATE_HZ,
            dither=0.0,
        )
        return self.network((bands - bands.mean(0)).T[None])[0]


def _where(sound: Any, mask: Any) -> Any:
    """The samples `(n,)` within the frames that a mask `(frames,)` marks."""
    marked = functional.pad((mask > 0.5).int(), (1, 1)).diff().nonzero()[:, 0]
    edges = (marked * len(sound)) // len(mask)
    pieces = [sound[begin:end] for begin, end in list(pairwise(edges.tolist()))[::2]]
    return torch.cat(pieces) if pieces else sound[:0]
