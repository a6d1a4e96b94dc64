"""What was aimed at, held against what was measured, and what bounds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from benchmarks import latency
from benchmarks.tables import table, wrapped

AIMED_RATIOS = {"mesa": 200, "agentpy": 200, "numpy": 8, "jax": 6}
"""Times that a peer takes, of orgsim's."""

AGENTS, QUARTERS = 40, 40
"""Of a firm by default."""


MOVED = ", a distribution moved"
"""Ends the name of a sweep."""

SMALL = 5
"""People of a small firm."""


class Aim(NamedTuple):
    """One of the things aimed at.

    Attributes
    ----------
    title, aim : str
        What it is, and ``>=`` or ``<=`` and a number.
    found : float
        What was measured.
    digits : int
        To be shown of it.
    bound : str
        What bounds it.
    """

    title: str
    aim: str
    found: float
    digits: int
    bound: str

    @property
    def is_reached(self) -> bool:
        """Whether what was measured is what was aimed at."""
        sign, limit = self.aim.split()
        return self.found >= float(limit) if sign == ">=" else self.found <= float(limit)

    @property
    def row(self) -> list[str]:
        """Its row in the table."""
        reached = "yes" if self.is_reached else "no"
        return [self.title, self.aim, f"{self.found:,.{self.digits}f}", reached, self.bound]


def aims(measured: Mapping[str, Any]) -> str:
    """Return the section that holds what was aimed at against what was measured."""
    found = [*_ratios(measured), *_yardsticks(measured), *_growth(measured), *_waiting(measured)]
    found += _sweeps(measured)
    header = ["", "aim", "measured", "reached", "bounded by"]
    rows = table(header, [aim.row for aim in found], left=1)
    return f"## What was aimed at\n\n{rows}\n\n{what_bounds_the_ratios(measured)}"


def _peers(measured: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return those that were raced, and for which something was aimed at."""
    peers: Mapping[str, Mapping[str, Any]] = measured["peers"]["peers"]
    return {name: peers[name] for name in AIMED_RATIOS if name in peers}


def _floor(measured: Mapping[str, Any], target: str = "this processor") -> tuple[float, float]:
    """Return nanoseconds of people alone: of the vector units, and of all they take in turn."""
    floor = measured["roofline"]["targets"][target]["floor"]
    return floor["vectors"], floor["all"]


def _ratios(measured: Mapping[str, Any]) -> list[Aim]:
    vectors, all_in_turn = _floor(measured)
    found = []
    for name, peer in _peers(measured).items():
        ratio, taken = peer["ratio"]["median"], peer["nanoseconds"]["median"]
        digits = 0 if AIMED_RATIOS[name] > 100 else 1
        low, high = (f"{taken / floor:,.{digits}f}" for floor in (all_in_turn, vectors))
        bound = f"at most {low} to {high}: the floor under people, estimated below"
        title = f"times {peer['title']}"
        found.append(Aim(title, f">= {AIMED_RATIOS[name]}", ratio, digits, bound))
    return found


def _yardsticks(measured: Mapping[str, Any]) -> list[Aim]:
    found = []
    for target, aim in (("this processor", "<= 2"), ("AVX2 only", "<= 3")):
        at = measured["roofline"]["targets"][target]
        low, high = (floor / at["yardstick"] for floor in _floor(measured, target))
        bound = f"at least {low:.2f} to {high:.2f}: the same floor"
        found.append(Aim(f"times the yardstick, {target}", aim, at["ratio"], 2, bound))
    return found


def _growth(measured: Mapping[str, Any]) -> list[Aim]:
    threads, runs = measured["scaling"]["threads"], measured["firms"]["runs"]
    many = next(run for run in runs if run["firms"] == 10_000_000)
    cores = 2.0 / threads["free_cores"]["ratio"]
    small = next(point for point in measured["scaling"]["staff"] if point["staff"] == SMALL)
    firm = measured["scaling"]["firm"]["firm"]["median"]
    return [
        Aim(
            f"{SMALL} people a firm, ns an agent-quarter",
            "<= 30",
            small["nanoseconds"]["median"],
            1,
            f"at least {firm / SMALL:.1f}: what a firm-quarter costs besides them, over {SMALL}",
        ),
        Aim(
            "two threads, times one",
            ">= 1.9",
            threads["speedup"]["median"],
            2,
            f"at most {cores:.2f}: two bare loops at once, of one",
        ),
        Aim(
            "ten million firms, MiB",
            "<= 450",
            many["peak_mib"],
            0,
            f"at least {runs[0]['peak_mib']:,.0f}: a run of {runs[0]['firms']:,} firms",
        ),
        Aim(
            "writing, in % of simulating",
            "<= 10",
            100 * many["writing"] / many["simulating"],
            1,
            f"not measured: the disk, for {many['written_mib']:,.0f} MiB",
        ),
    ]


def _waiting(measured: Mapping[str, Any]) -> list[Aim]:
    seconds = measured["latency"]["seconds"]
    one, python = (seconds[what]["processor"]["median"] for what in (latency.ONE, latency.PYTHON))
    bare = 10_000 * AGENTS * QUARTERS
    bare *= measured["peers"]["peers"]["orgsim"]["nanoseconds"]["median"] * 1e-9
    starting = f"at least {one + bare:.2f}: a run of one firm, and the bare engine"
    compiling = f"at least {one:.2f}: a warm run; the rest is compiling"
    aimed = [
        (latency.CHECKOUT, "processor", "<= 15", 1, compiling),
        (latency.WHEEL, "processor", "<= 1.5", 2, f"at least {one:.2f}: a warm run"),
        (latency.MANY, "processor", "<= 0.9", 2, starting),
        (
            latency.MANY,
            "wall",
            "<= 0.7",
            2,
            f"at least {one + bare / 2:.2f}: the same on two cores",
        ),
        (latency.COMPARE, "processor", "<= 0.6", 2, f"at least {python:.2f}: Python"),
        (latency.STATUS, "processor", "<= 0.6", 2, f"at least {python:.2f}: Python"),
        (latency.HELP, "processor", "<= 0.1", 2, f"at least {python:.2f}: Python"),
    ]
    by = {"processor": "s of the processor", "wall": "s by the clock"}
    return [
        Aim(f"{what}, {by[kind]}", aim, seconds[what][kind]["median"], digits, bound)
        for what, kind, aim, digits, bound in aimed
    ]


def _sweeps(measured: Mapping[str, Any]) -> list[Aim]:
    sweeps = measured["sweeps"]["sweeps"]
    sweep, moved = (sweeps[f"256 points x 2,000 firms{what}"] for what in ("", MOVED))
    return [
        Aim(
            "sweep of 256 points, of the bare engine's speed",
            ">= 0.9",
            sweep["threads_of_bare"]["median"],
            2,
            "at most 1: the bare engine does less",
        ),
        Aim(
            f"the same{MOVED}",
            ">= 0.9",
            moved["threads_of_bare"]["median"],
            2,
            "at most 1: and tables are made besides",
        ),
        Aim(
            "the same by two workers of Dask, of two threads'",
            ">= 0.85",
            sweep["dask_of_threads"]["median"],
            2,
            "about 1: the same work, and a scheduler beside it",
        ),
    ]


def what_bounds_the_ratios(measured: Mapping[str, Any]) -> str:
    """Return paragraphs about what the ratios to the peers would ask for, and the floor."""
    vectors, all_in_turn = _floor(measured)
    firm = measured["scaling"]["firm"]["firm"]["median"] / AGENTS
    lines = []
    for name, peer in _peers(measured).items():
        asked = peer["nanoseconds"]["median"] / AIMED_RATIOS[name]
        lines.append(
            f"* {AIMED_RATIOS[name]} times {peer['title']}: {asked:.1f} ns, "
            f"{_held_against(asked, vectors, all_in_turn, firm)}"
        )
    head = f"""What bounds the ratios: the peers were tried as hard as the engine, and JAX is
compiled for the same vectors. In any program that draws by Philox people alone take
{vectors:.1f} ns an agent-quarter of the vector units, and {all_in_turn:.1f} with their look-ups
one after the other (an estimate, with its arithmetic under *A floor*); firms, as they are
computed now, {firm:.1f} besides. An aim asks for:"""
    return "\n".join([wrapped(head), "", *lines])


def _held_against(asked: float, vectors: float, all_in_turn: float, firm: float) -> str:
    if asked < vectors:
        return "less than people alone take of the vector units: beyond one core of this processor"
    if asked < all_in_turn:
        return "less than people alone take, unless looking up cost nothing"
    if asked < all_in_turn + firm:
        return "less than people and firms take, unless firms cost less than now"
    return "not below the floor"
