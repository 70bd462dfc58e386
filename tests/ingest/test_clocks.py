"""When a recording started: names of many devices, tags, and the file system, in that order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.media import ClockSource, FileFacts, MediaFacts, MediaKind
from avaudit.domain.osd import OsdClock, OsdRun
from avaudit.domain.time import SHANGHAI, Span
from avaudit.ingest.clocks import clocks, device_in_name

_AT = datetime(2026, 11, 18, 9, 30, 5, tzinfo=SHANGHAI)


def _file(name: str, mtime_ns: int = 0) -> FileFacts:
    return FileFacts(f"/data/2025-01-01_000000/{name}", 1, mtime_ns, 1)


def _media(**tags: str) -> MediaFacts:
    return MediaFacts(
        MediaKind.VIDEO, "mov", None, None, (), {k.replace("__", "."): v for k, v in tags.items()}
    )


@pytest.mark.parametrize(
    "name",
    [
        "DSJ-A3_0001234_20261118_093005.mp4", "20261118093005.mp4", "20261118-093005.ts",
        "2026-11-18 09-30-05.mkv", "2026-11-18_09.30.05.avi", "2026_11_18_09_30_05.mov",
        "VID_20261118_093005.3gp", "2026年11月18日09时30分05秒.mp4", "REC 2026.11.18 09.30.05.wav",
        "CH01_20261118T093005_1.dav", "20261118_093005_0001.MP4", "IMG_20261118_093005123.jpg",
        "A20261118093005B.mp4",
    ],
)  # fmt: skip
def test_names_of_many_devices(name: str) -> None:
    if name == "IMG_20261118_093005123.jpg":  # digits go on: no clock can be told from them
        assert clocks(_file(name), None) == ()
        return
    (reading,) = clocks(_file(name), None)
    assert (reading.source, reading.at) == (ClockSource.FILENAME, _AT)
    assert reading.raw in name


@pytest.mark.parametrize(
    "name",
    [
        "20260231_093005.mp4", "20261318_093005.mp4", "20261118_253005.mp4", "20261118_096005.mp4",
        "19991118_093005.mp4", "20261118.mp4", "DSJ_0001234.mp4", "120261118093005.mp4",
        "video.mp4",
    ],
)  # fmt: skip
def test_names_without_a_clock(name: str) -> None:
    assert clocks(_file(name), None) == ()


@pytest.mark.parametrize(
    ("tags", "at"),
    [
        ({"creation_time": "2026-11-18T01:30:05.000000Z"}, _AT),
        ({"creation_time": "2026-11-18T01:30:05"}, _AT),  # FFmpeg's are in UTC
        ({"com__apple__quicktime__creationdate": "2026-11-18T09:30:05+0800"}, _AT),
        ({"com__apple__quicktime__creationdate": "2026-11-18T09:30:05+0800",
          "creation_time": "2026-11-18T03:00:00Z"}, _AT),
        ({"creation_time": "1904-01-01T00:00:00Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00Z"}, None),
        ({"creation_time": "0000-00-00"}, None), ({"creation_time": "yesterday"}, None),
        ({"creation_time": "1970-01-01T00:00:00Z", "date": "2026-11-18T01:30:05Z"}, _AT),
        ({}, None),
    ],
)  # fmt: skip
def test_tags(tags: dict[str, str], at: datetime | None) -> None:
    found = clocks(_file("video.mp4"), _media(**tags))
    assert [reading.at for reading in found] == ([at] if at else [])
    assert all(reading.source is ClockSource.CONTAINER for reading in found)
    assert all(reading.at.utcoffset() == timedelta(hours=8) for reading in found)


def test_the_most_trusted_clock_comes_first() -> None:
    mtime = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
    file = _file("20261118_093005.mp4", round(mtime.timestamp() * 1e9))
    found = clocks(file, _media(creation_time="2026-11-18T01:45:00Z"))
    assert [reading.source for reading in found] == [
        ClockSource.FILENAME, ClockSource.CONTAINER, ClockSource.MTIME,
    ]  # fmt: skip
    assert found[2].at == mtime


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),
       st.sampled_from(["%Y%m%d_%H%M%S", "%Y-%m-%d %H.%M.%S", "%Y%m%d%H%M%S", "%Y_%m_%d-%H_%M_%S"]),
       st.from_regex(r"[A-Za-z]{0,6}", fullmatch=True))  # fmt: skip
def test_every_moment_written_in_a_name_is_read_back(at: datetime, style: str, before: str) -> None:
    (reading,) = clocks(_file(f"{before}{at.strftime(style)}.mp4"), None)
    assert reading.at == at.replace(microsecond=0, tzinfo=SHANGHAI)


@given(st.text(max_size=60), st.text(max_size=40), st.integers(-(2**62), 2**62))
def test_nothing_in_names_tags_and_times_makes_it_fail(name: str, tag: str, mtime_ns: int) -> None:
    found = clocks(_file(name.replace("/", "_"), mtime_ns), _media(creation_time=tag))
    assert all(reading.at.tzinfo is not None for reading in found)


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("DSJ-A3_0001234_20261118_093000.mp4", "DSJ-A3_0001234"),
        ("DSJ-V8-0000021.mkv", "DSJ-V8-0000021"), ("CAM-01_20261119_100000.mp4", "CAM-01"),
        ("VID_20261119_152000.3gp", None), ("video.mp4", None),
        ("IMG_0412.MOV", None), ("IMG_20261118_093412.jpg", None),
        ("REC_20261119_100000.wav", None),
    ],
)  # fmt: skip
def test_the_device_in_a_name(name: str, device: str | None) -> None:
    assert device_in_name(f"/data/{name}") == device


_START_S = 9 * 3600 + 30 * 60 + 5.2


def _osd(*days: str, read: int = 20, slope: float = 1.0, readings: int = 20) -> OsdClock:
    run = OsdRun(Span(2.0, 60.0), _START_S + 2.0, slope, 0.001, readings, 0.0)
    return OsdClock(True, days=days, text="2026-11-18 09:30:07", sampled=20, read=read, runs=(run,))


def test_a_burned_in_clock_is_trusted_most() -> None:
    file = _file("DSJ-A3_0001234_20261118_101500.mp4", mtime_ns=10**18)
    read = clocks(file, None, _osd("2026-11-18"))
    assert [one.source for one in read] == [
        ClockSource.PICTURE, ClockSource.FILENAME, ClockSource.MTIME,
    ]  # fmt: skip
    assert (read[0].at, read[0].raw) == (_AT, "2026-11-18 09:30:07")


@pytest.mark.parametrize(
    "osd",
    [
        OsdClock(False, "no_clock"), _osd("2026-11-18", read=9), _osd("2026-11-18", readings=4),
        _osd("2026-11-18", slope=1.1), _osd("2000-01-01"), _osd("2026-12-11", "2026-11-12"), _osd(),
    ],
)  # fmt: skip
def test_where_it_is_not_sure_there_is_no_reading(osd: OsdClock) -> None:
    assert clocks(_file("a.mp4"), None, osd) == ()


@pytest.mark.parametrize(
    ("days", "name", "at"),
    [
        (("2026-06-05", "2026-05-06"), "20260605_093010.mp4", "2026-06-05"),
        (("2026-06-05", "2026-05-06"), "20260506_093010.mp4", "2026-05-06"),
        ((), "20261118_093010.mp4", "2026-11-18"),
        ((), "20261118_153010.mp4", None),
        (("2026-06-05", "2026-05-06"), "20261118_093010.mp4", None),
    ],
)
def test_other_clocks_tell_the_day_that_it_leaves_open(
    days: tuple[str, ...], name: str, at: str | None
) -> None:
    first = clocks(_file(name), None, _osd(*days))[0]
    assert (first.source is ClockSource.PICTURE) == (at is not None)
    if at:
        assert f"{first.at:%Y-%m-%d %H:%M:%S}" == f"{at} 09:30:05"


def test_around_midnight_the_nearer_day_is_meant() -> None:
    run = OsdRun(Span(0.0, 60.0), 86398.0, 1.0, 0.001, 20, 0.0)
    osd = OsdClock(True, text="23:59:58", sampled=20, read=20, runs=(run,))
    first = clocks(_file("20261119_000001.mp4"), None, osd)[0]
    assert f"{first.at:%Y-%m-%d %H:%M:%S}" == "2026-11-18 23:59:58"
