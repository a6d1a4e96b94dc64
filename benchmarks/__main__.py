"""``python -m benchmarks``: measure, write ``measured.json``, make the page and the pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from benchmarks import latency, page, race, roofline, scaling, sweeps
from benchmarks.machine import describe, launches, load
from benchmarks.model_version import OtherModelError
from benchmarks.peers.version_1 import SETTINGS
from orgsim.model.parameters import defaults

HERE = Path(__file__).resolve().parent
MEASURED = HERE / "measured.json"
PARTS = ("peers", "roofline", "latency", "scaling", "firms", "sweeps")
CHEAP_PEERS = ("numpy", "c", "mesa")


@click.command()
@click.option("--tiny", is_flag=True, help="Only see that it works: NumPy, C and Mesa, few firms.")
@click.option(
    "--part", "parts", multiple=True, type=click.Choice(PARTS), help="Measure this part anew."
)
@click.option("--peer", "peers", multiple=True, type=click.Choice(tuple(race.PEERS)))
@click.option("--page-only", is_flag=True, help="Make the page from what was measured before.")
def main(tiny: bool, parts: tuple[str, ...], peers: tuple[str, ...], page_only: bool) -> None:
    """Measure orgsim beside its peers and against what this machine allows.

    Parts that are not measured keep their figures of before, unless these are of repeats in one
    process, as they once were. With --tiny nothing is written but to standard output.
    """
    measured: dict[str, Any] = {}
    if MEASURED.exists() and not tiny:
        kept = json.loads(MEASURED.read_text(encoding="utf-8"))
        measured = {part: found for part, found in kept.items() if "launches" in found}
        if page_only and kept.keys() - measured.keys():
            raise click.ClickException(
                f"{', '.join(kept.keys() - measured.keys())}: measured by repeats in one process; "
                "measure by launches, with --part"
            )
    if not page_only:
        for part in parts or PARTS:
            click.echo(f"measuring {part} ...", err=True)
            before = load()
            found = measure(part, peers, tiny=tiny)
            measured[part] = {
                "launches": launches(tiny),
                "load": [before, load()],
                **found,
                "machine": describe(),
            }
            if not tiny:
                MEASURED.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    text = page.write(measured)
    if tiny:
        click.echo(text)
        left_out = measured["peers"]["left_out"] if "peers" in measured else {}
        wrong = {title: why for title, why in left_out.items() if why != race.NO_COMPILER}
        if wrong:
            raise click.ClickException(f"not timed: {wrong}")
        return
    page.save(text, measured)
    click.echo(text)


def measure(part: str, peers: tuple[str, ...], *, tiny: bool) -> dict[str, Any]:
    """Measure one part with the default settings, the peers with those of their version."""
    if part == "peers":
        return measure_peers(peers or (CHEAP_PEERS if tiny else tuple(race.available())), tiny=tiny)
    if part == "roofline":
        return roofline.measure(defaults(), tiny=tiny)
    if part == "scaling":
        return scaling.measure(defaults(), tiny=tiny)
    if part == "firms":
        return scaling.measure_firms(tiny=tiny)
    if part == "sweeps":
        return sweeps.measure(tiny=tiny)
    return {"seconds": latency.measure(tiny=tiny)}


def measure_peers(names: tuple[str, ...], *, tiny: bool) -> dict[str, Any]:
    """Race the engine and some peers, or say why there is no race."""
    try:
        return race.measure(SETTINGS, names, tiny=tiny)
    except OtherModelError as error:
        raise click.ClickException(f"{error}\n--part measures what is no race.") from None


if __name__ == "__main__":
    main()
