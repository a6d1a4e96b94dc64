"""Commands that write in every way there is, and the runs that they start from."""

from __future__ import annotations

import shutil
from typing import NamedTuple

from reliability.world import World, command


class Scenario(NamedTuple):
    """A command that is killed.

    Attributes
    ----------
    name : str
    start : str
        The run that lies there before; empty: none.
    words : list of str
        HERE stands for the directory.
    back : list of list of str
        What is said afterwards.
    like : str
        The run whose digest must come out.
    """

    name: str
    start: str
    words: list[str]
    back: list[list[str]]
    like: str


def scenarios(world: World) -> list[Scenario]:
    """Return commands that write in every way there is."""
    setting, sweep = (str(world.config(name)) for name in ("setting", "sweep"))
    run, many = ["run", setting, "--out", "HERE"], ["sweep", sweep, "--out", "HERE"]
    resume, merge = ["resume", "HERE"], ["merge", "HERE"]
    first, second = [*many, "--shard", "1/2"], [*many, "--shard", "2/2"]
    return [
        Scenario("run", "", run, [run], "setting"),
        Scenario("sweep", "", many, [many], "sweep"),
        Scenario("sweep, then resume", "half", many, [resume], "sweep"),
        Scenario("resume", "half", resume, [resume], "sweep"),
        Scenario("merge", "unmerged", merge, [many], "sweep"),
        Scenario("growth of firms", "fewer-firms", many, [many], "sweep"),
        Scenario("growth of points", "fewer-points", many, [many], "sweep"),
        Scenario("overwrite", "other", [*many, "--overwrite"], [[*many, "--overwrite"]], "sweep"),
        Scenario("one of two shards", "", first, [second, first], "sweep"),
        Scenario("mend", "damaged", resume, [resume], "sweep"),
    ]


def make_starts(world: World) -> None:
    """Make the runs that scenarios start from."""
    sweep = world.config("sweep")
    command("sweep", sweep, "--out", world.path / "half", "--shard", "1/2")
    for shard in ("1/2", "2/2"):
        command("sweep", sweep, "--out", world.path / "unmerged", "--shard", shard)
    (world.path / "unmerged/shares.parquet").unlink()
    command("sweep", sweep, "--out", world.path / "fewer-firms", "--firms", "60")
    fewer = ["--set", "sweep.points=5"]
    command("sweep", sweep, "--out", world.path / "fewer-points", *fewer)
    command("sweep", sweep, "--out", world.path / "other", "--seed", "7")
    shutil.copytree(world.path / "sweep", world.path / "damaged")
    for part in list((world.path / "damaged/firms").iterdir())[:2]:
        part.write_bytes(part.read_bytes()[:-9])
