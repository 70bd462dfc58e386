"""References of device models: what differs from enrolled files, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.reference import Reference
from avaudit.errors import ConfigError
from avaudit.ingest.references import read_references, write_reference
from avaudit.integrity.reference import choose, compare, enrolled, nearest, of_device
from support.built import built
from support.edits import remux, stream_copy, trimmed_by_edit_list
from support.forge import Audio, Picture, make, tone

_VALUES = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), max_size=4)


def _reference(model: str, files: list[dict[str, str]], device: str = "") -> Reference:
    reference = Reference(model)
    for number, found in enumerate(files):
        named = {f"container.{k}": v for k, v in found.items()}
        reference = enrolled(reference, f"{model}{number}", device or None, named)
    return reference


@given(st.lists(_VALUES, max_size=8), _VALUES)
def test_rarity_is_a_probability_that_follows_the_counts(
    files: list[dict[str, str]], found: dict[str, str]
) -> None:
    reference = _reference("M", files)
    differences = compare(reference, {f"container.{k}": v for k, v in found.items()})
    assert len({one.feature for one in differences}) == len(differences)
    for one in differences:
        assert 0 < one.rarity < 1
        assert one.seen <= one.usual_files <= one.files == len(files)
        assert one.found != one.usual
        assert one.rarity <= (one.usual_files + 1) / (one.files + 2)
    assert list(differences) == sorted(differences, key=lambda one: (one.rarity, one.feature))


@given(st.lists(_VALUES, min_size=1, max_size=1), st.integers(1, 30))
def test_what_all_enrolled_files_have_differs_in_nothing(
    files: list[dict[str, str]], times: int
) -> None:
    named = {f"container.{k}": v for k, v in files[0].items()}
    assert compare(_reference("M", files * times), named) == ()


def test_more_files_make_a_difference_surer() -> None:
    rarities = [
        compare(_reference("M", [{"a": "x"}] * files), {"container.a": "y"})[0].rarity
        for files in (1, 10, 100)
    ]
    assert rarities == [pytest.approx(1 / (files + 2), abs=1e-6) for files in (1, 10, 100)]
    assert not compare(Reference("M"), {"container.a": "y"})


def test_what_a_short_recording_does_not_tell_is_no_difference() -> None:
    """The last part of a recording has too few groups of pictures to tell how they are set."""
    usual = [{"gop": "30", "ids": "counts"}] * 10
    assert not compare(_reference("M", usual), {"container.gop": "?", "container.ids": "counts"})
    assert not compare(_reference("M", [{"gop": "?"}] * 10), {"container.gop": "30"})
    mixed = _reference("M", [*usual, {"gop": "?", "ids": "?"}])
    told = {"container.gop": "varies", "container.ids": "counts"}
    (found,) = compare(mixed, told)
    assert (found.feature, found.usual, found.usual_files) == ("container.gop", "30", 10)


def test_a_file_counts_once() -> None:
    once = enrolled(Reference("M"), "0" * 64, "7", {"container.a": "x"})
    assert enrolled(once, "0" * 64, "7", {"container.a": "x"}) == once
    assert (once.files, once.devices) == (1, ("7",))


def test_a_reference_is_chosen_by_device_then_name_then_likeness() -> None:
    a = _reference("DSJ-A3", [{"a": "x", "b": "x"}] * 5, device="0001234")
    b = _reference("IPC-9", [{"a": "y", "b": "y"}] * 5)
    found = {"container.a": "y", "container.b": "y"}
    assert of_device((a, b), "0001234", "any.mp4") == (a,)
    assert of_device((a, b), None, "dsj-a3_0001299_2026.mp4") == (a,)
    assert choose((a, b), "0001234", "any.mp4", found) == (a, True)
    assert choose((a, b), None, "any.mp4", found) == (b, False)
    assert choose((), "0001234", "any.mp4", found) == (None, False)
    assert nearest((Reference("empty"),), found) is None


def test_a_recording_against_its_device(tmp_path: Path) -> None:
    """Genuine files differ in nothing; a re-wrap, a cut and a trim differ in how they are built."""
    reference = Reference("CAM", firmware="1.0")
    for number in range(4):
        seconds = 4.0 + number
        path = make(
            tmp_path / f"{number}.mp4",
            Picture(seconds, "libx264", options={"bf": "0", "g": "25", "sc_threshold": "0"},
                    plain=True),
            Audio(tone(seconds, 48000), 48000), options={"movflags": "faststart"},
        ).path  # fmt: skip
        found = built(path).features
        if number == 3:
            assert compare(reference, found) == ()
        reference = enrolled(reference, str(number), None, found)
    wrapped = remux(tmp_path / "3.mp4", tmp_path / "wrapped.mp4", {"title": "x"})
    differ = {one.feature for one in compare(reference, built(wrapped).features)}
    assert {"container.order"} <= differ
    assert not {name for name in differ if name.startswith("bitstream.")}
    trimmed = trimmed_by_edit_list(tmp_path / "3.mp4", tmp_path / "trimmed.mp4", 1.0, 3.0)
    differences = compare(reference, built(trimmed).features)
    hidden = next(one for one in differences if one.feature == "container.hidden")
    assert hidden.rarity == pytest.approx(1 / 6, abs=1e-3)
    assert (hidden.seen, hidden.files) == (0, 4)
    later = tmp_path / "later.mp4"
    stream_copy(tmp_path / "3.mp4", later, [(3.0, 7.0)])  # an odd number of groups is gone
    begins = {o.feature: o.found for o in compare(reference, built(later).features)}
    assert begins["bitstream.begins"] == "IDR later"
    cut = tmp_path / "cut.mov"
    stream_copy(tmp_path / "3.mp4", cut, [(0, 2.0), (4.0, 7.0)])
    assert {"container.brands"} <= {o.feature for o in compare(reference, built(cut).features)}


def test_references_are_kept_in_files(tmp_path: Path) -> None:
    folder = tmp_path / "references"
    assert read_references(folder) == ()
    reference = _reference("执法仪 A/3", [{"a": "x"}], device="1")
    path = write_reference(folder, reference)
    assert path.parent == folder
    assert read_references(folder) == (reference,)
    (folder / "broken.json").write_text("{")
    with pytest.raises(ConfigError) as raised:
        read_references(folder)
    assert [Path(problem.file).name for problem in raised.value.problems] == ["broken.json"]
