"""What the benchmarks make of what they measured: the page, the aims, what the clock shows."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from orgsim.model import MODEL
from orgsim.model.parameters import defaults

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # where the benchmarks are found

from benchmarks import __main__ as program  # noqa: E402 - found only now
from benchmarks import (  # noqa: E402 - as above
    aims,
    bound,
    clocked,
    latency,
    page,
    race,
    roofline,
    scaling,
)

ONE = {"median": 2.0, "low": 1.0, "high": 4.0}
SETTINGS = defaults()


def all_of(median, **more):
    return {"median": median, "low": median, "high": median, **more}


def peer(title, nanoseconds):
    ratio = all_of(nanoseconds / 15.0)
    agreement = {"p_value": 1.0, "firms": 1} if title != "orgsim" else None
    return {
        "title": title,
        "version": "1",
        "start_up": ONE,
        "nanoseconds": all_of(nanoseconds),
        "ratio": ratio,
        "agreement": agreement,
    }


def target():
    prices = {"word": all_of(0.4), "look-up": all_of(0.3), "operation": all_of(0.01)}
    floor = bound.floor(SETTINGS, 7.0, prices)
    return {"word": all_of(0.4), "whole": ONE, "yardstick": 10.4, "ratio": 1.5, "floor": floor}


def run(firms, quarters=40):
    names = ("seconds", "cpu_seconds", "peak_mib", "written_mib", "simulating", "writing")
    return dict.fromkeys(names, 1.0) | {
        "firms": firms,
        "quarters": quarters,
        "launches": 1,
        "wall": ONE,
    }


def parts():
    """Return figures of every part, so simple that what follows of them is plain."""
    curve = [{"nanoseconds": ONE, "peak_mib": 1.0, key: 5} for key in ("staff", "quarters")]
    waits = (
        latency.CHECKOUT,
        latency.WHEEL,
        latency.ONE,
        latency.MANY,
        latency.COMPARE,
        latency.STATUS,
        latency.HELP,
        latency.PYTHON,
    )
    sweep = {"firms": 1, "bare": ONE, "threads_of_bare": all_of(0.5), "dask_of_threads": ONE}
    raced = {
        "orgsim": peer("orgsim", 15.0),
        "numpy": peer("NumPy over firms", 60.0),
        "jax": peer("JAX on CPU", 22.5),
        "mesa": peer("Mesa 3", 3_300.0),
    }
    return {
        "peers": {"model_version": 1, "peers": raced, "left_out": {"plain C": race.NO_COMPILER}},
        "roofline": {
            "decisions": 26,
            "words": 7.0,
            "targets": {"this processor": target(), "AVX2 only": target()},
            "clocked": ONE,
            "stages": {name: all_of(1.0) for name in (*clocked.STAGES, "the clock")},
        },
        "latency": {
            "seconds": {what: {"processor": all_of(1.0), "wall": all_of(1.0)} for what in waits}
        },
        "scaling": {
            "threads": {
                "firms": 1,
                "seconds": [ONE, ONE],
                "speedup": all_of(1.9),
                "free_cores": {"ratio": 1.0},
                "load_before": 0.0,
            },
            "staff": curve[:1],
            "quarters": curve[1:],
            "lanes": [],
            "firm": {"sizes": [5, 10], "firm": all_of(120.0), "person": all_of(12.0)},
        },
        "firms": {"runs": [run(1_000), run(10_000_000)]},
        "sweeps": {
            "workers": 2,
            "dask_start": ONE,
            "dask_first": ONE,
            "sweeps": dict.fromkeys(
                ("256 points x 2,000 firms", "256 points x 2,000 firms, a distribution moved"),
                sweep,
            ),
        },
    }


@pytest.fixture
def measured():
    machine = dict.fromkeys(
        (
            "processor",
            "llvm_target",
            "vectors",
            "cores",
            "memory_gib",
            "system",
            "python",
            "numba",
            "numpy",
        ),
        "-",
    )
    beside = {"launches": 7, "load": [0.25, 1.25], "machine": machine}
    return {part: {**found, **beside} for part, found in parts().items()}


def rows(text, heading):
    """Return the cells of the rows of the table below a heading, by the first."""
    table = text.partition(heading)[2].partition("|")[2].partition("\n\n")[0]
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in cells}


def test_the_page_has_every_part_and_says_how_often_and_how_busy(measured):
    text = page.write(measured)
    for heading in re.findall(r"^## .*$", (ROOT / "docs" / "performance.md").read_text(), re.M):
        assert f"{heading}\n" in text
    assert text.count("Medians over 7") == len(measured)
    assert " ".join(text.split()).count("was 0.2 before and 1.2 after.") == len(measured)


def test_no_aim_is_dropped_and_each_tells_what_bounds_it(measured):
    held = rows(page.write(measured), "## What was aimed at")
    assert len(held) == 19  # AgentPy was not raced
    assert all(bound for *_, bound in held.values())
    assert held["times NumPy over firms"][:3] == [">= 8", "4.0", "no"]
    assert held["times Mesa 3"][:3] == [">= 200", "220", "yes"]
    assert held["times the yardstick, AVX2 only"][:3] == ["<= 3", "1.50", "yes"]
    assert held["two threads, times one"][3].startswith("at most 2.00")
    assert held["sweep of 256 points, of the bare engine's speed"][2] == "no"


def test_the_floor_bounds_a_ratio(measured):
    """7 words, 7 look-ups and the operations, at 0.4, 0.3 and 0.01 ns."""
    vectors = 7 * 0.4 + bound.operations(6, 7) * 0.01
    everything = vectors + 7 * 0.3
    held = rows(page.write(measured), "## What was aimed at")
    for title, taken in (("NumPy over firms", 60.0), ("JAX on CPU", 22.5)):
        told = held[f"times {title}"][3]
        assert told.startswith(f"at most {taken / everything:.1f} to {taken / vectors:.1f}:")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (4.9, "beyond one core of this processor"),
        (5.1, "unless looking up cost nothing"),
        (8.1, "unless firms cost less than now"),
        (11.1, "not below the floor"),
    ],
)
def test_what_an_aim_asks_for_is_held_against_the_floor(asked, told):
    assert aims._held_against(asked, 5.0, 8.0, 3.0).endswith(told)


def test_the_operations_of_a_work_are_those_it_lists():
    for work in (bound.SPLIT, bound.ENCOUNTER, bound.LEARNING, *bound.A_QUARTER):
        told = re.findall(r" (\d+)(?:,|$)", work.terms)
        assert sum(map(int, told)) == work.operations, work.title


def test_who_could_not_be_timed_has_a_row_that_says_why(measured):
    raced = rows(page.write(measured), "## Beside other ways")
    assert raced["plain C"][0] == "not timed: no C compiler"


def test_a_machine_without_a_compiler_lacks_the_port_in_c_alone(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(race, "python_of", lambda name: name)
    assert race.not_to_be_had(["orgsim", "numpy", "c"]) == {"c": "no C compiler"}


def test_a_line_tells_a_firm_from_its_people():
    """Firms of n people that take 120 + 12 n nanoseconds a quarter, and twice that in round two."""
    staff = [
        {"staff": n, "by_round": [(120 + 12 * n) / n, 2 * (120 + 12 * n) / n]}
        for n in (5, 10, 20, 40, 100)
    ]
    beyond_the_cache = {"staff": 2_000, "by_round": [1e6, 1e6]}
    found = scaling.cost_of_a_firm([*staff, beyond_the_cache])
    assert found["sizes"] == [5, 10, 20, 40, 100]
    assert found["firm"] == pytest.approx({"median": 180.0, "low": 120.0, "high": 240.0})
    assert found["person"] == pytest.approx({"median": 18.0, "low": 12.0, "high": 24.0})


def test_a_line_misses_as_much_above_as_below_in_percent():
    """Of one point each above and below a constant, by the weights 1/y squared."""
    x, y = np.array([1.0, 2.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0, 2.0])
    begins, slope = scaling.line(x, y)
    assert (begins, slope) == pytest.approx((1.2, 0.0))  # (1/1 + 1/2) / (1/1 + 1/4)


def test_the_clocks_model_takes_the_models_steps_and_a_reading_after_each():
    steps = [step for step in clocked.CLOCKED.steps if ":" in step]
    assert steps == [f"{MODEL.rules}:{step}" for step in MODEL.steps]
    for before, after in zip(clocked.CLOCKED.steps, clocked.CLOCKED.steps[1:], strict=False):
        if ":" in before:
            assert after == f"after_{before.partition(':')[2]}"
    clocked.CLOCKED.require_rules()
    assert set(page.STAGES) == set(clocked.STAGES)


def test_the_clock_lies_in_the_rows_and_changes_no_other():
    inputs = clocked.inputs(SETTINGS, (), (np.uint64(1), np.uint64(0)))
    block, usual = clocked.allocate(inputs, 16), MODEL.rules_module.allocate(inputs, 16)
    ours, theirs = (np.asarray(b.rows).dtype for b in (block, usual))
    assert ours.names == (*theirs.names, "clock")
    assert all(ours.fields[name] == theirs.fields[name] for name in theirs.names)
    assert block.rows.picks.ctypes.data % 64 == usual.rows.picks.ctypes.data % 64


@pytest.mark.parametrize("clock_changes", [False, True])
def test_a_clock_that_changes_a_result_is_refused(clock_changes, monkeypatch):
    stages = dict.fromkeys((*clocked.STAGES, "the clock"), 1.0)

    def launch(asked, **variables):
        if "turns" in asked:
            return {"word": 0.4, "look-up": 0.3, "operation": 0.01}
        digest = "other" if asked["clock"] and clock_changes else "same"
        return {"nanoseconds": 15.0, "digest": digest, "stages": stages}

    monkeypatch.setattr(roofline, "launch", launch)
    if clock_changes:
        with pytest.raises(roofline.OtherResultsError, match="this processor: the clock"):
            roofline.measure(SETTINGS, tiny=True)
    else:
        found = roofline.measure(SETTINGS, tiny=True)
        assert found["targets"]["AVX2 only"]["yardstick"] == pytest.approx(26 * 0.4)


def test_figures_of_repeats_in_one_process_are_no_page(tmp_path, monkeypatch):
    old = tmp_path / "measured.json"
    old.write_text(json.dumps({"peers": {}, "latency": {"launches": 7}}))
    monkeypatch.setattr(program, "MEASURED", old)
    monkeypatch.delattr(page, "save")
    done = CliRunner().invoke(program.main, ["--page-only"])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: peers: measured by repeats in one process")
