"""The sources of the set: which scene is recorded by which device, and to which part it belongs.

Scenes and devices of one part are never used in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from recorders import DEVICES, OTHERS, Device
from scenes import LOOKS, Look

#: Places of other kinds than those of `LOOKS`. `speed` makes the camera travel forward.
_LOOKED_AT = (
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

#: Of which figures are stated: nobody changed anything after a look at what is made of them.
_REPORT = (
    Look("brick_yard", 61, sky=(96, 108, 160), ground=(120, 124, 128), kind="bricks", boxes=40,
         people=3, sway=45, clock=True),
    Look("gravel_pit", 62, sky=(215, 210, 200), ground=(128, 136, 142), kind="gravel", people=2,
         sway=80, tremble=1.8),
    Look("facade", 63, sky=(190, 180, 170), ground=(70, 70, 74), kind="facade", boxes=60, people=4,
         sway=0, tremble=0.2, drift=0.12, clock=True),
    Look("demolition", 64, sky=(205, 200, 195), ground=(118, 122, 128), kind="bricks", boxes=80,
         alive="dust", people=2, sway=60, tremble=2, clock=True),
    Look("workshop", 65, sky=(110, 116, 122), ground=(70, 76, 84), kind="room", boxes=110,
         alive="flicker", people=2, sway=30),
    Look("stall", 66, sky=(150, 170, 200), ground=(64, 70, 84), kind="shelves", boxes=7, people=6,
         sway=50, tremble=1.6, clock=True),
    Look("pond", 67, sky=(200, 205, 200), ground=(96, 120, 92), boxes=25, alive="water", people=1,
         sway=0, tremble=0.5),
    Look("hillside", 68, sky=(226, 216, 196), ground=(70, 118, 104), kind="grove", boxes=30,
         alive="wind", people=1, sway=70, clock=True),
    Look("registry", 69, sky=(120, 140, 160), ground=(230, 231, 228), kind="papers", boxes=70,
         people=2, sway=8, tremble=0.3, clock=True),
    Look("lane_at_night", 70, sky=(34, 28, 26), ground=(52, 50, 50), kind="facade", boxes=24,
         people=3, sway=35, light=0.9, grain=7),
    Look("patrol_car", 71, sky=(200, 206, 210), ground=(88, 88, 92), kind="road", alive="cars",
         boxes=90, people=1, sway=10, tremble=1.2, speed=0.35, clock=True),
    Look("karaoke", 72, sky=(70, 40, 96), ground=(48, 40, 60), kind="room", boxes=60,
         alive="flicker", people=5, sway=40, light=0.85, grain=5),
    Look("car_park", 73, sky=(150, 150, 148), ground=(84, 84, 86), kind="tunnel", boxes=30,
         people=1, sway=0, tremble=0, drift=0.03, clock=True),
    Look("fire_site", 74, sky=(150, 150, 156), ground=(80, 82, 90), boxes=70, alive="dust",
         people=4, sway=55, tremble=2.4),
    Look("storm", 75, sky=(140, 142, 146), ground=(74, 80, 84), alive="rain", boxes=50, people=2,
         sway=40, tremble=1.5, grain=4, clock=True),
    Look("quarry_scales", 76, sky=(196, 196, 190), ground=(140, 142, 146), kind="gravel", boxes=10,
         people=1, sway=0, tremble=0, drift=0.08),
    Look("kiosk_screen", 77, sky=(90, 94, 100), ground=(60, 60, 66), kind="room", boxes=40,
         alive="screen", people=2, sway=20, tremble=0.8, clock=True),
    Look("bridge", 78, sky=(216, 206, 190), ground=(104, 104, 108), kind="road", alive="cars",
         boxes=50, people=3, sway=0, tremble=0.3),
)  # fmt: skip
#: Each is recorded so many times, by different devices.
_TIMES = 3


@dataclass(frozen=True)
class Place:
    """One source: what is seen, by what it is recorded, and whether figures are stated of it.

    `alike`: whether what looks like a fault and is none is made of it as well.
    """

    look: Look
    device: Device
    part: str
    alike: bool = True


def _places() -> tuple[Place, ...]:
    tune = [Place(look, DEVICES[n % len(DEVICES)], "tune")
            for n, look in enumerate((*LOOKS, *_LOOKED_AT))]  # fmt: skip
    # A number without a common factor with that of the devices brings all of them to each look.
    report = [Place(look, OTHERS[(n + 3 * time) % len(OTHERS)], "report", (n + time) % 2 == 0)
              for time in range(_TIMES) for n, look in enumerate(_REPORT)]  # fmt: skip
    return (*tune, *report)


PLACES = _places()
