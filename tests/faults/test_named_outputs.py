"""What a person names to be written: never through what is no file, over others' only when told."""

from __future__ import annotations

import os
import stat

import pytest
from click.testing import CliRunner

import orgsim
from orgsim.cli import main
from orgsim.errors import UsageError
from orgsim.figures.picture import Picture
from orgsim.figures.style import FORMATS

SMALL = """
extends = "baseline"
[simulation]
firms = 40
quarters = 5
"""


def said(*arguments, code=0):
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    (place / "small.toml").write_text(SMALL)
    return orgsim.run(place / "small.toml", out=place / "run")


@pytest.fixture(params=["schema", "script", "new", "report", "trace", "plot"])
def writing(request, run, monkeypatch):
    """Return what writes to a file, given its path, and whether the next such may replace it."""
    monkeypatch.setattr(
        "orgsim.results.trace_files.has_matplotlib", lambda: request.param == "plot"
    )
    monkeypatch.setattr("orgsim.report.html.page.page", lambda _: PAGE)
    config = run.directory.parent / "small.toml"
    commands = {
        "schema": lambda path: ("schema", "--out", path),
        "script": lambda path: ("cluster", "script", config, "--file", path),
        "new": lambda path: ("new", "baseline", "--out", path),
        "report": lambda path: ("report", run.directory, "--out", path),
    }
    if request.param == "trace":  # which names a folder, and the file in it itself
        return lambda path: ("trace", run.directory, "--firm", "0", "--out", path.parent.parent)
    if request.param == "plot":
        return lambda path: ("plot", run.directory, "--figure", "shares", "--out", path.parent)
    return commands[request.param]


PAGE = '<meta name="generator" content="orgsim 0"><p>a page</p>'


@pytest.fixture
def path(tmp_path, request):
    name = request.node.callspec.params["writing"]
    if name == "trace":
        (tmp_path / "point-0-firm-0").mkdir()
        return tmp_path / "point-0-firm-0" / "story.md"
    return tmp_path / ("shares.svg" if name == "plot" else "file")


def test_a_new_file_is_written_and_replaced_without_a_word_if_it_is_orgsims(writing, path):
    said(*writing(path))
    first = path.read_bytes()
    assert first
    if writing(path)[0] == "new":  # a config is a person's, once it is there
        assert "exists already" in said(*writing(path), code=2)
        return
    os.utime(path, (0, 0))
    said(*writing(path))
    assert path.read_bytes() == first
    assert path.stat().st_mtime


@pytest.mark.parametrize("writing", ["schema", "script", "trace"], indirect=True)
def test_a_text_that_a_person_changed_is_a_persons(writing, path):
    said(*writing(path))
    first = path.read_bytes()
    seal = first[first.index(b"orgsim-seal:") :][:20]
    for changed in (
        first + b"\n",
        first.replace(b"\n", b"\n\n", 1),
        first.replace(b"\n", b"\r\n"),
        first.replace(seal, b""),
        first.replace(seal, seal[:-8] + b"0" * 8),
        first.replace(seal, b"orgsim-seal:" + b"0" * 64 + seal),
    ):
        path.write_bytes(changed)
        assert "or was changed since" in said(*writing(path), code=2)
        assert path.read_bytes() == changed
    said(*writing(path), "--overwrite")
    assert path.read_bytes() == first


def test_an_empty_file_is_nobodys(writing, path):
    path.touch()
    said(*writing(path))
    assert path.stat().st_size


def test_anything_else_is_replaced_only_when_told(writing, path):
    path.write_text("mine")
    told = said(*writing(path), code=2)
    assert f"{path}: exists already" in told
    assert "--overwrite" in told
    assert path.read_text() == "mine"
    said(*writing(path), "--overwrite")
    assert path.read_text() != "mine"


def test_a_link_to_a_file_stays_and_its_file_is_held_to_the_same_rule(writing, path, tmp_path):
    there = tmp_path / "there"
    there.write_text("mine")
    path.symlink_to(there)
    said(*writing(path), code=2)
    assert there.read_text() == "mine"
    said(*writing(path), "--overwrite")
    assert path.is_symlink()
    assert there.read_text() != "mine"


@pytest.mark.parametrize("told", [(), ("--overwrite",)])
def test_a_link_that_leads_nowhere_is_refused(writing, path, tmp_path, told):
    path.symlink_to(tmp_path / "nowhere")
    assert "leads nowhere" in said(*writing(path), *told, code=2)
    assert path.is_symlink()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("told", [(), ("--overwrite",)])
def test_what_is_no_file_is_neither_opened_nor_replaced(writing, path, told):
    os.mkfifo(path)
    assert "is no file" in said(*writing(path), *told, code=2)
    assert stat.S_ISFIFO(path.lstat().st_mode)
    path.unlink()
    path.mkdir()
    assert "is a directory" in said(*writing(path), *told, code=2)
    assert path.is_dir()
    path.rmdir()
    path.symlink_to("/dev/null")
    assert "is no file" in said(*writing(path), *told, code=2)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert path.is_symlink()


@pytest.mark.parametrize("stream", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("command", [("schema", "--out"), ("new", "--out")])
def test_a_stream_is_refused_with_the_hint_to_print(command, stream):
    assert "to print instead, leave --out away" in said(*command, stream, "--overwrite", code=2)


def test_a_run_directorys_own_files_need_no_word(run, monkeypatch):
    monkeypatch.setattr("orgsim.report.html.page.page", lambda _: "a page")
    for _ in range(2):
        said("report", run.directory)
        said("plot", run.directory, "--figure", "shares")
    monkeypatch.setattr("orgsim.results.trace_files.has_matplotlib", lambda: False)
    for _ in range(2):
        said("trace", run.directory, "--firm", "0")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_knows_its_own(tmp_path, kind):
    from matplotlib.figure import Figure

    picture, path = Picture("a", Figure()), tmp_path / f"a.{kind}"
    for _ in range(2):
        assert picture.save(path) == path
    path.write_text("mine")
    with pytest.raises(UsageError, match="overwrite=True"):
        picture.save(path)
    picture.save(path, overwrite=True)
    assert path.read_bytes() == picture.content(kind)


@pytest.mark.parametrize("kind", ["bmp", "SVG", ""])
def test_a_picture_of_another_kind_is_refused_before_anything_is_made(run, tmp_path, kind):
    folder = tmp_path / "pictures"
    picture = run.plot.shares()
    before = sorted(run.directory.rglob("*"))
    for ask in (
        lambda: run.plot.write(["shares"], kind=kind),
        lambda: run.plot.write(["shares"], kind=kind, out=folder),
        lambda: run.plot.save(picture, kind=kind),
        lambda: run.plot.save(picture, kind=kind, out=folder),
        lambda: run.trace(0).write(folder, kind=kind),
        lambda: picture.content(kind),
    ):
        with pytest.raises(UsageError, match="kinds: svg, pdf, png"):
            ask()
    assert sorted(run.directory.rglob("*")) == before
    assert not folder.exists()


def test_no_picture_is_drawn_if_one_of_them_may_not_be_written(run, tmp_path):
    (tmp_path / "two-by-two.svg").write_text("mine")
    with pytest.raises(UsageError, match=r"two-by-two\.svg: exists already"):
        run.plot.write(("shares", "two-by-two"), out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["two-by-two.svg"]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    told = said("schema", "--out", tmp_path / "nowhere" / "schema.json", code=3)
    assert "no such file or directory" in told
    assert not list(tmp_path.iterdir())


def test_a_long_name_that_fits_is_written(tmp_path):
    path = tmp_path / f"{'s' * 250}.json"
    said("schema", "--out", path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_name_that_is_too_long_is_told_so(tmp_path):
    told = said("schema", "--out", tmp_path / ("s" * 300), code=3)
    assert "file name too long" in told
    assert "choose a shorter name" in told


NO_UTF8 = os.fsdecode(b"\xe9t\xe9")


@pytest.mark.parametrize(
    "arguments",
    [
        ("schema", "--out", NO_UTF8),
        ("new", "--out", NO_UTF8),
        ("run", "small.toml", "--out", NO_UTF8),
        ("cluster", "script", "small.toml", "--out", NO_UTF8),
        ("cluster", "script", "small.toml", "--file", NO_UTF8),
        ("cluster", "script", NO_UTF8),
        *((command, NO_UTF8) for command in ("status", "verify", "resume", "compare", "plot")),
    ],
)
def test_a_name_that_is_no_utf8_is_refused_before_anything_is_made(
    tmp_path, monkeypatch, arguments
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    told = said(*arguments, code=2)
    assert r"\udce9t\udce9: its name is not UTF-8" in told
    assert [p.name for p in tmp_path.iterdir()] == ["small.toml"]


def test_a_tilde_is_the_home_once_and_everywhere(tmp_path, monkeypatch, run):
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    said("schema", "--out", "~/schema.json")
    config = run.directory.parent / "small.toml"
    done = orgsim.run(config, out="~/run")
    assert orgsim.open("~/run").digest == done.digest
    done.plot.write(("shares",), out="~/pictures")
    found = {str(path.relative_to(home)) for path in home.rglob("*")}
    assert {"schema.json", "run/manifest.json", "pictures/shares.svg"} <= found
    assert not list(here.iterdir())
    told = said("run", config, "--out", "~nobody-of-that-name/run", code=2)
    assert "nobody knows the home ~nobody-of-that-name" in told
    assert not list(here.iterdir())


def test_a_folder_of_that_name_is_no_home(tmp_path, monkeypatch, run):
    """What comes behind ./ is a name, by however many hands a path goes."""
    home, here = tmp_path / "home", tmp_path / "here"
    (here / "~").mkdir(parents=True)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    config = run.directory.parent / "small.toml"
    said("schema", "--out", "./~/schema.json")
    said("new", "--out", "./~x.toml")
    said("cluster", "script", config, "--file", "./~/job.sh")
    done = orgsim.run(config, out="./~/run")
    assert orgsim.open("./~/run").digest == done.digest
    done.plot("shares").save("./~/shares.svg")
    said("check", "./~x.toml")
    assert not list(home.iterdir())
    found = {path.name for path in (here / "~").iterdir()}
    assert found == {"schema.json", "job.sh", "run", "shares.svg"}


def test_a_next_step_may_be_copied_as_it_stands(tmp_path):
    """Also where blanks stand in a name."""
    import shlex

    out, job = tmp_path / "my config.toml", tmp_path / "my job.sh"
    told = said("new", "--out", out)
    assert shlex.split(told.partition("next: ")[2]) == ["orgsim", "run", str(out)]
    told = said("cluster", "script", out, "--file", job)
    assert shlex.split(told.partition("next: ")[2]) == ["sbatch", str(job)]


def test_the_next_step_of_a_run_may_be_copied_as_it_stands():
    import shlex
    from pathlib import Path

    from orgsim.execution.status import Status
    from orgsim.execution.verify import FileCheck
    from orgsim.report.status import check_lines, status_lines
    from orgsim.store import FORMAT

    blank = dict.fromkeys(Status.__dataclass_fields__, 0)
    more = {"title": "a\nb", "at_work": (), "format": FORMAT, "precision": None, "parts": 1}
    path = Path("my run")
    lines = status_lines(Status(**(blank | more | {"directory": path, "firms": 1, "points": 1})))
    assert lines[0] == "my run: a b"
    (line,) = (line for line in lines if "next" in line)
    assert shlex.split(line)[1:] == ["orgsim", "resume", "my run"]
    blank = dict.fromkeys(FileCheck.__dataclass_fields__, ())
    more = {"parts": 1, "parts_missing": 1, "missing": ("a",), "digest": None, "format": FORMAT}
    lines = check_lines(FileCheck(**(blank | more | {"directory": path})))
    (line,) = (line for line in lines if "next" in line)
    assert shlex.split(line)[1:] == ["orgsim", "resume", "my run"]


def test_an_opened_run_survives_that_the_program_goes_elsewhere(tmp_path, monkeypatch, run):
    monkeypatch.chdir(run.directory.parent)
    opened = orgsim.open("run")
    traced = opened.trace(0)
    assert str(opened.directory) == "run"
    monkeypatch.chdir(tmp_path)
    assert len(opened.firms()) == len(opened.firms(0)) == 40
    assert opened.compare().firms == 40
    assert opened.trace(1).firm == 1
    assert opened.plot.write(("shares",))[0].exists()
    assert traced.write()[0].exists()
    assert opened.directory == run.directory
    assert not list(tmp_path.iterdir())
