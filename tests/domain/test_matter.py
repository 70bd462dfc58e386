"""Which matter of the shipped list an activity is about, as officers write kinds and stages."""

from __future__ import annotations

import pytest

from avaudit.domain.matter import matter_of
from avaudit.domain.register import Activity
from avaudit.rules.load import load_rulebook

MATTERS = load_rulebook("qingyang").matters


@pytest.mark.parametrize(
    ("kind", "stages", "matter"),
    [
        ("查封", (), "sealing"),
        ("行政强制（查 封）", (), "sealing"),
        ("解除查封", (), None),
        ("查封、扣押", (), "sealing"),
        ("检查", ("现场检查",), "inspection"),
        ("日常巡查", (), "inspection"),
        ("检查", ("查封",), "sealing"),
        ("送达", ("送达扣押决定书",), None),
        ("送达", ("留置送达",), "service_by_leaving"),
        ("先行登记保存", (), "registration_preservation"),
        ("证据先行登记保存", (), "registration_preservation"),
        ("行政处罚", (), None),
        ("", (), None),
        ("代履行", ("代履行",), "substitute_performance"),
    ],
)
def test_the_matter_of_an_activity(kind: str, stages: tuple[str, ...], matter: str | None) -> None:
    found = matter_of(Activity("A", kind=kind, stages=stages), MATTERS)
    assert (found.id if found else None) == matter


def test_without_a_list_there_is_no_matter() -> None:
    assert matter_of(Activity("A", kind="查封"), ()) is None
