"""Reading typed values out of YAML nodes: each mistake is reported with its place, none raises."""

from __future__ import annotations

import math
from collections.abc import Collection
from difflib import get_close_matches

from yaml.constructor import SafeConstructor
from yaml.events import Event
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from avaudit.errors import Problem

#: Longest piece of a book's own text that a message quotes, in characters.
QUOTED = 60

_MAPPING, _LIST, _TEXT = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str"))
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_PLAIN = (*_NUMBERS, _TEXT, "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null")
_NOTHING_PLAIN = object()

Place = tuple[int, int]


class Lint:
    """Collects what is wrong with one file. Readers answer None for a value that is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def report(self, at: Node | Event, name: str, /, **values: object) -> None:
        """Report a mistake at a node; `name` is a text of the catalogue `rules`."""
        self.report_at(place(at), name, **values)

    def report_at(self, at: Place, name: str, /, **values: object) -> None:
        """Report a mistake at a line and column (from 1; 0: the whole file)."""
        self.problems.append(Problem(self.file, f"rules.{name}", values, *at))

    def mapping(self, node: Node | None, name: str) -> dict[str, tuple[Node, Node]] | None:
        """A mapping's entries, key -> (key's node, value's node). Repeated keys are reported."""
        if node is None:
            return None
        if not isinstance(node, MappingNode) or node.tag != _MAPPING:
            self.report(node, "want_mapping", name=name, found=shown(node))
            return None
        entries: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or not key.value.strip():
                self.report(key, "want_key", name=name, found=shown(key))
            elif key.value in entries:
                first, _ = place(entries[key.value][0])
                self.report(key, "repeated_key", found=shown(key), first=first)
            else:
                entries[key.value] = key, value
        return entries

    def fields(
        self,
        node: Node | None,
        name: str,
        required: Collection[str],
        optional: Collection[str] = (),
    ) -> dict[str, Node] | None:
        """Values of a mapping whose keys are known. Unknown and missing keys are reported."""
        entries = self.mapping(node, name)
        if node is None or entries is None:
            return None
        known = (*required, *optional)
        for key, (key_node, _) in entries.items():
            if key not in known:
                expected = ", ".join(get_close_matches(key, known, n=1) or known)
                self.report(key_node, "unknown_key", found=shown(key_node), expected=expected)
        for key in required:
            if key not in entries:
                self.report(node, "missing_key", name=name, expected=key)
        return {key: value for key, (_, value) in entries.items() if key in known}

    def items(self, node: Node | None, name: str) -> list[Node]:
        """The items of a list, of which there must be one at least."""
        if node is None:
            return []
        if not isinstance(node, SequenceNode) or node.tag != _LIST:
            self.report(node, "want_list", name=name, found=shown(node))
            return []
        if not node.value:
            self.report(node, "nothing_in", name=name)
        return list(node.value)

    def text(self, node: Node | None, name: str) -> str | None:
        """A text that holds more than blanks."""
        if node is None:
            return None
        if not isinstance(node, ScalarNode) or node.tag != _TEXT:
            self.report(node, "want_text", name=name, found=shown(node))
            return None
        if not node.value.strip():
            self.report(node, "nothing_in", name=name)
            return None
        return str(node.value)

    def label(self, node: Node | None, name: str) -> str | None:
        """A text that may look like a number (an article, a version), taken as it is written."""
        return str(node.value) if node and _is_number(node) else self.text(node, name)

    def one_of(self, node: Node | None, name: str, known: Collection[str]) -> str | None:
        """A text out of a known set."""
        said = self.text(node, name)
        if node is None or said is None or said in known:
            return said
        self.report(node, "unknown", name=name, found=shown(node), expected=", ".join(known))
        return None

    def share(self, node: Node | None, name: str) -> float | None:
        """A number from 0 to 1."""
        if node is None:
            return None
        said = self.value(node, name) if _is_number(node) else math.inf
        if isinstance(said, int | float) and 0 <= said <= 1:
            return float(said)
        if said is not None:
            self.report(node, "want_share", name=name, found=shown(node))
        return None

    def value(self, node: Node, name: str) -> object:
        """Any plain value: text, finite number, truth value, nothing, lists and mappings of them.

        A wrong part is reported and stands as None.
        """
        if isinstance(node, MappingNode):
            entries = self.mapping(node, name) or {}
            return {key: self.value(item, f"{name}.{key}") for key, (_, item) in entries.items()}
        if isinstance(node, SequenceNode) and node.tag == _LIST:
            return [self.value(item, name) for item in node.value]
        built = _built(node)
        if built is _NOTHING_PLAIN:
            self.report(node, "want_value", name=name, found=shown(node))
            return None
        return built


def place(at: Node | Event) -> Place:
    """Line and column of a node, from 1."""
    mark = at.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def places(node: Node, prefix: str = "") -> dict[str, Place]:
    """Places of all that lies below a node: `params`, `params.window_s`, `applies_to.0`.

    The place of an entry of a mapping is its key's, that of an item of a list is its own.
    """
    found: dict[str, Place] = {}
    if isinstance(node, MappingNode):
        parts = [(str(key.value), key, item) for key, item in node.value]
    elif isinstance(node, SequenceNode):
        parts = [(str(number), item, item) for number, item in enumerate(node.value)]
    else:
        parts = []
    for name, at, item in parts:
        found[prefix + name] = place(at)
        found.update(places(item, f"{prefix}{name}."))
    return found


def shown(node: Node) -> str:
    """What stands at a node, short enough for a message."""
    if isinstance(node, MappingNode):
        return "{…}"
    if isinstance(node, SequenceNode):
        return "[…]"
    text = str(node.value)
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"


def _is_number(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag in _NUMBERS


def _built(node: Node) -> object:
    """A scalar's value; `_NOTHING_PLAIN` for dates, bytes, tags of one's own, infinities."""
    if node.tag not in _PLAIN:
        return _NOTHING_PLAIN
    try:
        built: object = SafeConstructor().construct_document(node)
    except (ValueError, LookupError):  # an explicit tag on something else: !!int many
        return _NOTHING_PLAIN
    finite = not isinstance(built, float) or math.isfinite(built)
    return built if finite else _NOTHING_PLAIN
