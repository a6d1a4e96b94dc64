"""Runs taken up in a directory of their own: simulated anew, and every row looked for."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

import orgsim
from orgsim.execution.context import RunContext
from orgsim.model import MODEL
from orgsim.store import Shard
from orgsim.store.ledger import hashes, write_entry
from orgsim.store.parts import tile_digests
from orgsim.store.tables import firm_table, read_firm_columns, write_table
from small_runs import OLD, TWO_POINTS, contents, cut_into, digest, manifest
from toy_model import TOY

NOTE = "is of version 1 of the model, and is run by its rules"


class Told:
    """A progress that keeps what it is told."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)

    def __getattr__(self, _):
        return lambda *arguments: None


def taken_up(old, new, **options):
    """Take a run up from Python; return the new one, and the sentence on its rows."""
    told = Told()
    run = orgsim.resume(old, out=new, progress=told, **options)
    return run, told.said[-1]


@pytest.fixture
def old(tmp_path, monkeypatch):
    """Copies of the runs that version 0.1.0 wrote, below the directory that one is in."""
    shutil.copytree(OLD, tmp_path / "old")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "old"


def rows_of(run):
    """Return how many rows a finished run holds in its three tables."""
    return len(run.firms()) + len(run.quarters()) + len(run.shares())


# --- what version 0.1.0 wrote


def test_a_setting_of_0_1_0_grows_in_a_directory_of_its_own(command, old):
    before = contents(old)
    shown = command("resume", "old/setting", "--out", "new", "--firms", 100)
    assert NOTE in shown
    assert " ".join(shown.split()).count("all 60 rows of firms of old/setting are in new") == 1
    assert contents(old) == before  # nor is there a lock
    was, now = orgsim.open("old/setting").firms(), orgsim.open("new").firms()
    assert len(now) == 100
    assert now.head(60)[list(was.columns)].equals(was)
    assert json.loads(command("verify", "new", "--json"))["sound"]
    assert manifest(old.parent / "new")["preset"] == "version-1-article"  # as 0.1.0 had it


def test_a_sweep_of_0_1_0_comes_out_again_row_by_row(command, old):
    before = contents(old)
    shown = command("resume", "old/sweep", "--out", "new", "--json")
    shown = json.loads(shown[shown.index("{\n") :])
    assert shown["taken_up"] == {
        "directory": "old/sweep",
        "rows": {"firms": 4 * 30, "quarters": 4 * 6, "shares": 4 * 4},
    }
    assert contents(old) == before


def test_an_unfinished_sweep_of_0_1_0_is_finished_elsewhere(old):
    """Of its two parts one is there, with two points of four quarters, and no firms are kept."""
    before = contents(old)
    with pytest.warns(UserWarning, match=NOTE):
        run, sentence = taken_up("old/unfinished", "new")
    assert run.meta.is_finished
    assert sentence == "all 8 rows of old/unfinished are in new, bit for bit: 8 by quarter"
    assert contents(old) == before
    with pytest.raises(orgsim.UsageError, match="keeps no rows of firms"):
        orgsim.resume("old/unfinished", out="larger", firms=1_200)
    assert not (old.parent / "larger").exists()


def test_status_and_refusals_name_the_command(command, old):
    for name, grown in (("setting", " --firms N"), ("unfinished", "")):
        way = f"orgsim resume old/{name} --out DIR{grown}\n"
        assert way in command("run", f"old/{name}.toml", "--out", f"old/{name}", code=2)
        assert way in command("resume", f"old/{name}", code=2)
    assert "orgsim resume old/unfinished --out DIR" in command("status", "old/unfinished")
    assert "orgsim resume old/unfinished --out DIR" in command("verify", "old/unfinished", code=1)


# --- what is not there as it was


def forge(directory, column, firm, value):
    """Change a value of a firm as if it had been written so: the hash in the ledger says so, too.

    In format 2, of one part.
    """
    context = RunContext.begun(directory, MODEL)
    (part,) = context.entered()
    parts, model, path = context.parts, context.config.model, context.parts.firms(part)
    columns = read_firm_columns(path, parts.sectors, model)
    columns[column][firm] = value
    write_table(firm_table(columns, parts.sectors, parts.provenance, model), path)
    entry = parts.entry_of(part)
    sizes = np.array([path.stat().st_size, entry.bytes[1]], dtype=np.int64)
    entry = entry._replace(tiles=hashes(tile_digests(columns)), bytes=sizes)
    write_entry(parts.entry(part), entry, part, parts.key(part))


def test_a_value_that_does_not_come_out_again_is_named(command, old):
    was = orgsim.open("old/setting").firms().performance[17]
    forge(old / "setting", "performance", 17, np.nextafter(was, np.float32(1.0)))
    assert json.loads(command("verify", "old/setting", "--json", code=1))["damaged"] == []
    before = contents(old)
    shown = command("resume", "old/setting", "--out", "new", code=3)
    assert "1 of 60 rows of firms" in shown
    values = f"performance was {np.nextafter(was, np.float32(1.0))!s}, and is {was!s}"
    assert f"firms, point 0, firm 17: {values}" in shown
    assert "new stays: a whole run of the config of old/setting" in shown
    assert contents(old) == before
    assert json.loads(command("verify", "new", "--json"))["sound"]
    assert "firm 17" in command("resume", "old/setting", "--out", "more", "--firms", 99, code=3)


def test_rows_decide_where_somebody_has_changed_a_rule(tmp_path, write, monkeypatch):
    """The version of the model is the same, its source is not: here a step is left out."""
    path = write("[simulation]\nfirms = 20\nquarters = 3\n")
    monkeypatch.setenv("ORGSIM_DEVICE", "plain_device")  # compiles nothing
    for name, steps in (("other", ("aim", "look")), ("same", TOY.steps)):
        with monkeypatch.context() as patch:
            if name == "same":  # a change that touches no firm
                patch.setattr("orgsim.execution.experiment.source_hash", lambda _: "b" * 64)
            orgsim.run(path, model=replace(TOY, steps=steps), out=tmp_path / name)
    for name in ("other", "same"):
        with pytest.raises(orgsim.UsageError, match=f"orgsim resume .*{name} --out DIR"):
            orgsim.resume(tmp_path / name, model=TOY)
    run, sentence = taken_up(tmp_path / "same", tmp_path / "again", model=TOY)
    assert f"all {rows_of(run)} rows" in sentence
    with pytest.raises(orgsim.RunError, match="20 of 20 rows of firms, 3 of 3 rows by quarter"):
        orgsim.resume(tmp_path / "other", out=tmp_path / "new", model=TOY)
    with pytest.raises(orgsim.UsageError, match="is a run of the model toy 1") as caught:
        orgsim.resume(tmp_path / "same", out=tmp_path / "mine")
    assert "orgsim resume" not in str(caught.value)
    assert not (tmp_path / "mine").exists()


def flip(path):
    """Change a byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished sweep of two parts, a point of 40 firms each."""
    place = tmp_path_factory.mktemp("made")
    (place / "two.toml").write_text(TWO_POINTS)
    with pytest.MonkeyPatch.context() as patch:
        cut_into(patch, 40)
        return orgsim.sweep(place / "two.toml", out=place / "halves").directory


@pytest.fixture
def halves(made, tmp_path):
    """A copy of it, to break."""
    return shutil.copytree(made, tmp_path / "halves")


@pytest.mark.parametrize(
    ("folder", "harm"),
    [("firms", flip), ("quarters", flip), ("ledger", flip), ("ledger", lambda path: path.unlink())],
)
def test_of_a_damaged_run_what_is_sound_is_looked_for(command, halves, tmp_path, folder, harm):
    damaged, _ = sorted((halves / folder).glob("part-*"))
    harm(damaged)
    before = contents(halves)
    shown = command("resume", "halves", "--out", "new", code=3)
    told = f"damaged or gone, and not looked for in new: {damaged.stem}, shares.parquet"
    assert told in shown
    assert "45 rows of what is sound are there" in shown  # 40 firms and 5 quarters
    assert json.loads(command("verify", "new", "--json"))["sound"]
    assert contents(halves) == before


def test_damage_of_shares_alone_is_told_of_shares_alone(command, halves):
    flip(halves / "shares.parquet")
    shown = command("resume", "halves", "--out", "new", code=3)
    assert "not looked for in new: shares.parquet\n" in shown
    assert "90 rows of what is sound are there" in shown


@pytest.mark.parametrize("folder", ["firms", "quarters"])
def test_a_new_run_that_is_damaged_is_told_from_other_rows(command, halves, tmp_path, folder):
    command("resume", "halves", "--out", "new", "--quiet")
    path = next((tmp_path / "new" / folder).iterdir())
    flip(path)
    shown = command("resume", "halves", "--out", "new", code=3)
    assert "mend it with: orgsim resume new" in shown
    assert "came out again" not in shown
    command("resume", "new", "--quiet")
    command("resume", "halves", "--out", "new", "--quiet")


def test_other_rows_in_a_new_run_that_are_its_own_damage_are_called_so(command, halves, tmp_path):
    command("resume", "halves", "--out", "new", "--quiet")
    (part,) = (tmp_path / "new/firms").iterdir()
    table = pq.read_table(part)
    place = table.column_names.index("performance")
    other = table.column(place).combine_chunks().fill_null(0).take(list(range(len(table)))[::-1])
    pq.write_table(table.set_column(place, table.schema.field(place), other), part)
    shown = command("resume", "halves", "--out", "new", code=3)
    assert f"new: is damaged ({part.stem}" in shown
    assert "mend it with: orgsim resume new" in shown


# --- what this version wrote

SMALL = """extends = "article-2014"
[simulation]
firms = {firms}
quarters = 4
"""
RICH = """[[schedule]]
from = 3
competence.training = 0.05
[twin]
set = { "mechanisms.reorganisation" = false }
[sectors.shops]
share = 0.4
quantities = { "firm.attention" = 0.3 }
[sectors.others]
share = 0.6
"""
SWEPT = """[sweep]
points = 2
common_random_numbers = false
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"""
PRECISE = """[sweep]
points = 4
[sweep.parameters]
"leadership.commitment" = { low = 0.02, high = 0.98 }
[precision]
half_width = 0.03
"""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (SMALL.format(firms=2_100) + RICH, (1_024, 2_048)),  # each cuts the other's parts
        (SMALL.format(firms=2_100) + RICH, (2_048, 1_024)),
        (SMALL.format(firms=1_100) + SWEPT, (1_024, 2**14)),  # split, and all points in a part
        (SMALL.format(firms=1).replace("= 4", "= 8") + PRECISE, (2_048, 2**14)),
    ],
)
def test_a_copy_is_the_same_run_however_it_is_cut(write, tmp_path, monkeypatch, text, parts):
    path = write(text)
    cut_into(monkeypatch, parts[0])
    old = orgsim.run(path, out=tmp_path / "old")
    cut_into(monkeypatch, parts[1])
    new, sentence = taken_up(tmp_path / "old", tmp_path / "new")
    assert new.digest == old.digest
    assert f"all {rows_of(old):,} rows of " in sentence
    if old.meta.precision is not None:
        assert old.firms().groupby("point").size().nunique() > 1
        with pytest.raises(orgsim.ConfigError, match="firms are added until it is met"):
            orgsim.resume(tmp_path / "old", out=tmp_path / "more", firms=10_000)
        return
    more, sentence = taken_up(tmp_path / "old", tmp_path / "more", firms=2_200)
    assert more.digest == orgsim.run(path, firms=2_200, out=tmp_path / "new").digest  # it grows
    assert f"all {len(old.firms()):,} rows of firms of " in sentence


def test_a_table_of_points_goes_along(write, tmp_path):
    write("resistance.status_threat\n0.2\n0.9\n0.4\n", "points.csv")
    text = SMALL.format(firms=20) + '[sweep]\ndesign = "table"\ntable = "points.csv"\n'
    old = orgsim.sweep(write(text), out=tmp_path / "old")
    (tmp_path / "points.csv").unlink()
    new, sentence = taken_up(tmp_path / "old", tmp_path / "new")
    assert new.digest == old.digest
    assert f"all {rows_of(old)} rows" in sentence


def test_an_unfinished_run_is_looked_at_as_far_as_it_is(write, tmp_path, monkeypatch):
    """Here its second of two parts is missing; and there the new one has begun."""
    path = write(TWO_POINTS)
    cut_into(monkeypatch, 40)
    monkeypatch.setattr("orgsim.execution.shards.LOOKS_FOR_OTHERS", 1)
    orgsim.sweep(path, out=tmp_path / "old", shard=Shard(1, 2))
    orgsim.sweep(path, out=tmp_path / "new", shard=Shard(2, 2))
    assert not orgsim.open(tmp_path / "old").meta.is_finished
    _, sentence = taken_up(tmp_path / "old", tmp_path / "new")
    assert sentence.endswith("bit for bit: 40 of firms, 5 by quarter")
    assert orgsim.verify(tmp_path / "new").is_sound
    for part in (tmp_path / "old/ledger").glob("part-*"):
        part.unlink()
    _, sentence = taken_up(tmp_path / "old", tmp_path / "new")
    assert "holds no rows yet" in sentence


# --- where to


def test_the_new_directory_is_another_and_a_larger_one_is_kept(command, halves, tmp_path):
    (tmp_path / "link").symlink_to(halves)
    (tmp_path / "into").symlink_to(halves / "not-yet")
    before = contents(halves)
    for place in ("halves", "halves/firms", "halves/new/deep", "link", "link/new", "into"):
        shown = command("resume", "halves", "--out", place, code=2)
        assert "is the run that is taken up, or lies in it" in shown
    assert "holds 40 firms, and 39 are" in command(
        "resume", "halves", "--out", "new", "--firms", 39, code=2
    )
    assert not (tmp_path / "new").exists()
    for options in (["--firms", 50], ["--overwrite"]):
        assert "go with --out DIR" in command("resume", "halves", *options, code=2)
    with pytest.raises(orgsim.UsageError, match="go with out"):
        orgsim.resume(halves, firms=50)
    command("resume", "halves", "--out", "new", "--firms", 50, "--quiet")
    command("resume", "halves", "--out", "new", "--firms", 60, "--quiet")
    assert manifest(tmp_path / "new")["extent"] == {"firms": 60, "points": 2}
    assert "holds 60 firms, and 40 are asked for" in command(
        "resume", "halves", "--out", "new", code=2
    )
    command("resume", "halves", "--out", "new", "--overwrite", "--quiet")
    assert digest(tmp_path / "new") == digest(halves)
    assert contents(halves) == before
