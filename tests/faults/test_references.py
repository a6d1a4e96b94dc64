"""References as people have them: tables of shares or counts, and numbers of numpy."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from orgsim.analysis.goodness import g_test
from orgsim.errors import ConfigError, UsageError
from orgsim.model.columns import SCENARIOS
from orgsim.results.reference import as_reference
from splits import ARTICLE

SHARES = tuple(ARTICLE.tolist())


def table(values, delimiter=",", head="scenario,share"):
    rows = [head.replace(",", delimiter)]
    rows += [f"{name}{delimiter}{value}" for name, value in zip(SCENARIOS, values, strict=True)]
    return "\n".join(rows)


def toml(values, name="shares"):
    return f"[{name}]\n" + "".join(f"{s} = {v}\n" for s, v in zip(SCENARIOS, values, strict=True))


@pytest.fixture
def split(tmp_path):
    def split(content, name=None):
        content = content if isinstance(content, bytes) else content.encode()
        path = tmp_path / (name or ("r.toml" if b"[" in content[:4] else "r.csv"))
        path.write_bytes(content)
        return as_reference(path)

    return split


@pytest.mark.parametrize(
    "content",
    [
        table(SHARES),
        b"\xef\xbb\xbf" + table(SHARES).encode(),
        table(["0,4", "0,2", "0,3", "0,1"], ";"),
        table(["0,4", "0,2", "0,3", "0,1"], "\t"),
        table(['"0,4"', '"0,2"', '"0,3"', '"0,1"']),
        table(["40 %", "20 %", "30%", "10 %"]),
        table([40, 20, 30, 10]),
        table(["40,0 %", "20,0 %", "30,0 %", "10,0 %"], ";"),
        "\n".join(f"{i - 1 if i else ''},{row}" for i, row in enumerate(table(SHARES).split("\n"))),
        toml(SHARES),
        b"\xef\xbb\xbf" + toml(SHARES).encode(),
        toml([40, 20, 30, 10]),
        toml([40.0, 20.0, 30.0, 10.0]),
    ],
)
def test_shares_are_read_as_people_write_them(split, content):
    read = split(content)
    assert read.shares == SHARES
    assert read.counts is None


@pytest.mark.parametrize(
    "content",
    [
        table([40.0, 20.0, 30.0, 10.0], head="scenario,count"),
        table(["40,0", "20", "30", "10"], ";", head="scenario,count"),
        toml([40.0, 20.0, 30.0, 10.0], "counts"),
    ],
)
def test_counts_may_have_a_decimal_point(split, content):
    assert split(content).counts == (40, 20, 30, 10)


@pytest.mark.parametrize(
    "values",
    [(0.333, 0.333, 0.333, 0.0), (0.3333, 0.3333, 0.3333, 0.0), (0.33, 0.33, 0.33, 0.0),
     (33, 33, 33, 0), (33.3, 33.3, 33.3, 0), (0.284, 0.222, 0.395, 0.1), (0.28, 0.22, 0.4, 0.11)],
)  # fmt: skip
def test_rounded_shares_share_out_what_they_lack(split, values):
    for content in (table(values), toml(values)):
        read = split(content)
        assert sum(read.shares) == pytest.approx(1.0, abs=1e-15)
        whole = sum(values)
        assert read.shares == pytest.approx([value / whole for value in values], abs=1e-12)
        assert read.name.endswith("(rounded, shared out)")


def test_rounded_shares_are_not_taken_for_exact(split):
    """Each may be off by half its last digit, and by what was shared out to it."""
    read = split(table([0.33, 0.33, 0.33, 0.0]))
    assert read.rounding == pytest.approx(0.005 + 0.33 / 0.99 - 0.33)
    assert split(table(SHARES)).rounding is None
    assert split(table([0.33, 0.33, 0.34, 0.0])).rounding is None
    assert not split(table([0.33, 0.33, 0.34, 0.0])).name.endswith("shared out)")


def test_the_note_on_rounding_blames_the_article_for_its_own_alone(swept):
    shares = dict(zip(SCENARIOS, (0.33, 0.33, 0.33, 0.0), strict=True))
    note = swept.compare(shares, point=0).article_note
    assert "given shares (rounded, shared out) gives rounded shares, so each may stand" in note
    assert "in tens and no method" not in note
    assert "in tens and no method" in swept.compare("article", point=0).article_note


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (table([0.5, 0.2, 0.3, 0.1]), ["sum to 1.1; allowed: 1 (or give counts"]),
        (table([0.4, 0.2, 0.3, 0.095]), ["sum to 0.995"]),
        (table([0.4, 0.2, 0.3, 0.08]), ["sum to 0.98"]),
        (toml([0.40, 0.20, 0.30, 0.12]), ["sum to 1.02"]),
        (table([0.24, 0.24, 0.24, 0.26]), ["sum to 0.98"]),
        (table([40, 20, 30, 9]), ["cemo = 40 is not a share"]),
        (
            table(["2.000", "1.000", "3.000", "500"], ";", head="scenario,count"),
            ["2000 or 2.000?", "nothing between thousands"],
        ),
        (table(["2,000", "1,000", "3,000", "500"], ";", head="scenario,count"), ["2000 or 2.000?"]),
        (table(["2.000", "1", "3", "1"], head="scenario,count"), ["2000 or 2.000?"]),
        (
            table(["0,4", "0,2", "0,3", "0,1"]),
            ["row 1 has 3 cells", 'quotes ("0,9")', "semicolons"],
        ),
        (table(["0,4", "0.2", "0.3", "0.1"]), ["row 1 has 3 cells", 'quotes ("0,9")']),
        (table(SHARES).replace("cemo", "1,cemo"), ["row 1 has 3 cells", "as R writes"]),
        (table([28, 0.2, 0.3, 0.1]), ["cemo = 28 is not a share", "28 % is 0.28"]),
        (toml([28, 0.2, 0.3, 0.1]), ["cemo = 28 is not a share", "28 % is 0.28"]),
        (toml([28, 0.2, 0.3, 0.1], "target.shares"), ["28 is not a share", "28 % is 0.28"]),
        (toml([0.333, 0.333, 0.333, 0.0], "target.shares"), ["0.999", "add 0.001 to the largest"]),
        (table(["0,4", "0.2", "0,3", "0,1"], ";"), ["decimal comma", "write all with a point"]),
        (table(['"1,250"'] * 4, head="scenario,count"), ["1250 or 1.250?"]),
        (table(SHARES).split("\n", 1)[1], ["put scenario,share above it"]),
        (table(SHARES, head="share"), ["row 1 has 2 cells", "row.names = FALSE"]),
        (table(SHARES).encode("utf-16"), ["UTF-16; save it as UTF-8"]),
        (b"scenario,share,gr\xf6\xdfe\n", ["Latin-1", "save it as UTF-8"]),
    ],
)
def test_what_is_not_clear_is_refused_with_the_mend(split, content, words):
    with pytest.raises(ConfigError) as caught:
        split(content)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", ["R.CSV", "r.Csv"])
def test_an_ending_may_be_written_in_capitals(split, name):
    assert split(table(SHARES), name).shares == SHARES


@pytest.mark.parametrize("tiny", [1e-320, 5e-324, 1e-310])
def test_a_share_that_no_double_can_invert_is_taken_for_none(tiny):
    given = dict(zip(SCENARIOS, (tiny, 0.4, 0.3, 0.3), strict=True))
    reference = as_reference(given)
    assert reference.shares[0] == 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert g_test(np.array([1, 40, 30, 30]), reference).statistic is None


def test_a_separator_that_excel_names_is_taken(split):
    assert split("sep=;\n" + table(["0,4", "0,2", "0,3", "0,1"], ";")).shares == SHARES
    assert split("sep=|\r\n" + table(SHARES, "|")).shares == SHARES


def test_a_mapping_of_floats_is_never_taken_for_counts():
    def of(*values):
        return as_reference(dict(zip(SCENARIOS, values, strict=True)))

    for values in ((40.0, 20.0, 30.0, 10.0), (33.0, 33.0, 33.0, 0.0), (400, 200, 300, 100.0)):
        with pytest.raises(ConfigError, match="give shares from 0 to 1, or whole numbers"):
            of(*values)
    assert of(28.5, 21.5, 40.0, 10.0).shares == (0.285, 0.215, 0.4, 0.1)
    assert of(1.0, 0.0, 0.0, 0.0).shares == (1.0, 0.0, 0.0, 0.0)
    assert of(40, 20, 30, 10).counts == (40, 20, 30, 10)


# --- numbers of numpy


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_shares_of_few_bits_are_what_they_are_written_as(kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for scale in (1, 100):
            given = [kind(str(value * scale)) for value in (0.4, 0.25, 0.225, 0.125)]
            read = as_reference(dict(zip(SCENARIOS, given, strict=True)))
            assert read.shares == (0.4, 0.25, 0.225, 0.125)
            assert read.rounding is None
        whole = [kind(value) for value in (40, 20, 30, 10)]
        with pytest.raises(ConfigError, match="percent, or counts"):
            as_reference(dict(zip(SCENARIOS, whole, strict=True)))
        with pytest.raises(ConfigError, match="not a number"):
            as_reference(dict(zip(SCENARIOS, [kind("nan")] * 4, strict=True)))


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    import orgsim

    folder = tmp_path_factory.mktemp("runs")
    path = folder / "c.toml"
    path.write_text(
        "[simulation]\nfirms = 20\nquarters = 3\n[sweep]\npoints = 2\n"
        '[sweep.parameters]\n"resistance.status_threat" = { low = 0.0, high = 1.0 }\n'
    )
    return orgsim.run(path, out=folder / "run", threads=np.int64(1))


@pytest.mark.parametrize("kind", [np.int64, np.int8, np.uint16, np.uint64])
def test_points_and_firms_are_any_kind_of_integer(swept, kind):
    assert swept.firms(kind(1)).equals(swept.firms(1))
    assert swept.firms(np.array(1, kind)).equals(swept.firms(1))
    assert swept.quarters(np.array([0, 1], kind)).equals(swept.quarters([0, 1]))
    assert swept.counts(kind(1)) == swept.counts(1)
    assert swept.compare(point=kind(1)).as_dict() == swept.compare(point=1).as_dict()
    assert swept.trace(kind(3), point=kind(1)).title == swept.trace(3, point=1).title
    assert swept.flows(swept, point=kind(0), other_point=kind(1)).counts


def test_tolerances_and_references_are_any_kind_of_number(swept):
    assert swept.tolerance(np.float32(0.03)) == float(np.float32(0.03))
    assert swept.tolerance(np.int64(1)) == 1.0
    assert len(swept.ranked(tolerance=np.float64(0.03))) == 2
    shares = dict(zip(SCENARIOS, np.array(SHARES), strict=True))
    assert as_reference(shares).shares == SHARES
    counts = dict(zip(SCENARIOS, np.array([4, 2, 3, 1]), strict=True))
    assert as_reference(counts).counts == (4, 2, 3, 1)


@pytest.mark.parametrize(
    "odd", [True, np.True_, 0.0, np.float64(1.0), "0", 2**70, 10**5000], ids="abcdefg"
)
def test_what_is_no_whole_number_is_refused(swept, odd):
    asks = (swept.firms, swept.counts, lambda p: swept.compare(point=p), lambda p: swept.firms([p]))
    for ask in asks:
        with pytest.raises(UsageError) as caught:
            ask(odd)
        assert "whole number" in str(caught.value)
        assert len(str(caught.value)) < 400
    for odd_tolerance in (True, np.True_, "0.1", np.float64("nan"), 5):
        with pytest.raises(UsageError, match="tolerance"):
            swept.tolerance(odd_tolerance)
