"""What was counted, as a line of the terminal and as the table of docs/reliability.md."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from orgsim.provenance import machine, versions
from reliability.world import Tally

PAGE = Path(__file__).parents[2] / "docs/reliability.md"
BEGIN, END = "<!-- counted by make reliability -->", "<!-- end of what was counted -->"


def _counts(tally: Tally) -> str:
    seen = sorted((name, count) for name, count in tally.counts.items() if name != "tried")
    slowest = f"; the slowest answer {tally.longest:.2f} s" if tally.longest else ""
    return ", ".join(f"{name} {count:,}" for name, count in seen) + slowest


def row(name: str, tally: Tally, seconds: float) -> str:
    """Return a part's counts in a line."""
    bad = len(tally.problems)
    count = tally.counts["tried"]
    return f"{name:<10} {count:>8,} tried, {bad} bad, {seconds:.0f} s: {_counts(tally)}"


def write(found: Mapping[str, tuple[Tally, float]], seed: int) -> None:
    """Write the table between its marks."""
    lines = ["| part | tried | lost, wrong or a traceback | what was seen |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {tally.counts['tried']:,} | {len(tally.problems)} | {_counts(tally)} |"
        for name, (tally, _) in found.items()
    ]
    seconds = sum(seconds for _, seconds in found.values())
    told = versions()
    where = f"{machine()['processor']}, {os.cpu_count()} cores"
    lines += [
        "",
        f"Seed {seed}; {seconds / 60:.0f} minutes on {where}; orgsim {told['orgsim']}, Python "
        f"{told['python']}, NumPy {told['numpy']}, pyarrow {told['pyarrow']}.",
    ]
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}", "utf-8")
