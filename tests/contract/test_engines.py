"""One digest, whoever computes: shards, and Dask's workers, living or lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from orgsim import store
from orgsim.engine.cpu import runner
from orgsim.store.locks import Shard
from small_runs import FOUR_PARTS, PROGRAM, digest, manifest, said, spawned
from toy_model import TOY
from toy_runs import FINDING_THE_TOY, TOY_SWEEP

NINE_PRECISE_POINTS = """[simulation]
quarters = 6
[sweep]
points = 9
[sweep.parameters]
"walk.rate" = { low = 0.02, high = 0.98 }
[precision]
half_width = 0.025
"""


@pytest.fixture(scope="module")
def configs(toys, tmp_path_factory):
    """The two configs and, by name, what threads make of them."""
    directory = tmp_path_factory.mktemp("threads")
    found = {}
    for name, text in (("sweep", TOY_SWEEP), ("precise", NINE_PRECISE_POINTS)):
        path = directory / f"{name}.toml"
        path.write_text(text)
        done = toys.spawned("sweep", path, "--out", name, "--threads", 1, cwd=directory)
        assert done.returncode == 0, done.stderr
        found[name] = (path, digest(directory / name))
    return found


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A config of the study, and what threads make of it."""
    directory = tmp_path_factory.mktemp("study")
    path = directory / "sweep.toml"
    path.write_text(FOUR_PARTS)
    said("sweep", path, "--out", directory / "here", "--threads", 1)
    return path, digest(directory / "here")


# --- threads


def test_a_failing_block_is_reported_with_its_design_point(command, study, tmp_path, monkeypatch):
    path, expected = study
    real, seen = runner.simulate_block, []

    def simulate_block(inputs, first, stop, halt):
        seen.append(inputs)
        if len({id(inputs) for inputs in seen}) == 13:
            raise FloatingPointError("a number went astray")
        return real(inputs, first, stop, halt)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "simulate_block", simulate_block)
        output = command("sweep", path, "--out", "here", "--threads", 1, code=3)
    assert "Error: design point 12 (resistance.status_threat = " in output
    assert ", cooperation.learning_rate = " in output
    assert output.rstrip().endswith("FloatingPointError: a number went astray")
    assert "Traceback" not in output
    assert manifest(tmp_path / "here")["status"] == "failed"
    assert not list((tmp_path / "here").rglob(".unfinished*"))
    assert "failed" in command("status", "here")
    command("sweep", path, "--out", "here")
    assert digest(tmp_path / "here") == expected


def test_a_block_without_memory_says_what_to_do(command, study, monkeypatch):
    def simulate_block(inputs, first, stop, halt):
        raise MemoryError

    monkeypatch.setattr(runner, "simulate_block", simulate_block)
    output = command("sweep", study[0], "--out", "here", "--threads", 1, code=3)
    assert "design point 0 (" in output
    assert "out of memory: fewer --threads" in output


# --- shards


def test_shards_at_the_same_time_make_the_same_run(toys, configs, tmp_path):
    path, expected = configs["sweep"]
    words = ["sweep", path, "--out", "here", "--threads", 1]
    processes = [toys.begin(*words, "--shard", f"{i}/3", cwd=tmp_path) for i in (1, 2, 3)]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ends
    assert digest(tmp_path / "here") == expected
    assert any(expected in output for output, _ in ends)
    assert toys.spawned("verify", "here", cwd=tmp_path).returncode == 0


def test_shards_of_the_study_at_the_same_time_make_the_same_run(study, tmp_path):
    """In processes as people start them."""
    path, expected = study
    words = [*PROGRAM, "sweep", str(path), "--out", "here", "--quiet", "--threads", "1"]
    processes = [
        subprocess.Popen([*words, "--shard", f"{i}/2"], cwd=tmp_path, stderr=subprocess.PIPE)
        for i in (1, 2)
    ]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    assert digest(tmp_path / "here") == expected


def test_shards_one_after_another_make_the_same_run(toy_command, configs, tmp_path):
    path, expected = configs["sweep"]
    for shard in ("3/3", "1/3"):
        output = toy_command("sweep", path, "--out", "here", "--shard", shard)
        assert "running" in output or "nobody is at work" in output
        assert not (tmp_path / "here/shares.parquet").exists()
        assert manifest(tmp_path / "here")["digest"] is None
    assert "1 of 4 parts are missing" in toy_command("merge", "here", code=2)
    output = toy_command("sweep", path, "--out", "here", "--shard", "2/3")
    assert expected in output
    assert digest(tmp_path / "here") == expected
    assert expected in toy_command("merge", "here")
    before = manifest(tmp_path / "here")
    toy_command("sweep", path, "--out", "here", "--shard", "2/3")  # finds nothing to do
    assert manifest(tmp_path / "here") == before


def test_another_number_of_shards_or_none_goes_on_with_what_is_there(
    toy_command, configs, tmp_path
):
    path, expected = configs["sweep"]
    toy_command("sweep", path, "--out", "here", "--shard", "1/3")
    there = {p: p.stat().st_mtime_ns for p in (tmp_path / "here/firms").iterdir()}
    assert len(there) == 2
    toy_command("sweep", path, "--out", "here", "--shard", "2/4")
    toy_command("sweep", path, "--out", "here")
    assert digest(tmp_path / "here") == expected
    assert {p: p.stat().st_mtime_ns for p in there} == there


def test_shards_of_a_precise_sweep_and_of_a_split_point(toy_command, configs, tmp_path):
    path, expected = configs["precise"]
    for shard in ("2/2", "1/2"):
        toy_command("sweep", path, "--out", "precise", "--shard", shard, part_firms=4096)
    assert digest(tmp_path / "precise") == expected
    path, expected = configs["sweep"]
    for shard in ("1/2", "2/2"):
        toy_command("sweep", path, "--out", "split", "--shard", shard, part_firms=1024)
    assert len(list((tmp_path / "split/firms").iterdir())) == 80
    assert digest(tmp_path / "split") == expected


def test_more_shards_than_parts_are_harmless(toy_command, configs, tmp_path):
    path, expected = configs["sweep"]
    for i in (9, 1, 2, 3, 4):
        toy_command("sweep", path, "--out", "here", "--shard", f"{i}/9", "--quiet")
    assert digest(tmp_path / "here") == expected


def test_the_same_shard_or_the_whole_beside_a_shard_is_refused(toy_command, configs, tmp_path):
    path, expected = configs["sweep"]
    here = store.RunDirectory(tmp_path / "here")
    toy_command("sweep", path, "--out", "here", "--shard", "2/3")
    with here.held(Shard(1, 3)):
        output = toy_command("sweep", path, "--out", "here", "--shard", "1/3", code=2)
        assert f"another orgsim is at work on shard 1/3 (process {os.getpid()} on " in output
        assert "at work here" in toy_command("sweep", path, "--out", "here", code=2)
        toy_command("sweep", path, "--out", "here", "--shard", "3/3")
        assert "shard 1/3 (process" in toy_command("status", "here")
        more = [path, "--out", "here", "--shard", "3/3", "--set", "sweep.points=99"]
        assert "at work here, on shard 1/3" in toy_command("sweep", *more, code=2)
    with here.held():
        assert "at work here" in toy_command(
            "sweep", path, "--out", "here", "--shard", "3/3", code=2
        )
    toy_command("sweep", path, "--out", "here")
    assert digest(tmp_path / "here") == expected


@pytest.mark.parametrize(
    ("shard", "text"),
    [
        ("5/4", "5/4: of 4 shards, allowed are 1/4 to 4/4"),
        ("0/4", "0/4: of 4 shards, allowed are 1/4 to 4/4"),
        ("1/0", "of 0 shards"),
        ("1", "write I/N"),
        ("a/b", "write I/N"),
        ("-1/4", "write I/N"),
        ("1/99999999999999", "write I/N"),
    ],
)
def test_impossible_shards_are_refused(shard, text, toy_command, configs, tmp_path):
    assert text in toy_command("sweep", configs["sweep"][0], "--shard", shard, code=2)
    assert not list(tmp_path.iterdir())


def test_a_shard_never_overwrites(toy_command, configs, tmp_path):
    path, expected = configs["sweep"]
    toy_command("sweep", path, "--out", "here")
    output = toy_command("sweep", path, "--out", "here", "--shard", "1/2", "--overwrite", code=2)
    assert "remove the run beforehand" in output
    assert digest(tmp_path / "here") == expected


# --- Dask


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Scheduler:
    """A scheduler of Dask and its workers: processes of their own, on this machine alone."""

    def __init__(self, directory):
        self.directory = directory
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.processes = []
        self.start(
            "scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2],
            "--no-dashboard", "--no-jupyter",
        )  # fmt: skip

    def start(self, kind, *options):
        environment = (
            os.environ
            | FINDING_THE_TOY
            | {
                "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "5s",
                "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "20",
            }
        )
        with (self.directory / f"{kind}-{len(self.processes)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_" + kind, *options],
                cwd=self.directory, stdout=log, stderr=log, env=environment,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self):
        return self.start(
            "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--memory-limit", "0", "--local-directory", str(self.directory),
        )  # fmt: skip

    def newest_is_there(self):
        log = self.directory / f"worker-{len(self.processes) - 1}.log"
        while "Registered to" not in log.read_text():
            assert self.processes[-1].poll() is None
            time.sleep(0.02)

    def end(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    running = Scheduler(tmp_path_factory.mktemp("dask"))
    try:
        running.worker()
        running.worker()
        yield running
    finally:
        running.end()


def test_a_local_cluster_makes_the_same_run_of_the_study(study, tmp_path):
    """In processes as people start them."""
    path, expected = study
    done = spawned(
        "sweep", path, "--out", "here", "--scheduler", "local", "--workers", 2, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "here") == expected
    assert expected in done.stdout
    assert "Traceback" not in done.stderr


def test_a_scheduler_that_runs_makes_the_same_runs(toys, configs, scheduler, tmp_path):
    for name, (path, expected) in configs.items():
        done = toys.spawned(
            "sweep", path, "--out", name, "--scheduler", scheduler.address, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("can run code as you") == 1
        assert digest(tmp_path / name) == expected
        assert "Traceback" not in done.stderr
    # An interrupted run of threads goes on there, and the other way round.
    path, expected = configs["sweep"]
    assert (
        toys.spawned("sweep", path, "--out", "mixed", "--shard", "1/3", cwd=tmp_path).returncode
        == 0
    )
    done = toys.spawned("resume", "mixed", "--scheduler", scheduler.address, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "mixed") == expected


def test_a_worker_killed_in_the_middle_loses_nothing(toys, configs, scheduler, tmp_path):
    path, _ = configs["sweep"]
    more = ["--firms", "6000", "--set", "simulation.quarters=20"]
    whole = toys.spawned("sweep", path, *more, "--out", "whole", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    victim = scheduler.worker()
    scheduler.newest_is_there()
    process = toys.begin(
        "sweep", path, *more, "--out", "here", "--scheduler", scheduler.address, cwd=tmp_path
    )
    ledger = tmp_path / "here/ledger"
    try:
        deadline = time.monotonic() + 60
        # Kill the worker while a file of its own is unfinished.
        mark = f".unfinished-{victim.pid},"
        caught = False
        while not caught and process.poll() is None and time.monotonic() < deadline:
            caught = ledger.is_dir() and any(
                path.name.startswith(mark) for path in (tmp_path / "here/firms").glob(".unf*")
            )
            time.sleep(0.002)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait(timeout=20)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert caught
    assert process.returncode == 0, errors
    assert digest(tmp_path / "here") == digest(tmp_path / "whole")
    assert len(list((tmp_path / "here/firms").iterdir())) >= 10
    assert toys.spawned("verify", "here", cwd=tmp_path).returncode == 0


def test_an_unreachable_scheduler_gets_one_clear_message(toys, configs, tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    words = ["sweep", configs["sweep"][0], "--scheduler"]
    begun = [
        (scheduler, toys.begin(*words, scheduler, cwd=tmp_path))
        for scheduler in (address, "nonsense")
    ]
    for scheduler, process in begun:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2, errors
        assert errors.startswith(f"Error: --scheduler {scheduler}: cannot be reached within 10 s")
        assert "Traceback" not in errors
        assert len(errors.splitlines()) <= 3, errors
    assert not list(tmp_path.iterdir())


def test_the_queue_is_no_scheduler_any_more(toys, configs, tmp_path):
    words = ["sweep", configs["sweep"][0], "--scheduler", "queue"]
    done = toys.spawned(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "`orgsim cluster script CONFIG` writes an array of jobs" in done.stderr
    assert len(done.stderr.splitlines()) <= 4
    assert not list(tmp_path.iterdir())


def test_a_worker_puts_nothing_into_a_run_that_took_the_place_of_its_own(configs, tmp_path):
    """As one does that was left over from a sweep which was stopped and replaced."""
    import orgsim
    from orgsim.execution.executors import dask
    from orgsim.store.manifest import read_manifest

    path, _ = configs["sweep"]
    here = tmp_path / "here"
    orgsim.sweep(path, model=TOY, out=here)
    manifest = read_manifest(here)
    expected = dask._fingerprint(manifest)
    part = next(iter(store.layout_of(manifest).parts()))
    dask.do_part(str(here), TOY.home, expected, tuple(part))  # is there
    orgsim.sweep(path, ["simulation.seed=2"], model=TOY, out=here, overwrite=True)
    before = {file: file.read_bytes() for file in here.rglob("*.*") if file.is_file()}
    (here / "ledger" / f"{part.name}.npz").unlink()
    with pytest.raises(orgsim.RunError, match="holds another run"):
        dask.do_part(str(here), TOY.home, expected, tuple(part))
    left = {file: file.read_bytes() for file in here.rglob("*.*") if file.is_file()}
    assert left == {file: content for file, content in before.items() if file in left}
    assert not list(here.rglob(".unfinished*"))
