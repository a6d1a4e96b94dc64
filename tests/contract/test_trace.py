"""Single firms replayed: the same firms as in their run, and a story that is true of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest

import orgsim
from orgsim.config import preset_path
from orgsim.engine import make_inputs, simulate
from orgsim.errors import RunError, UsageError
from orgsim.model import MODEL
from orgsim.model.columns import RECORD, SCENARIOS, SERIES
from orgsim.model.state import CEMO_STRUCTURE, CIO, CMTO_STRUCTURE, NO_TARGET, SEPARATE, allocate
from orgsim.model.turnover import list_vacancies
from orgsim.results.tracing import trace_firm
from orgsim.results.typical import COLUMNS, typical_firm
from orgsim.text import NBSP
from orgsim.trace import KINDS, decisive, events_of, replay, tables
from orgsim.trace.choice import weigh
from orgsim.trace.interpreted import interpreted
from orgsim.trace.joint_work import change_of_cooperation, minds, work_of_last_year
from orgsim.trace.votes import ask, share_willing
from populations import settings
from replays import replays
from small_runs import manifest

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

SIX_POINTS = """
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
    inputs = make_inputs(MODEL, settings(**LIVELY))
    return replays(inputs, 200), simulate(inputs, 0, 200, threads=1)


@pytest.fixture(scope="module")
def their_events(lively):
    """What happened in each of the lively firms."""
    return [events_of(history) for history in lively[0]]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A run of 64 firms with all its traces."""
    out = tmp_path_factory.mktemp("runs") / "small"
    overrides = ["simulation.firms=64", "simulation.quarters=14"]
    run = orgsim.run(preset_path("article-2014"), out=out, overrides=overrides)
    return run, [trace_firm(run.setting, firm) for firm in range(64)]


@pytest.mark.parametrize("preset", RUNS)
def test_a_trace_ends_in_the_row_of_its_run(preset, tmp_path):
    overrides = ["simulation.firms=40", *RUNS[preset]]
    run = orgsim.run(preset_path(preset), out=tmp_path / "run", overrides=overrides)
    rows = run.firms()
    for firm in (*range(8), 39):
        trace = trace_firm(run.setting, firm)  # raises unless every bit is the same
        assert trace.checked
        last, row = trace.quarters().iloc[-1], rows.iloc[firm]
        for name in (*SERIES, "commitment", "misfit", "willing"):
            assert np.float32(last[name]) == row[name]
        assert last.scenario == row.scenario == trace.scenario


def test_a_trace_of_a_swept_point_ends_in_its_row(tmp_path):
    config = tmp_path / "sweep.toml"
    config.write_text(SIX_POINTS)
    run = orgsim.sweep(config, out=tmp_path / "run")
    for point in range(6):
        trace = trace_firm(run[point], 29)
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


def assert_same(one, other):
    """Hold two histories against each other, every bit of them."""
    for name in ("record", "hazard", "left", "chiefs_left"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
    for states in ("firms", "staff"):
        mine, theirs = getattr(one, states), getattr(other, states)
        for name in mine.dtype.names:
            assert mine[name].tobytes() == theirs[name].tobytes(), (states, name)


def test_lanes_change_nothing():
    inputs = make_inputs(MODEL, settings(simulation__quarters=6))
    assert_same(*(replay(inputs, 5, lanes=lanes) for lanes in (64, 128)))


def test_replays_are_those_of_each_firm_alone(lively):
    """Of the first and the last lane of a block, of another block, and of its last firm."""
    histories, _ = lively
    for firm in (0, 63, 64, 199):
        assert_same(histories[firm], replay(histories[firm].inputs, firm))


def test_histories_end_as_the_engine_says(lively):
    histories, chunk = lively
    for firm, history in enumerate(histories):
        assert history.record[-1].tobytes() == chunk.record[:, firm].tobytes()


def test_events_are_as_many_as_the_counters_say(lively, their_events):
    _, chunk = lively
    found = {"failure": 0, "reversal": 0, "adoption": 0}
    for firm, (history, events) in enumerate(zip(lively[0], their_events, strict=True)):
        row = dict(zip(RECORD, chunk.record[:, firm], strict=True))
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


def test_numbers_of_events_are_those_that_the_rules_used(lively, their_events):
    for history, events in zip(lively[0], their_events, strict=True):
        p = history.p
        for event in events:
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
                assert told["word"] == word_of_management(history, event.quarter)
            elif event.kind == "reversal":
                assert told["quarters_below"] == p.reorganisation_reversal_period
                assert told["willing"] < p.reorganisation_quorum
                assert told["word"] == word_of_management(history, event.quarter)


def word_of_management(history, t):
    floor = history.p.reorganisation_support_floor
    word = floor + (1.0 - floor) * history.of_firm("willing")[t]
    return np.float32(history.of_firm("commitment")[t] * word)


def test_events_of_a_quarter_are_in_the_order_of_the_models_steps(their_events):
    """Step 7 counts the willing, sees a misfit, lowers the cool-down, and then goes on."""
    order = [
        "schedule", "completion", "support_lost", "misfit", "cool_down_end", "proposal", "adoption",
        "failure", "reversal", "ceo_succession", "chief_succession",
    ]  # fmt: skip
    assert sorted(order) == sorted(KINDS)
    together = 0
    for events in their_events:
        for one, next_one in pairwise(events):
            if one.quarter == next_one.quarter:
                assert order.index(one.kind) <= order.index(next_one.kind)
                together += (one.kind, next_one.kind) == ("cool_down_end", "proposal")
    assert together >= 5


# --- what the staff was asked


def test_the_staff_that_was_asked_is_found_again_to_the_bit(lively):
    """What people resist in step 7 is lost where step 8 replaces them; the count tells."""
    histories, _ = lively
    counts = 0
    for history in histories[:60]:
        counted = history.asked() & ~history.proposes()
        for t in np.flatnonzero(counted):
            found = ask(history, t)
            assert found.willing == history.of_firm("willing")[t + 1]
            assert found.willing == np.mean(found.resistance <= found.word)
            for quorum in (0.05, 0.3, 0.5, 0.9, 1.0):
                assert (found.willing >= quorum) == (found.word >= found.resistance_at(quorum))
            stayed = ~history.left[t]
            after = history.of_staff("resistance")[t + 1]
            assert np.array_equal(found.resistance[stayed], after[stayed])
            counts += 1
    assert counts > 200


def test_the_count_behind_a_proposal_is_no_zero(lively):
    """Where a CMTO firm proposes CEMO, its field is 0 anew, and the count of before is lost."""
    histories, _ = lively
    proposals = 0
    for history in histories:
        found, field = share_willing(history), history.of_firm("willing")[1:]
        merged = history.proposes() & (history.of_firm("structure")[:-1] == CMTO_STRUCTURE)
        assert (field[merged] == 0.0).all()
        for t in np.flatnonzero(merged):
            assert found[t] == found_by_asking(history, t)
            proposals += found[t] > 0.0
        rest = history.asked() & ~merged
        assert np.array_equal(found[rest], field[rest])
        assert np.isnan(found[~history.asked()]).all()
    assert proposals > 10


@pytest.mark.parametrize(
    "changes",
    [
        {"reorganisation__quorum": 0.9},
        {"reorganisation__quorum": 1.0, "reorganisation__patience": 4},
        {"firm__marketing_staff": 1, "firm__it_staff": 2},
        {"firm__structure": "cmto", "reorganisation__reversal_period": 1},
        {"reorganisation__patience": 2, "reorganisation__trial_period": 2},
    ],
    ids=lambda changes: " ".join(f"{name}={value}" for name, value in changes.items()),
)
def test_the_reason_of_a_failure_never_points_the_other_way(changes):
    inputs = make_inputs(MODEL, settings(**(LIVELY | changes)))
    failures = 0
    for history in replays(inputs, 90):
        events = events_of(history)
        for event in events:
            if event.kind not in ("failure", "reversal"):
                continue
            failures += 1
            assert event.numbers["word"] < event.numbers["resistance_at_quorum"]
            needed, word = re.search(
                r"resistance up to ([\d.]+), and management's word outweighed ([\d.]+) at most",
                event.text,
            ).groups()
            assert float(word) < float(needed)
            told = event.text.replace(NBSP, " ")
            willing, quorum = re.search(
                r"(?:> )?([\d.]+) % willing, quorum ([\d.]+) %", told
            ).groups()
            assert float(willing) < float(quorum)
        assert_true(history, events)
    assert failures > 30


# --- sentences


def assert_true(history, events=None):
    """Hold the sentences of a firm against its states, by other means than they were made."""
    events = events_of(history) if events is None else events
    sentences = [sentence.replace(NBSP, " ") for sentence in decisive(events, history)]
    told = " ".join(sentences)
    assert " nan" not in told
    assert "e-0" not in told
    active = history.of_firm("structure")[-1] != SEPARATE
    assert ("Completion" in told) == (not active)
    under_way = history.of_firm("target")[-1] != NO_TARGET
    asked_yet = history.of_firm("elapsed")[-1] > 0
    assert ("was under way at the horizon" in told) == (under_way and asked_yet)
    assert ("nobody had been asked yet" in told) == (under_way and not asked_yet)
    assert ("reorganisation was proposed" in told or "That was the last" in told) == (
        not active and not under_way
    )
    if active:
        assert_form_is_true(history, told)
    else:
        assert_waiting_is_true(history, events, told)
        assert_work_is_true(history, told)
    assert_changes_at_the_top_are_true(history, events, sentences)


def assert_form_is_true(history, told):
    structure, target = history.of_firm("structure"), history.of_firm("target")
    changes = np.flatnonzero(np.diff(structure)) + 1
    first = changes[-1] if changes.size else 0  # quarters in which the form was in force
    # The model's own count, which a proposal sets to 0 anew; ask finds it to the bit, as tested.
    asked_anew = history.proposes()
    shares = {
        t: found_by_asking(history, t) if asked_anew[t] else history.of_firm("willing")[t + 1]
        for t in range(first, history.quarters)
        if target[t] == NO_TARGET
    }
    out_of_cmto = bool(changes.size) and structure[changes[-1] - 1] == CMTO_STRUCTURE
    if out_of_cmto:
        assert "CEMO was put in force" in told
        assert "CMTO was put in force" in told or "started as CMTO" in told
    if not shares:
        assert "Since then" not in told
        return
    quorum = history.p.reorganisation_quorum
    short = sum(share < quorum for share in shares.values())
    assert ("never fell below" in told or "all of the staff were willing" in told) == (not short)
    below = re.search(r"was below the quorum of \S+ % in (\d+) quarters?", told)
    assert (int(below[1]) if below else 0) == short
    lowest = re.search(r"the lowest was (?:> )?([\d.]+) % in (\d+) Q(\d)", told)
    if min(shares.values()) == 1.0:
        assert lowest is None
        return
    t = 4 * (int(lowest[2]) - 2014) + int(lowest[3]) - 1
    assert shares[t] == min(shares.values()) == found_by_asking(history, t)
    assert abs(float(lowest[1]) - 100.0 * shares[t]) <= 0.051


def found_by_asking(history, t):
    return float(np.mean(ask(history, t).resistance <= word_of_management(history, t)))


def assert_waiting_is_true(history, events, told):
    waits = re.search(r"(No|After that no) reorganisation was proposed", told)
    if waits is None:
        return
    ended = [e.quarter for e in events if e.kind in ("failure", "reversal")]
    first = ended[-1] + 1 if ended else 0
    assert (waits[1] == "No") == (not ended)
    cool_down = history.of_firm("cool_down")[first + 1 :]
    assert (history.of_firm("structure")[first:] == SEPARATE).all()
    assert ("the cool-down lasted to the end" in told) == (cool_down > 0).all()
    possible = re.search(r"in (\d+) of (\d+) quarters? in which", told)
    if possible:
        seen = history.of_firm("misfit")[first + 1 :][cool_down == 0] > 0.0
        assert (int(possible[1]), int(possible[2])) == (seen.sum(), seen.size)
    assert ("in the one quarter" in told) == ((cool_down == 0).sum() == 1)
    none = re.search(r"saw no misfit in the (\d+|one) quarters?", told)
    if none:
        assert int(none[1].replace("one", "1")) == (cool_down == 0).sum()
        assert not (history.of_firm("misfit")[first + 1 :][cool_down == 0] > 0.0).any()


def assert_work_is_true(history, told):
    work = work_of_last_year(history)
    completion = history.of_firm("completion")[-1]
    assert (work.tasks >= work.one_half) == (completion >= 0.5) or not work.encounters
    if not work.encounters:
        assert "nobody met" in told
        return
    assert np.isclose(work.tasks / max(work.encounters, work.required), completion)
    ended = float(re.search(r"ended at (\d\.\d+)", told)[1])
    assert (ended >= 0.5) == (completion >= 0.5)
    written = "went from {:.3f} to {:.3f} in that time".format(
        *history.of_staff("cooperation")[[-1 - work.quarters, -1]].mean(axis=1, dtype=float)
    )
    assert written in told
    left = history.left[-work.quarters :].sum()
    assert ("and nobody left" in told) == (left == 0)
    moved = re.search(rf"{written}: (\S+) through .*, (\S+) as (\d+) places? changed hands", told)
    assert (moved is None) == (left == 0)
    change = change_of_cooperation(history, work.quarters)
    assert np.isclose(change.of_work + change.of_exits, change.after - change.before)
    if moved:
        parts = [float(part.replace("\N{MINUS SIGN}", "-")) for part in moved.groups()[:2]]
        assert np.allclose(parts, (change.of_work, change.of_exits), atol=0.00051)
        assert int(moved[3]) == left


def assert_changes_at_the_top_are_true(history, events, sentences):
    """Every commitment named is the firm's in the quarter after, and none is left out."""
    for sentence in sentences:
        ended = re.search(r"(failed|was undone) in (\d+) Q(\d)", sentence)
        if ended is None:
            continue
        stop = 4 * (int(ended[2]) - 2014) + int(ended[3]) - 1
        begun = re.search(r"(?:proposed in|in force since) (\d+) Q(\d)", sentence)
        start = 4 * (int(begun[1]) - 2014) + int(begun[2]) - 1 if begun else 0
        named = re.findall(r"([\d.]+) from (\d+) Q(\d)", sentence)
        came = np.flatnonzero(history.chiefs_left[start:stop, 0]) + start
        assert [4 * (int(y) - 2014) + int(q) - 1 for _, y, q in named] == came.tolist()
        for value, t in zip([float(v) for v, _, _ in named], came, strict=True):
            assert abs(value - history.of_firm("commitment")[t + 1]) <= 0.0051


def test_every_sentence_is_true_of_its_firm(lively, their_events):
    for history, events in zip(lively[0], their_events, strict=True):
        assert_true(history, events)


@pytest.mark.parametrize(
    "changes",
    [
        {"firm__structure": "cemo", "reorganisation__cool_down": 8},
        {"firm__structure": "cmto", "reorganisation__cool_down": 0, "simulation__quarters": 9},
        {"leadership__ceo_turnover": 0.3, "reorganisation__cool_down": 0},
        {"cooperation__outside_option": 0.9, "cooperation__required_share": 1.0},
        {"cooperation__encounters": 1, "firm__marketing_staff": 1, "firm__it_staff": 1},
        {"reorganisation__proposal_rate": 1e-5, "cooperation__learning_rate": 0.0},
        {"mechanisms__turnover": False, "simulation__quarters": 1},
    ],
    ids=lambda changes: " ".join(f"{name}={value}" for name, value in changes.items()),
)
def test_every_sentence_is_true_under_odd_settings(changes):
    inputs = make_inputs(MODEL, settings(**(LIVELY | changes)))
    for history in replays(inputs, 60):
        assert_true(history)


def test_minds_are_those_that_partners_found(lively):
    """Of cooperation at a quarter's start and resistance after its step 3."""
    histories, _ = lively
    for history in histories[:5]:
        p, t = history.p, history.quarters - 1
        resistance = ask_always(history, t)
        cooperation = history.of_staff("cooperation")[t].astype(float)
        ready = (1.0 - 2.0 * p.cooperation_tremble) * (
            1.0 - p.cooperation_resistance_drag * resistance
        )
        willing = p.cooperation_tremble + ready * cooperation
        found = minds(history, 1)
        means = [willing[part].mean() for part in history.departments]
        assert np.allclose(found.willing, means, atol=1e-6)
        assert np.isclose(found.literacy, history.of_staff("literacy")[t].mean())


def ask_always(history, t):
    return ask(history, t).resistance.astype(float)


def test_quarters_mean_what_stands_in_their_file(lively):
    for column in tables.QUARTERS:
        assert not re.search(r"horizon|ended|in the last quarter|-1", column.meaning), column
    histories, _ = lively
    for history in histories[:20]:
        rows = tables.quarters(history)
        assert np.array_equal(np.isnan(rows["willing_found"]), ~rows["asked"])
        new = np.flatnonzero(history.chiefs_left[:, 0])
        assert (rows["commitment"][new] != rows["commitment_weighed"][new]).all()
        assert np.array_equal(rows["commitment"][:-1], rows["commitment_weighed"][1:])
        could = rows["could_propose"]
        rate = history.p.reorganisation_proposal_rate * rows["commitment_weighed"] * rows["misfit"]
        assert np.allclose(rows["hazard"][could], np.maximum(1.0 - np.exp(-rate), 0.0)[could])
        assert set(rows["target"][rows["under_way"]]) <= {"cmto", "cemo"}


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
    _, _, _, rows, vacancies = allocate(histories[0].inputs.agents, 1)
    rule = interpreted(list_vacancies)
    for history in histories[:10]:
        for t in range(history.quarters):
            n = history.inputs.agents
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
        n = history.inputs.agents
        assert columns["holder"][-n:].sum() == history.left.sum()


# --- the typical firm


def test_the_typical_firm_ended_where_it_should_and_is_the_nearest_to_the_medians(small):
    run, _ = small
    rows = run.firms()
    others = 0
    for scenario in set(rows.scenario):
        firm = typical_firm(run.setting, scenario)
        alike = rows[rows.scenario == scenario]
        assert firm in alike.firm.to_numpy()
        found = {number: far_from_medians(alike, number) for number in alike.firm}
        assert found[firm] == min(found.values())
        others += firm != alike.firm.iloc[0]
    assert others >= 2  # the nearest, not just the first
    with pytest.raises(UsageError, match=r"did you mean 'cemo'\?"):
        typical_firm(run.setting, "cemmo")


def far_from_medians(alike, number):
    """Add up how far a firm is from its like, column by column, a value at a time."""
    total = 0.0
    for name in COLUMNS:
        values = [float(value) for value in alike[name].astype(float)]
        known = [value for value in values if not np.isnan(value)]
        if not known:
            continue
        values = [max(known) + 1.0 if np.isnan(value) else value for value in values]
        own = values[alike.firm.tolist().index(number)]
        low, middle, high = (float(np.percentile(values, q)) for q in (25, 50, 75))
        scale = high - low if high > low else max(values) - min(values)
        total += abs(own - middle) / scale if scale else 0.0
    return total


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
    assert {path.name: path.read_bytes() for path in trace_firm(run.setting, 3).write()} == before


def test_a_title_is_shown_as_it_is(tmp_path):
    overrides = ["simulation.firms=2", "simulation.quarters=2", "title='a|b <i> *c* [d] _e_'"]
    run = orgsim.run(preset_path("baseline"), out=tmp_path / "run", overrides=overrides)
    story = trace_firm(run.setting, 1).write()[0].read_text()
    assert r"a\|b \<i\> \*c\* \[d\] \_e\_" in story.splitlines()[0]


def test_a_trace_leaves_the_run_sound(small, command):
    run, traces = small
    traces[4].write()
    assert f"{run.directory.name}: sound, " in command("verify", run.directory)


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
    for module in ("figures.picture", "results.trace_files"):
        monkeypatch.setattr(f"orgsim.{module}.has_matplotlib", lambda: False)
    output = command("trace", run.directory, "--firm", 3, "--out", "out")
    assert "orgsim[plot]" in output
    assert "agents.parquet" in output
    assert "timeline" not in output
    assert "<svg" not in traces[3]._repr_html_()
    with pytest.raises(UsageError, match="matplotlib"):
        traces[3].timeline()


def test_nothing_is_written_if_one_of_several_firms_is_none(small, command, tmp_path):
    run, _ = small
    arguments = ["--firm", 1, "--firm", 99_999, "--out", tmp_path / "here", "--json"]
    assert "no firm 99,999" in command("trace", run.directory, *arguments, code=2)
    assert not (tmp_path / "here").exists()


def test_an_unknown_kind_of_picture_is_refused_before_anything_is_written(small, tmp_path):
    _, traces = small
    with pytest.raises(UsageError, match=r"no picture of kind 'gif'\n  kinds: svg, pdf, png"):
        traces[3].write(tmp_path / "here", kind="gif")
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("firm", ["3", 2.5, True, np.float64(3.0), np.True_, None, [3]])
def test_a_firm_is_named_by_a_whole_number(small, firm):
    run, _ = small
    with pytest.raises(UsageError, match="firm: needs a whole number"):
        trace_firm(run.setting, firm)
    with pytest.raises(UsageError, match="point: needs a whole number"):
        trace_firm(run[firm], 3)
    with pytest.raises(UsageError, match="point: needs a whole number"):
        typical_firm(run[firm], "cemo")


def test_any_kind_of_whole_number_will_do(small):
    run, traces = small
    trace = trace_firm(run[np.uint8(0)], np.int64(3))
    assert trace.decisive == traces[3].decisive
    assert trace.folder == traces[3].folder


def test_unknown_names_are_refused_with_those_that_there_are(small):
    run, traces = small
    for wrong in ("nope", "agent", 3, None):
        with pytest.raises(UsageError, match="tables: agents, chiefs, quarters, events"):
            traces[3].table(wrong)
    for wrong in (3, "", "CEMO"):
        with pytest.raises(UsageError, match="scenarios: cemo, cmto, cmo_and_cto, cmo_vs_cto"):
            run.trace(scenario=wrong)


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
        typical_firm(run.setting, "cemo")


def test_an_unfinished_run_is_refused(tmp_path, command):
    config = tmp_path / "sweep.toml"
    config.write_text(SIX_POINTS)
    command("sweep", config, "--out", "here", "--shard", "2/2", "--quiet")
    assert manifest(tmp_path / "here")["status"] != "finished"
    output = command("trace", "here", "--firm", 0, "--point", 0, code=2)
    assert "not finished" in output
    assert "orgsim resume here" in output


def test_a_firm_beyond_those_that_a_precision_needed_is_refused(tmp_path, command):
    config = tmp_path / "precise.toml"
    config.write_text(SIX_POINTS + "[precision]\nhalf_width = 0.2\nmost_firms = 4000\n")
    run = orgsim.sweep(config, out=tmp_path / "run")
    firms = int(run.shares().query("point == 1").firms.iloc[0])
    assert trace_firm(run[1], firms - 1).checked
    with pytest.raises(UsageError, match=f"at point 1; firms: 0 to {firms - 1:,}"):
        trace_firm(run[1], firms)


def test_a_firm_that_comes_out_otherwise_is_refused(tmp_path):
    overrides = ["simulation.firms=9", "simulation.quarters=3"]
    run = orgsim.run(preset_path("baseline"), out=tmp_path / "run", overrides=overrides)
    path = next((run.directory / "firms").glob("*.parquet"))
    table = pq.read_table(path)
    literacy = table.column("literacy_it").to_numpy().copy()
    literacy[5] = np.nextafter(literacy[5], np.float32(1.0))
    at = table.schema.get_field_index("literacy_it")
    pq.write_table(table.set_column(at, table.schema.field(at), [literacy]), path)
    assert trace_firm(run.setting, 4).checked
    with pytest.raises(RunError, match=r"firm 5 of point 0 .*literacy_it.*\n?.*orgsim verify"):
        trace_firm(run.setting, 5)
    run.meta = replace(run.meta, identity=replace(run.meta.identity, source="0" * 64))
    with pytest.raises(RunError, match="another version of the model made it"):
        trace_firm(run.setting, 5)


def test_without_rows_a_trace_is_unchecked_and_of_another_model_refused(tmp_path, command):
    overrides = ["simulation.firms=9", "simulation.quarters=3", "output.firms=false"]
    run = orgsim.run(preset_path("baseline"), out=tmp_path / "run", overrides=overrides)
    trace = trace_firm(run.setting, 5)
    assert not trace.checked
    assert "Unchecked: the run keeps no rows" in command("trace", run.directory, "--firm", 5)
    assert "Unchecked: the run keeps no rows" in (trace.folder / "story.md").read_text()
    assert "Unchecked: the run keeps no rows" in trace._repr_html_()
    with pytest.raises(UsageError, match=r"\[output\] firms = false"):
        typical_firm(run.setting, "cemo")
    run.meta = replace(run.meta, identity=replace(run.meta.identity, source="0" * 64))
    with pytest.raises(RunError, match="keeps no rows of firms"):
        trace_firm(run.setting, 5)


def test_python_traces_a_firm_by_number_or_the_typical_one_of_a_scenario(small):
    run, traces = small
    assert run.trace(3).decisive == traces[3].decisive
    scenario = traces[0].scenario
    typical = run.trace(scenario=scenario)
    assert typical.scenario == scenario
    assert typical.firm == typical_firm(run.setting, scenario)
    for wrong in ({}, {"firm": 1, "scenario": "cemo"}):
        with pytest.raises(orgsim.UsageError, match="say which firm"):
            run.trace(**wrong)
