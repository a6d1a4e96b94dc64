"""orgsim's commands for the toy model: ``toy_program.py sweep mine.toml``, as ``orgsim sweep``.

With ``--forks`` commands come as lines of JSON, and each is run in a fork of this process, which
has imported all that takes time; see :mod:`toy_runs`.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

sys.path[:0] = [str(Path(__file__).parent)]  # with -P Python does not put it there

import orgsim.model  # noqa: E402 - only now is the toy found
import orgsim.model.columns  # noqa: E402 - as above
from toy_model import TOY  # noqa: E402 - as above

orgsim.model.MODEL = TOY  # before the command line takes it from there
# Tables on the terminal call outcomes as the study does.
orgsim.model.columns.SCENARIOS = TOY.scenarios
orgsim.model.columns.SCENARIO_TITLES = tuple(outcome.title for outcome in TOY.outcomes)

from orgsim.cli import main  # noqa: E402 - as above
from orgsim.execution import experiment, shards  # noqa: E402 - as above

WARM = """[simulation]
firms = 2
[sweep]
points = 2
[sweep.parameters]
"walk.rate" = { low = 0.0, high = 1.0 }
"""


def began(
    arguments, cwd, out, err, *, limit=None, kill_at=0, after=False, part_firms=None
):  # fmt: skip
    """Run a command in a fork; return its number.

    With ``limit`` no file may grow beyond so many bytes; with ``kill_at`` it is killed before, or
    after, its so-manieth renaming of a file; with ``part_firms`` runs are cut into such parts.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 70
    # No network shows files late here: a shard looks for others' twenty times as often.
    shards.time = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 20))
    try:
        os.setsid()
        os.chdir(cwd)
        for path, stream in ((os.devnull, 0), (out, 1), (err, 2)):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), stream)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        os.replace = killing(os.replace, kill_at, after)
        if part_firms is not None:
            experiment.part_firms = lambda *_: part_firms
        try:
            main(arguments, prog_name="orgsim")
        except SystemExit as ended:
            code = ended.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def killing(replace, kill_at, after):
    """Return a way to rename files that kills this process at one of its calls."""
    count = 0

    def renamed(source, target):
        nonlocal count
        count += 1
        if count == kill_at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return renamed if kill_at else replace


def serve():
    """Do what comes in: begin a command, or say how one ended."""
    with tempfile.TemporaryDirectory() as scratch, open(os.devnull, "w") as nowhere:
        config, here = f"{scratch}/warm.toml", f"{scratch}/here"
        Path(config).write_text(WARM)
        sweep = ["sweep", config, "--out", here, "--threads", "1"]
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            for words in (sweep, ["resume", here], ["verify", here], ["status", here]):
                main(words, standalone_mode=False)  # imports all that a fork may need
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            pid, status = os.waitpid(asked, os.WNOHANG)
            told = os.waitstatus_to_exitcode(status) if pid else None
        else:
            told = began(**asked)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--forks"]:
        serve()
    else:
        main(prog_name="orgsim")
