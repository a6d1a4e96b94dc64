"""Bad inputs of every kind give one OrgsimError, never anything else: 2,000 from a seeded sequence.

``bad_input`` makes the n-th of them; a longer run is ``python tests/faults/test_bad_inputs.py N``.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import pytest

from orgsim import load_config
from orgsim.config import preset_path
from orgsim.config.points import Points
from orgsim.errors import OrgsimError
from orgsim.model.parameters import PARAMETERS
from orgsim.printable import printable
from orgsim.results.reference import as_reference

CASES = 2_000
KINDS = 8

SCENARIOS = ("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto")
PATHS = [p.path for p in PARAMETERS]
ODD = [
    "0x" + "f" * 5000,
    "9" * 5000,
    "1e-320",
    "1e400",
    "nan",
    "-inf",
    "true",
    '""',
    '"\\u001b]0;x\\u0007"',
    '"\\u202e"',
    "[]",
    "[[[[]]]]",
    "[1, 1.0, true]",
    "{}",
    "{ low = 0, high = 1 }",
    '{ dist = "beta", mean = 0.5 }',
    '{ dist = "choice", values = [0.5], weights = [0] }',
    "{ marketing = 0.1 }",
    "1979-05-27",
    "07:32:00",
    "'x' * 3",
    "-0",
    "0.30000000000000004",
    '"' + "x" * 5000 + '"',
    '"~/none.csv"',
    '"/dev/zero"',
    '"/dev/stdin"',
    '"."',
    '"a\\u0000b"',
    '"' + "n" * 300 + '.csv"',
]
KEYS = [
    *PATHS,
    "simulation.firms",
    "sweep.design",
    "sweep.points",
    "sweep.table",
    "sweep.constraints",
    "sweep.parameters.preset.values",
    'sweep.parameters."resistance.status_threat"',
    "sweep.parameters.resistance.status_threat",
    "sweep.presets.x",
    "sectors.a.share",
    "sectors.a.preset",
    'sectors.a.quantities."firm.attention"',
    "target.shares.cemo",
    "target.tolerance",
    "precision.half_width",
    "cluster.prologue",
    "extends",
    "title",
    "output.firms",
    "k" * 5000,
    "a.b.c.d.e.f",
    '"\\u001b"',
]
CELLS = [
    "",
    "0.5",
    "0,5",
    "1,250",
    "28",
    "28 %",
    "nan",
    "x",
    "-1",
    "1e400",
    "true",
    '"',
    "a;b",
    "0.999",
]
HEADS = [
    *PATHS[:12],
    "point",
    "",
    "Unnamed: 0",
    "preset",
    "scenario",
    "share",
    "count",
    "0.1",
    "x\x1by",
]


def _value(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(["0.1", "0.25", "0.9", "1", "2", "5", "8", "0.0"])
    choices = [
        lambda: rng.choice(ODD),
        lambda: repr(rng.uniform(-2.0, 2.0)),
        lambda: str(rng.randint(-(2**70), 2**70)),
        lambda: str(rng.randint(0, 50)),
        lambda: f'"{rng.choice(HEADS)}"'.encode("unicode_escape").decode(),
        lambda: f"[{', '.join(_value(rng) for _ in range(rng.randint(0, 3)))}]",
    ]
    return rng.choice(choices)()


def _toml(rng: random.Random) -> str:
    return "".join(f"{rng.choice(KEYS)} = {_value(rng)}\n" for _ in range(rng.randint(1, 3)))


def _sweep(rng: random.Random) -> str:
    ways = [
        lambda: f"low = {_value(rng)}, high = {_value(rng)}",
        lambda: f"low = 0.125, high = 0.875, levels = {_value(rng)}",
        lambda: f"values = [{_value(rng)}, {_value(rng)}]",
        lambda: f"low = 1, high = 40, {rng.choice(['scale', 'values', 'x'])} = {_value(rng)}",
        lambda: rng.choice(
            ['values = ["x", "ecommerce"]', 'low = 1e-300, high = 1, scale = "log"']
        ),
    ]
    swept = [*rng.sample(PATHS, rng.randint(0, 2)), *rng.choice([[], [], ["preset"], ["firm"]])]
    parameters = "".join(f'"{path}" = {{ {rng.choice(ways)()} }}\n' for path in swept)
    design = rng.choice(["sobol", "halton", "latin_hypercube", "grid", "table", "x"])
    return (
        f'[sweep]\ndesign = "{design}"\npoints = {rng.choice(["3", "8", _value(rng)])}\n'
        f"constraints = [{rng.choice(['', _value(rng)])}]\n[sweep.parameters]\n{parameters}"
    )


def _mangled(rng: random.Random, content: bytes) -> bytes:
    """Return bytes some of which were flipped, cut out, doubled or put in."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(data) + 1)
        what = rng.randrange(4)
        if what == 0 and place < len(data):
            data[place] = rng.randrange(256)
        elif what == 1:
            del data[place : place + rng.randint(1, 40)]
        elif what == 2:
            data[place:place] = data[place : place + rng.randint(1, 40)]
        else:
            data[place:place] = rng.choice([b"\xff\xfe", b"\0", b"\xef\xbb\xbf", b"\x1b[2J", b"\r"])
    return bytes(data)


def _csv(rng: random.Random) -> bytes:
    delimiter = rng.choice([",", ";", "\t"])
    heads = rng.sample(rng.choice([HEADS, PATHS]), rng.randint(1, 4))
    cells = rng.choice([[*CELLS, *SCENARIOS], ["0.5", "1", "0.25"], ["0,5", "0,25", "3"]])
    rows = [
        [rng.choice(cells) for _ in range(len(heads) + (rng.random() < 0.02))]
        for _ in range(rng.randint(0, 5))
    ]
    if rng.random() < 0.4:
        heads = ["scenario", rng.choice(["share", "count"])]
        cells = rng.choice([CELLS, ["0.25", "0,25", "25", "25 %"], ["3", "40.0", "0"]])
        rows = [[name, rng.choice(cells)] for name in SCENARIOS]
    text = "\n".join(delimiter.join(row) for row in [heads, *rows])
    codec = rng.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"])
    return text.encode(codec, "replace")


def _parquet(rng: random.Random) -> bytes:
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [
        pa.array([rng.random() for _ in range(4)]),
        pa.array([0, 1, 2, rng.randint(-(2**62), 2**62)]),
        pa.array(["x", "y", "x", "x" * 1000]).dictionary_encode(),
        pa.array([[1], [2], [], None]),
        pa.array([{"a": 1}] * 4),
        pa.array([None] * 4),
        pa.array([True, False, None, True]),
        pa.array([b"\xff"] * 4),
    ]
    if rng.random() < 0.4:
        columns = columns[:1]
    chosen = [rng.choice(columns) for _ in range(rng.randint(1, 3))]
    table = pa.Table.from_arrays(chosen, names=rng.sample([*PATHS[:9], "preset"], len(chosen)))
    file = io.BytesIO()
    pq.write_table(table, file)
    whole = file.getvalue()
    return _mangled(rng, whole) if rng.random() < 0.5 else whole


def _tried(path: Path, overrides: tuple[str, ...] = ()) -> None:
    config = load_config(path, overrides)
    if config.sweep is None or config.sweep.design.points <= 2_000:
        points = Points(config)
        points.settings(len(points) - 1)
    config.to_toml()
    config.identity()


def bad_input(number: int, folder: Path) -> None:
    """Give one bad input of a seeded sequence; an OrgsimError is what it should come to."""
    rng = random.Random(number)
    kind = number % KINDS
    config = folder / "config.toml"
    if kind == 0:
        config.write_text(_toml(rng))
        _tried(config)
    elif kind == 1:
        config.write_text((_toml(rng) if rng.random() < 0.2 else "") + _sweep(rng))
        _tried(config)
    elif kind == 2:
        content = preset_path(rng.choice(["baseline", "ecommerce"])).read_bytes()
        config.write_bytes(_mangled(rng, content))
        _tried(config)
    elif kind == 3:
        config.write_text("")
        key = rng.choice([*KEYS, '"simulation"."firms"', " simulation . firms ", "\udc80", "\x1b"])
        sign = rng.choice(["=", " = ", ""])
        _tried(config, (f"{key}{sign}{rng.choice([_value(rng), rng.choice(CELLS)])}",))
    elif kind in (4, 5):
        table = folder / rng.choice(["t.csv", "t.CSV"] if kind == 4 else ["t.parquet", "t.Parquet"])
        table.write_bytes(_csv(rng) if kind == 4 else _parquet(rng))
        wanted = (
            "" if rng.random() < 0.7 else f'[sweep.parameters]\n"{rng.choice(HEADS[:5])}"={{}}\n'
        )
        config.write_text(f'[sweep]\ndesign = "table"\ntable = "{table.name}"\n{wanted}')
        _tried(config)
    elif kind == 6:
        reference = folder / "r.csv"
        reference.write_bytes(_csv(rng) if rng.random() < 0.7 else _mangled(rng, _csv(rng)))
        as_reference(reference)
    else:
        reference = folder / "r.toml"
        name = rng.choice(["shares", "counts", "target.shares"])
        rows = "".join(
            f"{scenario} = {rng.choice(['0.25', '0.4', '30', '1e-320', _value(rng)])}\n"
            for scenario in SCENARIOS
        )
        reference.write_text(f"[{name}]\n{rows}")
        as_reference(
            rng.choice([reference, rng.choice(CELLS), {s: rng.random() for s in SCENARIOS}])
        )


def outcome(number: int, folder: Path) -> str:
    """Return what a bad input came to: "" for one that is none, our message, or a traceback."""
    try:
        bad_input(number, folder)
    except OrgsimError as error:
        return str(error)
    except Exception:
        return traceback.format_exc()
    return ""


ELSEWHERE = r"--set '.*?': |reference: |no file, run or preset |[^\n:/]*: (?=no such file)"
"""How a message begins that names no file of the case's: an override, a mapping, or a word."""


@pytest.mark.parametrize("kind", range(KINDS))
def test_a_bad_input_gives_one_error_of_ours(kind, tmp_path):
    for number in range(kind, CASES, KINDS):
        said = outcome(number, tmp_path)
        assert "Traceback" not in said, number
        if not said:
            continue
        assert printable(said, kept="\n") == said, number
        assert len(said) < 8_000, number
        place = re.match(rf"{re.escape(str(tmp_path))}/[\w.]+( with --set)?: |{ELSEWHERE}", said)
        assert place, (number, said)
        assert len(said[place.end() :].strip()) > 5, (number, said)


if __name__ == "__main__":
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for number in range(int(sys.argv[1])):
            said = outcome(number, Path(name))
            counts["traceback" if "Traceback" in said else "refused" if said else "taken"] += 1
            if "Traceback" in said:
                print(number, number % KINDS, said.splitlines()[-1])
    print(dict(counts))
