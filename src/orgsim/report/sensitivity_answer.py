"""A sensitivity analysis in two or three sentences: what moves most, and what moves nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from orgsim.model import MODEL
from orgsim.results.sensitivity import DUMMY, SHARES, Asked, Screening, Sensitivity
from orgsim.results.sensitivity.drawings import unit_words
from orgsim.text import counted, joined, points, three_digits, two_decimals

_NAMED = 3
"""Parameters that the first sentence names."""

_TOLD = 4
"""Outputs of which the largest index is told."""


def answer(found: Sensitivity) -> Iterator[str]:
    """Yield what moves the usual outputs most, or all where none of these was asked for.

    Of each stage that there is a sentence, and how many parameters move nothing.
    """
    usual = [asked for asked in found.outputs if asked.name in MODEL.usual_outputs]
    outputs = usual or list(found.outputs)
    if found.screening is not None:
        yield _moving(found.screening, outputs)
        yield _unmoving(found.screening, outputs)
    if found.indices is not None:
        told = _largest(found.indices.columns, "total", outputs)
        if told:
            yield f"The largest part in the variance (total index): {told}."
        else:
            yield "None of these outputs varies beyond its noise."
    if found.given is not None:
        told = _largest(found.given.columns, "first", outputs, floor="first_floor")
        if told:
            yield f"Of the sweep’s points, the largest part alone (first order): {told}."
        else:
            yield "Of the sweep’s points, no parameter by itself is told from chance."


def _moving(screening: Screening, outputs: list[Asked]) -> str:
    """Return the parameters that move most, each with the output that it moves most."""
    columns = screening.columns
    key = "mu_star" if screening.has_shares_alone else "relative"
    by_name = {asked.name: asked for asked in outputs}
    best: dict[str, tuple[float, float, str]] = {}
    rows = zip(
        columns["output"], columns["parameter"], columns[key], columns["mu_star"], strict=True
    )
    for output, path, rank, size in rows:
        if output in by_name and size > 0.0:
            best[path] = max(best.get(path, (0.0, 0.0, "")), (float(rank), float(size), output))
    ranked = [path for path in screening.ranked(list(by_name)) if path in best][:_NAMED]
    count = counted(len(set(columns["parameter"])), "parameter")
    if not ranked:
        return f"None of {count} moves any of these outputs."
    how_far = {
        path: f"({by_name[output].title} by {_amount(size, by_name[output])})"
        for path, (_, size, output) in best.items()
    }
    first, *others = ranked
    then = joined([f"{path} {how_far[path]}" for path in others]) if others else ""
    rest = f", then {then}" if then else ""
    return f"Of {count}, each over its plausible range, {first} moves most {how_far[first]}{rest}."


def _unmoving(screening: Screening, outputs: list[Asked]) -> str:
    """Return how many parameters move no firm, and how many none of these outputs."""
    unmoved = screening.unmoved()
    names = {asked.name for asked in outputs}
    columns = screening.columns
    sizes: dict[str, float] = {}
    rows = zip(columns["output"], columns["parameter"], columns["mu_star"], strict=True)
    for output, path, size in rows:
        if output in names:
            sizes[path] = max(sizes.get(path, 0.0), float(np.nan_to_num(size)))
    idle = [path for path, size in sizes.items() if size == 0.0 and path not in unmoved]
    told = (
        f"{counted(len(unmoved), 'parameter moves', 'parameters move')} no firm at all in this "
        "setting"
        if unmoved
        else "Every parameter moves some firm"
    )
    if not idle:
        return f"{told}."
    others = counted(len(idle), "other moves", "others move")
    return f"{told}; {others} firms, but none of these outputs."


def _largest(columns: Mapping[str, Any], key: str, outputs: list[Asked], *, floor: str = "") -> str:
    """Return whose index is the largest, of the first few outputs that vary, by parameter."""
    titles = {asked.name: asked.title for asked in outputs[:_TOLD]}
    best: dict[str, tuple[float, str]] = {}
    floors = columns[floor] if floor else np.full(len(columns[key]), -math.inf)
    rows = zip(columns["output"], columns["parameter"], columns[key], floors, strict=True)
    for output, path, value, chance in rows:
        is_told = output in titles and path != DUMMY and value > chance  # NaN is above nothing
        if is_told and value > best.get(output, (-math.inf, ""))[0]:
            best[output] = (float(value), path)
    of: dict[str, list[str]] = {}
    for output, (value, path) in best.items():
        of.setdefault(path, []).append(f"{titles[output]} ({two_decimals(value)})")
    return "; ".join(f"{path} of {joined(told)}" for path, told in of.items())


def _amount(value: float, asked: Asked) -> str:
    if asked.unit in SHARES:
        return points(value)
    return f"{three_digits(value)} {unit_words(asked)}".rstrip()
