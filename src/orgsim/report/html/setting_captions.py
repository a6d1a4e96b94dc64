"""The figures of one setting in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orgsim.analysis.quarters import calendar
from orgsim.columns import DRAWN, SCENARIO_TITLES, SCENARIOS
from orgsim.parameters import DEPARTMENTS
from orgsim.report.html.subject import Subject
from orgsim.report.wording import DEPARTMENT_TITLES
from orgsim.text import column_percent, interval, signed


def _shares(subject: Subject) -> str:
    comparison = subject.comparison
    told = (
        f"{title} {column_percent(s.share)} (interval {interval(s.low, s.high)}; "
        f"{comparison.split.name} {column_percent(s.reference)})"
        for title, s in zip(SCENARIO_TITLES, comparison.scenarios, strict=True)
    )
    return f"Simulated shares with intervals beside the {comparison.split.name}. {'; '.join(told)}."


def _two_by_two(subject: Subject) -> str:
    cemo, cmto, together, apart = (column_percent(s.share) for s in subject.comparison.scenarios)
    return (
        f"The 2 × 2 as areas. Active firms: best case CEMO {cemo}, worst case CMTO {cmto}. Passive "
        f"firms: best case CMO and CTO {together}, worst case CMO vs CTO {apart}."
    )


def _over_time(subject: Subject) -> str:
    quarters = subject.quarters
    last = len(quarters) - 1
    told = []
    for title, name in zip(SCENARIO_TITLES, SCENARIOS, strict=True):
        first, end = (column_percent(quarters[f"share_{name}"].iloc[t]) for t in (0, last))
        told.append(f"{title} {first} and {end}")
    return (
        "Where firms would stand were the horizon at each quarter. At the end of "
        f"{calendar(0)} and of {calendar(last)}: {'; '.join(told)}."
    )


_COURSES = {
    "cooperation_marketing": "cooperation of marketing",
    "cooperation_it": "cooperation of IT",
    "resistance_marketing": "resistance of marketing",
    "resistance_it": "resistance of IT",
    "completion": "completion of joint tasks",
    "capability": "digital capability",
    "authority": "authority of the CMO",
}


def _trajectories(subject: Subject) -> str:
    quarters = subject.quarters
    told = (
        f"{title} {quarters[f'{name}_q50'].iloc[0]:.2f} to {quarters[f'{name}_q50'].iloc[-1]:.2f}"
        for name, title in _COURSES.items()
    )
    return (
        "The state of the firms quarter by quarter: medians with bands of half and of nine tenths "
        f"of the firms. Medians from {calendar(0)} to {calendar(len(quarters) - 1)}: "
        f"{'; '.join(told)}."
    )


def _horizon(subject: Subject) -> str:
    firms = subject.drawn_firms
    told = []
    for title, name in zip(SCENARIO_TITLES, SCENARIOS, strict=True):
        own = firms[firms["scenario"] == name]
        if len(own):
            completion, performance = own["completion"].median(), own["performance"].median()
            told.append(f"{title} completion {completion:.2f}, performance {performance:.2f}")
    return (
        "How the states of the firms spread at the horizon, by scenario; twelve panels. Medians of "
        f"two of them: {'; '.join(told)}."
    )


def _drivers(subject: Subject) -> str:
    told = [
        f"{title} {_drawn_name(subject, column)} {signed(difference)}"
        for title, name in zip(SCENARIO_TITLES, SCENARIOS, strict=True)
        for column, difference in _farthest(subject, name)
    ]
    most = f" What sets each apart most: {'; '.join(told)}." if told else ""
    return (
        "How far the firms of each scenario lie from all firms in what was drawn for them, in "
        f"standard deviations.{most}"
    )


def _farthest(subject: Subject, scenario: str) -> list[tuple[str, float]]:
    """Return what sets the firms of a scenario apart most, and by how much; none without any."""
    firms = subject.drawn_firms
    own = firms[firms["scenario"] == scenario]
    away = {}
    for column in (c.name for c in DRAWN):
        spread = float(firms[column].std(ddof=0))
        if len(own) and spread > 0.0:
            away[column] = (float(own[column].mean()) - float(firms[column].mean())) / spread
    return sorted(away.items(), key=lambda item: -abs(item[1]))[:1]


def _drawn_name(subject: Subject, column: str) -> str:
    """Return what to call a draw: of one department, unless one draw serves both."""
    name, _, department = column.removeprefix("drawn_").rpartition("_")
    if department not in DEPARTMENTS:
        return column.removeprefix("drawn_").replace("_", " ")
    firms, words = subject.drawn_firms, name.replace("_", " ")
    one, two = (firms[f"drawn_{name}_{each}"] for each in DEPARTMENTS)
    return words if one.equals(two) else f"{words} in {DEPARTMENT_TITLES[department]}"


SETTING: Mapping[str, tuple[str, Callable[[Subject], str]]] = {
    "shares": ("The split beside the reference", _shares),
    "two-by-two": ("The article’s 2 × 2", _two_by_two),
    "scenarios-over-time": ("Scenarios over time", _over_time),
    "trajectories": ("The state of the firms over time", _trajectories),
    "state-at-horizon": ("The state of the firms at the horizon, by scenario", _horizon),
    "drivers": ("What sets the firms of each scenario apart", _drivers),
}
"""Title, and what tells the rest, by the figure's name."""
