"""Bad configs, assignments, constraints, tables, references and command lines, by the thousand."""

from __future__ import annotations

import random
import tomllib
import traceback
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import tomlkit

from orgsim.cli import main
from orgsim.config import load_config, preset_names, preset_path
from orgsim.config.points import Points
from orgsim.errors import OrgsimError
from orgsim.parameters import BY_PATH
from orgsim.result import as_reference
from reliability.world import Case, Tally, World, command, fingerprint

_TOGETHER = 250
_LONGEST_MESSAGE = 6_500
_ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    2**64,
    -(2**63),
    10**30,
    0.0,
    -0.0,
    1e-320,
    1e308,
    float("inf"),
    float("nan"),
    "",
    " ",
    "x" * 5_000,
    "\x1b]0;x\x07",
    "\u202e",
    "é",
    "../..",
    "~",
    "[]",
    "nan",
    "article-2014",
    [],
    [[]],
    [1, "a"],
    [0.5] * 300,
    {},
    {"dist": "beta"},
    {"dist": "beta", "mean": 2.0, "concentration": -1.0},
    {"dist": "normal", "mean": 0.1, "sd": 0.0},
    {"marketing": 0.1},
    {"marketing": 0.1, "it": {"dist": "uniform", "low": 1, "high": 0}},
    {"low": 1.0, "high": 0.0},
    {"values": [1, 1]},
    {"low": 0.0, "high": 1.0, "scale": "log"},
]
_SNIPPETS = [
    "=",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "\\",
    "#",
    "\n",
    "\0",
    "\x1b",
    "\u2028",
    "\ufeff",
    "0x",
    "0b",
    "9" * 400,
    "0x" + "f" * 5_000,
    "-",
    "+",
    "e",
    ".",
    ",",
    "nan",
    "inf",
    "1979-05-27",
    "[[",
    "]]",
    '"""',
    "extends",
    "sweep",
    "[sweep]",
    "[precision]",
    "firms",
    "true",
    "[" * 300,
]
_COMMANDS = [
    "run",
    "sweep",
    "resume",
    "merge",
    "check",
    "status",
    "verify",
    "compare",
    "plot",
    "report",
    "trace",
    "cluster",
    "new",
    "parameters",
    "schema",
    "nonsense",
]


def cases(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield so many bad inputs, some hundred together."""
    for first in range(0, count, _TOGETHER):
        yield _Some(world, f"{seed}-{first}", min(_TOGETHER, count - first))


class _Some:
    """Some inputs, drawn one after the other from a seed of their own."""

    def __init__(self, world: World, seed: str, count: int) -> None:
        self.name = f"inputs {seed}"
        self._seed, self._count, self._world = seed, count, world
        self._here = world.path / f"inputs-{seed}"

    def __call__(self, tally: Tally) -> None:
        self._here.mkdir()
        tally.counts["tried"] += self._count - 1
        for number in range(self._count):
            draw = random.Random(f"{self._seed}-{number}")
            kind = draw.choices(list(_KINDS), [40, 30, 10, 6, 8, 6])[0]
            try:
                outcome, problem = _KINDS[kind](draw, self._here, self._world)
            except Exception:
                outcome, problem = "traceback", traceback.format_exc()[-1_500:]
            where = f"{kind}, random.Random('{self._seed}-{number}'): {problem}" if problem else ""
            tally.note(outcome, where)


Outcome = tuple[str, str]


def _judged(act: Callable[[], Any]) -> Outcome:
    """Say whether something was accepted, or refused as it must be."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            act()
            outcome: Outcome = "accepted", ""
        except OrgsimError as error:
            outcome = _refused(str(error))
    return ("warning", str(told[0].message)) if told else outcome


def _refused(message: str) -> Outcome:
    if not message.strip():
        return "no message", repr(message)
    if len(message) > _LONGEST_MESSAGE:
        return "long message", message[:300]
    return "refused", ""


def _settle(path: Path, assignments: list[str] | None = None) -> None:
    """Check a config as `orgsim check` does, but for designs that would take long."""
    config = load_config(path, assignments or [])
    if config.sweep is None or config.sweep.design.points <= 5_000:
        Points(config)


def _bytes(draw: random.Random, here: Path, world: World) -> Outcome:
    """Alter the bytes of a shipped config."""
    text = preset_path(draw.choice(preset_names())).read_bytes()
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(text) + 1)
        way = draw.randrange(4)
        if way == 0:
            text = text[:at] + draw.choice(_SNIPPETS).encode() + text[at:]
        elif way == 1:
            text = text[:at] + draw.randbytes(draw.randint(1, 4)) + text[at:]
        elif way == 2:
            text = text[:at] + text[at + draw.randint(1, 40) :]
        else:
            stop = at + draw.randint(1, 60)
            text = text[:stop] + text[at:stop] + text[stop:]
    path = here / "bytes.toml"
    path.write_bytes(text)
    return _judged(lambda: _settle(path))


def _tables(draw: random.Random, here: Path, world: World) -> Outcome:
    """Put an odd value somewhere into a config."""
    name = draw.choice([*preset_names(), "sweep"])
    source = world.config("sweep") if name == "sweep" else preset_path(name)
    table: Any = tomllib.loads(source.read_text("utf-8"))
    for _ in range(draw.randint(1, 3)):
        inner = table
        while True:
            keys = [*inner, draw.choice(["", "x", "firms", "a b", "é", "\x1b[2J", "k" * 3_000])]
            key = draw.choice(keys)
            if isinstance(inner.get(key), dict) and draw.random() < 0.8:
                inner = inner[key]
                continue
            inner[key] = deepcopy(draw.choice(_ODD))
            break
    path = here / "table.toml"
    try:
        path.write_text(tomlkit.dumps(_plain(table)), "utf-8", errors="surrogatepass")
    except (ValueError, TypeError):
        return "no TOML", ""
    return _judged(lambda: _settle(path))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    return (
        [_plain(inner) for inner in value if inner is not None]
        if isinstance(value, list)
        else value
    )


def _assignments(draw: random.Random, here: Path, world: World) -> Outcome:
    """Say odd things after --set."""
    paths = [
        *BY_PATH,
        "title",
        "sweep.points",
        "sweep.design",
        "precision.half_width",
        "cluster.jobs",
    ]
    said = []
    for _ in range(draw.randint(1, 3)):
        path = draw.choice([*paths, *_SNIPPETS, "", "a.b.c.d"])
        value = draw.choice([*_SNIPPETS, *(str(odd) for odd in _ODD), "1", "0.5", '"x"'])
        said.append(
            draw.choice([f"{path}={value}", f"{path} = {value}", path, f'"{path}"={value}'])
        )
    return _judged(lambda: _settle(world.config(draw.choice(["setting", "sweep"])), said))


def _points(draw: random.Random, here: Path, world: World) -> Outcome:
    """Sweep over an odd table, or under odd constraints."""
    path = here / "points.toml"
    if draw.random() < 0.5:
        words = [
            "0.5",
            "resistance.status_threat",
            "<",
            ">",
            "==",
            "+",
            "*",
            "(",
            ")",
            "and",
            "not",
            "1e999",
            "x",
            "'",
            "__import__",
            "[",
            "if",
            "**",
            "9" * 99,
            "\x1b",
        ]
        said = " ".join(draw.choice(words) for _ in range(draw.randint(1, 12)))
        text = world.config("sweep").read_text("utf-8")
        table = tomlkit.parse(text)
        table["sweep"]["constraints"] = [said]  # type: ignore[index]
        path.write_text(tomlkit.dumps(table), "utf-8")
        return _judged(lambda: _settle(path))
    heads = [
        "resistance.status_threat",
        "cooperation.learning_rate",
        "firm.structure",
        "preset",
        "point",
        "",
        "x",
        "\x1b",
        "é",
        "0.1",
    ]
    cells = [
        "0.1",
        "1",
        "0,5",
        "",
        "nan",
        "inf",
        "-1",
        "x",
        '"',
        "separate",
        "1e400",
        "\x1b",
        "\0",
        "true",
    ]
    mark, end = draw.choice([",", ";", "\t", " "]), draw.choice(["\n", "\r\n", "\r"])
    width = draw.randint(1, 4)
    lines = [mark.join(draw.choice(heads) for _ in range(width))]
    lines += [
        mark.join(draw.choice(cells) for _ in range(draw.choice([width, width, width + 1, 0])))
        for _ in range(draw.randint(0, 6))
    ]
    name = draw.choice(["points.csv", "points.CSV", "points.parquet", "points.txt"])
    encoding = draw.choice(["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    (here / name).write_bytes(end.join(lines).encode(encoding, "replace"))
    path.write_text(
        f'extends = "baseline"\n[sweep]\ndesign = "table"\ntable = "{name}"\n', encoding="utf-8"
    )
    return _judged(lambda: _settle(path))


def _references(draw: random.Random, here: Path, world: World) -> Outcome:
    """Set shares beside an odd reference."""
    words = [
        "cemo",
        "cmto",
        "cmo_and_cto",
        "cmo_vs_cto",
        "CEMO",
        "share",
        "count",
        "scenario",
        "0.4",
        "40",
        "40.0",
        "0,4",
        "-1",
        "1e-320",
        "nan",
        "1e308",
        "",
        "x",
        "\x1b",
        "9" * 400,
        "40 %",
    ]
    kind = draw.choice(["csv", "toml", "CSV", "txt"])
    if kind == "toml":
        rows = [f"{draw.choice(words[:6])} = {draw.choice(words[8:])}" for _ in range(5)]
        text = "[target.shares]\n" + "\n".join(rows)
    else:
        mark = draw.choice([",", ";", "\t"])
        rows = [mark.join(draw.choice(words) for _ in range(draw.randint(1, 3))) for _ in range(5)]
        text = "\n".join(rows)
    path = here / f"reference.{kind}"
    path.write_text(text, "utf-8")
    return _judged(lambda: as_reference(str(path)))


def _lines(draw: random.Random, here: Path, world: World) -> Outcome:
    """Type an odd command line; nothing that it would simulate."""
    name = draw.choice(_COMMANDS)
    options = [
        option
        for command in main.commands.values()
        if command.name == name
        for parameter in command.params
        for option in parameter.opts
    ]
    values = [
        "",
        "x",
        "-1",
        "0",
        "1/0",
        "9" * 30,
        "\x1b[2J",
        "é",
        "\udcff",
        "/dev/null",
        str(here),
        str(world.path / "setting"),
        str(world.config("sweep")),
        "tcp://x",
        "--",
        "a=b",
    ]
    words = [name] + [draw.choice([*options, *values]) for _ in range(draw.randint(0, 5))]
    if name in ("run", "sweep", "resume"):
        words += ["--dry-run"] if name != "resume" else ["--nonsense"]
    if name in ("plot", "report", "trace") and str(world.path / "setting") in words:
        words += ["--nonsense"]  # they would draw, which takes seconds
    before = fingerprint(world.path / "setting")
    worked = command(*words)
    if worked.failed:
        return "traceback", f"{words}: {worked.failed[-1_500:]}"
    if worked.code not in (0, 1, 2, 3):
        return "odd exit code", f"{words}: {worked.code}"
    if any(ord(c) < 32 and c not in "\n\t" for c in worked.output):
        return "steers a terminal", f"{words}: {worked.output[:300]!r}"
    if worked.code and not worked.output.strip() and "--json" not in words:
        return "no message", f"{words}"
    if fingerprint(world.path / "setting") != before:
        return "wrote", f"{words}"
    return ("refused" if worked.code else "accepted"), ""


_KINDS = {
    "bytes": _bytes,
    "tables": _tables,
    "assignments": _assignments,
    "points": _points,
    "references": _references,
    "lines": _lines,
}
