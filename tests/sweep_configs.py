"""Texts of configs with a sweep."""

from __future__ import annotations

KEY = '"resistance.status_threat"'
"""A swept parameter as TOML has it."""
FEW = "[simulation]\nfirms = 20\nquarters = 3\n"


def design(head, *parameters):
    """Return a config with a sweep."""
    swept = "\n".join(parameters)
    return f"{FEW}[sweep]\n{head}\n[sweep.parameters]\n{swept}\n"


def sobol(*parameters, head=""):
    return design(f'design = "sobol"\npoints = 8\n{head}', *parameters)


def grid(*parameters, head=""):
    return design(f'design = "grid"\n{head}', *parameters)


def table(name="points.csv", *parameters, head=""):
    return design(f'design = "table"\ntable = "{name}"\n{head}', *parameters)


THREATENED = f"{KEY} = {{ low = 0.0, high = 1.5 }}"
OWN_PRESETS = """[sweep.presets.bold]
"firm.attention" = { dist = "beta", mean = 0.9, concentration = 4.0 }
"reorganisation.quorum" = 0.3
"""
MIXED = (
    THREATENED,
    '"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log" }',
    '"firm.it_staff" = { low = 2, high = 40, scale = "log" }',
    '"reorganisation.cool_down" = { low = 1, high = 9 }',
    '"reorganisation.infrastructure_chief" = { values = [true, false] }',
    '"reorganisation.cmto_to_cemo" = {}',
    '"firm.structure" = { values = ["separate", "cmto"] }',
    '"resistance.initial.it" = { low = 0.1, high = 0.6 }',
    '"resistance.initial.marketing" = { values = [0.2, 0.3] }',
    '"preset" = { values = ["policy-today", "no-buffer", "bold"] }',
)
GOOD = {
    "sobol": sobol(
        *MIXED,
        head='seed = 7\nconstraints = ["resistance.status_threat <= 1.2", "preset != \'x\'"]',
    )
    + OWN_PRESETS,
    "halton": design('design = "halton"\npoints = 8', *MIXED) + OWN_PRESETS,
    "latin_hypercube": design(
        'design = "latin_hypercube"\npoints = 7\ncommon_random_numbers = false', *MIXED
    )
    + OWN_PRESETS,
    "grid": grid(
        f"{KEY} = {{ low = 0.0, high = 1.5, levels = 4 }}",
        '"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log", levels = 3 }',
        '"firm.it_staff" = { low = 2, high = 40, levels = 3 }',
        '"reorganisation.infrastructure_chief" = {}',
        '"resistance.initial.it" = { values = [0.1, 0.2] }',
    ),
    "precision and cluster": sobol(THREATENED)
    + '[precision]\nhalf_width = 0.02\nmost_firms = 5000\n[cluster]\nmemory = "1.5 GiB"\n'
    + 'walltime = "2-00:30:00"\nprologue = ["module load python"]\njobs = 9\n',
}
