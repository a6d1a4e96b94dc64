"""The house: its tests lie where its modules do."""

from __future__ import annotations

from pathlib import Path

import orgsim

ROOT = Path(orgsim.__file__).parent
UNIT = Path(__file__).parents[1] / "unit"


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
