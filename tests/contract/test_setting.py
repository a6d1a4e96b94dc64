"""A setting as a noun: of a run, or of firms in memory, with the same answers."""

from __future__ import annotations

import pandas as pd
import pytest

import orgsim
from orgsim.model import MODEL
from orgsim.model.columns import SCENARIOS

SETTING = """title = "One setting"
extends = "article-2014"
[simulation]
firms = 2_500
quarters = 12
"""
SWEEP = f"""{SETTING}[sweep]
design = "grid"
[sweep.parameters]
"resistance.status_threat" = {{ values = [0.0, 1.5] }}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("settings")


@pytest.fixture(scope="module")
def one(place):
    (place / "one.toml").write_text(SETTING)
    return orgsim.run(place / "one.toml", out=place / "one")


@pytest.fixture(scope="module")
def two(place):
    (place / "two.toml").write_text(SWEEP)
    return orgsim.sweep(place / "two.toml", out=place / "two")


@pytest.fixture(scope="module")
def sample(place, one):
    return orgsim.simulate(place / "one.toml")


def test_a_run_of_one_setting_is_asked_as_its_setting_is(one):
    setting = one.setting
    assert setting.counts() == one.counts()
    assert setting.compare() == one.compare()
    assert setting.trace(3).decisive == one.trace(3).decisive
    pd.testing.assert_frame_equal(setting.shares(), one.shares())
    pd.testing.assert_frame_equal(setting.firms(), one.firms())
    pd.testing.assert_frame_equal(setting.quarters(), one.quarters())
    assert setting.settings["simulation.quarters"] == 12


def test_a_point_of_a_sweep_is_asked_as_the_run_is_with_its_number(two):
    assert len(two) == 2
    assert [setting.source.point for setting in two] == [0, 1]
    for point, setting in enumerate(two):
        assert setting.counts() == two.counts(point)
        assert setting.compare() == two.compare(point=point)
        pd.testing.assert_frame_equal(setting.firms(), two.firms(point))
        told = two.shares().query("point == @point").reset_index(drop=True)
        pd.testing.assert_frame_equal(setting.shares(), told)
        assert (
            setting.settings["resistance.status_threat"]
            == two.points()["resistance.status_threat"][point]
        )
        assert setting.name == f"One setting: point {point}"
    assert two[0].flows(two[1]) == two.flows(two, point=0, other_point=1)
    assert two[0].plot.names() == two.plot.names(point=0)


@pytest.mark.parametrize("point", [-1, 2, 0.5, "0", True, None])
def test_a_point_that_there_is_not_is_refused(two, point):
    with pytest.raises(orgsim.UsageError, match="point"):
        two[point]


def test_a_sweep_has_no_one_setting(two):
    with pytest.raises(orgsim.UsageError, match="is a sweep; say which point"):
        _ = two.setting


def test_a_sample_in_memory_is_the_run_to_the_last_bit(one, sample):
    assert sample.digest == one.digest
    for name, columns in (("firms", MODEL.firms), ("quarters", MODEL.quarters)):
        held, read = getattr(sample, name)(), getattr(one, name)()
        assert list(held) == [column.name for column in columns]
        # Which words there are, and in what order, a file may know otherwise.
        words = [column.name for column in columns if column.type == "word"]
        held[words], read[words] = held[words].astype(str), read[words].astype(str)
        pd.testing.assert_frame_equal(held, read)
    assert sample.shares().astype(str).equals(one.shares().astype(str))
    assert sample.compare() == one.compare()
    assert sample.trace(5).decisive == one.trace(5).decisive
    assert sample.trace(scenario="cemo").firm == one.trace(scenario="cemo").firm
    assert sample.flows(one).moved == 0


def test_a_sample_draws_what_its_run_draws(one, sample):
    assert sample.plot.names() == one.plot.names()
    assert sample.plot.shares().content("svg") == one.plot.shares().content("svg")


def test_a_sample_that_is_saved_is_the_run(one, sample, place):
    saved = sample.save(place / "saved")
    assert saved.simulated
    assert saved.digest == one.digest
    assert orgsim.verify(saved.directory).is_sound
    assert not sample.save(place / "saved").simulated


def test_a_sample_of_several_parts_is_saved_part_by_part(place, one, monkeypatch):
    """Rows by quarter of a split point are made of the parts' sums."""
    monkeypatch.setattr("orgsim.execution.experiment.part_firms", lambda *_: 1_024)
    sample = orgsim.simulate(place / "one.toml", threads=2)
    assert sample.digest == one.digest
    saved = sample.save(place / "parts")
    assert len(list((saved.directory / "firms").iterdir())) == 3
    assert saved.digest == one.digest
    assert orgsim.verify(saved.directory).is_sound


def test_a_sample_grows_a_run_that_was_cut_otherwise(place, one, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("orgsim.execution.experiment.part_firms", lambda *_: 1_024)
        orgsim.run(place / "one.toml", out=place / "grown", overrides=["simulation.firms=1_100"])
    sample = orgsim.simulate(place / "one.toml")
    assert sample.save(place / "grown").digest == one.digest


def test_a_sample_with_a_precision_goes_on_until_it_is_met(place):
    (place / "exact.toml").write_text(SETTING + "[precision]\nhalf_width = 0.05\n")
    sample = orgsim.simulate(place / "exact.toml")
    run = orgsim.run(place / "exact.toml", out=place / "exact")
    assert sample.digest == run.digest
    assert sample.firm_count() == sum(run.counts())
    assert sample.compare() == run.compare()


def test_what_needs_a_place_on_the_disk_says_so(sample, place):
    for act in (sample.plot.write, sample.trace(3).write):
        with pytest.raises(orgsim.UsageError, match="only in memory; say which folder"):
            act()
    assert sample.trace(3).write(place / "story")[0].exists()


def test_a_sweep_is_not_simulated_in_memory(place, two):
    with pytest.raises(orgsim.UsageError, match=r"has a \[sweep\]"):
        orgsim.simulate(place / "two.toml")


def test_a_sample_is_a_reference(one, two, sample):
    assert two[0].compare(sample).counts == two[0].compare(one).counts
    assert two[0].compare(sample).reference_name == "sample"
    assert one.compare(two[1]).reference_name.endswith("two, point 1")


@pytest.mark.usefixtures("first_figure_alone")
def test_a_setting_has_a_report_and_a_sample_is_saved_first(two, place):
    assert (
        two[1].report(place / "a.html").read_bytes()
        == two.report(place / "b.html", point=1).read_bytes()
    )


def test_texts_of_what_one_holds_fit_on_a_line(one, two, sample, place):
    trace, here = one.trace(3), one.directory
    held = [one, two, two[1], sample, trace, trace.history, one.meta, one.compare()]
    held += [one.flows(one), one.compare().verdict, orgsim.load_config(place / "two.toml")]
    held += [orgsim.status(here), orgsim.verify(here), orgsim.forecast(place / "one.toml")]
    longest = 220 + len(str(here))
    assert [each for each in held if len(repr(each)) > longest or "\n" in repr(each)] == []
    assert repr(sample) == "<orgsim.Sample 'One setting': 2,500 firms>"
    assert repr(two[1]).startswith("<orgsim.Setting ")
    assert repr(two[1]).endswith("two' point 1>")
    assert "CEMO" in sample._repr_html_()


def test_a_forecast_says_what_a_run_then_has(one, place):
    told = orgsim.forecast(place / "one.toml", threads=2)
    assert (told.points, told.firms, told.quarters) == (1, 2_500, 12)
    assert told.rows == 2_500 + 12 + len(SCENARIOS)


def test_executors_are_known_by_name(place, one):
    assert orgsim.run(place / "one.toml", out=place / "t", executor="threads").digest == one.digest
    with pytest.raises(orgsim.UsageError, match=r"no executor 'thread'.*'threads'"):
        orgsim.run(place / "one.toml", out=place / "t", executor="thread")
    with pytest.raises(orgsim.UsageError, match="a int is no executor"):
        orgsim.run(place / "one.toml", out=place / "t", executor=3)
    with pytest.raises(orgsim.UsageError, match="go with --executor dask"):
        orgsim.run(place / "one.toml", out=place / "t", executor="threads", workers=2)


def nobody(context, parts, progress):
    raise AssertionError("asked for parts")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"executor": "threads", "engine": nobody}, "give one"),
        ({"executor": ""}, "no executor ''"),
        ({"executor": nobody, "scheduler": "local"}, "not with a function"),
        ({"executor": "dask", "workers": 0}, "1 and more"),
        ({"executor": "dask", "workers": "2"}, "workers"),
        ({"executor": "dask", "threads": 2}, "--executor threads"),
        ({"executor": "dask", "scheduler": " "}, "is empty"),
        ({"threads": 0}, "allowed: 1 to"),
    ],
)
def test_executors_refuse_what_they_have_no_use_for(place, wrong, told):
    with pytest.raises(orgsim.UsageError, match=told):
        orgsim.run(place / "one.toml", out=place / "never", **wrong)
    assert not (place / "never").exists()


@pytest.mark.parametrize("threads", [0, -1, "4", 1.5])
def test_a_forecast_is_for_a_number_of_threads(place, threads):
    with pytest.raises(orgsim.UsageError, match="threads"):
        orgsim.forecast(place / "one.toml", threads=threads)


def test_samples_of_one_title_are_told_apart(place, sample):
    other = orgsim.simulate(place / "one.toml", {"resistance.status_threat": 1.2})
    told = sample.flows(other)
    assert (told.before_name, told.after_name) == (
        "the sample, the first",
        "the sample, the second",
    )


def test_nobody_misses_a_misfit_where_nobody_looks_for_one(place):
    """Neither where it is swept directly, nor where a preset of the sweep says so."""
    sweep = SWEEP.partition("[sweep.parameters]")[0]
    (place / "swept.toml").write_text(
        f'{sweep}[sweep.parameters]\n"mechanisms.reorganisation" = {{ values = [true, false] }}\n'
    )
    run = orgsim.sweep(place / "swept.toml", firms=100, out=place / "swept")
    assert [setting.compare().without_misfit is None for setting in run] == [False, True]
    assert [sum(setting.counts()) for setting in run] == [100, 100]


def test_what_is_changed_of_a_manifest_given_out_is_nobodys(one):
    one.manifest["identity"]["plan"]["settings"]["simulation.seed"] = 999
    assert one.manifest["identity"]["plan"]["settings"]["simulation.seed"] != 999
