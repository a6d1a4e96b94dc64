"""A manifest comes back as it was, and one that was damaged is refused with the way out."""

from __future__ import annotations

import json

import pytest

from made_up_runs import IDENTITY, MANIFEST, finished, status
from orgsim import store
from orgsim.errors import UsageError
from orgsim.store import Layout, Manifest, RunDirectory
from orgsim.store.manifest import write_told
from small_runs import contents


@pytest.mark.parametrize(
    "key", sorted(set(MANIFEST) - {"format", "versions", "files", "lost", "model"})
)
def test_a_damaged_manifest_is_refused_and_can_be_overwritten(tmp_path, key):
    directory = finished(tmp_path)
    write_told(tmp_path, {k: v for k, v in MANIFEST.items() if k != key})
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="is damaged"):
        status(directory)
    assert contents(tmp_path) == before
    assert status(directory, overwrite=True) == "new"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", None),
        ("extent", None),
        ("extent", {"firms": 5}),
        ("extent", {"firms": "5", "points": 2}),
        ("extent", {"firms": 2_500, "points": 0}),
        ("output", None),
        ("output", {"firms": 1, "quarters": True}),
        ("identity", IDENTITY | {"output": None}),
        ("identity", IDENTITY | {"plan": "a plan"}),
        ("part_firms", "1024"),
        ("expected_firms", 0),
        ("sectors", "all"),
        ("provenance", {"orgsim_seed": 1}),
    ],
)
def test_a_manifest_with_a_damaged_value_is_refused_and_can_be_overwritten(tmp_path, key, value):
    directory = finished(tmp_path)
    write_told(tmp_path, {**MANIFEST, "status": "finished", key: value})
    before = contents(tmp_path)
    for look in (lambda: status(directory), lambda: directory.files("firms")):
        with pytest.raises(UsageError, match=rf"is damaged \({key}") as caught:
            look()
        for way_out in ("--out", "--overwrite"):
            assert way_out in str(caught.value)
    assert contents(tmp_path) == before
    assert status(directory, overwrite=True) == "new"


@pytest.mark.parametrize("key", ["plan", "source", "output"])
def test_a_manifest_without_an_identity_is_damaged(tmp_path, key):
    identity = {k: v for k, v in IDENTITY.items() if k != key}
    for damaged in (identity, None, []):
        write_told(tmp_path, {**MANIFEST, "identity": damaged})
        with pytest.raises(UsageError, match="is damaged"):
            RunDirectory(tmp_path).read_manifest()


@pytest.mark.parametrize("version", [0, 1, 99])
def test_a_run_of_another_format_is_refused_and_left_as_it_is(tmp_path, version):
    """Of an older format are only the version and that it is orgsim's: the rest may be missing."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"format": version, "versions": {"orgsim": "0.1"}}))
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / "part-0.npz").write_text("sums")
    before = contents(tmp_path)
    directory = RunDirectory(tmp_path)
    for look in (directory.read_manifest, lambda: status(directory)):
        with pytest.raises(UsageError, match=f"format {version}, and this orgsim reads") as caught:
            look()
        assert "nothing was changed" in str(caught.value)
        assert "--out" in str(caught.value)
    assert contents(tmp_path) == before


def test_a_manifest_is_plain_json(tmp_path):
    directory = RunDirectory(tmp_path)
    directory.write_manifest(Manifest.of(MANIFEST))
    told = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert len(told.pop("seal")) == 64
    assert told == MANIFEST == directory.read_manifest().as_dict()
    assert sorted(contents(tmp_path)) == ["ledger/manifest.json", "manifest.json"]


def test_a_directory_without_a_run_says_so(tmp_path):
    with pytest.raises(UsageError, match=r"no run here \(no manifest\.json\)"):
        RunDirectory(tmp_path).read_manifest()


@pytest.mark.parametrize("precision", [None, {"half_width": 0.01}])
def test_the_layout_of_a_run_follows_from_its_manifest(precision):
    plan = IDENTITY["plan"] | ({"precision": precision} if precision else {})
    found = store.layout_of(Manifest.of({**MANIFEST, "identity": IDENTITY | {"plan": plan}}))
    assert found == Layout(2, 2_500, 1_024, 2_500, adaptive=precision is not None)
