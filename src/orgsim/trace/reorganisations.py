"""Reorganisations told: proposed, adopted, failed, undone."""

from __future__ import annotations

from orgsim.model.state import CEMO_STRUCTURE, CMTO, CMTO_STRUCTURE
from orgsim.spec.calendar import calendar
from orgsim.text import counted, number, percent
from orgsim.trace.choice import origin_of_holder, weigh
from orgsim.trace.history import History
from orgsim.trace.votes import ask
from orgsim.trace.wording import STRUCTURE_TITLES

Numbers = dict[str, float | int | str]


def proposed(history: History, t: int) -> tuple[str, Numbers]:
    """Tell of a proposal: of what form, by what chance, and who was designated."""
    target = int(history.of_firm("target")[t + 1])
    weighed = weigh(history, t)
    # A CEO who came in step 8 of this very quarter had no say yet.
    commitment = float(history.of_firm("commitment")[t])
    misfit = float(history.of_firm("misfit")[t + 1])
    hazard = float(history.hazard[t])
    numbers: Numbers = {
        "target": STRUCTURE_TITLES[target],
        "misfit": misfit,
        "commitment": commitment,
        "hazard": hazard,
    }
    text = (
        f"{STRUCTURE_TITLES[target]} was proposed: at a misfit of {number(misfit)} and a "
        f"commitment of {number(commitment)} a proposal had a chance of {percent(hazard)}"
    )
    if weighed.chance_of_cemo is not None:
        chance = weighed.chance_of_cemo if target != CMTO_STRUCTURE else 1 - weighed.chance_of_cemo
        other = STRUCTURE_TITLES[CMTO_STRUCTURE if target == CEMO_STRUCTURE else CEMO_STRUCTURE]
        text += f"; the form was this rather than {other} with a chance of {percent(chance)}"
        numbers |= {"chance_of_form": chance}
    return f"{text}. {_designated(history, t, target, numbers)}", numbers


def _designated(history: History, t: int, target: int, numbers: Numbers) -> str:
    if target == CMTO_STRUCTURE:
        origin = origin_of_holder(history, t)
        background = float(history.of_firm("chief_background")[t + 1, CMTO])
        numbers |= {"holder": origin.removeprefix("the "), "holder_background": background}
        verb = "was chosen for the merged post"
        return f"{origin[0].upper()}{origin[1:]} {verb} (technical share {number(background)})."
    if history.p.reorganisation_infrastructure_chief:
        return "An infrastructure chief was chosen to stand between CEMO and CIO."
    return "No infrastructure chief would stand between CEMO and CIO."


def _support(history: History, t: int, numbers: Numbers) -> str:
    willing = float(history.of_firm("willing")[t + 1])
    quorum = float(history.p_in(t).reorganisation_quorum)
    numbers |= {"willing": willing, "quorum": quorum}
    return f"{percent(willing, quorum)} willing, quorum {percent(quorum, willing)}"


def _too_few(history: History, t: int, numbers: Numbers) -> str:
    """Tell why the quorum was missed: by whom it takes, and how far management's word went."""
    asked = ask(history, t)
    needed = asked.resistance_at(float(numbers["quorum"]))
    numbers |= {"word": asked.word, "resistance_at_quorum": needed}
    reason = (
        f"the quorum takes all with a resistance up to {number(needed, asked.word)}, and "
        f"management's word outweighed {number(asked.word, needed)} at most"
    )
    numbers |= {"reason": reason}
    return reason


def _why_failed(history: History, t: int, numbers: Numbers) -> str:
    trial = int(history.p_in(t).reorganisation_trial_period)
    if trial <= int(history.p_in(t).reorganisation_patience):
        return _too_few(history, t, numbers)
    # Then nothing could be adopted, whatever the support.
    reason = f"patience ended before the trial period of {counted(trial, 'quarter')}"
    numbers |= {"reason": reason}
    return reason


def adopted(history: History, t: int) -> tuple[str, Numbers]:
    """Tell of an adoption."""
    structure = int(history.of_firm("structure")[t + 1])
    elapsed = int(history.of_firm("elapsed")[t + 1])
    title = STRUCTURE_TITLES[structure]
    numbers: Numbers = {"target": title, "elapsed": elapsed}
    support = _support(history, t, numbers)
    text = f"{title} was put in force after {counted(elapsed, 'quarter')}: {support}."
    if history.of_firm("structure")[t] == CMTO_STRUCTURE:
        text += " The CMTO became its marketing chief, and a CIO was hired."
    return text, numbers


def _waits_until(history: History, t: int) -> str:
    wait = max(int(history.p_in(t).reorganisation_cool_down), 1)
    return f"the next proposal was possible in {calendar(t + wait)} at the earliest"


def failed(history: History, t: int) -> tuple[str, Numbers]:
    """Tell of a failure."""
    title = STRUCTURE_TITLES[int(history.of_firm("target")[t])]
    elapsed = int(history.of_firm("elapsed")[t + 1])
    numbers: Numbers = {"target": title, "elapsed": elapsed}
    support = _support(history, t, numbers)
    text = (
        f"The introduction of {title} failed after {counted(elapsed, 'quarter')}: {support}; "
        f"{_why_failed(history, t, numbers)}; {_waits_until(history, t)}."
    )
    return text, numbers


def reverted(history: History, t: int) -> tuple[str, Numbers]:
    """Tell of a reversal, and of where a CMTO went."""
    before = int(history.of_firm("structure")[t])
    title = STRUCTURE_TITLES[before]
    below = int(history.of_firm("below")[t]) + 1
    numbers: Numbers = {"structure": title, "quarters_below": below}
    support = _support(history, t, numbers)
    text = (
        f"{title} was undone: {support}, and too few for {counted(below, 'quarter')} in a row; "
        f"{_too_few(history, t, numbers)}; {_waits_until(history, t)}."
    )
    if before == CMTO_STRUCTURE:
        marketer = history.of_firm("chief_background")[t, CMTO] < 0.5
        kept, hired = ("CMO", "CIO") if marketer else ("CIO", "CMO")
        text += f" The CMTO became {kept}, and a {hired} was hired."
        numbers |= {"cmto_became": kept}
    return text, numbers


def rested(history: History, t: int) -> tuple[str, Numbers]:
    """Tell of the end of a cool-down."""
    structure = STRUCTURE_TITLES[int(history.of_firm("structure")[t])]
    return "The cool-down was over: from now on a proposal was possible again.", {
        "structure": structure
    }
