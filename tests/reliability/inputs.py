"""Bad configs, assignments, constraints, tables, references and command lines, by the thousand."""

from __future__ import annotations

import os
import random
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from orgsim import load_config
from orgsim.cli import main
from orgsim.config.points import Points
from orgsim.errors import OrgsimError
from orgsim.results import as_reference
from reliability import input_files, odd
from reliability.world import Case, Tally, World, command, fingerprint, steering
from small_runs import Hung, limited

_TOGETHER = 250
_SECONDS = 20
_LONGEST_MESSAGE = 6_500
_BY_COMMAND = 0.2
"""Share of configs that go through ``orgsim check``, which takes ten times as long."""

_MOST_POINTS = 5_000
Outcome = tuple[str, str]
"""What was seen, and the problem or nothing."""


def cases(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield so many bad inputs, some hundred together."""
    for first in range(0, count, _TOGETHER):
        yield _Some(world, f"{seed}-{first}", min(_TOGETHER, count - first))


class _Some:
    """Some inputs, drawn one after the other from seeds of their own."""

    def __init__(self, world: World, seed: str, count: int) -> None:
        self.name = f"inputs {seed}"
        self._seed, self._count, self._world = seed, count, world
        self._here = world.path / f"inputs-{seed}"

    def __call__(self, tally: Tally) -> None:
        self._here.mkdir()
        os.chdir(self._here)  # what is written in spite of all is written here
        tally.counts["tried"] += self._count - 1
        for number in range(self._count):
            seed = f"{self._seed}-{number}"
            outcome, problem = one(seed, self._here, self._world)
            tally.note(outcome, f"inputs.one('{seed}', ...): {problem}" if problem else "")


def one(seed: str, here: Path, world: World) -> Outcome:
    """Try one bad input, and say what came of it."""
    draw = random.Random(seed)
    kind = draw.choices(list(KINDS), list(KINDS.values()))[0]
    try:
        with limited(_SECONDS):
            return kind(draw, here, world)
    except Hung:
        return "hung", kind.__name__
    except Exception:
        return "traceback", f"{kind.__name__}: {traceback.format_exc()[-1_500:]}"


def _judged(act: Callable[[], Any]) -> Outcome:
    """Say whether something was accepted, or refused as it must be."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            act()
            outcome: Outcome = "accepted", ""
        except OrgsimError as error:
            outcome = "refused", _wrong(str(error), is_printed=False)
    return ("warning", str(told[0].message)) if told else _named(outcome)


def _wrong(message: str, *, is_printed: bool) -> str:
    """Say what is wrong with a message, or nothing."""
    if not message.strip():
        return "no message"
    if len(message) > _LONGEST_MESSAGE:
        return f"long message: {message[:300]}"
    # What is raised is escaped as it is printed.
    found = steering(message) if is_printed else ""
    return f"steers a terminal: {found}" if found else ""


def _named(outcome: Outcome) -> Outcome:
    what, problem = outcome
    return (problem.partition(":")[0], problem) if problem else (what, "")


def _of_command(words: list[object]) -> Outcome:
    """Give a command, and say whether it ended as it must."""
    worked = command(*words)
    if worked.failed:
        return "traceback", f"{words}: {worked.failed[-1_500:]}"
    if worked.code not in (0, 1, 2, 3):
        return "odd exit code", f"{words}: {worked.code}"
    if worked.code == 0:
        found = steering(worked.output)
        return ("steers a terminal", f"{words}: {found}") if found else ("accepted", "")
    if "--json" in words and not worked.output.strip():
        return "refused", ""
    problem = _wrong(worked.output, is_printed=True)
    return _named(("refused", f"{problem} by {words}" if problem else ""))


def _settled(path: Path, draw: random.Random, assignments: list[str] | None = None) -> Outcome:
    """Check a config, by the command or as it does, but for designs that would take long."""
    said = assignments or []
    try:
        design = load_config(path, said).sweep
        points = design.design.points if design is not None else 0
    except OrgsimError:
        points = 0
    if points <= _MOST_POINTS and draw.random() < _BY_COMMAND:
        return _of_command(["check", path, *(word for text in said for word in ("--set", text))])

    def settle() -> None:
        config = load_config(path, said)
        if points <= _MOST_POINTS:
            Points(config)

    return _judged(settle)


def _configs(draw: random.Random, here: Path, world: World) -> Outcome:
    """Check an odd config."""
    ways = [input_files.config_of_bytes] * 8 + [input_files.config_of_values] * 6
    ways.append(input_files.config_of_many_keys)
    return _settled(draw.choice(ways)(draw, here, world), draw)


def _sweeps(draw: random.Random, here: Path, world: World) -> Outcome:
    """Check a sweep over an odd table, or under odd constraints."""
    ways = [
        input_files.sweep_under_constraints,
        input_files.sweep_over_text,
        input_files.sweep_over_parquet,
    ]
    return _settled(draw.choice(ways)(draw, here, world), draw)


def _assignments(draw: random.Random, here: Path, world: World) -> Outcome:
    """Say odd things after --set."""
    said = []
    for _ in range(draw.randint(1, 3)):
        path = draw.choice([*odd.PATHS, *odd.SNIPPETS, "", "a.b.c.d"])
        value = draw.choice([*odd.SNIPPETS, *map(str, odd.VALUES), "1", "0.5", '"x"'])
        said.append(draw.choice([f"{path}={value}", f"{path} = {value}", f'"{path}"={value}']))
        if draw.random() < 0.1:
            said[-1] = path
    return _settled(world.config(draw.choice(["setting", "sweep"])), draw, said)


def _references(draw: random.Random, here: Path, world: World) -> Outcome:
    """Read an odd reference, to set shares beside it."""
    path = input_files.reference(draw, here, world)
    return _judged(lambda: as_reference(str(path)))


def _lines(draw: random.Random, here: Path, world: World) -> Outcome:
    """Type an odd command line; nothing that it would simulate or draw, which takes seconds."""
    name = draw.choice([*main.commands, "nonsense"])
    known = main.commands.get(name)
    options = [opt for parameter in known.params for opt in parameter.opts] if known else []
    places = [str(here), str(world.path / "setting"), str(world.config("sweep"))]
    words = [draw.choice([*options, *odd.WORDS, *places]) for _ in range(draw.randint(0, 5))]
    if name in ("run", "sweep"):
        words.append("--dry-run")
    elif name in ("resume", "merge", "plot", "report", "trace"):
        words.append("--nonsense")
    before = fingerprint(world.path / "setting")
    outcome = _of_command([name, *words])
    if fingerprint(world.path / "setting") != before:
        return "wrote", f"{[name, *words]}"
    return outcome


KINDS: dict[Callable[[random.Random, Path, World], Outcome], int] = {
    _configs: 70,
    _assignments: 10,
    _sweeps: 6,
    _references: 8,
    _lines: 6,
}
"""Kinds of input, and how many of a hundred are of each."""
