"""Scripts for queues, read back by small parsers of each queue's own grammar, and run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from orgsim import load_config
from orgsim.config import preset_path
from orgsim.errors import UsageError
from orgsim.execution.jobs.queues import QUEUES
from orgsim.execution.jobs.script import array_script

CONFIG = load_config(preset_path("sweep-threat-and-learning"))
CLUSTER = replace(
    CONFIG.cluster,
    queue="long",
    account="lab",
    cores=3,
    memory="6 GiB",
    walltime="1-12:30:20",
    parallel_environment="smp",
    prologue=("module load python",),
)
PREFIX = {"slurm": "#SBATCH", "pbs": "#PBS", "torque": "#PBS", "lsf": "#BSUB", "sge": "#$"}
WHOLE_FILE = ("sge",)
"""Queues that look for their prefix in all lines; the others stop at the first command."""


def script(jobs=7, name=CONFIG.name, title=CONFIG.title, sets=("firm.it_staff=3",), **changes):
    config = replace(CONFIG, name=name, title=title, cluster=replace(CLUSTER, **changes))
    return array_script(config, Path("my sweep.toml"), Path("results/a'b"), jobs, list(sets))


def options(text, queue):
    """Return the options that a queue reads in a script, in its own grammar, as (name, value)."""
    found = []
    first, *lines = text.splitlines()
    assert first == "#!/bin/bash"
    for line in lines:
        if line.strip() and not line.startswith("#") and queue not in WHOLE_FILE:
            break
        if not line.startswith(PREFIX[queue]):
            continue
        words = shlex.split(line.removeprefix(PREFIX[queue]))
        assert words, line
        while words:
            word = words.pop(0)
            assert word.startswith("-"), line
            if word.startswith("--"):
                name, _, value = word[2:].partition("=")
            else:
                assert len(word) == 2 or word in ("-cwd", "-pe"), line
                name, value = word[1:], ""
                arity = {"pe": 2, "r": 0 if queue == "lsf" else 1, "cwd": 0}.get(name, 1)
                value = " ".join(words.pop(0) for _ in range(arity))
            found.append((name, value))
    return found


def resources(found):
    """Return what stands after every ``-l`` of PBS and of Grid Engine."""
    given = {}
    for name, value in found:
        if name == "l":
            key, _, rest = value.partition("=")
            assert key not in given
            given[key] = rest
    return given


def test_slurm_is_told_what_the_config_says():
    found = dict(options(script(), "slurm"))
    assert found == {
        "job-name": "orgsim-sweep-threat-and-learning",
        "array": "1-7",
        "ntasks": "1",
        "cpus-per-task": "3",
        "mem": "6144M",
        "time": "1-12:30:20",
        "output": "orgsim-sweep-threat-and-learning-%A_%a.log",
        "open-mode": "append",
        "requeue": "",
        "partition": "long",
        "account": "lab",
    }


@pytest.mark.parametrize("queue", ["pbs", "torque"])
def test_pbs_is_told_what_the_config_says(queue):
    found = options(script(queue_system=queue), queue)
    single = dict(found)
    assert re.fullmatch(r"[A-Za-z][\w.+-]{0,14}", single["N"])
    assert (single["S"], single["j"], single["r"]) == ("/bin/bash", "oe", "y")
    assert (single["q"], single["A"]) == ("long", "lab")
    if queue == "pbs":
        assert single["J"] == "1-7"
        assert "t" not in single
        needs = {"walltime": "36:30:20", "select": "1:ncpus=3:mem=6144mb"}
    else:
        assert single["t"] == "1-7"
        assert "J" not in single
        needs = {"walltime": "36:30:20", "nodes": "1:ppn=3", "mem": "6144mb"}
    assert resources(found) == needs


def test_lsf_is_told_what_the_config_says_with_units_that_no_site_can_turn():
    found = dict(options(script(queue_system="lsf"), "lsf"))
    assert found == {
        "J": "orgsim-sweep-threat-and-learning[1-7]",
        "n": "3",
        "R": "span[hosts=1] rusage[mem=6144MB]",
        "M": "6144MB",
        "W": "36:31",  # whole minutes, and not fewer
        "o": "orgsim-sweep-threat-and-learning-%J_%I.log",
        "r": "",
        "q": "long",
        "P": "lab",
    }


def test_grid_engine_is_told_what_the_config_says_with_memory_by_slot():
    found = options(script(queue_system="sge"), "sge")
    single = dict(found)
    assert single["t"] == "1-7"
    assert single["pe"] == "smp 3"
    assert (single["S"], single["j"], single["r"]) == ("/bin/bash", "y", "y")
    assert (single["q"], single["P"]) == ("long", "lab")
    assert single["o"] == "orgsim-sweep-threat-and-learning-$JOB_ID.$TASK_ID.log"
    assert not set(single["N"]) & set("/:@\\*? ")
    assert not single["N"][0].isdigit()
    assert resources(found) == {"h_rt": "36:30:20", "h_vmem": "2048M"}


def test_grid_engine_without_a_parallel_environment_gives_one_core():
    with pytest.raises(UsageError, match=r"parallel_environment = .*qconf -spl"):
        script(queue_system="sge", parallel_environment="")
    found = dict(options(script(queue_system="sge", parallel_environment="", cores=1), "sge"))
    assert "pe" not in found


@pytest.mark.parametrize("queue", QUEUES)
def test_what_the_config_leaves_out_is_the_sites_to_choose(queue):
    found = options(script(queue_system=queue, queue="", account="", memory=""), queue)
    told = " ".join(f"{name} {value}" for name, value in found)
    assert "mem" not in told
    assert "M" not in dict(found)
    assert not {"q", "A", "P", "partition", "account"} & set(dict(found))


@pytest.mark.parametrize("queue", QUEUES)
@pytest.mark.parametrize("jobs", [1, 4])
def test_every_task_does_its_shard(queue, jobs, tmp_path):
    """The script runs in bash, as a queue starts it, with a stand-in for orgsim."""
    stub = tmp_path / "my orgsim"
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "$NUMBA_CACHE_DIR"\n')
    stub.chmod(0o755)
    text = script(jobs, queue_system=queue, command=(str(stub), "$(touch x)"), prologue=())
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    variable = QUEUES[queue].index[1:]
    for index in range(1, jobs + 1):
        environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), variable: str(index)}
        if queue == "pbs" and jobs == 1:  # no array, and so no number
            del environment[variable]
            assert "J" not in dict(options(text, queue))
        said = subprocess.run(
            ["bash"], input=text, text=True, capture_output=True, env=environment, cwd=tmp_path
        )
        assert said.returncode == 0, said.stderr
        *words, cache = said.stdout.splitlines()
        assert words[:2] == ["$(touch x)", "sweep"]
        assert words[-2:] == ["--shard", f"{index}/{jobs}"]
        assert words[words.index("--set") + 1] == "firm.it_staff=3"
        assert cache == str(tmp_path / f"orgsim-cache-{os.getuid()}")
        assert os.stat(cache).st_mode & 0o7777 == 0o700
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("memory", "megabytes"),
    [("512 MiB", 512), ("1 GiB", 1024), ("2 GB", 1907), ("1.5GiB", 1536), ("1 kB", 1)],
)
def test_memory_is_told_in_units_of_two_to_the_twentieth(memory, megabytes):
    """Slurm's M and PBS's mb are 2**20 bytes; a GB is 10**9."""
    assert f"#SBATCH --mem={megabytes}M\n" in script(memory=memory)
    assert f":mem={megabytes}mb\n" in script(memory=memory, queue_system="pbs")


def test_a_job_starts_orgsim_as_it_was_started_here_and_looks_for_no_module_beside_itself(tmp_path):
    (tmp_path / "orgsim.py").write_text("raise SystemExit('another orgsim')")
    line = next(line for line in script().splitlines() if line.startswith("exec "))
    words = shlex.split(line)[1:]
    said = subprocess.run([*words[:4], "--version"], cwd=tmp_path, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr


def test_a_title_of_two_lines_and_an_odd_name_stay_out_of_the_commands():
    text = script(name="a b'c%d", title="One\nrm -rf two")
    assert "\nrm" not in text
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    assert "#SBATCH --job-name=orgsim-a-b-c-d\n" in text


@pytest.mark.parametrize("queue", ["oar", "moab"])
def test_queues_without_scripts_are_named(queue):
    with pytest.raises(UsageError, match="scripts are written for slurm, pbs, torque, lsf, sge"):
        script(queue_system=queue)
