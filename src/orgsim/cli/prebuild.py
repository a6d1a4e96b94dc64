"""What ``make wheel`` runs: ``python -m orgsim.cli.prebuild``, kernels for a wheel."""

from __future__ import annotations

import shutil

import click

from orgsim.engine.cpu.native import PREBUILT
from orgsim.engine.prebuilding import prebuild
from orgsim.model import MODEL
from orgsim.system.machine import cores


def main() -> None:
    """Compile the kernels anew, and put them where a wheel takes them from."""
    shutil.rmtree(PREBUILT, ignore_errors=True)
    for file in prebuild(MODEL, PREBUILT, cores()):
        click.echo(file)


if __name__ == "__main__":
    main()
