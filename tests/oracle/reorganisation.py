"""Step 7: docs/model.md 7.9."""

from __future__ import annotations

from dataclasses import replace

from oracle import primitives
from oracle.appointment import chief_from, hired_chief, install, market
from oracle.attitudes import threat_felt, threats_of_target
from oracle.primitives import Word
from oracle.state import (
    CEMO_STRUCTURE,
    CEO,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    DEPARTMENTS,
    INFRASTRUCTURE_CHIEF,
    MARKETING,
    SEPARATE,
    Chief,
    Firm,
    Reorganisation,
    clip,
    post_number,
    total,
)


def misfit(firm: Firm) -> float:
    """Return the misfit that the firm perceives, with its clock before this step."""
    p = firm.settings
    need = (firm.attention * firm.exposure) * firm.now.demand
    hype_seen = p["reorganisation.hype_pull"] * firm.now.hype
    half_time = p["reorganisation.inertia_half_time"]
    tolerated = p["reorganisation.inertia"] * firm.clock / (firm.clock + half_time)
    return need + hype_seen - firm.capability - tolerated


def share_willing(firm: Firm) -> float:
    """Return the share of staff who go along, given how many were willing before."""
    floor = firm.settings["reorganisation.support_floor"]
    support = firm.rounded(firm.commitment * (floor + (1 - floor) * firm.willing))
    everyone = firm.everyone()
    willing = 0
    for person in everyone:
        if support >= person.resistance:
            willing += 1
    return willing / len(everyone)


def reorganisation_words(firm: Firm, post: int, quarter: int, draw: int) -> tuple[Word, ...]:
    """Return the words by which a post is filled in a reorganisation."""
    return firm.words(primitives.REORGANISATION, post_number(post), quarter, draw)


def external_chief(firm: Firm, post: int, quarter: int, background: str) -> Chief:
    """Return a hybrid from the market, designated in a quarter for a new post."""
    p = firm.settings
    return chief_from(
        firm.tables,
        reorganisation_words(firm, post, quarter, primitives.TRAITS),
        market(firm, "cooperation", post),
        market(firm, "resistance", post),
        p["leadership.hybrid_literacy"],
        p[f"leadership.{background}"],
        firm.precision,
    )


def infrastructure_chief_to_be(firm: Firm, quarter: int) -> Chief:
    """Return who is designated infrastructure chief in a quarter."""
    return external_chief(firm, INFRASTRUCTURE_CHIEF, quarter, "infrastructure_background")


def merged_post_holder(firm: Firm, quarter: int, hype: float) -> Chief:
    """Return who is designated CMTO in a quarter: the first with the largest k + H*s.

    A copy: the CIO or CMO chosen holds his old post, and may leave it, until the adoption.
    """
    candidates = [firm.chiefs[CIO], firm.chiefs[CMO]]
    supply = firm.settings["leadership.hybrid_supply"]
    if primitives.unit(reorganisation_words(firm, CMTO, quarter, primitives.MARKET)[1]) < supply:
        candidates.append(external_chief(firm, CMTO, quarter, "hybrid_background"))
    best = candidates[0]
    for candidate in candidates[1:]:
        score = candidate.literacy + hype * candidate.background
        if score > best.literacy + hype * best.background:
            best = candidate
    return replace(best)


def expected_resistance(firm: Firm, target: str, designated: Chief) -> float:
    """Return R_form, the mean resistance that a form would meet."""
    threat = threats_of_target(firm, target, designated)
    felt = [
        float(clip(person.resistance + threat_felt(firm, person, threat[g])))
        for g in DEPARTMENTS
        for person in firm.staff[g]
    ]
    return total(felt) / len(felt)


def appeal_of_cemo(firm: Firm, infrastructure_chief: Chief) -> float:
    """Return what speaks for CEMO in a separate firm."""
    p = firm.settings
    profile = 0.5 * (firm.chiefs[CMO].literacy + firm.means[MARKETING].literacy)
    resistance = expected_resistance(firm, CEMO_STRUCTURE, infrastructure_chief)
    return (
        p["reorganisation.profile_weight"] * profile
        + p["reorganisation.authority_weight"] * firm.authority
        - p["reorganisation.resistance_weight"] * resistance
    )


def appeal_of_cmto(firm: Firm, holder: Chief) -> float:
    """Return what speaks for CMTO in a separate firm."""
    p = firm.settings
    resistance = expected_resistance(firm, CMTO_STRUCTURE, holder)
    return (
        p["reorganisation.hype_weight"] * firm.now.hype
        + p["reorganisation.overload_weight"] * max(firm.now.demand - firm.capability, 0.0)
        + p["reorganisation.all_rounder_call"]
        - p["reorganisation.resistance_weight"] * resistance
    )


def propose(firm: Firm, quarter: int) -> None:
    """Start a reorganisation, if the misfit moves the top to it."""
    w = firm.words(primitives.REORGANISATION, 0, quarter, primitives.COINS)
    rate = firm.settings["reorganisation.proposal_rate"] * firm.commitment
    if not firm.now.misfit > 0:
        return
    if not primitives.unit(w[0]) < 1 - primitives.exp(-rate * firm.now.misfit):
        return
    chief = infrastructure_chief_to_be(firm, quarter)
    firm.reorganisation = Reorganisation(CEMO_STRUCTURE, chief)
    if firm.structure == SEPARATE:
        holder = merged_post_holder(firm, quarter, firm.now.hype)
        lead = appeal_of_cemo(firm, chief) - appeal_of_cmto(firm, holder)
        slope = firm.settings["reorganisation.choice_slope"]
        if not primitives.unit(w[1]) < 1 / (1 + primitives.exp(-slope * lead)):
            firm.reorganisation = Reorganisation(CMTO_STRUCTURE, holder)
    firm.willing = 0.0
    firm.below = 0
    firm.counts.attempts += 1
    if firm.counts.first_attempt < 0:
        firm.counts.first_attempt = quarter


def hire(firm: Firm, post: int, quarter: int) -> None:
    """Fill a post that a reorganisation or a reversal has left empty."""
    w = reorganisation_words(firm, post, quarter, primitives.MARKET)
    traits = reorganisation_words(firm, post, quarter, primitives.TRAITS)
    install(firm, post, hired_chief(firm, post, w[0], w[1], traits))


def adopt(firm: Firm, reorganisation: Reorganisation, quarter: int) -> None:
    """Put the target of a reorganisation into force."""
    if reorganisation.target == CMTO_STRUCTURE:
        firm.chiefs = {CEO: firm.chiefs[CEO], CMTO: reorganisation.designated}
    else:
        if firm.structure == CMTO_STRUCTURE:
            firm.chiefs[CMO] = firm.chiefs.pop(CMTO)
            hire(firm, CIO, quarter)
        if firm.settings["reorganisation.infrastructure_chief"]:
            firm.chiefs[INFRASTRUCTURE_CHIEF] = reorganisation.designated
    firm.structure = reorganisation.target
    firm.reorganisation = None
    firm.clock = 0
    firm.below = 0
    if firm.counts.first_adoption < 0:
        firm.counts.first_adoption = quarter


def fail(firm: Firm) -> None:
    """Give a reorganisation up; everyone is the more cynical for it."""
    cynicism = firm.parameter("resistance.cynicism")
    for person in firm.everyone():
        person.disposition += cynicism * (1 - person.disposition)
    firm.reorganisation = None
    firm.clock = 0
    firm.cool_down = firm.settings["reorganisation.cool_down"]
    firm.counts.failures += 1


def continue_reorganisation(firm: Firm, reorganisation: Reorganisation, quarter: int) -> None:
    """Let a reorganisation under way win support, and adopt or end it."""
    p = firm.settings
    reorganisation.elapsed += 1
    firm.willing = share_willing(firm)
    tried = reorganisation.elapsed >= p["reorganisation.trial_period"]
    if tried and firm.willing >= p["reorganisation.quorum"]:
        adopt(firm, reorganisation, quarter)
    elif reorganisation.elapsed >= p["reorganisation.patience"]:
        fail(firm)


def revert(firm: Firm, quarter: int) -> None:
    """Return to separate departments."""
    newest = firm.counts.last_ceo_under_cemo
    if newest is not None and quarter - newest <= primitives.NEW_CEO_QUARTERS:
        firm.counts.cemo_undone_after_ceo += 1
    firm.counts.last_ceo_under_cemo = None
    if firm.structure == CMTO_STRUCTURE:
        holder = firm.chiefs.pop(CMTO)
        own, other = (CMO, CIO) if holder.background < 0.5 else (CIO, CMO)
        firm.chiefs[own] = holder
        hire(firm, other, quarter)
    else:
        firm.chiefs.pop(INFRASTRUCTURE_CHIEF, None)
    firm.structure = SEPARATE
    firm.clock = 0
    firm.cool_down = firm.settings["reorganisation.cool_down"]
    firm.below = 0
    firm.counts.reversals += 1


def keep_or_revert(firm: Firm, quarter: int) -> bool:
    """Renew the support of an adopted structure; return whether the firm reverted."""
    firm.willing = share_willing(firm)
    short = firm.willing < firm.settings["reorganisation.quorum"]
    firm.below = firm.below + 1 if short else 0
    if firm.below >= firm.settings["reorganisation.reversal_period"]:
        revert(firm, quarter)
        return True
    return False


def reorganise(firm: Firm, quarter: int) -> None:
    """Step 7: misfit, then a reorganisation goes on, a structure is kept or undone, or proposed."""
    p = firm.settings
    if not p["mechanisms.reorganisation"]:
        return
    firm.now.misfit = misfit(firm)
    if firm.now.misfit > 0:
        firm.counts.quarters_of_misfit += 1
    firm.clock += 1
    firm.cool_down = max(firm.cool_down - 1, 0)
    if firm.reorganisation is not None:
        continue_reorganisation(firm, firm.reorganisation, quarter)
        return
    if firm.structure != SEPARATE:
        reverted = keep_or_revert(firm, quarter)
        may_move_on = firm.structure == CMTO_STRUCTURE and p["reorganisation.cmto_to_cemo"]
        if reverted or not may_move_on:
            return
    if firm.cool_down == 0:
        propose(firm, quarter)
