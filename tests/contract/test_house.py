"""The house: that its files stand in no circle, and that its page says what there is."""

from __future__ import annotations

import ast
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import orgsim

ROOT = Path(orgsim.__file__).parent
UNIT = Path(__file__).parents[1] / "unit"
CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
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
    "orgsim.api.held": "the report's templates and figures: jinja2 and matplotlib are extras",
    "orgsim.engine.cpu.native": "what compiles: numba, 0.2 s, where no kernel is kept",
    "orgsim.report.html": "what needs jinja2, after it was looked for",
    "orgsim.report.html.sensitivity": "what needs jinja2, after it was looked for",
    "orgsim.results.reference": "what reads configs: 0.2 s, where the reference is one",
    "orgsim.results.run": "pictures: 0.05 s of the 0.8 s that a comparison takes",
    "orgsim.results.setting": "pictures, and what replays firms: numba and scipy, half a second",
    "orgsim.store.run_tables": "what reads configs, where a setting's parameters are asked for",
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


def section(title):
    """Return what stands below a heading of the page on the house."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rooms():
    """Return the modules at the root, and all packages, as the page calls them."""
    modules = {path.name for path in ROOT.glob("*.py")}
    packages = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.rglob("__init__.py")}
    return modules | {f"{name}/" for name in packages - {"."}}


def test_every_room_has_its_row_and_every_row_its_room():
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", section("The rooms"), re.M)
    assert sorted(name for name, _ in rows) == sorted(rooms())
    assert all(purpose.strip() for _, purpose in rows)


def test_the_layers_on_the_page_are_those_that_are_enforced():
    (shown,) = re.findall(r"^```text\n(.*?)^```$", section("What may know what"), re.M | re.S)
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    assert shown.splitlines() == contracts[0]["layers"]


# Files of the package, and others of the checkout: what ends like one, or like a folder of one.
NAMED = sorted(set(re.findall(r"`([\w./-]+(?:\.(?:py|md|json|toml)|/))`", PAGE)))
OF_A_RUN = {"manifest.json"}


@pytest.mark.parametrize("name", NAMED)
def test_every_file_that_the_page_names_is_there(name):
    assert name in OF_A_RUN or (ROOT / name).exists() or (CHECKOUT / name).exists()


WHERE = section("Where does it go?")
NAMES_IN_FILES = [
    *re.findall(r"`(\w+)`[^`|;]* in `([\w./]+\.py)`", WHERE),
    *((word, file) for file, word in re.findall(r"`([\w./]+\.py)` \(`(\w+)`", WHERE)),
]
"""Such as ``FORMAT`` in ``store/manifest.py``, and ``columns.py`` (``SHARES``."""


@pytest.mark.parametrize(("word", "file"), NAMES_IN_FILES)
def test_what_the_page_says_is_in_a_file_is_there(word, file):
    place = ROOT / file if (ROOT / file).exists() else CHECKOUT / file
    assert re.search(rf"\b{word}\b", place.read_text("utf-8"))
