"""Who can have code run by Dask's scheduler and workers on a machine that others use too."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from dataclasses import replace

import psutil
import pytest

from orgsim import load_config
from orgsim.config import preset_path
from orgsim.errors import UsageError
from orgsim.execution.executors import connection
from small_runs import MANY_POINTS, NOBODY, PROGRAM

CLUSTER = load_config(preset_path("baseline")).cluster
APART = [PROGRAM[0], "-P", *PROGRAM[1:]]
"""Where a module beside the config is none of the program's."""

STRANGER = """
import os, sys
from distributed import Client
from distributed.security import Security
address, mark, kind, user = sys.argv[1:]
def act(mark=mark):
    open(mark, "w").close()
security = Security.temporary() if kind == "another" else None
if user != "same":  # after the imports, which that account may not be able to read
    os.setgroups([])
    os.setgid(int(user))
    os.setuid(int(user))
try:
    client = Client(address, security=security, timeout=3)
    client.submit(act).result(timeout=5)
    client.run_on_scheduler(act)
except BaseException as error:
    print(type(error).__name__)
    sys.exit(7)
"""


OPEN_TO_ALL = """
import sys
from distributed import LocalCluster
with LocalCluster(
    n_workers=1, threads_per_worker=1, processes=False, host="127.0.0.1", protocol="tcp://",
    dashboard_address=None, scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
) as place:
    print(place.scheduler_address, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def local():
    """A local scheduler with one worker, as `--scheduler local` starts them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask's own
        with connection.connected("local", CLUSTER, 1) as client:
            client.wait_for_workers(1, timeout=60)
            yield client


def listening():
    """Return where this process and those that it started wait for others."""
    me = psutil.Process()
    family = [me, *me.children(recursive=True)]
    sockets = [socket for one in family for socket in one.net_connections("inet")]
    return [socket.laddr for socket in sockets if socket.status == psutil.CONN_LISTEN]


def stranger(address, mark, kind, user="same"):
    words = [sys.executable, "-c", STRANGER, address, str(mark), kind, str(user)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, cwd="/")


def test_the_owner_gets_answers(local):
    assert local.submit(sum, [1, 2]).result(timeout=30) == 3


@pytest.mark.parametrize("kind", ["plain", "another"])
def test_a_stranger_runs_nothing_on_scheduler_or_worker(kind, local, tmp_path):
    """Without a certificate, in plain or over TLS, or with one of another authority."""
    mark = tmp_path / "mark"
    port = local.scheduler.address.rpartition(":")[2]
    for address in (local.scheduler.address, f"tcp://127.0.0.1:{port}"):
        done = stranger(address, mark, kind)
        assert done.returncode == 7, done
        assert not mark.exists()
    test_the_owner_gets_answers(local)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may act as another account")
def test_another_account_runs_nothing(local, tmp_path):
    tmp_path.chmod(0o777)
    for kind in ("plain", "another"):
        done = stranger(local.scheduler.address, tmp_path / "mark", kind, NOBODY)
        assert done.returncode == 7, done
    assert not (tmp_path / "mark").exists()
    # That the same stranger is let in by a scheduler that asks for nothing shows that it could.
    words = [sys.executable, "-c", OPEN_TO_ALL]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        address = other.stdout.readline().strip()
        done = stranger(address, tmp_path / "mark", "plain", NOBODY)
    assert done.returncode == 0, done
    assert (tmp_path / "mark").exists()


def test_what_listens_does_so_on_loopback_and_tells_nothing_over_http(local):
    found = listening()
    assert len(found) >= 3
    assert {place.ip for place in found} == {"127.0.0.1"}
    pages = ("/", "/info/main/workers.html", "/metrics", "/json/counts.json", "/health")
    for place in found:
        for page in pages:
            with pytest.raises((urllib.error.HTTPError, ConnectionError)) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{place.port}{page}", timeout=5)
            if isinstance(refused.value, urllib.error.HTTPError):
                assert refused.value.code == 404
                refused.value.close()


def test_no_key_of_ours_is_left_on_the_disk(local):
    context = local.security.get_connection_args("client")
    assert context["require_encryption"]
    assert "PRIVATE KEY" in local.security.tls_client_key
    with pytest.raises(TypeError):
        pickle.dumps(context["ssl_context"])


HERE = """
import warnings
warnings.simplefilter("ignore")
from orgsim.execution.executors import connection
from orgsim import load_config
from orgsim.config import preset_path
if __name__ == "__main__":
    cluster = load_config(preset_path("baseline")).cluster
    with connection.connected("local", cluster, 1) as client:
        print(client.submit(sum, [1, 2]).result(timeout=30))
        print(client.submit(eval, "__import__('sys').path").result(timeout=30))
        import colorsys
"""


def test_nothing_that_lies_in_wait_is_run_or_written(tmp_path):
    """Before: modules in the current directory, and in a scratch directory that anybody had made.

    Dask empties its locks there, too, through links.
    """
    harm = tmp_path / "harm"
    own = tmp_path / "mine.txt"
    own.write_text("mine")
    scratch, here, program = tmp_path / "tmp/dask-scratch-space", tmp_path / "here", tmp_path / "p"
    for folder in (scratch, here, program):
        folder.mkdir(parents=True)
    planted = f"open({str(harm)!r}, 'a').write(__file__)\n"
    for folder, name in ((here, "multiprocessing"), (here, "colorsys"), (scratch, "colorsys")):
        (folder / f"{name}.py").write_text(planted)
    for name in ("global.lock", "purge.lock"):
        (scratch / name).symlink_to(own)
    (program / "program.py").write_text(HERE)
    done = subprocess.run(
        [sys.executable, "-P", program / "program.py"], cwd=here, capture_output=True, text=True,
        env=os.environ | {"TMPDIR": str(tmp_path / "tmp")}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3\n")
    assert not harm.exists(), harm.read_text()
    assert own.read_text() == "mine"
    assert [found.name for found in (tmp_path / "tmp").iterdir()] == ["dask-scratch-space"]


# --- at an address


def test_an_address_with_tls_wants_certificates():
    with pytest.raises(UsageError, match="set tls_ca_file, tls_cert and tls_key"):
        connection._security(CLUSTER)


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_files_of_tls_that_are_none_are_named(text, tmp_path):
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    cluster = replace(CLUSTER, tls_ca_file=str(file), tls_cert=str(file), tls_key=str(file))
    with pytest.raises(UsageError, match=r"cannot be used") as refused:
        connection._security(cluster)
    assert str(file) in str(refused.value)


def test_files_of_tls_open_a_scheduler_that_wants_them(tmp_path):
    from distributed import LocalCluster
    from distributed.security import Security

    security = Security.temporary()
    names = {"tls_ca_file": "ca.pem", "tls_cert": "cert.pem", "tls_key": "key.pem"}
    texts = (security.tls_ca_file, security.tls_client_cert, security.tls_client_key)
    files = {key: str(tmp_path / name) for key, name in names.items()}
    for path, text in zip(files.values(), texts, strict=True):
        with open(path, "w") as file:
            file.write(text)
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, host="127.0.0.1",
            protocol="tls://", security=security, dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        ) as place,
        connection.connected(place.scheduler_address, replace(CLUSTER, **files), None) as client,
    ):  # fmt: skip
        assert client.submit(sum, [1, 2]).result(timeout=30) == 3


@pytest.mark.parametrize(
    ("address", "encrypted"),
    [("local", True), ("tls://a:1", True), ("tcp://a:1", False), ("10.0.0.1:8786", False)],
)
def test_which_addresses_ask_who_connects(address, encrypted):
    assert connection.is_encrypted(address) is encrypted


# --- who goes away while a sweep is at work


def first_part(process, directory):
    """Wait until a part of a run is there."""
    deadline = time.monotonic() + 120
    while not list((directory / "ledger").glob("*.npz")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_scheduler_that_goes_away_is_said_to(tmp_path):
    """Before: Dask's traceback, and the key of a part that was cancelled."""
    (tmp_path / "s.toml").write_text(MANY_POINTS)
    words = [sys.executable, "-c", OPEN_TO_ALL]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        address = other.stdout.readline().strip()
        process = subprocess.Popen(
            [*APART, "sweep", "s.toml", "--out", "here", "--scheduler", address],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            first_part(process, tmp_path / "here")
        finally:
            other.kill()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("Error: the scheduler went away")


@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_once_or_often_ends_dask_without_a_traceback(times, tmp_path):
    """Before, workers were waited for, up to 4 s, and a third signal ended all unsaid meanwhile."""
    (tmp_path / "s.toml").write_text(MANY_POINTS)
    process = subprocess.Popen(
        [*APART, "sweep", "s.toml", "--out", "here", "--scheduler", "local", "--workers", "2"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        first_part(process, tmp_path / "here")
        for _ in range(times):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.05)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert said.count("Interrupted: finished parts are kept") == 1
    assert not list(tmp_path.rglob(".unfinished*"))  # what workers had in hand
