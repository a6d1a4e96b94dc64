"""How a history is told: events, sentences, marks and labels, from states set by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from orgsim.columns import RECORD, SCENARIOS
from orgsim.engine import make_inputs
from orgsim.figures.trace import timeline
from orgsim.figures.trace.course import Mark
from orgsim.figures.trace.marks import MOST_LANES, lanes_of
from orgsim.model.state import (
    CEMO_STRUCTURE,
    CEO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    POSTS,
    SEPARATE,
    firm_dtype,
    person_dtype,
)
from orgsim.report.trace import KIND_TITLES, turnover_line
from orgsim.results.typical import distances
from orgsim.text import NBSP
from orgsim.trace import KINDS, History, decisive, events_of
from orgsim.trace.joint_work import change_of_cooperation, work_of_last_year
from orgsim.trace.pictures import course_of
from orgsim.trace.replay import WORTH_COMPILING, best_lanes
from orgsim.trace.thresholds import below_quorum
from populations import settings

STAFF = {"firm__marketing_staff": 2, "firm__it_staff": 2}


def history(quarters, **overrides):
    """A firm in which nothing happens: separate, full completion, no misfit, nobody asked."""
    inputs = make_inputs(settings(simulation__quarters=quarters, **STAFF, **overrides))
    firms = np.zeros(quarters + 1, firm_dtype(1)).view(np.recarray)
    firms.completion[:] = 1.0
    firms.commitment[:] = 0.6
    firms.misfit[:] = -0.1
    record = np.zeros((quarters, len(RECORD)))
    record[:, RECORD.index("scenario")] = SCENARIOS.index("cmo_and_cto")
    return History(
        inputs=inputs,
        firm=0,
        firms=firms,
        staff=np.zeros((quarters + 1, 4), person_dtype(1)).view(np.recarray),
        record=record,
        hazard=np.zeros(quarters),
        left=np.zeros((quarters, 4), dtype=np.bool_),
        chiefs_left=np.zeros((quarters, POSTS), dtype=np.bool_),
    )


def told(history, kind):
    return [event for event in events_of(history) if event.kind == kind]


def plain(text):
    return text.replace(NBSP, " ")


def ended_as(quiet, scenario):
    quiet.record[:, RECORD.index("scenario")] = SCENARIOS.index(scenario)
    return quiet


def test_of_a_quiet_firm_nothing_is_told():
    assert events_of(history(5)) == []


# --- completion


def test_a_dip_of_less_than_a_year_is_not_told():
    quiet = history(12)
    quiet.firms.completion[4:7] = 0.4
    assert told(quiet, "completion") == []


def test_a_dip_of_a_year_is_told_twice_with_its_length():
    quiet = history(12)
    quiet.firms.completion[4:8] = 0.4
    down, up = told(quiet, "completion")
    assert (down.calendar, down.numbers["quarters"]) == ("2014 Q4", 4)
    assert "fell below one half (0.40) and stayed there for 4 quarters" in down.text
    assert up.calendar == "2015 Q4"
    assert "to the end" in up.text


def test_the_last_quarter_is_told_however_short():
    quiet = history(12)
    quiet.firms.completion[12] = 0.3
    assert [event.quarter for event in told(quiet, "completion")] == [11]


# --- reorganisations


def under_way(quarters, start, stop, target=CEMO_STRUCTURE, **overrides):
    """A firm with a reorganisation proposed in quarter ``start`` and ended in ``stop``."""
    busy = history(quarters, **overrides)
    busy.firms.target[start + 1 : stop + 1] = target
    busy.firms.attempts[start + 1 :] = 1
    busy.firms.elapsed[stop + 1 :] = stop - start
    return busy


def of_one_mind(**overrides):
    """Settings under which everybody resists by the disposition, whatever the others do."""
    return {"resistance__susceptibility": 0.0, "resistance__comfort": 0.0, **overrides}


def test_a_failure_is_told_with_what_the_staff_weighed():
    """A CEO who came in the quarter of the failure was not yet heard, nor recruits asked."""
    busy = under_way(20, 1, 9, **of_one_mind(reorganisation__support_floor=0.5))
    busy.firms.failures[10:] = 1
    busy.firms.willing[9] = 0.5
    busy.firms.willing[10:] = 0.25
    busy.firms.commitment[10:] = 0.9
    busy.chiefs_left[9, CEO] = True
    busy.staff.disposition[9] = np.array([0.4512, 0.9, 0.4512, 0.1])[:, None]
    busy.staff.resistance[10] = 0.05  # of recruits, who were not asked
    (failure,) = told(busy, "failure")
    assert failure.calendar == "2016 Q2"
    assert failure.numbers["elapsed"] == 8
    assert np.isclose(failure.numbers["word"], 0.6 * (0.5 + 0.5 * 0.5))
    assert np.isclose(failure.numbers["resistance_at_quorum"], 0.4512)
    assert "CEMO failed after 8 quarters: 25 % willing, quorum 50 %" in plain(failure.text)
    # Two decimals would not keep them apart.
    assert "resistance up to 0.451, and management's word outweighed 0.450 at most" in failure.text
    assert "in 2018 Q2 at the earliest" in failure.text
    assert "new CEO" not in decisive(events_of(busy), busy)[0]


def test_every_ceo_who_came_before_a_failure_is_named():
    """The last one alone, who brought more commitment, would turn the cause round."""
    busy = under_way(20, 1, 9)
    busy.firms.failures[10:] = 1
    busy.firms.commitment[4:] = 0.2
    busy.firms.commitment[8:] = 0.25
    busy.chiefs_left[[3, 7], CEO] = True
    sentence = decisive(events_of(busy), busy)[0]
    assert sentence.startswith("CEMO, proposed in 2014 Q2, failed in 2016 Q2: ")
    named = "; commitment was 0.60, and with new CEOs 0.20 from 2014 Q4 and 0.25 from 2015 Q4."
    assert sentence.endswith(named)


def test_a_failure_before_the_trial_period_could_end_is_laid_to_it():
    busy = under_way(20, 1, 9, reorganisation__trial_period=12)
    busy.firms.failures[10:] = 1
    busy.firms.willing[10:] = 0.75
    reason = "patience ended before the trial period of 12 quarters"
    assert reason in told(busy, "failure")[0].text
    assert decisive(events_of(busy), busy)[0].endswith(f"; {reason}.")


def test_of_many_failures_the_last_three_are_told_and_the_others_counted():
    busy = history(50)
    for i in range(5):
        busy.firms.target[8 * i + 2 : 8 * i + 5] = CMTO_STRUCTURE
        busy.firms.attempts[8 * i + 2 :] += 1
        busy.firms.failures[8 * i + 5 :] += 1
    sentences = decisive(events_of(busy), busy)
    assert sentences[0] == (
        "Until 2017 Q1, 2 reorganisations failed; the last 3 that did so follow."
    )
    assert sum(" failed in " in sentence for sentence in sentences) == 3


def test_an_adoption_is_no_failure_and_tells_its_support():
    busy = ended_as(under_way(12, 1, 5), "cemo")
    busy.firms.structure[6:] = CEMO_STRUCTURE
    busy.firms.willing[6:] = 0.75
    (adoption,) = told(busy, "adoption")
    assert plain(adoption.text) == (
        "CEMO was put in force after 4 quarters: 75 % willing, quorum 50 %."
    )
    assert told(busy, "failure") == []
    sentences = [plain(sentence) for sentence in decisive(events_of(busy), busy)]
    assert "after 4 quarters, CEMO was put in force with 75 % of the staff" in sentences[1]
    assert "never fell below the quorum of 50 %; the lowest was 75 % in 2015 Q3" in sentences[2]


def test_quarters_below_the_quorum_are_counted_and_end_in_the_reversal():
    busy = history(12, reorganisation__reversal_period=3)
    busy.firms.structure[:8] = CMTO_STRUCTURE
    busy.firms.willing[:] = 1.0
    busy.firms.willing[6:] = 0.25
    busy.firms.below[6:8, 0] = (1, 2)
    busy.firms.reversals[8:] = 1
    busy.firms.cool_down[8:] = 5
    busy.firms.chief_background[:8, CMTO] = 0.3
    assert np.flatnonzero(below_quorum(busy)).tolist() == [5, 6, 7]
    (lapse,) = told(busy, "support_lost")
    assert "too few for 3 quarters, until the form in force was undone in 2015 Q4" in lapse.text
    (reversal,) = told(busy, "reversal")
    assert reversal.numbers["quarters_below"] == 3
    assert "The CMTO became CMO, and a CIO was hired." in reversal.text
    sentences = [plain(sentence) for sentence in decisive(events_of(busy), busy)]
    assert sentences[0].startswith("CMTO, in force from the start, was undone in 2015 Q4")
    assert sentences[0].endswith("the CEO was the same all along.")


def test_a_short_lapse_is_told_with_what_it_would_have_taken():
    busy = ended_as(history(12), "cmto")
    busy.firms.structure[:] = CMTO_STRUCTURE
    busy.firms.willing[:] = 0.9
    busy.firms.willing[6:8] = 0.4
    sentences = [plain(sentence) for sentence in decisive(events_of(busy), busy)]
    assert sentences == [
        "The firm started as CMTO, by its settings, and kept it.",
        "Since then the share willing was below the quorum of 50 % in 2 quarters, where 4 quarters "
        "in a row would have undone it; the lowest was 40 % in 2015 Q2.",
    ]


def test_a_cemo_out_of_a_cmto_is_told_from_the_cmto_on():
    busy = ended_as(under_way(20, 1, 5, target=CMTO_STRUCTURE), "cemo")
    busy.firms.structure[6:] = CMTO_STRUCTURE
    busy.firms.target[9:13] = CEMO_STRUCTURE
    busy.firms.attempts[9:] = 2
    busy.firms.structure[13:] = CEMO_STRUCTURE
    busy.firms.willing[6:] = 1.0
    busy.firms.willing[9] = 0.0
    openings = [sentence.split(" of ")[0] for sentence in decisive(events_of(busy), busy)]
    assert [plain(opening) for opening in openings] == [
        "In 2014 Q2 CMTO was proposed: at a misfit",
        "In 2015 Q2, after 4 quarters, CMTO was put in force with 100 %",
        "In 2016 Q1 CEMO was proposed: at a misfit",
        "In 2017 Q1, after 4 quarters, CEMO was put in force with 100 %",
        "Since then all",
    ]


def test_a_cemo_out_of_a_cmto_of_the_start_tells_the_start():
    busy = ended_as(under_way(12, 1, 5), "cemo")
    busy.firms.structure[:6] = CMTO_STRUCTURE
    busy.firms.structure[6:] = CEMO_STRUCTURE
    busy.firms.willing[6:] = 1.0
    sentences = decisive(events_of(busy), busy)
    assert sentences[0] == "The firm started as CMTO, by its settings."
    assert sentences[1].startswith("In 2014 Q2 CEMO was proposed")


def test_under_an_active_form_another_under_way_at_the_horizon_is_told():
    busy = ended_as(under_way(6, 2, 99), "cmto")
    busy.firms.structure[:] = CMTO_STRUCTURE
    busy.firms.willing[:] = 1.0
    busy.firms.elapsed[4:] = np.arange(3)[:, None] + 1
    sentences = [plain(sentence) for sentence in decisive(events_of(busy), busy)]
    assert sentences[1].startswith("Since then, but for the time in which another form was under")
    assert sentences[2] == (
        "CEMO, proposed in 2014 Q3, was under way at the horizon, for 3 quarters (trial period: "
        "4 quarters), with 100 % willing (quorum 50 %)."
    )


# --- why nothing was proposed


def test_the_chance_of_no_proposal_is_the_product_over_quarters_with_a_misfit():
    quiet = history(10)
    quiet.firms.misfit[1:4] = 0.2
    quiet.hazard[:3] = 0.5
    sentence = plain(decisive(events_of(quiet), quiet)[0])
    assert "a misfit in 3 of 10 quarters in which it could have" in sentence
    assert sentence.endswith("with a chance of 12.5 %.")


def test_quarters_of_cool_down_are_no_opportunity():
    busy = under_way(30, 1, 9)
    busy.firms.failures[10:] = 1
    busy.firms.cool_down[10:18] = np.arange(8, 0, -1)[:, None]
    assert np.flatnonzero(busy.could_propose()).tolist() == [0, 1, *range(17, 30)]
    assert [event.calendar for event in told(busy, "cool_down_end")] == ["2018 Q2"]
    assert "no misfit in the 13 quarters" in decisive(events_of(busy), busy)[1]


def test_a_reorganisation_under_way_at_the_horizon_is_told():
    busy = under_way(6, 2, 99)
    busy.firms.elapsed[4:] = np.arange(3)[:, None] + 1
    sentences = decisive(events_of(busy), busy)
    begin = "CEMO, proposed in 2014 Q3, was under way at the horizon, for 3 quarters"
    assert sentences[0].startswith(begin)
    assert not any("no reorganisation was proposed" in sentence for sentence in sentences)


def test_of_a_proposal_in_the_last_quarter_no_share_willing_is_told():
    busy = under_way(6, 5, 99)
    assert decisive(events_of(busy), busy)[0] == (
        "CEMO was proposed in 2015 Q2, the last quarter: nobody had been asked yet."
    )


def test_a_form_undone_in_the_last_quarter_leaves_none_for_a_proposal():
    busy = history(12)
    busy.firms.structure[:12] = CEMO_STRUCTURE
    busy.firms.reversals[12] = 1
    sentences = decisive(events_of(busy), busy)
    assert sentences[0].startswith("CEMO, in force from the start, was undone in 2016 Q4")
    assert sentences[1] == "That was the last quarter: none was left for another proposal."


def test_after_a_form_was_undone_the_cool_down_stands_in_the_way():
    busy = history(12)
    busy.firms.structure[:10] = CEMO_STRUCTURE
    busy.firms.reversals[10:] = 1
    busy.firms.cool_down[10:] = np.array([8, 7, 6])[:, None]
    assert decisive(events_of(busy), busy)[1] == (
        "After that no reorganisation was proposed, as the cool-down lasted to the end."
    )


def test_a_form_in_force_is_no_time_to_propose_another():
    """Nor are quarters under a CMTO, which could have proposed CEMO, counted as after its end."""
    busy = history(20, reorganisation__cmto_to_cemo=True)
    busy.firms.structure[:10] = CMTO_STRUCTURE
    busy.firms.willing[:] = 1.0
    busy.firms.reversals[10:] = 1
    assert "saw no misfit in the 10 quarters" in decisive(events_of(busy), busy)[1]


def test_switched_off_reorganisation_is_told():
    quiet = history(4, mechanisms__reorganisation=False)
    assert "switched off" in decisive(events_of(quiet), quiet)[0]
    assert not quiet.asked().any()


# --- successions


def test_a_new_ceo_of_much_the_same_commitment_neither_raises_nor_lowers_it():
    quiet = history(4)
    quiet.firms.commitment[2:] = 0.601
    quiet.chiefs_left[1, CEO] = True
    (event,) = told(quiet, "ceo_succession")
    assert event.text == "The CEO left; with the new one commitment stayed at 0.60."
    assert event.numbers == {"commitment_before": 0.6, "commitment": 0.601}


def test_the_predecessor_is_told_unless_the_structure_changed_in_that_quarter():
    quiet = history(6)
    quiet.firms.chief_cooperation[:4, CMO] = 0.3
    quiet.firms.chief_cooperation[4:, CMO] = 0.7
    quiet.chiefs_left[3, CMO] = True
    (event,) = told(quiet, "chief_succession")
    assert "cooperation is 0.70 (before: 0.30)" in event.text
    quiet.firms.structure[:4] = CMTO_STRUCTURE
    assert quiet.firms.structure[4, 0] == SEPARATE
    (event,) = told(quiet, "chief_succession")
    assert "before" not in event.text


def test_events_of_a_quarter_come_in_the_order_of_the_models_steps():
    busy = under_way(20, 1, 9)
    busy.firms.failures[10:] = 1
    busy.firms.misfit[10] = 0.2
    busy.chiefs_left[9, (CEO, CMO)] = True
    kinds = [event.kind for event in events_of(busy) if event.quarter == 9]
    assert kinds == ["misfit", "failure", "ceo_succession", "chief_succession"]


# --- joint work


def test_what_one_half_took_is_measured_against_the_larger():
    busy = history(8, cooperation__required_share=1.0, cooperation__encounters=6)
    busy.firms.encounters[-1] = np.array([[3, 2], [3, 2], [3, 2], [3, 3]])[..., None]
    busy.firms.tasks[-1] = 1
    work = work_of_last_year(busy)
    assert (work.encounters, work.tasks) == (21, 8)
    assert work.required > 21
    assert work.one_half == np.ceil(work.required / 2.0)
    met = next(s for s in decisive(events_of(busy), busy) if "21 encounters were" in s)
    assert "8 joint tasks got done" in met
    assert met.endswith(f"({work.required:,.1f}): one half took {work.one_half:,}.")
    alone = work._replace(required=3.0)
    assert alone.one_half == 11


def test_the_change_of_cooperation_is_split_between_work_and_exits():
    busy = history(8)
    steps = np.array([[0.1, 0.2, 0.3, 0.4], [0.2, 0.2, 0.3, 0.4], [0.2, 0.6, 0.3, 0.4]])
    busy.staff.cooperation[:6, :, 0] = steps[0]
    busy.staff.cooperation[6:8, :, 0] = steps[1]
    busy.staff.cooperation[8, :, 0] = steps[2]
    busy.left[7, 1] = True
    change = change_of_cooperation(busy, 4)
    assert np.allclose(change, (0.25, 0.375, 0.025, 0.1, 1))
    assert np.allclose(change_of_cooperation(busy, 1)[2:4], (0.0, 0.1))


def test_completion_just_short_of_one_half_does_not_read_as_one_half():
    quiet = ended_as(history(12), "cmo_vs_cto")
    quiet.firms.completion[:] = 0.4996
    assert decisive(events_of(quiet), quiet)[1] == (
        "Completion never reached one half and ended at 0.4996."
    )


def test_one_half_in_the_last_quarter_alone_is_not_for_good():
    quiet = history(12)
    quiet.firms.completion[:12] = 0.3
    quiet.firms.completion[12] = 0.5
    (rise,) = told(quiet, "completion")
    assert rise.text == "Completion rose to one half or above (0.50) in the last quarter."
    assert (
        "reached one half only in 2016 Q4, the last quarter, and ended at 0.50"
        in (decisive(events_of(quiet), quiet)[1])
    )


# --- numbers in words


def test_a_quorum_missed_by_one_in_thousands_reads_as_missed():
    busy = ended_as(history(4, reorganisation__quorum=1.0), "cmto")
    busy.firms.structure[:] = CMTO_STRUCTURE
    busy.firms.willing[:] = 0.9998
    texts = [told(busy, "support_lost")[0].text, decisive(events_of(busy), busy)[1]]
    for text in map(plain, texts):
        assert "99.98 %" in text
        assert "100 %" in text


def test_one_is_told_as_one():
    one = SimpleNamespace(history=history(1))
    assert turnover_line(one).startswith("In 1 quarter 0 people left marketing and 0 IT;")


# --- around it


def test_every_kind_of_event_has_its_words_on_the_terminal():
    assert set(KIND_TITLES) == set(KINDS)


def test_labels_of_marks_never_meet():
    marks = [Mark(t, "proposal", "CEMO proposed") for t in range(0, 400, 3)]
    placed = lanes_of(marks, 400, 143.0)
    assert len(placed) == len(marks)
    assert {lane for mark, lane, _ in placed if mark.label} == set(range(MOST_LANES))
    assert {lane for mark, lane, _ in placed if not mark.label} == {MOST_LANES}
    labelled = [(m, lane) for m, lane, _ in placed if m.label]
    assert 0 < len(labelled) < len(marks)
    for lane in range(MOST_LANES):
        at = [143.0 / 400 * mark.quarter for mark, own in labelled if own == lane]
        assert min(np.diff(at)) > 15.0  # a label is 17 mm long with its mark


def test_labels_of_marks_and_names_of_lines_can_be_read():
    """White behind labels, as other marks' lines run there; a leader to a name that had to move."""
    busy = under_way(12, 1, 9)
    busy.firms.failures[10:] = 1
    busy.firms.willing[3:10] = 0.1
    busy.firms.capability[:] = 0.93
    busy.firms.completion[:] = 0.95
    figure = timeline(course_of(busy, events_of(busy), "A firm"))
    texts = [text for axes in figure.axes for text in axes.texts]
    labels = [text for text in texts if text.get_text().startswith("CEMO ")]
    assert len(labels) == 2
    assert {text.get_bbox_patch().get_facecolor()[:3] for text in labels} == {(1.0, 1.0, 1.0)}
    names = {text.get_text(): text for text in texts}
    heights = [names[name].xy[1] for name in ("capability", "completion")]
    assert heights[1] - heights[0] > 0.1
    work = names["capability"].axes
    leaders = [(text.xy[1], text.xyann[1]) for text in work.texts if not text.get_text()]
    assert (0.93, heights[0]) in leaders


def test_the_typical_firm_is_nearest_to_the_medians():
    nan = np.nan
    values = np.array([[0.1, 5.0, 1.0, nan], [0.2, 5.0, 1.0, 3.0], [0.3, 5.0, 9.0, nan]])
    # Column 0: interquartile range 0.1. Column 1 is constant. Column 2: range 4. Column 3: never
    # counts as 4, median 4, range 0.5.
    assert np.allclose(distances(values), [1.0, 2.0, 1.0 + 2.0])


def test_long_histories_of_large_firms_are_worth_compiling():
    usual = make_inputs(settings())
    assert best_lanes(usual) == 128
    assert usual.staff * 40 * 41 // 2 * 128 < WORTH_COMPILING
    large = settings(simulation__quarters=1000, firm__marketing_staff=500, firm__it_staff=500)
    assert best_lanes(make_inputs(large)) == 1
    assert WORTH_COMPILING > 40 * 40 * 41 // 2 * 128
