"""Write the digests of some small runs to ``digests.json``, from the repository's root:

    .venv/bin/python tests/regression/update.py

To be called when rules or defaults change on purpose, with the reason in the commit. Those of
version 1 of the model, over the columns that it had, never change while its draws are today's:
they are what orgsim 0.1.0 gave.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "digests.json"
FIRMS = 200
PRESETS = ("baseline", "article-2014", "article-2014-hard", "sectors", "no-buffer")
PRESETS += ("policy-programme",)


def _cases() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield name, settings and sectors."""
    from oracle.cases import CASES, SECTORS
    from orgsim import load_config
    from orgsim.model.parameters import VERSION_1
    from populations import settings

    for name in PRESETS:
        config = load_config(name)
        yield name, dict(config.settings), config.sector_overrides()
    first, article = load_config("version-1"), load_config("version-1-article")
    mixed = load_config("sectors").sector_overrides()
    bare = {"reorganisation.infrastructure_chief": False}
    yield "version 1: baseline", dict(first.settings), []
    yield "version 1: article-2014", dict(article.settings), []
    yield "version 1: sectors", dict(first.settings), mixed
    yield "version 1: no-buffer", dict(article.settings) | bare, []
    for name in ("turbulent", "cmto to cemo", "schedule"):
        yield name, settings() | CASES[name], SECTORS.get(name, [])
    for name in ("turbulent", "cmto to cemo"):
        case = settings() | CASES[name] | dict(VERSION_1.settings)
        yield f"version 1: {name}", case, SECTORS.get(name, [])


def digests() -> dict[str, str]:
    """Return the digest of every case's first firms."""
    from orgsim.engine import make_inputs, simulate
    from orgsim.model import MODEL
    from orgsim.model.columns import SINCE_VERSION_2
    from populations import digest_of_chunk

    found = {}
    for name, case, sectors in _cases():
        chunk = simulate(make_inputs(MODEL, case, sectors), 0, FIRMS, threads=2)
        if name.startswith("version 1: "):
            chunk = chunk._replace(record=chunk.record[: -len(SINCE_VERSION_2)])
        found[name] = digest_of_chunk(chunk)
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    BASELINE.write_text(json.dumps(digests(), indent=2) + "\n")
