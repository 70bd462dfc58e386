"""Why was recording interrupted: said aloud on restart, explained in writing, or neither?"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._gaps import Gap, GapParams, find_gaps
from avaudit.checks._reach import timed_share
from avaudit.checks._reasons import ReasonParams, Sound, answer
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.register import Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, PacketTimeline, Speech, Transcript


class Params(GapParams, ReasonParams):
    """See `GapParams` for gaps and `ReasonParams` for reasons. Shares go from 0 to 1."""

    min_read_share: float = Field(ge=0, le=1)


@check(
    "continuity.gap_unexplained",
    codes={
        "explained_aloud": Outcome.PASS,
        "maybe_explained": Outcome.REVIEW,
        "explained_in_writing": Outcome.PASS,
        "unexplained": Outcome.FAIL,
        "not_understood": Outcome.OPEN,
        "not_listened": Outcome.OPEN,
        "not_to_its_end": Outcome.OPEN,
    },
)
def gap_unexplained(
    packets: PacketTimeline, media: MediaFacts, expected: Expected, transcript: Transcript | None,
    speech: Speech | None, silence: DigitalSilence | None, params: Params,
) -> Measured | NotApplicable:  # fmt: skip
    """One observation for each gap of `continuity.gap` that is not short."""
    gaps = [gap for gap in find_gaps(packets, params).found if not gap.short(params)]
    share = timed_share(media, packets)
    whole = share >= params.min_read_share
    if not gaps and whole:
        return NotApplicable("no_gap")
    sound = Sound(transcript, speech, silence) if transcript and speech and silence else None
    activity = expected.activity
    written = params.written(activity.written_explanations) if activity else ""
    seen = [_answered(gap, sound, written, params) for gap in gaps]
    if not whole:
        seen.append(Observation("not_to_its_end", measured={"read_share": round(share, 3)}))
    return Measured(1.0, tuple(seen))


def _answered(gap: Gap, sound: Sound | None, written: str, params: Params) -> Observation:
    """What became of one gap. Where sound goes on, what is said during it counts as well."""
    restart_s = gap.span.offset_s
    from_s = gap.span.onset_s if gap.kind == "picture_gap" else restart_s
    found = answer(sound, restart_s, from_s, written, params)
    measured: dict[str, object] = {
        "gap_s": round(gap.span.length_s, 3), "in": gap.kind, "explanation": found.explanation,
    }  # fmt: skip
    if found.code == "explained_in_writing":
        measured["mentions"] = list(found.mentions)
    return Observation(
        found.code, gap.span, measured=measured, score=found.score, quote=found.quote
    )
