"""Parts as Dask tasks: on local processes, or on a scheduler that runs.

Workers write their parts into the run directory themselves, which they must see under the same
path; what comes back is only that it is done. A part whose worker is lost is given to another.

Whoever may connect to a scheduler or a worker can have any code run by it. Those started here take
no connection without a certificate that was made for them, lives in memory and goes with them.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.config import Cluster
from orgsim.errors import OrgsimError, RunError, UsageError
from orgsim.jit import source_hash
from orgsim.provenance import cores
from orgsim.store import Note, Part
from orgsim.store.manifest import read_manifest
from orgsim.work import Work, do_parts, warm_up

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

LOCAL = "local"
"""Word for a scheduler and workers on this machine."""

SECONDS_TO_CONNECT = 10
SECONDS_FOR_FILES = 30
"""How long a network file system may take to show what another machine wrote."""

LIVES_OF_A_PART = 20
"""Workers that may be lost one after the other while they do the same part."""

HTTP = "127.0.0.1:0"
"""Dask opens a port for HTTP even without a dashboard, by default on all interfaces."""

_ENCRYPTED = ("tls://", "wss://")

_SETTINGS: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": LIVES_OF_A_PART,
    "distributed.comm.timeouts.connect": SECONDS_TO_CONNECT,
    "distributed.deploy.lost-worker-timeout": "5s",
}
_LOCAL_SETTINGS: dict[str, Any] = {
    # What HTTP tells, to every account of the machine, is tasks, logs and where workers are.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # A site's own settings for other clusters have no say here.
    "distributed.scheduler.preload": [],
    "distributed.worker.preload": [],
    "distributed.nanny.preload": [],
}

Engine = Callable[[Work, Iterable[Part], Any], Iterator[tuple[Part, Note]]]


def _needed() -> None:
    """Import the libraries, or refuse to go on without them.

    Raises
    ------
    UsageError
    """
    try:
        import cryptography
        import distributed
    except ImportError as error:
        raise UsageError(f"{error.name} is not installed: pip install 'orgsim[cluster]'") from None
    del cryptography, distributed


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put signals off until Dask is up, or down: it cannot be stopped half-way in good order."""
    noted: list[int] = []
    before: dict[int, Any] = {}
    try:
        with contextlib.suppress(ValueError):  # not in the main thread: nobody signals it
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if callable(handler := signal.getsignal(number)):
                    before[number] = handler
                    signal.signal(number, lambda number, _: noted.append(number))
        yield
    finally:
        for caught, handler in before.items():
            signal.signal(caught, handler)
        if noted:
            before[noted[0]](noted[0], None)


@contextlib.contextmanager
def _deaf_children() -> Iterator[None]:
    """Let threads and processes that are started here never see a terminal's Ctrl-C.

    It goes to every process of a terminal's job, and each worker would die with a traceback of its
    own. What is blocked in a thread is blocked in all that it starts, those that Dask starts later
    in place of lost workers included.
    """
    resource_tracker.ensure_running()  # which would unblock the signal in the thread it starts in
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def connected(scheduler: str, cluster: Cluster, workers: int | None) -> Iterator[Client]:
    """Connect to a scheduler, starting one and its workers if need be.

    Parameters
    ----------
    scheduler : str
        ``local``, or an address such as ``tls://10.0.0.1:8786``.
    cluster : Cluster
        With the files of TLS for an address.
    workers : int, optional
        Local processes; default: the cores that this process may use.

    Raises
    ------
    UsageError
        If the scheduler cannot be reached, or files of TLS are missing.
    """
    _needed()
    import dask

    local = scheduler == LOCAL
    with dask.config.set(_SETTINGS | (_LOCAL_SETTINGS if local else {})):
        stack = contextlib.ExitStack()
        try:
            with _undisturbed():
                client = (
                    _start(stack, workers or cores()) if local else _at(stack, scheduler, cluster)
                )
            yield client
        finally:
            with _undisturbed():
                stack.close()


def _start(stack: contextlib.ExitStack, workers: int) -> Client:
    """Start a scheduler and workers that nobody else can talk to."""
    from distributed import Client, LocalCluster
    from distributed.security import Security

    security = Security.temporary()
    with _deaf_children(), _started():
        place = stack.enter_context(
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                protocol="tls://",
                security=security,
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": HTTP},  # not 8787, which may be taken
                worker_dashboard_address=None,
                memory_limit=None,
                silence_logs=50,
            )
        )
        return stack.enter_context(Client(place, timeout=SECONDS_TO_CONNECT))


@contextlib.contextmanager
def _started() -> Iterator[None]:
    """Say in one message why Dask did not start, such as a worker that was killed meanwhile.

    Raises
    ------
    RunError
    """
    try:
        yield
    except Exception as error:
        raise RunError(
            f"Dask did not start here: {_first_line(error)}; give the same command again"
        ) from error


def _at(stack: contextlib.ExitStack, address: str, cluster: Cluster) -> Client:
    """Connect to a scheduler that runs."""
    from distributed import Client

    security = _security(cluster) if is_encrypted(address) else None
    try:
        return stack.enter_context(Client(address, security=security, timeout=SECONDS_TO_CONNECT))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"--scheduler {address}: cannot be reached within {SECONDS_TO_CONNECT} s: "
            f"{_first_line(error)}\n  is `dask scheduler` running there? An address looks like "
            "tls://10.0.0.1:8786"
        ) from None


def is_encrypted(scheduler: str) -> bool:
    """Whether a scheduler at this address asks who connects: ``local`` does too."""
    return scheduler == LOCAL or scheduler.startswith(_ENCRYPTED)


def _security(cluster: Cluster) -> Security:
    """Return the files by which client and scheduler know each other.

    Those of ``[cluster]``, or else what Dask's own configuration names.

    Raises
    ------
    UsageError
        If one is not named, or cannot be read.
    """
    from distributed.security import Security

    given = {
        "tls_ca_file": cluster.tls_ca_file,
        "tls_client_cert": cluster.tls_cert,
        "tls_client_key": cluster.tls_key,
    }
    named = {key: value for key, value in given.items() if value}
    security = Security(require_encryption=True, **named)
    files = security.get_tls_config_for_role("client")
    if not (files["ca_file"] and files["cert"]):
        raise UsageError(
            "a tls:// address needs certificates: set tls_ca_file, tls_cert and tls_key in "
            "[cluster] to files in PEM format"
        )
    try:
        security.get_connection_args("client")
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(
            f"[cluster] tls_ca_file, tls_cert, tls_key ({', '.join(named.values())}): cannot be "
            f"used: {_first_line(error)}"
        ) from None
    return security


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


@functools.lru_cache(maxsize=2)
def _work(directory: str, expected: tuple[tuple[str, Any], ...]) -> Work:
    """Return the work of a run directory, as a worker finds it."""
    path = Path(directory)
    try:
        manifest = read_manifest(path)
    except UsageError as error:
        raise RunError(
            f"worker on {os.uname().nodename}: {error}\n"
            "  workers must see the run directory under the same path"
        ) from None
    found = _fingerprint(manifest)
    if found != expected or dict(found)["source"] != source_hash():
        raise RunError(
            f"worker on {os.uname().nodename}: runs another version of orgsim, or sees another "
            f"run in {directory}; install the same version everywhere"
        )
    work = Work.begun(path, lambda: _refuse_another(path, expected))
    warm_up(work, lambda: None)  # or each worker of a node would compile for itself
    return work


def _refuse_another(path: Path, expected: tuple[tuple[str, Any], ...]) -> None:
    """Refuse to put a part into a run that has taken the place of the one it was simulated for."""
    if _fingerprint(read_manifest(path)) != expected:
        raise RunError(f"{path}: holds another run than the one this part is of")


def _fingerprint(manifest: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return what client and worker must agree on; hashable."""
    extent = manifest["extent"]
    return (
        ("plan", manifest["plan_hash"]),
        ("where", manifest["points_hash"]),
        ("source", manifest["identity"]["source"]),
        ("points", extent["points"]),
        ("firms", extent["firms"]),
        ("part_firms", manifest["part_firms"]),
    )


def do_part(directory: str, expected: tuple[tuple[str, Any], ...], part: tuple[int, ...]) -> None:
    """Do one part, on a worker, unless it is there.

    Raises
    ------
    OrgsimError
        With the design point, or why this worker cannot take part.
    """
    work = _work(directory, expected)
    wanted = Part(*part)
    if work.place.done(wanted) is None:
        for _ in do_parts(work, [wanted], threads=1):
            pass


def _seen(work: Work, part: Part) -> Note:
    """Return the note of a part that another machine has written, once it can be seen here."""
    deadline = time.monotonic() + SECONDS_FOR_FILES
    while (note := work.place.done(part)) is None:
        if time.monotonic() > deadline:
            raise RunError(
                f"{work.place.path}: {part.name} was done by a worker, and does not show here; "
                "workers must see the run directory under the same path"
            )
        time.sleep(0.1)
    return note


def _explain(error: BaseException, work: Work, part: Part) -> RunError:
    """Say which design points a failure belongs to."""
    last = part.stop_point - 1
    points = work.points.named(part.first_point)
    if last > part.first_point:
        points = f"design points {part.first_point} to {last}"
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return RunError(
            f"{points}: {LIVES_OF_A_PART} workers were lost while they did these; "
            "give workers more memory, or start fewer (--workers)"
        )
    return RunError(f"{points}: {type(error).__name__}: {_first_line(error)}")


def _workers(count: int) -> str:
    if not count:
        return "no worker yet: waiting for the scheduler's"
    return f"{count} worker{'s' * (count > 1)}"


def engine_of(client: Client) -> Engine:
    """Return the engine that hands parts to a scheduler's workers."""

    def engine(work: Work, parts: Iterable[Part], progress: Any) -> Iterator[tuple[Part, Note]]:
        from distributed import as_completed

        directory = str(work.place.path.resolve())
        expected = _fingerprint(read_manifest(work.place.path))
        source = iter(parts)
        waiting: dict[str, tuple[Part, Any]] = {}
        completed = as_completed()

        known = -1
        call = uuid.uuid4().hex  # other sweeps may be on the same scheduler

        def hand_out() -> None:
            """Keep a few parts a worker waiting, not all of them."""
            nonlocal known
            threads = client.nthreads()
            if len(threads) != known:
                known = len(threads)
                progress.say(_workers(known))
            wanted = max(8, 3 * sum(threads.values()))
            while len(waiting) < wanted and (part := next(source, None)) is not None:
                future = client.submit(
                    do_part, directory, expected, tuple(part), pure=False, key=f"{part.name}-{call}"
                )
                waiting[str(future.key)] = (part, future)
                completed.add(future)

        try:
            hand_out()
            while waiting:
                part, future = waiting.pop(str(next(completed).key))
                try:
                    future.result()
                except OrgsimError:
                    raise
                except Exception as error:
                    raise _explain(error, work, part) from error
                note = _seen(work, part)
                in_points = work.config.precision is not None
                progress.advance(len(part.points) if in_points else int(note.firms.sum()))
                hand_out()
                yield part, note
        finally:
            with _undisturbed():
                client.cancel([future for _, future in waiting.values()])

    return engine


@contextlib.contextmanager
def dask_engine(scheduler: str, cluster: Cluster, workers: int | None = None) -> Iterator[Engine]:
    """Give an engine on Dask's workers; see :func:`connected`."""
    with connected(scheduler, cluster, workers) as client:
        yield engine_of(client)
