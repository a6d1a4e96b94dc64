"""What queues are told: job scripts of Dask's workers, and arrays of Slurm."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import dask_jobqueue
import pytest

from orgsim.cluster import dask
from orgsim.cluster.slurm import array_script
from orgsim.config import load_config, preset_path
from orgsim.errors import UsageError

CONFIG = load_config(preset_path("sweep-threat-and-learning"))
CLUSTER = replace(
    CONFIG.cluster,
    queue="long",
    account="lab",
    cores=3,
    memory="2 GiB",
    walltime="12:30:00",
    interface="lo",
    prologue=("module load python",),
)


def job_script(queue, cluster=CLUSTER):
    options = dask.job_options(replace(cluster, queue_system=queue), Path("/runs/here"))
    options.pop("scheduler_options")
    if queue == "oar":
        options["memory_per_core_property_name"] = "memcore"  # or it warns that none is asked for
    job = getattr(dask_jobqueue, dask._CLASSES[queue]).job_cls
    return job(scheduler="tcp://127.0.0.1:1", name="worker", **options).job_script()


@pytest.mark.parametrize(
    ("queue", "lines"),
    [
        ("slurm", ["-p long", "-A lab", "--cpus-per-task=3", "--mem=2G", "-t 12:30:00"]),
        ("pbs", ["-q long", "-A lab", "ncpus=3:mem=2048MB", "walltime=12:30:00"]),
        ("moab", ["-q long", "-A lab", "ncpus=3:mem=2048MB", "walltime=12:30:00"]),
        ("sge", ["-q long", "-P lab", "h_rt=12:30:00"]),
        ("lsf", ["-q long", '-P "lab"', "-n 3", "-W 12:30"]),
        ("oar", ["-q long", "--project lab", "core=3", "walltime=12:30:00"]),
    ],
)
def test_a_worker_asks_its_queue_for_what_the_config_says(queue, lines):
    script = job_script(queue)
    for line in [*lines, "module load python", "--nthreads 3", "--interface lo"]:
        assert line in script
    assert "0.0.0.0" not in script


def test_without_an_interface_no_scheduler_listens_on_all_of_them():
    with pytest.raises(UsageError, match=r"cluster\.interface: name the network interface"):
        dask.job_options(replace(CLUSTER, interface=""), Path("here"))


def script(**changes):
    config = replace(CONFIG, cluster=replace(CLUSTER, **changes))
    return array_script(config, Path("my sweep.toml"), Path("results/a'b"), 7, ["firm.it_staff=3"])


def test_an_array_is_a_script_that_bash_reads_and_that_names_every_shard(tmp_path):
    text = script()
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    for line in (
        "#SBATCH --array=1-7",
        "#SBATCH --cpus-per-task=3",
        "#SBATCH --mem=2048M",
        "#SBATCH --time=12:30:00",
        "#SBATCH --partition=long",
        "#SBATCH --account=lab",
        "#SBATCH --requeue",
        "module load python",
        "--set firm.it_staff=3",
        '--shard "$SLURM_ARRAY_TASK_ID/7"',
    ):
        assert line in text
    first, *rest = text.splitlines()
    assert first == "#!/bin/bash"
    # Slurm reads options up to the first line that is no comment.
    body = [line for line in rest if not line.startswith("#")]
    assert not any("#SBATCH" in line for line in body)


@pytest.mark.parametrize(
    ("memory", "megabytes"),
    [("512 MiB", 512), ("1 GiB", 1024), ("2 GB", 1907), ("1.5GiB", 1536), ("1 kB", 1)],
)
def test_memory_is_told_in_slurms_megabytes(memory, megabytes):
    """Slurm's M is 2**20 bytes; a GB is 10**9."""
    assert f"#SBATCH --mem={megabytes}M\n" in script(memory=memory)


def test_a_title_of_two_lines_and_an_odd_name_stay_out_of_the_commands():
    config = replace(CONFIG, name="a b'c%d", title="One\nrm -rf two")
    text = array_script(config, Path("c.toml"), Path("out"), 2)
    assert "\nrm" not in text
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    assert "#SBATCH --job-name=orgsim-a-b-c-d\n" in text


def test_arrays_are_slurms_alone():
    with pytest.raises(UsageError, match="arrays are written for Slurm"):
        script(queue_system="pbs")
