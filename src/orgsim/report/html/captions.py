"""What each figure is called, and what it shows in words, for those who do not see it."""

from __future__ import annotations

import re
from itertools import permutations

from orgsim.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.report.html.setting_captions import SETTING
from orgsim.report.html.subject import Subject
from orgsim.report.html.sweep_captions import SWEEP
from orgsim.swept_path import SweptPath

Words = tuple[str, str]
"""Title and alternative text."""


def words(subject: Subject, name: str) -> Words:
    """Return title and alternative text of a figure of a run."""
    if name in SETTING:
        title, tell = SETTING[name]
        return title, tell(subject)
    for kind, (title, tell) in SWEEP.items():
        if name.startswith(kind):
            over = _pair(subject, name.removeprefix(f"{kind}-"))
            return f"{title}{over}", tell(subject)
    return name.replace("-", " ").capitalize(), f"Figure {name} of {subject.title}."


def flow_words(subject: Subject) -> Words:
    """Return title and alternative text of the figure of flows."""
    flows = subject.flows
    moves = [
        (flows.counts[i][j], f"{SCENARIO_TITLES[i]} to {SCENARIO_TITLES[j]} {flows.counts[i][j]:,}")
        for i, j in permutations(range(len(SCENARIOS)), 2)
    ]
    largest = [text for count, text in sorted(moves, key=lambda m: -m[0])[:3] if count]
    most = f" Most: {', '.join(largest)}." if largest else ""
    told = f"Bands from scenarios in the first setting to scenarios in the second. {flows.sentence}"
    return "Where firms end in both settings", f"{told}{most}"


def _pair(subject: Subject, slug: str) -> str:
    """Return the two parameters of a map, told by the figure's name."""
    for x, y in permutations(subject.run.swept, 2):
        if slug == f"{_slug(x)}-{_slug(y)}":
            return f": {_name(x)} and {_name(y)}"
    return ""


def _slug(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")


def _name(path: str) -> str:
    """Return a parameter's name without its section, and the department if it is of one."""
    found = SweptPath.of(path)
    return path if found is None else found.name
