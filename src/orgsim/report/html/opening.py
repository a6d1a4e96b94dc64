"""The question, and what was simulated to answer it."""

from __future__ import annotations

from orgsim.model.columns import ARTICLE_SHARES
from orgsim.report.html.section import Section
from orgsim.report.html.subject import Subject
from orgsim.spec.calendar import calendar
from orgsim.spec.swept_path import PRESET
from orgsim.text import counted, from_to, given_percent, mix_percent, people


def opening_section(subject: Subject) -> Section:
    """Return the question, the article's four futures, and what was simulated."""
    article = {name: given_percent(share) for name, share in ARTICLE_SHARES.items()}
    content = {"article": article, "simulated": simulated(subject)}
    return Section("question", "The question", "opening", content)


def simulated(subject: Subject) -> list[str]:
    """Return what was simulated, in sentences."""
    return [_extent(subject), *_people(subject), *_mix(subject)]


def _extent(subject: Subject) -> str:
    """Return firms, quarters and their place in the calendar."""
    quarters = int(subject.settings["simulation.quarters"])
    time = f"{counted(quarters, 'quarter')}, {calendar(0)} to {calendar(quarters - 1)}"
    if not subject.is_sweep:
        return f"{counted(subject.comparison.firms, 'firm')} over {time}."
    firms = subject.ranked["firms"]
    each = from_to(firms.min(), firms.max())
    points = f"{len(firms):,} settings (design points) with {each} firms each"
    return f"{points}, {counted(int(firms.sum()), 'firm')} in all, over {time}."


def _people(subject: Subject) -> list[str]:
    """Return how many people a firm has, unless that differs between points."""
    moving = {"firm.marketing_staff", "firm.it_staff", PRESET}
    if subject.is_sweep and moving & set(subject.run.swept):
        return []
    marketing, it = (subject.settings[f"firm.{name}_staff"] for name in ("marketing", "it"))
    return [
        f"In each firm {people(marketing)} in marketing and {people(it)} in IT, their chiefs, and "
        "a CEO."
    ]


def _mix(subject: Subject) -> list[str]:
    """Return the sectors, if there are any."""
    sectors = subject.config.sectors
    if not sectors:
        return []
    listed = ", ".join(f"{s.name} {mix_percent(s.share)}" for s in sectors)
    return [f"Sectors: {listed}."]
