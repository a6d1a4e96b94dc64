"""The table of parameters: that plausible ranges are whole, hold what is set, and reckon right."""

from __future__ import annotations

import math

import pytest

from orgsim import load_config
from orgsim.config import preset_names
from orgsim.model import MODEL, parameters
from orgsim.model.parameters import BY_PATH, PARAMETERS, SECTIONS
from orgsim.spec.schedule import inner

RANGED = [p for p in PARAMETERS if p.plausible is not None]


def test_all_but_switches_words_and_the_run_have_a_range():
    assert {p.path for p in PARAMETERS if p.plausible is None} == {
        p.path for p in PARAMETERS if p.kind in ("switch", "choice") or p.section == "simulation"
    }
    assert len(RANGED) == 95


def test_every_reason_says_what_it_rests_on():
    starts = ("assumption: ", "article: ", "literature: ")
    assert not [p.path for p in RANGED if not p.plausible.reason.startswith(starts)]
    for p in RANGED:
        rests_on = p.plausible.reason.partition(":")[0]
        if rests_on != "assumption":
            assert p.source_class == rests_on, p.path


def test_concentrations_are_on_a_log_scale():
    assert {p.plausible.scale for p in RANGED if p.kind == "spread"} == {"log"}


def test_sections_are_files_and_keep_their_order():
    assert list(dict.fromkeys(p.section for p in PARAMETERS)) == list(SECTIONS)
    for section in SECTIONS:
        own = getattr(parameters, section).PARAMETERS
        assert [p for p in PARAMETERS if p.section == section] == list(own)


def middles(value):
    """Yield the number that a setting is, or the means of its distributions."""
    if not isinstance(value, dict):
        yield value
    elif "dist" in value:
        assert value["dist"] == "beta"
        yield value["mean"]
    else:
        for one in value.values():
            yield from middles(one)


@pytest.mark.parametrize("name", ["defaults", *preset_names()])
def test_what_is_shipped_lies_within_the_ranges(name):
    """No preset is extreme on purpose; one that shall be is to be named here, with the reason."""
    if name == "defaults":
        given = list(MODEL.defaults.items())
    else:
        config = load_config(name)
        given = [
            *config.settings.items(),
            *(q for s in config.sectors for q in s.quantities.items()),
        ]
    outside, seen = [], 0
    for path, value in given:
        parameter = BY_PATH.get(inner(path))
        if parameter is not None and parameter.plausible is not None:
            low, high = parameter.plausible.low, parameter.plausible.high
            found = list(middles(value))
            seen += len(found)
            outside += [f"{path} = {one:g}" for one in found if not low <= one <= high]
    assert seen >= 95
    assert not outside


def around(mean):
    """Return the standard deviation of a beta of some mean, by its concentration."""
    return lambda k: math.sqrt(mean * (1.0 - mean) / (k + 1.0))


def in_a_year(hazard):
    return 100.0 * (1.0 - (1.0 - hazard) ** 4)


def years(hazard):
    return 1.0 / (4.0 * hazard)


def half_life(rate):
    return math.log(2.0) / -math.log(1.0 - rate) / 4.0


def above_half(width):
    """Return the years for which a bell of some quarters stays above half its height."""
    return 2.0 * math.sqrt(2.0 * math.log(2.0)) * width / 4.0


def at_appeals_apart(slope):
    """Return the probability of the better form, by 0.2."""
    return 1.0 / (1.0 + math.exp(-0.2 * slope))


RECKONED = {
    # path: (what an end means, said of low and high, in these words)
    "firm.exposure_growth": (lambda g: 100 * (1 - (1 - g) ** 40), (0, 87), "none", "87 %"),
    "cooperation.within_firm_concentration": (around(0.5), (0.22, 0.06), "0.22 to 0.06"),
    "cooperation.contact_concentration": (around(0.15), (0.21, 0.06), "0.21 around 0.15", "0.06"),
    "cooperation.moderation": (lambda m: m * 0.5 * 0.5, (0.03, 0.2), "0.03 to 0.2"),
    "resistance.within_firm_concentration": (around(0.28), (0.2, 0.06), "0.20 to 0.06"),
    "resistance.identity_concentration": (around(0.5), (0.29, 0.09), "0.29", "0.09"),
    "resistance.comfort": (lambda c: c * 0.5, (0, 0.25), "none to 0.25"),
    "competence.within_firm_concentration": (around(0.35), (0.14, 0.04), "0.14 to 0.04"),
    "competence.learning_by_doing": (lambda s: s * 0.35 * 0.65, (0.002, 0.05), "0.002 to 0.05"),
    "competence.training": (lambda s: 1 - (1 - s) ** 40, (0, 0.8), "four fifths of the gap"),
    "capability.growth": (years, (5, 1), "one year to five"),
    "capability.obsolescence": (half_life, (17, 2), "two to seventeen years"),
    "capability.authority_rate": (years, (8, 1), "one year, or after eight"),
    "leadership.chief_concentration": (around(0.5), (0.29, 0.09), "0.29 around 1/2", "0.09"),
    "leadership.background_concentration": (around(0.5), (0.17, 0.05), "0.17 to 0.05"),
    "leadership.staff_turnover": (in_a_year, (6, 22), "6 to 22 % a year"),
    "leadership.threat_turnover": (lambda h: in_a_year(0.1 * h), (1, 12), "1 to 12 %"),
    "leadership.chief_turnover": (years, (6, 3), "3 to 6 years"),
    "leadership.ceo_turnover": (years, (12.5, 5), "5 to 12.5 years"),
    "reorganisation.proposal_rate": (lambda r: 1 / (r * 0.7 * 0.3), (10, 1), "ten quarters"),
    "reorganisation.choice_slope": (at_appeals_apart, (0.55, 0.98), "0.55 to 0.98"),
    "environment.demand_scale": (lambda s: 2 * math.log(9) * s / 4, (3, 18), "3 to 18 years"),
    "environment.hype_width": (above_half, (2, 9), "two to nine years"),
}


@pytest.mark.parametrize("path", RECKONED)
def test_what_a_reason_reckons_is_right(path):
    """What the ends of a range mean, by the formulas of docs/model.md, to the digits said."""
    meaning, said, *words = RECKONED[path]
    plausible = BY_PATH[path].plausible
    for end, value in zip((plausible.low, plausible.high), said, strict=True):
        decimals = len(f"{value}".partition(".")[2])
        assert abs(meaning(end) - value) <= 0.5 * 10.0**-decimals + 1e-9
    assert all(word in plausible.reason for word in words)
