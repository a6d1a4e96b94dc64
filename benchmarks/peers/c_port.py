"""The model in plain C, for what a compiler makes of loops over people by itself.

``plain.c`` is compiled for this processor and for sizes that fit; its settings and tables are those
of the other ports. There is no framework: a user would write all of it.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import common
import numpy as np
from common import Floats
from numpy_tables import QUANTITY_CELLS, Tables
from version_1 import CUT_POINT, OUTCOMES, QUANTITIES, WINDOW, environment

COMPILER = "cc"
OPTIONS = ("-std=c11", "-O3", "-march=native", "-shared", "-fPIC")
HERE = Path(__file__).resolve().parent


def version() -> str:
    """Return the compiler's version, and what it is told."""
    told = subprocess.run([COMPILER, "-dumpversion"], capture_output=True, text=True, check=True)
    return f"{COMPILER} {told.stdout.strip()}, -O3 -march=native"


def prepare(settings: Mapping[str, Any]) -> Callable[[int, int], dict[str, Floats]]:
    """Make the tables, compile, and return the simulation."""
    p = common.parameters(settings)
    tables = Tables(settings)
    numbers = {k: float(v) for k, v in vars(p).items() if isinstance(v, (int, float))}
    given, kept = _given(p, tables, settings, numbers)
    library = _compiled(list(numbers), max(p.firm_marketing_staff, p.firm_it_staff))

    def simulate(firms: int, seed: int) -> dict[str, Floats]:
        rng = np.random.Generator(np.random.SFC64(seed))
        drawn = np.vstack([tables.draw(path, rng, firms) for path in QUANTITIES])
        out = np.empty((len(OUTCOMES), firms))
        library.simulate(given, ctypes.c_uint64(seed), firms, _at(drawn), _at(out))
        return dict(zip(OUTCOMES, out, strict=True))

    simulate.kept = kept  # as long as C reads there
    return simulate


def _at(array: Floats) -> Any:
    return array.ctypes.data_as(ctypes.c_void_p)


def _given(
    p: Any, tables: Tables, settings: Mapping[str, Any], numbers: Mapping[str, float]
) -> tuple[Any, list[Any]]:
    """Return ``struct given`` of plain.c, and the arrays that it points to."""
    commitment = settings["leadership.commitment"]
    if isinstance(commitment, Mapping) and commitment["dist"] == "choice":
        raise ValueError("plain.c interpolates leadership.commitment, and cannot draw a choice")
    demand, hype = environment(p)
    share = p.cooperation_required_share * p.cooperation_encounters
    required = share * np.convolve(demand, np.ones(WINDOW))[: len(demand)]
    quantiles = common.quantile(commitment, np.arange(QUANTITY_CELLS + 1) / QUANTITY_CELLS)
    betas = [table.flat for of_trait in tables.spread for table in of_trait]
    kept = [
        np.array(list(numbers.values())),
        *map(np.ascontiguousarray, (demand, hype, required)),
        *betas,
        tables.chief.flat,
        tables.background.flat,
        np.ascontiguousarray(quantiles),
    ]
    pointers = (ctypes.c_void_p * len(kept))(*(array.ctypes.data for array in kept))
    return pointers, kept


def _compiled(names: list[str], largest: int) -> Any:
    """Compile plain.c, and return the library."""
    fields = "\n".join(f"    double {name};" for name in names)
    header = (
        f"#define LARGEST {largest}\n#define CUT_POINT {CUT_POINT}\n"
        f"struct parameters {{\n{fields}\n}};\n"
    )
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "parameters.h").write_text(header)
        made = Path(place) / "plain.so"
        source = str(HERE / "plain.c")
        subprocess.run([COMPILER, *OPTIONS, "-I", place, source, "-o", made, "-lm"], check=True)
        return ctypes.CDLL(str(made))
