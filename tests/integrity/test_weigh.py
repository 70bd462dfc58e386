"""Cues add up across groups, never within one, and only where they lie together."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.cue import Cue, CueGroup, Cues, Weight, Weights
from avaudit.domain.time import Span
from avaudit.errors import ConfigError
from avaudit.integrity.weigh import places, whole_file
from avaudit.models.weights import load_weights

_WEIGHTS = Weights(
    "test",
    1.0,
    {f"{group}.seen": Weight(((1.0, 1.0), (2.0, 2.5)), 20, 20) for group in CueGroup},
)


def _cue(group: CueGroup, at_s: float, value: float = 1.0, length_s: float = 0.0) -> Cue:
    return Cue(group, "seen", Span(at_s, at_s + length_s), value)


def test_groups_add_up_and_cues_of_one_group_do_not() -> None:
    seen = (
        _cue(CueGroup.TIMELINE, 10.0),
        _cue(CueGroup.TIMELINE, 10.1, 2.0),
        _cue(CueGroup.CLOCK, 10.3),
    )
    (place,) = places(Cues(seen), _WEIGHTS, 0.5)
    assert place.groups == {CueGroup.TIMELINE: 2.5, CueGroup.CLOCK: 1.0}
    assert place.total == 3.5


def test_the_structure_tells_better_where_than_what_is_heard() -> None:
    heard = Cue(CueGroup.AUDIO, "seen", Span(9.9, 9.9), 2.0)
    (place,) = places(Cues((heard, _cue(CueGroup.BITSTREAM, 10.0, length_s=0.04))), _WEIGHTS, 0.5)
    assert place.span == Span(10.0, 10.04)


def test_what_lies_apart_is_told_apart_and_in_order() -> None:
    seen = (_cue(CueGroup.CLOCK, 30.0), _cue(CueGroup.AUDIO, 5.0), _cue(CueGroup.PIXEL, 30.4))
    found = places(Cues(seen), _WEIGHTS, 0.5)
    assert [place.span.onset_s for place in found if place.span] == [5.0, 30.0]


def test_what_was_never_calibrated_weighs_nothing() -> None:
    unknown = Cue(CueGroup.PIXEL, "never_seen", Span(1.0, 1.0), 1e9)
    weak = _cue(CueGroup.PIXEL, 1.0, 0.5)
    assert places(Cues((unknown, weak)), _WEIGHTS, 0.5) == ()
    assert whole_file(Cues((unknown, weak)), _WEIGHTS) is None


def test_what_concerns_the_whole_file_is_weighed_apart() -> None:
    whole = Cue(CueGroup.CONTAINER, "seen", None, 2.0)
    cues = Cues((whole, _cue(CueGroup.TIMELINE, 3.0)))
    found = whole_file(cues, _WEIGHTS)
    assert found is not None
    assert [one.cue for one in found.cues] == [whole]
    assert len(places(cues, _WEIGHTS, 0.5)) == 1


_CUES = st.lists(
    st.builds(
        _cue,
        st.sampled_from(CueGroup),
        st.floats(0, 100),
        st.floats(0, 5),
        st.floats(0, 3),
    ),
    max_size=30,
)


@given(_CUES)
def test_every_cue_with_a_weight_is_at_one_place(seen: list[Cue]) -> None:
    found = places(Cues(tuple(seen)), _WEIGHTS, 0.5)
    told = [one.cue for place in found for one in place.cues]
    assert sorted(map(repr, told)) == sorted(repr(cue) for cue in seen if _WEIGHTS.of(cue) > 0)
    onsets = [place.span.onset_s for place in found if place.span]
    assert onsets == sorted(onsets)


@given(_CUES, st.randoms())
def test_the_order_of_cues_does_not_matter(seen: list[Cue], chance: Random) -> None:
    other = list(seen)
    chance.shuffle(other)
    one, two = (places(Cues(tuple(c)), _WEIGHTS, 0.5) for c in (seen, other))
    assert [(p.span, p.total) for p in one] == [(p.span, p.total) for p in two]


def test_the_shipped_weights_are_what_files_can_carry() -> None:
    shipped = load_weights()
    for kind, weight in shipped.weights.items():
        assert kind.partition(".")[0] in tuple(CueGroup)
        values = [value for value, _ in weight.steps]
        worth = [given for _, given in weight.steps]
        assert values == sorted(values)
        assert worth == sorted(worth)
        assert all(2.718281828**given <= weight.genuine + 1.001 for given in worth)


def test_a_file_that_is_no_calibration_is_named(tmp_path: Path) -> None:
    path = tmp_path / "weights.yaml"
    path.write_text("version: 1\nweights: [a]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"weights\.yaml"):
        load_weights(path)
