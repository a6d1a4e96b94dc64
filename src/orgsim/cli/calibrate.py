"""The command that asks which settings reproduce what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from orgsim.cli.options import (
    PATH,
    apply,
    config_argument,
    executor_options_without_shard,
    json_option,
    load,
    print_json,
    quiet_option,
    set_option,
    stoppable,
    threads_option,
    with_shorthands,
)

if TYPE_CHECKING:
    from orgsim.config import Named

_asking = apply(
    [
        config_argument,
        click.option(
            "--out", type=PATH, help="Directory.  [default: results/<config name>-calibration]"
        ),
        click.option(
            "--effective-size",
            type=int,
            help="Equally weighted draws that the posterior shall be worth.  [default: 400]",
        ),
        click.option("--wave", type=int, help="Settings of a wave.  [default: 256]"),
        click.option("--firms", type=int, help="Firms of a setting.  [default: 2000]"),
        click.option("--seed", type=int, help="Seed of all random draws."),
        set_option,
        threads_option,
        executor_options_without_shard,
        click.option("--overwrite", is_flag=True, help="Replace other runs in the same directory."),
        quiet_option,
        json_option,
    ]
)


@click.command()
@_asking
def calibrate(
    config: Named, assignments: tuple[str, ...], quiet: bool, as_json: bool, **options: Any
) -> None:
    """Find the settings that reproduce the split, and whatever else is known.

    CONFIG: a TOML file, or the name of a preset (`orgsim new --list`), with
    [calibration.priors] (by --set, too).

    Settings are drawn in waves, each where the last ones fit. The same command
    goes on after an interruption. Writes weighted settings, posterior.parquet,
    and calibration.json into a directory of its own.
    """
    from orgsim.api import inquiries as api
    from orgsim.inquiry.calibration_files import as_facts
    from orgsim.report.calibration import print_calibration
    from orgsim.report.progress import progress

    loaded = load(config, with_shorthands(assignments))
    with stoppable():
        found = api.calibrate(loaded, progress=progress(quiet=quiet), **options)
    if as_json:
        print_json({**as_facts(found), "directory": str(found.directory)})
    elif not quiet:
        print_calibration(found)
