"""Values and tags that a rule book may not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.rule_books import GOOD, mistakes


@pytest.mark.parametrize("share", ["-0.1", "1.01", "95", "most", "true", "[0.5]", "!!int many"])
def test_coverage_is_a_share(tmp_path: Path, share: str) -> None:
    shown = {"[0.5]": "[…]", "!!int many": "many"}.get(share, share)
    (found,) = mistakes(tmp_path, GOOD.replace("min_coverage: 0.5", f"min_coverage: {share}"))
    if share == "!!int many":
        assert found[:2] == (13, 19)
        return
    assert found == (
        13,
        19,
        f"“min_coverage”应为 0 到 1 之间的数，找到的是“{shown}”",
        f"“min_coverage” must be a number from 0 to 1, found “{shown}”",
    )


@pytest.mark.parametrize(
    "tagged", ["!!int many", "!!int ''", "!!float x", "!!bool maybe", "!own x", "!!binary eA=="]
)
def test_tags_are_not_obeyed(tmp_path: Path, tagged: str) -> None:
    (found,) = mistakes(tmp_path, GOOD.replace("min_gap_s: 1.0", f"min_gap_s: {tagged}"))
    assert found[:2] == (15, 18)
    assert found[2].startswith("“params.min_gap_s”应为文字")


@pytest.mark.parametrize("tagged", ["!own {a: 1}", "!!set {a}", "!!python/object:os.system {}"])
def test_tagged_mappings_are_refused(tmp_path: Path, tagged: str) -> None:
    (found,) = mistakes(tmp_path, GOOD.replace("{low: 1}", tagged))
    assert found == (
        17,
        15,
        "“params.levels”应为键值对，找到的是“{…}”",
        "“params.levels” must be a mapping of keys to values, found “{…}”",
    )
