"""Files that a config names: where they are looked for, what they may be, how they are written."""

from __future__ import annotations

import os
import time

import pytest
from click.testing import CliRunner

from orgsim import load_config
from orgsim.cli import main
from orgsim.config.points import Points
from orgsim.errors import ConfigError, OrgsimError
from orgsim.results.reference import as_reference
from small_runs import THREAT, refusal

TABLE = f"{THREAT}\n0.25\n0.5\n"


def sweep(head, parameters=f'"{THREAT}" = {{ low = 0.0, high = 1.0 }}'):
    return f"[sweep]\n{head}\n[sweep.parameters]\n{parameters}\n"


def threats(path, overrides=()):
    return Points(load_config(path, overrides)).columns[THREAT].tolist()


# --- what hangs or never ends


@pytest.mark.parametrize("kind", ["a named pipe", "a device", "a directory"])
def test_what_is_no_file_is_named_and_never_opened(write, tmp_path, kind):
    for name in ("odd.toml", "odd.csv", "odd.parquet"):
        odd = tmp_path / name
        if kind == "a named pipe":
            os.mkfifo(odd)
        elif kind == "a device":
            odd.symlink_to("/dev/zero")
        else:
            odd.mkdir()
    table = 'design = "table"\ntable = "odd.{}"'
    for path in (
        tmp_path / "odd.toml",
        write('extends = "./odd.toml"\n', "a.toml"),
        write('[sectors.a]\nshare = 1.0\npreset = "./odd.toml"\n', "b.toml"),
        write(sweep(table.format("csv"), ""), "c.toml"),
        write(sweep(table.format("parquet"), ""), "d.toml"),
        write(sweep("points = 4", 'preset = { values = ["./odd.toml"] }'), "e.toml"),
    ):
        assert f"is {kind}, not a file" in refusal(path)
    if kind != "a directory":
        for name in ("odd.toml", "odd.csv"):
            with pytest.raises(ConfigError, match=f"is {kind}, not a file"):
                as_reference(tmp_path / name)


def test_a_file_larger_than_any_config_is_not_read(tmp_path):
    for name in ("large.toml", "large.csv"):
        with open(tmp_path / name, "wb") as file:
            file.truncate(2**33)
    assert "is larger than 16 MiB" in refusal(tmp_path / "large.toml")
    with pytest.raises(ConfigError, match="is larger than 1 MiB"):
        as_reference(tmp_path / "large.csv")


# --- beside which file


def test_a_link_to_a_config_is_followed_by_every_reader(write, tmp_path):
    write("[firm]\nit_staff = 7\n", "real/below.toml")
    write(TABLE, "real/points.csv")
    write("[firm]\nattention = 0.125\n", "real/sector.toml")
    real = write(
        'extends = "./below.toml"\n[sectors.a]\nshare = 1.0\npreset = "./sector.toml"\n'
        '[sweep]\ndesign = "table"\ntable = "points.csv"\n',
        "real/c.toml",
    )
    link = tmp_path / "elsewhere" / "c.toml"
    link.parent.mkdir()
    link.symlink_to(real)
    config = load_config(link)
    assert config.settings["firm.it_staff"] == 7
    assert config.sectors[0].quantities == {"firm.attention": 0.125}
    assert threats(link) == [0.25, 0.5]
    assert config == load_config(real)


def test_a_linked_config_is_compared_with_the_preset_that_it_extends(write, tmp_path):
    write('extends = "ecommerce"\n', "real/below.toml")
    real = write('extends = "./below.toml"\n', "real/c.toml")
    link = tmp_path / "c.toml"
    link.symlink_to(real)
    assert load_config(link).preset == "ecommerce"


def test_what_an_extended_file_names_lies_beside_it(write):
    write(TABLE, "site/points.csv")
    write("[firm]\nattention = 0.125\n", "site/sector.toml")
    write(
        '[sectors.a]\nshare = 1.0\npreset = "./sector.toml"\n'
        '[sweep]\ndesign = "table"\ntable = "points.csv"\n',
        "site/below.toml",
    )
    child = write('extends = "site/below.toml"\n[firm]\nit_staff = 7\n')
    assert threats(child) == [0.25, 0.5]
    assert load_config(child).sectors[0].quantities == {"firm.attention": 0.125}


def test_presets_that_an_extended_file_sweeps_lie_beside_it(write):
    write("[leadership]\ncommitment = 0.25\n", "site/one.toml")
    swept = sweep("points = 2", 'preset = { values = ["./one.toml", "baseline"] }')
    write(swept, "site/below.toml")
    config = load_config(write('extends = "site/below.toml"\n'))
    assert config.sweep.presets["./one.toml"] == {"leadership.commitment": 0.25}
    assert sorted(set(Points(config).columns["preset"])) == ["./one.toml", "baseline"]


def test_a_file_that_the_child_names_lies_beside_the_child(write):
    write(TABLE, "site/points.csv")
    write(f"{THREAT}\n0.75\n", "points.csv")
    write('[sweep]\ndesign = "table"\ntable = "points.csv"\n', "site/below.toml")
    child = write('extends = "site/below.toml"\n[sweep]\ntable = "points.csv"\n')
    assert threats(child) == [0.75]
    plain = write('extends = "site/below.toml"\n', "d.toml")
    assert threats(plain) == [0.25, 0.5]
    assert threats(plain, ['sweep.table="points.csv"']) == [0.75]


def test_a_home_is_expanded_wherever_a_file_is_named(write, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    write("[firm]\nit_staff = 7\nattention = 0.5\n", "home/below.toml")
    write("[firm]\nattention = 0.5\n", "home/sector.toml")
    write(TABLE, "home/points.csv")
    write("scenario,count\ncemo,4\ncmto,2\ncmo_and_cto,3\ncmo_vs_cto,1\n", "home/r.csv")
    path = write(
        'extends = "~/below.toml"\n[sectors.a]\nshare = 1.0\npreset = "~/sector.toml"\n'
        '[sweep]\ndesign = "table"\ntable = "~/points.csv"\n'
    )
    assert load_config(path).settings["firm.it_staff"] == 7
    assert threats(path) == [0.25, 0.5]
    assert load_config("~/below.toml").settings["firm.it_staff"] == 7
    assert as_reference("~/r.csv").counts == (4, 2, 3, 1)


def test_a_folder_of_that_name_is_no_home(write, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for home, threat in (("home", 1.0), ("here/~", 0.25)):
        write(f"{THREAT}\n{threat}\n", f"{home}/points.csv")
        write("[firm]\nit_staff = 7\n", f"{home}/below.toml")
        write("scenario,count\ncemo,4\ncmto,2\ncmo_and_cto,3\ncmo_vs_cto,1\n", f"{home}/r.csv")
    write("[firm]\nit_staff = 9\n", "home/below.toml")
    below = 'extends = "./~/below.toml"\n[sweep]\ndesign = "table"\ntable = "./~/points.csv"\n'
    path = write(below, "here/~c.toml")
    monkeypatch.chdir(tmp_path)
    assert threats(path) == [0.25]  # beside the config, wherever the program is
    monkeypatch.chdir(path.parent)
    assert threats("./~c.toml") == [0.25]
    assert load_config("./~c.toml").settings["firm.it_staff"] == 7
    assert as_reference("./~/r.csv").counts == (4, 2, 3, 1)


def test_the_home_of_nobody_is_refused_wherever_a_file_is_named(write):
    who = "~nobody-of-that-name"
    words = f"nobody knows the home {who}"
    for text in (
        f'extends = "{who}/c.toml"\n',
        f'[sectors.a]\nshare = 1.0\npreset = "{who}/c.toml"\n',
        f'[sweep]\ndesign = "table"\ntable = "{who}/c.csv"\n',
        f'[cluster]\ntls_key = "{who}/key.pem"\n',
    ):
        assert words in refusal(write(text))
    assert words in refusal(f"{who}/c.toml")
    with pytest.raises(OrgsimError, match=words):
        as_reference(f"{who}/r.csv")


def test_files_of_tls_lie_beside_the_config_that_names_them(write, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    write('[cluster]\ntls_ca_file = "ca.pem"\ntls_key = "~/key.pem"\n', "site/below.toml")
    child = write('extends = "site/below.toml"\n[cluster]\ntls_cert = "cert.pem"\n')
    cluster = load_config(child).cluster
    assert cluster.tls_ca_file == str(tmp_path / "site/ca.pem")
    assert cluster.tls_cert == str(tmp_path / "cert.pem")
    assert cluster.tls_key == "/home/somebody/key.pem"
    told = load_config(child, ['cluster.tls_ca_file="other.pem"']).cluster
    assert told.tls_ca_file == str(tmp_path / "other.pem")


def test_the_resolved_config_and_the_plan_know_nothing_of_where_files_lay(write):
    write(TABLE, "points.csv")
    path = write('[sweep]\ndesign = "table"\ntable = "./points.csv"\n')
    config = load_config(path)
    assert config.identity()["sweep"]["table"] == "points.parquet"
    assert str(path.parent) not in config.to_toml()


# --- how they are written


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_a_config_in_another_encoding_is_read_or_named(write, codec):
    path = write('title = "Müller"\n'.encode(codec))
    if codec == "utf-8-sig":
        assert load_config(path).title == "Müller"
        return
    message = refusal(path)
    assert "not UTF-8" in message
    assert {"utf-32": "UTF-32", "latin-1": "Latin-1"}.get(codec, "UTF-16") in message
    assert "save it as UTF-8" in message


def test_an_ending_may_be_written_in_capitals(write):
    write("[firm]\nit_staff = 7\n", "BELOW.TOML")
    assert load_config(write('extends = "BELOW.TOML"\n', "C.TOML")).settings["firm.it_staff"] == 7


def test_a_swept_path_may_stand_without_quotes(write):
    quoted = write(
        sweep(
            "points = 4",
            f'"{THREAT}" = {{ low = 0.0, high = 1.0 }}\n'
            '"resistance.initial.it" = { low = 0.1, high = 0.6 }\n'
            'preset = { values = ["bold"] }\n'
            '[sweep.presets.bold]\n"leadership.commitment" = 0.5\n'
            '[sectors.a]\nshare = 1.0\n[sectors.a.quantities]\n"firm.attention" = 0.25\n',
        ),
        "q.toml",
    )
    plain = write(
        sweep(
            "points = 4",
            f"{THREAT} = {{ low = 0.0, high = 1.0 }}\n"
            "resistance.initial.it = { low = 0.1, high = 0.6 }\n"
            'preset = { values = ["bold"] }\n'
            "[sweep.presets.bold]\nleadership.commitment = 0.5\n"
            "[sectors.a]\nshare = 1.0\n[sectors.a.quantities]\nfirm.attention = 0.25\n",
        ),
        "p.toml",
    )
    assert load_config(plain).identity() == load_config(quoted).identity()
    child = write(
        'extends = "./q.toml"\n[sweep.parameters.resistance]\nstatus_threat.values = [0.5]\n'
    )
    assert threats(child) == [0.5] * 4
    assert threats(plain, [f"sweep.parameters.{THREAT}.values=[0.25]"]) == [0.25] * 4
    twice = sweep("points = 4", f'{THREAT} = {{ values = [1] }}\n"{THREAT}" = {{ values = [1] }}')
    assert "stands there twice, in quotes and without" in refusal(write(twice, "t.toml"))
    wrong = sweep("points = 4", "resistance.status_thread = { values = [1] }")
    assert "did you mean 'resistance.status_threat'" in refusal(write(wrong, "w.toml"))


@pytest.mark.parametrize(
    "assignment",
    [
        "simulation.firms=5",
        "simulation.firms =5",
        ' simulation . "firms" = 5',
        '"simulation"."firms"=5',
        "simulation={firms=5}",
    ],
)
def test_firms_are_refused_beside_a_precision_however_they_are_written(write, assignment):
    path = write("[precision]\nhalf_width = 0.01\n")
    assert "with [precision], firms are added" in refusal(path, [assignment])
    assert load_config(path, ["simulation.quarters=5"]).quarters == 5


def test_a_sobol_design_says_where_it_is_balanced(write):
    def said(points):
        path = write(sweep(f"points = {points}"))
        checked = CliRunner().invoke(main, ["check", str(path)]).output
        planned = CliRunner().invoke(main, ["sweep", str(path), "--dry-run"]).output
        assert checked == planned
        return checked

    assert "balanced at powers of two: 64 or 128 points" in said(100)
    assert "balanced" not in said(128)
    assert "balanced" not in said(1)


def test_ten_thousand_listed_values_are_compared_at_once(write):
    values = ", ".join(str(i / 20_000) for i in range(10_000))
    path = write(sweep("points = 4", f'"{THREAT}" = {{ values = [{values}] }}'))
    before = time.process_time()
    load_config(path)
    assert time.process_time() - before < 1.5
    twice = sweep("points = 4", f'"{THREAT}" = {{ values = [{values}, 0.25] }}')
    assert "must be a list of 1 to 10,000" in refusal(write(twice))
    twice = sweep("points = 4", f'"{THREAT}" = {{ values = [1, 1.0] }}')
    assert "1.0 stands there twice" in refusal(write(twice))
