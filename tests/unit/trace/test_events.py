"""Events of a history, from states set by hand: which are told, with which words and numbers."""

from __future__ import annotations

import numpy as np

from histories import ended_as, history, of_one_mind, plain, told, under_way
from orgsim.model.state import CEMO_STRUCTURE, CEO, CMO, CMTO, CMTO_STRUCTURE, SEPARATE
from orgsim.trace import decisive, events_of
from orgsim.trace.thresholds import below_quorum


def test_of_a_quiet_firm_nothing_is_told():
    assert events_of(history(5)) == []


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
