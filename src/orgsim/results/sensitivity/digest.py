"""What identifies a sensitivity analysis: the runs that it rests on."""

from __future__ import annotations

import hashlib
import json

from orgsim.results.sensitivity.answer import Sensitivity


def digests_of(found: Sensitivity) -> dict[str, str]:
    """Return the digests of all runs, by their folders."""
    stages = (found.screening, found.indices, found.given)
    return {name: d for stage in stages if stage for name, d in stage.digests.items()}


def digest_of(found: Sensitivity) -> str:
    """Return a hash of all that was simulated: equal wherever it was.

    Not of the tables: estimates are sums of rounded numbers, whose last digits may differ.
    """
    return hashlib.sha256(json.dumps(digests_of(found), sort_keys=True).encode()).hexdigest()
