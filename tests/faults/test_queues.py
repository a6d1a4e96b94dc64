"""What a config or another account of a machine might do by way of a cluster's jobs."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from orgsim import load_config
from orgsim.cli import main
from orgsim.config import preset_path, read_config
from orgsim.errors import ConfigError, OrgsimError, UsageError
from orgsim.execution.jobs.script import array_script
from orgsim.model import MODEL
from small_runs import NOBODY, OLD, said

BASE = 'extends = "baseline"\n[cluster]\n'
OLD_TABLE = """\
queue_system = "moab"
queue = "long"
account = ""
jobs = 4
cores = 1
memory = "2 GB"
walltime = "04:00:00"
interface = "ib0"
prologue = []
directives = []
"""
"""[cluster] as version 0.1.0 stores it in every run directory."""


def config_of(tmp_path, text, name="c.toml"):
    path = tmp_path / name
    path.write_text(text)
    return path


def script_of(tmp_path, text, *more):
    path = config_of(tmp_path, text)
    script = said("cluster", "script", path, *more)
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    return script


def test_the_queue_is_no_scheduler_any_more_and_the_answer_names_the_script(tmp_path):
    path = config_of(tmp_path, BASE)
    result = CliRunner().invoke(main, ["run", str(path), "--scheduler", "queue"])
    assert result.exit_code == 2
    assert "orgsim cluster script" in result.output


def test_a_config_of_version_0_1_0_is_still_read(tmp_path):
    path = config_of(tmp_path, BASE + OLD_TABLE)
    config = load_config(path)
    assert (config.cluster.queue, config.cluster.memory) == ("long", "2 GB")
    again = read_config(config.to_toml(), path, MODEL)
    assert "interface" not in config.to_toml()
    assert again.cluster == config.cluster


def test_a_stored_config_of_version_0_1_0_is_still_read():
    text = (OLD / "sweep/config.toml").read_text()
    assert 'interface = "lo"' in text
    config = read_config(text, Path("config.toml"), MODEL)
    assert (config.cluster.jobs, config.cluster.queue) == (4, "short")
    assert read_config(config.to_toml(), Path("config.toml"), MODEL).cluster == config.cluster


@pytest.mark.parametrize("text", ["", 'memory = ""\n'])
def test_memory_may_be_left_out(text, tmp_path):
    assert "--mem" not in script_of(tmp_path, BASE + text)


@pytest.mark.parametrize(
    ("queue", "given", "line"),
    [
        ("slurm", "#SBATCH --qos=x", "#SBATCH --qos=x"),
        ("slurm", "#SBATCH   --qos=x", "#SBATCH --qos=x"),
        ("slurm", "--qos=x", "#SBATCH --qos=x"),
        ("pbs", "#PBS -W group_list=x", "#PBS -W group_list=x"),
        ("lsf", "#BSUB -x", "#BSUB -x"),
        ("sge", "#$ -l gpu=1", "#$ -l gpu=1"),
    ],
)
def test_a_directive_is_not_doubled(queue, given, line, tmp_path):
    text = BASE + f'queue_system = "{queue}"\ndirectives = ["{given}"]\n'
    assert line in script_of(tmp_path, text).splitlines()


def test_the_submit_directory_is_not_where_modules_are_looked_for(tmp_path):
    assert " -P -m orgsim " in script_of(tmp_path, BASE)


def test_an_interpreter_or_a_container_may_be_named(tmp_path):
    text = BASE + 'command = ["apptainer", "exec", "my image.sif", "orgsim"]\n'
    assert "\nexec apptainer exec 'my image.sif' orgsim run " in script_of(tmp_path, text)
    text = BASE + 'command = ["~/venv/bin/orgsim"]\n'
    assert f"\nexec {Path.home()}/venv/bin/orgsim run " in script_of(tmp_path, text)


@pytest.mark.parametrize("queue", ["slurm", "pbs", "torque", "lsf", "sge"])
@pytest.mark.parametrize(
    "text",
    [
        'title = "a\\ntouch hacked"\n' + BASE,
        'title = "a\\ntouch hacked\\n#$ -S /hacked"\n' + BASE,
        'title = "$(touch hacked) `touch hacked` \\u2028 touch hacked"\n' + BASE,
    ],
)
def test_no_title_becomes_a_line_of_its_own(queue, text, tmp_path):
    written = script_of(tmp_path, text + f'queue_system = "{queue}"\n')
    lines = [line for line in written.splitlines() if "hacked" in line]
    assert lines
    assert all(line.startswith("# ") for line in lines)


@pytest.mark.parametrize("key", ["queue", "account", "parallel_environment"])
@pytest.mark.parametrize(
    "value", ["a --wrap=x", "a\\tb", 'a"b', "-v LD_PRELOAD=x", "$(touch x)", "a;b", "a'b"]
)
def test_a_queue_or_an_account_is_one_word(key, value, tmp_path):
    value = value.replace('"', '\\"')
    path = config_of(tmp_path, BASE + f'{key} = "{value}"\n')
    result = CliRunner().invoke(main, ["cluster", "script", str(path)])
    assert result.exit_code == 2, result.output
    assert f"cluster.{key}" in result.output


@pytest.mark.parametrize(
    "text", ['walltime = "04:00:00\\n"', 'memory = "2 GB\\n"', 'queue = "a\\nb"', 'queue = "a\\n"']
)
def test_no_value_ends_its_line(text, tmp_path):
    with pytest.raises(OrgsimError):
        load_config(config_of(tmp_path, BASE + text + "\n"))


@pytest.mark.parametrize("name", ["a\nb.toml", "a\x1b[31m.toml", "a\n#$ -S x.toml"])
def test_a_name_with_control_characters_is_refused(name, tmp_path):
    path = config_of(tmp_path, BASE, name)
    result = CliRunner().invoke(main, ["cluster", "script", str(path)])
    assert result.exit_code == 2, result.output
    assert "give it another name" in result.output
    assert "\x1b" not in result.output


def test_a_name_that_is_no_utf_8_is_refused(tmp_path):
    path = os.fsencode(tmp_path) + b"/c\xff.toml"
    with open(path, "w") as file:
        file.write(BASE)
    config = replace(load_config(preset_path("baseline")), name="c")
    with pytest.raises(UsageError, match="no UTF-8"):
        array_script(config, Path(os.fsdecode(path)), tmp_path / "out", 2)
    result = CliRunner().invoke(main, ["cluster", "script", os.fsdecode(path)])
    assert result.exit_code == 2


def test_a_script_with_lone_surrogates_in_its_settings_is_refused(tmp_path):
    config = load_config(preset_path("baseline"))
    with pytest.raises(UsageError, match="or put it in the config"):
        array_script(config, Path("c.toml"), tmp_path, 2, ["title=\udcff"])


def test_a_line_break_after_set_is_told_to_be_written_otherwise(tmp_path):
    path = config_of(tmp_path, BASE)
    result = CliRunner().invoke(main, ["cluster", "script", str(path), "--set", "title=a\nb"])
    assert result.exit_code == 2
    assert r"write \n" in result.output
    assert "another name" not in result.output
    script_of(tmp_path, BASE, "--set", r'title="a\nb"')


def test_check_shows_what_a_config_would_have_run(tmp_path):
    text = 'prologue = ["module load x"]\ncommand = ["a b", "c"]\ndirectives = ["-S /x"]\n'
    result = CliRunner().invoke(main, ["check", str(config_of(tmp_path, BASE + text))])
    assert result.exit_code == 0, result.output
    for line in (
        "jobs run        module load x",
        "jobs run        'a b' c",
        "jobs ask for    -S /x",
    ):
        assert f"  {line}\n" in result.output


# --- where kernels are kept


def cache_of(tmp_path, scratch, uid=None):
    """Return where a job would keep its kernels, as its script says."""
    text = script_of(tmp_path, BASE)
    before, _, _ = text.partition("\nexec ")
    said = subprocess.run(
        ["bash", "-c", f'{before}\nprintf %s "$NUMBA_CACHE_DIR"'],
        env={"PATH": os.environ["PATH"], "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        user=uid,
        cwd="/",
    )
    assert said.returncode == 0, said.stderr
    return Path(said.stdout)


def assert_ours_alone(cache):
    found = os.lstat(cache)
    assert cache.is_dir()
    assert not cache.is_symlink()
    assert found.st_uid == os.getuid()
    assert found.st_mode & 0o077 == 0


@pytest.fixture
def scratch(tmp_path):
    made = tmp_path / "scratch"
    made.mkdir()
    made.chmod(0o1777)
    return made


def test_kernels_are_kept_in_a_directory_that_is_ours(tmp_path, scratch):
    first = cache_of(tmp_path, scratch)
    assert_ours_alone(first)
    assert cache_of(tmp_path, scratch) == first == scratch / f"orgsim-cache-{os.getuid()}"


def test_a_directory_of_ours_from_before_is_closed_and_taken(tmp_path, scratch):
    old = scratch / f"orgsim-cache-{os.getuid()}"
    old.mkdir(mode=0o755)
    old.chmod(0o755)
    assert cache_of(tmp_path, scratch) == old
    assert_ours_alone(old)


@pytest.mark.parametrize("kind", ["open", "link", "file"])
def test_a_directory_that_others_may_have_filled_is_not_taken(kind, tmp_path, scratch):
    there = scratch / f"orgsim-cache-{os.getuid()}"
    if kind == "open":
        there.mkdir()
        there.chmod(0o777)
    elif kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        there.symlink_to(tmp_path / "elsewhere")
    else:
        there.write_text("")
    found = cache_of(tmp_path, scratch)
    assert found != there
    assert_ours_alone(found)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may make another account's directory")
def test_a_directory_that_another_account_made_is_not_taken(tmp_path, scratch):
    there = scratch / f"orgsim-cache-{os.getuid()}"
    there.mkdir(mode=0o700)
    os.chown(there, NOBODY, NOBODY)
    found = cache_of(tmp_path, scratch)
    assert found != there
    assert_ours_alone(found)


# --- TLS files


def test_files_of_tls_lie_beside_the_config_and_a_tilde_is_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    text = 'tls_ca_file = "pki/ca.pem"\ntls_cert = "~/cert.pem"\ntls_key = "/etc/key.pem"\n'
    path = config_of(tmp_path, BASE + text)
    monkeypatch.chdir("/")
    cluster = load_config(path).cluster
    assert cluster.tls_ca_file == str(tmp_path / "pki/ca.pem")
    assert (cluster.tls_cert, cluster.tls_key) == ("/home/somebody/cert.pem", "/etc/key.pem")


def test_a_wrong_key_of_the_table_is_still_refused(tmp_path):
    with pytest.raises(ConfigError, match="unknown"):
        load_config(config_of(tmp_path, BASE + 'tls_certt = "x"\n'))
