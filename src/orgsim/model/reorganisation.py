"""Step 7: a structure is proposed, chosen, supported, adopted or dropped, and perhaps undone.

Without the top nothing starts: the article's change runs from above. Inertia:
Hannan and Freeman 1984 (American Sociological Review 49); a change resets its
clock: Amburgey, Kelly and Barnett 1993 (Administrative Science Quarterly 38).
Support spreads by thresholds (Granovetter 1978, American Journal of Sociology
83) under management's pressure (Repenning 2002, Organization Science 13(2)).
"""

from __future__ import annotations

from orgsim.elementary import clip, exp
from orgsim.jit import compiled
from orgsim.model.appointment import (
    designate_holder,
    designate_infrastructure_chief,
    hire_chief,
    move,
)
from orgsim.model.attitudes import distance_gain
from orgsim.model.state import (
    ATTENTION,
    AUTHORITY,
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
from orgsim.random import COINS, MARKET, REORGANISATION, TRAITS, WHOLE_FIRM, unit, words


@compiled
def count_willing(staff, firms, rows, p):
    """Set the share of staff who support the change, where there is one to support.

    A person does when management's word, and the colleagues already willing,
    outweigh the own resistance.
    """
    n, lanes = staff.resistance.shape
    floor = p.reorganisation_support_floor
    for lane in range(lanes):
        pressure = floor + (1.0 - floor) * firms[lane].willing
        rows.chance[lane] = firms[lane].commitment * pressure
        rows.position[lane] = 0
    for i in range(n):
        for lane in range(lanes):
            rows.position[lane] += 1 if rows.chance[lane] >= staff.resistance[i, lane] else 0
    for lane in range(lanes):
        firm = firms[lane]
        if firm.structure != SEPARATE or firm.target != NO_TARGET:
            firm.willing = rows.position[lane] / n


@compiled
def perceived_misfit(firm, demand, hype, p):
    """Return need and hype as the firm sees them, less capability and inertia; may be negative."""
    seen = firm.drawn[ATTENTION] * firm.exposure * demand
    age = float(firm.clock)
    inertia = p.reorganisation_inertia * age / (age + p.reorganisation_inertia_half_time)
    return seen + p.reorganisation_hype_pull * hype - firm.capability - inertia


@compiled
def hire_in_reorganisation(firm, post, tables, key, t, p):
    """Fill a post that a reorganisation leaves empty; a new CMO starts with little authority."""
    market = words(key, firm.number, post, t, REORGANISATION, MARKET)
    traits = words(key, firm.number, post, t, REORGANISATION, TRAITS)
    hire_chief(firm, post, tables, market[0], market[1], traits, p)
    if post == CMO:
        firm.authority = firm.drawn[AUTHORITY]


@compiled
def settle(firm, cool_down):
    """End a reorganisation, one way or another: the clock of the structure starts anew."""
    firm.target = NO_TARGET
    firm.clock = 0
    firm.below = 0
    firm.cool_down = cool_down


@compiled
def adopt(firm, tables, key, t, p):
    """Put the target in force."""
    if firm.structure == CMTO_STRUCTURE:
        move(firm, CMTO, CMO)
        hire_in_reorganisation(firm, CIO, tables, key, t, p)
    firm.structure = firm.target
    if firm.first_adoption < 0:
        firm.first_adoption = t
    settle(firm, firm.cool_down)


@compiled
def fail(staff, firm, lane, p):
    """Drop the target; everyone becomes more cynical."""
    for i in range(staff.disposition.shape[0]):
        disposition = staff.disposition[i, lane]
        staff.disposition[i, lane] = disposition + p.resistance_cynicism * (1.0 - disposition)
    firm.failures += 1
    settle(firm, p.reorganisation_cool_down)


@compiled
def revert(firm, tables, key, t, p):
    """Undo the structure in force; a CMTO falls back to his own side, the other post is hired."""
    if firm.structure == CMTO_STRUCTURE:
        marketer = firm.chief_background[CMTO] < 0.5
        move(firm, CMTO, CMO if marketer else CIO)
        vacant = CIO if marketer else CMO
        hire_in_reorganisation(firm, vacant, tables, key, t, p)
    firm.structure = SEPARATE
    firm.reversals += 1
    settle(firm, p.reorganisation_cool_down)


@compiled
def expected_resistance(staff, firm, lane, structure, p):
    """Return the mean resistance of all staff if a structure came, with those designated for it."""
    n = staff.resistance.shape[0]
    gain_marketing = distance_gain(firm, MARKETING, structure, p)
    gain_it = distance_gain(firm, IT, structure, p)
    total = 0.0
    for i in range(n):
        gain = gain_marketing if i < p.firm_marketing_staff else gain_it
        threat = p.resistance_status_threat * staff.identity[i, lane] * gain
        total += clip(staff.resistance[i, lane] + threat)
    return total / n


@compiled
def chance_of_cemo(staff, firm, lane, demand, hype, p):
    """Return the probability, by a logit, that CEMO rather than CMTO is proposed.

    CEMO by the CMO's profile, marketing's literacy and authority; CMTO by hype,
    data overload and the call for the all-rounder; each less the resistance
    that it would meet.
    """
    profile = 0.5 * (firm.chief_literacy[CMO] + firm.mean_literacy[0])
    against_cemo = expected_resistance(staff, firm, lane, CEMO_STRUCTURE, p)
    against_cmto = expected_resistance(staff, firm, lane, CMTO_STRUCTURE, p)
    overload = max(demand - firm.capability, 0.0)
    cemo = (
        p.reorganisation_profile_weight * profile
        + p.reorganisation_authority_weight * firm.authority
        - p.reorganisation_resistance_weight * against_cemo
    )
    cmto = (
        p.reorganisation_hype_weight * hype
        + p.reorganisation_overload_weight * overload
        + p.reorganisation_all_rounder_call
        - p.reorganisation_resistance_weight * against_cmto
    )
    return 1.0 / (1.0 + exp(-p.reorganisation_choice_slope * (cemo - cmto)))


@compiled
def propose(staff, firm, lane, tables, key, t, demand, hype, p):
    """Perhaps start a reorganisation: the hazard grows with commitment and misfit."""
    misfit = firm.misfit
    if misfit <= 0.0:
        return
    coins = words(key, firm.number, WHOLE_FIRM, t, REORGANISATION, COINS)
    hazard = 1.0 - exp(-(p.reorganisation_proposal_rate * firm.commitment) * misfit)
    if unit(coins[0]) >= hazard:
        return
    designate_infrastructure_chief(firm, tables, key, t, p)
    firm.target = CEMO_STRUCTURE
    if firm.structure == SEPARATE:
        designate_holder(firm, tables, key, t, hype, p)
        chance = chance_of_cemo(staff, firm, lane, demand, hype, p)
        if unit(coins[1]) >= chance:
            firm.target = CMTO_STRUCTURE
    firm.elapsed = 0
    firm.below = 0
    firm.willing = 0.0
    firm.attempts += 1
    if firm.first_attempt < 0:
        firm.first_attempt = t


@compiled
def advance(staff, firm, lane, tables, key, t, p):
    """Take a reorganisation under way one quarter further."""
    firm.elapsed += 1
    elapsed = firm.elapsed
    enough = firm.willing >= p.reorganisation_quorum
    if elapsed >= p.reorganisation_trial_period and enough:
        adopt(firm, tables, key, t, p)
    elif elapsed >= p.reorganisation_patience:
        fail(staff, firm, lane, p)


@compiled
def keep_or_revert(firm, tables, key, t, p):
    """Count quarters without quorum; return whether the structure was undone."""
    if firm.willing >= p.reorganisation_quorum:
        firm.below = 0
        return False
    firm.below += 1
    if firm.below < p.reorganisation_reversal_period:
        return False
    revert(firm, tables, key, t, p)
    return True


@compiled
def reorganise(staff, firms, tables, rows, key, t, demand, hype, p):
    """Take every firm's structure through the quarter."""
    if not p.mechanisms_reorganisation:
        return
    count_willing(staff, firms, rows, p)
    for lane in range(firms.size):
        firm = firms[lane]
        firm.misfit = perceived_misfit(firm, demand, hype, p)
        firm.quarters_of_misfit += 1 if firm.misfit > 0.0 else 0
        firm.clock += 1
        firm.cool_down = max(firm.cool_down - 1, 0)

        if firm.target != NO_TARGET:
            advance(staff, firm, lane, tables, key, t, p)
            continue
        if firm.structure == SEPARATE:
            open_to_change = True
        else:
            reverted = keep_or_revert(firm, tables, key, t, p)
            merged = firm.structure == CMTO_STRUCTURE and not reverted
            open_to_change = merged and p.reorganisation_cmto_to_cemo
        if open_to_change and firm.cool_down == 0:
            propose(staff, firm, lane, tables, key, t, demand, hype, p)
