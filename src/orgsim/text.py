"""Numbers and lists in words, each once: what a share, a difference, a count looks like in print.

Of shares there are several, for they are read in several places. Of a share that was measured:
``percent`` within a sentence, ``tenths`` as a label in a picture, ``column_percent`` in a column or
a note of a report, ``bare_tenths`` where a head or a bracket says the unit. Of a share that was set
and is known exactly: ``given_percent``, ``mix_percent`` and ``bare_given``. One kind of line each
have ``typed_percent``, ``done_percent``, ``tight_percent`` and ``meant_as_percent``.
"""

from __future__ import annotations

from collections.abc import Sequence

NBSP = "\N{NO-BREAK SPACE}"
"""Between a number and its unit, so that no line breaks there."""

MINUS = "\N{MINUS SIGN}"

_MOST_DIGITS = 17


def percent(share: float, *beside: float) -> str:
    r"""Write a share within a sentence: to one decimal; only none is 0 %, and only all 100 %.

    Parameters
    ----------
    beside : float
        Other shares that it is compared with: it gets the decimals that keep them in order.

    Examples
    --------
    >>> percent(0.475), percent(0.1), percent(0.00012)
    ('47.5\xa0%', '10\xa0%', '<\xa00.1\xa0%')
    >>> percent(0.9995, 1.0)
    '99.95\xa0%'
    """
    digits = _digits(100.0 * share, [100.0 * other for other in beside], 1)
    if digits == 1:
        return tenths(share).replace(f".0{NBSP}", NBSP)
    return f"{100.0 * share:.{digits}f}".rstrip("0").removesuffix(".") + f"{NBSP}%"


def tenths(share: float) -> str:
    r"""Write a share as a label in a picture: to one decimal; only none is 0 %, only all 100 %.

    Examples
    --------
    >>> tenths(0.1), tenths(0.0), tenths(1.0)
    ('10.0\xa0%', '0\xa0%', '100\xa0%')
    >>> tenths(0.0004), tenths(0.9996)
    ('<\xa00.1\xa0%', '>\xa099.9\xa0%')
    """
    if share in (0.0, 1.0):
        return f"{100.0 * share:.0f}{NBSP}%"
    written = bare_tenths(share)
    if written == "0.0":
        written = f"<{NBSP}0.1"
    if written == "100.0":
        written = f">{NBSP}99.9"
    return f"{written}{NBSP}%"


def column_percent(share: float) -> str:
    r"""Write a share in a column or a note of a report: as ``tenths``, but none as 0.0 %.

    Examples
    --------
    >>> column_percent(0.0), column_percent(0.0004), column_percent(0.1), column_percent(1.0)
    ('0.0\xa0%', '<\xa00.1\xa0%', '10.0\xa0%', '100\xa0%')
    """
    return f"0.0{NBSP}%" if share == 0.0 else tenths(share)


def bare_tenths(share: float) -> str:
    """Write a share in percent, or a distance in points, where the unit stands elsewhere.

    Examples
    --------
    >>> bare_tenths(0.0), bare_tenths(0.4334), bare_tenths(1.0)
    ('0.0', '43.3', '100.0')
    """
    return f"{100.0 * share:.1f}"


def interval(low: float, high: float) -> str:
    """Write an interval of shares in percent, where the unit stands elsewhere.

    Examples
    --------
    >>> interval(0.364, 0.5051)
    '36.4 – 50.5'
    """
    return f"{bare_tenths(low)} – {bare_tenths(high)}"


def tight_percent(share: float) -> str:
    """Write a share in a table that pandas shows in a notebook, where columns are narrow.

    Examples
    --------
    >>> tight_percent(0.4334), tight_percent(0.0), tight_percent(-0.0167)
    ('43.3%', '0.0%', '-1.7%')
    """
    return f"{share:.1%}"


def done_percent(done: int, total: int) -> str:
    """Write how much of some work is done, on a line that is not wrapped.

    Examples
    --------
    >>> done_percent(0, 9), done_percent(8, 23), done_percent(9, 9)
    ('0 %', '35 %', '100 %')
    """
    return f"{100.0 * done / total:.0f} %"


def given_percent(share: float) -> str:
    r"""Write a share that was set: a reference, a level of confidence, a quantile.

    Examples
    --------
    >>> given_percent(0.95), given_percent(0.3125), given_percent(0.0), given_percent(1.0)
    ('95\xa0%', '31.25\xa0%', '0\xa0%', '100\xa0%')
    """
    return f"{bare_given(share)}{NBSP}%"


def bare_given(share: float, digits: int = 4) -> str:
    """Write a share, or a distance, that was set, where the unit stands elsewhere.

    Parameters
    ----------
    digits : int
        Significant ones, at most.

    Examples
    --------
    >>> bare_given(0.05), bare_given(0.03333333), bare_given(0.03333333, 6), bare_given(0.0)
    ('5', '3.333', '3.33333', '0')
    """
    return f"{100.0 * share:.{digits}g}"


def mix_percent(part: float, whole: float = 1.0) -> str:
    r"""Write how much of a mixture a part makes up, such as a sector, in three digits.

    Examples
    --------
    >>> mix_percent(0.2), mix_percent(1.0, 3.0), mix_percent(1.0)
    ('20\xa0%', '33.3\xa0%', '100\xa0%')
    """
    return f"{100.0 * part / whole:.3g}{NBSP}%"


def typed_percent(share: float) -> str:
    """Write a share of a config as the forecast repeats it, on a line that is not wrapped.

    Examples
    --------
    >>> typed_percent(0.2), typed_percent(1 / 3)
    ('20 %', '33.3333 %')
    """
    return f"{bare_given(share, 6)} %"


def meant_as_percent(value: float) -> str:
    """Say which share a number is if it was meant in percent.

    Examples
    --------
    >>> meant_as_percent(40)
    '40 % is 0.4'
    """
    return f"{value:g} % is {value / 100.0:g}"


def confidence(error: float) -> str:
    r"""Write the confidence that an error leaves.

    Examples
    --------
    >>> confidence(0.05), confidence(0.0125)
    ('95\xa0%', '98.75\xa0%')
    """
    return given_percent(1.0 - error)


def points(share: float) -> str:
    """Write how large a difference of shares is, without its sign.

    Examples
    --------
    >>> points(0.0512), points(-0.01), points(0.0004), points(0.0)
    ('5.1 points', '1 point', '0.04 points', '0 points')
    """
    value = 100.0 * abs(share)
    written = f"{value:.2g}" if 0.0 < value < 0.1 else f"{value:.1f}".removesuffix(".0")
    return f"{written} {'point' if written == '1' else 'points'}"


def percentage_points(share: float) -> str:
    """Write a difference that was set, such as a tolerance, in the caption of a picture.

    Examples
    --------
    >>> percentage_points(0.05), percentage_points(0.01), percentage_points(0.0)
    ('5 percentage points', '1 percentage point', '0 percentage points')
    """
    return f"{bare_given(share)} percentage point{'' if 100.0 * share == 1.0 else 's'}"


def signed_points(difference: float) -> str:
    """Write a difference of shares in points, with its sign, where the unit stands elsewhere.

    Examples
    --------
    >>> signed_points(0.0334), signed_points(-0.0167), signed_points(-0.0004), signed_points(1.0)
    ('+3.3', '−1.7', '0.0', '+100.0')
    """
    return signed(100.0 * difference)


def sure_points(difference: float) -> str:
    """Write a difference of which the sign is sure: it is told where the number rounds to 0, too.

    Examples
    --------
    >>> sure_points(0.0334), sure_points(-0.0004)
    ('+3.3', '−0.0')
    """
    return with_minus(f"{100.0 * difference:+.1f}")


def signed_interval(low: float, high: float) -> str:
    """Write an interval of a difference in points, where the unit stands elsewhere.

    Examples
    --------
    >>> signed_interval(-0.02, 0.105)
    '−2.0 to +10.5'
    """
    return f"{signed_points(low)} to {signed_points(high)}"


def with_minus(written: str) -> str:
    """Return a written number with a minus sign for its hyphen.

    Examples
    --------
    >>> with_minus(f"{-2.5:g}"), with_minus("2.5")
    ('−2.5', '2.5')
    """
    return written.replace("-", MINUS)


def signed(value: float, digits: int = 1) -> str:
    """Write a number with its sign, unless it rounds to 0.

    Parameters
    ----------
    digits : int
        Decimals.

    Examples
    --------
    >>> signed(1.25), signed(-0.96), signed(0.04), signed(-0.0), signed(-0.0012, 3)
    ('+1.2', '−1.0', '0.0', '0.0', '−0.001')
    """
    written = f"{value:+.{digits}f}"
    return written[1:] if written[1:] == f"{0.0:.{digits}f}" else with_minus(written)


def number(value: float, *beside: float) -> str:
    """Write a state variable to two decimals, or more: only 0 is 0.00, and only 1 is 1.00.

    Parameters
    ----------
    beside : float
        Other numbers that it is compared with: it gets the decimals that keep them in order.

    Examples
    --------
    >>> number(0.4), number(-0.031), number(0.0004), number(0.4996, 0.5), number(-0.0)
    ('0.40', '−0.03', '0.0004', '0.4996', '0.00')
    """
    digits = _digits(value, (0.0, 1.0, *beside), 2)
    return with_minus(f"{value + 0.0:.{digits}f}")


def two_decimals(value: float) -> str:
    """Write an index or a distance, which may be negative, to two decimals.

    Examples
    --------
    >>> two_decimals(0.4567), two_decimals(-0.12), two_decimals(-0.001)
    ('0.46', '−0.12', '0.00')
    """
    written = f"{value:.2f}"
    return "0.00" if written == "-0.00" else with_minus(written)


def three_digits(size: float) -> str:
    """Write the size of something in a cell of a picture: in three digits at most.

    Examples
    --------
    >>> three_digits(123.4), three_digits(12.34), three_digits(0.1234), three_digits(0.0123)
    ('123', '12.3', '0.12', '0.012')
    >>> three_digits(0.0), three_digits(0.00123), three_digits(0.00002)
    ('0', '0.0012', '< 0.0001')
    """
    if size == 0.0:
        return "0"
    if size < 0.0001:
        return "< 0.0001"
    decimals = [d for d, least in ((0, 99.95), (1, 0.995), (2, 0.0995)) if size >= least]
    return f"{size:,.{decimals[0]}f}" if decimals else f"{size:.2g}"


def _digits(value: float, others: Sequence[float], least: int) -> int:
    """Return how many decimals it takes so that a value does not read as another one."""
    digits = least
    while digits < _MOST_DIGITS and any(
        other != value and f"{other:.{digits}f}" == f"{value:.{digits}f}" for other in others
    ):
        digits += 1
    return digits


def p_value(p: float) -> str:
    """Write a p-value within a sentence.

    Examples
    --------
    >>> p_value(0.0345), p_value(0.00001), p_value(1.0)
    ('p = 0.035', 'p < 0.001', 'p = 1.000')
    """
    written = bare_p_value(p)
    return f"p {written}" if written.startswith("<") else f"p = {written}"


def bare_p_value(p: float) -> str:
    """Write a p-value in a column whose head says what it is.

    Examples
    --------
    >>> bare_p_value(0.0345), bare_p_value(0.00001)
    ('0.035', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Write a count and its noun.

    Examples
    --------
    >>> counted(1, "firm"), counted(2_000, "firm"), counted(0, "firm")
    ('1 firm', '2,000 firms', '0 firms')
    >>> counted(2, "encounter was", "encounters were")
    '2 encounters were'
    """
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def people(count: int) -> str:
    """Write a count of people.

    Examples
    --------
    >>> people(1), people(2_000)
    ('1 person', '2,000 people')
    """
    return counted(count, "person", "people")


def from_to(least: int, most: int) -> str:
    """Write the least and the most of several counts; once where they are alike.

    Examples
    --------
    >>> from_to(200, 200), from_to(1_024, 4_096)
    ('200', '1,024 to 4,096')
    """
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def size(count: float) -> str:
    """Write a number of bytes.

    Examples
    --------
    >>> size(999), size(38_000_000), size(2.5e12)
    ('999 bytes', '38 MB', '2.5 TB')
    """
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000.0:
            return f"{count:.0f} {unit}"
        count /= 1000.0
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    """Write a number of seconds.

    Examples
    --------
    >>> duration(0.2), duration(90), duration(7_200), duration(400_000)
    ('1 s', '2 min', '2.0 h', '4.6 days')
    """
    if seconds < 90:
        return f"{max(seconds, 1.0):.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 3600 * 48 else f"{seconds / 86400:.1f} days"


def joined(words: Sequence[str]) -> str:
    """Join words, one at least, with commas and an "and".

    Examples
    --------
    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
