"""The figures of a sweep in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orgsim.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.report.html.subject import Subject
from orgsim.report.wording import value_words
from orgsim.text import NBSP, bare_tenths, column_percent


def _ranges(subject: Subject) -> str:
    shares = subject.ranked
    told = (
        f"{title} {column_percent(shares[name].min())} to {column_percent(shares[name].max())}"
        for title, name in zip(SCENARIO_TITLES, SCENARIOS, strict=True)
    )
    return "; ".join(told)


def _curves(subject: Subject) -> str:
    return (
        "The share of each scenario against each swept parameter. Over all points: "
        f"{_ranges(subject)}."
    )


def _share_map(subject: Subject) -> str:
    return f"Four maps, one a scenario. Over all points: {_ranges(subject)}."


def _likeliest_map(subject: Subject) -> str:
    likeliest = subject.ranked[list(SCENARIOS)].idxmax(axis=1).value_counts()
    told = (
        f"{title} at {int(likeliest.get(name, 0)):,}"
        for title, name in zip(SCENARIO_TITLES, SCENARIOS, strict=True)
    )
    return f"Which scenario has the largest share. Points: {'; '.join(told)}."


def _distance_map(subject: Subject) -> str:
    nearest, farthest = subject.ranked.iloc[[0, -1]].to_dict("records")
    at = ", ".join(f"{path} {value_words(nearest[path])}" for path in subject.run.swept)
    return (
        "How far the shares are from the reference, as total variation. Least "
        f"{bare_tenths(nearest['total_variation'])}{NBSP}points at {at}; most "
        f"{bare_tenths(farthest['total_variation'])}{NBSP}points."
    )


SWEEP: Mapping[str, tuple[str, Callable[[Subject], str]]] = {
    "response-curves": ("Shares along each swept parameter", _curves),
    "share-map": ("Shares over two parameters", _share_map),
    "likeliest-map": ("The likeliest scenario over two parameters", _likeliest_map),
    "distance-map": ("The distance from the reference over two parameters", _distance_map),
}
"""Title, and what tells the rest, by what the figure's name begins with."""
