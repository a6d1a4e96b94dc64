"""The yardstick: what the model's random decisions alone would cost; and where the time goes.

Every figure is of a launch, a process of its own, for where a process's memory lies makes some
percent of difference. Kernels are compiled by the first launch of a kind, which is not timed, into
a place of their own, where a processor without AVX-512 can be stood in for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.bound import floor
from benchmarks.kernel import launch
from benchmarks.machine import launches, summary

TARGETS: Mapping[str, Mapping[str, str]] = {
    "this processor": {},
    "AVX2 only": {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": ""},
}


class OtherResultsError(Exception):
    """The kernel with a clock in it had other results than the engine's."""


def decisions(settings: Mapping[str, Any]) -> int:
    """Count the random decisions of an agent-quarter in section 7 of docs/model.md.

    Each encounter: across or not, the pick of a partner, whether the person
    cooperates, whether the partner does. Besides: the pick of a colleague, and
    whether to leave.
    """
    return 4 * int(settings["cooperation.encounters"]) + 2


def words(settings: Mapping[str, Any]) -> float:
    """Count the 32-bit words that the engine draws for an agent-quarter.

    Two encounters of two neighbours share the four words of a draw, and so do
    the contacts and exits of four.
    """
    encounters = int(settings["cooperation.encounters"])
    return 2.0 * -(-encounters // 2) + 1.0


def measure(settings: Mapping[str, Any], *, tiny: bool) -> dict[str, Any]:
    """Return the yardstick by target, where the time goes, and the floor under it.

    Raises
    ------
    OtherResultsError
        If the clock changed a result.
    """
    turns = 2_000 if tiny else 50_000
    kernel = {"settings": settings, "firms": 1_024 if tiny else 16_384, "clock": False}
    result: dict[str, Any] = {
        "decisions": decisions(settings),
        "words": words(settings),
        "targets": {},
    }
    for title, variables in TARGETS.items():
        here = title == "this processor"
        asked = [{"turns": turns}, kernel, *([{**kernel, "clock": True}] if here else [])]
        by_launch = in_turn(asked, launches(tiny), **variables)
        if len({found["digest"] for rounds in by_launch[1:] for found in rounds}) != 1:
            raise OtherResultsError(f"{title}: the clock changed a result")
        prices = {name: summary([one[name] for one in by_launch[0]]) for name in by_launch[0][0]}
        whole = summary([one["nanoseconds"] for one in by_launch[1]])
        yardstick = prices["word"]["median"] * result["decisions"]
        result["targets"][title] = {
            "word": prices["word"],
            "whole": whole,
            "yardstick": yardstick,
            "ratio": whole["median"] / yardstick,
            "floor": floor(settings, result["words"], prices),
        }
        if here:
            stages = [one["stages"] for one in by_launch[2]]
            result["clocked"] = summary([one["nanoseconds"] for one in by_launch[2]])
            result["stages"] = {name: summary([one[name] for one in stages]) for name in stages[0]}
    return result


def in_turn(
    asked: Sequence[Mapping[str, Any]], times: int, **variables: str
) -> list[list[dict[str, Any]]]:
    """Return what so many launches of each kind found, made one kind after the other."""
    with tempfile.TemporaryDirectory() as cache:
        variables = {"NUMBA_CACHE_DIR": cache, **variables}
        for kind in asked:
            if "clock" in kind:  # compiles
                launch({**kind, "firms": 128}, **variables)
        rounds = [[launch(kind, **variables) for kind in asked] for _ in range(times)]
    return [list(found) for found in zip(*rounds, strict=True)]
