"""What genuine recordings of a device model look like, learnt from enrolled files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from avaudit.domain.cue import Weights


@dataclass(frozen=True, slots=True)
class Reference:
    """Features of the enrolled files of a model, by firmware and workstation where these are known.

    `counts` says for each feature how many files had which value; `sources` are the SHA-256 digests
    of the files (a file counts once), `devices` the device numbers met.
    """

    model: str
    firmware: str = ""
    workstation: str = ""
    sources: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def files(self) -> int:
        """How many files stand behind it."""
        return len(self.sources)


@dataclass(frozen=True, slots=True)
class Difference:
    """A feature that is not as most enrolled files have it.

    `usual` is the most frequent value, which `usual_files` of `files` have; `seen` files have what
    was found. `rarity` is how probable the found value is among such files, smoothed after Laplace
    as if one more file with a value of its own had been enrolled: never 0.
    """

    feature: str
    found: str
    usual: str
    seen: int
    usual_files: int
    files: int
    rarity: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A recording beside the reference that fits it best; `model` is empty where none is enrolled.

    `own`: the reference is known to be of the recording's own device model. Otherwise it is only
    the likeliest, and what differs from it says little.
    """

    model: str = ""
    firmware: str = ""
    workstation: str = ""
    files: int = 0
    own: bool = False
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the integrity of recordings is judged by: weights of cues, references of devices."""

    weights: Weights
    references: tuple[Reference, ...] = ()
