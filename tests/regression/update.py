"""Write the digests of some small runs to ``digests.json``, from the repository's root:

    .venv/bin/python tests/regression/update.py

To be called when rules or defaults change on purpose, with the reason in the commit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "digests.json"
FIRMS = 200
PRESETS = ("baseline", "article-2014", "sectors", "no-buffer")


def digests() -> dict[str, str]:
    """Return the digest of every preset's first firms, and of two turbulent cases."""
    from oracle.cases import CASES, SECTORS
    from orgsim import load_config
    from orgsim.config import preset_path
    from orgsim.engine import make_inputs, simulate
    from orgsim.model import MODEL
    from populations import digest_of_chunk, settings

    found = {}
    for name in PRESETS:
        config = load_config(preset_path(name))
        inputs = make_inputs(MODEL, config.settings, config.sector_overrides())
        found[name] = digest_of_chunk(simulate(inputs, 0, FIRMS, threads=2))
    for name in ("turbulent", "cmto to cemo"):
        inputs = make_inputs(MODEL, settings() | CASES[name], SECTORS.get(name, []))
        found[name] = digest_of_chunk(simulate(inputs, 0, FIRMS, threads=2))
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    BASELINE.write_text(json.dumps(digests(), indent=2) + "\n")
