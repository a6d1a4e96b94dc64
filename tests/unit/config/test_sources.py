"""Files that settings come from: each read once, merged, and named when it cannot be read."""

from __future__ import annotations

from orgsim import load_config
from orgsim.config import sources
from small_runs import refusal


def test_files_that_cannot_be_read(tmp_path, write):
    assert "no such file" in refusal(tmp_path / "nowhere.toml")
    assert "is a directory" in refusal(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"title = '\xff'\n")
    assert "not UTF-8" in refusal(binary)


def test_circular_extends_names_the_circle(write):
    write('extends = "./b.toml"\n', "a.toml")
    write('extends = "./c.toml"\n', "b.toml")
    path = write('extends = "./a.toml"\n', "c.toml")
    assert "circular: c.toml -> a.toml -> b.toml -> c.toml" in refusal(path)


def test_extends_merges_tables_and_replaces_distributions_whole(write):
    write(
        '[firm]\nattention = { dist = "beta", mean = 0.1, concentration = 3 }\nit_staff = 7\n',
        "below.toml",
    )
    path = write(
        'extends = "./below.toml"\n[firm]\n'
        'attention = { dist = "uniform", low = 0.2, high = 0.4 }\n',
    )
    config = load_config(path)
    assert config.settings["firm.it_staff"] == 7
    assert config.settings["firm.attention"] == {"dist": "uniform", "low": 0.2, "high": 0.4}


def test_each_file_is_read_once(tmp_path, monkeypatch):
    (tmp_path / "below.toml").write_text('extends = "baseline"\n')
    (tmp_path / "mine.toml").write_text('extends = "below.toml"\n')
    read = []
    monkeypatch.setattr(
        sources, "read_file", lambda path, most, real=sources.read_file: (
            read.append(path.name) or real(path, most)
        )
    )  # fmt: skip
    config = load_config(tmp_path / "mine.toml", ["simulation.firms=5"])
    assert read == ["mine.toml", "below.toml", "baseline.toml"]
    assert config.preset == "baseline"
