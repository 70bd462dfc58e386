"""How a check is declared, and how checks are found.

A check is a folder `checks/AREA_NAME/` for the rule `area.name`, with

- `check.py`: one function under `@check("area.name", codes={...})`. Its annotations say which
  signals it needs (one marked `| None` may be missing) and which `Params` (pydantic) it takes;
- `text.yaml`: title, rationale, one sentence a code, innocent explanations, what would settle it;
- `cases.yaml`: signals in, outcome and findings out. They are run by the tests.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from avaudit.domain.finding import Measured, NotApplicable
from avaudit.domain.rule import Outcome
from avaudit.packaged import read_yaml

CheckFunction = TypeVar("CheckFunction", bound=Callable[..., Measured | NotApplicable])


class CheckParams(BaseModel):
    """Base of every check's parameters: nothing unknown is accepted, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Code:
    """What a code of a check comes to. A claim of absence needs coverage, as a pass does."""

    outcome: Outcome
    needs_coverage: bool = False


def absence(outcome: Outcome) -> Code:
    """A code that says that something is not there: true only if enough was measured."""
    return Code(outcome, needs_coverage=True)


@dataclass(frozen=True, slots=True)
class Declared:
    """A check as declared: what it needs, and its texts."""

    rule_id: str
    function: Callable[..., Measured | NotApplicable]
    codes: Mapping[str, Code]
    params: type[CheckParams]
    params_name: str
    wants: Mapping[str, type]
    optional: frozenset[str]
    texts: Mapping[str, Any]
    package: str

    def cases(self) -> tuple[Mapping[str, Any], ...]:
        """The check's cases; only its tests read them."""
        return tuple(read_yaml(self.package, "cases.yaml"))


def check(
    rule_id: str, *, codes: Mapping[str, Outcome | Code]
) -> Callable[[CheckFunction], CheckFunction]:
    """Declare a function as the check of a rule. `codes` says what each observation comes to."""

    def mark(function: CheckFunction) -> CheckFunction:
        as_codes = {n: c if isinstance(c, Code) else Code(c) for n, c in codes.items()}
        function.__check__ = (rule_id, as_codes)  # type: ignore[attr-defined]  # our own mark
        return function

    return mark


@cache
def all_checks() -> Mapping[str, Declared]:
    """Every check there is, by the id of its rule.

    Raises `TypeError` for a folder that declares none, or whose declaration does not fit: a
    defect of the program, found at the first start.
    """
    package = importlib.import_module(__package__)
    folders = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg)
    declared = [_declared(f"{__package__}.{name}", name) for name in folders]
    return {d.rule_id: d for d in declared}


def _declared(package: str, folder: str) -> Declared:
    module = importlib.import_module(f"{package}.check")
    marked = [
        f for _, f in inspect.getmembers(module, inspect.isfunction) if hasattr(f, "__check__")
    ]
    if len(marked) != 1:
        raise TypeError(f"{package}.check must declare exactly one check, not {len(marked)}")
    function = marked[0]
    rule_id, codes = function.__check__
    if rule_id.replace(".", "_") != folder:
        raise TypeError(
            f"{package} holds the check of {rule_id}: its folder must be named after it"
        )
    params_name, params, wants, optional = _needs(function)
    return Declared(
        rule_id, function, codes, params, params_name, wants, optional,
        texts=read_yaml(package, "text.yaml"), package=package,
    )  # fmt: skip


def _needs(
    function: Callable[..., object],
) -> tuple[str, type[CheckParams], dict[str, type], frozenset[str]]:
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    params_name, params = "", None
    wants: dict[str, type] = {}
    optional: set[str] = set()
    for name, hint in hints.items():
        if isinstance(hint, type) and issubclass(hint, CheckParams):
            params_name, params = name, hint
        elif isinstance(hint, types.UnionType):
            (wants[name],) = (a for a in typing.get_args(hint) if a is not types.NoneType)
            optional.add(name)
        else:
            wants[name] = hint
    if params is None:
        raise TypeError(f"{function.__module__}: the check takes no Params")
    return params_name, params, wants, frozenset(optional)
