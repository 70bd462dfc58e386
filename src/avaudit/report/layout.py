"""How facts stand in a panel: under a heading, names beside values, prose in proper lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from avaudit.i18n import printable

#: No line of Chinese begins with these.
_CLOSING = frozenset("，。、；：？！”’）》…,.;:?!)")
#: What blanks to fill in are drawn with.
_BLANK = "＿"


class Prose:
    """Chinese prose. Its lines begin with no closing mark and part no number and no blank to fill.

    Rich breaks between words, that is at spaces, and Chinese has none.
    """

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield from self._text.divide(_breaks(self._text.plain, options.max_width))


def _breaks(text: str, width: int) -> list[int]:
    """Where lines end that are at most so many cells wide."""
    breaks = [0]
    for at in range(1, len(text)):
        if cell_len(text[breaks[-1] : at + 1]) > width:
            breaks.append(_before(text, at, breaks[-1]))
    return breaks[1:]


def _before(text: str, at: int, begin: int) -> int:
    """The last place up to `at` where a line may end; `at` itself where there is none."""
    return next((cut for cut in range(at, begin, -1) if _may_end(text, cut)), at)


def _may_end(text: str, cut: int) -> bool:
    parted = text[cut - 1 : cut + 1]
    whole = (parted.isascii() and parted.isalnum()) or set(parted) == {_BLANK}
    return text[cut] not in _CLOSING and not whole


def section(title: str, body: RenderableType) -> list[RenderableType]:
    """A heading after an empty line, with what stands under it set in."""
    return [Text(), Text(title, style="bold cyan"), Padding(body, (0, 0, 0, 2))]


def facts(values: Mapping[str, object]) -> Table:
    """Names and values; what is empty is left out. Values are shown as they are, no markup."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in values.items():
        if value not in (None, "", []):
            shown = value if isinstance(value, Text | Prose) else Text(printable(str(value)))
            grid.add_row(name, shown)
    return grid
