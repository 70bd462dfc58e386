"""requirements.lock pins every distribution that a full installation needs, as it is installed."""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata
from importlib.util import find_spec

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from house.checkout import ROOT

_EXTRAS = frozenset({"flow", "dev", "speakers"})
#: Extras that a machine may be set up without: there is nothing to compare then.
_OPTIONAL = {"speakers": "torch"}
#: What a build of torch for CUDA brings along: it pins that itself, and a CPU build has none of it.
_OF_CUDA = re.compile(r"(nvidia|cuda|triton)")
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;#]+)\s*(?:#.*)?")


def _pins() -> dict[str, str]:
    """Name -> version of each line of the lock. Fails for a line that pins nothing."""
    pins: dict[str, str] = {}
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin = _PIN.fullmatch(line.strip())
        assert pin, f"not a pin: {line!r}"
        name = canonicalize_name(pin["name"])
        assert name not in pins, f"pinned twice: {name}"
        pins[name] = pin["version"]
    return pins


@cache
def _needed() -> dict[str, str]:
    """Name -> installed version of everything that avaudit with its extras needs here."""
    needed: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    left_out = {extra for extra, package in _OPTIONAL.items() if find_spec(package) is None}
    waiting = [("avaudit", extra) for extra in ("", *(_EXTRAS - left_out))]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        distribution = metadata.distribution(name)
        needed[name] = distribution.version
        for line in distribution.requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                key = canonicalize_name(wanted.name)
                if _OF_CUDA.match(key):
                    continue
                waiting += [(key, one) for one in ("", *wanted.extras)]
    del needed["avaudit"]
    return needed


def test_extras_are_the_projects() -> None:
    """An extra that is added to the project has to be added here."""
    assert set(metadata.metadata("avaudit").get_all("Provides-Extra") or ()) == _EXTRAS


def test_pins_name_no_build() -> None:
    """`torch==2.13.0` allows a CPU build and one for CUDA alike."""
    assert not [pin for pin in _pins().values() if Version(pin).local]


def test_every_distribution_is_pinned() -> None:
    assert not sorted(set(_needed()) - set(_pins()))


def test_pins_are_what_is_installed() -> None:
    pins, needed = _pins(), _needed()
    other = {
        name: f"installed {needed[name]}, pinned {pins[name]}"
        for name in sorted(set(needed) & set(pins))
        if Version(Version(needed[name]).public) != Version(pins[name])
    }
    assert not other


@pytest.mark.parametrize("line", ["name>=1", "name", "name @ file:///x", "-e ."])
def test_loose_line_is_no_pin(line: str) -> None:
    assert not _PIN.fullmatch(line)
