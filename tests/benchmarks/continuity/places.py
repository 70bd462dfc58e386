"""The sources of the set: which scene is recorded by which device, and to which part it belongs.

Scenes and devices of one part are never used in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devices import DEVICES, OTHERS, Device
from scenes import LOOKS, Look, part_of

#: Places of other kinds than those of `LOOKS`. `speed` makes the camera travel forward.
_TUNE = (
    Look("grove", 31, sky=(190, 220, 205), ground=(40, 75, 55), kind="grove", alive="wind",
         people=1, sway=40, clock=True),
    Look("desk", 32, sky=(90, 120, 150), ground=(226, 228, 230), kind="papers", boxes=90,
         people=0, sway=12, tremble=0.6),
    Look("junction", 33, sky=(30, 26, 24), ground=(48, 46, 45), kind="road", alive="cars",
         people=2, sway=0, tremble=0, light=0.9, grain=5, clock=True),
    Look("canal", 34, sky=(205, 195, 180), ground=(120, 110, 80), boxes=40, alive="water",
         people=1, sway=30),
    Look("pharmacy", 35, sky=(170, 180, 190), ground=(60, 66, 70), kind="shelves", people=3,
         sway=70, clock=True),
)  # fmt: skip
_REPORT = (
    Look("clinic", 41, sky=(205, 210, 205), ground=(150, 150, 140), kind="room", boxes=70,
         people=2, sway=35, clock=True),
    Look("drive", 42, sky=(215, 200, 185), ground=(92, 92, 94), kind="road", alive="cars",
         boxes=120, people=0, sway=6, tremble=1.6, speed=0.5, clock=True),
    Look("downpour", 43, sky=(165, 165, 165), ground=(88, 92, 94), alive="rain", boxes=80,
         people=3, sway=20, grain=4),
    Look("supermarket", 44, sky=(140, 150, 165), ground=(40, 44, 48), kind="shelves", boxes=20,
         people=4, sway=0, tremble=0, clock=True),
    Look("underpass", 45, sky=(160, 190, 205), ground=(42, 44, 50), kind="tunnel", boxes=46,
         people=2, sway=55, light=0.8, grain=5, speed=0.25),
    Look("control_room", 46, sky=(78, 80, 84), ground=(52, 52, 56), kind="room", boxes=30,
         alive="screen", people=1, sway=0, tremble=0, drift=0.02, clock=True),
    Look("orchard", 47, sky=(225, 230, 235), ground=(50, 96, 70), kind="grove", alive="wind",
         boxes=140, people=2, sway=90, tremble=2),
    Look("office_files", 48, sky=(60, 74, 96), ground=(235, 236, 232), kind="papers", boxes=120,
         people=1, sway=20, tremble=0.8, clock=True),
    Look("harbour", 49, sky=(188, 176, 160), ground=(98, 92, 82), boxes=70, alive="water",
         people=2, sway=0, tremble=0.4, drift=0.1),
    Look("night_road", 50, sky=(24, 20, 20), ground=(40, 38, 38), kind="road", alive="cars",
         boxes=40, people=1, sway=25, light=0.85, grain=7, clock=True),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One source: what is seen, by what it is recorded, and whether figures are stated of it."""

    look: Look
    device: Device
    part: str


def _places() -> tuple[Place, ...]:
    tune = [one for n, one in enumerate(LOOKS) if part_of(n) == "tune"] + list(_TUNE)
    report = [one for n, one in enumerate(LOOKS) if part_of(n) == "report"] + list(_REPORT)
    return (*_recorded(tune, DEVICES, "tune"), *_recorded(report, OTHERS, "report"))


def _recorded(looks: Sequence[Look], by: Sequence[Device], part: str) -> list[Place]:
    return [Place(look, by[n % len(by)], part) for n, look in enumerate(looks)]


PLACES = _places()
