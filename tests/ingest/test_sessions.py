"""Recordings come into sessions: each into one, whatever the order they come in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from avaudit.domain.media import ClockReading, ClockSource, MediaKind
from avaudit.domain.register import Activity
from avaudit.domain.session import Member, Session
from avaudit.domain.time import SHANGHAI
from avaudit.ingest.members import device_key, prepared
from avaudit.ingest.names import Names
from avaudit.ingest.sessions import group
from avaudit.rules.names import name_patterns

_NAMES = Names(name_patterns())
_AT = datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)
_ACTIVITY = Activity("A1", started_at=_AT, ended_at=_AT + timedelta(hours=1),
                     device_ids=("DSJ-A3 0001234",))  # fmt: skip


def _file(
    name: str, at: float | datetime | None = None, length_s: float | None = 600.0,
    activity: str | None = None, written: float | None = None, **changes: Any,
) -> Member:  # fmt: skip
    """A recording; `at` is when it starts by its container, in seconds after the first."""
    start = _AT + timedelta(seconds=at) if isinstance(at, int | float) else at
    clocks = [ClockReading(ClockSource.CONTAINER, start, "")] if start else []
    if written is not None:
        clocks.append(ClockReading(ClockSource.MTIME, _AT + timedelta(seconds=written), ""))
    path = name if name.startswith("/") else f"/r/{name}"
    member = Member(path, path, MediaKind.VIDEO, "examined", activity_id=activity,
                    clocks=tuple(clocks), duration_s=length_s)  # fmt: skip
    return replace(member, **changes)


def _body(seconds: float, device: int = 1234, **more: Any) -> Member:
    at = _AT + timedelta(seconds=seconds)
    return _file(f"DSJ-A3_{device:07}_{at:%Y%m%d_%H%M%S}.mp4", seconds, **more)


def _sessions(members: Sequence[Member], *activities: Activity) -> tuple[Session, ...]:
    by_id = {one.activity_id: one for one in activities}
    return group(prepared(members, _NAMES, by_id), by_id, 1800.0)


def _names(sessions: Sequence[Session]) -> list[list[str]]:
    return [[m.path.removeprefix("/r/") for m in session.members] for session in sessions]


def test_parts_of_one_device_are_one_session_also_over_midnight() -> None:
    parts = [_body(s) for s in (14.45 * 3600, 14.45 * 3600 + 600, 14.45 * 3600 + 1202)]
    (session,) = _sessions(parts)
    assert session.members[-1].started_at is not None
    assert session.members[-1].started_at.day == 19
    assert session.device_id == "DSJ-A3_0001234"


def test_two_devices_side_by_side_are_two_sessions() -> None:
    sessions = _sessions([_body(s, d) for s in (0, 600) for d in (1, 2)])
    assert [len(session.members) for session in sessions] == [2, 2]


def test_a_long_pause_parts_sessions_but_not_within_an_activity() -> None:
    files = [_body(0), _body(600 + 2400)]
    assert len(_sessions(files)) == 2
    assert len(_sessions([replace(f, activity_id="A1") for f in files], _ACTIVITY)) == 1
    night = [_body(0, activity="A1"), _body(20 * 3600, activity="A1")]
    assert len(_sessions(night, _ACTIVITY)) == 2


def test_two_activities_on_one_day_are_two_sessions() -> None:
    later = replace(_ACTIVITY, activity_id="A2", started_at=_AT + timedelta(seconds=620))
    files = [_body(0, activity="A1"), _body(620, activity="A2")]
    sessions = _sessions(files, _ACTIVITY, later)
    assert [s.activity.activity_id for s in sessions if s.activity] == ["A1", "A2"]


def test_device_and_time_tell_the_activity() -> None:
    sessions = _sessions([_body(0), _body(5 * 3600)], _ACTIVITY)
    assert [session.activity and session.activity.activity_id for session in sessions] == [
        "A1", None,
    ]  # fmt: skip


def test_what_overlaps_without_a_device_is_of_several() -> None:
    files = [_file(f"VID_20261118_0{n}.mp4", at) for n, at in enumerate((0, 300, 600, 900))]
    named = [replace(f, series="VID", recording_id=f.path) for f in files]
    clocked = [replace(m, started_at=m.clocks[0].at, clock_source=ClockSource.CONTAINER)
               for m in named]  # fmt: skip
    sessions = group(clocked, {}, 1800.0)
    assert sorted(len(session.members) for session in sessions) == [2, 2]


def test_numbers_bring_files_without_a_clock_into_place() -> None:
    files = [_file("DV00016.avi", 0), _file("DV00018.avi", 1200), _file("DV00017.avi", None)]
    assert _names(_sessions(files)) == [["DV00016.avi", "DV00017.avi", "DV00018.avi"]]
    apart = [_file("DV00016.avi", 0, written=600), _file("DV00017.avi", None, written=90000)]
    assert len(_sessions(apart)) == 2
    alone = [_file("a.avi", None), _file("b.avi", None)]
    assert len(_sessions(alone)) == 2


def test_chapters_follow_each_other() -> None:
    files = [_file(f"GX0{part}0012.MP4", 600 * part) for part in (3, 1, 2)]
    assert _names(_sessions(files)) == [["GX010012.MP4", "GX020012.MP4", "GX030012.MP4"]]


def test_a_clock_that_goes_back_with_rising_numbers_was_reset() -> None:
    back = [_file(f"DV0001{n}.avi", at) for n, at in ((6, 0), (7, 600), (8, -90000), (9, -89400))]
    members = prepared(back, _NAMES, {})
    assert [member.doubt for member in members] == ["", "", "reset", "reset"]
    ahead = [_file(f"DV0001{n}.avi", at) for n, at in ((6, 0), (7, 9e6), (8, 1200), (9, 1800))]
    assert [m.doubt for m in prepared(ahead, _NAMES, {})] == ["", "ahead", "", ""]
    daily = [_file(f"2026111{8 - n}{hour}3000_000{n}.avi", 3600 * hour - 86400 * n)
             for n in (1, 2) for hour in (10, 12)]  # fmt: skip
    assert {m.doubt for m in prepared(daily, _NAMES, {})} == {""}


def test_eight_hours_off_the_register_is_a_matter_of_the_clock() -> None:
    off = _file("DV00001.avi", 8 * 3600 + 60, activity="A1")
    (member,) = prepared([off], _NAMES, {"A1": _ACTIVITY})
    assert member.doubt == "zone"
    late = _file("DV00001.avi", 3 * 3600, activity="A1")
    assert prepared([late], _NAMES, {"A1": _ACTIVITY})[0].doubt == ""


def test_photos_take_their_numbers_in_between() -> None:
    photo = _file("IMG_0413.JPG", 700, None, kind=MediaKind.PHOTO)
    files = [_file("IMG_0412.MOV", 0), photo, _file("IMG_0414.MOV", 800)]
    assert _names(_sessions(files)) == [["IMG_0412.MOV", "IMG_0413.JPG", "IMG_0414.MOV"]]


def test_devices_compare_however_they_are_written() -> None:
    assert device_key("DSJ-A3 0001234") == device_key("dsj-a3_0001234")
    assert device_key("DV-17") == device_key("DV00017")
    assert device_key("CAM-01") != device_key("CAM-02")
    assert device_key("DSJ-A3_0001234") != device_key("DSJ-A31_0001234")


_MEMBERS = st.lists(
    st.builds(
        lambda form, n, at, length, activity, written: _file(
            form.format(n=n), at, length, activity, written
        ),
        st.sampled_from(["DV{n:05}.avi", "CAM-0{n}_20261118_093000.mp4", "x{n}.mp4",
                         "/q/DV{n:05}.avi", "IMG_{n:04}.MOV"]),
        st.integers(1, 9),
        st.one_of(st.none(), st.floats(-1e5, 1e5).map(round)),
        st.one_of(st.none(), st.floats(0, 4000)),
        st.sampled_from([None, None, "A1", "A2"]),
        st.one_of(st.none(), st.floats(-1e5, 1e5).map(round)),
    ),
    max_size=12,
    unique_by=lambda member: member.recording_id,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(members=_MEMBERS, seed=st.integers(0, 1000))
def test_each_recording_is_in_one_session_whatever_the_order(
    members: list[Member], seed: int
) -> None:
    activities = (_ACTIVITY, replace(_ACTIVITY, activity_id="A2", device_ids=("CAM-01",)))
    sessions = _sessions(members, *activities)
    placed = [member.recording_id for session in sessions for member in session.members]
    assert sorted(placed) == sorted(member.recording_id for member in members)
    assert len({session.session_id for session in sessions}) == len(sessions)
    shuffled = list(members)
    random.Random(seed).shuffle(shuffled)
    assert _sessions(shuffled, *activities) == sessions
    by_id = {one.activity_id: one for one in activities}
    again = [m for session in sessions for m in session.members]
    known = {one.recording_id: one.activity_id for one in members}
    bare = [replace(m, activity_id=known[m.recording_id]) for m in again]
    assert group(prepared(bare, _NAMES, by_id), by_id, 1800.0) == sessions
    for session in sessions:
        named = {known[m.recording_id] for m in session.members} - {None}
        assert len(named) <= 1
