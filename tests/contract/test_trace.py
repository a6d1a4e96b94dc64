"""Single firms replayed: the same firms as in their run, and a story that is true of them."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

import orgsim
from orgsim.columns import RECORD, SCENARIOS, SERIES
from orgsim.config import preset_path
from orgsim.engine import make_plan, simulate
from orgsim.errors import RunError, UsageError
from orgsim.model.state import CEMO_STRUCTURE, CIO, SEPARATE, allocate
from orgsim.model.turnover import list_vacancies
from orgsim.result.tracing import trace_firm
from orgsim.result.typical import typical_firm
from orgsim.trace import KINDS, events_of, replay, tables
from orgsim.trace.interpreted import interpreted
from orgsim.trace.weighing import weigh
from populations import settings

LIVELY = {
    "reorganisation__proposal_rate": 6.0,
    "reorganisation__cool_down": 3,
    "reorganisation__patience": 5,
    "reorganisation__reversal_period": 2,
    "leadership__ceo_turnover": 0.1,
    "leadership__commitment": {"dist": "beta", "mean": 0.45, "concentration": 2.0},
    "reorganisation__cmto_to_cemo": True,
    "simulation__quarters": 24,
}
"""Settings under which much happens in few quarters."""

SWEEP = """
extends = "baseline"
[simulation]
quarters = 14
firms = 30
[sweep]
design = "grid"
[sweep.parameters]
"resistance.status_threat" = { low = 0.2, high = 1.2, levels = 3 }
"firm.it_staff" = { values = [1, 7] }
"""

RUNS = {
    "article-2014": [],
    "sectors": ["simulation.quarters=20"],
    "no-buffer": ["firm.structure=cemo", "simulation.quarters=12"],
    "baseline": ["firm.structure=cmto", "reorganisation.cmto_to_cemo=true"],
    "ecommerce": ["mechanisms.turnover=false", "mechanisms.content_channel=true"],
    "brand-manufacturer": ["mechanisms.reorganisation=false", "simulation.quarters=1"],
}


@pytest.fixture(scope="module")
def lively():
    """Two hundred histories in which much happens, and what the engine says of the firms."""
    plan = make_plan(settings(**LIVELY))
    return [replay(plan, firm) for firm in range(200)], simulate(plan, 0, 200, threads=1)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A run of 64 firms with all its traces."""
    out = tmp_path_factory.mktemp("runs") / "small"
    overrides = ["simulation.firms=64", "simulation.quarters=14"]
    run = orgsim.run(preset_path("article-2014"), out=out, overrides=overrides)
    return run, [trace_firm(run, firm) for firm in range(64)]


@pytest.mark.parametrize("preset", RUNS)
def test_a_trace_ends_in_the_row_of_its_run(preset, tmp_path):
    overrides = ["simulation.firms=40", *RUNS[preset]]
    run = orgsim.run(preset_path(preset), out=tmp_path / "run", overrides=overrides)
    rows = run.firms()
    for firm in (*range(8), 39):
        trace = trace_firm(run, firm)  # raises unless every bit is the same
        assert trace.checked
        last, row = trace.quarters().iloc[-1], rows.iloc[firm]
        for name in (*SERIES, "commitment", "misfit", "willing"):
            assert np.float32(last[name]) == row[name]
        assert last.scenario == row.scenario == trace.scenario


def test_a_trace_of_a_swept_point_ends_in_its_row(tmp_path):
    config = tmp_path / "sweep.toml"
    config.write_text(SWEEP)
    run = orgsim.sweep(config, out=tmp_path / "run")
    for point in range(6):
        trace = trace_firm(run, 29, point)
        assert trace.checked
        assert len(trace.agents()) == 15 * (20 + (1 if point % 2 == 0 else 7))


def test_means_over_all_traces_are_the_runs_means_of_every_quarter(small):
    run, traces = small
    rows = run.quarters()
    for name in SERIES:
        values = np.stack([trace.history.column(name) for trace in traces])
        exact = np.floor(values * 2.0**24 + 0.5).sum(axis=0) / 2.0**24 / len(traces)
        assert np.array_equal(exact, rows[f"{name}_mean"])
    for name in SCENARIOS:
        ended = np.stack([trace.quarters().scenario == name for trace in traces])
        assert np.array_equal(ended.mean(axis=0), rows[f"share_{name}"])


def test_people_of_a_trace_have_the_means_that_the_firm_has(small):
    _, traces = small
    for trace in traces[:10]:
        people = trace.agents().query("quarter >= 0").astype({"department": str})
        for trait in ("cooperation", "resistance", "literacy"):
            means = people.astype({trait: float}).groupby(["department", "quarter"])[trait].mean()
            for department in ("marketing", "it"):
                of_firm = trace.history.column(f"{trait}_{department}")
                assert np.allclose(means[department], of_firm, rtol=0.0, atol=1e-12)


def test_lanes_change_nothing():
    plan = make_plan(settings(simulation__quarters=6))
    few, many = (replay(plan, 5, lanes=lanes) for lanes in (64, 128))
    assert few.record.tobytes() == many.record.tobytes()
    assert few.firms.tobytes() == many.firms.tobytes()
    for name in few.staff.dtype.names:
        assert few.staff[name].tobytes() == many.staff[name].tobytes()


def test_histories_end_as_the_engine_says(lively):
    histories, chunk = lively
    for firm, history in enumerate(histories):
        assert history.record[-1].tobytes() == chunk.record[:, firm].tobytes()


def test_events_are_as_many_as_the_counters_say(lively):
    histories, chunk = lively
    found = {"failure": 0, "reversal": 0, "adoption": 0}
    for firm, history in enumerate(histories):
        row = dict(zip(RECORD, chunk.record[:, firm], strict=True))
        events = events_of(history)
        quarters = {kind: [e.quarter for e in events if e.kind == kind] for kind in KINDS}
        assert len(quarters["proposal"]) == row["attempts"]
        assert len(quarters["failure"]) == row["failures"]
        assert len(quarters["reversal"]) == row["reversals"]
        assert (quarters["proposal"] or [-1])[0] == row["first_attempt"]
        assert (quarters["adoption"] or [-1])[0] == row["first_adoption"]
        assert len(quarters["ceo_succession"]) == row["ceo_exits"]
        assert len(quarters["chief_succession"]) == row["chief_exits"]
        under_way = len(quarters["adoption"]) + len(quarters["failure"]) + row["under_way"]
        assert under_way == row["attempts"]
        left = [history.left[:, part].sum() for part in history.departments]
        assert left == [row["exits_marketing"], row["exits_it"]]
        for kind in found:
            found[kind] += len(quarters[kind])
    assert min(found.values()) > 20, found  # enough of each to have shown something


def test_numbers_of_events_are_those_that_the_rules_used(lively):
    histories, _ = lively
    for history in histories:
        p = history.p
        for event in events_of(history):
            told = event.numbers
            if event.kind == "proposal":
                rate = p.reorganisation_proposal_rate * told["commitment"] * told["misfit"]
                assert np.isclose(told["hazard"], 1.0 - np.exp(-rate))
                assert history.could_propose()[event.quarter]
            elif event.kind == "adoption":
                assert told["willing"] >= p.reorganisation_quorum
                assert told["elapsed"] >= p.reorganisation_trial_period
            elif event.kind == "failure":
                assert told["willing"] < p.reorganisation_quorum
                assert told["elapsed"] == p.reorganisation_patience
            elif event.kind == "reversal":
                assert told["quarters_below"] == p.reorganisation_reversal_period
                assert told["willing"] < p.reorganisation_quorum


def test_the_form_proposed_is_the_one_that_the_coin_chose(lively):
    histories, _ = lively
    choices = 0
    for history in histories:
        structure, target = history.of_firm("structure"), history.of_firm("target")
        for t in np.flatnonzero(np.diff(history.of_firm("attempts"))):
            weighed = weigh(history, t)
            assert (weighed.chance_of_cemo is None) == (structure[t] != SEPARATE)
            if weighed.chance_of_cemo is not None:
                choices += 1
                chosen = weighed.coin < weighed.chance_of_cemo
                assert chosen == (target[t + 1] == CEMO_STRUCTURE)
    assert choices > 100


def test_those_who_left_are_those_whom_the_models_rule_lists(lively):
    histories, _ = lively
    _, _, _, rows, vacancies = allocate(histories[0].plan.staff, 1)
    rule = interpreted(list_vacancies)
    for history in histories[:10]:
        for t in range(history.quarters):
            n = history.plan.staff
            vacant = rule(history.staff[t + 1], rows, vacancies, 0, n, history.p)
            assert vacancies[:vacant].person.tolist() == np.flatnonzero(history.left[t]).tolist()


def test_chiefs_change_only_by_succession_or_reorganisation(lively):
    histories, _ = lively
    for history in histories[:50]:
        background = history.of_firm("chief_background")
        structure = history.of_firm("structure")
        changed = np.diff(background[:, CIO]) != 0.0
        reorganised = np.diff(structure) != 0
        assert not (changed & ~history.chiefs_left[:, CIO] & ~reorganised).any()


def test_places_change_hands_where_somebody_left(lively):
    histories, _ = lively
    for history in histories[:20]:
        identity = history.of_staff("identity")  # nothing else moves it
        assert np.array_equal(np.diff(identity, axis=0) != 0.0, history.left)
        columns = tables.agents(history)
        n = history.plan.staff
        assert columns["holder"][-n:].sum() == history.left.sum()


# --- the typical firm


def test_the_typical_firm_ended_where_it_should_and_is_the_nearest_to_the_medians(small):
    run, _ = small
    rows = run.firms()
    for scenario in set(rows.scenario):
        firm = typical_firm(run, scenario)
        assert rows.scenario[firm] == scenario
    with pytest.raises(UsageError, match=r"did you mean 'cemo'\?"):
        typical_firm(run, "cemmo")


# --- files, terminal, errors


def test_the_command_tells_the_story_and_writes_its_files(small, command):
    run, traces = small
    output = command("trace", run.directory, "--firm", 3, "--out", "out", "--format", "png")
    flat = " ".join(output.replace("•", "").split())
    assert traces[3].title in flat
    for sentence in traces[3].decisive:
        assert " ".join(sentence.split()) in flat
    assert max(map(len, output.splitlines())) <= 80
    assert "timeline.png" in output


def test_files_explain_themselves_and_lie_in_the_run(small):
    run, traces = small
    paths = {path.name: path for path in traces[3].write()}
    assert set(paths) == {
        "story.md", "agents.parquet", "chiefs.parquet", "quarters.parquet", "events.parquet",
        "timeline.svg", "organisation.svg",
    }  # fmt: skip
    assert paths["story.md"].parent == run.directory / "traces" / "point-0-firm-3"
    for name, declared in (
        ("agents", tables.AGENTS),
        ("chiefs", tables.CHIEFS),
        ("quarters", tables.QUARTERS),
        ("events", tables.EVENTS),
    ):
        schema = pq.read_schema(paths[f"{name}.parquet"])
        assert schema.names == [column.name for column in declared]
        for column in declared:
            assert schema.field(column.name).metadata[b"meaning"].decode() == column.meaning
        assert schema.metadata[b"orgsim_firm"] == b"3"
    before = {name: path.read_bytes() for name, path in paths.items()}
    assert {path.name: path.read_bytes() for path in trace_firm(run, 3).write()} == before


def test_a_trace_leaves_the_run_sound(small, command):
    run, traces = small
    traces[4].write()
    assert "sound" in command("verify", run.directory)


def test_json_has_the_same_story(small, command):
    run, traces = small
    arguments = ["--firm", 3, "--firm", 4, "--json", "--out", "out"]
    first, second = json.loads(command("trace", run.directory, *arguments))
    assert first["decisive"] == traces[3].decisive
    assert [event["text"] for event in second["events"]] == [e.text for e in traces[4].events]


def test_a_notebook_shows_sentences_events_and_the_picture(small):
    _, traces = small
    page = traces[3]._repr_html_()
    assert page.count("<li>") == len(traces[3].decisive)
    assert page.count("<tr>") == 1 + len(traces[3].events)
    assert "data:image/png;base64," in page


def test_without_matplotlib_there_are_tables_and_a_note(small, command, monkeypatch):
    run, traces = small
    monkeypatch.setattr("orgsim.result.plots.has_matplotlib", lambda: False)
    output = command("trace", run.directory, "--firm", 3, "--out", "out")
    assert "orgsim[plot]" in output
    assert "agents.parquet" in output
    assert "timeline" not in output
    assert "<svg" not in traces[3]._repr_html_()
    with pytest.raises(UsageError, match="matplotlib"):
        traces[3].timeline()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--firm", 64], "firms: 0 to 63"),
        (["--firm", -1], "firms: 0 to 63"),
        (["--firm", 0, "--point", 1], "points: 0 to 0"),
        (["--firm", 0, "--scenario", "cemo"], "either --firm K, or --scenario NAME"),
        ([], "either --firm K, or --scenario NAME"),
        (["--scenario", "cmo_or_cto"], "scenarios: cemo, cmto, cmo_and_cto, cmo_vs_cto"),
    ],
)
def test_wrong_usage_gets_one_message(small, command, arguments, message):
    run, _ = small
    assert message in command("trace", run.directory, *arguments, code=2)


def test_a_scenario_in_which_no_firm_ended_is_refused(tmp_path):
    overrides = ["simulation.firms=9", "simulation.quarters=3", "mechanisms.reorganisation=false"]
    run = orgsim.run(preset_path("baseline"), out=tmp_path / "run", overrides=overrides)
    with pytest.raises(UsageError, match="none of 9 firms ended as CEMO"):
        typical_firm(run, "cemo")


def test_an_unfinished_run_is_refused(tmp_path, command):
    config = tmp_path / "sweep.toml"
    config.write_text(SWEEP)
    command("sweep", config, "--out", "here", "--shard", "2/2", "--quiet")
    assert json.loads((tmp_path / "here/manifest.json").read_text())["status"] != "finished"
    output = command("trace", "here", "--firm", 0, "--point", 0, code=2)
    assert "not finished" in output
    assert "orgsim resume here" in output


def test_a_firm_beyond_those_that_a_precision_needed_is_refused(tmp_path, command):
    config = tmp_path / "precise.toml"
    config.write_text(SWEEP + "[precision]\nhalf_width = 0.2\nmost_firms = 4000\n")
    run = orgsim.sweep(config, out=tmp_path / "run")
    firms = int(run.shares().query("point == 1").firms.iloc[0])
    assert trace_firm(run, firms - 1, 1).checked
    with pytest.raises(UsageError, match=f"at point 1; firms: 0 to {firms - 1:,}"):
        trace_firm(run, firms, 1)


def test_a_firm_that_comes_out_otherwise_is_refused(tmp_path):
    overrides = ["simulation.firms=9", "simulation.quarters=3"]
    run = orgsim.run(preset_path("baseline"), out=tmp_path / "run", overrides=overrides)
    path = next((run.directory / "firms").glob("*.parquet"))
    table = pq.read_table(path)
    literacy = table.column("literacy_it").to_numpy().copy()
    literacy[5] = np.nextafter(literacy[5], np.float32(1.0))
    at = table.schema.get_field_index("literacy_it")
    pq.write_table(table.set_column(at, table.schema.field(at), [literacy]), path)
    assert trace_firm(run, 4).checked
    with pytest.raises(RunError, match=r"firm 5 of point 0 .*literacy_it.*\n?.*orgsim verify"):
        trace_firm(run, 5)
    run.manifest["identity"]["source"] = "0" * 64
    with pytest.raises(RunError, match="another version of the model made it"):
        trace_firm(run, 5)


def test_without_rows_a_trace_is_unchecked_and_of_another_model_refused(tmp_path):
    overrides = ["simulation.firms=9", "simulation.quarters=3", "output.firms=false"]
    run = orgsim.run(preset_path("baseline"), out=tmp_path / "run", overrides=overrides)
    assert not trace_firm(run, 5).checked
    with pytest.raises(UsageError, match=r"\[output\] firms = false"):
        typical_firm(run, "cemo")
    run.manifest["identity"]["source"] = "0" * 64
    with pytest.raises(RunError, match="keeps no rows of firms"):
        trace_firm(run, 5)


def test_python_traces_a_firm_by_number_or_the_typical_one_of_a_scenario(small):
    run, traces = small
    assert run.trace(3).decisive == traces[3].decisive
    scenario = traces[0].scenario
    typical = run.trace(scenario=scenario)
    assert typical.scenario == scenario
    assert typical.firm == typical_firm(run, scenario)
    for wrong in ({}, {"firm": 1, "scenario": "cemo"}):
        with pytest.raises(orgsim.UsageError, match="say which firm"):
            run.trace(**wrong)
