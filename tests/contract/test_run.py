"""``orgsim run`` and ``orgsim compare`` as people use them."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

import orgsim
from orgsim import store
from orgsim.config import preset_names, preset_path
from orgsim.model import MODEL
from small_runs import BASELINE, cut_into, manifest

FAST = ["--set", "simulation.quarters=10", "--threads", "2"]


@pytest.fixture
def parts_of_1024(monkeypatch):
    """Parts of 1,024 firms, to have several in a small run."""
    cut_into(monkeypatch, 1024)


def test_a_run_prints_the_shares_beside_the_articles(command, tmp_path):
    output = command("run", BASELINE, "--firms", 300, *FAST).replace("\N{NO-BREAK SPACE}", " ")
    for text in ("CEMO", "CMTO", "CMO and CTO", "CMO vs CTO", "40.0 %", "10.0 %", "95 % interval"):
        assert text in output
    assert manifest(tmp_path / "results/baseline")["digest"] in output


def test_lines_of_a_run_fit_into_eighty_columns(command):
    output = command("run", BASELINE, "--firms", 300, "--quiet", *FAST) + command(
        "compare", "results/baseline"
    )
    assert max(len(line) for line in output.splitlines()) <= 80


def test_files_have_the_declared_columns_and_explain_themselves(command, tmp_path):
    command("run", BASELINE, "--firms", 250, "--out", "here", *FAST)
    for name, declared in (
        ("firms", MODEL.firms),
        ("quarters", MODEL.quarters),
        ("shares.parquet", MODEL.shares),
    ):
        place = tmp_path / "here" / name
        schema = pq.read_schema(next(place.glob("*.parquet")) if place.is_dir() else place)
        assert schema.names == [column.name for column in declared]
        for column in declared:
            told = schema.field(column.name).metadata
            assert told[b"meaning"].decode() == column.meaning
            assert told[b"unit"].decode() == column.unit
        assert schema.metadata[b"orgsim_seed"] == b"20140221"
    assert pq.read_table(tmp_path / "here" / "points.parquet").num_rows == 1


def test_tables_agree_with_each_other(command, tmp_path):
    command("run", BASELINE, "--firms", 400, "--out", "here", *FAST)
    run = orgsim.open(tmp_path / "here")
    firms, quarters, shares = run.firms(), run.quarters(), run.shares()
    assert len(firms) == 400
    assert firms.firm.tolist() == list(range(400))
    last = quarters.iloc[-1]
    for row in shares.itertuples():
        assert row.count == (firms.scenario == row.scenario).sum()
        assert row.share == last[f"share_{row.scenario}"]
        assert row.low <= row.share <= row.high
        calm = (firms.scenario == row.scenario) & (firms.quarters_of_misfit == 0)
        assert row.without_misfit == calm.sum()
    assert np.isclose(firms.capability.mean(), last.capability_mean, atol=1e-6)
    assert firms.first_attempt.isna().sum() == (firms.attempts == 0).sum()
    passive = firms[firms.structure == "separate"]
    at_04 = (passive.completion >= 0.4).mean() * len(passive) / 400
    assert np.isclose(shares.share_at_04[2], at_04)


def test_the_written_config_reruns_the_result(command, tmp_path):
    command("run", preset_path("sectors"), "--firms", 200, "--out", "first", *FAST)
    command("run", tmp_path / "first/config.toml", "--out", "second")
    assert manifest(tmp_path / "first")["digest"] == manifest(tmp_path / "second")["digest"]


def test_a_finished_run_is_not_repeated(command, tmp_path):
    command("run", BASELINE, "--firms", 200, *FAST)
    before = (tmp_path / "results/baseline/manifest.json").read_bytes()
    assert "finished before" in command("run", BASELINE, "--firms", 200, *FAST)
    assert (tmp_path / "results/baseline/manifest.json").read_bytes() == before


def test_another_plan_is_refused_with_the_ways_out_and_overwrite_replaces(command, tmp_path):
    command("run", BASELINE, "--firms", 200, *FAST)
    before = manifest(tmp_path / "results/baseline")
    output = command("run", BASELINE, "--firms", 200, "--seed", 5, *FAST, code=2)
    assert "simulation.seed: 20140221 there, 5 now" in output
    assert "--out" in output
    assert "--overwrite" in output
    assert manifest(tmp_path / "results/baseline") == before
    command("run", BASELINE, "--firms", 200, "--seed", 5, "--overwrite", *FAST)
    assert manifest(tmp_path / "results/baseline")["digest"] != before["digest"]


def test_a_strangers_directory_is_never_touched(command, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/cat.png").write_text("cat")
    for flags in ([], ["--overwrite"]):
        output = command("run", BASELINE, "--firms", 50, "--out", "photos", *flags, code=2)
        assert "holds no run" in output
    assert [p.name for p in (tmp_path / "photos").iterdir()] == ["cat.png"]
    (tmp_path / "file").write_text("x")
    assert "is a file" in command("run", BASELINE, "--firms", 50, "--out", "file", code=2)


def test_an_interrupted_run_goes_on_to_the_same_digest(
    command, tmp_path, parts_of_1024, monkeypatch
):
    command("run", BASELINE, "--firms", 3500, "--out", "whole", *FAST)
    real = store.PartWriter.finish
    written = []

    def finish(self, *arguments):
        first = self._part.first_firm
        interrupted = first == 2048 and not written.count(2048)
        written.append(first)
        if interrupted:
            raise KeyboardInterrupt
        return real(self, *arguments)

    monkeypatch.setattr(store.PartWriter, "finish", finish)
    output = command("run", BASELINE, "--firms", 3500, "--out", "torn", *FAST, code=130)
    assert "same command goes on" in output
    assert manifest(tmp_path / "torn")["status"] == "interrupted"
    assert "orgsim resume torn" in command("status", "torn")
    command("run", BASELINE, "--firms", 3500, "--out", "torn", *FAST)
    assert written == [0, 1024, 2048, 2048, 3072]
    assert manifest(tmp_path / "torn")["digest"] == manifest(tmp_path / "whole")["digest"]
    assert "sound" in command("verify", "torn")


@pytest.mark.parametrize("harm", ["truncate", "remove", "foreign", "note"])
def test_a_damaged_part_is_done_again(command, tmp_path, parts_of_1024, monkeypatch, harm):
    command("run", BASELINE, "--firms", 2500, "--out", "whole", *FAST)
    with monkeypatch.context() as patch:
        patch.setattr(store.RunDirectory, "write_shares", interrupt)
        command("run", BASELINE, "--firms", 2500, "--out", "torn", *FAST, code=130)
    part = sorted((tmp_path / "torn/firms").iterdir())[1]
    if harm == "truncate":
        part.write_bytes(part.read_bytes()[:-100])
    elif harm == "remove":
        part.unlink()
    elif harm == "foreign":
        part.write_bytes(sorted((tmp_path / "whole/firms").iterdir())[0].read_bytes())
    else:
        note = sorted((tmp_path / "torn/ledger").iterdir())[1]
        note.write_bytes(note.read_bytes()[:200])
    command("run", BASELINE, "--firms", 2500, "--out", "torn", *FAST)
    assert manifest(tmp_path / "torn")["digest"] == manifest(tmp_path / "whole")["digest"]
    assert "sound" in command("verify", "torn")


def interrupt(*arguments, **options):
    raise KeyboardInterrupt


def test_a_full_disk_is_said_clearly_and_leaves_nothing_torn(command, tmp_path, monkeypatch):
    from orgsim.store import atomic

    def flush(handle, path):
        if "firms" in str(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(atomic, "_flush", flush)
    output = command("run", BASELINE, "--firms", 100, "--out", "full", *FAST, code=3)
    assert "no space left on device" in output
    assert "run the same command again" in output
    assert not list(tmp_path.rglob(f"{atomic.TEMPORARY}*"))
    assert not list((tmp_path / "full/firms").glob("*.parquet"))
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    command("run", BASELINE, "--firms", 100, "--out", "full", *FAST)


def test_a_directory_that_cannot_be_written(command, tmp_path, monkeypatch):
    def mkdir(self, *arguments, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    monkeypatch.setattr("pathlib.Path.mkdir", mkdir)
    output = command("run", BASELINE, "--firms", 100, "--out", "locked", *FAST, code=3)
    assert "permission denied" in output
    assert "--out DIR" in output
    assert not (tmp_path / "locked").exists()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["run", "nowhere.toml"], "no such file"),
        (["run", BASELINE, "--set", "firm.atention=1"], "did you mean 'attention'"),
        (["run", BASELINE, "--firms", "0"], "simulation.firms"),
        (["run", BASELINE, "--seed", "-1"], "simulation.seed"),
        (["run", BASELINE, "--threads", "0"], "threads"),
        (["compare", "nowhere"], "no run here"),
        (["check", "nowhere.toml"], "no such file"),
        (["new", "baselin"], "did you mean 'baseline'"),
        (["parameters", "firm.atention"], "did you mean 'firm.attention'"),
    ],
)
def test_wrong_usage_exits_with_2_and_leaves_nothing(command, tmp_path, arguments, text):
    assert text in command(*arguments, code=2)
    assert not list(tmp_path.iterdir())


def test_json_output_is_one_object(command):
    output = command("run", BASELINE, "--firms", 200, "--quiet", "--json", *FAST)
    result = json.loads(output[output.index("{") :])
    assert set(result) >= {"shares", "low", "high", "reference", "total_variation", "digest"}
    assert sum(result["shares"].values()) == pytest.approx(1.0)
    compared = json.loads(command("compare", "results/baseline", "--json"))
    assert compared["shares"] == result["shares"]


def test_compare_takes_a_file_or_another_run(command, tmp_path):
    command("run", BASELINE, "--firms", 200, "--quiet", *FAST)
    command("run", BASELINE, "--firms", 200, "--quiet", *FAST, "--seed", 2, "--out", "other")
    reference = tmp_path / "reference.toml"
    reference.write_text(
        "[target.shares]\ncemo = 0.25\ncmto = 0.25\ncmo_and_cto = 0.25\ncmo_vs_cto = 0.25\n"
    )
    shown = command("compare", "results/baseline", "--reference", reference)
    assert shown.count("25.0\N{NO-BREAK SPACE}%") >= 4
    both = json.loads(command("compare", "results/baseline", "--reference", "other", "--json"))
    other = orgsim.open(tmp_path / "other").shares()
    assert list(both["reference"].values()) == other.share.tolist()


@pytest.mark.parametrize("name", preset_names())
def test_every_shipped_config_runs(command, name):
    command("run", preset_path(name), "--firms", 64, "--quiet")


def test_new_check_parameters_and_schema(command, tmp_path):
    command("new", "article-2014", "--out", "mine.toml")
    assert "exists already" in command("new", "--out", "mine.toml", code=2)
    assert "valid" in command("check", "mine.toml")
    assert json.loads(command("check", "mine.toml", "--json"))["firms"] == 10_000
    assert "baseline" in command("new", "--list").splitlines()
    assert "status_threat" in command("parameters", "resistance")
    rows = json.loads(command("parameters", "--json"))
    assert {row["path"] for row in rows} >= {"firm.attention", "simulation.seed"}
    assert json.loads(command("schema"))["title"] == "orgsim config"


def test_control_c_stops_a_real_process_and_it_can_go_on(tmp_path):
    program = [sys.executable, "-m", "orgsim", "run", BASELINE, "--out", "stopped"]
    many = ["--firms", "3000000", "--set", "simulation.quarters=40"]
    subprocess.run([*program[:-1], "first", "--firms", "1"], cwd=tmp_path, check=True)  # compiles
    # A shell that runs the tests in the background makes them, and their children, deaf to Ctrl-C.
    process = subprocess.Popen(
        [*program, *many],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    directory = tmp_path / "stopped"
    deadline = time.monotonic() + 120
    try:
        while not (directory / "config.toml").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert manifest(directory)["status"] == "interrupted"


def test_a_schema_is_never_written_into_a_new_directory(command, tmp_path):
    output = command("schema", "--out", tmp_path / "nowhere" / "schema.json", code=3)
    assert "cannot be written" in output
    assert not (tmp_path / "nowhere").exists()


def test_a_changed_title_or_target_is_heeded_without_simulating_again(command, tmp_path):
    config = tmp_path / "mine.toml"
    plain = "[simulation]\nfirms = 100\nquarters = 5\n"
    config.write_text(plain)
    command("run", config, "--out", "here")
    before = manifest(tmp_path / "here")
    shares = "cemo = 0.55, cmto = 0.25, cmo_and_cto = 0.15, cmo_vs_cto = 0.05"
    config.write_text(f'title = "Mine"\n{plain}[target]\nshares = {{ {shares} }}\n')
    shown = command("run", config, "--out", "here")
    assert "Mine (finished before" in shown
    assert "55.0\N{NO-BREAK SPACE}%" in shown
    after = manifest(tmp_path / "here")
    assert (after["digest"], after["started"]) == (before["digest"], before["started"])
    assert "55.0\N{NO-BREAK SPACE}%" in command("compare", "here")
    command("run", tmp_path / "here/config.toml", "--out", "again")
    assert manifest(tmp_path / "again")["target"] == after["target"]


def test_a_resumed_run_counts_the_time_of_all_its_sessions(
    command, tmp_path, parts_of_1024, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(store.RunDirectory, "write_shares", interrupt)
        command("run", BASELINE, "--firms", 2500, "--out", "torn", *FAST, code=130)
    before = manifest(tmp_path / "torn")
    noted = [np.load(note)["seconds"][0] for note in (tmp_path / "torn/ledger").glob("*.npz")]
    command("run", BASELINE, "--firms", 2500, "--out", "torn", *FAST)
    after = manifest(tmp_path / "torn")
    # All parts were there: nothing was simulated, nothing forgotten.
    assert after["seconds"]["simulating"] == pytest.approx(sum(noted))
    assert after["started"] == before["started"]


def test_lost_shares_are_made_again(command, tmp_path):
    command("run", BASELINE, "--firms", 100, "--out", "here", *FAST)
    before = manifest(tmp_path / "here")["digest"]
    (tmp_path / "here/shares.parquet").unlink()
    assert "orgsim resume here" in command("compare", "here", code=2)
    command("run", BASELINE, "--firms", 100, "--out", "here", *FAST)
    assert manifest(tmp_path / "here")["digest"] == before


def test_two_processes_in_one_directory(command, tmp_path):
    with store.RunDirectory(tmp_path / "here").held():
        output = command("run", BASELINE, "--firms", 100, "--out", "here", *FAST, code=2)
    assert "another orgsim is at work here" in output
    command("run", BASELINE, "--firms", 100, "--out", "here", *FAST)


def test_a_lone_table_names_its_plan(command, tmp_path):
    command("run", BASELINE, "--firms", 100, "--out", "here", *FAST)
    told = pq.read_schema(tmp_path / "here/shares.parquet").metadata
    noted = manifest(tmp_path / "here")
    assert told[b"orgsim_plan"].decode() == noted["plan_hash"]
    assert told[b"orgsim_source"].decode() == noted["identity"]["source"]


def test_a_finished_run_that_lost_a_table_is_made_again(command, tmp_path):
    command("run", BASELINE, "--firms", 60, "--out", "here", *FAST)
    digest = manifest(tmp_path / "here")["digest"]
    for part in (tmp_path / "here/firms").iterdir():
        part.unlink()
    command("run", BASELINE, "--firms", 60, "--out", "here", *FAST)
    assert manifest(tmp_path / "here")["digest"] == digest
    assert list((tmp_path / "here/firms").iterdir())


def test_a_damaged_manifest_is_named_and_mended_by_the_same_command(command, tmp_path):
    command("run", BASELINE, "--firms", 60, "--out", "here", *FAST)
    whole = manifest(tmp_path / "here")
    (tmp_path / "here/manifest.json").write_text(json.dumps(whole | {"identity": {}}))
    shown = command("compare", "here", code=2)
    assert "is damaged" in shown
    assert "orgsim resume here" in shown
    command("run", BASELINE, "--firms", 60, "--out", "here", *FAST)
    assert manifest(tmp_path / "here") == whole


def test_a_reference_without_target_is_refused(command, tmp_path):
    command("run", BASELINE, "--firms", 60, "--out", "here", *FAST)
    (tmp_path / "none.toml").write_text("title = 'x'\n")
    assert "has no [target]" in command("compare", "here", "--reference", "none.toml", code=2)


def test_more_threads_than_work_are_harmless_and_too_many_refused(command):
    command("run", BASELINE, "--firms", 60, "--out", "here", "--threads", 1000, "--quiet")
    assert "1 to 1024" in command("run", BASELINE, "--out", "x", "--threads", 100000, code=2)
