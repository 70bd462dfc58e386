"""Domain values as JSON and back: one canonical text for a value, so that it can be digested.

Canonical means: keys sorted, no blanks, characters as they are, finite numbers only, instants in
ISO 8601 with their offset, days in ISO 8601. A float field holding a whole `int` is written as the
float it stands for, so that a value and its read-back copy have the same digest.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping, Set
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")

#: Annotations, as the domain modules spell them, whose whole numbers are floats all the same.
_FLOAT_ANNOTATIONS = frozenset({"float", "float | None"})


def to_plain(value: object) -> Any:
    """`value` as JSON's own kinds: dict, list, str, int, float, bool and None.

    Raises `ValueError` for numbers that are not finite and instants without a time zone,
    `TypeError` for a kind that JSON has no place for and for keys that are no text.
    """
    match value:
        case Enum():
            plain = to_plain(value.value)
        case None | bool():
            plain = value
        case str():
            plain = _encodable(value)
        case int():
            plain = int(value)
        case float():
            plain = _finite(float(value))
        case datetime():
            plain = _instant(value)
        case date():
            plain = value.isoformat()
        case _:
            plain = _plain_container(value)
    return plain


def from_plain(cls: type[T], plain: object) -> T:
    """A value of `cls` from what `to_plain` gave. Raises `pydantic.ValidationError`."""
    return _adapter_of(cls).validate_python(plain)


def to_json(value: object) -> str:
    """The canonical JSON of a value. Raises what `to_plain` raises."""
    return plain_to_json(to_plain(value))


def plain_to_json(plain: object) -> str:
    """The canonical JSON of what is plain already. Raises `ValueError` for a NaN in it."""
    return json.dumps(
        plain, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def from_json(cls: type[T], text: str | bytes) -> T:
    """A value of `cls` from its JSON. Raises `pydantic.ValidationError` where it does not fit."""
    return _adapter_of(cls).validate_json(text)


def digest(value: object) -> str:
    """SHA-256 (lower-case hex) of the canonical JSON. Raises what `to_plain` raises."""
    return text_digest(to_json(value))


def text_digest(text: str) -> str:
    """SHA-256 (lower-case hex) of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter_of(cls: type[T]) -> TypeAdapter[T]:
    """The adapter of a class, made once: that takes longer than using it."""
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


@cache
def _fields(cls: type[Any]) -> tuple[tuple[str, bool], ...]:
    """Names of a dataclass's fields, and whether each is a float."""
    return tuple(
        (f.name, f.type in _FLOAT_ANNOTATIONS or f.type is float) for f in dataclasses.fields(cls)
    )


def _plain_container(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            name: _plain_field(getattr(value, name), is_float)
            for name, is_float in _fields(type(value))
        }
    if isinstance(value, Mapping):
        return {_key(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, Set):
        return sorted((to_plain(item) for item in value), key=plain_to_json)
    raise TypeError(f"JSON has no place for {type(value).__name__}")


def _plain_field(value: object, is_float: bool) -> Any:
    if is_float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return to_plain(value)


def _key(key: object) -> str:
    plain = to_plain(key)
    if not isinstance(plain, str):
        raise TypeError(f"a key must be a text, not {type(key).__name__}")
    return plain


def _encodable(text: str) -> str:
    """`text`, its lone surrogates (from tags and names that are not UTF-8) as `\\udcXX` text."""
    if text.isascii():
        return str(text)
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"JSON has no place for {number}")
    return number


def _instant(at: datetime) -> str:
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("an instant needs a time zone")
    # Local mean time (Shanghai before 1901: +08:05:43) has seconds, which ISO 8601 offsets lack.
    return (at.astimezone(UTC) if offset.seconds % 60 or offset.microseconds else at).isoformat()
