"""Examine every frame of one file's picture: only where a deep look is asked for.

In a worker process.
"""

from __future__ import annotations

from avaudit.domain.examination import ExamineRequest
from avaudit.domain.picture_seams import PictureSeams
from avaudit.domain.time import Span
from avaudit.gathered import Gathered
from avaudit.media.reel import Reel
from avaudit.signals.seams_picture import PictureSeamsMeter

#: Later than any picture.
_NEVER_S = 1e9


def measure_deep(request: ExamineRequest, reel: Reel | None, gathered: Gathered) -> None:
    """Measure the first picture stream frame by frame; nothing where that is not asked for, was
    done before, or where there is no picture.

    Raises what `open_input` raises.
    """
    media = gathered.media
    declared = media.first("video") if media else None
    if not request.deep or PictureSeams.NAME in request.have or declared is None:
        return
    if reel is None or not (times := reel.key_times()):
        gathered.signals[PictureSeams.NAME] = PictureSeams(None)
        return
    # From the first keyframe on: a picture may begin later than the sound.
    pictures = reel.frames(Span(min(times), _NEVER_S))
    meter = PictureSeamsMeter()
    for picture in pictures:
        meter.take(picture.at_s, picture.luma, picture.keyframe)
    gathered.signals[PictureSeams.NAME] = meter.seams(pictures.undecodable)
