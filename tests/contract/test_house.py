"""The house: which rooms there are, and that its files stand in no circle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import orgsim

ROOT = Path(orgsim.__file__).parent
UNIT = Path(__file__).parents[1] / "unit"
MODULES = {
    ".".join(("orgsim", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in ROOT.rglob("*.py")
}


def imported(tree):
    """Yield the modules of ours that some code imports, wherever in it and for whatever reason."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                name = below if below in MODULES else node.module
                if name in MODULES:
                    yield name
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)


def late(tree):
    """Yield the modules of ours that functions import."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from imported(node)


def test_no_file_is_part_of_a_circle():
    """Neither at the top, nor in a function, nor for the type checker alone."""
    arrows = {
        name: set(imported(ast.parse(path.read_text("utf-8")))) - {name}
        for name, path in MODULES.items()
    }
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(reversed(error.args[1]))) from None


LATE = {
    "orgsim.api": "the report's templates and figures: jinja2 and matplotlib are extras",
    "orgsim.engine.runner": "the kernel: numba reads all of the model when it is imported",
    "orgsim.report.html": "what needs jinja2, after it was looked for",
    "orgsim.report.html.method": "the model's docstrings: numba is imported with it",
    "orgsim.trace.replay": "the kernel, as the engine",
}
"""Modules that import others of ours within functions, and why; besides the command line."""


def test_own_modules_are_imported_at_the_top_of_files():
    """A command imports what it needs when it is called: ``orgsim --help`` takes no second."""
    found = {
        name
        for name, path in MODULES.items()
        if not name.startswith("orgsim.cli") and set(late(ast.parse(path.read_text("utf-8"))))
    }
    assert found == set(LATE)


def test_unit_tests_lie_where_their_modules_do():
    """``store/test_ledger.py`` is of a module, ``figures/test_sweep.py`` of a package."""
    tests = {path: path.relative_to(UNIT) for path in UNIT.rglob("test_*.py")}
    tested = {path: ROOT / of.parent / of.stem.removeprefix("test_") for path, of in tests.items()}
    strays = [
        str(tests[path])
        for path, place in tested.items()
        if not (place.with_suffix(".py").is_file() or (place / "__init__.py").is_file())
    ]
    assert tests
    assert not strays
