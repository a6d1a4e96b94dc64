"""The Slurm for tests behaves as sites' own: arrays, cancelled and requeued jobs, and Dask."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import dask
import pytest
from dask.distributed import Client

from cluster import slurm as service

# Dask opens an HTTP port in any case, and warns where 8787, its default, is taken.
NO_DASHBOARD = "127.0.0.1:0"


def slurm_cluster(**options):
    # On import dask-jobqueue has SIGINT raise SystemExit, by which Ctrl-C would only fail a test.
    handler = signal.getsignal(signal.SIGINT)
    from dask_jobqueue import SLURMCluster

    signal.signal(signal.SIGINT, handler)
    return SLURMCluster(**options)


@pytest.fixture
def two_workers(in_slurm, tmp_path):
    """Yield Dask's cluster with two workers, each a job, and a client of it."""
    with (
        # Else a lost worker is replaced only after 15 s.
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1s"}),
        slurm_cluster(
            cores=1,
            processes=1,
            memory="1GiB",
            queue="debug",
            interface="lo",
            python=sys.executable,
            log_directory=str(tmp_path / "logs"),
            local_directory=str(tmp_path / "scratch"),
            worker_extra_args=["--dashboard-address", NO_DASHBOARD],
            scheduler_options={
                "host": "127.0.0.1",
                "dashboard": False,
                "dashboard_address": NO_DASHBOARD,
            },
        ) as workers,
        Client(workers) as client,
    ):
        # Unlike scale(2), this also replaces workers that are lost.
        workers.adapt(minimum=2, maximum=2)
        client.wait_for_workers(2, timeout=60)
        yield workers, client


def jobs(workers):
    return {str(worker.job_id) for worker in workers.workers.values()}


def test_an_array_of_four_writes_four_files(slurm, tmp_path):
    script = f"echo $SLURM_ARRAY_TASK_ID > {tmp_path}/$SLURM_ARRAY_TASK_ID"
    job = slurm.sbatch(script, "--array=0-3")
    assert slurm.wait(job, 30) == "COMPLETED"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        str(i): f"{i}\n" for i in range(4)
    }


def test_a_failed_task_shows_in_its_array(slurm):
    job = slurm.sbatch("exit $SLURM_ARRAY_TASK_ID", "--array=0-1")
    assert slurm.wait(job, 30) == "FAILED"
    assert slurm.state(f"{job}_0") == "COMPLETED"


def test_a_cancelled_job_is_cancelled(slurm):
    job = slurm.sbatch("sleep 600")
    slurm.wait(job, 30, until="RUNNING")
    slurm.cancel(job)
    assert slurm.wait(job, 30) == "CANCELLED"


def test_a_signal_reaches_what_the_script_started(slurm, tmp_path):
    program = (
        "import pathlib, signal; signal.signal(signal.SIGUSR1, lambda *_: None); "
        "pathlib.Path('ready').touch(); signal.pause(); pathlib.Path('heard').touch()"
    )
    script = f"trap '' USR1\n'{sys.executable}' -c \"{program}\"\n"
    job = slurm.sbatch(script, f"--chdir={tmp_path}")
    assert service.wait_for((tmp_path / "ready").exists, 30)
    slurm.cancel(job, signal="USR1")
    assert slurm.wait(job, 30) == "COMPLETED"
    assert (tmp_path / "heard").exists()


def test_a_requeued_job_runs_twice(slurm, tmp_path):
    script = (
        f"echo ${{SLURM_RESTART_COUNT:-0}} >> {tmp_path}/runs\n"
        'test -n "$SLURM_RESTART_COUNT" || sleep 600\n'
    )
    job = slurm.sbatch(script)
    assert service.wait_for((tmp_path / "runs").exists, 30)
    slurm.requeue(job)
    assert slurm.wait(job, 60) == "COMPLETED"
    assert (tmp_path / "runs").read_text() == "0\n1\n"


def test_dask_computes_a_sum_on_two_workers(two_workers):
    _, client = two_workers
    parts = client.map(lambda i: (time.sleep(0.1), i)[1], range(20))
    assert client.submit(sum, parts).result(timeout=60) == sum(range(20))
    assert len({worker for holders in client.who_has(parts).values() for worker in holders}) == 2


def test_a_worker_cancelled_mid_run_loses_nothing(two_workers, in_slurm):
    workers, client = two_workers
    parts = client.map(lambda i: (time.sleep(0.5), i)[1], range(20))
    assert service.wait_for(lambda: sum(part.done() for part in parts) >= 4, 60)
    job = min(jobs(workers))
    in_slurm.cancel(job)
    assert client.gather(parts) == list(range(20))
    assert in_slurm.wait(job, 30) == "CANCELLED"
    assert service.wait_for(lambda: job not in jobs(workers), 60)
    client.wait_for_workers(2, timeout=60)


def test_a_second_start_in_a_directory_is_refused(slurm):
    with pytest.raises(service.SlurmError, match="stop it first"):
        service.start(slurm.directory)
    assert "n1" in service.status(slurm.directory)


def test_stop_leaves_strangers_alone(tmp_path):
    with subprocess.Popen(["sleep", "20"]) as stranger:
        (tmp_path / "slurmctld.pid").write_text(str(stranger.pid))
        service.stop(tmp_path)
        ended = stranger.poll()
        stranger.kill()
    assert ended is None


def test_stop_cancels_jobs_and_may_be_repeated(slurm, tmp_path_factory):
    directory = tmp_path_factory.mktemp("other")
    service.start(directory)
    job = f"trap '' TERM; echo $$ > {directory}/job; while :; do sleep 0.1; done"
    service.command(directory, "sbatch", "--output=/dev/null", text=f"#!/bin/sh\n{job}\n")
    assert service.wait_for((directory / "job").exists, 30)
    service.stop(directory)
    service.stop(directory)
    assert not Path("/proc", (directory / "job").read_text().strip()).exists()
    with pytest.raises(service.SlurmError, match="slurmctld: stopped"):
        service.status(directory)
    assert "n1" in service.status(slurm.directory)
