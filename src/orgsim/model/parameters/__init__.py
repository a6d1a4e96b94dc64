"""Every parameter once: default, unit, range, meaning, source, and where it may plausibly lie.

The config, the documentation, the JSON Schema and the kernels all read this
table, a file a section. Three kinds of number occur:

* plain parameters, the same for all firms of a design point;
* *quantities*, drawn once a firm: a number or a distribution, some of them
  separately by department;
* concentrations, the spread of people within a firm around its mean: a Beta
  distribution with mean m and concentration k has variance m (1 - m) / (k + 1).

Sources are of four classes: ``literature`` (cited), ``article`` (iBusiness,
21 February 2014), ``calibrated``, ``assumption``. Works are cited in full in
``docs/model.md``.

What is allowed is wide; what is *plausible* is what experts might dispute, each
range with its reason, for studies of sensitivity and for calibration. The
plausible ranges form a box, and every point of it is a valid setting: what
``JOINT_RULES`` joins has ranges that keep to them at every corner. Where 0 would
switch a rule off, a range reaches it only if to be without the rule is a view to
hold. The ranges are as wide as opinions are, not as wide as what the article's
split allows: none was narrowed after a look at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.model.parameters import (
    capability,
    competence,
    content,
    cooperation,
    environment,
    firm,
    leadership,
    mechanisms,
    phrases,
    reorganisation,
    resistance,
    simulation,
)
from orgsim.spec.parameter import Earlier, Parameter

DEPARTMENTS = ("marketing", "it")

SECTIONS: Mapping[str, str] = {
    "simulation": "how many firms, how long, which seed",
    "firm": "size and situation of a firm",
    "cooperation": "contacts and joint tasks",
    "resistance": "attitudes and status threat",
    "competence": "literacy in the other department's field",
    "capability": "digital capability, authority, performance",
    "leadership": "chiefs: commitment, backgrounds, succession, recruiting",
    "reorganisation": "proposal, choice, support, adoption, reversal",
    "environment": "digital demand and technology hype",
    "mechanisms": "switches for ablation",
    "content": "the optional content channel",
}

_FILES = (
    simulation,
    firm,
    cooperation,
    resistance,
    competence,
    capability,
    leadership,
    reorganisation,
    environment,
    mechanisms,
    content,
)

PARAMETERS: tuple[Parameter, ...] = tuple(p for file in _FILES for p in file.PARAMETERS)

MODULES = (f"{__name__}.__init__", *(file.__name__ for file in (*_FILES, phrases)))
"""Every file here: all of them only declare, and are not in the hash of the sources."""

VERSION_1 = Earlier(
    "1",
    added={
        "mechanisms.working_infrastructure_chief": False,
        "mechanisms.foreign_boss": False,
        "mechanisms.learning_from_performance": False,
        "mechanisms.carried_commitment": False,
        "resistance.rank_weight": 0.0,
        "leadership.attraction": 0.0,
        "cooperation.added_contact": 0.0,
    },
    defaults={"capability.growth": 0.12, "capability.technology_appetite": 1.5},
    presets={"article-2014": "version-1-article"},
)
"""The model of orgsim 0.1.0 and 0.2.0: with these settings its firms are the same to the bit."""

BY_PATH: Mapping[str, Parameter] = {p.path: p for p in PARAMETERS}

QUANTITIES: tuple[Parameter, ...] = tuple(p for p in PARAMETERS if p.kind == "quantity")


def defaults() -> dict[str, Any]:
    """Return every parameter's default, by path."""
    return {p.path: p.default for p in PARAMETERS}
