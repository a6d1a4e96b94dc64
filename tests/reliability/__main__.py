"""``python -m reliability``: try it, count, and write the page."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from reliability import page
from reliability.parts import PARTS
from reliability.world import Tally, make_world, tried


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reliability", description=__doc__)
    parser.add_argument("--part", choices=list(PARTS), action="append", help="of all, only this")
    parser.add_argument("--tiny", action="store_true", help="a little of each, in some minutes")
    parser.add_argument("--seed", type=int, default=20140221)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="the counts into docs/reliability.md")
    return parser.parse_args()


def main() -> int:
    """Try what is asked for; return 1 if anything was lost, wrong or a traceback."""
    asked = _arguments()
    found: dict[str, tuple[Tally, float]] = {}
    for name in asked.part or PARTS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="reliability-") as place:
            world = make_world(Path(place))
            cases = PARTS[name](world, asked.tiny, asked.seed)
            tally = tried(cases, asked.processes)
        found[name] = tally, time.monotonic() - began
        print(page.row(name, *found[name]), flush=True)
        for problem in tally.problems[:20]:
            print(f"  {problem[:1_000]}", file=sys.stderr)
    if asked.write:
        page.write(found, asked.seed, list(PARTS))
    problems = sum(len(tally.problems) for tally, _ in found.values())
    cases_tried = sum(tally.counts["tried"] for tally, _ in found.values())
    print(f"{cases_tried - problems} passed, {problems} failed")
    return int(bool(problems))


if __name__ == "__main__":
    raise SystemExit(main())
