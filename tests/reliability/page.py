"""What was counted, as a line of the terminal and as the table of docs/reliability.md."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from orgsim.system.machine import machine, versions
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


def write(found: Mapping[str, tuple[Tally, float]], seed: int, parts: Sequence[str]) -> None:
    """Write the table between its marks; parts that were not tried this time keep their rows."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = {line.split()[1]: line for line in table.splitlines() if line.startswith("| ")}
    rows |= {
        name: f"| {name} | {tally.counts['tried']:,} | {len(tally.problems)} | "
        f"{seconds / 60:.1f} | {_counts(tally)} |"
        for name, (tally, seconds) in found.items()
    }
    told = versions()
    where = f"{machine()['processor']}, {os.cpu_count()} cores"
    lines = [
        "| part | tried | lost, wrong or a traceback | minutes | what was seen |",
        "|---|---|---|---|---|",
        *(rows[name] for name in parts if name in rows),
        "",
        f"Seed {seed}, on {where}; orgsim {told['orgsim']}, Python {told['python']}, NumPy "
        f"{told['numpy']}, pyarrow {told['pyarrow']}.",
    ]
    PAGE.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}", "utf-8")
