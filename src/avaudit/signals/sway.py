"""How unsteady a camera is: how the shift of the whole picture changes from frame to frame.

A pan moves the picture evenly, a shaking hand back and forth: the second difference of the shift
keeps the one small and the other large. Shifts are found by phase correlation.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from avaudit.signals.look import Floats

_FEWEST = 5
#: Shifts with a weaker peak of the correlation are not believed.
_LEAST_RESPONSE = 0.05


def unsteady(pictures: Sequence[Floats]) -> float | None:
    """Root mean square of the change of shift, in thousandths of the width; None: can't tell."""
    if len(pictures) < _FEWEST or len({p.shape for p in pictures}) > 1:
        return None
    height, width = pictures[0].shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    shifts = []
    for one, other in pairwise(pictures):
        (x, y), response = cv2.phaseCorrelate(one, other, window)
        if response < _LEAST_RESPONSE:
            return None
        shifts.append((x, y))
    changes = np.diff(np.asarray(shifts), axis=0)
    return round(float(1000 * np.sqrt(np.mean(np.sum(changes**2, axis=1))) / width), 1)
