"""How many cores a process may use: by processors, quotas of control groups, and queues."""

from __future__ import annotations

import os

import pytest

from orgsim.system.machine import cores


@pytest.fixture(autouse=True)
def _many_processors(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)


@pytest.fixture
def machine(tmp_path):
    """Return what counts cores on a made-up machine."""

    def count(membership="", files=(), **environment):
        member = tmp_path / "cgroup"
        member.write_text(membership)
        for name, text in dict(files).items():
            path = tmp_path / "fs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return cores(environment=environment, membership=member, cgroups=tmp_path / "fs")

    return count


def test_without_any_word_all_processors_count(machine, tmp_path):
    assert machine() == 64
    nowhere = tmp_path / "nowhere"
    assert cores(environment={}, membership=nowhere, cgroups=nowhere) == 64


@pytest.mark.parametrize(
    ("variable", "more"),
    [
        ("SLURM_CPUS_PER_TASK", {}),
        ("NSLOTS", {}),
        ("PBS_NP", {}),
        ("LSB_DJOB_NUMPROC", {}),
        ("NCPUS", {"PBS_JOBID": "1[2].host"}),
    ],
)
def test_what_a_queue_granted_counts(variable, more, machine):
    assert machine(**more, **{variable: "3"}) == 3
    assert machine(**more, **{variable: "128"}) == 64
    for odd in ("0", "-3", "3x", "", " 3", "9" * 5000, "٣", "3.5", "1e3"):
        assert machine(**more, **{variable: odd}) == 64


def test_ncpus_means_nothing_outside_pbs_and_threads_of_others_never(machine):
    assert machine(NCPUS="3", OMP_NUM_THREADS="1") == 64


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a/b/cpu.max": "200000 100000\n"}, 2),
        ({"a/b/cpu.max": "max 100000\n", "a/cpu.max": "300000 100000\n"}, 3),
        ({"a/b/cpu.max": "800000 100000\n", "a/cpu.max": "300000 100000\n"}, 3),
        ({"cpu.max": "400000 100000\n"}, 4),
        ({"a/b/cpu.max": "150000 100000\n"}, 2),
        ({"a/b/cpu.max": "1000 100000\n"}, 1),
        ({"a/b/cpu.max": "max 100000\n"}, 64),
        ({"a/b/cpu.max": "200000 0\n"}, 64),
        ({"a/b/cpu.max": "garbage"}, 64),
        ({"a/b/cpu.max": ""}, 64),
        ({"other/cpu.max": "100000 100000\n"}, 64),
    ],
)
def test_the_smallest_quota_of_groups_of_version_2_counts(files, expected, machine):
    assert machine("0::/a/b\n", files) == expected


@pytest.mark.parametrize("mounted", ["cpu,cpuacct", "cpu"])
@pytest.mark.parametrize(
    ("quota", "expected"), [("250000\n", 3), ("-1\n", 64), ("", 64), ("many", 64)]
)
def test_a_quota_of_groups_of_version_1_counts(mounted, quota, expected, machine):
    files = {
        f"{mounted}/a/cpu.cfs_quota_us": quota,
        f"{mounted}/a/cpu.cfs_period_us": "100000\n",
    }
    assert machine("3:cpu,cpuacct:/a\n2:memory:/b\n0::/\n", files) == expected


def test_groups_outside_the_mounted_ones_are_not_looked_for(machine, tmp_path):
    (tmp_path / "cpu.max").write_text("100000 100000\n")
    assert machine("0::/../..\n") == 64


def test_the_least_of_all_words_wins(machine):
    files = {"a/cpu.max": "500000 100000\n"}
    assert machine("0::/a\n", files, SLURM_CPUS_PER_TASK="9") == 5
    assert machine("0::/a\n", files, SLURM_CPUS_PER_TASK="2") == 2
