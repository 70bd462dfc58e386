"""The codec over every domain type: what goes in comes out, and digests are stable."""

from __future__ import annotations

import dataclasses
import importlib
import math
import pkgutil
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import avaudit.domain
from avaudit.codec import digest, from_json, from_plain, to_json, to_plain
from avaudit.domain.finding import Finding, Observation
from avaudit.domain.rule import Outcome, Severity
from avaudit.domain.signal import Hole
from avaudit.domain.time import SHANGHAI, Span

_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _FLOATS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
# Not before 1992: an hour that summer time repeats equals nothing in another zone (PEP 495).
_INSTANTS = st.datetimes(
    datetime(1992, 1, 1),
    timezones=st.sampled_from((SHANGHAI, UTC, timezone(timedelta(hours=-3, minutes=-30)))),
)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(),
    float: _FLOATS,
    bool: st.booleans(),
    types.NoneType: st.none(),
    datetime: _INSTANTS,
    date: st.dates(),
    Any: _JSON,
    object: _JSON,
    Span: st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6)).map(lambda p: Span(p[0], sum(p))),
}


def _domain_types() -> list[type[Any]]:
    modules = [m.name for m in pkgutil.iter_modules(avaudit.domain.__path__, "avaudit.domain.")]
    members = [v for m in modules for v in vars(importlib.import_module(m)).values()]
    found = {v for v in members if isinstance(v, type) and dataclasses.is_dataclass(v)}
    return sorted(found, key=lambda cls: cls.__qualname__)


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    if hint in _PLAIN:
        found = _PLAIN[hint]
    elif isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        names = [field.name for field in dataclasses.fields(hint)]
        found = st.builds(hint, **{name: _strategy(hints[name]) for name in names})
    elif isinstance(hint, type) and issubclass(hint, Enum):
        found = st.sampled_from(hint)
    else:
        found = _generic(typing.get_origin(hint), typing.get_args(hint))
    return found


def _generic(origin: Any, args: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (types.UnionType, typing.Union):
        return st.one_of([_strategy(arg) for arg in args])
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(_strategy(args[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(_strategy(arg) for arg in args))
    if origin is Mapping:
        return st.dictionaries(_strategy(args[0]), _strategy(args[1]), max_size=2)
    raise AssertionError(f"no values for {origin} of {args}")


@pytest.mark.parametrize("cls", _domain_types(), ids=lambda cls: cls.__name__)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_domain_value_comes_back_as_it_was(cls: type[Any], data: st.DataObject) -> None:
    value = data.draw(_strategy(cls))
    text = to_json(value)
    back = from_json(cls, text)
    assert back == value
    assert to_json(back) == text
    assert from_plain(cls, to_plain(value)) == value


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(categories=("Cs", "L", "N", "Cc")), max_size=20))
def test_texts_that_are_no_unicode_are_written_as_escapes(text: str) -> None:
    observation = Observation("x", measured={text: text}, quote=text)
    back = from_json(Observation, to_json(observation).encode("utf-8"))
    assert back.quote == text.encode("utf-8", "backslashreplace").decode()
    assert digest(back) == digest(observation)


def test_a_lone_surrogate_becomes_readable_text() -> None:
    assert to_json("abc\udcff李") == '"abc\\\\udcff李"'


def test_the_text_is_canonical() -> None:
    assert to_json({"b": (1, 2.0), "a": "张"}) == '{"a":"张","b":[1,2.0]}'
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    assert to_json({3.5, 1.5}) == "[1.5,3.5]"
    assert to_json(Outcome.FAIL) == '"fail"'


def test_a_whole_number_in_a_float_field_has_the_digest_of_the_float() -> None:
    assert digest(Hole(3, 1)) == digest(Hole(3.0, 1.0))


def test_instants_keep_their_offset() -> None:
    assert to_json(datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)) == '"2026-11-02T09:00:00+08:00"'


def test_local_mean_time_is_written_in_whole_minutes() -> None:
    assert to_json(datetime(1900, 1, 1, 8, 5, 43, tzinfo=SHANGHAI)) == '"1900-01-01T00:00:00+00:00"'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="no place"):
        to_json(Observation("x", measured={"level": number}))


def test_instants_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_json({"at": datetime(2026, 1, 1)})


@pytest.mark.parametrize("value", [b"bytes", {1: 2}, timedelta(1), Span])
def test_what_json_has_no_place_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_json(value)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValidationError):
        from_json(Span, '{"onset_s": 2, "offset_s": 1}')
    with pytest.raises(ValidationError):
        from_plain(Finding, {"finding_id": "x", "severity": Severity.LOW})
