"""Odd configs, tables of points and references, written where a test may read them."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import tomlkit

from orgsim.config import preset_names, preset_path
from reliability import odd
from reliability.world import World

_TABLE = 'extends = "baseline"\n[sweep]\ndesign = "table"\ntable = "{}"\n'


def config_of_bytes(draw: random.Random, here: Path, world: World) -> Path:
    """Write a shipped config some of whose bytes are others."""
    text = preset_path(draw.choice(preset_names())).read_bytes()
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(text) + 1)
        stop = at + draw.randint(1, 60)
        text = draw.choice(
            [
                text[:at] + draw.choice(odd.SNIPPETS).encode() + text[at:],
                text[:at] + draw.randbytes(draw.randint(1, 4)) + text[at:],
                text[:at] + text[stop:],
                text[:stop] + text[at:stop] + text[stop:],
            ]
        )
    return _written(here / "bytes.toml", text)


def config_of_values(draw: random.Random, here: Path, world: World) -> Path:
    """Write a config with odd values and odd keys somewhere."""
    name = draw.choice([*preset_names(), "sweep"])
    source = world.config("sweep") if name == "sweep" else preset_path(name)
    table: Any = tomllib.loads(source.read_text("utf-8"))
    for _ in range(draw.randint(1, 3)):
        inner = table
        while True:
            key = draw.choice([*inner, draw.choice(odd.KEYS)])
            if not isinstance(inner.get(key), dict) or draw.random() < 0.2:
                break
            inner = inner[key]
        inner[key] = deepcopy(draw.choice(odd.VALUES))
    text = tomlkit.dumps(_without_none(table))
    return _written(here / "values.toml", text.encode("utf-8", "surrogatepass"))


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


def config_of_many_keys(draw: random.Random, here: Path, world: World) -> Path:
    """Write a config with very many keys, or tables very deep in each other."""
    count = draw.randint(2, 2_000)
    key = draw.choice(["k", "é" * 100, "sweep", "x" * 1_000])
    lines = draw.choice(
        [
            (f"{key}{i} = {i}" for i in range(count)),
            (f"[{'.'.join([key] * min(i, 200))}.t{i}]" for i in range(min(count, 50))),
            [f"{key} = {'[' * count}{']' * count}"],
            [f"{key} = {'{a=' * count}1{'}' * count}"],
            [f'[sweep.parameters]\n"{key}" = [{", ".join(map(str, range(count)))}]'],
        ]
    )
    return _written(here / "many.toml", "\n".join(lines).encode())


def sweep_under_constraints(draw: random.Random, here: Path, world: World) -> Path:
    """Write a sweep whose constraint is nonsense, mostly."""
    table = tomlkit.parse(world.config("sweep").read_text("utf-8"))
    said = " ".join(draw.choice(odd.CONSTRAINTS) for _ in range(draw.randint(1, 12)))
    table["sweep"]["constraints"] = [said]
    return _written(here / "constraints.toml", tomlkit.dumps(table).encode())


def sweep_over_text(draw: random.Random, here: Path, world: World) -> Path:
    """Write a sweep over a table as text, under names that may say otherwise."""
    mark, end = draw.choice([",", ";", "\t", " "]), draw.choice(["\n", "\r\n", "\r"])
    width = draw.randint(1, 4)
    lines = [mark.join(draw.choice(odd.HEADS) for _ in range(width))]
    for _ in range(draw.randint(0, 6)):
        cells = draw.choice([width, width, width + 1, 0])
        lines.append(mark.join(draw.choice(odd.CELLS) for _ in range(cells)))
    name = draw.choice(["points.csv", "points.CSV", "points.parquet", "points.txt"])
    encoding = draw.choice(["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    _written(here / name, end.join(lines).encode(encoding, "replace"))
    return _written(here / "text.toml", _TABLE.format(name).encode())


def sweep_over_parquet(draw: random.Random, here: Path, world: World) -> Path:
    """Write a sweep over a Parquet file of columns of any type, perhaps damaged."""
    rows = draw.randint(0, 4)
    kinds: list[Callable[[], Any]] = [
        lambda: pa.array([draw.choice([0.1, -1.0, float("nan"), None]) for _ in range(rows)]),
        lambda: pa.array([draw.choice([0, 1, 2**62, None]) for _ in range(rows)], pa.int64()),
        lambda: pa.array([draw.choice(odd.CELLS) for _ in range(rows)], pa.string()),
        lambda: pa.array([draw.randbytes(3) for _ in range(rows)], pa.binary()),
        lambda: pa.array([[0.1]] * rows, pa.list_(pa.float64())),
        lambda: pa.array([{"a": 1}] * rows, pa.struct({"a": pa.int8()})),
        lambda: pa.array([draw.random() < 0.5 for _ in range(rows)], pa.bool_()),
        lambda: pa.nulls(rows),
    ]
    names = [draw.choice(odd.HEADS) for _ in range(draw.randint(1, 4))]
    path = here / "points.parquet"
    pq.write_table(pa.table([draw.choice(kinds)() for _ in names], names), path)
    if draw.random() < 0.3:
        content = bytearray(path.read_bytes())
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(content)
    return _written(here / "parquet.toml", _TABLE.format(path.name).encode())


def reference(draw: random.Random, here: Path, world: World) -> Path:
    """Write an odd reference."""
    kind = draw.choice(["csv", "toml", "CSV", "txt"])
    if kind == "toml":
        rows = [f"{draw.choice(odd.SHARES[:6])} = {draw.choice(odd.SHARES[8:])}" for _ in range(5)]
        rows.insert(0, "[target.shares]")
    else:
        mark = draw.choice([",", ";", "\t"])
        rows = [
            mark.join(draw.choice(odd.SHARES) for _ in range(draw.randint(1, 3))) for _ in range(5)
        ]
    return _written(here / f"reference.{kind}", "\n".join(rows).encode())


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
