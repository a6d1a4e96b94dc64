"""What was aimed at, held against what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.tables import table

AIMED_RATIOS = {"mesa": 200, "agentpy": 200, "numpy": 8, "jax": 6}
"""Times that a peer takes, of orgsim's."""


def aims(measured: Mapping[str, Any]) -> str:
    """Return the section that holds what was aimed at against what was measured."""
    peers = measured["peers"]["peers"]
    ratio = {name: peer["ratio"]["median"] for name, peer in peers.items()}
    ours = peers["orgsim"]["nanoseconds"]["median"]
    targets, scaling = measured["roofline"]["targets"], measured["scaling"]
    seconds = {name: s["median"] for name, s in measured["latency"]["seconds"].items()}
    many = next(p for p in measured["firms"]["runs"] if p["firms"] == 10_000_000)
    sweep = measured["sweeps"]["sweeps"]["256 points x 2,000 firms"]
    bare = 10_000 * 1_600 * ours * 1e-9
    raced = {name: aim for name, aim in AIMED_RATIOS.items() if name in ratio}
    rows = [
        *(
            (f"times {peers[name]['title']}", f">= {aim}", ratio[name], 0 if aim > 100 else 1)
            for name, aim in raced.items()
        ),
        ("times the yardstick, this processor", "<= 2", targets["this processor"]["ratio"], 2),
        ("times the yardstick, AVX2 only", "<= 3", targets["AVX2 only"]["ratio"], 2),
        ("two threads, times one", ">= 1.85", scaling["threads"]["speedup"]["median"], 2),
        ("ten million firms, MiB", "<= 954", many["peak_mib"], 0),
        ("writing, in % of simulating", "<= 10", 100 * many["writing"] / many["simulating"], 1),
        ("first run ever, s", "<= 15", seconds["first run ever, one firm (compiles)"], 1),
        (
            "warm run of 10,000 firms, s, less the bare engine's on one core",
            "<= 1.5",
            seconds["warm `orgsim run`, 10,000 firms"] - bare,
            2,
        ),
        ("`orgsim --help`, s", "<= 0.15", seconds["`orgsim --help`"], 2),
        (
            "sweep of 256 points, of the bare engine's speed",
            ">= 0.9",
            sweep["threads_of_bare"]["median"],
            2,
        ),
        (
            "the same by two workers of Dask, of two threads'",
            ">= 0.85",
            sweep["dask_of_threads"]["median"],
            2,
        ),
    ]
    cells = []
    for title, aim, found, digits in rows:
        sign, bound = aim.split()
        reached = found >= float(bound) if sign == ">=" else found <= float(bound)
        cells.append([title, aim, f"{found:,.{digits}f}", "yes" if reached else "no"])
    missed = [
        f"{aim} times {peers[name]['title']}, {ours * ratio[name] / aim:.1f} ns"
        for name, aim in raced.items()
        if ratio[name] < aim
    ]
    bounds = ""
    if missed:
        yardstick = targets["this processor"]["yardstick"]
        bounds = f"""

What bounds the ratios: the peers are as fast as they could be made, and the random words of an
agent-quarter alone, one for each decision, are the yardstick of {yardstick:.1f} ns, and JAX is
compiled for the same vectors. To reach what is missed, an agent-quarter would have to take:

{chr(10).join(f"* {line}" for line in missed)}"""
    return f"""## What was aimed at

{table(["", "aim", "measured", "reached"], cells)}{bounds}"""
