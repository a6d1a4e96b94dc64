"""A real Slurm of two virtual nodes on this machine, for tests and for trying things out.

    eval "$(python tests/cluster/slurm.py start DIR)"
    python tests/cluster/slurm.py status DIR
    python tests/cluster/slurm.py stop DIR

Everything that it writes lies in DIR, every port is on 127.0.0.1, and several may run side by
side. Its jobs run as whoever started it, and anyone on this machine may talk to it: it is no
cluster for work.
"""

from __future__ import annotations

import getpass
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # where a script finds what follows

import debian

NODES = ("n1", "n2")
DAEMONS = ("slurmctld", *(f"slurmd-{node}" for node in NODES))
PACKAGE = "slurm-wlm"
POLICY = Path("/usr/sbin/policy-rc.d")
KILL_WAIT = 5  # seconds between a job's SIGTERM and its SIGKILL
START_LIMIT, STOP_LIMIT, ANSWER_LIMIT = 30, 15, 30  # seconds

# Slurm counts time limits in whole minutes and looks at them twice a minute: a job with
# --time=1 gets its SIGTERM 60 to 90 s after its start, and SIGKILL 5 s later. No test can rely
# on less, and --signal=USR1@N, which may come a minute early, is no finer. A test that only
# needs the signals of a time limit should send them by scancel instead.
#
# cred_expire is how long a requeued job waits before it may start again: 120 s by default.
# config_overrides lets two nodes claim two processors each on a smaller machine.
# bf_interval and sched_interval have jobs start within a second or so of a place being free,
# and requeued jobs when they may, instead of at the next full minute.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
AuthInfo=cred_expire=5
CredType=cred/none
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={directory}/state
SlurmctldPidFile={directory}/slurmctld.pid
SlurmctldLogFile={directory}/slurmctld.log
SlurmdPidFile={directory}/slurmd-%n.pid
SlurmdSpoolDir={directory}/spool-%n
SlurmdLogFile={directory}/slurmd-%n.log
SlurmdParameters=config_overrides
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=bf_interval=1,sched_interval=1
ReturnToService=2
JobRequeue=1
KillWait={kill_wait}
OverTimeLimit=0
MinJobAge=300
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 RealMemory={memory}
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 RealMemory={memory}
PartitionName=debug Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


class SlurmError(Exception):
    """Slurm is missing or does not do what it should; the text says what and what to do."""


def install() -> None:
    """Install Slurm from the system's packages unless it is there.

    Raises
    ------
    debian.MissingError
        If that cannot be done here; the text names the way out.
    """
    if debian.program("slurmctld") and debian.program("slurmd"):
        return
    otherwise = "install slurmctld, slurmd and Slurm's commands, or use Debian or Ubuntu"
    with _services_stay_stopped():
        debian.install(PACKAGE, "Slurm", otherwise)


@contextmanager
def _services_stay_stopped() -> Iterator[None]:
    """Keep the packages from starting their own daemons, munge among them."""
    try:
        with POLICY.open("x") as file:
            file.write("#!/bin/sh\nexit 101\n")
    except FileExistsError:  # the machine has its own policy: that of Debian's images is the same
        yield
        return
    try:
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink()


def start(directory: Path) -> dict[str, str]:
    """Start a controller and two nodes, and wait until both nodes are idle.

    Parameters
    ----------
    directory : Path
        Where configuration, state and logs go; made if need be.

    Returns
    -------
    dict
        The environment variables by which Slurm's commands find this Slurm.

    Raises
    ------
    SlurmError
        If it does not come up; the text ends with the logs.
    """
    directory = directory.resolve()
    _check_place(directory)
    (directory / "state").mkdir(parents=True, exist_ok=True)
    for node in NODES:
        (directory / f"spool-{node}").mkdir(exist_ok=True)
    configuration = directory / "slurm.conf"
    configuration.write_text(
        CONFIGURATION.format(
            host=socket.gethostname().partition(".")[0],
            user=getpass.getuser(),
            directory=directory,
            ports=free_ports(1 + len(NODES)),
            memory=_node_memory(),
            kill_wait=KILL_WAIT,
        )
    )
    # Nothing here needs cgroups, but by default a node would not start where they are missing.
    (directory / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
    try:
        _launch(directory, "slurmctld", "-c", "-f", str(configuration))
        for node in NODES:
            _launch(directory, f"slurmd-{node}", "-c", "-f", str(configuration), "-N", node)
        if not wait_for(lambda: _node_states(directory) == ["idle"] * len(NODES), START_LIMIT):
            raise SlurmError(
                f"Slurm's nodes were not idle after {START_LIMIT} s, but "
                f"{_node_states(directory) or 'unknown'}\n{logs(directory)}"
            )
    except BaseException:
        stop(directory)
        raise
    return environment(directory)


def _check_place(directory: Path) -> None:
    if [name for name in DAEMONS if _daemon(directory, name)]:
        raise SlurmError(
            f"{directory}: a Slurm runs here\n"
            f"  stop it first: python {shlex.quote(__file__)} stop {shlex.quote(str(directory))}"
        )
    # Jobs are reached through sockets in the spool directories, of at most 107 characters.
    if len(str(directory)) > 70 or re.search(r"[\s#%,\"'\\]", str(directory)):
        raise SlurmError(
            f"{directory}: Slurm needs a path of at most 70 plain characters\n"
            "  choose another directory, or set TMPDIR=/tmp for tests"
        )


def free_ports(count: int) -> list[int]:
    """Find ports of 127.0.0.1 that nobody listens on.

    They lie below those that the system hands out by itself, which anyone may get before Slurm
    takes them.
    """
    ports: list[int] = []
    with ExitStack() as stack:
        # A generator of its own, for tests may have seeded the common one.
        for port in random.SystemRandom().sample(range(20000, 32000), 1000):
            held = stack.enter_context(socket.socket())
            try:
                held.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
            if len(ports) == count:
                return ports
    raise SlurmError("no free ports on 127.0.0.1 between 20000 and 32000")


def _node_memory() -> int:
    """Return MiB for each node, such that both fit."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return min(4000, physical * 2 // 5)


def _launch(directory: Path, name: str, *arguments: str) -> None:
    kind = name.partition("-")[0]
    found = debian.program(kind)
    if not found:
        raise SlurmError(f"{kind} is missing\n  apt-get install {PACKAGE}")
    # To a file: a pipe would stay open for as long as the daemon lives.
    with (directory / f"{name}.out").open("a+") as output:
        code = subprocess.run(
            [found, *arguments],
            env=full_environment(directory),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ).returncode
    if code:
        raise SlurmError(f"{name} ended with exit code {code}\n{logs(directory)}")
    # Before anything else, for whatever interrupts the start must be able to stop this one.
    if not wait_for(lambda: _daemon(directory, name), ANSWER_LIMIT, pause=0.02):
        raise SlurmError(f"{name} does not run\n{logs(directory)}")


def environment(directory: Path) -> dict[str, str]:
    """Return the variables by which Slurm's commands find the Slurm of a directory."""
    return {"SLURM_CONF": str(directory.resolve() / "slurm.conf")}


def full_environment(directory: Path) -> dict[str, str]:
    """Return this process's environment, pointed to the Slurm of a directory.

    Variables of another Slurm, in whose job this may run, are left out.
    """
    foreign = ("SLURM", "SBATCH_", "SRUN_", "SCANCEL_", "SQUEUE_", "SINFO_", "SCONTROL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | environment(directory)


def command(
    directory: Path, *arguments: str, text: str | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of Slurm's commands on the Slurm of a directory, and return what came of it."""
    return subprocess.run(
        arguments,
        env=full_environment(directory),
        cwd=cwd,
        input=text or "",
        capture_output=True,
        text=True,
        timeout=ANSWER_LIMIT,
    )


def _node_states(directory: Path) -> list[str]:
    return command(directory, "sinfo", "--Node", "--noheader", "--format=%T").stdout.split()


def wait_for(condition: Callable[[], object], seconds: float, pause: float = 0.1) -> bool:
    """Wait until a condition holds, and say whether it came to that."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(pause)
    return True


def logs(directory: Path, lines: int = 20) -> str:
    """Return the last lines of all logs."""
    parts = []
    for path in sorted([*directory.glob("*.log"), *directory.glob("*.out")]):
        tail = path.read_text(errors="replace").splitlines()[-lines:]
        parts += [f"--- {path}", *tail]
    return "\n".join(parts) or f"no logs in {directory}"


def stop(directory: Path) -> None:
    """Cancel all jobs and end the daemons of a directory; do nothing where none runs.

    Raises
    ------
    SlurmError
        If a daemon cannot be ended.
    """
    directory = directory.resolve()
    if _daemon(directory, "slurmctld"):
        # A controller that does not answer is ended all the same.
        with suppress(subprocess.TimeoutExpired):
            _cancel_jobs(directory)
    # Nodes first: they tell the controller when they go.
    for name in reversed(DAEMONS):
        _end(directory, name)


def _cancel_jobs(directory: Path) -> None:
    command(directory, "scancel", "--quiet", "--partition=debug")
    # Jobs outlive their node's daemon, so they must have ended before it.
    wait_for(lambda: not _has_jobs(directory), KILL_WAIT + STOP_LIMIT)


def _has_jobs(directory: Path) -> bool:
    return bool(command(directory, "squeue", "--noheader").stdout.strip())


def _daemon(directory: Path, name: str) -> int | None:
    """Return the process id of a running daemon of this very directory."""
    try:
        pid = int((directory / f"{name}.pid").read_text())
    except (OSError, ValueError):
        return None
    return pid if _runs(directory, name, pid) else None


def _runs(directory: Path, name: str, pid: int) -> bool:
    # The number may have gone to a stranger, or to a Slurm elsewhere, since it was written.
    # The command line of a process that has ended unnoticed by its parent is empty.
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    kind = name.partition("-")[0].encode()
    return os.path.basename(words[0]) == kind and os.fsencode(directory / "slurm.conf") in words


def _end(directory: Path, name: str) -> None:
    pid = _daemon(directory, name)
    if pid is None:
        return
    for number, seconds in ((signal.SIGTERM, STOP_LIMIT), (signal.SIGKILL, 5)):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        # Not by the pid file, which a daemon removes before it has ended.
        if wait_for(lambda: not _runs(directory, name, pid), seconds, pause=0.05):
            return
    raise SlurmError(f"{name}, process {pid}, does not end\n{logs(directory)}")


def status(directory: Path) -> str:
    """Tell about daemons, nodes and jobs.

    Raises
    ------
    SlurmError
        If not all daemons run.
    """
    directory = directory.resolve()
    daemons = {name: _daemon(directory, name) for name in DAEMONS}
    lines = [f"{name}: {f'process {pid}' if pid else 'stopped'}" for name, pid in daemons.items()]
    if daemons["slurmctld"]:
        lines += [
            command(directory, "sinfo", "--Node", "--long").stdout,
            command(directory, "squeue").stdout,
        ]
    text = "\n".join(lines).rstrip()
    if None in daemons.values():
        raise SlurmError(text)
    return text


def main(arguments: list[str]) -> int:
    """Do what the command line asks for."""
    if len(arguments) != 2 or arguments[0] not in ("start", "stop", "status"):
        print(__doc__, file=sys.stderr)
        return 2
    action, directory = arguments[0], Path(arguments[1])
    try:
        if action == "start":
            install()
            for name, value in start(directory).items():
                print(f"export {name}={shlex.quote(value)}")
        elif action == "stop":
            stop(directory)
        else:
            print(status(directory))
    except (SlurmError, debian.MissingError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
