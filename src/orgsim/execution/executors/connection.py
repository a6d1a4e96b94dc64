"""A scheduler of Dask's and its workers: started here, or found at an address.

Whoever may connect to a scheduler or a worker can have any code run by it. Those started here take
no connection without a certificate that was made for them, lives in memory and goes with them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Iterator
from multiprocessing import resource_tracker
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orgsim.config import Cluster
from orgsim.errors import RunError, UsageError
from orgsim.system.interruption import SIGNALS, put_off
from orgsim.system.machine import cores

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

LOCAL = "local"
"""Word for a scheduler and workers on this machine."""

SECONDS_TO_CONNECT = 10
SECONDS_TO_END = 0.25
"""How long a worker may take for the part in hand once its run has failed or been interrupted."""

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
    # A worker would look for its modules first in the directory that the user is in.
    "distributed.nanny.pre-spawn-environ.PYTHONSAFEPATH": 1,
}


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
def _shielded_children() -> Iterator[None]:
    """Let processes that are started here hear no signal, and take no module from where they start.

    What a terminal or a queue signals goes to every process of a job, and each worker would die
    with a traceback of its own. What is blocked in a thread is blocked in all that it starts, those
    that Dask starts later in place of lost workers included. They end with this process, or are
    killed by it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        # Who looks after their queues is started by the first worker otherwise, unshielded; doing
        # so unblocks some signals in this thread.
        with _safe_path():
            resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Let Pythons that are started here not look for modules in the directory the user is in."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTHONSAFEPATH"]
        if before is not None:
            os.environ["PYTHONSAFEPATH"] = before


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
            with put_off():
                client = (
                    _start(stack, workers or cores()) if local else _at(stack, scheduler, cluster)
                )
            yield client
        finally:
            with put_off():
                stack.close()


def _start(stack: contextlib.ExitStack, workers: int) -> Client:
    """Start a scheduler and workers that nobody else can talk to."""
    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    security = Security.temporary()
    # Dask looks for modules where its scratch files are, whoever made that directory.
    scratch = stack.enter_context(TemporaryDirectory(prefix="orgsim-", ignore_cleanup_errors=True))
    stack.enter_context(dask.config.set({"temporary-directory": scratch}))
    with _shielded_children(), _started():
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


def end_workers(client: Client) -> None:
    """End workers that were started here at once, who would finish the part in hand before."""
    from distributed import LocalCluster

    if isinstance(place := client.cluster, LocalCluster):

        async def end() -> None:
            ended = (nanny.close(timeout=SECONDS_TO_END) for nanny in place.workers.values())
            await asyncio.gather(*ended, return_exceptions=True)

        place.sync(end)


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
            f"Dask did not start here: {first_line(error)}; give the same command again"
        ) from error


def _at(stack: contextlib.ExitStack, address: str, cluster: Cluster) -> Client:
    """Connect to a scheduler that runs."""
    from distributed import Client
    from distributed.utils import silence_logging_cmgr

    security = _security(cluster) if is_encrypted(address) else None
    stack.enter_context(silence_logging_cmgr(logging.CRITICAL))  # tracebacks; errors are told
    try:
        return stack.enter_context(Client(address, security=security, timeout=SECONDS_TO_CONNECT))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"--scheduler {address}: cannot be reached within {SECONDS_TO_CONNECT} s: "
            f"{first_line(error)}\n  is `dask scheduler` running there? An address looks like "
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
        used = ", ".join(str(file) for file in files.values() if file)
        whose = "[cluster] tls_ca_file, tls_cert, tls_key" if named else "Dask's own configuration"
        raise UsageError(f"{whose} ({used}): cannot be used: {first_line(error)}") from None
    return security


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or what kind it is of."""
    return (str(error).splitlines() or [type(error).__name__])[0]
