"""Every figure there is: what the modules of a package declare as ``FIGURE``.

A new figure is a new file in ``figures/setting``, ``figures/sweep`` or ``figures/sensitivity``, and
nothing else: it is listed, drawn, written into files and put into the report by what it says of
itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from orgsim.figures.entry import Drawing, Entry, Given


@cache
def entries(package: str) -> tuple[Entry[Any], ...]:
    """Return the figures that the modules of a package declare, in their order."""
    names = [module.name for module in iter_modules(import_module(package).__path__)]
    modules = [import_module(f"{package}.{name}") for name in names]
    found: list[Entry[Any]] = [module.FIGURE for module in modules if hasattr(module, "FIGURE")]
    return tuple(sorted(found, key=lambda entry: (entry.order, entry.name)))


def drawings(package: str, given: Iterable[Given[Any]]) -> dict[str, Drawing]:
    """Return the figures of a package that can be drawn from what is given, by their names."""
    found = [
        Drawing(entry, each) for each in given for entry in entries(package) if entry.is_for(each)
    ]
    return {drawing.name: drawing for drawing in found}
