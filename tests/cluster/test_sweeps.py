"""A sweep's rows are the same on a real Slurm, by whichever way and after whatever went wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from cluster import slurm as service
from orgsim.store import layout_of
from orgsim.store.manifest import read_manifest
from small_runs import spawned

# One sweep for all tests, so that all are held against one digest: some 13 s of a processor, in
# 32 parts, thus 8 for each of the array's tasks. Whoever looks for the first notes of parts has
# seconds left to strike mid-way.
CONFIG = """\
title = "Acceptance sweep"
extends = "article-2014"

[simulation]
firms = 2_000

[sweep]
design = "sobol"
points = 256

[sweep.parameters]
"resistance.status_threat" = {low = 0.0, high = 1.5}
"cooperation.learning_rate" = {low = 0.05, high = 0.6}

[cluster]
queue = "debug"
memory = "1 GB"
cores = 1
walltime = "00:10:00"
jobs = 4
"""
PARTS, JOBS = 32, 4
LIMIT = 180  # seconds for a sweep on a busy machine; an idle one takes a tenth

Snapshot = dict[str, int]


@dataclass(frozen=True)
class Reference:
    """The sweep that all others are held against, computed by threads of one process."""

    config: Path
    run: Path
    scratch: Path
    digest: str

    @property
    def cache(self) -> Path:
        """Where a job whose TMPDIR is the scratch directory looks for compiled kernels."""
        return self.scratch / f"orgsim-cache-{os.getuid()}"


def orgsim(*arguments: object, code: int = 0) -> str:
    """Run a command of orgsim, which must end with an exit code; return what it prints."""
    result = spawned(*arguments, timeout=LIMIT)
    assert result.returncode == code, f"{arguments}: {result.returncode}: {result.stderr}"
    return result.stdout


def digest_of(run: Path) -> str:
    """Return the digest of a run that `orgsim verify` finds sound."""
    return json.loads(orgsim("verify", run, "--json"))["digest"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Reference:
    home = tmp_path_factory.mktemp("sweeps")
    paths = (home / "acceptance.toml", home / "threads", home / "tmp")
    made = Reference(*paths, digest="")
    made.config.write_text(CONFIG)
    made.scratch.mkdir()
    # Jobs keep compiled kernels below TMPDIR. Theirs is set to this scratch directory, which goes
    # away with pytest's own, and kernels are compiled only once, right here: 12 s.
    with kernels_in(made.cache):
        orgsim("sweep", made.config, "--out", made.run, "--threads", 2, "--quiet")
    return replace(made, digest=digest_of(made.run))


@contextmanager
def kernels_in(cache: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUMBA_CACHE_DIR", str(cache))
        yield


@pytest.fixture
def config(reference, in_slurm, monkeypatch) -> Path:
    """The sweep's config, for commands that find Slurm, and whose jobs find warm kernels."""
    monkeypatch.setenv("TMPDIR", str(reference.scratch))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)  # jobs choose it themselves
    return reference.config


def notes(run: Path, shard: int | None = None) -> set[str]:
    """Return the names of parts that are noted as done, of all or of one shard."""
    done = {path.stem for path in run.glob("ledger/part-*.npz")}
    return done if shard is None or not done else done & parts_of(run, shard)


def parts_of(run: Path, shard: int) -> set[str]:
    parts = list(layout_of(read_manifest(run)).parts())
    return {part.name for part in parts[shard - 1 :: JOBS]}


def snapshot(run: Path) -> Snapshot:
    """Return when the files of parts that are noted as done were written."""
    done = notes(run)
    return {
        str(path.relative_to(run)): path.stat().st_mtime_ns
        for path in run.glob("*/part-*")
        if path.stem in done
    }


class Array:
    """The sweep as an array of Slurm jobs, by the script that `orgsim cluster script` writes."""

    def __init__(self, slurm, config: Path, directory: Path) -> None:
        self.slurm = slurm
        self.run = directory / "run"
        self.script = directory / "array.sh"
        orgsim("cluster", "script", config, "--out", self.run, "--file", self.script)

    def begin(self) -> str:
        """Submit the script as it is; return the job's id."""
        return self.slurm.submit(self.script)

    def end(self, job: str) -> str:
        """Wait for all tasks; return the state of the one that needs attention most."""
        return self.slurm.wait(job, LIMIT)

    def strike_when_done(self, job: str, count: int, shard: int | None = None) -> Snapshot:
        """Wait until some parts are done, and not all; return when they were written."""
        of = PARTS if shard is None else PARTS // JOBS
        if not service.wait_for(lambda: len(notes(self.run, shard)) >= count, LIMIT, pause=0.05):
            self.slurm.fail(f"{count} parts are not done after {LIMIT} s", job)
        assert len(notes(self.run, shard)) < of, "too late to strike mid-way"
        return snapshot(self.run)

    def assert_goes_on(self, reference: Reference) -> None:
        """The same script, submitted again, does what is missing and nothing else."""
        before = snapshot(self.run)
        assert len(notes(self.run)) < PARTS
        assert self.end(self.begin()) == "COMPLETED"
        assert before.items() <= snapshot(self.run).items()
        assert digest_of(self.run) == reference.digest


@pytest.fixture
def array(config, in_slurm, tmp_path) -> Array:
    return Array(in_slurm, config, tmp_path)


# --- the three ways


def test_two_local_workers_of_dask_make_the_same_rows(reference, tmp_path):
    run = tmp_path / "run"
    options = ("--scheduler", "local", "--workers", 2, "--quiet")
    with kernels_in(reference.cache):
        orgsim("sweep", reference.config, "--out", run, *options)
    assert digest_of(run) == reference.digest


def test_an_array_of_four_makes_the_same_rows(reference, array):
    assert array.end(array.begin()) == "COMPLETED"
    assert digest_of(array.run) == reference.digest


def processes_with(*words: str) -> list[int]:
    """Return the processes whose command line has some words."""
    every = psutil.process_iter(["cmdline"])
    return [p.pid for p in every if set(words) <= set(p.info["cmdline"] or ())]


# --- what goes wrong


def test_a_cancelled_task_goes_on_when_the_array_is_submitted_again(reference, array):
    job = array.begin()
    before = array.strike_when_done(job, 2, shard=2)
    array.slurm.cancel(f"{job}_2")
    assert array.end(job) == "CANCELLED"
    assert sorted(array.slurm.states(job)) == ["CANCELLED", "COMPLETED", "COMPLETED", "COMPLETED"]
    assert before.items() <= snapshot(array.run).items()
    array.assert_goes_on(reference)


def test_a_cancelled_array_goes_on_when_it_is_submitted_again(reference, array):
    job = array.begin()
    before = array.strike_when_done(job, 6)
    array.slurm.cancel(job)
    assert array.end(job) == "CANCELLED"
    assert before.items() <= snapshot(array.run).items()
    array.assert_goes_on(reference)


def test_a_requeued_task_continues_by_itself(reference, array):
    job = array.begin()
    before = array.strike_when_done(job, 2, shard=1)
    array.slurm.requeue(f"{job}_1")
    assert array.end(job) == "COMPLETED"
    assert "Restarts=1" in array.slurm.command("scontrol", "show", "job", f"{job}_1")
    assert before.items() <= snapshot(array.run).items()
    assert digest_of(array.run) == reference.digest


def test_a_task_killed_by_a_time_limit_loses_only_the_part_in_hand(reference, array):
    # Slurm's limits are whole minutes. What counts is their last word, SIGKILL, after which nothing
    # can be saved; scancel would send SIGTERM before it.
    job = array.begin()
    before = array.strike_when_done(job, 2, shard=3)
    (task,) = processes_with(str(array.run), f"3/{JOBS}")
    os.kill(task, signal.SIGKILL)
    assert array.end(job) == "FAILED"
    assert before.items() <= snapshot(array.run).items()
    found = json.loads(orgsim("verify", array.run, "--json", code=1))
    assert found["damaged"] == found["foreign"] == []
    assert set(found["missing"]) == parts_of(array.run, 3) - notes(array.run)
    assert len(torn(array.run)) <= 1
    array.assert_goes_on(reference)
    assert not torn(array.run)


def torn(run: Path) -> set[str]:
    """Return the parts that somebody was writing as he was killed."""
    return {path.name.rpartition(",")[2].partition(".")[0] for path in run.glob("*/.unfinished-*")}


# --- progress, and the script


def test_status_counts_parts_and_names_the_shards_at_work(array):
    job = array.begin()
    # While they stand still, what is told can be held against what is there. Each is stopped as
    # soon as it has something to show: on a busy machine one may end before another begins.
    going = set(range(1, JOBS + 1))

    def all_stand_still() -> bool:
        for shard in sorted(going):
            if notes(array.run, shard):
                array.slurm.cancel(f"{job}_{shard}", signal="STOP")
                going.remove(shard)
        return not going

    assert service.wait_for(all_stand_still, LIMIT, pause=0.05)
    found = json.loads(orgsim("status", array.run, "--json"))
    there = notes(array.run)
    array.slurm.cancel(job)
    assert (found["state"], found["parts"], found["points"]) == ("running", PARTS, 256)
    assert found["parts_done"] == len(there)
    assert found["points_done"] == len(there) * 256 // PARTS
    host = os.uname().nodename
    assert [who.partition(" (")[0] for who in found["at_work"]] == [
        f"shard {shard}/{JOBS}" for shard in range(1, JOBS + 1)
    ]
    assert all(who.endswith(f" on {host})") for who in found["at_work"])
    assert array.end(job) == "CANCELLED"
    assert not json.loads(orgsim("status", array.run, "--json"))["at_work"]


def test_bash_and_slurm_accept_the_script(array):
    subprocess.run(["bash", "-n", array.script], check=True)
    array.slurm.submit(array.script, "--test-only")


def test_the_script_of_an_odd_name_and_title_is_accepted_too(config, in_slurm, tmp_path):
    odd = tmp_path / "the firms' 100%j sweep.toml"
    odd.write_text(CONFIG.replace("Acceptance sweep", r"One line\ntouch another"))
    array = Array(in_slurm, odd, tmp_path)
    subprocess.run(["bash", "-n", array.script], check=True)
    array.slurm.submit(array.script, "--test-only")
    assert "\ntouch" not in array.script.read_text()


def test_the_prologue_has_the_last_word_on_where_kernels_are_kept(config, in_slurm, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(CONFIG + "prologue = ['export NUMBA_CACHE_DIR=/local/kernels']\n")
    script = Array(in_slurm, own, tmp_path).script.read_text()
    before, _, _ = script.partition("exec ")
    told = subprocess.run(
        ["bash", "-c", f"{before}\nprintenv NUMBA_CACHE_DIR"], capture_output=True, text=True
    )
    assert told.stdout == "/local/kernels\n"
