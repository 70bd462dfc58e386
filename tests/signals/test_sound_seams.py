"""Seams of sound are found where they were made, and hardly where nothing was joined."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avaudit import codec as plain
from avaudit.domain.sound_seams import SoundSeams
from avaudit.domain.time import Span
from avaudit.examine import examine
from avaudit.integrity.sound import cues
from avaudit.signals.seams_found import sound_seams
from avaudit.signals.seams_repeat import alike
from avaudit.signals.seams_room import strongest
from avaudit.signals.seams_sound import LONGEST_S, SeamsMeter
from support import rooms
from support.forge import Audio, Picture, make, noise
from support.rooms import Room, Sound
from support.workers import request

_RATE, _SECONDS = 16_000, 30.0
_ROOM, _OTHER = Room(41, -48.0, 2.0), Room(1042, -44.0)


@cache
def _talk() -> Sound:
    return rooms.scene(_ROOM, _SECONDS, _RATE)


def _inserted(onset_s: float, length_s: float) -> Sound:
    guest = rooms.scene(_OTHER, length_s, _RATE, 200.0)
    begin = round(onset_s * _RATE)
    return np.concatenate([_talk()[:begin], guest, _talk()[begin:]])


def measured(sound: Sound, rate: int = _RATE, piece_s: float = 10.0) -> SoundSeams:
    """Without any file: as the decoder hands it over."""
    meter, size = SeamsMeter(), round(piece_s * rate)
    for onset in range(0, len(sound), size):
        meter.add(sound[np.newaxis, onset : onset + size], rate, onset)

    def load(span: Span, _: int) -> Sound:
        return sound[max(0, round(span.onset_s * rate)) : round(span.offset_s * rate)]

    return sound_seams(meter, load)


def _in_file(path: Path, sound: Sound, rate: int = _RATE, codec: str = "aac") -> SoundSeams:
    done = examine(request(make(path, Audio(sound, rate, codec)).path))
    assert not done.failures
    return plain.from_plain(SoundSeams, done.signals[SoundSeams.NAME])


def _strongest(found: SoundSeams, kind: str) -> tuple[float, Span]:
    of_kind = [cue for cue in cues(found) if cue.kind == kind and cue.span]
    best = max(of_kind, key=lambda cue: cue.value, default=None)
    return (best.value, best.span or Span(0, 0)) if best else (0.0, Span(0, 0))


def test_an_insertion_from_another_room_is_where_it_was_made(tmp_path: Path) -> None:
    found = _in_file(tmp_path / "s.m4a", _inserted(10.0, 7.0))
    places = [one.span for one in found.rooms if one.distance > 2 * one.beside]
    for at in (10.0, 17.0):
        assert any(span.onset_s - 0.3 <= at <= span.offset_s + 0.3 for span in places), found.rooms
    untouched, _ = _strongest(_in_file(tmp_path / "u.m4a", _talk()), "room_step")
    assert _strongest(found, "room_step")[0] > 3 * untouched


def test_a_cut_shows_in_the_phase_of_the_hum_alone(tmp_path: Path) -> None:
    at = round(12.0 * _RATE)
    later = rooms.scene(_ROOM, _SECONDS, _RATE, 77.0037)
    found = _in_file(tmp_path / "s.m4a", np.concatenate([_talk()[:at], later[at:]]))
    assert found.hum_hz == 50
    assert found.hum_share > 0.5
    value, span = _strongest(found, "hum_jump")
    assert span.onset_s - 0.15 <= 12.0 <= span.offset_s + 0.15, found.hums
    assert value > 2 * _strongest(measured(_talk()), "hum_jump")[0]


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le", "pcm_alaw"])
def test_a_copy_is_the_same_sound_twice(tmp_path: Path, codec: str) -> None:
    rate = 8000 if codec == "pcm_alaw" else _RATE
    sound = rooms.scene(_ROOM, 24.0, rate)
    first, second, length = round(4.0 * rate), round(15.0137 * rate), round(2.0 * rate)
    sound[second : second + length] = sound[first : first + length]
    found = _in_file(tmp_path / ("s.m4a" if codec == "aac" else "s.wav"), sound, rate, codec)
    best = found.repeats[0]
    assert best.second.onset_s - best.first.onset_s == pytest.approx(11.0137, abs=0.005)
    assert abs(best.first.onset_s - 4.0) < 0.4
    assert abs(best.first.length_s - 2.0) < 0.4
    assert best.likeness > 0.8
    assert best.faintest > 0.6


def test_a_loop_of_the_room_alone_is_one_too() -> None:
    tone = rooms.room_tone(_ROOM, 20.0, _RATE)
    tone[12 * _RATE : 15 * _RATE] = tone[5 * _RATE : 8 * _RATE]
    best = measured(tone).repeats[0]
    assert best.faintest > 0.95
    assert abs(best.second.onset_s - 12.0) < 0.3


def test_what_was_narrowed_ends_elsewhere(tmp_path: Path) -> None:
    sound = _talk().copy()
    piece = np.fft.rfft(sound[8 * _RATE : 20 * _RATE])
    piece[np.fft.rfftfreq(12 * _RATE, 1 / _RATE) > 3600] = 0
    sound[8 * _RATE : 20 * _RATE] = np.fft.irfft(piece, 12 * _RATE)
    found = _in_file(tmp_path / "s.wav", sound, codec="pcm_s16le")
    for at in (8.0, 20.0):
        near = [b for b in found.bands if b.span.onset_s - 0.3 <= at <= b.span.offset_s + 0.3]
        assert any(min(b.before_hz, b.after_hz) == pytest.approx(3600, abs=500) for b in near)
    assert all(one.steady < 0.8 for one in measured(_talk()).bands)


def test_a_step_of_the_mean_and_a_hollow_are_seen() -> None:
    sound = _talk().copy()
    sound[12 * _RATE :] += 20 / 32768
    value, span = _strongest(measured(sound), "offset_step")
    assert span.onset_s <= 12.0 <= span.offset_s
    assert value > 3 * _strongest(measured(_talk()), "offset_step")[0]
    laid = _talk().copy()
    laid[10 * _RATE : 18 * _RATE] = rooms.voices(9.0, _RATE, 3)[: 8 * _RATE] + 1e-4
    value, span = _strongest(measured(laid), "hollow")
    assert value > 12
    assert span.overlap_s(Span(10.0, 18.0)) > 2
    assert _strongest(measured(_talk()), "hollow")[0] < 6


def test_a_mute_and_a_gate_are_no_hollow() -> None:
    """Long silence, and silence in which nothing is said; but for pauses in what was laid over."""
    muted = _talk().copy()
    muted[9 * _RATE : 12 * _RATE] = 0
    gated = _talk().copy()
    gated[round(9.3 * _RATE) : round(10.1 * _RATE)] = 0
    assert _strongest(measured(muted), "hollow")[0] < 6
    assert _strongest(measured(gated), "hollow")[0] < 6
    laid = _talk().copy()
    laid[9 * _RATE : 12 * _RATE] = 0.3 * rooms.voices(9.0, _RATE, 3)[2 * _RATE : 5 * _RATE]
    value, span = _strongest(measured(laid), "hollow")
    assert value > 19
    assert span.onset_s >= 8.5
    assert span.offset_s <= 12.5


@pytest.mark.parametrize("seconds", [14.0, 16.37, 21.9])
def test_where_a_recording_ends_it_is_not_hollow(seconds: float) -> None:
    found = measured(_talk()[: round(seconds * _RATE)])
    assert all(one.span.offset_s <= seconds for one in found.hollows)
    assert _strongest(found, "hollow")[0] < 6


@pytest.mark.parametrize("what", ["tone", "talk", "slams", "wind", "gain", "amr", "alaw"])
def test_what_is_lawful_stays_low(tmp_path: Path, what: str) -> None:
    """Below half of what the insertion, the cut and the copy above come to."""
    if what in ("amr", "alaw"):
        narrow = rooms.scene(_ROOM, _SECONDS, 8000)
        codec = {"amr": "libopencore_amrnb", "alaw": "pcm_alaw"}[what]
        found = _in_file(tmp_path / ("s.3gp" if what == "amr" else "s.wav"), narrow, 8000, codec)
    else:
        talk = _talk()
        sounds = {
            "tone": lambda: rooms.room_tone(_ROOM, _SECONDS, _RATE), "talk": lambda: talk,
            "slams": lambda: rooms.slams(talk, _RATE, 5),
            "wind": lambda: rooms.wind(talk, _RATE, 5),
            "gain": lambda: rooms.gain_control(talk, _RATE),
        }  # fmt: skip
        found = measured(sounds[what]())
    inserted, _ = _strongest(measured(_inserted(10.0, 7.0)), "room_step")
    assert _strongest(found, "room_step")[0] < inserted / 2
    assert _strongest(found, "repeat")[0] < 0.4


def test_a_door_takes_its_time() -> None:
    """A change of rooms that lasts is no step, however large it is."""
    share = np.interp(np.arange(len(_talk())) / _RATE, (10, 14), (0, 1)).astype(np.float32)
    other = rooms.room_tone(_OTHER, _SECONDS, _RATE)
    tone = rooms.room_tone(_ROOM, _SECONDS, _RATE)
    slowly = measured(np.asarray(tone * np.sqrt(1 - share) + other * np.sqrt(share), np.float32))
    at_once = measured(np.where(share < 0.5, tone, other))
    assert _strongest(slowly, "room_step")[0] < 0.7 * _strongest(at_once, "room_step")[0]


def test_hours_without_sound_are_passed_over_and_come_to_the_same() -> None:
    """Times that were damaged put hours between a file's first sound and its next."""
    sound, hours = noise(3.0, 8000), 6000
    meters = SeamsMeter(), SeamsMeter()
    for meter in meters:
        meter.add(sound[None], 8000, 0)
    meters[0].add(sound[None], 8000, 8000 * hours)
    nothing = np.full((1, 8000 * (hours - 3)), np.nan, np.float32)
    meters[1].add(nothing, 8000, 8000 * 3)
    meters[1].add(sound[None], 8000, 8000 * hours)
    passed, measured = (meter.tracks() for meter in meters)
    assert passed is not None
    assert measured is not None
    for name in ("bands", "edge_hz", "hum", "mean", "steep", "prints", "sounding"):
        np.testing.assert_array_equal(getattr(passed, name), getattr(measured, name), name)


def test_nothing_is_said_of_nothing(tmp_path: Path) -> None:
    assert measured(np.zeros(0, np.float32)) == SoundSeams(0.0)
    silent = measured(np.zeros(10 * _RATE, np.float32))
    assert not cues(silent)
    assert silent.measured_s == pytest.approx(10.0, abs=0.2)
    assert not cues(measured(np.full(8 * _RATE, np.nan, np.float32)))
    assert not cues(measured(_talk()[: _RATE // 3]))
    assert measured(_talk()[:4000], 4000) == SoundSeams(0.0)  # too few bands to compare
    pictures = make(tmp_path / "p.mp4", Picture(1.0)).path
    done = examine(request(pictures))
    assert SoundSeams.NAME in {missing.name for missing in done.missing}


def test_holes_are_no_seams() -> None:
    """What no packet covers is the time line's to tell."""
    sound = _talk().copy()
    sound[10 * _RATE : 13 * _RATE] = np.nan
    assert len(measured(sound).rooms) <= len(measured(_talk()).rooms)
    inside = [one for one in cues(measured(sound)) if one.kind in ("hum_jump", "offset_step")]
    assert all(not one.span or not 10.5 < one.span.onset_s < 12.5 for one in inside)


def test_pieces_make_no_difference() -> None:
    whole, parts = measured(_talk(), piece_s=30.0), measured(_talk(), piece_s=5.0)
    assert whole.rooms == parts.rooms
    assert whole.hums == parts.hums
    assert whole.bands == parts.bands


def test_louder_is_not_otherwise() -> None:
    """Every statistic of the room is one of shapes: a factor changes none of it."""
    softer = measured(_inserted(10.0, 7.0) * np.float32(0.5))
    usual = measured(_inserted(10.0, 7.0))
    best, other = usual.rooms[0], softer.rooms[0]
    assert abs(best.distance - other.distance) < 0.1
    assert best.span == other.span


def test_a_very_long_recording_ends_somewhere() -> None:
    meter = SeamsMeter()
    meter.add(np.zeros((1, 8000), np.float32), 8000, 0)
    meter.add(np.ones((1, 8000), np.float32), 8000, round(LONGEST_S * 8000))
    tracks = meter.tracks()
    assert tracks is not None
    assert len(tracks.bands) < 40


@given(st.lists(st.floats(0, 100), max_size=60), st.integers(1, 9))
def test_the_strongest_lie_apart(values: list[float], apart: int) -> None:
    chosen = strongest(np.asarray(values), apart)
    assert all(abs(a - b) >= apart for a in chosen for b in chosen if a != b)
    assert [values[at] for at in chosen] == sorted((values[at] for at in chosen), reverse=True)
    if any(values):
        assert values[chosen[0]] == max(values)
    else:
        assert not chosen


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(60, 200), st.integers(0, 100), st.integers(0, 2))
def test_a_copied_run_of_fingerprints_is_found(seed: int, length: int, at: int, flips: int) -> None:
    chance = np.random.default_rng(seed)
    prints = chance.integers(0, 2**32, 700, dtype=np.uint64).astype(np.uint32)
    copied = prints[at : at + length].copy()
    for _ in range(flips):
        copied ^= np.uint32(1) << chance.integers(0, 32, length, dtype=np.uint32)
    prints[400 : 400 + length] = copied
    found = alike(prints, np.ones(len(prints), bool), 25, 20)
    assert found
    best = found[0]
    assert best.second - best.first == 400 - at
    assert abs(best.first - at) <= 3
    assert abs(best.length - length) <= 6
