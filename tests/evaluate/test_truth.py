"""Truth files: what is read from them, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from avaudit.domain.rule import Outcome
from avaudit.errors import ConfigError
from avaudit.evaluate.truth import Label, SpokenTime, read_truth

_ENTRY = """\
files:
- path: r/a.wav
  voice: low
  duration_s: 12.5
  elements: {time: 九点, officers: [李晓红, 王建国], place: null}
  spoken: {hour: 9}
  register: {place: 村口, officers: [李晓红]}
  differs: [time]
  expected:
  - {rule: statement.late, outcome: review, start_s: 1, end_s: null, stream: sound}
- path: /elsewhere/b.wav
  elements: null
- path: c.wav
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "truth.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_says_what_is_true(tmp_path: Path) -> None:
    first, second, third = read_truth(_written(tmp_path, _ENTRY))
    assert first.path == str(tmp_path / "r" / "a.wav")
    assert first.expected == (Label("statement.late", Outcome.REVIEW, 1.0, None),)
    assert (first.names_said, first.names_to_confirm) == (("李晓红", "王建国"), ("李晓红",))
    assert (first.spoken, first.differs) == (SpokenTime(None, 9, None), ("time",))
    assert (first.groups["voice"], first.duration_s) == ("low", 12.5)
    assert (second.path, second.elements, second.labels_elements) == (
        "/elsewhere/b.wav", None, True,
    )  # fmt: skip
    assert not third.labels_elements


def test_the_labels_of_the_samples_are_read(samples: Path) -> None:
    labels = yaml.safe_load((samples / "truth.yaml").read_text(encoding="utf-8"))["files"]
    found = read_truth(samples / "truth.yaml")
    assert [Path(one.path).name for one in found] == [one["path"] for one in labels]
    assert [len(one.expected) for one in found] == [len(one["expected"]) for one in labels]
    assert sum(one.elements is not None for one in found) > 5


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("files: [", "evaluate.unreadable"),
        ("- path: a.wav", "evaluate.no_files"),
        ("files: []", "evaluate.no_files"),
        ("files: [{kind: audio}]", "evaluate.no_path"),
        ("files: [a.wav]", "evaluate.no_path"),
        ("files: [{path: a, expected: [{rule: x, outcome: bad}]}]", "evaluate.wrong_entry"),
        ("files: [{path: a, spoken: {hour: nine}}]", "evaluate.wrong_entry"),
        ("files: [{path: a, elements: {place: {x: 1}}}]", "evaluate.wrong_entry"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_truth(_written(tmp_path, text))
    assert caught.value.key == key
    assert caught.value.values["file"] == str(tmp_path / "truth.yaml")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_truth(tmp_path / "none.yaml")
    assert caught.value.key == "evaluate.unreadable"
