"""The Slurm for tests behaves as sites' own: arrays, cancelled and and requeued jobs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cluster import slurm as service


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
