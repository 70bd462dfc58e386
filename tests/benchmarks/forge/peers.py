"""What other programs say of the same files: PySceneDetect, and filters of ffmpeg.

They are no part of avaudit's environment: `--peers` names a virtual environment that has them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forge.splice import lead_s

#: An event: where it begins and ends, in seconds.
Event = tuple[float, float]

_FILTERS = (
    "-vf", "scdet=threshold=10,freezedetect=n=-60dB:d=0.5,blackdetect=d=0.3",
    "-af", "silencedetect=n=-60dB:d=0.3", "-f", "null", "-",
)  # fmt: skip
_SCENES = """
import json, sys
from scenedetect import AdaptiveDetector, ContentDetector, detect
for path in sys.argv[1:]:
    found = {}
    for name, made in (("content", ContentDetector), ("adaptive", AdaptiveDetector)):
        try:
            scenes = detect(path, made(), start_in_scene=True)
            seconds = [getattr(s[0], "seconds", None) for s in scenes[1:]]
            if any(at is None for at in seconds):
                seconds = [s[0].get_seconds() for s in scenes[1:]]
        except Exception as error:  # whatever a peer raises is its own failure
            print(f"{path}: {error}", file=sys.stderr)
            seconds = []
        found[name] = seconds
    print(json.dumps([path, found]), flush=True)
"""
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_CUT = re.compile(rf"lavfi\.scd\.time: {_NUMBER}")
_BLACK = re.compile(rf"black_start:{_NUMBER} black_end:{_NUMBER}")
_ENDS = {
    "ffmpeg freezedetect": (
        re.compile(rf"freeze_start: {_NUMBER}"), re.compile(rf"freeze_end: {_NUMBER}"),
    ),
    "ffmpeg silencedetect": (
        re.compile(rf"silence_start: {_NUMBER}"), re.compile(rf"silence_end: {_NUMBER}"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Peers:
    """The programs that were found; None for those that were not."""

    ffmpeg: str | None
    python: str | None

    @property
    def lacking(self) -> tuple[str, ...]:
        """What was not found."""
        named = {"ffmpeg": self.ffmpeg, "scenedetect (PySceneDetect)": self.python}
        return tuple(name for name, found in named.items() if not found)


def find(environment: Path | None) -> Peers:
    """Look in a virtual environment, else in PATH (there for ffmpeg alone)."""
    place = environment / "bin" if environment else None
    ffmpeg = shutil.which("ffmpeg", path=str(place)) if place else shutil.which("ffmpeg")
    python = shutil.which("python", path=str(place)) if place else None
    if (
        python
        and subprocess.run(
            [python, "-c", "import scenedetect"], check=False, capture_output=True
        ).returncode
    ):
        python = None
    return Peers(ffmpeg, python)


def events(paths: Sequence[Path], peers: Peers, length_s: float = 1e9,
           filters: Sequence[str] = _FILTERS,
           ) -> Mapping[str, Mapping[Path, tuple[Event, ...]]]:  # fmt: skip
    """What each program finds in each file, by the program's name; ffmpeg with some filters."""
    found: dict[str, dict[Path, tuple[Event, ...]]] = {}
    if peers.ffmpeg:
        for path in paths:
            command = [peers.ffmpeg, "-nostdin", "-hide_banner", "-i", str(path), *filters]
            done = subprocess.run(command, check=False, capture_output=True)
            for name, own in heard(done.stderr.decode(errors="replace"), length_s).items():
                found.setdefault(name, {})[path] = own
    if peers.python and paths:
        command = [peers.python, "-c", _SCENES, *map(str, paths)]
        done = subprocess.run(command, check=True, capture_output=True)
        for line in done.stdout.decode().splitlines():
            if not line.startswith("["):
                continue
            path, cuts = json.loads(line)
            lead = lead_s(Path(path))  # it counts from the first picture
            for name, seconds in cuts.items():
                own = tuple((at + lead, at + lead) for at in seconds)
                found.setdefault(f"PySceneDetect {name}", {})[Path(path)] = own
    return found


def heard(words: str, length_s: float) -> dict[str, tuple[Event, ...]]:
    """Events out of what ffmpeg's filters log. What has no end lasts to `length_s`."""
    cuts = tuple((float(at), float(at)) for at in _CUT.findall(words))
    black = tuple((float(a), float(b)) for a, b in _BLACK.findall(words))
    found = {"ffmpeg scdet": cuts, "ffmpeg blackdetect": black}
    for name, (starts, ends) in _ENDS.items():
        begun = [float(at) for at in starts.findall(words)]
        ended = [float(at) for at in ends.findall(words)]
        ended += [length_s] * (len(begun) - len(ended))
        found[name] = tuple(zip(begun, ended, strict=False))
    return found
