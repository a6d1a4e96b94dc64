"""Why a firm ended where it did, in sentences, from states set by hand."""

from __future__ import annotations

import numpy as np

from histories import ended_as, history, plain, told, under_way
from orgsim.model.state import CEMO_STRUCTURE, CEO, CMTO_STRUCTURE
from orgsim.trace import decisive, events_of

# --- reorganisations


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


# --- completion


def test_completion_just_short_of_one_half_does_not_read_as_one_half():
    quiet = ended_as(history(12), "cmo_vs_cto")
    quiet.firms.completion[:] = 0.4996
    assert decisive(events_of(quiet), quiet)[1] == (
        "Completion never reached one half and ended at 0.4996."
    )
