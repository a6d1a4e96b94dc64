"""What a sensitivity analysis found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from orgsim.design.saltelli import is_balanced
from orgsim.report.tables.sensitivity import two_digit_interval
from orgsim.results.sensitivity import DUMMY, SHARES, Asked, Sensitivity
from orgsim.text import counted, joined, points
from orgsim.text import number as written

_NAMED = 3
"""Parameters that a sentence on an output names."""


def screening_sentences(found: Sensitivity) -> Iterator[tuple[str, str]]:
    """Yield each output's name, and what moves it most."""
    screening = found.screening
    assert screening is not None
    rows = _by_output(screening.columns)
    for asked in found.outputs:
        moving = sorted(
            (row for row in rows.get(asked.name, []) if row["mu_star"] > 0.0),
            key=lambda row: -row["mu_star"],
        )
        if not moving:
            there = screening.missing.get(asked.name, 0) < screening.points
            what = "nothing moves it" if there else "does not exist at any point"
            yield asked.name, f"{_start(asked.title)}: {what}."
            continue
        first, *others = moving[:_NAMED]
        interval = _interval(first["mu_star_low"], first["mu_star_high"], asked)
        then = [f"{row['parameter']} ({_amount(row['mu_star'], asked)})" for row in others]
        rest = f"; then {joined(then)}" if then else ""
        yield (
            asked.name,
            f"{_start(asked.title)}: {first['parameter']} moves it most, by "
            f"{_amount(first['mu_star'], asked)} over its plausible range (95 % interval "
            f"{interval}){rest}.",
        )


def screening_notes(found: Sensitivity) -> list[str]:
    """Return what else is to be known of the screening."""
    screening = found.screening
    assert screening is not None
    notes = [
        f"{counted(len(found.parameters), 'parameter')} screened on "
        f"{counted(screening.trajectories, 'trajectory', 'trajectories')}: "
        f"{counted(screening.points, 'point')} of {counted(screening.firms, 'firm')}, the same "
        "firms and luck at all of them. A change is carried over from the step to the whole range, "
        "so that of a share it may exceed 100 points; mu* leaves out its sign, for ups and downs "
        "would cancel."
    ]
    unmoved = screening.unmoved()
    if unmoved:
        notes.append(
            f"{counted(len(unmoved), 'parameter')} moved nothing in this setting, and left every "
            f"figure of every quarter as it was, to the last bit: {joined(unmoved)}."
        )
    titles = {asked.name: _start(asked.title) for asked in found.outputs}
    notes += [
        f"{titles[name]} does not exist at {count:,} of the {screening.points:,} points, where too "
        "few firms are of the kind that it is of; steps there do not count."
        for name, count in screening.missing.items()
    ]
    return notes


def left_out_notes(found: Sensitivity) -> list[str]:
    """Return which parameters were not moved, and why."""
    notes = [f"Not moved: {path}: {why}." for path, why in found.left_out.items()]
    return notes + [f"Moved {why}: {path}." for path, why in found.limited.items()]


def indices_sentences(found: Sensitivity) -> Iterator[tuple[str, str]]:
    """Yield each output's name, and where its variance comes from."""
    indices = found.indices
    assert indices is not None
    rows = _by_output(indices.columns)
    for place, asked in enumerate(found.outputs):
        title = _start(asked.title)
        if not indices.variation["varies"][place]:
            dropped = int(indices.variation["dropped"][place])
            why = (
                "does not exist at enough points"
                if indices.samples - dropped < 2
                else "does not vary over these ranges beyond the noise of "
                f"{counted(indices.firms, 'firm')} a point"
            )
            yield asked.name, f"{title} {why}."
            continue
        real = [row for row in rows[asked.name] if row["parameter"] != DUMMY]
        top = sorted(real, key=lambda row: -row["total"])[:_NAMED]
        told = [
            f"{row['parameter']} {_index(row['total'])} ({_range(row, 'total')}), alone "
            f"{_index(row['first'])}"
            for row in top
        ]
        sums = [float(indices.variation[f"first_sum{end}"][place]) for end in ("", "_low", "_high")]
        yield (
            asked.name,
            f"{title}, whose standard deviation over these ranges is "
            f"{_amount(float(indices.variation['deviation'][place]), asked)}: total index of "
            f"{'; '.join(told)}. {_of_sum(*sums)}",
        )


def indices_notes(found: Sensitivity) -> list[str]:
    """Return what else is to be known of the indices."""
    indices = found.indices
    assert indices is not None
    notes = [
        f"{counted(indices.samples, 'sample')}: {counted(indices.points, 'point')} of "
        f"{counted(indices.firms, 'firm')}, each point with firms and luck of its own, so that the "
        "known sampling variance of a share of so many firms could be subtracted."
    ]
    if not is_balanced(indices.samples):
        below = 2 ** (indices.samples.bit_length() - 1)
        notes.append(
            f"{indices.samples:,} samples are no power of two, and no better than {below:,}: "
            f"ask for {2 * below:,}."
        )
    numbers = [*indices.columns["first"], *indices.columns["total"]]
    if any(value < 0.0 for value in numbers if not math.isnan(value)):
        notes.append(
            "An index below 0 is one near 0, estimated with the error that its interval shows; "
            "none is cut off, for that would make their sums too large."
        )
    dummy = [
        (asked.title, row)
        for asked in found.outputs
        for row in _by_output(indices.columns)[asked.name]
        if row["parameter"] == DUMMY and not math.isnan(row["total"])
    ]
    if dummy:
        title, worst = max(dummy, key=lambda each: abs(each[1]["total"]))
        notes.append(
            "A dummy, which nothing reads, shows what an index of 0 looks like: its total is "
            f"{_index(worst['total'])} ({_range(worst, 'total')}) at most, of {title}."
        )
    off = [title for title, row in dummy if row["total_low"] > 0.0 or row["total_high"] < 0.0]
    if off:
        notes.append(
            f"The dummy's interval does not hold 0 for {joined(off)}: do not use these indices; "
            "take more firms, or more samples."
        )
    for asked, dropped in zip(found.outputs, indices.variation["dropped"], strict=True):
        if dropped:
            notes.append(
                f"{_start(asked.title)}: {counted(int(dropped), 'sample')} left out whole, for it "
                "does not exist at one of their points, where too few firms are of the kind that "
                f"it is of. {_conditional(int(dropped), indices.samples)}"
            )
    return notes


def given_sentences(found: Sensitivity) -> Iterator[tuple[str, str]]:
    """Yield each output's name, and which parameters of a finished sweep moved it."""
    given = found.given
    assert given is not None
    rows = _by_output(given.columns)
    for asked in found.outputs:
        title = _start(asked.title)
        there = [row for row in rows[asked.name] if not math.isnan(row["first"])]
        above = sorted(
            (row for row in there if row["first"] > row["first_floor"]),
            key=lambda row: -row["first"],
        )
        if not there:
            yield asked.name, f"{title} does not vary over the points."
        elif not above:
            yield asked.name, f"{title}: no parameter by itself is told from chance."
        else:
            told = [f"{row['parameter']} {_index(row['first'])}" for row in above[:_NAMED]]
            yield asked.name, f"{title}: first-order index of {joined(told)}."


def given_notes(found: Sensitivity) -> list[str]:
    """Return what else is to be known of what a finished sweep says."""
    given = found.given
    assert given is not None
    is_even = given.design in ("sobol", "halton", "grid")
    how = (
        "from means over intervals, for neighbours on such a design are no independent points"
        if is_even
        else "from neighbours in rank, with normal intervals in the files"
    )
    noise = (
        "All points have the same firms and luck: indices are of these firms, and no noise is "
        "subtracted."
        if given.has_common_draws
        else "Every point has draws of its own, whose known variance is subtracted."
    )
    near = (
        f"Of {given.points:,} points, {given.near_points:,} have all shares within "
        f"{points(given.tolerance)} of the {given.reference}."
    )
    if given.near_points in (0, given.points):
        near += " So there is nothing to tell apart."
    notes = [
        f"{counted(given.points, 'point')} of a sweep ({given.design}): indices are estimated "
        f"{how}. A number in brackets is no larger than what one dummy of 20 shows by chance. "
        f"{noise} {near}"
    ]
    width = len(found.parameters)
    for asked, dropped in zip(found.outputs, given.columns["dropped"][::width], strict=True):
        if dropped:
            notes.append(
                f"{_start(asked.title)}: {counted(int(dropped), 'point')} left out, where too few "
                "firms are of the kind that it is of."
            )
    return notes


def _by_output(columns: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a table by the output that they are of."""
    found: dict[str, list[dict[str, Any]]] = {}
    if columns is not None:
        for values in zip(*columns.values(), strict=True):
            row = dict(zip(columns, values, strict=True))
            found.setdefault(row["output"], []).append(row)
    return found


def _start(title: str) -> str:
    return title[:1].upper() + title[1:]


def _amount(value: float, asked: Asked) -> str:
    """Write how far an output moves, with its unit."""
    if asked.unit in SHARES:
        return points(value)
    return f"{written(value)}{_unit(asked)}"


def _interval(low: float, high: float, asked: Asked) -> str:
    if math.isnan(low):
        return "not known from so few steps"
    if asked.unit in SHARES:
        return f"{points(low).partition(' ')[0]} to {points(high)}"
    return f"{written(low)} to {written(high)}{_unit(asked)}"


def _unit(asked: Asked) -> str:
    return "" if asked.unit in ("-", "count") else f" {asked.unit.replace('1/', 'a ')}"


def _index(value: float) -> str:
    return two_digit_interval(value, value).partition(" ")[0]


def _range(row: dict[str, Any], key: str) -> str:
    return _interval_of(row[f"{key}_low"], row[f"{key}_high"])


def _interval_of(low: float, high: float) -> str:
    if math.isnan(low):
        return "too few samples for an interval"
    return f"95 % interval {two_digit_interval(low, high)}"


def _of_sum(value: float, low: float, high: float) -> str:
    """Say what the sum of first orders tells of parameters acting together."""
    told = f"First orders add up to {_index(value)} ({_interval_of(low, high)})"
    if math.isnan(high):
        return f"{told}."
    if high < 1.0 and value > 0.0:
        return f"{told}: what is left to 1 comes from parameters acting together."
    return f"{told}, which does not tell whether parameters act together: read totals and alone."


def _conditional(dropped: int, samples: int) -> str:
    """Say what leaving samples out does."""
    if 20 * dropped <= samples:
        return "What is told holds where it exists."
    return (
        "So many are left out that the ranges are no longer independent, and indices of it are a "
        "hint at most: narrow the ranges, or take more firms."
    )
