"""Tables as text: what each writer makes of hostile titles, of signs, and of no rows at all."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from orgsim.analysis.comparison import compare_shares
from orgsim.analysis.flows import flows_of
from orgsim.analysis.reference import Reference
from orgsim.analysis.shares import goodman
from orgsim.model.columns import OUTCOMES, SCENARIO_TITLES, SCENARIOS
from orgsim.report.tables import (
    Column,
    Table,
    as_csv,
    as_html,
    as_latex,
    as_markdown,
    changes_table,
    comparison_table,
    moves_table,
    print_table,
)
from orgsim.report.tables.html import table_element

HOSTILE = "a|b\n<script>alert('x')</script> & 50% of $x_1 # {~^\\} `c` [d] *e* \"f\"\x1b[31m \u202e"
WRITERS = (as_markdown, as_html, as_latex)


def of(*rows, caption="Caption", head="Name", short="N", notes=()):
    columns = [Column(head, short=short), Column("Size", "number", unit="points")]
    return Table("some-table", caption, columns, rows, notes=notes)


def comparison(counts=(391, 207, 301, 101), shares=(0.4, 0.2, 0.3, 0.1), name="article"):
    return compare_shares(
        counts,
        Reference(name, SCENARIOS, shares),
        tolerance=0.05,
        limits=goodman(counts),
        spent=1.0,
        outcomes=OUTCOMES,
        side_shares={},
        without_misfit=None,
        is_square=True,
    )


def read_csv(text):
    return pd.read_csv(io.StringIO(text))


# --- CSV


def test_csv_of_a_comparison_reads_back_as_its_frame():
    compared = comparison((391, 207, 401, 1), (1 / 3, 1 / 3, 1 / 3, 0.0))
    read = read_csv(as_csv(comparison_table(compared)))
    assert tuple(read["scenario"]) == SCENARIOS
    frame = compared.to_frame()
    assert list(read.columns) == ["scenario", *frame.columns]
    for name in frame.columns:
        wanted = frame[name].to_numpy(dtype=float)
        assert np.array_equal(read[name].to_numpy(dtype=float), wanted, equal_nan=True), name
    # No firm can be where the reference has none: no standard error to tell it in.
    assert np.isnan(read["standardised_difference"].iloc[3])


def test_csv_of_flows_has_firms_and_differences_side_by_side():
    counts = np.array([[390, 6, 3, 1], [20, 180, 4, 6], [5, 5, 280, 10], [1, 2, 12, 75]])
    flows = flows_of(counts, ("before", "after"), OUTCOMES)
    text = as_csv(moves_table(flows), changes_table(flows))
    read = read_csv(text).set_index("scenario")
    assert len(text.splitlines()) == 5
    assert (read[list(SCENARIOS)].to_numpy() == counts).all()
    differences = flows.differences()
    assert list(read.columns) == [*SCENARIOS, *differences.columns]
    assert (read[list(differences.columns)] == differences).all(axis=None)


def test_csv_keeps_kinds_of_values_and_quotes_what_would_break_it():
    fields, values = (
        ("word", "is", "none", "x"),
        [('a,"b"\nc', True, None, 0.1), ("é", False, 2, 3)],
    )
    text = as_csv(Table("t", "", [], [], fields, values))
    assert text == 'word,is,none,x\n"a,""b"" c",true,,0.1\né,false,2,3\n'
    read = read_csv(text)
    assert read["is"].dtype == bool
    assert read["word"].tolist() == ['a,"b" c', "é"]


def test_csv_of_no_rows_is_its_head():
    assert as_csv(Table("t", "", [], [], ("a", "b"))) == "a,b\n"


# --- Markdown


def cells_of(line):
    """Split a row where GitHub does: at bars without a backslash."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_markdown_is_a_table_with_caption_and_notes():
    text = as_markdown(of(["one", "1.5"], ["two", "< 0.001"], notes=["n = 2."]))
    assert text.splitlines() == [
        "**Caption**",
        "",
        "| Name | Size, points |",
        "|---|---:|",
        "| one | 1.5 |",
        "| two | < 0.001 |",
        "",
        "* n = 2.",
    ]


def test_markdown_keeps_a_bar_and_a_line_break_in_their_cell():
    lines = as_markdown(of(["a|b\nc", "1"], caption="x|y\n| z", head="h|\n")).splitlines()
    assert [len(cells_of(line)) for line in lines[2:]] == [2, 2, 2]
    assert lines[0] == r"**x\|y \| z**"
    assert cells_of(lines[4])[0] == r"a\|b c"


def test_markdown_takes_nothing_for_marks_or_html():
    (line,) = as_markdown(of(caption=HOSTILE)).splitlines()[:1]
    for mark in ("<script", "</script", "`c", "[d", "*e", "$x", "_1", "~^"):
        assert re.search(rf"\\{re.escape(mark)}", line), mark


@pytest.mark.parametrize("title", ["# x", "- x", "1. x", "> x", "    x", "---", "| a | b |"])
def test_a_title_begins_no_block_of_markdown(title):
    assert as_markdown(of(caption=title)).startswith("**")


@pytest.mark.parametrize(
    ("code", "written"), [("a_b", "`a_b`"), ("a|b", r"`a\|b`"), ("a`b``c", "``` a`b``c ```")]
)
def test_code_in_markdown_ends_where_it_ends(code, written):
    table = Table("t", "t", [Column("Code", "code")], [[code]])
    assert as_markdown(table).splitlines()[-1] == f"| {written} |"


# --- LaTeX


SPECIAL = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}


@pytest.mark.parametrize(("character", "written"), SPECIAL.items())
def test_each_special_character_of_latex_is_escaped(character, written):
    text = as_latex(of([f"x{character}y", "1"], caption=character))
    assert f"\nx{written}y & 1 \\\\\n" in text
    assert rf"\caption{{{written}}}" in text


def test_nothing_but_what_we_write_is_special_to_latex():
    """What is left of all cells and the caption, without the escapes, holds no special sign."""
    text = as_latex(of([HOSTILE, "1"], caption=HOSTILE, head=HOSTILE, short="", notes=[HOSTILE]))
    told = [line for line in text.splitlines() if "script" in line]
    assert len(told) == 4
    for line in told:
        rest = re.sub(r"^\\caption\{(.*)\}$", r"\1", line)
        rest = rest.removesuffix(r" & 1 \\").removesuffix(r" & Size \\")
        rest = rest.removesuffix(r"\par")
        rest = re.sub(r"\\text\w+\{\}|\\symbol\{\d+\}|\{[\[\]*]\}|\$[<>]\$|\\[&%$#_{}]", "", rest)
        assert not set(rest) & set("&%$#_{}~^\\"), line


def test_a_cell_of_latex_is_no_option_of_the_row_before():
    """``\\`` takes a star, and a length in brackets, from the next line."""
    rows = as_latex(of(["a", "1"], ["[2cm]", "2"], ["*", "3"])).splitlines()
    assert not [row for row in rows if row.startswith(("[", "*"))]


def test_latex_has_short_heads_unless_two_are_alike():
    columns = [
        Column("status threat: marketing", short="status threat", unit="points"),
        Column("ablation: status threat", short="status threat"),
        Column("Distance", unit="points"),
    ]
    text = as_latex(Table("t", "t", columns, []))
    assert "status threat: marketing, points & ablation: status threat & Distance \\\\" in text


def test_latex_numbers_stand_at_the_right_and_signs_survive():
    text = as_latex(of(["\N{MINUS SIGN}1.7", "5\N{NO-BREAK SPACE}%"], ["1 \N{EN DASH} 2", "--"]))
    assert r"\begin{tabular}{lr}" in text
    assert "$-$1.7 & 5~\\% \\\\" in text
    assert "1 -- 2 & -{}- \\\\" in text  # one is a dash, the other are two hyphens
    assert text.isascii()


# --- HTML


class Read(HTMLParser):
    """The elements of HTML, and its cells."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.texts.append("")

    def handle_data(self, data):
        if self.texts:
            self.texts[-1] += data


def test_html_holds_titles_as_text():
    read = Read(as_html(of([HOSTILE, "1"], caption=HOSTILE, head=HOSTILE, notes=[HOSTILE])))
    assert set(read.elements) == {
        "table", "caption", "span", "thead", "tbody", "tr", "th", "td", "p",
    }  # fmt: skip
    assert sum("<script>alert('x')</script> & 50%" in text for text in read.texts) == 4


def test_tables_of_the_page_hold_text_too():
    """The page's templates trust them to escape it."""
    read = Read(table_element(of([HOSTILE, HOSTILE], caption=HOSTILE, head=HOSTILE)))
    assert not {"script", "b"} & set(read.elements)
    assert sum("<script>alert('x')</script>" in text for text in read.texts) == 4


def test_html_is_ascii_and_reads_as_it_was():
    text = as_html(of(["é – − 日", "1"]))
    assert text.isascii()
    assert "é – − 日" in "".join(Read(text).texts)
    assert '<td class="number" style="text-align: right">1</td>' in text


# --- all of them


@pytest.mark.parametrize("write", WRITERS)
def test_nothing_steers_a_terminal(write):
    text = write(of([HOSTILE, "1"], caption=HOSTILE, head=HOSTILE, notes=[HOSTILE]))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_nothing_steers_it_in_csv_and_on_the_terminal_itself(capsys):
    text = as_csv(Table("t", "", [], [], (HOSTILE,), [(HOSTILE,)]))
    print_table(of([HOSTILE, "1"], caption=HOSTILE, notes=[HOSTILE]))
    shown = capsys.readouterr().out
    for told in (text, shown):
        assert "\x1b" not in told
        assert "\u202e" not in told
        assert "script" in told


@pytest.mark.parametrize(
    ("write", "head"),
    [(as_markdown, "Size, points"), (as_html, "Size, points"), (as_latex, "N & Size")],
)
def test_a_table_without_rows_has_its_head(write, head):
    assert head in write(of())


def test_a_table_without_rows_on_the_terminal(capsys):
    print_table(of(notes=["Nothing there."]))
    shown = capsys.readouterr().out
    assert shown.splitlines()[0] == "Caption"
    assert " N" in shown
    assert "Nothing there." in shown


@pytest.mark.parametrize("write", WRITERS)
def test_letters_of_all_scripts_are_kept(write):
    written = write(of(["Zürich 日本", "1"]))
    if write is as_html:
        written = "".join(Read(written).texts)
    assert "Zürich 日本" in written


def test_the_table_of_a_comparison_says_what_it_needs_to_be_read():
    table = comparison_table(comparison(name="survey"))
    assert table.caption == "Shares of firms beside the survey"
    assert [row[0] for row in table.rows] == list(SCENARIO_TITLES)
    assert table.rows[0][1:4] == [
        "391",
        "39.1\N{NO-BREAK SPACE}%",
        "35.3 – 43.0",
    ]  # Goodman, by hand
    assert [column.head for column in table.columns][-2:] == [
        "Difference, points",
        "z, standard errors",
    ]
    assert table.notes[0] == comparison(name="survey").sentence
    assert any("Goodman" in note for note in table.notes)


def test_a_title_stands_before_the_caption():
    assert of().titled("Mine").caption == "Mine: Caption"
    assert of().titled("").caption == "Caption"
