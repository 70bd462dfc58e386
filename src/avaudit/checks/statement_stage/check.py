"""Is it said which stages of the enforcement are recorded, and are they the register's?"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._element import Opening, opening_of, stands
from avaudit.checks._residue import LEFT_CODES, ResidueParams, absent
from avaudit.checks._values import values_at
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.match import Match, find
from avaudit.language.naming import words
from avaudit.language.stages import heard_stage, heard_stages, hinted_stages, stage_names

_JOIN = "、"
#: The score of hints that are no whole name: what was heard there was heard.
_A_PART = 0.5
#: Names of so few characters fit somewhere by chance.
_SHORT = 2


class Params(ResidueParams):
    """From `near_score` on a stage may have been said; what is less alike may win a line-up, a
    name of two syllables from `short_score` on."""

    near_score: float = Field(gt=0, le=1)
    short_score: float = Field(gt=0, le=1)


_CODES = ("confirmed", "said", "may_differ", "absent", "other_words", "unsure")


@check("statement.stage", codes={name: LEFT_CODES[name] for name in _CODES})
def stage(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Find the activity's stages in what was said (one of them is enough), or any stage."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    wanted = expected.activity.stages if expected.activity else ()
    found = {s: m for s in wanted if (m := _heard(opening, s, params)) is not None}
    if found:
        return _answer(opening, "confirmed", found, wanted)
    taken = values_at(opening.heard, expected, params.explained_score)
    others = {name: match for name, match in heard_stages(opening.heard, params.min_score).items()
              if not _on(match, taken)}  # fmt: skip
    near = _nearly(opening, wanted, params)
    if near and stands(opening.settles((near.begin, near.end), (near.value,), _rivals()), params):
        return _answer(opening, "confirmed", {near.value: near}, wanted)
    if near and not others and near.score >= params.near_score:
        return _answer(opening, "unsure", {near.value: near}, wanted)
    if others:
        return _answer(opening, "may_differ" if wanted else "said", others, wanted)
    for hint in hinted_stages(_names(wanted), opening.heard):
        at = (hint.begin, hint.end)
        if opening.belongs(at) and not _on(hint, taken) and not _refuted(opening, hint, params):
            return _answer(opening, "unsure", {hint.value: hint}, wanted)
    return absent(opening, expected, {*_names(wanted), *_rivals()}, _JOIN.join(wanted), params)


def _heard(opening: Opening, stage: str, params: Params) -> Match | None:
    return heard_stage(stage_names(stage), opening.heard, params.min_score)


def _nearly(opening: Opening, wanted: tuple[str, ...], params: Params) -> Match | None:
    """Where one of the activity's stages may have been said, badly understood."""
    found = [find(name, opening.heard) for name in _names(wanted)]
    good = [m for m in found if m.score >= _least(m.value, params)]
    return max(good, key=lambda m: (m.score, len(m.value)), default=None)


def _names(stages: tuple[str, ...]) -> list[str]:
    return [name for stage in stages for name in stage_names(stage) if _whole(name)]


def _on(match: Match, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether words are part of the activity's own place, cause, target or names."""
    return any(match.begin < end and begin < match.end for begin, end in taken)


def _refuted(opening: Opening, hint: Match, params: Params) -> bool:
    """Whether what only sounds nearly like a stage is none, by a line-up."""
    if hint.score <= _A_PART:
        return False
    how = opening.settles((hint.begin, hint.end), (hint.value,), ())
    return how is not None and how.behind >= params.refuted_behind


def _least(name: str, params: Params) -> float:
    return params.unsure_score if len(name) > _SHORT else params.short_score


def _rivals() -> list[str]:
    """Other stages, to be told apart from."""
    return [name for names in words()["stages"] for name in names if _whole(name)]


def _whole(name: str) -> bool:
    """Whether a name is one wherever it stands: other words sound like a part of many."""
    return name not in words()["stages_at_edges"]


def _answer(
    opening: Opening, code: str, found: dict[str, Match], wanted: tuple[str, ...]
) -> Measured:
    first = min(found.values(), key=lambda m: m.begin)
    return opening.answer(
        code,
        (first.begin, first.end),
        value=_JOIN.join(found),
        expected=_JOIN.join(wanted),
        score=min(m.score for m in found.values()),
        not_heard=[stage for stage in wanted if stage not in found],
    )
