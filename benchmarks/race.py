"""The race: orgsim and its peers, the same full model, one core each, in turn.

A peer runs in a virtual environment of its own, and in a new process every round, whose
start and compiling are measured apart. Before the race its firms are compared with the
engine's (:mod:`benchmarks.agreement`).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.agreement import compare
from benchmarks.machine import environment, launches, summary
from benchmarks.model_version import require_ported
from benchmarks.peers.version_1 import MODEL_VERSION

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent / ".bench"
TINY_FIRMS = 512
NO_COMPILER = "no C compiler"


class Peer(NamedTuple):
    """A way to run the model.

    Attributes
    ----------
    title, port : str
        Its name, and the module of its port.
    packages : tuple of str
        What pip must install.
    build : mapping
        Environment variables that building a package asks for.
    compiler : str
        A program of the system that the port needs; empty if none.
    """

    title: str
    port: str
    packages: tuple[str, ...]
    build: Mapping[str, str] = {}
    compiler: str = ""


PEERS = {
    "orgsim": Peer("orgsim", "orgsim_port", ()),
    "numpy": Peer("NumPy over firms", "numpy_port", ("numpy>=2", "scipy")),
    "jax": Peer("JAX on CPU", "jax_port", ("jax>=0.10", "scipy")),
    "c": Peer("plain C", "c_port", ("numpy>=2", "scipy"), compiler="cc"),
    "mesa": Peer("Mesa 3", "mesa_port", ("mesa>=3,<4", "scipy")),
    "agentpy": Peer("AgentPy", "agentpy_port", ("agentpy", "scipy")),
    "repast4py": Peer(
        "repast4py",
        "repast_port",
        ("repast4py>=1.3", "torch==2.13.0", "scipy"),
        {"R4PY_NO_MPI": "1"},  # one process needs no MPI
    ),
}


def available() -> list[str]:
    """Return the peers whose port exists."""
    return [name for name, peer in PEERS.items() if (HERE / "peers" / f"{peer.port}.py").exists()]


def python_of(name: str) -> str:
    """Return the interpreter of a peer's environment, made and filled if need be.

    Raises
    ------
    subprocess.CalledProcessError
        If its packages cannot be installed.
    """
    if name == "orgsim":
        return sys.executable
    directory = ENVIRONMENTS / name
    python = directory / "bin" / "python"
    filled = directory / ".filled"
    wanted = "\n".join(PEERS[name].packages)
    if not filled.exists() or filled.read_text() != wanted:
        venv.create(directory, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        building = {**os.environ, **PEERS[name].build}
        subprocess.run([*pip, *PEERS[name].packages], check=True, env=building)
        filled.write_text(wanted)
    return str(python)


def not_to_be_had(names: Sequence[str]) -> dict[str, str]:
    """Return the peers that cannot be run on this machine, and why; install the others."""
    missing = {}
    for name in names:
        if PEERS[name].compiler and shutil.which(PEERS[name].compiler) is None:
            missing[name] = NO_COMPILER
            continue
        try:
            python_of(name)
        except subprocess.CalledProcessError as error:
            missing[name] = f"its packages could not be installed ({error})"
    return missing


class Server:
    """A peer's process, asked for firms one request at a time."""

    def __init__(self, name: str, settings: Path, core: int) -> None:
        """Start the process on one core and wait until it is ready."""
        ports = HERE / "peers"
        self.process = subprocess.Popen(
            [python_of(name), str(ports / "serve.py"), PEERS[name].port, str(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ports,
            env=environment(),
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        hello = self._read()
        self.version: str = hello["version"]
        self.start_up: float = hello["seconds"]

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended without an answer, see above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def simulate(self, firms: int, seed: int) -> tuple[float, dict[str, Any]]:
        """Return the seconds that so many firms took, and their outcomes."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"firms": firms, "seed": seed}) + "\n")
        self.process.stdin.flush()
        answer = self._read()
        outcomes = {name: np.array(values) for name, values in answer["outcomes"].items()}
        return answer["seconds"], outcomes

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@contextlib.contextmanager
def servers(names: Sequence[str], settings: Path, core: int) -> Iterator[dict[str, Server]]:
    """Start a server for each peer, and end them all."""
    started: dict[str, Server] = {}
    try:
        for name in names:
            started[name] = Server(name, settings, core)
        yield started
    finally:
        for server in started.values():
            server.close()


def firms_in(server: Server, seconds: float) -> int:
    """Return how many firms a peer simulates in some seconds; whole blocks of 256 if so many."""
    firms = 16
    while True:
        took, _ = server.simulate(firms, seed=2)
        if took >= seconds / 4:
            wanted = int(seconds / took * firms)
            return wanted if wanted < 256 else -(-wanted // 256) * 256
        firms *= 4


def check(
    running: Mapping[str, Server], reference_firms: int, *, firms: int | None, seconds: float
) -> dict[str, dict[str, Any]]:
    """Compare each peer's firms with the engine's.

    Parameters
    ----------
    firms : int or None
        How many of each peer's; None: as many as it simulates in some seconds, 20,000 at the most.
    """
    _, ours = running["orgsim"].simulate(reference_firms, seed=1)
    found = {}
    for name, server in running.items():
        if name == "orgsim":
            continue
        asked = firms or min(firms_in(server, seconds), 20_000)
        _, theirs = server.simulate(asked, seed=3)
        agreement = compare(ours, theirs)
        found[name] = {"firms": asked, **agreement._asdict(), "agrees": agreement.agrees}
    return found


class Raced(NamedTuple):
    """What a peer's launches took.

    Attributes
    ----------
    nanoseconds : list of float
        An agent-quarter, of processor time.
    start_up : list of float
        Seconds on the wall until it was ready.
    """

    nanoseconds: list[float]
    start_up: list[float]


def race(
    firms: Mapping[str, int], settings: Path, core: int, agent_quarters: int, rounds: int
) -> dict[str, Raced]:
    """Launch each peer in turn, round by round, and time it once.

    Parameters
    ----------
    firms : mapping
        How many each peer simulates.
    agent_quarters : int
        Of one firm.
    """
    raced = {name: Raced([], []) for name in firms}
    for turn in range(rounds):
        for name, wanted in firms.items():
            with servers([name], settings, core) as running:
                server = running[name]
                server.simulate(wanted, seed=99)  # its memory is then as large as it will be
                took, _ = server.simulate(wanted, seed=100 + turn)
                raced[name].nanoseconds.append(took / (wanted * agent_quarters) * 1e9)
                raced[name].start_up.append(server.start_up)
    return raced


def measure(settings: Mapping[str, Any], names: Sequence[str], *, tiny: bool) -> dict[str, Any]:
    """Check and time the engine and some peers; return what goes into the page.

    Raises
    ------
    OtherModelError
        If the engine's model is of another version than the ports'; nothing was started then.
    """
    require_ported()
    core = max(os.sched_getaffinity(0))
    staff = settings["firm.marketing_staff"] + settings["firm.it_staff"]
    path = ENVIRONMENTS / "settings.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(settings, default=dict))
    chosen = ["orgsim", *(name for name in names if name != "orgsim")]
    result: dict[str, Any] = {
        "model_version": MODEL_VERSION,
        "peers": {},
    }
    left_out = not_to_be_had(chosen)
    usable = [name for name in chosen if name not in left_out]
    with servers(usable, path, core) as running:
        # Tiny runs are part of the tests: always the same firms, so never wrong by chance.
        checks = check(
            running,
            4_000 if tiny else 40_000,
            firms=TINY_FIRMS if tiny else None,
            seconds=45.0,
        )
        for name, found in checks.items():
            if not found["agrees"]:
                why = f"{found['worst']}, p = {found['p_value']:.1e}"
                left_out[name] = f"its firms differ from the engine's ({why})"
        right = {n: s for n, s in running.items() if n not in left_out}
        firms = {n: firms_in(s, 0.5 if tiny else 2.0) for n, s in right.items()}
        versions = {n: s.version for n, s in right.items()}
    agent_quarters = staff * settings["simulation.quarters"]
    raced = race(firms, path, core, agent_quarters, launches(tiny))
    for name, (nanoseconds, start_up) in raced.items():
        ratios = [a / b for a, b in zip(nanoseconds, raced["orgsim"].nanoseconds, strict=True)]
        result["peers"][name] = {
            "title": PEERS[name].title,
            "version": versions[name],
            "start_up": summary(start_up),
            "nanoseconds": summary(nanoseconds),
            "ratio": summary(ratios),
            "agreement": checks.get(name),
        }
    result["left_out"] = {PEERS[name].title: why for name, why in left_out.items()}
    return result
