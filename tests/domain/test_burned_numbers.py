"""Numbers of devices and officers in texts that cameras burn in."""

from __future__ import annotations

import pytest

from avaudit.domain.burned_in import comparable, devices, same_number, wearers
from avaudit.domain.osd import OsdBox, OsdLabel


def _label(text: str, score: float = 0.99) -> OsdLabel:
    return OsdLabel(text, score, OsdBox(0, 0, 100, 20))


@pytest.mark.parametrize(
    ("text", "number", "whole"),
    [
        ("DSJ-A3 0001234", "DSJ-A3 0001234", True),
        ("ID: DSJ-A3_0001234", "DSJ-A3_0001234", True),
        ("设备编号：0001234", "0001234", True),
        ("DSJ-B20000016", "DSJ-B20000016", False),
        ("DSJ-A3 O001234", "DSJ-A3 O001234", False),
    ],
)
def test_numbers_of_devices_are_found(text: str, number: str, whole: bool) -> None:
    (found,) = devices([_label("青羊镇综合行政执法队"), _label(text)])
    assert (found.number, found.whole) == (number, whole)


@pytest.mark.parametrize("text", ["CAM-01", "CAM-02 1080P 25FPS", "2026-11-20 09:30:05", "REC"])
def test_other_texts_are_no_device(text: str) -> None:
    assert devices([_label(text)]) == ()
    assert wearers([_label(text)]) == ()


@pytest.mark.parametrize(
    "text", ["执法证号:040512", "证号 040512", "OFFICER ID 040512", "USER:040512", "警号：040512"]
)
def test_numbers_of_officers_are_no_devices(text: str) -> None:
    assert [one.number for one in wearers([_label(text)])] == ["040512"]
    assert devices([_label(text)]) == ()


def test_what_is_hardly_legible_is_no_number() -> None:
    assert devices([_label("DSJ-A3 0001234", 0.85)]) == ()


def test_numbers_compare_by_what_they_look_like() -> None:
    assert same_number("DSJ-A3 OOO1Z34", "DSJ-A3_0001234")
    assert same_number("0001234", "DSJ-A3 0001234")
    assert not same_number("DSJ-A3 0001235", "DSJ-A3 0001234")
    assert not same_number("234", "DSJ-A3 0001234")


def test_numbers_of_other_kinds_are_not_compared() -> None:
    assert comparable("DSJ-A3 0001299", "DSJ-A3 0001234")
    assert comparable("040777", "040512")
    assert not comparable("11040777", "040512")
    assert not comparable("DSJ-A3 0001234", "3号机")
