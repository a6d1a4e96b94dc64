"""Run directories that were shared, downloaded or made to harm: nothing outside is touched.

Whatever bears a name of orgsim's in them (a link that leads out, a pipe, a device, a file with
another name elsewhere, a folder where a file belongs), each command either does its work or refuses
it with one message: it never writes, removes or waits.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from orgsim.cli import main
from small_runs import SMALL, limited
from small_runs import TWO_POINTS as SWEEP

SECONDS = 20
"""A command that takes longer waits for a pipe, or reads a device to its end."""


def orgsim(*arguments, seconds=SECONDS):
    """Run a command; return its exit code and what it says, after seeing that it says it well."""
    with limited(seconds):
        result = CliRunner().invoke(main, [str(a) for a in arguments])
    told = f"{arguments}: {result.output}"
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        told,
        result.exc_info,
    )
    allowed = (0, 1, 2, 3) if arguments[0] == "verify" else (0, 2, 3)
    assert result.exit_code in allowed, told
    assert "Traceback" not in result.output, told
    assert result.output.count("Error:") <= 1, told
    return result.exit_code, result.output


def contents(path):
    """Return everything below a path: what it is, and a hash of what it holds."""
    found = {}
    for place in sorted(path.rglob("*")):
        what = os.lstat(place)
        content = hashlib.sha256(place.read_bytes()).hexdigest() if place.is_file() else ""
        found[str(place.relative_to(path))] = (what.st_mode, content)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished setting and a finished sweep with derived files, made once."""
    place = tmp_path_factory.mktemp("made")
    (place / "setting.toml").write_text(SMALL)
    (place / "sweep.toml").write_text(SWEEP)
    for name in ("setting", "sweep"):
        assert orgsim("run", place / f"{name}.toml", "--out", place / name, seconds=600)[0] == 0
    for folder, names in (
        ("figures", ("shares.svg",)),
        ("figures/point-0", ("shares.svg",)),
        ("traces/point-0-firm-0", ("story.md", "timeline.svg")),
    ):
        (place / "sweep" / folder).mkdir(parents=True)
        for name in names:
            (place / "sweep" / folder / name).write_text("made before")
    (place / "sweep" / "report.html").write_text("made before")
    return place


PART = "part-p00000000-00000002-f0000000000-0000000040"

FILES = (
    "manifest.json",
    "config.toml",
    "points.parquet",
    "shares.parquet",
    "report.html",
    ".lock",
    ".lock-begin",
    ".lock-finish",
    ".lock-shard-1-of-2",
    f"firms/{PART}.parquet",
    f"quarters/{PART}.parquet",
    f"ledger/{PART}.npz",
    "figures/shares.svg",
    "figures/point-0/shares.svg",
    "traces/point-0-firm-0/story.md",
    "traces/point-0-firm-0/timeline.svg",
)
FOLDERS = (
    "firms",
    "quarters",
    "ledger",
    "figures",
    "figures/point-0",
    "traces",
    "traces/point-0-firm-0",
)


def aside(path, outside):
    """Move what stands at a path outside, or make something there, and return where it is."""
    there = outside / path.name
    if path.exists():
        path.rename(there)
    else:
        there.write_text("mine")
    return there


def link_to_its_own_outside(path, outside):
    path.symlink_to(aside(path, outside))


def link_to_a_file_of_mine(path, outside):
    aside(path, outside)
    path.symlink_to(outside / "mine.txt")


def link_to_nothing(path, outside):
    aside(path, outside)
    path.symlink_to(outside / "new")


def link_to_a_folder(path, outside):
    aside(path, outside)
    path.symlink_to(outside / "folder")


def link_to_a_device(path, outside):
    aside(path, outside)
    path.symlink_to("/dev/zero")


def pipe(path, outside):
    aside(path, outside)
    os.mkfifo(path)


def another_name_of_it(path, outside):
    os.link(aside(path, outside), path)


def another_name_of_a_file_of_mine(path, outside):
    aside(path, outside)
    os.link(outside / "mine.txt", path)


def folder(path, outside):
    aside(path, outside)
    path.mkdir()
    (path / "mine.txt").write_text("mine")


def file(path, outside):
    aside(path, outside)
    path.write_text("mine")


FOR_FILES = (
    link_to_its_own_outside,
    link_to_a_file_of_mine,
    link_to_nothing,
    link_to_a_folder,
    link_to_a_device,
    pipe,
    another_name_of_it,
    another_name_of_a_file_of_mine,
    folder,
)
FOR_FOLDERS = (link_to_its_own_outside, link_to_nothing, link_to_a_folder, pipe, file)
HOSTILE = [
    *((name, make) for name in FILES for make in FOR_FILES),
    *((name, make) for name in FOLDERS for make in FOR_FOLDERS),
]


def commands(name, run, config):
    """Return the commands that come near a name; each meets a directory as it was made."""
    looking = [
        [("status", run), ("verify", run), ("compare", run)],
        [("run", config, "--out", run)],
        [("run", config, "--out", run, "--firms", 50)],
        [("run", config, "--out", run, "--overwrite", "--seed", 2)],
        [("resume", run)],
    ]
    if name.startswith(".lock"):
        looking += [[("merge", run)], [("sweep", config, "--out", run, "--shard", "1/2")]]
    if name.startswith("figures"):
        looking += [[("plot", run, "--figure", "shares", "--point", 0)]]
    if name.startswith("traces"):
        looking += [[("trace", run, "--firm", 0, "--point", 0)]]
    if name == "report.html":
        looking += [[("report", run, "--point", 0)]]
    return looking


def quick(monkeypatch):
    """Let traces and reports be written without pictures: only files matter here."""
    monkeypatch.setattr("orgsim.results.trace_files.has_matplotlib", lambda: False)
    monkeypatch.setattr("orgsim.report.html.page.page", lambda subject: "<p>a page</p>")


def test_there_are_at_least_a_hundred():
    assert len(HOSTILE) >= 100


@pytest.mark.parametrize(
    ("name", "make"), HOSTILE, ids=[f"{name}-{make.__name__}" for name, make in HOSTILE]
)
def test_nothing_outside_is_touched(made, tmp_path, monkeypatch, name, make):
    if not name.startswith("figures"):
        quick(monkeypatch)
    for i, few in enumerate(commands(name, tmp_path / "x", tmp_path / "config.toml")):
        place = tmp_path / str(i)
        run, outside = place / "run", place / "outside"
        shutil.copytree(made / "sweep", run)
        shutil.copy(made / "sweep.toml", place / "config.toml")
        (outside / "folder").mkdir(parents=True)
        (outside / "mine.txt").write_text('{"pid": 1, "host": "mine"}')
        (outside / "folder" / f"{PART}.parquet").write_text("mine")
        make(run / name, outside)
        before = contents(outside)
        for arguments in few:
            here = {tmp_path / "x": run, tmp_path / "config.toml": place / "config.toml"}
            orgsim(*(here.get(a, a) if isinstance(a, Path) else a for a in arguments))
            assert contents(outside) == before, (arguments, name)


@pytest.mark.parametrize("name", [n for n in (*FILES, *FOLDERS) if "/" not in n])
@pytest.mark.parametrize("command", ["status", "verify", "compare", "resume", "overwrite"])
def test_a_link_is_named_with_the_mend(made, tmp_path, name, command):
    run = tmp_path / "run"
    shutil.copytree(made / "sweep", run)
    (run / name).rename(tmp_path / "there") if (run / name).exists() else None
    (run / name).symlink_to(tmp_path / "there")
    arguments = {"overwrite": ("run", made / "sweep.toml", "--out", run, "--overwrite")}
    code, said = orgsim(*arguments.get(command, (command, run)))
    assert code == 2
    assert f"{run / name}: is a symbolic link, and orgsim keeps a " in said
    assert "nothing was touched; remove it" in said
