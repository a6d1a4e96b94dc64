"""Steps 4 and 5: docs/model.md 7.6 (joint tasks) and 7.7 (competence)."""

from __future__ import annotations

from oracle import primitives
from oracle.primitives import Number, Word
from oracle.state import CEO, DEPARTMENTS, Firm, Person, Tally


def willingness(firm: Firm, person: Person) -> Number:
    """Return willingness(c, r) of a person as he is now."""
    tremble = firm.parameter("cooperation.tremble")
    drag = firm.parameter("cooperation.resistance_drag")
    ready = (1 - (tremble + tremble)) * (1 - drag * person.resistance)
    return tremble + ready * person.cooperation


def reinforce(firm: Firm, person: Person, understanding: Number) -> None:
    """Raise a person's cooperation after a completed task."""
    if firm.settings["mechanisms.cooperation_learning"]:
        rate = firm.parameter("cooperation.learning_rate")
        person.cooperation += (rate * understanding) * (1 - person.cooperation)


def discourage(firm: Firm, person: Person) -> None:
    """Lower the cooperation of a person who declined."""
    if firm.settings["mechanisms.cooperation_learning"]:
        rate = firm.parameter("cooperation.learning_rate")
        outside_option = firm.parameter("cooperation.outside_option")
        person.cooperation -= (rate * outside_option) * person.cooperation


def have_encounter(
    firm: Firm,
    person: Person,
    others: list[Person],
    chances: list[Number],
    word: Word,
) -> bool | None:
    """Let a person have one encounter.

    Parameters
    ----------
    others, chances : list
        Staff of the other department, and their P_j.
    word : uint64
        Picks the partner; what it leaves over decides, in turn, whether the other
        department is met, the person cooperates, and the partner does.

    Returns
    -------
    bool or None
        Whether the task was completed; None if no one of the other department was met.
    """
    j, coin = primitives.split(word, len(others))
    met = person.contact_chance
    if not coin < met:
        return None
    partner = others[j]
    chance = willingness(firm, partner) if firm.two_sided else chances[j]
    met_and_cooperates = met * willingness(firm, person)
    cooperates = bool(coin < met_and_cooperates)
    completed = bool(coin < met_and_cooperates * chance)
    understanding = 0.5 * (person.literacy + partner.literacy)
    if completed:
        reinforce(firm, person, understanding)
    elif not cooperates:
        discourage(firm, person)
    if firm.two_sided:
        if completed:
            reinforce(firm, partner, understanding)
        elif cooperates or not (coin - met_and_cooperates) < (met - met_and_cooperates) * chance:
            # Where the person declines, what is left of the coin decides about the partner.
            discourage(firm, partner)
    return completed


def encounter_word(firm: Firm, department: int, index: int, e: int, quarter: int) -> Word:
    """Return the word of a person's encounter e: two encounters of two neighbours share a draw."""
    pair = firm.staff[department][index // 2].agent
    w = firm.words(primitives.ENCOUNTER, pair, quarter, e // 2)
    return w[2 * (index % 2) + e % 2]


def joint_tasks(firm: Firm, quarter: int) -> None:
    """Step 4: encounters between the departments, and what they teach about cooperation.

    The model's partner is read, never changed. With ``firm.two_sided`` (no part of
    the model, a bound on what that simplification loses) the partner decides with
    his present cooperation and is reinforced at once by the same rule. A person
    then learns from about twice as many encounters, and order matters: marketing
    first, by index. Tallies and completed tasks still go to the one who went.
    """
    tally = Tally()
    chances = [[willingness(firm, person) for person in firm.staff[g]] for g in DEPARTMENTS]
    for g in DEPARTMENTS:
        others = firm.staff[1 - g]
        for index, person in enumerate(firm.staff[g]):
            person.completed_tasks = 0
            for e in range(firm.settings["cooperation.encounters"]):
                word = encounter_word(firm, g, index, e, quarter)
                completed = have_encounter(firm, person, others, chances[1 - g], word)
                if completed is None:
                    continue
                tally.joint_encounters[g] += 1
                if completed:
                    tally.completed_tasks[g] += 1
                    person.completed_tasks += 1
    firm.tallies.append(tally)


def learn_by_doing(firm: Firm, person: Person) -> None:
    """Raise literacy once for every completed task."""
    rate = firm.parameter("competence.learning_by_doing")
    for _ in range(person.completed_tasks):
        person.literacy += (rate * person.literacy) * (1 - person.literacy)


def competence(firm: Firm) -> None:
    """Step 5: literacy grows by doing and by training, the chiefs' by training alone.

    The CEO is not trained; people designated for a post are.
    """
    training = firm.parameter("competence.training")
    for person in firm.everyone():
        if firm.settings["mechanisms.learning_by_doing"]:
            learn_by_doing(firm, person)
        person.literacy += training * (1 - person.literacy)
    trained = [chief for post, chief in firm.chiefs.items() if post != CEO]
    if firm.reorganisation is not None:
        trained.append(firm.reorganisation.designated)
    chief_training = firm.settings["competence.chief_training"]
    for chief in trained:
        chief.literacy += chief_training * (1 - chief.literacy)
