"""Numbers as a transcript writes them: Arabic digits and Chinese characters, also mixed.

Recognisers write the same spoken number as 2026, 二零二六 or 20二六, and numbers read out digit by
digit (of certificates, say) with 幺 for one.
"""

from __future__ import annotations

import re

#: Digits that stand for themselves, whether read one by one or within a number.
_DIGITS = {
    **{str(value): value for value in range(10)},
    **{chr(ord("０") + value): value for value in range(10)},
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    "〇": 0, "○": 0, "幺": 1, "妖": 1,
}  # fmt: skip
_UNITS = {"十": 10, "百": 100, "千": 1000}
_TEN_THOUSAND = "万"
#: 两 counts, but no one reads digits with it; 廿 and 卅 are two characters in one.
_COUNTING = "两"
_CONTRACTED = {"廿": "二十", "卅": "三十"}

#: Every character that can be a part of a written number, for use in a character class.
NUMERALS = "".join([*_DIGITS, _COUNTING, *_UNITS, _TEN_THOUSAND, *_CONTRACTED])

#: Longer strings of digits are no quantities, and Python refuses to convert very long ones.
_MAX_DIGITS = 16
_PIECE = re.compile(f"[{''.join(_DIGITS)}]+")


def parse_number(text: str) -> int | None:
    """The whole number that `text` as a whole writes; None where it writes none, or none for sure.

    Reads 十五, 一百零五, 一百五 (150), 两万三 (23000), 3十5, 廿三, 2026 and, digit by digit,
    二零二六. Fractions, signs and 亿 are not read. Never raises.
    """
    read = digits(text) if not any(char.isspace() for char in text) else ""
    if read:
        return int(read) if len(read) <= _MAX_DIGITS else None
    for contracted, full in _CONTRACTED.items():
        text = text.replace(contracted, full)
    head, ten_thousand, tail = text.partition(_TEN_THOUSAND)
    if not ten_thousand:
        return _below_ten_thousand(text)
    return _with_ten_thousands(head, tail)


def _with_ten_thousands(head: str, tail: str) -> int | None:
    many = int(digits(head)) if digits(head) and len(head) <= _MAX_DIGITS else None
    many = _below_ten_thousand(head) if many is None else many
    if not many:
        return None
    if not tail:
        return many * 10_000
    if thousands := _DIGITS.get(tail):
        return many * 10_000 + thousands * 1_000
    rest = _below_ten_thousand(tail[1:] if _DIGITS.get(tail[0]) == 0 else tail)
    return None if rest is None else many * 10_000 + rest


def _below_ten_thousand(text: str) -> int | None:
    """Numbers built with 十, 百 and 千, each unit smaller than the one before it."""
    total, unit, digit, zero = 0, 10_000, 0, False
    for char in text:
        if char in _UNITS:
            if _UNITS[char] >= unit or not (digit or (char == "十" and not zero)):
                return None
            unit = _UNITS[char]
            total, digit, zero = total + (digit or 1) * unit, 0, False
        elif (value := _value(char)) is None or digit:
            return None
        elif value:
            digit = value
        elif zero or not total or unit == 10:
            return None
        else:
            zero = True
    if not text or (zero and not digit):
        return None
    # 一百五 is 150, as nobody leaves out the 零 of 一百零五.
    left_out = digit and not zero and 10 < unit < 10_000
    return total + digit * (unit // 10 if left_out else 1)


def _value(char: str) -> int | None:
    return 2 if char == _COUNTING else _DIGITS.get(char)


def digits(text: str) -> str:
    """Digits read one by one, as Arabic ones: 零四零五幺二 is "040512". Space between is left out.

    "" where anything else stands among them (十, say, which is no single digit). Never raises.
    """
    close = [char for char in text if not char.isspace()]
    return "".join(str(_DIGITS[char]) for char in close) if set(close) <= _DIGITS.keys() else ""


def find_digit_strings(text: str, min_length: int) -> list[tuple[str, int, int]]:
    """Strings of at least `min_length` digits in a text, in order: (digits, begin, end).

    `text[begin:end]` is what is written there, with `begin` and `end` in characters. Space within a
    string is bridged, but not between two strings that are each long enough by themselves. Strings
    that were read without a pause (two certificates in a row) come as one. Never raises.
    """
    found: list[tuple[str, int, int]] = []
    for piece in _PIECE.finditer(text):
        read, begin, end = digits(piece.group()), piece.start(), piece.end()
        if found and _belong(text, found[-1], begin, len(read), min_length):
            before, begin, _ = found.pop()
            read = before + read
        found.append((read, begin, end))
    return [one for one in found if len(one[0]) >= min_length]


def _belong(
    text: str, before: tuple[str, int, int], begin: int, length: int, min_length: int
) -> bool:
    apart = text[before[2] : begin]
    return apart.isspace() and not (len(before[0]) >= min_length and length >= min_length)
