"""A manifest vouches for itself: whatever becomes of it is found, and put right."""

from __future__ import annotations

import json
import random
import shutil

import pyarrow.parquet as pq
import pytest

import orgsim
from orgsim.execution.recovery import LOST
from orgsim.store.manifest import CorruptManifestError, _sealed, read_manifest
from small_runs import OLD, contents, manifest

THREE_POINTS = """title = "Some points"
extends = "article-2014"
[simulation]
firms = 30
quarters = 5
[sweep]
design = "grid"
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5, levels = 3 }
"""
NAME, COPY = "manifest.json", "ledger/manifest.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A config, and a finished run of it."""
    directory = tmp_path_factory.mktemp("made")
    (directory / "mine.toml").write_text(THREE_POINTS)
    orgsim.run(directory / "mine.toml", out=directory / "here")
    return directory


@pytest.fixture
def here(made, tmp_path):
    """A copy of that run, to be damaged."""
    shutil.copytree(made / "here", tmp_path / "here")
    return tmp_path / "here"


def flipped(content, bit):
    altered = bytearray(content)
    altered[bit // 8] ^= 1 << bit % 8
    return bytes(altered)


def test_no_single_bit_passes(here):
    """Of each byte one bit, drawn; the harness of reliability flips them all."""
    whole = (here / NAME).read_bytes()
    draw = random.Random(12)
    for byte in range(0, len(whole), 5):
        (here / NAME).write_bytes(flipped(whole, 8 * byte + draw.randrange(8)))
        with pytest.raises(CorruptManifestError, match="orgsim resume"):
            read_manifest(here)


@pytest.mark.parametrize("way", ["resume", "run"])
def test_a_flipped_bit_is_found_by_verify_and_mended_to_the_same(command, made, here, way):
    whole, digest = (here / NAME).read_bytes(), manifest(here)["digest"]
    draw = random.Random(way)
    for bit in draw.sample(range(8 * len(whole)), 12):
        (here / NAME).write_bytes(flipped(whole, bit))
        found = json.loads(command("verify", here, "--json", code=1))
        assert found["tables"] == [NAME]
        assert found["lost"] == []
        if way == "resume":
            command("resume", here, "--quiet")
        else:
            command("run", made / "mine.toml", "--out", here, "--quiet")
        assert "sound" in command("verify", here)
        assert manifest(here)["digest"] == digest
        assert manifest(here)["started"] == json.loads(whole)["started"]


def damage(file, how):
    if how == "gone":
        file.unlink()
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(file.read_bytes()[:1_000])
    elif how == "another format":
        file.write_text(file.read_text().replace('"format": 4', '"format": 5'))
    elif how == "the format before":
        file.write_text(file.read_text().replace('"format": 4', '"format": 2'))
    else:
        file.write_text(file.read_text().replace('"versions"', '"versiont"'))


HOW = ["gone", "empty", "cut", "another format", "the format before", "another program's"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("which", [[NAME], [COPY], [NAME, COPY]])
@pytest.mark.parametrize("way", ["resume", "run"])
def test_a_lost_or_torn_one_is_made_anew(command, made, here, how, which, way):
    before = manifest(here)
    for name in which:
        damage(here / name, how)
    found = json.loads(command("verify", here, "--json", code=1))
    assert found["tables"][: len(which)] == which
    both = len(which) == 2
    assert found["lost"] == (list(LOST) if both else [])
    if way == "resume":
        command("resume", here, "--quiet")
    else:
        command("run", made / "mine.toml", "--out", here, "--quiet")
    found = json.loads(command("verify", here, "--json"))
    assert found["sound"]
    assert found["digest"] == before["digest"]
    assert found["lost"] == (list(LOST) if both else [])  # and so it is still told
    same = set(before) - {"ended", "seconds", "command", "status", "seal", "lost", "files"}
    after = manifest(here)
    for key in same - (set(LOST) if both else set()):
        assert after[key] == before[key], key


def test_without_a_manifest_other_settings_are_refused_and_nothing_changed(command, made, here):
    for name in (NAME, COPY):
        (here / name).unlink()
    before = contents(here, locks=False)
    shown = command("run", made / "mine.toml", "--seed", 5, "--out", here, "--quiet", code=2)
    assert "simulation.seed: 20140221 there, 5 now" in shown
    assert "--out" in shown
    assert contents(here, locks=False) == before


def changed(found, path, value):
    """Return a manifest with another value, sealed as if it had been written so."""
    *above, last = path.split(".")
    inner = found
    for key in above:
        inner = inner[key]
    inner[last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", 3),
        ("title", "Others"),
        ("target.tolerance", 0.9),
        ("target.shares", {"cemo": 0.1, "cmto": 0.2, "cmo_and_cto": 0.3, "cmo_vs_cto": 0.4}),
        ("identity.plan.settings", {"simulation.quarters": 9}),
        ("plan_hash", "0" * 64),
        ("points_hash", "0" * 64),
        ("sectors", ["none"]),
        ("output", {"firms": True, "quarters": False}),
        ("provenance.orgsim_seed", "3"),
        ("provenance.orgsim_source", "0" * 64),
        ("provenance.orgsim_version", "9"),
        ("versions.orgsim", "9"),
    ],
)
@pytest.mark.parametrize("version", ["now", "v0.1.0"])
def test_verify_holds_it_against_config_plan_and_provenance(
    command, here, tmp_path, path, value, version
):
    if version == "v0.1.0":
        shutil.copytree(OLD / "sweep", tmp_path / "old")
        here = tmp_path / "old"
        (here / NAME).write_text(json.dumps(changed(manifest(here), path, value)))
    else:
        text = _sealed(changed(manifest(here), path, value))
        for name in (NAME, COPY):
            (here / name).write_text(text, encoding="utf-8")
    found = json.loads(command("verify", here, "--json", code=1))
    assert [*found["disagreements"], *found["damaged"], *found["missing"]]
    assert "not sound" in command("verify", here, code=1)


@pytest.mark.parametrize(
    ("path", "value"),
    [("provenance", {}), ("provenance.orgsim_seed", "7"), ("seed", 7), ("sectors", ["other"])],
)
def test_what_disagrees_is_put_right_by_the_mend_that_verify_names(command, here, path, value):
    """Before, such a manifest stayed unsound after every resume."""
    text = _sealed(changed(manifest(here), path, value))
    for name in (NAME, COPY):
        (here / name).write_text(text, encoding="utf-8")
    assert "orgsim resume" in command("verify", here, code=1)
    command("resume", here, "--quiet")
    assert "sound" in command("verify", here)


def test_what_a_file_says_of_itself_is_no_provenance(command, made, here):
    """Before, a title with control characters made a manifest that no resume could mend."""
    table = pq.read_table(here / "points.parquet")
    odd = table.schema.metadata | {b"orgsim_title": b"a\x1b]0;x\x07", b"orgsim_seed": b"9"}
    pq.write_table(table.replace_schema_metadata(odd), here / "points.parquet")
    for name in (NAME, COPY):
        (here / name).unlink()
    command("resume", here, "--quiet")
    assert "sound" in command("verify", here)
    assert manifest(here)["provenance"]["orgsim_title"] == "Some points"


LARGE = THREE_POINTS.replace("firms = 30", "firms = 5_000").replace("levels = 3", "levels = 8")


@pytest.mark.parametrize("config_too", [False, True])
def test_fewer_firms_than_are_there_remove_nothing(command, tmp_path, config_too):
    """Before, the same command with fewer firms cut a run without a manifest to these."""
    (tmp_path / "mine.toml").write_text(LARGE)
    here = tmp_path / "here"
    orgsim.run(tmp_path / "mine.toml", out=here)
    before = {path: path.read_bytes() for path in here.rglob("*.parquet")}
    assert len(list((here / "firms").iterdir())) > 1
    for name in (NAME, COPY, *(["config.toml"] if config_too else [])):
        (here / name).unlink()
    for fewer in (2_500, 4_999):
        given = ["--firms", fewer, "--out", here]
        shown = command("sweep", tmp_path / "mine.toml", *given, code=2)
        assert "a run can only grow" in shown
    assert before == {path: path.read_bytes() for path in here.rglob("*.parquet")}
    command("sweep", tmp_path / "mine.toml", "--out", here, "--quiet")
    assert "sound" in command("verify", here)


def test_an_overwritten_run_without_a_manifest_leaves_nothing(command, made, here):
    """Before, parts, pictures and the page of the run before stayed beside the new one."""
    command("plot", here, "--format", "svg")
    for name in (NAME, COPY):
        (here / name).unlink()
    rows_off = ["--set", "output.firms=false", "--seed", 5]
    command("run", made / "mine.toml", *rows_off, "--out", here, "--overwrite", "--quiet")
    assert not (here / "firms").exists()
    assert not (here / "figures").exists()
    assert "sound" in command("verify", here)


def test_rows_that_a_run_does_not_keep_are_foreign(command, made, here, tmp_path):
    off = tmp_path / "off"
    command("run", made / "mine.toml", "--set", "output.firms=false", "--out", off, "--quiet")
    shutil.copytree(here / "firms", off / "firms")
    assert json.loads(command("verify", off, "--json", code=1))["foreign"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"title": "Some points"', '"title": "\\ud800"'),
        ('"simulating": ', '"simulating": 1e999, "x": '),
        ('"versions": {', '"versions": {"deep": ' + "[" * 990 + "]" * 990 + ","),
    ],
)
def test_a_text_that_was_never_sealed_is_damage(command, here, old, new):
    """Before, checking its seal raised: half a character, infinity, a depth."""
    text = (here / NAME).read_text()
    assert old in text
    (here / NAME).write_text(text.replace(old, new))
    assert "is damaged" in command("status", here, code=2)
    assert json.loads(command("verify", here, "--json", code=1))["tables"] == [NAME]
    command("resume", here, "--quiet")
    assert "sound" in command("verify", here)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("machine", None), ("machine", [1]), ("seed", None), ("command", None), ("ended", 1),
        ("target", {}), ("target.tolerance", "x"), ("target.shares", {"cemo": 1.0}),
        ("seconds", {}), ("identity.plan", {}), ("identity.plan.settings", {}),
        ("identity.plan.sweep", []), ("identity.plan.precision", {}),
        ("identity.plan.sweep.parameters", {"resistance.status_threat": {"low": "a"}}),
    ],
)  # fmt: skip
def test_a_sealed_one_of_another_shape_is_one_message(command, here, path, value):
    """Before, tracebacks: a seal is no signature."""
    text = _sealed(changed(manifest(here), path, value))
    for name in (NAME, COPY):
        (here / name).write_text(text, encoding="utf-8")
    for act in ("status", "compare", "report", "plot"):
        assert "is damaged" in command(act, here, code=2)


def test_verify_holds_it_against_the_layout(command, here):
    whole = manifest(here)
    for key in ("part_firms", "expected_firms"):
        text = _sealed(whole | {key: 1})
        for name in (NAME, COPY):
            (here / name).write_text(text, encoding="utf-8")
        assert json.loads(command("verify", here, "--json", code=1))["disagreements"] == [key]


def test_an_extent_that_nobody_computed_is_refused_at_once(command, here):
    for extent in ({"firms": 30, "points": 10**12}, {"firms": 10**15, "points": 3}):
        text = _sealed(manifest(here) | {"extent": extent})
        for name in (NAME, COPY):
            (here / name).write_text(text, encoding="utf-8")
        for act in ("status", "verify", "resume", "merge"):
            assert len(command(act, here, code=2)) < 4_000


@pytest.mark.parametrize(
    "changes",
    [
        {"lost": ["x\n  digest  0000 (as noted)"]},
        {"digest": "0\r1"},
        {"versions": {"orgsim": "0.1\n  digest  0"}},
        {"title": "x" * 1_000_000},
    ],
)
def test_a_forged_line_never_reaches_a_terminal(command, here, changes):
    text = _sealed(manifest(here) | changes)
    for name in (NAME, COPY):
        (here / name).write_text(text, encoding="utf-8")
    for act in ("status", "verify"):
        shown = command(act, here, code=1 if act == "verify" else 2)
        assert "0000" not in shown
        assert "\r" not in shown
        assert len(shown) < 2_000


def test_a_title_of_two_lines_is_one_in_a_status(command, here):
    text = _sealed(manifest(here) | {"title": "a\n  digest  0000"})
    for name in (NAME, COPY):
        (here / name).write_text(text, encoding="utf-8")
    assert command("status", here).splitlines()[0].endswith("a digest 0000")


def test_a_hostile_title_never_reaches_a_terminal(command, here):
    text = _sealed(manifest(here) | {"title": "\x1b]0;mine\x07"})
    for name in (NAME, COPY):
        (here / name).write_text(text, encoding="utf-8")
    for act in ("status", "compare", "verify"):
        assert "\x1b" not in command(act, here, code=1 if act == "verify" else 2)
