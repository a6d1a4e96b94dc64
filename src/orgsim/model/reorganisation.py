"""Step 7: a structure is proposed, chosen, supported, adopted or dropped, and perhaps undone.

Without the top nothing starts: the article's change runs from above. Inertia:
Hannan and Freeman 1984 (American Sociological Review 49); a change resets its
clock: Amburgey, Kelly and Barnett 1993 (Administrative Science Quarterly 38).
Support spreads by thresholds (Granovetter 1978, American Journal of Sociology
83) under management's pressure (Repenning 2002, Organization Science 13(2)).
"""

from __future__ import annotations

import numpy as np

from orgsim.model.appointment import (
    designate_holder,
    designate_infrastructure_chief,
    hire_chief,
    move,
)
from orgsim.model.attitudes import distance_gain
from orgsim.model.draws import COINS, MARKET, REORGANISATION, TRAITS
from orgsim.model.state import (
    CEMO_STRUCTURE,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    IT,
    MARKETING,
    NO_TARGET,
    SEPARATE,
)
from orgsim.numerics.elementary import ONE, clip, exp, single
from orgsim.numerics.jit import rule
from orgsim.numerics.philox import WHOLE_FIRM, draw_words, unit, words

QUARTERS_OF_A_NEW_CEO = 8
"""How long after a new CEO came an undone CEMO is counted as his: an observer, no rule."""


@rule
def count_willing(staff, firms, rows, p):
    """Set the share of staff who support the change, where there is one to support.

    A person does when management's word, and the colleagues already willing,
    outweigh the own resistance.
    """
    floor = p.reorganisation_support_floor
    pressure = rows.from_firm[0]
    for lane in range(pressure.size):
        word = floor + (1.0 - floor) * firms.willing[lane]
        pressure[lane] = firms.commitment[lane] * word
        rows.count[lane] = 0
    for i in range(staff.size):
        person = staff[i]
        for lane in range(pressure.size):
            rows.count[lane] += np.int32(pressure[lane] >= person.resistance[lane])
    for lane in range(rows.count.size):
        asked = firms.structure[lane] != SEPARATE or firms.target[lane] != NO_TARGET
        firms.willing[lane] = rows.count[lane] / staff.size if asked else firms.willing[lane]


@rule
def perceived_misfit(firms, lane, demand, hype, p):
    """Return need and hype as the firm sees them, less capability and inertia; may be negative."""
    seen = firms.attention[lane] * firms.exposure[lane] * demand
    age = float(firms.clock[lane])
    inertia = p.reorganisation_inertia * age / (age + p.reorganisation_inertia_half_time)
    return seen + p.reorganisation_hype_pull * hype - firms.capability[lane] - inertia


@rule
def hire_in_reorganisation(firms, lane, post, tables, key, t, p):
    """Fill a post that a reorganisation leaves empty; a new CMO starts with little authority."""
    market = words(key, firms.number[lane], post, t, REORGANISATION, MARKET)
    traits = words(key, firms.number[lane], post, t, REORGANISATION, TRAITS)
    hire_chief(firms, lane, post, tables, market[0], market[1], traits, p)
    if post == CMO:
        firms.authority[lane] = firms.initial_authority[lane]


@rule
def settle(firms, lane, cool_down):
    """End a reorganisation, one way or another: the clock of the structure starts anew."""
    firms.target[lane] = NO_TARGET
    firms.clock[lane] = 0
    firms.below[lane] = 0
    firms.cool_down[lane] = cool_down


@rule
def adopt(firms, lane, tables, key, t, p):
    """Put the target in force."""
    if firms.structure[lane] == CMTO_STRUCTURE:
        move(firms, lane, CMTO, CMO)
        hire_in_reorganisation(firms, lane, CIO, tables, key, t, p)
    firms.structure[lane] = firms.target[lane]
    if firms.first_adoption[lane] < 0:
        firms.first_adoption[lane] = t
    settle(firms, lane, firms.cool_down[lane])


@rule
def fail(staff, firms, lane, p):
    """Drop the target; everyone becomes more cynical."""
    step = single(p.resistance_cynicism)
    for i in range(staff.size):
        disposition = staff[i].disposition[lane]
        staff[i].disposition[lane] = disposition + step * (ONE - disposition)
    firms.failures[lane] += 1
    settle(firms, lane, p.reorganisation_cool_down)


@rule
def revert(firms, lane, tables, key, t, p):
    """Undo the structure in force; a CMTO falls back to his own side, the other post is hired."""
    newest = firms.new_ceo[lane]
    after_ceo = newest >= 0 and t - newest <= QUARTERS_OF_A_NEW_CEO
    firms.cemo_undone_after_ceo[lane] += 1 if after_ceo else 0
    firms.new_ceo[lane] = -1
    if firms.structure[lane] == CMTO_STRUCTURE:
        marketer = firms.chief_background[CMTO, lane] < 0.5
        move(firms, lane, CMTO, CMO if marketer else CIO)
        vacant = CIO if marketer else CMO
        hire_in_reorganisation(firms, lane, vacant, tables, key, t, p)
    firms.structure[lane] = SEPARATE
    firms.reversals[lane] += 1
    settle(firms, lane, p.reorganisation_cool_down)


@rule
def expected_resistance(staff, firms, lane, structure, p):
    """Return the mean resistance of all staff if a structure came, with those designated for it."""
    gain_marketing = single(distance_gain(firms, lane, MARKETING, structure, p))
    gain_it = single(distance_gain(firms, lane, IT, structure, p))
    phi = single(p.resistance_status_threat)
    total = np.float64(0.0)
    for i in range(staff.size):
        gain = gain_marketing if i < p.firm_marketing_staff else gain_it
        threat = phi * staff[i].identity[lane] * gain
        total += clip(staff[i].resistance[lane] + threat)
    return total / staff.size


@rule
def chance_of_cemo(staff, firms, lane, demand, hype, p):
    """Return the probability, by a logit, that CEMO rather than CMTO is proposed.

    CEMO by the CMO's profile, marketing's literacy and authority; CMTO by hype,
    data overload and the call for the all-rounder; each less the resistance
    that it would meet.
    """
    profile = 0.5 * (firms.chief_literacy[CMO, lane] + firms.mean_literacy[0, lane])
    against_cemo = expected_resistance(staff, firms, lane, CEMO_STRUCTURE, p)
    against_cmto = expected_resistance(staff, firms, lane, CMTO_STRUCTURE, p)
    overload = max(demand - firms.capability[lane], 0.0)
    cemo = (
        p.reorganisation_profile_weight * profile
        + p.reorganisation_authority_weight * firms.authority[lane]
        - p.reorganisation_resistance_weight * against_cemo
    )
    cmto = (
        p.reorganisation_hype_weight * hype
        + p.reorganisation_overload_weight * overload
        + p.reorganisation_all_rounder_call
        - p.reorganisation_resistance_weight * against_cmto
    )
    return 1.0 / (1.0 + exp(-p.reorganisation_choice_slope * (cemo - cmto)))


@rule
def assess_need(firms, rows, demand, hype, p):
    """Update every firm's misfit and clocks, and set its hazard of a proposal.

    The hazard grows with commitment and misfit; without misfit there is none.
    """
    for lane in range(rows.chance.size):
        misfit = perceived_misfit(firms, lane, demand, hype, p)
        eagerness = p.reorganisation_proposal_rate * firms.commitment[lane]
        rows.chance[lane] = 1.0 - exp(-eagerness * max(misfit, 0.0))
        firms.misfit[lane] = misfit
        firms.quarters_of_misfit[lane] += 1 if misfit > 0.0 else 0
        firms.clock[lane] += 1
        firms.cool_down[lane] = max(firms.cool_down[lane] - 1, 0)


@rule
def propose(staff, firms, lane, tables, coin, key, t, demand, hype, p):
    """Start a reorganisation: designate people, and let the coin choose the form."""
    designate_infrastructure_chief(firms, lane, tables, key, t, p)
    firms.target[lane] = CEMO_STRUCTURE
    if firms.structure[lane] == SEPARATE:
        designate_holder(firms, lane, tables, key, t, hype, p)
        if unit(coin) >= chance_of_cemo(staff, firms, lane, demand, hype, p):
            firms.target[lane] = CMTO_STRUCTURE
    firms.elapsed[lane] = 0
    firms.below[lane] = 0
    firms.willing[lane] = 0.0
    firms.attempts[lane] += 1
    if firms.first_attempt[lane] < 0:
        firms.first_attempt[lane] = t


@rule
def advance(staff, firms, lane, tables, key, t, p):
    """Take a reorganisation under way one quarter further."""
    firms.elapsed[lane] += 1
    elapsed = firms.elapsed[lane]
    enough = firms.willing[lane] >= p.reorganisation_quorum
    if elapsed >= p.reorganisation_trial_period and enough:
        adopt(firms, lane, tables, key, t, p)
    elif elapsed >= p.reorganisation_patience:
        fail(staff, firms, lane, p)


@rule
def keep_or_revert(firms, lane, tables, key, t, p):
    """Count quarters without quorum; return whether the structure was undone."""
    if firms.willing[lane] >= p.reorganisation_quorum:
        firms.below[lane] = 0
        return False
    firms.below[lane] += 1
    if firms.below[lane] < p.reorganisation_reversal_period:
        return False
    revert(firms, lane, tables, key, t, p)
    return True


@rule
def open_to_proposals(firms, lane, tables, key, t, p):
    """Go on with what a firm is in the midst of; return whether it may propose something new."""
    if firms.structure[lane] != SEPARATE:
        reverted = keep_or_revert(firms, lane, tables, key, t, p)
        merged = firms.structure[lane] == CMTO_STRUCTURE and not reverted
        if not (merged and p.reorganisation_cmto_to_cemo):
            return False
    return firms.cool_down[lane] == 0


@rule
def reorganise(staff, firms, rows, tables, key, t, demand, hype, p):
    """Take every firm's structure through the quarter."""
    if not p.mechanisms_reorganisation:
        return
    count_willing(staff, firms, rows, p)
    assess_need(firms, rows, demand, hype, p)
    coins = rows.words
    draw_words(coins, key, firms.number, WHOLE_FIRM, t, REORGANISATION, COINS)
    for lane in range(firms.number.size):
        if firms.target[lane] != NO_TARGET:
            advance(staff, firms, lane, tables, key, t, p)
            continue
        drawn = unit(coins[0, lane]) < rows.chance[lane]
        if open_to_proposals(firms, lane, tables, key, t, p) and drawn:
            propose(staff, firms, lane, tables, coins[1, lane], key, t, demand, hype, p)
