"""A Slurm of two nodes for the tests of this folder; its logs outlive them in pytest's tmp."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cluster import slurm as service

FINISHED = {
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "TIMEOUT",
}


class Slurm:
    """The running Slurm.

    A job is named by the id that ``sbatch`` gave, as text; ``12`` stands for all tasks of the
    array 12, and ``12_3`` for one of them.

    Attributes
    ----------
    directory : Path
        Its configuration and logs, and the output of jobs under ``jobs``.
    environment : dict
        The variables by which Slurm's commands find it.
    """

    def __init__(self, directory: Path, environment: dict[str, str]):
        self.directory = directory
        self.environment = environment
        self.jobs = directory / "jobs"
        self.jobs.mkdir()

    def command(self, *arguments: str, text: str | None = None, cwd: Path | None = None) -> str:
        """Run one of Slurm's commands, which must succeed, and return what it prints."""
        result = service.command(self.directory, *arguments, text=text, cwd=cwd)
        if result.returncode:
            self.fail(f"{' '.join(arguments)}: exit code {result.returncode}: {result.stderr}")
        return result.stdout

    def sbatch(self, script: str, *options: str) -> str:
        """Submit the text of a script and return the job's id.

        Output goes to ``jobs``, which also is the working directory, unless options say else.
        """
        if not script.startswith("#!"):
            script = f"#!/bin/sh\n{script}"
        places = (f"--chdir={self.jobs}", f"--output={self.jobs}/%x-%j.txt")
        return self.command("sbatch", "--parsable", *places, *options, text=script).strip()

    def submit(self, path: Path, *options: str) -> str:
        """Submit a script's file as it is, from ``jobs``, and return the job's id."""
        return self.command("sbatch", "--parsable", *options, str(path), cwd=self.jobs).strip()

    def states(self, job: str) -> list[str]:
        """Return the state of every task that Slurm remembers; it forgets after five minutes."""
        records = self.command("scontrol", "--oneliner", "show", "job", job).splitlines()
        return [
            word.partition("=")[2]
            for record in records
            for word in record.split()
            if word.startswith("JobState=")
        ]

    def state(self, job: str) -> str:
        """Return a job's state; of an array the one that needs attention most.

        That is an unfinished task's, else a failed one's, else COMPLETED.
        """
        return min(self.states(job), key=lambda s: (s in FINISHED, s == "COMPLETED", s))

    def wait(self, job: str, seconds: float, until: str | None = None) -> str:
        """Wait until a job, of an array every task, is finished; return its state.

        Parameters
        ----------
        job : str
            Its id.
        seconds : float
            The test fails when it takes longer.
        until : str, optional
            A state to wait for instead, such as RUNNING; the test fails at once when the job
            finishes in another.
        """

        def reached() -> bool:
            state = self.state(job)
            if until and state in FINISHED - {until}:
                self.fail(f"job {job} is {state}, and shall be {until}", job)
            return state == until if until else state in FINISHED

        if not service.wait_for(reached, seconds):
            self.fail(f"job {job} is not {until or 'finished'} after {seconds} s", job)
        return self.state(job)

    def cancel(self, job: str, signal: str | None = None) -> None:
        """Cancel a job, or send a signal to its script and all that this has started."""
        self.command("scancel", *(["--full", f"--signal={signal}"] if signal else []), job)

    def requeue(self, job: str) -> None:
        """Have a running job start over; it waits some seconds in between."""
        self.command("scontrol", "requeue", job)

    def fail(self, reason: str, job: str | None = None) -> None:
        """Fail the test with all that may explain it."""
        report = [reason]
        if job:
            report.append(service.command(self.directory, "scontrol", "show", "job", job).stdout)
        report.append(service.command(self.directory, "squeue").stdout)
        for path in sorted(self.jobs.iterdir(), key=lambda p: p.stat().st_mtime)[-4:]:
            report += [f"--- {path}", path.read_text(errors="replace")[-2000:]]
        report.append(service.logs(self.directory))
        pytest.fail("\n".join(report), pytrace=False)


@pytest.fixture(scope="session")
def slurm(tmp_path_factory):
    service.install()
    directory = tmp_path_factory.mktemp("slurm")
    environment = service.start(directory)
    try:
        yield Slurm(directory, environment)
    finally:
        service.stop(directory)


@pytest.fixture
def in_slurm(slurm, monkeypatch):
    """Point this process and its children to the running Slurm, as a user's shell would be."""
    wanted = service.full_environment(slurm.directory)
    for name in os.environ.keys() - wanted.keys():
        monkeypatch.delenv(name)
    for name in slurm.environment:
        monkeypatch.setenv(name, wanted[name])
    return slurm
