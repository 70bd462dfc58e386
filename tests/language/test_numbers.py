"""Numbers in transcripts: quantities, and digits read one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.language.numbers import NUMERALS, digits, find_digit_strings, parse_number

_NUMERALS = st.text(st.sampled_from(NUMERALS + " 点年"), max_size=12)
_READ_ONE_BY_ONE = str.maketrans("0123456789", "零幺二三四五六七八九")


_NUMBERS = """
零 0 〇 0 两 2 九 9 幺 1 十 10 十五 15 一十五 15 二十 20 九十九 99 廿 20 廿三 23 卅 30 一百 100
一百零五 105 一百〇五 105 一百五 150 一百五十 150 一百五十五 155 两百 200 一千零一 1001
一千零一十 1010 两千零二十六 2026 两千二 2200 一万 10000 一万二 12000 一万零五 10005 一万零五十
10050 两万三千 23000 三十万 300000 30万 300000 3十 30 3十5 35 十5 15 三百2十 320 0 0 05 5 零五
5 30 30 ３０ 30 2026 2026 二零二六 2026 20二六 2026 三八 38
""".split()
_NO_NUMBERS = """
半 百 万 十十 五百千 零十 零百五 零一百 一百零 十零五 一百零零五 20十 两两 二两 十五个 第五 3.5
-3 一万零 万五 五万万 三十二十 ² ٣
""".split()


@pytest.mark.parametrize(("text", "number"), [*zip(_NUMBERS[::2], _NUMBERS[1::2], strict=True)])
def test_a_number_is_read(text: str, number: str) -> None:
    assert parse_number(text) == int(number)


@pytest.mark.parametrize("text", [*_NO_NUMBERS, "", " ", "3 0", "9" * 5000, "9" * 5000 + "万"])
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [("二零二六", "2026"), ("零四零五幺二", "040512"), ("妖二三", "123"), ("0四05 1二", "040512"),
     ("０４０５", "0405"), ("", ""), ("十五", ""), ("两三", ""), ("040-512", ""),
     ("证号040512", "")],
)  # fmt: skip
def test_digits_are_read_one_by_one(text: str, read: str) -> None:
    assert digits(text) == read


@pytest.mark.parametrize(
    ("text", "found"),
    [("执法证号零四零五一二、零四零五一三。", [("040512", 4, 10), ("040513", 11, 17)]),
     ("执法证号040514-040515", [("040514", 4, 10), ("040515", 11, 17)]),
     ("执法证号040512 040516", [("040512", 4, 10), ("040516", 11, 17)]),
     ("证号0 4 0 5 1 2。", [("040512", 2, 13)]),
     ("证号零四零 五幺二", [("040512", 2, 9)]),
     ("只法正号零四零五一四零四零五一五", [("040514040515", 4, 16)]),
     ("一共十五个人,三号楼", []),
     ("", [])],
)  # fmt: skip
def test_strings_of_digits_are_found(text: str, found: list[tuple[str, int, int]]) -> None:
    assert find_digit_strings(text, 6) == found


@given(st.integers(0, 99_999_999))
def test_a_number_in_full_is_read_back(number: int) -> None:
    assert parse_number(spelled(number)) == number


@given(st.text("0123456789", min_size=1, max_size=16))
def test_digits_are_read_back(read: str) -> None:
    assert digits(read.translate(_READ_ONE_BY_ONE)) == read


@given(st.one_of(st.text(max_size=30), _NUMERALS), st.integers(1, 6))
def test_any_text_can_be_searched_for_numbers(text: str, min_length: int) -> None:
    number = parse_number(text)
    assert number is None or number >= 0
    for read, begin, end in find_digit_strings(text, min_length):
        assert digits(text[begin:end]) == read
        assert len(read) >= min_length


def spelled(number: int) -> str:
    """A number below a hundred million in full, as schools teach it."""
    many, rest = divmod(number, 10_000)
    if not many:
        return _small(rest) or "零"
    return f"{_small(many)}万{'零' if 0 < rest < 1000 else ''}{_small(rest)}"


def _small(number: int) -> str:
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += "零一二三四五六七八九"[digit] + name
        elif text and number % unit and not text.endswith("零"):
            text += "零"
    return text
