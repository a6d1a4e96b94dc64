"""Successions of chiefs told."""

from __future__ import annotations

from collections.abc import Iterator

from orgsim.model.state import CEO, CMO, POSTS
from orgsim.text import number
from orgsim.trace.history import History
from orgsim.trace.wording import POST_TITLES

Numbers = dict[str, float | int | str]
_TRAITS = ("cooperation", "resistance", "background")


def successions(history: History, *, of_ceo: bool) -> Iterator[tuple[int, tuple[str, Numbers]]]:
    """Tell of every new CEO, or of every other new chief."""
    posts = range(CEO, CEO + 1) if of_ceo else range(CEO + 1, POSTS)
    for t in range(history.quarters):
        for post in posts:
            if history.chiefs_left[t, post]:
                yield t, _new_ceo(history, t) if of_ceo else _new_chief(history, t, post)


def _new_ceo(history: History, t: int) -> tuple[str, Numbers]:
    before, after = (float(history.of_firm("commitment")[s]) for s in (t, t + 1))
    written = number(before), number(after)
    change = f"{'rose' if after > before else 'fell'} from {written[0]} to {written[1]}"
    if written[0] == written[1]:
        change = f"stayed at {written[1]}"
    text = f"The CEO left; with the new one commitment {change}."
    return text, {"commitment_before": before, "commitment": after}


def _new_chief(history: History, t: int, post: int) -> tuple[str, Numbers]:
    traits = {trait: float(history.of_firm(f"chief_{trait}")[t + 1, post]) for trait in _TRAITS}
    numbers: Numbers = {"post": POST_TITLES[post], **traits}
    cooperation = number(traits["cooperation"])
    structure = history.of_firm("structure")
    if structure[t] == structure[t + 1]:  # else the one who left took the post this very quarter
        before = float(history.of_firm("chief_cooperation")[t, post])
        numbers |= {"cooperation_before": before}
        cooperation += f" (before: {number(before)})"
    text = (
        f"The {POST_TITLES[post]} left; the successor's cooperation is {cooperation}, resistance "
        f"{number(traits['resistance'])}, technical share {number(traits['background'])}."
    )
    if post == CMO:
        authority = float(history.of_firm("authority")[t + 1])
        numbers |= {"authority": authority}
        text += f" The new CMO's authority begins at {number(authority)}."
    return text, numbers
