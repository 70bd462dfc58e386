"""The labelled statements are what their README says, and wrong labels are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import labels
import pytest
import yaml
from pypinyin import lazy_pinyin

_STATEMENTS, _HELD_OUT, *_ = labels.BOOKS
_PARTS = ("tune", "report", "held_out", "fresh", "unseen", "blind", "lacking", "omitted")
_DIFFERING = {"time", "place", "officers", "cause", "target"}
_NEARLY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))  # told apart with effort


@pytest.fixture(scope="module")
def book() -> dict[str, labels.Part]:
    return labels.load()


def _sound(text: str) -> list[str]:
    return list(lazy_pinyin(text))


def _nearly(name: str) -> str:
    sound = " ".join(_sound(name))
    for one, other in _NEARLY:
        sound = sound.replace(one, other)
    return sound


@pytest.mark.parametrize(
    ("part", "often", "differ"),
    [("report", 4, 1), ("held_out", 5, 2), ("fresh", 8, 2), ("unseen", 8, 2)],
)
def test_each_element_is_left_out_often_enough(
    book: dict[str, labels.Part], part: str, often: int, differ: int
) -> None:
    statements = book[part].statements
    out = Counter(name for one in statements for name in labels.missing(one))
    assert min(out[name] for name in labels.ELEMENTS) >= often
    assert sum(bool(labels.missing(one)) for one in statements) >= 20
    differs = Counter(name for one in statements for name in one["differs"])
    assert set(differs) == _DIFFERING
    assert min(differs.values()) >= differ


@pytest.mark.parametrize(("part", "count"), [("held_out", 70), ("fresh", 64), ("unseen", 64)])
def test_what_is_held_out_is_spoken_once_by_each_voice_in_turn(
    book: dict[str, labels.Part], part: str, count: int
) -> None:
    statements = book[part].statements
    assert len(statements) == count
    assert all(len(one["voices"]) == 1 for one in statements)
    voices = Counter(voice for one in statements for voice in one["voices"])
    assert {*voices} == {"clear", "bright", "low", "taco", "taco_low"}
    assert max(voices.values()) - min(voices.values()) <= 1


@pytest.mark.parametrize("part", ["held_out", "fresh", "blind"])
def test_few_statements_held_out_name_an_officer_with_a_twin(
    book: dict[str, labels.Part], part: str
) -> None:
    roster, statements = book[part].roster, book[part].statements
    sounds = Counter(_nearly(name) for name in roster)
    twins = {name for name in roster if sounds[_nearly(name)] > 1}
    assert len(twins) >= 16
    named = [one for one in statements if twins & {*one["officers_said"]}]
    assert 10 <= len(named) <= len(statements) / 4


@pytest.mark.parametrize("part", _PARTS)
def test_no_decoy_sounds_the_same_as_what_is_said(book: dict[str, labels.Part], part: str) -> None:
    said = [_sound(one["text"]) for one in book[part].statements]
    spoken = "|".join(f" {' '.join(sound)} " for sound in said)
    decoys = labels.pool(book[part].decoys)
    assert [decoy for decoy in decoys if f" {' '.join(_sound(decoy))} " in spoken] == []


@pytest.mark.parametrize(
    ("part", "others"),
    [
        ("held_out", ("tune",)),
        ("fresh", ("tune", "held_out")),
        ("unseen", ("tune", "held_out", "fresh")),
        ("blind", ("tune", "held_out", "fresh", "unseen")),
        ("lacking", ("tune", "held_out", "fresh", "unseen", "blind")),
        ("omitted", ("tune", "held_out", "fresh", "unseen", "blind", "lacking")),
    ],
)
def test_what_is_held_out_has_decoys_of_its_own(
    book: dict[str, labels.Part], part: str, others: tuple[str, ...]
) -> None:
    decoys = {*labels.pool(book[part].decoys)}
    assert all(not decoys & {*labels.pool(book[other].decoys)} for other in others)
    officers = labels.disguise(book[part])
    assert len({officers[name] for name in book[part].roster}) == len(book[part].roster)


@pytest.mark.parametrize("part", _PARTS)
def test_registers_hold_what_was_said_or_decoys(book: dict[str, labels.Part], part: str) -> None:
    change = labels.disguise(book[part])
    right = list(labels.activities(book[part], {}))
    false = list(labels.activities(book[part], change))
    assert len(right) == len(book[part].statements)
    for one, other, statement in zip(right, false, book[part].statements, strict=True):
        assert one["officers"] == statement["register"]["officers"]
        assert one["recordings"] == other["recordings"]
        assert not set(one["officers"]) & set(other["officers"])
        assert not set(one["cert_nos"]) & set(other["cert_nos"])
        assert all(one[kind] != other[kind] for kind in ("place", "cause", "target"))
        said = statement["elements"] or {}
        assert ("officers" in labels.disguised(statement, change)["differs"]) == bool(
            said.get("officers")
        )


def _unsaid(book: dict[str, Any]) -> None:
    book["tune"]["statements"][0]["elements"]["place"] = "火星"


def _stranger(book: dict[str, Any]) -> None:
    book["tune"]["statements"][0]["register"]["officers"] = ["无名氏"]


def _unlabelled(book: dict[str, Any]) -> None:
    book["tune"]["statements"][0]["officers_said"] = []


def _said_decoy(book: dict[str, Any]) -> None:
    book["decoys"]["target"].append(book["tune"]["statements"][0]["elements"]["target"])


def _in_both(book: dict[str, Any]) -> None:
    row = book["report"]["statements"][0]["register"]
    row["cause"] = book["tune"]["statements"][0]["register"]["cause"]


def _held_out(book: dict[str, Any]) -> None:
    held_out = yaml.safe_load(_HELD_OUT.read_text(encoding="utf-8"))["held_out"]
    row = book["report"]["statements"][0]["register"]
    row["place"] = held_out["statements"][0]["register"]["place"]


def _held_out_said_decoy(book: dict[str, Any]) -> None:
    held_out = yaml.safe_load(_HELD_OUT.read_text(encoding="utf-8"))["held_out"]
    book["decoys"]["target"].append(held_out["statements"][0]["elements"]["target"])


def _same_time(book: dict[str, Any]) -> None:
    first, second = book["tune"]["statements"][:2]
    second["started_at"] = first["started_at"]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_unsaid, "is not said"),
        (_stranger, "roster"),
        (_unlabelled, "officers said"),
        (_said_decoy, "decoys that are said"),
        (_in_both, "in report and in tune"),
        (_held_out, "in report and in held_out"),
        (_held_out_said_decoy, "decoys that are said"),
        (_same_time, "same time"),
    ],
)
def test_wrong_labels_are_refused(
    spoil: Callable[[dict[str, Any]], None], why: str, tmp_path: Path
) -> None:
    wrong = yaml.safe_load(_STATEMENTS.read_text(encoding="utf-8"))
    spoil(wrong)
    path = tmp_path / "statements.yaml"
    path.write_text(yaml.safe_dump(wrong, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=why):
        labels.load([path, _HELD_OUT])
