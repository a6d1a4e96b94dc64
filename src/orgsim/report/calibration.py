"""A calibration on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from orgsim.printable import unbroken
from orgsim.report.tables.table import Column, Table, numbers
from orgsim.report.tables.terminal import print_table
from orgsim.report.terminal import open_console, print_files, say
from orgsim.results.calibration import Calibrated, KnownFigure
from orgsim.results.sensitivity import SHARES
from orgsim.text import (
    column_percent,
    counted,
    given_percent,
    joined,
    percent,
    points,
    two_decimals,
)
from orgsim.text import number as written


def print_calibration(found: Calibrated) -> None:
    """Print what was found: parameters, figures, and what cannot be told."""
    console = open_console()
    say(console, f"{found.title}: which settings reproduce the targets", "bold")
    print_table(parameters_table(found))
    print_table(figures_table(found.targets, "Fitted"))
    if found.held_out:
        print_table(figures_table(found.held_out, "Held out: not fitted"))
    console.print()
    for sentence in sentences(found):
        say(console, unbroken(sentence))
    if found.directory is not None:
        print_files(console, [("directory", str(found.directory))])


def parameters_table(found: Calibrated) -> Table:
    """Return a row a parameter: prior, mean and deviation of the posterior, contraction."""
    rows = [
        [
            parameter.name,
            f"{parameter.prior_low:g} to {parameter.prior_high:g}",
            f"{written(parameter.mean)} ± {written(parameter.deviation)}",
            two_decimals(parameter.contraction),
        ]
        for parameter in found.parameters
    ]
    return Table(
        id="parameters",
        caption="Parameters, before and after",
        columns=[
            Column("Parameter", "code", key="parameter"),
            *numbers("Prior", "Posterior", "Contraction"),
        ],
        rows=rows,
    )


def figures_table(figures: Sequence[KnownFigure], caption: str) -> Table:
    """Return a row a figure: what is known, and what the posterior says."""
    rows = [
        [
            figure.title,
            _amount(figure.value, figure),
            _amount(figure.mean, figure),
            f"{_amount(figure.low, figure)} to {_amount(figure.high, figure)}",
        ]
        for figure in figures
    ]
    return Table(
        id="figures",
        caption=caption,
        columns=[Column("Output", key="output"), *numbers("Known", "Posterior", "95 %")],
        rows=rows,
    )


def _amount(value: float, figure: KnownFigure) -> str:
    return column_percent(value) if figure.unit in SHARES else written(value)


def sentences(found: Calibrated) -> Iterator[str]:
    """Yield what was found, in words."""
    yield (
        f"{counted(found.waves, 'wave')}, {counted(found.points, 'setting')} of "
        f"{counted(found.firms, 'firm')}: the posterior tells as much as "
        f"{found.effective_size:,.0f} equally weighted draws"
        + ("." if found.is_met else f", fewer than the {found.wanted_size:,.0f} that were asked.")
    )
    for figure in found.targets:
        off = abs(figure.mean - figure.value)
        if off > 2.0 * figure.error:
            yield (
                f"Missed: {figure.title} is {_amount(figure.mean, figure)} where these settings "
                f"fit best, and {_amount(figure.value, figure)} was to be reproduced: they do not "
                "come near; widen the priors, or take other parameters."
            )
    if found.targets and found.targets[0].source == "target":
        yield (
            f"Of the prior {percent(found.prior_within)} of settings have every share within "
            f"{points(found.tolerance)} of the target, of the posterior "
            f"{percent(found.posterior_within)}."
        )
    error = "" if math.isnan(found.log_evidence_error) else f" ± {found.log_evidence_error:.2f}"
    yield (
        f"Evidence: its natural logarithm is {found.log_evidence:.2f}{error} (a density, in the "
        "units of the targets)."
    )
    if len(found.pieces) == 1:
        yield "The region that holds 95 % of the posterior is connected."
    else:
        masses = joined([given_percent(round(mass, 3)) for mass in found.pieces])
        yield f"That region is in {len(found.pieces)} pieces, which hold {masses}."
    untold = [parameter.name for parameter in found.parameters if not parameter.is_informed]
    if untold:
        yield f"The targets tell next to nothing of {joined(untold)}."
    for tied in found.tied:
        way = "larger ones go together" if tied.rise_together else "one makes up for another"
        yield (
            f"{joined(list(tied.names))} cannot be told apart by these targets: {way} (standard "
            f"deviation along this {two_decimals(tied.length)} of the prior's, across "
            f"{two_decimals(tied.width)})."
        )
    for one in sorted(found.further, key=lambda each: -each.removed)[:5]:
        yield (
            f"{one.output}, known to ± {one.error:g}, would remove {percent(one.removed)} of what "
            f"is left of the variance of {one.parameter}."
        )
    for figure in found.held_out:
        if math.isnan(figure.mean):
            yield f"Held out: {figure.title} exists at none of the settings that fit."
            continue
        spread = math.hypot(figure.deviation, figure.error)
        off = abs(figure.mean - figure.value) / spread
        verdict = "agrees with" if off <= 2.0 else "misses"
        if not found.is_met:
            verdict = f"(unfinished) {verdict}"
        source = f" ({figure.source})" if figure.source else ""
        yield (
            f"Held out: {figure.title} {verdict} {_amount(figure.value, figure)}{source}: "
            f"{_amount(figure.mean, figure)}, {off:.1f} standard deviations off."
        )
    if found.held_out:
        yield f"The list of what is held out was written down before: {found.held_out_hash[:16]}."
