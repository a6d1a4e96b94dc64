"""One digest, whoever computes: threads, shards, and Dask's workers, living or lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from orgsim import store
from orgsim.store.locks import Shard
from small_runs import FOUR_PARTS, PROGRAM, cut_into, digest, manifest, said, spawned

NINE_PRECISE_POINTS = """extends = "article-2014"
[simulation]
quarters = 6
[sweep]
points = 9
[sweep.parameters]
"leadership.commitment" = { low = 0.02, high = 0.98 }
[precision]
half_width = 0.025
"""


@pytest.fixture(scope="module")
def configs(tmp_path_factory):
    """The two configs and, by name, what threads make of them."""
    directory = tmp_path_factory.mktemp("threads")
    found = {}
    for name, text in (("sweep", FOUR_PARTS), ("precise", NINE_PRECISE_POINTS)):
        path = directory / f"{name}.toml"
        path.write_text(text)
        said("sweep", path, "--out", directory / name, "--threads", 1)
        found[name] = (path, digest(directory / name))
    return found


# --- threads


def test_threads_leave_the_digest(command, configs, tmp_path):
    path, expected = configs["sweep"]
    for threads in (2, 3):
        command("sweep", path, "--out", f"t{threads}", "--threads", threads)
        assert digest(tmp_path / f"t{threads}") == expected
    assert len(list((tmp_path / "t2/firms").iterdir())) == 4


def test_a_failing_block_is_reported_with_its_design_point(command, configs, tmp_path, monkeypatch):
    path, expected = configs["sweep"]
    from orgsim.execution import point

    real, seen = point.simulate_block, []

    def simulate_block(inputs, first, stop, halt):
        seen.append(inputs)
        if len({id(inputs) for inputs in seen}) == 13:
            raise FloatingPointError("a number went astray")
        return real(inputs, first, stop, halt)

    with monkeypatch.context() as patch:
        patch.setattr("orgsim.execution.point.simulate_block", simulate_block)
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


def test_a_block_without_memory_says_what_to_do(command, configs, monkeypatch):
    def simulate_block(inputs, first, stop, halt):
        raise MemoryError

    monkeypatch.setattr("orgsim.execution.point.simulate_block", simulate_block)
    output = command("sweep", configs["sweep"][0], "--out", "here", "--threads", 1, code=3)
    assert "design point 0 (" in output
    assert "out of memory: fewer --threads" in output


# --- shards


def test_shards_at_the_same_time_make_the_same_run(configs, tmp_path):
    path, expected = configs["sweep"]
    processes = [
        subprocess.Popen(
            [*PROGRAM, "sweep", str(path), "--out", "here", "--shard", f"{i}/3", "--threads", "1"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i in (1, 2, 3)
    ]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ends
    assert digest(tmp_path / "here") == expected
    assert any(expected in output for output, _ in ends)
    assert spawned("verify", "here", cwd=tmp_path).returncode == 0


def test_shards_one_after_another_make_the_same_run(command, configs, tmp_path):
    path, expected = configs["sweep"]
    for shard in ("3/3", "1/3"):
        output = command("sweep", path, "--out", "here", "--shard", shard)
        assert "running" in output or "nobody is at work" in output
        assert not (tmp_path / "here/shares.parquet").exists()
        assert manifest(tmp_path / "here")["digest"] is None
    assert "1 of 4 parts are missing" in command("merge", "here", code=2)
    output = command("sweep", path, "--out", "here", "--shard", "2/3")
    assert expected in output
    assert digest(tmp_path / "here") == expected
    assert expected in command("merge", "here")
    before = manifest(tmp_path / "here")
    command("sweep", path, "--out", "here", "--shard", "2/3")  # finds nothing to do
    assert manifest(tmp_path / "here") == before


def test_another_number_of_shards_or_none_goes_on_with_what_is_there(command, configs, tmp_path):
    path, expected = configs["sweep"]
    command("sweep", path, "--out", "here", "--shard", "1/3")
    there = {p: p.stat().st_mtime_ns for p in (tmp_path / "here/firms").iterdir()}
    assert len(there) == 2
    command("sweep", path, "--out", "here", "--shard", "2/4")
    command("sweep", path, "--out", "here")
    assert digest(tmp_path / "here") == expected
    assert {p: p.stat().st_mtime_ns for p in there} == there


def test_shards_of_a_precise_sweep_and_of_a_split_point(command, configs, tmp_path, monkeypatch):
    path, expected = configs["precise"]
    cut_into(monkeypatch, 4096)
    for shard in ("2/2", "1/2"):
        command("sweep", path, "--out", "precise", "--shard", shard)
    assert digest(tmp_path / "precise") == expected
    path, expected = configs["sweep"]
    cut_into(monkeypatch, 1024)
    for shard in ("1/2", "2/2"):
        command("sweep", path, "--out", "split", "--shard", shard)
    assert len(list((tmp_path / "split/firms").iterdir())) == 80
    assert digest(tmp_path / "split") == expected


def test_more_shards_than_parts_are_harmless(command, configs, tmp_path):
    path, expected = configs["sweep"]
    for i in (9, 1, 2, 3, 4):
        command("sweep", path, "--out", "here", "--shard", f"{i}/9", "--quiet")
    assert digest(tmp_path / "here") == expected


def test_the_same_shard_or_the_whole_beside_a_shard_is_refused(command, configs, tmp_path):
    path, expected = configs["sweep"]
    here = store.RunDirectory(tmp_path / "here")
    command("sweep", path, "--out", "here", "--shard", "2/3")
    with here.held(Shard(1, 3)):
        output = command("sweep", path, "--out", "here", "--shard", "1/3", code=2)
        assert f"another orgsim is at work on shard 1/3 (process {os.getpid()} on " in output
        assert "at work here" in command("sweep", path, "--out", "here", code=2)
        command("sweep", path, "--out", "here", "--shard", "3/3")
        assert "shard 1/3 (process" in command("status", "here")
        more = [path, "--out", "here", "--shard", "3/3", "--set", "sweep.points=99"]
        assert "at work here, on shard 1/3" in command("sweep", *more, code=2)
    with here.held():
        assert "at work here" in command("sweep", path, "--out", "here", "--shard", "3/3", code=2)
    command("sweep", path, "--out", "here")
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
def test_impossible_shards_are_refused(shard, text, command, configs, tmp_path):
    assert text in command("sweep", configs["sweep"][0], "--shard", shard, code=2)
    assert not list(tmp_path.iterdir())


def test_a_shard_never_overwrites(command, configs, tmp_path):
    path, expected = configs["sweep"]
    command("sweep", path, "--out", "here")
    output = command("sweep", path, "--out", "here", "--shard", "1/2", "--overwrite", code=2)
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
        environment = os.environ | {
            "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "5s",
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "20",
        }
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


def test_a_local_cluster_makes_the_same_run(configs, tmp_path):
    path, expected = configs["sweep"]
    done = spawned(
        "sweep", path, "--out", "here", "--scheduler", "local", "--workers", 2, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "here") == expected
    assert expected in done.stdout
    assert "Traceback" not in done.stderr


def test_a_scheduler_that_runs_makes_the_same_runs(configs, scheduler, tmp_path):
    for name, (path, expected) in configs.items():
        done = spawned("sweep", path, "--out", name, "--scheduler", scheduler.address, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("can run code as you") == 1
        assert digest(tmp_path / name) == expected
        assert "Traceback" not in done.stderr
    # An interrupted run of threads goes on there, and the other way round.
    path, expected = configs["sweep"]
    assert spawned("sweep", path, "--out", "mixed", "--shard", "1/3", cwd=tmp_path).returncode == 0
    done = spawned("resume", "mixed", "--scheduler", scheduler.address, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "mixed") == expected


def test_a_worker_killed_in_the_middle_loses_nothing(configs, scheduler, tmp_path):
    path, _ = configs["sweep"]
    more = ["--firms", "6000", "--set", "simulation.quarters=20"]
    whole = spawned("sweep", path, *more, "--out", "whole", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    victim = scheduler.worker()
    process = subprocess.Popen(
        [*PROGRAM, "sweep", str(path), *more, "--out", "here", "--scheduler", scheduler.address],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
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
        process.wait()
    assert caught
    assert process.returncode == 0, errors
    assert digest(tmp_path / "here") == digest(tmp_path / "whole")
    assert len(list((tmp_path / "here/firms").iterdir())) >= 10
    assert spawned("verify", "here", cwd=tmp_path).returncode == 0


def test_an_unreachable_scheduler_gets_one_clear_message(configs, tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    for scheduler, text in (
        (address, f"Error: --scheduler {address}: cannot be reached within 10 s"),
        ("nonsense", "Error: --scheduler nonsense: cannot be reached within 10 s"),
    ):
        done = spawned("sweep", configs["sweep"][0], "--scheduler", scheduler, cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith(text)
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) <= 3, done.stderr
        assert not list(tmp_path.iterdir())


def test_the_queue_is_no_scheduler_any_more(configs, tmp_path):
    done = spawned("sweep", configs["sweep"][0], "--scheduler", "queue", cwd=tmp_path)
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
    orgsim.sweep(path, out=here)
    manifest = read_manifest(here)
    expected = dask._fingerprint(manifest)
    part = next(iter(store.layout_of(manifest).parts()))
    dask.do_part(str(here), expected, tuple(part))  # is there
    orgsim.sweep(orgsim.load_config(path, ["simulation.seed=2"]), out=here, overwrite=True)
    before = {file: file.read_bytes() for file in here.rglob("*.*") if file.is_file()}
    (here / "ledger" / f"{part.name}.npz").unlink()
    with pytest.raises(orgsim.RunError, match="holds another run"):
        dask.do_part(str(here), expected, tuple(part))
    left = {file: file.read_bytes() for file in here.rglob("*.*") if file.is_file()}
    assert left == {file: content for file, content in before.items() if file in left}
    assert not list(here.rglob(".unfinished*"))
