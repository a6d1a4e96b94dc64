"""Tables of points as people have them, of any length, and as somebody may have made them."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orgsim import load_config
from orgsim.config.points import Points
from orgsim.config.points_file import read_points
from orgsim.errors import ConfigError, UsageError
from small_runs import STAFF, THREAT, refused_points

HEADS = f"{THREAT},{STAFF}"


@pytest.fixture
def config(tmp_path):
    def config(table, parameters=""):
        path = tmp_path / "c.toml"
        head = f'[sweep]\ndesign = "table"\ntable = "{table.name}"\n'
        path.write_text(f"{head}[sweep.parameters]\n{parameters}\n")
        return load_config(path)

    return config


# --- length


def seconds(make):
    before = time.process_time()
    made = make()
    return time.process_time() - before, made


def test_forty_thousand_rows_are_checked_at_once(write_points, config):
    rows = np.random.default_rng(1).random(40_000)
    path = write_points(
        pa.table({THREAT: rows, STAFF: rows * 0 + 5.0, "firm.attention": rows}), "p.parquet"
    )
    taken, points = seconds(lambda: Points(config(path)))
    assert len(points) == 40_000
    assert taken < 2.0


def test_rules_that_join_parameters_are_checked_at_once(write_points, config):
    trials = np.arange(40_000) % 4 + 1
    table = pa.table({"reorganisation.patience": trials + 4, "reorganisation.trial_period": trials})
    taken, _ = seconds(lambda: Points(config(write_points(table, "p.parquet"))))
    assert taken < 2.0
    late = trials + 4
    late[30_000] = 1
    table = table.set_column(0, "reorganisation.patience", pa.array(late))
    trials[30_000] = 3
    table = table.set_column(1, "reorganisation.trial_period", pa.array(trials))
    with pytest.raises(ConfigError, match=r"design point 30000 .*patience = 1 is below"):
        Points(config(write_points(table, "p.parquet")))


def test_the_first_wrong_row_of_many_is_named(write_points, config):
    rows = np.full(40_000, 0.5)
    rows[[31_000, 35_000]] = 50.0, -1.0
    with pytest.raises(ConfigError, match=r"row 31001: 50.0 is out of range; allowed: from 0"):
        config(write_points(pa.table({THREAT: rows}), "p.parquet"))
    staff = np.full(40_000, 5.0)
    staff[20_000] = 5.5
    with pytest.raises(ConfigError, match=r"row 20001: 5.5 is not a whole number"):
        config(write_points(pa.table({STAFF: staff}), "p.parquet"))


# --- size


def test_a_small_file_does_not_ask_for_all_the_memory(write_points, config, monkeypatch):
    """A file of some kilobytes may say that it has columns of ten million equal values each."""
    rows = 200_000
    column = pa.array(np.zeros(rows))
    names = [THREAT, *(f"x{i}" for i in range(100))]
    path = write_points(pa.table([column] * len(names), names=names), "p.parquet")
    assert path.stat().st_size < 200_000
    read = config(path, f'"{THREAT}" = {{}}')
    assert set(read.sweep.design.table) == {THREAT}
    with pytest.raises(ConfigError, match="column x0: unknown parameter"):  # before it is read
        config(path)
    monkeypatch.setattr("orgsim.config.points_file.MOST_VALUES", rows)
    with pytest.raises(ConfigError, match=r"rows of 101 columns; allowed: at most 200,000 values"):
        read_points(path, None)


def test_only_what_is_wanted_is_read(write_points, monkeypatch):
    wanted = []
    read = pq.ParquetFile.read

    def noted(self, columns=None, **options):
        wanted.append(columns)
        return read(self, columns=columns, **options)

    monkeypatch.setattr(pq.ParquetFile, "read", noted)
    path = write_points(pa.table({THREAT: [0.5], "note": ["x"]}), "p.parquet")
    assert read_points(path, [THREAT]) == {THREAT: (0.5,)}
    assert wanted == [[THREAT]]


def test_many_rows_and_long_words_are_refused_before_they_are_made(write_points, monkeypatch):
    words = pa.array(["x" * 1_000, "y"] * 10).dictionary_encode()
    refused_points(
        write_points(pa.table({"preset": words}), "p.parquet"),
        None,
        "row 1, column preset: a word of 1,000",
    )
    monkeypatch.setattr("orgsim.config.points_file.MOST_POINTS", 3)
    refused_points(write_points("a\n" + "1\n" * 5), None, "5 rows; allowed: at most 3")
    monkeypatch.setattr("orgsim.config.points_csv._MOST_BYTES", 8)
    refused_points(write_points("a\n" + "1\n" * 5), None, "is larger than")


# --- as people have them


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADS}\n0.5,2\n0.9,3\n",
        b"\xef\xbb\xbf" + f"{HEADS}\n0.5,2\n0.9,3\n".encode(),
        f"{THREAT};{STAFF}\n0,5;2\n0,9;3\n",
        f"{THREAT};{STAFF}\r\n0.5;2\r\n0.9;3\r\n",
        f"{THREAT}\t{STAFF}\n0,5\t2\n0,9\t3\n",
        f'{HEADS}\n"0,5",2\n"0,9",3\n',
        f'"{THREAT}";"{STAFF}"\n0,5;2,0\n0,9;3,0\n',
        f",{HEADS}\n0,0.5,2\n1,0.9,3\n",
        f'"","{THREAT}","{STAFF}"\n"1",0.5,2\n"2",0.9,3\n',
        f"Unnamed: 0,{HEADS}\n0,0.5,2\n1,0.9,3\n",
        f"\n\n{HEADS}\n0.5,2.0\n0.9,3.0\n",
        f"sep=;\n{THREAT};{STAFF}\n0,5;2\n0,9;3\n",
        f"sep=,\r\n{HEADS}\r\n0.5,2\r\n0.9,3\r\n",
        f'\n"sep=|"\n{THREAT}|{STAFF}\n0.5|2\n0.9|3',
        f"{THREAT};{STAFF}\n0,5;2E+00\n0,9;3E+00\n",
        f"{THREAT};{STAFF}\n5E-1;2,0\n9E-01;3,0\n",
        f"{THREAT};{STAFF};note\n0,5;2;1.5\n0,9;3;1.5\n".replace(";note", ";point"),
    ],
)
def test_a_table_of_a_spreadsheet_of_r_or_of_pandas_is_read(write_points, config, content):
    columns = Points(config(write_points(content))).columns
    assert columns[THREAT].tolist() == [0.5, 0.9]
    assert columns[STAFF].tolist() == [2, 3]


@pytest.mark.parametrize("name", ["P.CSV", "P.Csv", "P.PARQUET"])
def test_an_ending_may_be_written_in_capitals(write_points, name):
    table = pa.table({THREAT: [0.5], "__index_level_0__": [0]})
    path = write_points(f"{THREAT}\n0.5\n" if name[2] in "Cc" else table, name)
    assert read_points(path, None) == {THREAT: (0.5,)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("0.5,2\n0.9,3\n", ["the first line holds numbers (0.5, 2)", "put a line of names above"]),
        (f'{HEADS}\n"1,250",2\n"2,500",3\n', ["row 1, column", "1250 or 1.250?", "decimal point"]),
        (f'{HEADS}\n"0,5",2\n0.9,3\n', ["decimal comma", "decimal point; write all with a point"]),
        (f"{THREAT};leadership.commitment\n0,5;0.2\n", ["decimal comma", "write all with a point"]),
        (f"{HEADS}\n1,0.5,2", ["a cell more than there are names", "row.names = FALSE"]),
        (f"{HEADS}\nfirst,0.5,2\n", ["a cell more than there are names", "row.names = FALSE"]),
        (f"{HEADS}\n17,0.5,2\n23,0.9,3\n", ["row.names = FALSE"]),
        (f"{HEADS}\n0,5,2\n0,9,3\n", ['in quotes ("0,9")', "separate the cells by semicolons"]),
        (f"{HEADS}\n2,0,5", ['in quotes ("0,9")']),
        (f"{THREAT}\n0,9", ['in quotes ("0,9")']),
        (f"{THREAT}\n-0,9\n", ['in quotes ("0,9")']),
        (f"preset,{THREAT}\nbold,0,9\n", ['in quotes ("0,9")']),
        (f"{HEADS}\nNA,2\n", ["row 1, column", "empty, or NA"]),
        (f"{HEADS}\n0.5,NULL\n0.9,3\n", ["row 1, column", "empty, or NA"]),
        (f"{THREAT}", ["no rows; needed: one per point"]),
        (f"{THREAT}\n\n", ["no rows; needed: one per point"]),
        (f"sep=;\n{THREAT}", ["no rows; needed: one per point"]),
        ("sep=;\n", ["is empty"]),
        (f'"{THREAT}\nof all",{STAFF}\n0.5,2\n', ["a quote is open at the end of the line of"]),
        (f"{THREAT};{STAFF}\n0.5;1.000\n0.9;2\n", ["row 1, column", "1000 or 1.000?"]),
        (f"{STAFF}\t{THREAT}\n2\t0.5\n1.250\t0.5\n", ["row 2, column", "1250 or 1.250?"]),
        (f'{STAFF};{THREAT}\n"1.000";0.5\n', ["row 1, column", "where commas separate the cells"]),
        (f"{HEADS}\n1,0.5,2\n2,0.9,3\n", ["a cell more than there are names", "row.names = FALSE"]),
        (f"{THREAT},,{STAFF}\n0.5,,2\n", ["column 2 has no name", "remove it"]),
        (HEADS.encode("utf-16"), ["UTF-16; save it as UTF-8"]),
        (f"{THREAT},größe\n1,2\n".encode("latin-1"), ["not UTF-8", "Latin-1", "save it as UTF-8"]),
        (
            f"{THREAT},preset\n1,größe\n".encode("latin-1"),
            ["column preset", "save the file as UTF-8"],
        ),
        ("", ["is empty"]),
        ("\n \n", ["is empty"]),
    ],
)
def test_what_is_not_clear_is_refused_with_the_mend(write_points, content, words):
    refused_points(write_points(content), None, *words)


@pytest.mark.parametrize(
    "content",
    [f"{HEADS}\n1.000,2.000\n", f"{THREAT};{STAFF}\n1.000;2\n0.500;3\n", f"{THREAT}\n1.000\n"],
)
def test_a_point_that_can_only_be_a_decimal_one_is_taken_for_one(write_points, content):
    assert read_points(write_points(content), None)[THREAT][0] == 1.0


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_million_rows_are_checked_in_seconds(write_points, config, mark):
    rows = np.random.default_rng(1).random(1_000_000)
    heads = [THREAT, STAFF, "firm.attention"]
    lines = [f"{value:.6f}{mark}5.0{mark}{value:.4f}" for value in rows.tolist()]
    path = write_points("\n".join([mark.join(heads), *lines]))
    taken, points = seconds(lambda: Points(config(path)))
    assert len(points) == 1_000_000
    assert taken < 10.0  # it takes about one


def test_who_looks_at_a_run_of_a_long_table_does_not_check_every_row(
    write_points, config, monkeypatch
):
    """Of a run that is begun and interrupted, for all of it would take minutes."""
    import orgsim
    from orgsim import sweep
    from orgsim.config.sweep_checks import SweepChecks

    def interrupted(*_):
        raise KeyboardInterrupt

    rows = np.random.default_rng(1).random(40_000)
    path = write_points(pa.table({THREAT: rows, "firm.attention": rows}), "p.parquet")
    with pytest.raises(KeyboardInterrupt):
        sweep(config(path), out=path.parent / "run", executor=interrupted)
    asked = []
    check = SweepChecks.value

    def counted(self, name, value, where):
        asked.append(name)
        check(self, name, value, where)

    monkeypatch.setattr(SweepChecks, "value", counted)
    for look in (orgsim.status, orgsim.verify):
        asked.clear()
        taken, _ = seconds(lambda look=look: look(path.parent / "run"))
        assert taken < 5.0  # it takes a tenth of a second, or half of one
        assert len(asked) < 20
    assert orgsim.status(path.parent / "run").points == 40_000


# --- growth


def test_a_table_of_whole_numbers_grows_by_a_fraction(tmp_path):
    import orgsim

    table, path = tmp_path / "points.csv", tmp_path / "c.toml"
    path.write_text(
        '[simulation]\nfirms = 20\nquarters = 3\n[sweep]\ndesign = "table"\ntable = "points.csv"\n'
    )
    table.write_text(f"{THREAT}\n0\n1\n")
    first = orgsim.run(path, out=tmp_path / "run", threads=1)
    before = first.firms()
    table.write_text(f"{THREAT}\n0\n1\n0.5\n")
    grown = orgsim.run(path, out=tmp_path / "run", threads=1)
    assert grown.points()[THREAT].tolist() == [0.0, 1.0, 0.5]
    assert grown.firms([0, 1]).equals(before)
    assert orgsim.verify(tmp_path / "run").is_sound
    anew = orgsim.run(path, out=tmp_path / "anew", threads=1)
    assert anew.digest == grown.digest
    table.write_text(f"{THREAT}\n0\n0.75\n0.5\n")
    with pytest.raises(UsageError, match="the points there are not the first"):
        orgsim.run(path, out=tmp_path / "run", threads=1)
