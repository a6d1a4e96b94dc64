"""What ``make wheel`` runs: ``python -m orgsim.cli.prebuild``, kernels for a wheel."""

from __future__ import annotations

import platform
import shutil

import click

from orgsim.engine.cpu.native import PREBUILT
from orgsim.engine.prebuilding import prebuild
from orgsim.model import MODEL
from orgsim.system.machine import cores


def main() -> None:
    """Compile the kernels anew, and put them where a wheel takes them from."""
    shutil.rmtree(PREBUILT, ignore_errors=True)
    if platform.machine() != "x86_64":
        click.echo("no kernels: this is no x86-64, and they are for that alone")
        return
    for file in prebuild(MODEL, PREBUILT, cores()):
        click.echo(file)


if __name__ == "__main__":
    main()
